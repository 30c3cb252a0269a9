//! Who may do what with an object of Windows: self-relative security descriptors.
//!
//! Source: [MS-DTYP] 2.4.2 (SID), 2.4.4 (ACE), 2.4.5 (ACL) and 2.4.6 (SECURITY_DESCRIPTOR). Numbers are little endian, but the
//! authority of a SID.

use crate::host::windows_api::Sid;

/// SE_DACL_PRESENT.
const DACL_PRESENT: u16 = 0x0004;
/// SE_SELF_RELATIVE.
const SELF_RELATIVE: u16 = 0x8000;
/// The most authorities below a SID's own.
const SUB_AUTHORITIES_MAX: usize = 15;
/// INHERIT_ONLY_ACE: the entry is for what is made below, not for the object itself.
const INHERIT_ONLY: u8 = 0x08;

/// Everybody, also those who do not sign in with a name of their own.
pub const EVERYONE: &str = "S-1-1-0";
/// Who does not sign in at all.
pub const ANONYMOUS: &str = "S-1-5-7";
/// Whoever signs in, but not guests.
pub const AUTHENTICATED: &str = "S-1-5-11";
/// Whoever comes over the network.
pub const NETWORK: &str = "S-1-5-2";
/// Whoever sits at the machine or comes over Remote Desktop.
pub const INTERACTIVE: &str = "S-1-5-4";
/// The system itself.
pub const SYSTEM: &str = "S-1-5-18";
/// The administrators.
pub const ADMINISTRATORS: &str = "S-1-5-32-544";
/// The users: whoever has an account.
pub const USERS: &str = "S-1-5-32-545";
/// The guests.
pub const GUESTS: &str = "S-1-5-32-546";
/// Windows' own installer of parts of the system.
pub const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
/// Whoever made the object, which an entry to be inherited stands for.
pub const CREATOR_OWNER: &str = "S-1-3-0";
/// Who owns the object, whose rights an entry may narrow.
pub const OWNER_RIGHTS: &str = "S-1-3-4";

/// Reading the data of a file, or the list of a folder (FILE_READ_DATA, FILE_LIST_DIRECTORY).
pub const READ_DATA: u32 = 0x0000_0001;
/// Changing the data of a file, or adding a file to a folder (FILE_WRITE_DATA, FILE_ADD_FILE).
pub const WRITE_DATA: u32 = 0x0000_0002;
/// Appending to a file, or adding a folder to a folder.
pub const APPEND_DATA: u32 = 0x0000_0004;
/// Removing what is in a folder, whoever owns it (FILE_DELETE_CHILD).
pub const DELETE_CHILD: u32 = 0x0000_0040;
/// Removing the object.
pub const DELETE: u32 = 0x0001_0000;
/// Changing who may do what.
pub const WRITE_DAC: u32 = 0x0004_0000;
/// Becoming its owner.
pub const WRITE_OWNER: u32 = 0x0008_0000;
/// All by which a file, or what is in a folder, is changed or removed.
pub const CHANGE: u32 = WRITE_DATA | APPEND_DATA | DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;

/// Why bytes are no security descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorError {
    /// It ends early, or a part begins or ends outside of it.
    #[error("the security descriptor ends early")]
    Short,
    /// It is of another revision, or holds addresses of memory.
    #[error("the security descriptor is of a form that is not known")]
    Form,
    /// A list is not as long as its entries.
    #[error("an access control list is not as long as its entries")]
    List,
    /// A security identifier is none.
    #[error("a security identifier is of a form that is not known")]
    Sid,
}

/// A security descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityDescriptor {
    /// Who owns the object.
    pub owner: Option<Sid>,
    /// The owner's group, which Windows itself does not use.
    pub group: Option<Sid>,
    /// SE_* flags.
    pub control: u16,
    /// Who may do what.
    pub access: Access,
}

/// A discretionary list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// The descriptor says nothing of it: everybody may do everything.
    Absent,
    /// The descriptor says that there is none: everybody may do everything.
    Null,
    /// A list; one without an entry lets nobody in but the owner, who may change it.
    Entries(Vec<AccessEntry>),
}

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// It gives rights.
    Allow,
    /// It takes rights away.
    Deny,
    /// It neither gives nor takes: an audit, a label, or a type that is not known.
    Other(u8),
}

