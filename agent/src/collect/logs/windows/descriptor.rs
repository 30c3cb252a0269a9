//! Who may read and clear an event channel, from its security descriptor as text.
//!
//! - The language: <https://learn.microsoft.com/en-us/windows/win32/secauthz/security-descriptor-string-format> and its pages on
//!   entries and SIDs.
//! - Rights on channels: reading is 1, writing 2, clearing 4
//!   (<https://learn.microsoft.com/en-us/windows/win32/eventlog/event-logging-security>).

use std::collections::BTreeSet;

use thiserror::Error;

/// The longest text that is looked at.
const TEXT_MAX: usize = 64 * 1024;
/// The most entries of a list.
const ENTRIES_MAX: usize = 1_000;
const READ: u32 = 0x1;
const CLEAR: u32 = 0x4;
/// GENERIC_READ, GENERIC_WRITE and GENERIC_ALL, which stand for what the event log makes of them.
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const GENERIC_ALL: u32 = 0x1000_0000;
/// WRITE_DAC and WRITE_OWNER: whoever has them gives itself the others.
const CHANGE_RIGHTS: u32 = 0x000c_0000;

/// The system, the administrators, and the service of the event log.
const TRUSTED: [&str; 3] =
    ["S-1-5-18", "S-1-5-32-544", "S-1-5-80-880578595-1860270145-482643319-2788375705-1540778122"];
/// Those who are there to read event logs.
const READERS: &str = "S-1-5-32-573";
/// Who has rights on channels from the start beside them: the network service, which forwards, Server Operators and Backup
/// Operators.
const FROM_THE_START: [&str; 4] = [READERS, "S-1-5-20", "S-1-5-32-549", "S-1-5-32-551"];
/// Groups that everybody is in who signs in, or who asks without that: Everyone, Interactive, Network, Batch, Service, Write
/// Restricted, Anonymous, Authenticated Users, Users, Guests.
const EVERYBODY: [&str; 10] = [
    "S-1-1-0",
    "S-1-5-4",
    "S-1-5-2",
    "S-1-5-3",
    "S-1-5-6",
    "S-1-5-33",
    "S-1-5-7",
    "S-1-5-11",
    "S-1-5-32-545",
    "S-1-5-32-546",
];

/// Abbreviations of SIDs that are the same on every machine.
pub const ABBREVIATED: [(&str, &str); 19] = [
    ("AN", "S-1-5-7"),
    ("AO", "S-1-5-32-548"),
    ("AU", "S-1-5-11"),
    ("BA", "S-1-5-32-544"),
    ("BG", "S-1-5-32-546"),
    ("BO", "S-1-5-32-551"),
    ("BU", "S-1-5-32-545"),
    ("ER", "S-1-5-32-573"),
    ("IU", "S-1-5-4"),
    ("LS", "S-1-5-19"),
    ("NS", "S-1-5-20"),
    ("NU", "S-1-5-2"),
    ("PU", "S-1-5-32-547"),
    ("RD", "S-1-5-32-555"),
    ("SO", "S-1-5-32-549"),
    ("SU", "S-1-5-6"),
    ("SY", "S-1-5-18"),
    ("WD", "S-1-1-0"),
    ("AC", "S-1-15-2-1"),
];

/// Rights by two letters.
pub const RIGHTS: [(&str, u32); 23] = [
    ("CC", 0x1),
    ("DC", 0x2),
    ("LC", 0x4),
    ("SW", 0x8),
    ("RP", 0x10),
    ("WP", 0x20),
    ("DT", 0x40),
    ("LO", 0x80),
    ("CR", 0x100),
    ("SD", 0x1_0000),
    ("RC", 0x2_0000),
    ("WD", 0x4_0000),
    ("WO", 0x8_0000),
    ("GA", GENERIC_ALL),
    ("GR", GENERIC_READ),
    ("GW", GENERIC_WRITE),
    ("GX", 0x2000_0000),
    ("FA", 0x1f_01ff),
    ("FR", 0x12_0089),
    ("FW", 0x12_0116),
    ("KA", 0xf_003f),
    ("KR", 0x2_0019),
    ("KW", 0x2_0006),
];

