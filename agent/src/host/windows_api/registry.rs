//! The registry.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tenken_model::Instant;

use crate::host::recorded::Bytes;

/// A root of the registry that a service can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hive {
    /// `HKEY_LOCAL_MACHINE`.
    LocalMachine,
    /// `HKEY_USERS`: the settings of those who are signed in, by SID.
    Users,
}

impl Hive {
    const ALL: [Self; 2] = [Self::LocalMachine, Self::Users];

    /// The usual short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LocalMachine => "HKLM",
            Self::Users => "HKU",
        }
    }
}

/// The path of a registry key. Case is kept and does not count, as in the registry.
#[derive(Debug, Clone)]
pub struct RegistryPath {
    hive: Hive,
    key: String,
}

impl RegistryPath {
    /// A key below `HKEY_LOCAL_MACHINE`: `SYSTEM\CurrentControlSet\Services`.
    pub fn machine(key: impl Into<String>) -> Self {
        Self { hive: Hive::LocalMachine, key: key.into() }
    }

    /// A key below `HKEY_USERS`.
    pub fn users(key: impl Into<String>) -> Self {
        Self { hive: Hive::Users, key: key.into() }
    }

    /// The root it is below.
    pub fn hive(&self) -> Hive {
        self.hive
    }

    /// The path below the root; empty for the root itself.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The key of that name below this one.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let key = if self.key.is_empty() { name.to_owned() } else { format!("{}\\{name}", self.key) };
        Self { hive: self.hive, key }
    }

    /// The key this one is below; nothing for a root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.key.is_empty() {
            return None;
        }
        let key = self.key.rsplit_once('\\').map_or("", |(parent, _)| parent);
        Some(Self { hive: self.hive, key: key.to_owned() })
    }

    /// The name of the key itself; empty for a root.
    pub fn name(&self) -> &str {
        self.key.rsplit('\\').next().unwrap_or_default()
    }

    /// The name of the key directly below this one on the way to another; nothing where that is not below.
    pub fn towards<'o>(&self, other: &'o Self) -> Option<&'o str> {
        let mut parts = Some(other.key.as_str()).filter(|key| !key.is_empty())?.split('\\');
        for own in self.key.split('\\').filter(|part| !part.is_empty()) {
            let part = parts.next()?;
            if !folded(own).eq(folded(part)) {
                return None;
            }
        }
        parts.next().filter(|_| self.hive == other.hive)
    }
}

fn folded(key: &str) -> impl Iterator<Item = char> + '_ {
    key.chars().flat_map(char::to_uppercase)
}

impl PartialEq for RegistryPath {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RegistryPath {}

impl PartialOrd for RegistryPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RegistryPath {
    fn cmp(&self, other: &Self) -> Ordering {
        // Most paths begin alike, and each letter is folded by itself: what is the same needs no folding.
        let alike = self.key.bytes().zip(other.key.bytes()).take_while(|(one, another)| one == another).count();
        let alike = self.key.floor_char_boundary(alike);
        let (rest, of_other) = (self.key.get(alike..), other.key.get(alike..));
        let fold = |rest: Option<_>| rest.into_iter().flat_map(folded);
        self.hive.cmp(&other.hive).then_with(|| fold(rest).cmp(fold(of_other)))
    }
}

impl fmt::Display for RegistryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            f.write_str(self.hive.name())
        } else {
            write!(f, "{}\\{}", self.hive.name(), self.key)
        }
    }
}

impl FromStr for RegistryPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (hive, key) = text.split_once('\\').unwrap_or((text, ""));
        let hive = Hive::ALL.into_iter().find(|known| known.name() == hive);
        let hive = hive.ok_or_else(|| format!("`{text}` begins with neither HKLM nor HKU"))?;
        let odd = key.starts_with('\\') || text.ends_with('\\') || key.contains("\\\\");
        if odd { Err(format!("`{text}` has an empty part")) } else { Ok(Self { hive, key: key.to_owned() }) }
    }
}

impl Serialize for RegistryPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RegistryPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A key of the registry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryKey {
    /// Its values; the default value has an empty name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<RegistryValue>,
    /// The names of the keys below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subkeys: Vec<String>,
    /// When a value or the list of subkeys was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Instant>,
}

impl RegistryKey {
    /// The value of that name, in any case.
    pub fn value(&self, name: &str) -> Option<&RegistryData> {
        self.values.iter().find(|value| value.name.eq_ignore_ascii_case(name)).map(|value| &value.data)
    }