/// An entry of a list (ACE).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// What it does.
    pub kind: EntryKind,
    /// Whether it is inherited and to what.
    pub flags: u8,
    /// The rights.
    pub mask: u32,
    /// Whom it is for; nothing for a type that is not known.
    pub sid: Option<Sid>,
    /// It is for a part of the object, or an extended right, which a GUID names.
    pub of_part: bool,
    /// It holds only under a condition, which is not followed.
    pub conditional: bool,
}

impl AccessEntry {
    /// It is for the object itself, and not only for what is made below.
    pub fn is_of_object(&self) -> bool {
        self.flags & INHERIT_ONLY == 0
    }
}

impl SecurityDescriptor {
    /// Who has at least one of the rights of `wanted` on the object, as a file or folder counts them, in the order of the list;
    /// nothing where everybody has, because there is no list. An entry that takes a right away counts for the one it names, and
    /// for all where it names everybody; what it means for members of a group is not followed, so that too many are named
    /// sooner than too few. A conditional entry that gives is taken as given, one that takes as not taken.
    pub fn holders(&self, wanted: u32) -> Option<Vec<&Sid>> {
        let Access::Entries(entries) = &self.access else { return None };
        let mut holders: Vec<&Sid> = Vec::new();
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.is_of_object()) {
            let Some(sid) = entry.sid.as_ref().filter(|_| entry.kind == EntryKind::Allow) else { continue };
            let denied = entries.iter().take(at).filter(|earlier| {
                earlier.kind == EntryKind::Deny && earlier.is_of_object() && !earlier.conditional && !earlier.of_part
            });
            let denied = denied
                .filter(|earlier| earlier.sid.as_ref().is_some_and(|whom| whom == sid || whom.as_str() == EVERYONE));
            let denied = denied.fold(0, |denied, earlier| denied | file_rights(earlier.mask));
            if file_rights(entry.mask) & wanted & !denied != 0 && !holders.contains(&sid) {
                holders.push(sid);
            }
        }
        Some(holders)
    }

    /// Entries for `sid` give it all of the rights of `wanted`, or there is no list. Groups it may be in do not count.
    pub fn gives(&self, sid: &str, wanted: u32) -> bool {
        let Access::Entries(entries) = &self.access else { return true };
        let (mut given, mut denied) = (0, 0);
        let named =
            |entry: &&AccessEntry| entry.is_of_object() && entry.sid.as_ref().is_some_and(|one| one.as_str() == sid);
        for entry in entries.iter().filter(named) {
            match entry.kind {
                EntryKind::Allow => given |= file_rights(entry.mask) & !denied,
                EntryKind::Deny if !entry.conditional && !entry.of_part => denied |= file_rights(entry.mask) & !given,
                EntryKind::Deny | EntryKind::Other(_) => {}
            }
        }
        given & wanted == wanted
    }
}

/// A mask with the generic rights as a file, folder or share counts them ([MS-DTYP] 2.4.3, winnt.h FILE_GENERIC_*).
pub fn file_rights(mask: u32) -> u32 {
    let generic = [
        (0x8000_0000, 0x0012_0089),
        (0x4000_0000, 0x0012_0116),
        (0x2000_0000, 0x0012_00a0),
        (0x1000_0000, 0x001f_01ff),
    ];
    generic.into_iter().filter(|(bit, _)| mask & bit != 0).fold(mask, |rights, (_, meant)| rights | meant)
}

/// Decodes a self-relative security descriptor. What is behind the last part is no fault.
pub fn decode(bytes: &[u8]) -> Result<SecurityDescriptor, DescriptorError> {
    let control = word(bytes, 2)?;
    if byte(bytes, 0)? != 1 || control & SELF_RELATIVE == 0 {
        return Err(DescriptorError::Form);
    }
    let sid_at = |field| match long(bytes, field)? {
        0 => Ok(None),
        at => sid(behind(bytes, at)?).map(|(sid, _)| Some(sid)),
    };
    let (owner, group) = (sid_at(4)?, sid_at(8)?);
    let access = match (control & DACL_PRESENT != 0, long(bytes, 16)?) {
        (false, _) => Access::Absent,
        (true, 0) => Access::Null,
        (true, at) => Access::Entries(list(behind(bytes, at)?)?),
    };
    Ok(SecurityDescriptor { owner, group, control, access })
}

