//! Following links step by step, so that none is followed that leads away from this machine.

use super::{Place, Refused, link};
use crate::host::{ReadError, ReadErrorKind};

/// As many as Windows would follow on one way.
const LINKS_MAX: usize = 63;
/// How often a way is tried again on which no link is found any more.
const AGAIN_MAX: usize = 3;

/// Why something was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// There is a link on the way, or at its end.
    Link,
    /// It failed.
    Failed(ReadError),
}

/// The disks of a machine, which follow no link by themselves.
pub trait Disk {
    /// What is opened.
    type Opened;

    /// Opens what is there, unless there is a link anywhere on the way.
    fn open(&self, place: &Place) -> Result<Self::Opened, NotOpened>;

    /// The data of the link that is there; nothing where it is none.
    fn link(&self, place: &Place) -> Result<Option<Vec<u8>>, ReadError>;
}

/// Opens what a way leads to, and says where that is. Links are followed to local drives alone. A link that is made
/// meanwhile is one like others: nothing is opened by a way that was looked at before.
pub fn open<D: Disk>(disk: &D, place: Place, tried: &str) -> Result<(D::Opened, Place), ReadError> {
    let (mut place, mut again) = (place, 0);
    for _ in 0..=LINKS_MAX {
        match disk.open(&place) {
            Ok(opened) => return Ok((opened, place)),
            Err(NotOpened::Failed(error)) => return Err(error),
            Err(NotOpened::Link) => match next(disk, &place, tried)? {
                Some(behind) => place = behind,
                None if again < AGAIN_MAX => again += 1,
                // What Windows follows and does not tell as a link, such as a file of a cloud whose driver does not run.
                None => return Err(refused(Refused::OtherLink, tried)),
            },
        }
    }
    Err(ReadError::new(ReadErrorKind::Failed, tried, "too many links on the way"))
}

/// The way behind its first link; nothing where there is none any more.
fn next<D: Disk>(disk: &D, place: &Place, tried: &str) -> Result<Option<Place>, ReadError> {
    for length in 1..=place.length() {
        if let Some(data) = disk.link(&place.part(length))? {
            let through = link(&data).and_then(|link| place.through(length, &link));
            return through.map(Some).map_err(|why| refused(why, tried));
        }
    }
    Ok(None)
}

