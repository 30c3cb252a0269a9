//! Whose a file or folder on Windows is, and who else may use it: read from its security descriptor.
//!
//! Every user may make folders in `C:\ProgramData`. One who makes the agent's folder before the agent does owns it, and could
//! exchange what a service of LocalSystem reads and writes there. So the agent uses only what is its own, and this says what is.
//!
//! Form of a descriptor: MS-DTYP 2.4.6 (self-relative), 2.4.5 (lists), 2.4.4 (entries), 2.4.2 (SIDs).

use aws_lc_rs::digest;

/// LocalSystem.
pub const SYSTEM: &str = "S-1-5-18";
/// The built-in group of administrators.
pub const ADMINISTRATORS: &str = "S-1-5-32-544";
/// Who owns the files of Windows.
pub const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

const DACL_PRESENT: u16 = 0x0004;
const DACL_PROTECTED: u16 = 0x1000;
const ALLOWED: u8 = 0;
const DENIED: u8 = 1;
const INHERIT_ONLY: u8 = 0x08;
/// Rights by which somebody changes a file or folder, what is in it, or who may: FILE_WRITE_DATA, FILE_APPEND_DATA,
/// FILE_WRITE_EA, FILE_DELETE_CHILD, FILE_WRITE_ATTRIBUTES, DELETE, WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE.
const CHANGING: u32 =
    0x0002 | 0x0004 | 0x0010 | 0x0040 | 0x0100 | 0x0001_0000 | 0x0004_0000 | 0x0008_0000 | 0x5000_0000;

/// Rights by which somebody puts another folder into the place of one: FILE_DELETE_CHILD, DELETE, WRITE_DAC, WRITE_OWNER,
/// GENERIC_ALL.
const REPLACING: u32 = 0x0040 | DELETE | 0x0004_0000 | 0x0008_0000 | 0x1000_0000;
const DELETE: u32 = 0x0001_0000;

/// What a file or folder is to those who are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Theirs, and nobody else has any right.
    Private,
    /// Theirs, but others have rights too, or may come to have them by inheritance.
    Loose,
    /// Somebody else's: their SID.
    Foreign(String),
}

/// What a descriptor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    owner: String,
    protected: bool,
    /// Nothing where there is no list, which lets everybody do everything.
    entries: Option<Vec<Entry>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Denied,
    Allowed {
        sid: String,
        mask: u32,
        inherit_only: bool,
    },
    /// Of a kind that the agent never writes.
    Odd,
}

impl Descriptor {
    /// A self-relative descriptor; `None` if it is none, or has no owner.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let control = u16::from_le_bytes(array(bytes, 2)?);
        let offset = |at| usize::try_from(u32::from_le_bytes(array(bytes, at)?)).ok();
        let owner = sid(bytes, offset(4).filter(|offset| *offset > 0)?)?.0;
        let list = offset(16)?;
        let entries = if control & DACL_PRESENT == 0 || list == 0 { None } else { Some(entries(bytes, list)?) };
        Some(Self { owner, protected: control & DACL_PROTECTED != 0, entries })
    }

    /// How it stands, given whose it may be.
    pub fn standing(&self, trusted: &[String]) -> Standing {
        if !trusted.contains(&self.owner) {
            return Standing::Foreign(self.owner.clone());
        }
        let theirs = |entry: &Entry| match entry {
            Entry::Denied => true,
            Entry::Allowed { sid, .. } => trusted.contains(sid),
            Entry::Odd => false,
        };
        let private = self.protected && self.entries.as_ref().is_some_and(|entries| entries.iter().all(theirs));
        if private { Standing::Private } else { Standing::Loose }
    }

    /// Somebody who is not trusted may change it: their SID, or what is wrong.
    pub fn changed_by(&self, trusted: &[String]) -> Option<String> {
        self.held_by(trusted, CHANGING)
    }

    /// Somebody who is not trusted may rename or delete it or a folder in it, and so put another in its place: their SID, or what
    /// is wrong. The root of a disk, which everybody may have the right to delete, cannot be.
    pub fn replaced_by(&self, trusted: &[String], root: bool) -> Option<String> {
        self.held_by(trusted, if root { REPLACING & !DELETE } else { REPLACING })
    }

    /// Somebody who is not trusted and owns it or has one of these rights.
    fn held_by(&self, trusted: &[String], rights: u32) -> Option<String> {
        if !trusted.contains(&self.owner) {
            return Some(self.owner.clone());
        }
        let Some(entries) = &self.entries else { return Some("S-1-1-0".to_owned()) };
        entries.iter().find_map(|entry| match entry {
            Entry::Allowed { sid, mask, inherit_only: false } if mask & rights != 0 && !trusted.contains(sid) => {
                Some(sid.clone())
            }
            Entry::Denied | Entry::Allowed { .. } | Entry::Odd => None,
        })
    }
}