fn list(bytes: &[u8]) -> Result<Vec<AccessEntry>, DescriptorError> {
    let size = usize::from(word(bytes, 2)?);
    let count = usize::from(word(bytes, 4)?);
    let bytes = bytes.get(..size).ok_or(DescriptorError::Short)?;
    let mut rest = bytes.get(8..).ok_or(DescriptorError::List)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let size = usize::from(word(rest, 2).map_err(|_| DescriptorError::List)?);
        // Each entry has at least its head and its rights, which also ends the loop on a list that is not as long as it says.
        let one = rest.get(..size).filter(|one| one.len() >= 8).ok_or(DescriptorError::List)?;
        entries.push(entry(one)?);
        rest = rest.get(size..).unwrap_or_default();
    }
    Ok(entries)
}

fn entry(bytes: &[u8]) -> Result<AccessEntry, DescriptorError> {
    let (number, flags, mask) = (byte(bytes, 0)?, byte(bytes, 1)?, long(bytes, 4)?);
    // ACCESS_ALLOWED, ACCESS_DENIED, their forms with GUIDs, with a condition, and with both.
    let (kind, of_part, conditional) = match number {
        0x00 => (EntryKind::Allow, false, false),
        0x01 => (EntryKind::Deny, false, false),
        0x05 => (EntryKind::Allow, true, false),
        0x06 => (EntryKind::Deny, true, false),
        0x09 => (EntryKind::Allow, false, true),
        0x0a => (EntryKind::Deny, false, true),
        0x0b => (EntryKind::Allow, true, true),
        0x0c => (EntryKind::Deny, true, true),
        other => (EntryKind::Other(other), false, false),
    };
    let sid = match kind {
        EntryKind::Other(_) => None,
        EntryKind::Allow | EntryKind::Deny => {
            let guids = if of_part { 4 + 16 * (long(bytes, 8)? & 3).count_ones() } else { 0 };
            Some(sid(behind(bytes, 8 + guids)?)?.0)
        }
    };
    Ok(AccessEntry { kind, flags, mask, sid, of_part, conditional })
}

/// The SID that the bytes begin with, and how many of them it has.
fn sid(bytes: &[u8]) -> Result<(Sid, usize), DescriptorError> {
    let count = usize::from(byte(bytes, 1)?);
    if byte(bytes, 0)? != 1 || count > SUB_AUTHORITIES_MAX {
        return Err(DescriptorError::Sid);
    }
    let authority = bytes.get(2..8).ok_or(DescriptorError::Short)?;
    let authority = authority.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for at in 0..count {
        text.push('-');
        text.push_str(&long(bytes, 8 + 4 * at)?.to_string());
    }
    let sid = text.parse().map_err(|_| DescriptorError::Sid)?;
    Ok((sid, 8 + 4 * count))
}

/// A SID alone, as values of the registry hold it.
pub fn decode_sid(bytes: &[u8]) -> Result<Sid, DescriptorError> {
    sid(bytes).map(|(sid, _)| sid)
}

