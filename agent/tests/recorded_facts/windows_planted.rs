//! Personal data in every place of a recording of Windows where a text can stand: none of it remains.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tenken_agent::host::recorded::Answer;
use tenken_agent::host::windows_api::DomainAccounts;
use tenken_agent::host::{Recording, scrub};

use crate::{everything, recorded, windows_host};

/// A name, also as people write it, in mails and in addresses of the web, and numbers as of a telephone, a patient and a card.
const MARKS: [&str; 6] = [
    "yamadahanako",
    "09012345678",
    "0312345678",
    "山田花子",
    "mail@yamadahanako.example.com",
    "http://user:yamadahanako@192.0.2.77:8531/",
];
/// How the places of names in maps end.
const KEY: &str = " key";
/// The most words of one text that are replaced, one after another.
const WORDS_MAX: usize = 8;

/// How a text is made to tell of a person.
#[derive(Debug, Clone, Copy)]
enum Way {
    Whole,
    Before,
    Behind,
    /// In the place of a word.
    Word(usize),
}

impl Way {
    fn all() -> impl Iterator<Item = Self> {
        [Self::Whole, Self::Before, Self::Behind].into_iter().chain((0..WORDS_MAX).map(Self::Word))
    }

    fn planted(self, text: &str, mark: &str) -> String {
        match self {
            Self::Whole => mark.to_owned(),
            Self::Before => format!("{mark} {text}"),
            Self::Behind => format!("{text} {mark}"),
            Self::Word(number) => {
                let (mut planted, mut count, mut in_word) = (String::new(), 0, false);
                for letter in text.chars() {
                    let is_first = letter.is_alphanumeric() && !in_word;
                    in_word = letter.is_alphanumeric();
                    if is_first {
                        planted.push_str(if count == number { mark } else { "" });
                        count += 1;
                    }
                    if !(in_word && count == number + 1) {
                        planted.push(letter);
                    }
                }
                planted
            }
        }
    }
}

/// What a text in a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bytes,
    /// A number, an address, a time, one of a list.
    Typed,
}

/// Every text of a value with its place, in which numbers in lists and names in maps do not count.
fn walk(value: &mut Value, place: &str, visit: &mut dyn FnMut(&str, &mut String)) {
    match value {
        Value::String(text) => visit(place, text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, &format!("{place}[]"), visit)),
        Value::Object(entries) => {
            let mut changed = serde_json::Map::new();
            for (key, mut value) in std::mem::take(entries) {
                // Names of fields are the recording's own; others are a host's.
                let is_field = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                let mut key = key;
                let below = if is_field { format!("{place}.{key}") } else { format!("{place}.*") };
                if !is_field {
                    visit(&format!("{place}{KEY}"), &mut key);
                }
                walk(&mut value, &below, visit);
                changed.insert(key, value);
            }
            *entries = changed;
        }
        _ => {}
    }
}

/// The recording with every text of a place changed, if it is one still.
fn changed(recording: &Value, change: &mut dyn FnMut(&str, &mut String)) -> Result<Recording, String> {
    let mut value = recording.clone();
    for part in PARTS {
        if let Some(part_of_it) = value.get_mut("recording").and_then(|recording| recording.get_mut(part)) {
            walk(part_of_it, part, change);
        }
    }
    Recording::from_json(value.to_string().as_bytes()).map_err(|error| error.to_string())
}

/// What of a recording tells of a host.
const PARTS: [&str; 4] = ["windows", "paths", "processes", "sntp"];

fn kinds(recording: &Value) -> BTreeMap<String, Kind> {
    let mut places = BTreeSet::new();
    let whole = changed(recording, &mut |place, _| {
        places.insert(place.to_owned());
    });
    assert!(whole.is_ok(), "the recording is read as it is");
    let takes = |place: &str, put: &str| {
        let put_there = &mut |here: &str, text: &mut String| {
            if here == place {
                *text = text
                    .split_at_checked(5)
                    .filter(|(hive, _)| *hive == "HKLM\\")
                    .map_or(put.to_owned(), |(hive, _)| format!("{hive}{put}"));
            }
        };
        changed(recording, put_there).is_ok()
    };
    let kind = |place: &str| match (takes(place, "!?"), takes(place, "AAAA")) {
        (true, _) => Kind::Text,
        (false, true) => Kind::Bytes,
        (false, false) => Kind::Typed,
    };
    places.iter().map(|place| (place.clone(), kind(place))).collect()
}