/// The SID of a service: SHA-1 of its name in capitals as UTF-16, as `sc.exe showsid` prints it. It has rights wherever they
/// are granted to it, whether the service is installed yet or not.
pub fn service_sid(name: &str) -> String {
    let name: Vec<u8> = name.to_uppercase().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &name);
    hash.as_ref()
        .chunks_exact(4)
        .filter_map(|part| part.try_into().ok().map(u32::from_le_bytes))
        .fold("S-1-5-80".to_owned(), |sid, part| format!("{sid}-{part}"))
}

/// Full rights for those and nobody else, nothing inherited from above, in the language of SDDL. A folder gives the same on.
pub fn private_to(trusted: &[String], folder: bool) -> String {
    let inheritance = if folder { "OICI" } else { "" };
    trusted.iter().fold("D:P".to_owned(), |sddl, sid| format!("{sddl}(A;{inheritance};FA;;;{sid})"))
}

fn entries(bytes: &[u8], list: usize) -> Option<Vec<Entry>> {
    let count = u16::from_le_bytes(array(bytes, list.checked_add(4)?)?);
    let mut at = list.checked_add(8)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let [kind, flags, small, large] = array(bytes, at)?;
        let size = usize::from(u16::from_le_bytes([small, large]));
        if size < 8 {
            return None;
        }
        entries.push(match kind {
            ALLOWED => {
                let mask = u32::from_le_bytes(array(bytes, at.checked_add(4)?)?);
                let (sid, _) = sid(bytes, at.checked_add(8)?)?;
                Entry::Allowed { sid, mask, inherit_only: flags & INHERIT_ONLY != 0 }
            }
            DENIED => Entry::Denied,
            _ => Entry::Odd,
        });
        at = at.checked_add(size)?;
    }
    Some(entries)
}