fn behind(bytes: &[u8], at: u32) -> Result<&[u8], DescriptorError> {
    usize::try_from(at).ok().and_then(|at| bytes.get(at..)).ok_or(DescriptorError::Short)
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, DescriptorError> {
    bytes.get(at).copied().ok_or(DescriptorError::Short)
}

fn word(bytes: &[u8], at: usize) -> Result<u16, DescriptorError> {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .map(|two| u16::from_le_bytes(*two))
        .ok_or(DescriptorError::Short)
}

fn long(bytes: &[u8], at: usize) -> Result<u32, DescriptorError> {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .map(|four| u32::from_le_bytes(*four))
        .ok_or(DescriptorError::Short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<u8> = hexadecimal.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    /// `Security` of a service, as exported registries of many machines have it: with a list of audits, which is passed over.
    const SERVICE: &str = "01,00,14,80,90,00,00,00,9c,00,00,00,14,00,00,00,30,00,00,00,02,00,1c,00,01,00,00,00,02,80,14,00,\
        ff,01,0f,00,01,01,00,00,00,00,00,01,00,00,00,00,02,00,60,00,04,00,00,00,00,00,14,00,fd,01,02,00,01,01,00,00,00,00,00,\
        05,12,00,00,00,00,00,18,00,ff,01,0f,00,01,02,00,00,00,00,00,05,20,00,00,00,20,02,00,00,00,00,14,00,8d,01,02,00,01,01,\
        00,00,00,00,00,05,0b,00,00,00,00,00,18,00,fd,01,02,00,01,02,00,00,00,00,00,05,20,00,00,00,23,02,00,00,01,01,00,00,00,\
        00,00,05,12,00,00,00,01,01,00,00,00,00,00,05,12,00,00,00";
    /// `SrvsvcShareAdminConnect` of the server service: who may use C$ and ADMIN$.
    const ADMINISTRATIVE: &str = "01,00,04,80,64,00,00,00,70,00,00,00,00,00,00,00,14,00,00,00,02,00,50,00,03,00,00,00,00,00,\
        18,00,03,00,0f,00,01,02,00,00,00,00,00,05,20,00,00,00,20,02,00,00,00,00,18,00,03,00,0f,00,01,02,00,00,00,00,00,05,20,\
        00,00,00,25,02,00,00,00,00,18,00,03,00,0f,00,01,02,00,00,00,00,00,05,20,00,00,00,27,02,00,00,01,01,00,00,00,00,00,05,\
        12,00,00,00,01,01,00,00,00,00,00,05,12,00,00,00";

    fn holders(descriptor: &SecurityDescriptor, wanted: u32) -> Vec<&str> {
        descriptor.holders(wanted).unwrap().into_iter().map(Sid::as_str).collect()
    }

    #[test]
    fn descriptors_of_real_machines_are_told() {
        let service = decode(&bytes(SERVICE)).unwrap();
        assert_eq!(service.owner.as_ref().map(Sid::as_str), Some(SYSTEM));
        assert_eq!(service.group.as_ref().map(Sid::as_str), Some(SYSTEM));
        let Access::Entries(entries) = &service.access else { panic!("a list") };
        let told: Vec<(u32, &str)> =
            entries.iter().map(|entry| (entry.mask, entry.sid.as_ref().unwrap().as_str())).collect();
        let power_users = "S-1-5-32-547";
        let expected = [(0x201fd, SYSTEM), (0xf01ff, ADMINISTRATORS), (0x2018d, AUTHENTICATED), (0x201fd, power_users)];
        assert_eq!(told, expected);
        let administrative = decode(&bytes(ADMINISTRATIVE)).unwrap();
        assert_eq!(holders(&administrative, READ_DATA), [ADMINISTRATORS, "S-1-5-32-549", "S-1-5-32-551"]);
        assert!(administrative.gives(ADMINISTRATORS, WRITE_DAC) && !administrative.gives(EVERYONE, READ_DATA));
    }

    /// A descriptor with these entries: type, flags, rights, and what is behind them.
    fn made(entries: &[(u8, u8, u32, &[u8])]) -> Vec<u8> {
        let mut list = Vec::new();
        for (kind, flags, mask, sid) in entries {
            let size = u16::try_from(8 + sid.len()).unwrap();
            list.extend([*kind, *flags]);
            list.extend(size.to_le_bytes());
            list.extend(mask.to_le_bytes());
            list.extend_from_slice(sid);
        }
        let mut descriptor = bytes("01 00 04 80 00000000 00000000 00000000 14000000 0200");
        descriptor.extend(u16::try_from(8 + list.len()).unwrap().to_le_bytes());
        descriptor.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        descriptor.extend([0, 0]);
        descriptor.extend(list);
        descriptor
    }

    const WORLD: &[u8] = &[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    const WHO_SIGN_IN: &[u8] = &[1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0];

    #[test]
    fn no_list_is_told_from_an_empty_one() {
        let absent = decode(&bytes("01 00 00 80 00000000 00000000 00000000 00000000")).unwrap();
        let null = decode(&bytes("01 00 04 80 00000000 00000000 00000000 00000000")).unwrap();
        assert_eq!((&absent.access, &null.access), (&Access::Absent, &Access::Null));
        assert!(absent.holders(READ_DATA).is_none() && null.holders(READ_DATA).is_none());
        assert!(null.gives("S-1-5-7", CHANGE));
        let empty = decode(&made(&[])).unwrap();
        assert_eq!(empty.access, Access::Entries(Vec::new()));
        assert_eq!(holders(&empty, u32::MAX), [""; 0]);
        assert!(!empty.gives("S-1-5-18", READ_DATA));
    }

    #[test]
    fn an_entry_that_takes_counts_where_it_stands_before() {
        let denied_first = decode(&made(&[(1, 0, WRITE_DATA, WORLD), (0, 0, 0x001f_01ff, WHO_SIGN_IN)])).unwrap();
        assert_eq!(holders(&denied_first, WRITE_DATA), [""; 0]);
        assert_eq!(holders(&denied_first, READ_DATA), [AUTHENTICATED]);
        let too_late = decode(&made(&[(0, 0, 0x1000_0000, WORLD), (1, 0, 0x001f_01ff, WORLD)])).unwrap();
        assert_eq!(holders(&too_late, CHANGE), [EVERYONE]);
        assert!(too_late.gives(EVERYONE, WRITE_DATA));
        let other = decode(&made(&[(1, 0, 0x001f_01ff, WHO_SIGN_IN), (0, 0, 0x0012_0089, WORLD)])).unwrap();
        assert_eq!(holders(&other, READ_DATA), [EVERYONE]);
    }

    #[test]
    fn entries_for_what_is_made_below_give_nothing_here() {
        let below = decode(&made(&[(0, 0x0b, 0x1000_0000, WORLD), (0, 0x03, 0x8000_0000, WHO_SIGN_IN)])).unwrap();
        assert_eq!(holders(&below, READ_DATA), [AUTHENTICATED]);
        assert!(!below.gives(EVERYONE, READ_DATA) && below.gives(AUTHENTICATED, READ_DATA));
    }

    #[test]
    fn entries_with_guids_and_conditions_name_whom_they_are_for() {
        let mut part = bytes("03000000");
        part.extend([7; 32]);
        part.extend(WORLD);
        let mut condition = WORLD.to_vec();
        condition.extend(b"artx");
        let found =
            decode(&made(&[(5, 0, 1, &part), (9, 0, 1, &condition), (10, 0, 1, &condition), (0x11, 0, 1, &[])]));
        let Access::Entries(entries) = found.unwrap().access else { panic!("a list") };
        let told: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.of_part, entry.conditional)).collect();
        let expected = [
            (EntryKind::Allow, true, false),
            (EntryKind::Allow, false, true),
            (EntryKind::Deny, false, true),
            (EntryKind::Other(0x11), false, false),
        ];
        assert_eq!(told, expected);
        assert!(entries.iter().take(3).all(|entry| entry.sid.as_ref().is_some_and(|sid| sid.as_str() == EVERYONE)));
        assert_eq!(entries[3].sid, None);
    }

    #[test]
    fn whatever_is_cut_or_out_of_place_is_refused() {
        let whole = bytes(SERVICE);
        for length in 0..whole.len() {
            assert!(decode(&whole[..length]).is_err(), "{length}");
        }
        let set = |at: usize, value: u8| {
            let mut changed = whole.clone();
            changed[at] = value;
            decode(&changed)
        };
        assert_eq!(set(0, 2), Err(DescriptorError::Form));
        assert_eq!(set(3, 0), Err(DescriptorError::Form));
        assert_eq!(set(4, 0xff), Err(DescriptorError::Short));
        assert_eq!(set(19, 0xff), Err(DescriptorError::Short));
        assert_eq!(set(0x34, 5), Err(DescriptorError::List));
        assert_eq!(set(0x3a, 0), Err(DescriptorError::List));
        assert_eq!(set(0x91, 16), Err(DescriptorError::Sid));
        assert_eq!(set(0x90, 2), Err(DescriptorError::Sid));
    }

    #[test]
    fn a_sid_alone_is_told() {
        let domain_users = bytes("01 05 000000000005 15000000 0102030405060708 090a0b0c 01020000");
        assert_eq!(decode_sid(&domain_users).unwrap().to_string(), "S-1-5-21-67305985-134678021-202050057-513");
        assert_eq!(decode_sid(&[]), Err(DescriptorError::Short));
    }
}