fn refused(why: Refused, tried: &str) -> ReadError {
    ReadError::new(ReadErrorKind::WrongKind, tried, why.to_string())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::super::reparse::tests::data;
    use super::super::{is_link, word};
    use super::*;

    /// A disk with files and links, which keeps a list of what was opened.
    #[derive(Default)]
    struct Planted {
        links: BTreeMap<String, Vec<u8>>,
        opened: RefCell<Vec<String>>,
    }

    impl Planted {
        fn with(links: &[(&str, u32, &str)]) -> Self {
            let flags = |tag: u32, target: &str| (tag == 0xa000_000c).then(|| u32::from(!target.starts_with(r"\??\")));
            let links =
                links.iter().map(|(at, tag, target)| ((*at).to_owned(), data(*tag, target, flags(*tag, target))));
            Self { links: links.collect(), ..Self::default() }
        }

        fn open(&self, path: &str) -> Result<String, ReadError> {
            let place = Place::of(Path::new(path));
            let place = place.map_err(|why| ReadError::new(ReadErrorKind::Unsupported, "read x", why.to_string()))?;
            open(self, place, "read x").map(|(opened, _)| opened)
        }
    }

    fn written(place: &Place) -> String {
        place.root().name() + &place.below()
    }

    impl Disk for Planted {
        type Opened = String;

        fn open(&self, place: &Place) -> Result<String, NotOpened> {
            let links = (1..=place.length()).any(|length| self.links.contains_key(&written(&place.part(length))));
            self.opened.borrow_mut().push(written(place));
            if links { Err(NotOpened::Link) } else { Ok(written(place)) }
        }

        fn link(&self, place: &Place) -> Result<Option<Vec<u8>>, ReadError> {
            Ok(self.links.get(&written(place)).filter(|data| is_link(0x400, word(data, 0).unwrap())).cloned())
        }
    }

    const JUNCTION: u32 = 0xa000_0003;
    const SYMBOLIC: u32 = 0xa000_000c;

    #[test]
    fn links_to_local_drives_lead_on() {
        let disk = Planted::with(&[
            (r"C:\Users", JUNCTION, r"\??\D:\Users"),
            (r"D:\Users\hanako\Desktop\x.rdp", SYMBOLIC, r"..\y.rdp"),
        ]);
        assert_eq!(disk.open("C:/Users/hanako/Desktop/x.rdp").unwrap(), r"D:\Users\hanako\y.rdp");
        assert_eq!(disk.open("C:/Windows/x").unwrap(), r"C:\Windows\x");
    }

    #[test]
    fn what_a_person_puts_in_a_folder_takes_nobody_to_another_machine() {
        for (at, tag, target) in [
            (r"C:\Users\hanako\Desktop", JUNCTION, r"\??\UNC\server\share"),
            (r"C:\Users\hanako\Desktop", JUNCTION, r"\RPC Control"),
            (r"C:\Users\hanako\Desktop\x.rdp", SYMBOLIC, r"\??\UNC\server\share\x.rdp"),
            (r"C:\Users\hanako\Desktop\x.rdp", SYMBOLIC, r"\\server\share\x.rdp"),
            (r"C:\Users\hanako\Desktop\x.rdp", SYMBOLIC, r"\??\pipe\x"),
            (r"C:\Users\hanako\Desktop\x.rdp", SYMBOLIC, r"\??\GLOBALROOT\Device\Mup\server\share"),
            (r"C:\Users\hanako\Desktop\x.rdp", 0xa000_001d, "/x"),
        ] {
            let disk = Planted::with(&[(at, tag, target)]);
            let error = disk.open("C:/Users/hanako/Desktop/x.rdp").unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::WrongKind, "{target}");
            assert!(error.why.starts_with("a link on the way"), "{error}");
            // One attempt, of the way as it was given, which ended at the link.
            assert_eq!(*disk.opened.borrow(), [r"C:\Users\hanako\Desktop\x.rdp"], "{target}");
        }
        let behind_another = Planted::with(&[
            (r"C:\Users\hanako\Desktop", JUNCTION, r"\??\C:\Users\hanako\b"),
            (r"C:\Users\hanako\b\x.rdp", SYMBOLIC, r"\??\UNC\server\share\x.rdp"),
        ]);
        assert_eq!(behind_another.open("C:/Users/hanako/Desktop/x.rdp").unwrap_err().kind, ReadErrorKind::WrongKind);
    }

    #[test]
    fn links_in_a_circle_end() {
        let disk = Planted::with(&[(r"C:\a", JUNCTION, r"\??\C:\b"), (r"C:\b", JUNCTION, r"\??\C:\a")]);
        assert_eq!(disk.open("C:/a/x").unwrap_err().to_string(), "read x: too many links on the way");
        assert_eq!(disk.opened.borrow().len(), 64);
        let longer = Planted::with(&[(r"C:\a", JUNCTION, r"\??\C:\a\a\a\a\a\a\a\a")]);
        assert_eq!(longer.open("C:/a/x").unwrap_err().kind, ReadErrorKind::Failed);
    }
    #[test]
    fn what_is_followed_and_told_as_no_link_is_refused_soon() {
        const CLOUD: u32 = 0x9000_101a;
        let disk = Planted::with(&[(r"C:\Users\hanako\OneDrive\x.rdp", CLOUD, "x")]);
        let error = disk.open("C:/Users/hanako/OneDrive/x.rdp").unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::WrongKind);
        assert_eq!(error.why, "a link on the way is of a kind that is not followed");
        assert_eq!(disk.opened.borrow().len(), 4);
    }
}