    /// A number, where the value is one (REG_DWORD or REG_QWORD).
    pub fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.number()
    }

    /// A text, where the value is one (REG_SZ or REG_EXPAND_SZ, not expanded).
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.text()
    }

    /// Texts, where the value is a list of them (REG_MULTI_SZ).
    pub fn texts(&self, name: &str) -> Option<&[String]> {
        match self.value(name)? {
            RegistryData::Texts(texts) => Some(texts),
            RegistryData::Text(_)
            | RegistryData::Expandable(_)
            | RegistryData::Number(_)
            | RegistryData::LongNumber(_)
            | RegistryData::Binary(_)
            | RegistryData::Other { .. } => None,
        }
    }

    /// Bytes, where the value is REG_BINARY.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        match self.value(name)? {
            RegistryData::Binary(bytes) => Some(&bytes.0),
            RegistryData::Text(_)
            | RegistryData::Expandable(_)
            | RegistryData::Texts(_)
            | RegistryData::Number(_)
            | RegistryData::LongNumber(_)
            | RegistryData::Other { .. } => None,
        }
    }

    /// There is a key of that name below it.
    pub fn has_subkey(&self, name: &str) -> bool {
        self.subkeys.iter().any(|subkey| subkey.eq_ignore_ascii_case(name))
    }
}

/// A value of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryValue {
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: RegistryData,
}

/// The data of a value, by its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistryData {
    /// REG_SZ.
    Text(String),
    /// REG_EXPAND_SZ, with its `%NAMES%`.
    Expandable(String),
    /// REG_MULTI_SZ.
    Texts(Vec<String>),
    /// REG_DWORD.
    Number(u32),
    /// REG_QWORD.
    LongNumber(u64),
    /// REG_BINARY.
    Binary(Bytes),
    /// Any other type, or one whose bytes do not fit it.
    Other {
        /// The number of the type.
        kind: u32,
        /// The data.
        bytes: Bytes,
    },
}

impl RegistryData {
    /// What a value of that type holds (winnt.h, REG_*). A text ends at its first zero, and a list of texts at its first empty
    /// one, as for the functions of Windows. Bytes that do not fit their type are kept as they are.
    pub fn read(kind: u32, bytes: Vec<u8>) -> Self {
        let read = match kind {
            1 => text(&bytes).map(Self::Text),
            2 => text(&bytes).map(Self::Expandable),
            3 => return Self::Binary(bytes.into()),
            4 => bytes.as_slice().try_into().ok().map(|number| Self::Number(u32::from_le_bytes(number))),
            7 => texts(&bytes).map(Self::Texts),
            11 => bytes.as_slice().try_into().ok().map(|number| Self::LongNumber(u64::from_le_bytes(number))),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Other { kind, bytes: bytes.into() })
    }

    /// The number of REG_DWORD and REG_QWORD.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(u64::from(*number)),
            Self::LongNumber(number) => Some(*number),
            Self::Text(_) | Self::Expandable(_) | Self::Texts(_) | Self::Binary(_) | Self::Other { .. } => None,
        }
    }

    /// The text of REG_SZ and REG_EXPAND_SZ.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Expandable(text) => Some(text),
            Self::Texts(_) | Self::Number(_) | Self::LongNumber(_) | Self::Binary(_) | Self::Other { .. } => None,
        }
    }
}

fn units(bytes: &[u8]) -> Option<Vec<u16>> {
    let (units, rest) = bytes.as_chunks::<2>();
    rest.is_empty().then(|| units.iter().map(|unit| u16::from_le_bytes(*unit)).collect())
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf16(units(bytes)?.split(|unit| *unit == 0).next().unwrap_or_default()).ok()
}

