//! Key files as GLib itself reads them, asked by Python.

use std::collections::BTreeMap;
use std::process::Command;

use tenken_agent::collect::key_file::{KeyFile, parse};

use crate::dice::Dice;
use crate::program::{printed, skip, wanted};

const TEST: &str = "key_files_are_read_as_glib_reads_them";
const FILES: usize = 600;

/// Prints of each file what GLib found in it, by group and key, or `null` where it refuses it.
const ASK: &str = r#"
import ctypes, json, sys
try:
    glib = ctypes.CDLL("libglib-2.0.so.0")
except OSError:
    print("none"); sys.exit()
texts = ctypes.POINTER(ctypes.c_char_p)
for name, result in (("new", ctypes.c_void_p), ("get_groups", texts), ("get_keys", texts), ("get_value", ctypes.c_char_p)):
    getattr(glib, "g_key_file_" + name).restype = result
every = 1 << 1  # G_KEY_FILE_KEEP_TRANSLATIONS
for number in range(int(sys.argv[2])):
    data = open(f"{sys.argv[1]}/{number}", "rb").read()
    file = ctypes.c_void_p(glib.g_key_file_new())
    if not glib.g_key_file_load_from_data(file, data, ctypes.c_size_t(len(data)), every, None):
        print("null"); continue
    found = {}
    def listed(list):
        at = 0
        while list[at] is not None:
            yield list[at]
            at += 1
    for group in listed(glib.g_key_file_get_groups(file, None)):
        keys = listed(glib.g_key_file_get_keys(file, group, None, None))
        value = lambda key: glib.g_key_file_get_value(file, group, key, None).decode()
        found[group.decode()] = {key.decode(): value(key) for key in keys}
    print(json.dumps(found))
"#;

const LINES: [&str; 34] = [
    "[connection]",
    "[wifi]",
    "  [wifi]  ",
    "[wifi]\t",
    "[wifi-security]",
    "[a b]",
    "[]",
    "[a[b]",
    "[a]]",
    "[a",
    "[a]x",
    "[a]=b",
    "ssid=Kenshin LAN",
    "ssid = Kenshin LAN ",
    "\tssid\t=\tLAN\t",
    "ssid=",
    "ssid==a=b",
    "=b",
    " = b",
    "a b=c",
    "a[ja]=b",
    "a[ja_JP@x]=b",
    "a[j a]=b",
    "a[ja]x=b",
    "a [ja]=b",
    "a]=b",
    "# a=b",
    "; a=b",
    "",
    "   ",
    "no sign",
    "Encoding=UTF-8",
    "Encoding=Shift_JIS",
    "\u{3000}a=\u{3000}b\u{3000}",
];

#[test]
fn key_files_are_read_as_glib_reads_them() {
    let Some(python) = wanted(TEST, "python3") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(9);
    let texts: Vec<String> = (0..FILES).map(|_| written(&mut dice)).collect();
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(folder.path().join(number.to_string()), text).unwrap();
    }
    let said = printed(Command::new(python).args(["-c", ASK]).arg(folder.path()).arg(FILES.to_string()));
    if said.trim() == "none" {
        skip(TEST, "GLib is not installed");
        return;
    }
    let theirs: Vec<Option<KeyFile>> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(theirs.len(), FILES);
    for (text, theirs) in texts.iter().zip(&theirs) {
        assert_eq!(parse(text.as_bytes()).ok(), theirs.clone(), "{text:?}");
    }
    let taken = theirs.iter().flatten().filter(|file| file.values().any(|keys: &BTreeMap<_, _>| !keys.is_empty()));
    assert!(taken.count() > FILES / 10 && theirs.iter().filter(|file| file.is_none()).count() > FILES / 10);
}

fn written(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.in_hundred(90) {
        text.push_str("[first]\n");
    }
    let ending = dice.one(&["\n", "\n", "\n", "\r\n"]);
    for _ in 0..dice.below(6) {
        // Most lines are such as GLib takes.
        let line = if dice.in_hundred(20) { LINES[dice.below(LINES.len())] } else { LINES[12 + dice.below(5)] };
        text.push_str(line);
        text.push_str(ending);
    }
    if dice.in_hundred(10) {
        text.push_str("last = line");
    }
    text
}
