//! Access control lists as Linux keeps them in `system.posix_acl_access`. See acl(5) and linux/posix_acl_xattr.h.

use thiserror::Error;

const VERSION: u32 = 2;
/// The most entries that are read.
pub const ENTRIES_MAX: usize = 1_000;

/// Why bytes are no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccessListError {
    /// It is of another version.
    #[error("it has no version that is known")]
    Version,
    /// It ends within an entry, or has too many.
    #[error("its entries are no list")]
    Entries,
}

/// Whom an entry names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// An account, by number.
    Account(u32),
    /// A group, by number.
    Group(u32),
}

/// Who may do what beside owner and everybody, the mask taken off: 4 is to read, 2 to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessList {
    /// Accounts and groups that are named.
    pub named: Vec<(Named, u32)>,
    /// The group of the file itself.
    pub own_group: u32,
}

/// Reads a list.
pub fn parse(bytes: &[u8]) -> Result<AccessList, AccessListError> {
    let (version, entries) = bytes.split_first_chunk::<4>().ok_or(AccessListError::Version)?;
    if u32::from_le_bytes(*version) != VERSION {
        return Err(AccessListError::Version);
    }
    let (entries, rest) = entries.as_chunks::<8>();
    if !rest.is_empty() || entries.len() > ENTRIES_MAX {
        return Err(AccessListError::Entries);
    }
    let mut list = AccessList::default();
    let mut mask = 7;
    for [tag_low, tag_high, may_low, may_high, number @ ..] in entries {
        let may = u32::from(u16::from_le_bytes([*may_low, *may_high]));
        let number = u32::from_le_bytes(*number);
        match u16::from_le_bytes([*tag_low, *tag_high]) {
            0x02 => list.named.push((Named::Account(number), may)),
            0x08 => list.named.push((Named::Group(number), may)),
            0x04 => list.own_group = may,
            0x10 => mask = may,
            _ => {}
        }
    }
    list.own_group &= mask;
    list.named.iter_mut().for_each(|(_, may)| *may &= mask);
    Ok(list)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A list of these entries: tag, what may be done, number.
    pub(crate) fn list(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut bytes = VERSION.to_le_bytes().to_vec();
        for (tag, may, number) in entries {
            bytes.extend(tag.to_le_bytes().into_iter().chain(may.to_le_bytes()).chain(number.to_le_bytes()));
        }
        bytes
    }

    #[test]
    fn the_mask_is_taken_off() {
        // As `setfacl -m u:1000:rw,g:100:r,m::r` makes it of a file 0640; the number of what has none is -1.
        let bytes = list(&[
            (0x01, 6, u32::MAX),
            (0x02, 6, 1000),
            (0x04, 4, u32::MAX),
            (0x08, 4, 100),
            (0x10, 4, u32::MAX),
            (0x20, 0, u32::MAX),
        ]);
        let expected = vec![(Named::Account(1000), 4), (Named::Group(100), 4)];
        assert_eq!(parse(&bytes), Ok(AccessList { named: expected, own_group: 4 }));
    }

    #[test]
    fn what_is_no_list() {
        assert_eq!(parse(b""), Err(AccessListError::Version));
        assert_eq!(parse(&[1, 0, 0, 0]), Err(AccessListError::Version));
        assert_eq!(parse(&[2, 0, 0, 0, 1]), Err(AccessListError::Entries));
        assert_eq!(parse(&[2, 0, 0, 0]), Ok(AccessList::default()));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = parse(&bytes);
            let _ = parse(&[VERSION.to_le_bytes().as_slice(), &bytes].concat());
        }
    }
}
