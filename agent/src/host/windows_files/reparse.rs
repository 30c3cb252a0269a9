//! Links as they lie on the disk: the data of a reparse point.
//!
//! Source: [MS-FSCC] 2.1.2.2 to 2.1.2.5, REPARSE_DATA_BUFFER (ntifs.h).

use super::{Refused, half, utf16, word};

/// A junction, or the folder at which a disk is to be found.
const MOUNT_POINT: u32 = 0xa000_0003;
const SYMBOLIC_LINK: u32 = 0xa000_000c;
/// It stands for something of another name (IsReparseTagNameSurrogate); what has a tag without this is the file itself.
const SURROGATE: u32 = 0x2000_0000;
const IS_REPARSE_POINT: u32 = 0x400;
const IS_RELATIVE: u32 = 1;

/// Where a link leads, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// A name of the kernel: `\??\C:\x`.
    Absolute(String),
    /// From the folder of the link.
    Relative(String),
}

/// What has these attributes and that tag leads to something of another name.
pub fn is_link(attributes: u32, tag: u32) -> bool {
    attributes & IS_REPARSE_POINT != 0 && tag & SURROGATE != 0
}

/// Where a link leads, by its data.
pub fn link(data: &[u8]) -> Result<Link, Refused> {
    let tag = word(data, 0).ok_or(Refused::Damaged)?;
    let (names, relative) = match tag {
        MOUNT_POINT => (16, false),
        SYMBOLIC_LINK => (20, word(data, 16).ok_or(Refused::Damaged)? & IS_RELATIVE != 0),
        _ => return Err(Refused::OtherLink),
    };
    let length = usize::from(half(data, 4).ok_or(Refused::Damaged)?);
    // The head before what its length counts has eight bytes.
    let data = data.get(..8 + length).ok_or(Refused::Damaged)?;
    let at = usize::from(half(data, 8).ok_or(Refused::Damaged)?);
    let length = usize::from(half(data, 10).ok_or(Refused::Damaged)?);
    let target = utf16(data, names + at, length).filter(|_| length % 2 == 0).ok_or(Refused::Damaged)?;
    Ok(if relative { Link::Relative(target) } else { Link::Absolute(target) })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As Windows makes it: the target, and then the name that is shown.
    pub(in super::super) fn data(tag: u32, target: &str, flags: Option<u32>) -> Vec<u8> {
        let bytes = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let (target, shown) = (bytes(target), bytes("shown"));
        let half = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
        let head = [half(0), half(target.len()), half(target.len() + 2), half(shown.len())].concat();
        let flags = flags.map(|flags| flags.to_le_bytes().to_vec()).unwrap_or_default();
        let body = [head, flags, target, vec![0, 0], shown, vec![0, 0]].concat();
        [tag.to_le_bytes().to_vec(), half(body.len()).to_vec(), vec![0, 0], body].concat()
    }

    #[test]
    fn junctions_and_symbolic_links_are_read() {
        let junction = data(MOUNT_POINT, r"\??\UNC\server\share", None);
        assert_eq!(link(&junction), Ok(Link::Absolute(r"\??\UNC\server\share".into())));
        let absolute = data(SYMBOLIC_LINK, r"\??\C:\健診", Some(0));
        assert_eq!(link(&absolute), Ok(Link::Absolute(r"\??\C:\健診".into())));
        let relative = data(SYMBOLIC_LINK, r"..\x", Some(1));
        assert_eq!(link(&relative), Ok(Link::Relative(r"..\x".into())));
    }

    #[test]
    fn what_is_cut_or_of_another_kind_is_no_link() {
        for whole in [data(MOUNT_POINT, r"\??\C:\x", None), data(SYMBOLIC_LINK, "x", Some(1))] {
            for end in 0..whole.len() {
                assert_eq!(link(&whole[..end]), Err(Refused::Damaged), "{end}");
            }
            for place in 4..12 {
                let mut odd = whole.clone();
                odd[place] = 0xff;
                assert!(matches!(link(&odd), Ok(_) | Err(Refused::Damaged)), "{place}");
            }
        }
        let wsl = data(0xa000_001d, "/etc/passwd", None);
        assert_eq!(link(&wsl), Err(Refused::OtherLink));
        let mut odd = data(MOUNT_POINT, r"\??\C:\x", None);
        odd[10] -= 1;
        assert_eq!(link(&odd), Err(Refused::Damaged));
    }

    #[test]
    fn files_of_a_cloud_are_no_links() {
        const CLOUD: u32 = 0x9000_101a;
        for (attributes, tag, expected) in [
            (0x400, MOUNT_POINT, true),
            (0x410, SYMBOLIC_LINK, true),
            (0x400, 0xa000_001d, true),
            (0x10, MOUNT_POINT, false),
            (0x420, CLOUD, false),
            (0x420, 0x8000_0017, false),
        ] {
            assert_eq!(is_link(attributes, tag), expected, "{attributes:x} {tag:x}");
        }
    }
}