/// The SID at an offset as text, and its length.
fn sid(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let [revision, count] = array(bytes, at)?;
    let authority: [u8; 6] = array(bytes, at.checked_add(2)?)?;
    if revision != 1 || count > 15 {
        return None;
    }
    let authority = authority.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    let mut next = at.checked_add(8)?;
    for _ in 0..count {
        text = format!("{text}-{}", u32::from_le_bytes(array(bytes, next)?));
        next = next.checked_add(4)?;
    }
    Some((text, next - at))
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "S-1-5-32-545";
    const HANAKO: &str = "S-1-5-21-1-2-3-1001";

    fn sid_bytes(text: &str) -> Vec<u8> {
        let numbers: Vec<u64> = text.split('-').skip(2).map(|part| part.parse().unwrap()).collect();
        let mut bytes = vec![1, u8::try_from(numbers.len() - 1).unwrap()];
        bytes.extend(&numbers[0].to_be_bytes()[2..]);
        for number in &numbers[1..] {
            bytes.extend(u32::try_from(*number).unwrap().to_le_bytes());
        }
        bytes
    }

    /// A descriptor of an owner and entries: kind, flags, mask, SID. Without entries it has no list.
    fn descriptor(owner: &str, protected: bool, entries: Option<&[(u8, u8, u32, &str)]>) -> Vec<u8> {
        let owner = sid_bytes(owner);
        let control = 0x8000 | if protected { DACL_PROTECTED } else { 0 } | DACL_PRESENT;
        let list = if entries.is_some() { 20 + owner.len() } else { 0 };
        let mut bytes = vec![1, 0];
        bytes.extend(u16::to_le_bytes(control));
        for offset in [20, 0, 0, list] {
            bytes.extend(u32::try_from(offset).unwrap().to_le_bytes());
        }
        bytes.extend(owner);
        if let Some(entries) = entries {
            bytes.extend([2, 0, 0, 0]);
            bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
            bytes.extend([0, 0]);
            for (kind, flags, mask, sid) in entries {
                let sid = sid_bytes(sid);
                bytes.extend([*kind, *flags]);
                bytes.extend(u16::try_from(8 + sid.len()).unwrap().to_le_bytes());
                bytes.extend(mask.to_le_bytes());
                bytes.extend(sid);
            }
        }
        bytes
    }

    fn trusted() -> Vec<String> {
        [SYSTEM, ADMINISTRATORS].map(str::to_owned).to_vec()
    }

    fn standing(owner: &str, protected: bool, entries: Option<&[(u8, u8, u32, &str)]>) -> Standing {
        Descriptor::parse(&descriptor(owner, protected, entries)).unwrap().standing(&trusted())
    }

    #[test]
    fn only_what_is_owned_and_closed_is_private() {
        let ours = [(ALLOWED, 3, 0x001f_01ff, SYSTEM), (ALLOWED, 3, 0x001f_01ff, ADMINISTRATORS)];
        assert_eq!(standing(ADMINISTRATORS, true, Some(&ours)), Standing::Private);
        assert_eq!(standing(SYSTEM, true, Some(&[])), Standing::Private);
        assert_eq!(standing(SYSTEM, false, Some(&ours)), Standing::Loose, "it inherits from above");
        assert_eq!(standing(SYSTEM, true, None), Standing::Loose, "no list lets everybody in");
        for (kind, flags, mask, sid) in [
            (ALLOWED, 3, 0x0012_00a9, USERS),
            (ALLOWED, 3 | INHERIT_ONLY, 0x1000_0000, "S-1-3-0"),
            (ALLOWED, 0, 1, "S-1-1-0"),
            (5, 0, 1, SYSTEM),
            (9, 0, 1, SYSTEM),
        ] {
            let entries = [ours[0], (kind, flags, mask, sid)];
            assert_eq!(standing(SYSTEM, true, Some(&entries)), Standing::Loose, "{kind} {sid}");
        }
        assert_eq!(standing(SYSTEM, true, Some(&[ours[0], (DENIED, 0, 1, USERS)])), Standing::Private);
    }

    #[test]
    fn what_somebody_made_beforehand_is_foreign_however_closed() {
        let ours = [(ALLOWED, 3, 0x001f_01ff, SYSTEM)];
        assert_eq!(standing(HANAKO, true, Some(&ours)), Standing::Foreign(HANAKO.to_owned()));
        assert_eq!(standing(USERS, true, Some(&ours)), Standing::Foreign(USERS.to_owned()));
    }

    #[test]
    fn a_program_that_others_may_change_is_told() {
        let changed = |owner: &str, entries: Option<&[(u8, u8, u32, &str)]>| {
            Descriptor::parse(&descriptor(owner, false, entries)).unwrap().changed_by(&trusted())
        };
        // As below C:\Program Files.
        let closed = [(ALLOWED, 3, 0x0012_00a9, USERS), (ALLOWED, 3 | INHERIT_ONLY, 0x1000_0000, "S-1-3-0")];
        assert_eq!(changed(SYSTEM, Some(&closed)), None);
        // As a folder below C:\, where whoever signs in may modify.
        let open = [(ALLOWED, 3, 0x0012_00a9, USERS), (ALLOWED, 0x13, 0x0013_01bf, "S-1-5-11")];
        assert_eq!(changed(ADMINISTRATORS, Some(&open)).as_deref(), Some("S-1-5-11"));
        assert_eq!(changed(HANAKO, Some(&closed)).as_deref(), Some(HANAKO));
        assert_eq!(changed(SYSTEM, None).as_deref(), Some("S-1-1-0"));
    }

    #[test]
    fn a_folder_above_the_program_that_others_may_replace_is_told() {
        let replaced = |owner: &str, entry: (u8, u8, u32, &str), root: bool| {
            Descriptor::parse(&descriptor(owner, false, Some(&[entry]))).unwrap().replaced_by(&trusted(), root)
        };
        let authenticated = "S-1-5-11";
        // The root of the system's disk lets everybody make folders, which takes none away.
        assert_eq!(replaced(SYSTEM, (ALLOWED, 0, 4, authenticated), true), None);
        // That of another disk lets everybody "modify" it; what is made in it can be renamed.
        let modify = (ALLOWED, 3, 0x0013_01bf, authenticated);
        assert_eq!(replaced(ADMINISTRATORS, modify, true), None);
        assert_eq!(replaced(ADMINISTRATORS, modify, false).as_deref(), Some(authenticated));
        for mask in [0x40, 0x0004_0000, 0x0008_0000, 0x001f_01ff] {
            assert_eq!(replaced(SYSTEM, (ALLOWED, 0, mask, USERS), true).as_deref(), Some(USERS), "{mask:x}");
        }
        assert_eq!(replaced(SYSTEM, (ALLOWED, 0, 0x0012_00a9, USERS), false), None);
        assert_eq!(replaced(HANAKO, (ALLOWED, 0, 1, USERS), false).as_deref(), Some(HANAKO));
    }

    #[test]
    fn what_is_cut_is_no_descriptor() {
        let whole = descriptor(SYSTEM, true, Some(&[(ALLOWED, 3, 1, SYSTEM)]));
        for len in 0..whole.len() {
            assert_eq!(Descriptor::parse(&whole[..len]), None, "{len}");
        }
        assert!(Descriptor::parse(&whole).is_some());
        let mut small = whole;
        let size = small.len() - 18;
        small[size] = 0;
        assert_eq!(Descriptor::parse(&small), None, "an entry smaller than its head would never end");
    }

    /// What `sc.exe showsid` prints.
    #[test]
    fn the_sid_of_a_service_follows_from_its_name() {
        assert_eq!(service_sid("TrustedInstaller"), TRUSTED_INSTALLER);
        assert_eq!(service_sid("trustedinstaller"), TRUSTED_INSTALLER);
        let sddl = private_to(&trusted(), true);
        assert_eq!(sddl, "D:P(A;OICI;FA;;;S-1-5-18)(A;OICI;FA;;;S-1-5-32-544)");
        assert_eq!(private_to(&trusted()[..1], false), "D:P(A;;FA;;;S-1-5-18)");
    }
}