/// Who may do what with a channel, beside the system and the administrators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The owner's SID.
    pub owner: String,
    /// Who may read.
    pub readers: BTreeSet<String>,
    /// Who may clear, or give itself the right to.
    pub clearers: BTreeSet<String>,
    /// Everybody may read.
    pub everybody_reads: bool,
    /// Everybody may clear.
    pub everybody_clears: bool,
}

impl Default for Access {
    /// As the Security channel has it where nothing is set: the system and administrators clear, readers of event logs read.
    fn default() -> Self {
        Self {
            owner: "S-1-5-32-544".to_owned(),
            readers: BTreeSet::from([READERS.to_owned()]),
            clearers: BTreeSet::new(),
            everybody_reads: false,
            everybody_clears: false,
        }
    }
}

impl Access {
    /// Who may read; of several, one that Windows does not have there from the start, and then one that is not there for that.
    pub fn reading_group(&self) -> Option<String> {
        let all = || self.readers.iter().chain(&self.clearers);
        let added = all().find(|reader| !FROM_THE_START.contains(&reader.as_str()));
        added.or_else(|| all().find(|reader| *reader != READERS)).or_else(|| all().next()).cloned()
    }

    /// Who may clear.
    pub fn clearing_group(&self) -> Option<String> {
        self.clearers.iter().next().cloned()
    }
}

/// Why a text is no security descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DescriptorError {
    /// It is longer than any.
    #[error("it is longer than {TEXT_MAX} bytes, or has more than {ENTRIES_MAX} entries")]
    TooLong,
    /// It has no discretionary list, so that everybody may do everything, or none that is understood.
    #[error("it has no discretionary list")]
    NoList,
    /// It is not closed, or an entry has not six parts, or something else stands between entries.
    #[error("an entry is broken")]
    BrokenEntry,
    /// An entry holds under a condition, which is not read.
    #[error("an entry has a condition")]
    Conditional,
    /// A right is not known.
    #[error("a right is not known")]
    UnknownRight,
}

/// Reads a security descriptor.
pub fn parse(text: &str) -> Result<Access, DescriptorError> {
    if text.len() > TEXT_MAX {
        return Err(DescriptorError::TooLong);
    }
    let list = text.find("D:").ok_or(DescriptorError::NoList)?;
    let head = text.get(..list).unwrap_or_default();
    let owner = head.split_once("O:").map_or("", |(_, rest)| rest.split("G:").next().unwrap_or_default());
    let mut access = Access {
        owner: sid(owner),
        readers: BTreeSet::new(),
        clearers: BTreeSet::new(),
        everybody_reads: false,
        everybody_clears: false,
    };
    let mut rest = text.get(list + 2..).unwrap_or_default();
    // Flags stand before the first entry; NO_ACCESS_CONTROL is no list.
    let flags = rest.split('(').next().unwrap_or_default();
    if flags.contains("NO_ACCESS_CONTROL") {
        return Err(DescriptorError::NoList);
    }
    rest = rest.get(flags.len()..).unwrap_or_default();
    let mut entries = 0;
    while let Some(body) = rest.strip_prefix('(') {
        entries += 1;
        if entries > ENTRIES_MAX {
            return Err(DescriptorError::TooLong);
        }
        let (entry, after) = body.split_once(')').ok_or(DescriptorError::BrokenEntry)?;
        if entry.contains('(') {
            return Err(DescriptorError::Conditional);
        }
        access.add(entry)?;
        rest = after;
    }
    // What is not understood may hide entries that allow something. Only the list of what is audited stands behind this one.
    if rest.is_empty() || rest.starts_with("S:") { Ok(access) } else { Err(DescriptorError::BrokenEntry) }
}