fn planted(recording: &Value, kinds: &BTreeMap<String, Kind>, (way, mark, in_keys): (Way, &str, bool)) -> Recording {
    let plant = &mut |place: &str, text: &mut String| match kinds.get(place).filter(|_| place.ends_with(KEY) == in_keys)
    {
        Some(Kind::Text) if text.starts_with("HKLM\\") => {
            *text = format!("HKLM\\{}", way.planted(&text[5..], mark));
        }
        Some(Kind::Text) if text.starts_with("HKU\\") => *text = format!("HKU\\{}", way.planted(&text[4..], mark)),
        // What stands first says that it is a path of Windows.
        Some(Kind::Text) if text.starts_with("C:/") => *text = format!("C:/{}", way.planted(&text[3..], mark)),
        Some(Kind::Text) => *text = way.planted(text, mark),
        Some(Kind::Bytes) => {
            let bytes = STANDARD.decode(&*text).unwrap_or_default();
            *text = match String::from_utf8(bytes.clone()) {
                Ok(inner) => STANDARD.encode(way.planted(&inner, mark)),
                Err(_) => STANDARD.encode([bytes, mark.as_bytes().to_vec()].concat()),
            };
        }
        Some(Kind::Typed) | None => {}
    };
    changed(recording, plant).unwrap_or_else(|error| panic!("{way:?} {mark}: {error}"))
}

/// What all the written hosts answer, as one would.
fn of_all_hosts() -> Recording {
    let entries = std::fs::read_dir(windows_host::folder()).unwrap().map(|entry| entry.unwrap().path());
    let folders: BTreeSet<_> = entries.filter(|path| path.is_dir()).collect();
    let mut all: Option<Recording> = None;
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let one = recorded(&windows_host::base(&name)).1;
        match &mut all {
            None => all = Some(one),
            Some(all) => {
                all.paths.extend(one.paths);
                all.sntp.extend(one.sntp);
                let (all, one) = (&mut all.windows, one.windows);
                all.registry.extend(one.registry);
                all.wmi.extend(one.wmi);
                all.events.extend(one.events);
                all.security.extend(one.security);
                all.firmware.extend(one.firmware);
            }
        }
    }
    let mut all = all.unwrap();
    all.windows.domain_accounts = Some(Answer::Given(domain()));
    all
}

/// What a controller of a domain would answer besides.
fn domain() -> DomainAccounts {
    let account = |name: &str, rid: u32| {
        json!({
            "name": name, "sid": format!("S-1-5-21-3623811015-3361044348-30300820-{rid}"), "flags": 512, "password_age": 0,
            "password_expired": false, "last_logon": 0, "expires": 0, "bad_passwords": 0, "comment": "ext. 123",
        })
    };
    let domain = json!({
        "accounts": [account("krbtgt_22017", 1110), account("sato", 1111)],
        "controllers": ["DC1$"],
        "trusted": ["OYA"],
        "groups": [{"sid": "S-1-5-21-3623811015-3361044348-30300820-512", "members": ["sato"]}],
    });
    serde_json::from_value(domain).unwrap()
}

#[test]
fn nothing_of_a_person_remains_wherever_it_stands() {
    let value: Value = serde_json::from_str(&of_all_hosts().to_json().unwrap()).unwrap();
    let kinds = kinds(&value);
    let texts = kinds.values().filter(|kind| **kind == Kind::Text).count();
    let mut left = BTreeSet::new();
    let values = Way::all().flat_map(|way| MARKS.map(|mark| (way, mark, false)));
    let keys = Way::all().map(|way| (way, MARKS[0], true));
    for how in values.chain(keys) {
        let text = scrub(&planted(&value, &kinds, how)).to_json().unwrap();
        let found = String::from_utf8_lossy(&everything(&text)).to_lowercase() + &text.to_lowercase();
        // A name is a name in a mail as well.
        let sought = if how.1.contains(MARKS[0]) { MARKS[0] } else { how.1 };
        for (at, _) in found.match_indices(sought).take(3) {
            let begin = found.floor_char_boundary(at.saturating_sub(80));
            let end = found.ceil_char_boundary((at + 60).min(found.len()));
            left.insert(format!("{how:?}: …{}…", &found[begin..end].replace('\n', " ")));
        }
    }
    assert!(left.is_empty(), "{}", left.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(texts > 40, "{texts} kinds of places: {:?}", kinds.keys());
}