fn texts(bytes: &[u8]) -> Option<Vec<String>> {
    let units = units(bytes)?;
    let texts = units.split(|unit| *unit == 0).take_while(|text| !text.is_empty());
    texts.map(|text| String::from_utf16(text).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_by_their_type_or_kept() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let kept = |kind, bytes: &[u8]| RegistryData::Other { kind, bytes: bytes.to_vec().into() };
        for ended in ["\u{70b9}\u{691c}", "\u{70b9}\u{691c}\0", "\u{70b9}\u{691c}\0\0rest"] {
            assert_eq!(RegistryData::read(1, wide(ended)), RegistryData::Text("\u{70b9}\u{691c}".into()), "{ended:?}");
        }
        assert_eq!(RegistryData::read(1, Vec::new()), RegistryData::Text(String::new()));
        assert_eq!(RegistryData::read(2, wide("%X%\0")), RegistryData::Expandable("%X%".into()));
        for odd in [&[0x41, 0x00, 0x42][..], &[0x00, 0xd8]] {
            assert_eq!(RegistryData::read(1, odd.to_vec()), kept(1, odd));
            assert_eq!(RegistryData::read(7, odd.to_vec()), kept(7, odd));
        }
        for list in ["a\0b\0\0", "a\0b\0", "a\0b", "a\0b\0\0c\0"] {
            assert_eq!(
                RegistryData::read(7, wide(list)),
                RegistryData::Texts(vec!["a".into(), "b".into()]),
                "{list:?}"
            );
        }
        for none in ["", "\0", "\0\0"] {
            assert_eq!(RegistryData::read(7, wide(none)), RegistryData::Texts(Vec::new()));
        }
        assert_eq!(RegistryData::read(4, vec![1, 2, 0, 0]), RegistryData::Number(0x201));
        assert_eq!(RegistryData::read(11, vec![1; 8]), RegistryData::LongNumber(0x0101_0101_0101_0101));
        for (kind, length) in [(4, 0), (4, 3), (4, 8), (11, 4), (0, 0), (5, 4), (8, 9)] {
            assert_eq!(RegistryData::read(kind, vec![7; length]), kept(kind, &vec![7; length]), "{kind} {length}");
        }
        assert_eq!(RegistryData::read(3, vec![7]), RegistryData::Binary(vec![7].into()));
    }

    #[test]
    fn case_does_not_count_in_a_path_and_is_kept() {
        let path: RegistryPath = r"HKLM\SOFTWARE\Microsoft".parse().unwrap();
        assert_eq!(path, RegistryPath::machine(r"Software\MICROSOFT"));
        assert_eq!(path.to_string(), r"HKLM\SOFTWARE\Microsoft");
        assert_ne!(path, RegistryPath::users(r"SOFTWARE\Microsoft"));
        assert_eq!(path.join("Windows").parent(), Some(path.clone()));
        assert_eq!((path.name(), path.parent().unwrap().parent().unwrap().parent()), ("Microsoft", None));
        for odd in ["", "HKCU\\x", "HKLM\\", "HKLM\\\\x", "HKLM\\a\\\\b", "HKLM\\a\\"] {
            assert!(odd.parse::<RegistryPath>().is_err(), "{odd}");
        }
    }

    #[test]
    fn paths_are_in_the_order_of_their_folded_letters() {
        let keys = [
            "",
            "A",
            "a b",
            r"A\B",
            r"a\b\c",
            "ab",
            "Straße",
            "STRASSE",
            "strasse x",
            "é",
            "É\u{301}",
            "\u{130}",
            "i",
            "ı",
            "点検",
            "点",
        ];
        for one in keys {
            for other in keys {
                let whole = |key: &str| folded(key).collect::<String>();
                let (path, of_other) = (RegistryPath::machine(one), RegistryPath::machine(other));
                assert_eq!(path.cmp(&of_other), whole(one).cmp(&whole(other)), "{one} {other}");
            }
        }
    }

    #[test]
    fn the_way_to_a_key_leads_through_the_keys_above_it() {
        let towards = |path: &str, other: &str| {
            let (path, other): (RegistryPath, RegistryPath) = (path.parse().unwrap(), other.parse().unwrap());
            path.towards(&other).map(str::to_owned)
        };
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(towards("HKLM", r"HKLM\SOFTWARE"), some("SOFTWARE"));
        assert_eq!(towards("HKLM", r"HKLM\SOFTWARE\A"), some("SOFTWARE"));
        assert_eq!(towards(r"HKLM\software", r"HKLM\SOFTWARE\Straße\x"), some("Straße"));
        assert_eq!(towards(r"HKLM\A\STRASSE", r"HKLM\a\Straße\x"), some("x"));
        for (path, other) in [
            ("HKLM", "HKLM"),
            ("HKLM", r"HKU\A"),
            (r"HKLM\A", r"HKLM\A"),
            (r"HKLM\A", r"HKLM\A b\c"),
            (r"HKLM\A\b", r"HKLM\A"),
            (r"HKLM\A", r"HKU\A\b"),
        ] {
            assert_eq!(towards(path, other), None, "{path} {other}");
        }
    }

    #[test]
    fn a_value_is_what_its_type_says() {
        let value = |name: &str, data| RegistryValue { name: name.to_owned(), data };
        let key = RegistryKey {
            values: vec![value("Start", RegistryData::Number(4)), value("Delay", RegistryData::Text("4".into()))],
            subkeys: vec!["Parameters".into()],
            written: None,
        };
        assert_eq!((key.number("START"), key.number("Delay"), key.number("none")), (Some(4), None, None));
        assert_eq!((key.text("delay"), key.text("Start"), key.texts("Delay")), (Some("4"), None, None));
        assert!(key.has_subkey("parameters") && key.bytes("Start").is_none());
    }
}