impl Access {
    /// Adds an entry that allows something. One that refuses takes away from others what is counted here all the same, and one
    /// that is only inherited by what is below counts for nothing.
    fn add(&mut self, entry: &str) -> Result<(), DescriptorError> {
        let parts: Vec<&str> = entry.split(';').collect();
        let &[kind, flags, rights, _, _, who, ..] = parts.as_slice() else {
            return Err(DescriptorError::BrokenEntry);
        };
        if !matches!(kind, "A" | "XA" | "OA") || flags.contains("IO") {
            return Ok(());
        }
        let (rights, who) = (mask(rights)?, sid(who));
        let reads = rights & (READ | GENERIC_READ | GENERIC_ALL) != 0;
        let clears = rights & (CLEAR | GENERIC_WRITE | GENERIC_ALL | CHANGE_RIGHTS) != 0;
        if TRUSTED.contains(&who.as_str()) {
            return Ok(());
        }
        if EVERYBODY.contains(&who.as_str()) {
            self.everybody_reads |= reads;
            self.everybody_clears |= clears;
            return Ok(());
        }
        if reads {
            self.readers.insert(who.clone());
        }
        if clears {
            self.clearers.insert(who);
        }
        Ok(())
    }
}

/// A SID, also where it is abbreviated. What is not known stays as it is written.
fn sid(text: &str) -> String {
    let text = text.trim();
    let known = ABBREVIATED.iter().find(|(short, _)| text.eq_ignore_ascii_case(short));
    known.map_or_else(|| text.to_owned(), |(_, sid)| (*sid).to_owned())
}

