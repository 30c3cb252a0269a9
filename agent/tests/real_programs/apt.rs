//! Files of settings of apt, as `apt-config dump` tells what it made of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use tenken_agent::collect::packages::apt_conf::{self, Settings};

use crate::dice::Dice;
use crate::program::wanted;

const TEST: &str = "settings_are_those_of_apt";
const FILES: usize = 300;

#[test]
fn settings_are_those_of_apt() {
    let Some(program) = wanted(TEST, "apt-config") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("apt.conf");
    std::fs::write(&path, "").unwrap();
    let own = String::from_utf8(dump(&program, &path).stdout).unwrap();
    let own: BTreeSet<&str> = own.lines().collect();
    let mut dice = Dice(11);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..FILES {
        let text = written(&mut dice);
        std::fs::write(&path, &text).unwrap();
        let output = dump(&program, &path);
        let ours = apt_conf::parse(text.as_bytes());
        if !output.status.success() {
            let fault = String::from_utf8_lossy(&output.stderr);
            assert!(ours.is_err(), "apt refuses what we take: {fault}\n{text}\n{ours:?}");
            refused += 1;
            continue;
        }
        let ours = ours.unwrap_or_else(|error| panic!("apt takes what we refuse: {error}\n{text}"));
        let mut settings = Settings::default();
        for directive in &ours {
            settings.take(&directive.action, "");
        }
        let mut lines = String::new();
        for (name, value) in settings.all() {
            let _ = writeln!(lines, "{name} {value}");
        }
        let theirs = String::from_utf8_lossy(&output.stdout);
        let theirs: Vec<&str> = theirs.lines().filter(|line| !own.contains(line)).collect();
        assert_eq!(lines.lines().collect::<Vec<_>>(), theirs, "{text}");
        read += theirs.len();
    }
    assert!(read > FILES && refused > 20 && refused < FILES / 2, "{read} {refused}");
}

fn dump(program: &Path, settings: &Path) -> Output {
    Command::new(program).args(["dump", "--format", "%f %v%n"]).env("APT_CONFIG", settings).output().unwrap()
}

fn written(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(8) {
        statement(dice, &mut text, "Z", 0);
    }
    text
}

fn statement(dice: &mut Dice, text: &mut String, first: &str, depth: usize) {
    let rest = dice.one(&["", "a", "b", "A", "::a", "::b", "::a::c", "::", "::a::", "a-b/c", ":::a", "%41"]);
    let between = dice.one(&[" ", " ", "\t", "\n  ", " /* x */ ", "  "]);
    match dice.below(24) {
        0 => text.push_str(dice.one(&["# a \"comment\n", "// {\n", "/* ;\n } */", "/**/", "#clear\n", "# clear Z;\n"])),
        1 if depth == 0 => {
            let _ = write!(text, "#clear{between}{first}{rest};");
        }
        2 => text.push_str(dice.one(&["}", "{", "Z a b;", "Z \"a\" b;", "#other Z;", "Z [a;", "Z \"a;\n", "\"\" {"])),
        3..=7 if depth < 4 => {
            let value = dice.one(&["", "", "", " \"v\"", " v"]);
            let _ = write!(text, "{first}{rest}{value}{between}{{");
            for _ in 0..dice.below(4) {
                let inner = dice.one(&["a", "b", "", "C"]);
                statement(dice, text, inner, depth + 1);
            }
            text.push_str(dice.one(&["}", "};", "\n}\n", "} ;"]));
        }
        8..=11 if depth > 0 => {
            let _ = write!(text, "{};", dice.one(VALUES));
        }
        _ => {
            let _ = write!(text, "{first}{rest}{between}{};", dice.one(VALUES));
        }
    }
    text.push_str(dice.one(&["\n", "\n", " ", "", " // because\n", " # \"because\"\n", "\n\n"]));
}

const VALUES: &[&str] = &[
    "\"1\"",
    "\"0\"",
    "1",
    "true",
    "\"a b\"",
    "\"a\" \"b\"",
    "\"a\"   \"b\"",
    "\"a\"\"b\"",
    "\"a;b{c}\"",
    "\"a // b\"",
    "\"a # b\"",
    "\"a /* b */\"",
    "\"\"",
    "a\"b c\"d",
    "[a b]",
    "a%20b",
    "a%2",
    "\"a%20b\"",
    "\"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\"",
    "\"${distro_id}:${distro_codename}-security\"",
    "\"\ta\"",
];