/// Rights as a number, or as two letters each.
fn mask(text: &str) -> Result<u32, DescriptorError> {
    let text = text.trim();
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(digits, 16).map_err(|_| DescriptorError::UnknownRight);
    }
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let mut rights = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let (two, after) = rest.split_at_checked(2).ok_or(DescriptorError::UnknownRight)?;
        let known = RIGHTS.iter().find(|(name, _)| two.eq_ignore_ascii_case(name));
        rights |= known.ok_or(DescriptorError::UnknownRight)?.1;
        rest = after;
    }
    Ok(rights)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the Security channel, as Windows 11 has it, and from which the network service forwards events.
    const SECURITY: &str = "O:BAG:SYD:(A;;CCLCSDRCWDWO;;;SY)(A;;CCLC;;;BA)(A;;CC;;;ER)(A;;CC;;;NS)";
    /// Of a channel that tells of the system, as Windows 11 has it.
    const OPERATIONAL: &str = "O:BAG:SYD:(A;;0xf0007;;;SY)(A;;0x7;;;BA)(A;;0x7;;;SO)(A;;0x3;;;IU)(A;;0x3;;;SU)(A;;0x3;;;S-1-5-3)\
                               (A;;0x3;;;S-1-5-33)(A;;0x1;;;S-1-5-32-573)";

    #[test]
    fn as_windows_has_it_nobody_else_clears() {
        let security = parse(SECURITY).unwrap();
        assert_eq!(security.owner, "S-1-5-32-544");
        assert_eq!((security.everybody_reads, security.everybody_clears), (false, false));
        assert_eq!(security.readers.iter().collect::<Vec<_>>(), ["S-1-5-20", "S-1-5-32-573"]);
        assert_eq!(security.clearing_group(), None);
        assert_eq!(Access::default().reading_group().as_deref(), Some(READERS));
        let operational = parse(OPERATIONAL).unwrap();
        assert_eq!((operational.everybody_reads, operational.everybody_clears), (true, false));
        assert_eq!(operational.clearing_group().as_deref(), Some("S-1-5-32-549"));
        assert_eq!(operational.reading_group().as_deref(), Some("S-1-5-32-549"));
    }

    #[test]
    fn what_was_opened_is_seen() {
        let everybody = |entry: &str| {
            let access = parse(&format!("O:BAG:SYD:(A;;0x5;;;BA){entry}")).unwrap();
            (access.everybody_reads, access.everybody_clears)
        };
        assert_eq!(everybody("(A;;0x1;;;AU)"), (true, false));
        assert_eq!(everybody("(A;;0x5;;;WD)"), (true, true));
        assert_eq!(everybody("(A;;GA;;;BU)"), (true, true));
        assert_eq!(everybody("(A;;WD;;;IU)"), (false, true), "it may change who may");
        assert_eq!(everybody("(A;;CCLC;;;S-1-1-0)"), (true, true));
        assert_eq!(everybody("(D;;0x7;;;WD)"), (false, false));
        assert_eq!(everybody("(A;IO;0x7;;;WD)"), (false, false));
        assert_eq!(everybody("(A;;0x2;;;WD)"), (false, false), "writing adds, and changes nothing");
        let access = parse("O:SYG:SYD:P(A;;0x5;;;S-1-5-21-1-2-3-1107)").unwrap();
        assert_eq!(
            (access.owner.as_str(), access.clearing_group().unwrap().as_str()),
            ("S-1-5-18", "S-1-5-21-1-2-3-1107")
        );
        assert_eq!(access.reading_group().unwrap(), "S-1-5-21-1-2-3-1107");
        let auditors = parse("O:BAG:SYD:(A;;0x1;;;ER)(A;;0x1;;;S-1-5-21-1-2-3-1108)").unwrap();
        assert_eq!(auditors.reading_group().unwrap(), "S-1-5-21-1-2-3-1108", "before those who are there for it");
        let beside = parse(&format!("{SECURITY}(A;;0x1;;;S-1-5-21-1-2-3-1107)")).unwrap();
        assert_eq!(beside.reading_group().unwrap(), "S-1-5-21-1-2-3-1107", "before the network service");
        let clears = parse(&format!("{OPERATIONAL}(A;;0x4;;;S-1-5-21-1-2-3-1109)")).unwrap();
        assert_eq!(clears.reading_group().unwrap(), "S-1-5-21-1-2-3-1109", "before those who only read");
    }

    #[test]
    fn what_is_broken_is_no_descriptor() {
        assert_eq!(parse(""), Err(DescriptorError::NoList));
        assert_eq!(parse("O:BAG:SY"), Err(DescriptorError::NoList));
        assert_eq!(parse("O:BAG:SYD:NO_ACCESS_CONTROL"), Err(DescriptorError::NoList));
        assert_eq!(parse("D:(A;;0x1;;;WD"), Err(DescriptorError::BrokenEntry));
        assert_eq!(parse("D:(A;;0x1)"), Err(DescriptorError::BrokenEntry));
        let conditional = "D:(XA;;0x1;;;SY;(Member_of {SID(BA)}))(A;;0x7;;;WD)";
        assert_eq!(parse(conditional), Err(DescriptorError::Conditional), "what follows is not passed over");
        assert_eq!(parse("D:(A;;0x1;;;ER) (A;;0x7;;;WD)"), Err(DescriptorError::BrokenEntry));
        assert!(parse("O:BAG:SYD:(A;;0x1;;;ER)S:(AU;SAFA;0x5;;;WD)").is_ok_and(|access| !access.everybody_clears));
        for rights in ["0xzz", "QQ", "CCL", "日本"] {
            assert_eq!(parse(&format!("D:(A;;{rights};;;WD)")), Err(DescriptorError::UnknownRight), "{rights}");
        }
        assert_eq!(parse(&"D:(A;;0x1;;;WD)".repeat(10_000)), Err(DescriptorError::TooLong));
        assert!(parse("D:").is_ok_and(|access| access.readers.is_empty() && access.owner.is_empty()), "nobody may");
        for end in 0..SECURITY.len() {
            let _read = parse(&SECURITY[..end]);
        }
    }
}
