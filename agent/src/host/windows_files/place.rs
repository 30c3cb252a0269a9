//! Places on the disks of this machine.

use std::path::Path;

use thiserror::Error;

use super::Link;

/// The longest name that Windows takes (UNICODE_STRING counts bytes in 16 bits).
const UNITS_MAX: usize = 32_000;
/// What names of the kernel begin with where a program would write a path.
const OBJECTS: &str = r"\??\";
/// What a volume without a letter is called: this, a GUID and a brace.
const VOLUME: &str = "Volume{";
const GUID_LENGTH: usize = 36;

/// Why a path, or the target of a link, is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// Windows' names are Unicode.
    #[error("it is no Unicode")]
    NoUnicode,
    /// It names another machine, a device, or is relative.
    #[error("it does not begin with a local drive, as `C:/` does")]
    NoDrive,
    /// A stream or a pattern.
    #[error("it names no file but a part of one, or several")]
    NoName,
    /// `CON` and the like.
    #[error("it names a device")]
    Device,
    /// More than Windows takes.
    #[error("it is too long")]
    TooLong,
    /// The drive is a share.
    #[error("its drive is another machine's, which is not asked")]
    RemoteDrive,
    /// A link leads to `\\server\share`, to a device or to the names of the kernel.
    #[error("a link on the way leads to another machine or to a device, and is not followed")]
    Elsewhere,
    /// A link of Linux, of a container, and so on.
    #[error("a link on the way is of a kind that is not followed")]
    OtherLink,
    /// No link that Windows would have made.
    #[error("a link on the way is damaged")]
    Damaged,
}

/// Where names begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// A drive by its letter.
    Drive(char),
    /// A volume by its GUID, as links of folders name disks without a letter.
    Volume(String),
}

impl Root {
    /// As Windows opens it: `C:\` or `\\?\Volume{…}\`.
    pub fn name(&self) -> String {
        match self {
            Self::Drive(letter) => format!(r"{letter}:\"),
            Self::Volume(guid) => format!(r"\\?\Volume{{{guid}}}\"),
        }
    }
}

/// A file or folder by its root and the names below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    root: Root,
    names: Vec<String>,
}

impl Place {
    /// The place that a path names: `C:/x` and nothing else. What names another machine (whose answer may take long, and which
    /// would be told who asks), a device (which may do something when it is opened) or a stream beside the file is refused.
    ///
    /// Source: Windows documentation, "Naming Files, Paths, and Namespaces".
    pub fn of(path: &Path) -> Result<Self, Refused> {
        let text = path.to_str().ok_or(Refused::NoUnicode)?;
        let (letter, rest) = drive(text).ok_or(Refused::NoDrive)?;
        Self::at(Root::Drive(letter), &[], rest)
    }

    /// Its root.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// How many names there are below the root.
    pub fn length(&self) -> usize {
        self.names.len()
    }

    /// The names below the root, as Windows takes them.
    pub fn below(&self) -> String {
        self.names.join("\\")
    }

    /// The first `length` names of the way.
    #[must_use]
    pub fn part(&self, length: usize) -> Self {
        Self { root: self.root.clone(), names: self.names.iter().take(length).cloned().collect() }
    }

    /// Where the way leads when its first `length` names are that link.
    pub fn through(&self, length: usize, link: &Link) -> Result<Self, Refused> {
        let rest = self.names.get(length..).unwrap_or_default();
        let target = match link {
            Link::Absolute(target) => {
                let (root, below) = absolute(target).ok_or(Refused::Elsewhere)?;
                Self::at(root, &[], below)?
            }
            // Two at the beginning are a machine's name.
            Link::Relative(target) if target.starts_with(['\\', '/']) => {
                let below = target.get(1..).unwrap_or_default();
                if below.starts_with(['\\', '/', '?']) {
                    return Err(Refused::Elsewhere);
                }
                Self::at(self.root.clone(), &[], below)?
            }
            Link::Relative(target) => {
                let folder = self.names.get(..length.saturating_sub(1)).unwrap_or_default();
                Self::at(self.root.clone(), folder, target)?
            }
        };
        Self::at(target.root, &target.names, &rest.join("\\"))
    }

    /// Names below a folder; `..` goes up as far as the root, as Windows does it, before anything is looked at.
    fn at(root: Root, folder: &[String], below: &str) -> Result<Self, Refused> {
        let mut names = folder.to_vec();
        for name in below.split(['/', '\\']) {
            if name.contains(['\0', ':', '*', '?', '"', '<', '>', '|']) {
                return Err(Refused::NoName);
            }
            if is_device(name) {
                return Err(Refused::Device);
            }
            match name {
                "" | "." => {}
                ".." => drop(names.pop()),
                name => names.push(name.to_owned()),
            }
        }
        let units: usize = names.iter().map(|name| name.encode_utf16().count() + 1).sum();
        if units > UNITS_MAX { Err(Refused::TooLong) } else { Ok(Self { root, names }) }
    }
}

/// The letter of `C:\x` or `C:/x`, and what is below.
fn drive(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    match (characters.next(), characters.next(), characters.next()) {
        (Some(letter), Some(':'), Some('/' | '\\')) if letter.is_ascii_alphabetic() => {
            Some((letter.to_ascii_uppercase(), characters.as_str()))
        }
        _ => None,
    }
}

/// Where the target of a link begins, if on a disk of this machine: `\??\C:\x` or `\??\Volume{…}\x`. All else, as
/// `\??\UNC\server\share` and `\Device\x`, is none.
fn absolute(target: &str) -> Option<(Root, &str)> {
    let name = target.strip_prefix(OBJECTS)?;
    if let Some((letter, below)) = drive(name) {
        return Some((Root::Drive(letter), below));
    }
    let (guid, below) = name.strip_prefix(VOLUME)?.split_once("}\\")?;
    let of_guid = |character: char| character.is_ascii_hexdigit() || character == '-';
    (guid.len() == GUID_LENGTH && guid.chars().all(of_guid)).then(|| (Root::Volume(guid.to_owned()), below))
}

/// What stands for a drive's letter is another machine's, or not known to be this machine's: `\Device\HarddiskVolume3` is a
/// disk, `\Device\LanmanRedirector\;Z:…\server\share` is not.
pub fn is_remote(device: &str) -> bool {
    const REDIRECTORS: [&str; 8] = [
        r"\device\lanmanredirector",
        r"\device\mup",
        r"\device\webdavredirector",
        r"\device\rdpdr",
        r"\device\nfsredirector",
        r"\device\csc",
        r"\device\vmhgfs",
        r"\device\vboxminirdr",
    ];
    let is_folder_elsewhere = is_folder(device) && drive(device.get(OBJECTS.len()..).unwrap_or_default()).is_none();
    let device = device.to_ascii_lowercase();
    is_folder_elsewhere || device.contains(r"\;") || REDIRECTORS.iter().any(|redirector| device.starts_with(redirector))
}

/// What stands for a drive's letter is a folder, as `subst` makes it: `\??\C:\Data`.
pub fn is_folder(device: &str) -> bool {
    device.starts_with(OBJECTS)
}

/// Names that are devices in every folder, with any ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_number = |rest: &str| {
        let mut digits = rest.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || numbered.is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GUID: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";

    fn of(path: &str) -> Place {
        Place::of(Path::new(path)).unwrap()
    }

    #[test]
    fn paths_of_local_drives() {
        let place = of("c:/Users/hanako/./Desktop/../x.rdp");
        assert_eq!((place.root(), place.below().as_str()), (&Root::Drive('C'), r"Users\hanako\x.rdp"));
        assert_eq!((of("D:\\").below().as_str(), of("C:/../../x").below().as_str()), ("", "x"));
        assert_eq!(place.part(1), of("C:/Users"));
        for (path, why) in [
            ("", Refused::NoDrive),
            ("C:x", Refused::NoDrive),
            (r"\\server\share\x", Refused::NoDrive),
            ("//server/share/x", Refused::NoDrive),
            (r"\\?\UNC\server\share\x", Refused::NoDrive),
            (r"\??\UNC\server\share", Refused::NoDrive),
            (r"\Device\Mup\server\share", Refused::NoDrive),
            (r"\\.\pipe\x", Refused::NoDrive),
            ("C:/x:stream", Refused::NoName),
            ("C:/x/*", Refused::NoName),
            ("C:/x/con.txt", Refused::Device),
        ] {
            assert_eq!(Place::of(Path::new(path)), Err(why), "{path}");
        }
        assert_eq!(Place::of(Path::new(&format!("C:/{}", "x/".repeat(20_000)))), Err(Refused::TooLong));
    }

    #[test]
    fn links_to_local_drives_are_followed() {
        let way = of("C:/Users/hanako/Desktop/x.rdp");
        let through = |length, link: Link| way.through(length, &link).map(|place| place.root().name() + &place.below());
        for (length, link, leads) in [
            (3, Link::Absolute(r"\??\D:\Desktop".into()), r"D:\Desktop\x.rdp"),
            (3, Link::Absolute(r"\??\d:\".into()), r"D:\x.rdp"),
            (4, Link::Relative("y.rdp".into()), r"C:\Users\hanako\Desktop\y.rdp"),
            (3, Link::Relative(r"..\taro\Desktop".into()), r"C:\Users\taro\Desktop\x.rdp"),
            (1, Link::Relative(r"\People".into()), r"C:\People\hanako\Desktop\x.rdp"),
            (1, Link::Relative(r"..\..\..\People".into()), r"C:\People\hanako\Desktop\x.rdp"),
        ] {
            assert_eq!(through(length, link.clone()).as_deref(), Ok(leads), "{link:?}");
        }
        let volume = Link::Absolute(format!(r"\??\Volume{{{GUID}}}\"));
        assert_eq!(through(2, volume), Ok(format!(r"\\?\Volume{{{GUID}}}\Desktop\x.rdp")));
    }

    #[test]
    fn links_to_other_machines_and_devices_are_not() {
        let way = of("C:/Users/hanako/Desktop/x.rdp");
        for target in [
            r"\??\UNC\server\share",
            r"\??\unc\server\share\x.rdp",
            r"\\server\share",
            r"\\?\UNC\server\share",
            r"\Device\Mup\server\share",
            r"\Device\NamedPipe\x",
            r"\RPC Control\x",
            r"\GLOBAL??\UNC\server\share",
            r"\??\GLOBALROOT\Device\Mup\server\share",
            r"\??\pipe\x",
            r"\??\PhysicalDrive0",
            r"\??\C:",
            r"\??\Volume{x}\",
            r"\??\Volume{0a1b2c3d-0000-4000-8000-0123456789ab}",
            r"\??\Volume{..\..\UNC\server\share\xxxxxxxxxxxxxx}\",
            r"\??\",
            "",
            "C:\\x",
        ] {
            assert_eq!(way.through(4, &Link::Absolute(target.into())), Err(Refused::Elsewhere), "{target}");
        }
        for target in [r"\\server\share", r"\\?\UNC\server\share", r"\??\UNC\server\share", r"//server/share"] {
            assert_eq!(way.through(4, &Link::Relative(target.into())), Err(Refused::Elsewhere), "{target}");
        }
        for (target, why) in [
            (r"C:\x", Refused::NoName),
            ("x:stream", Refused::NoName),
            ("NUL", Refused::Device),
            ("a\0b", Refused::NoName),
        ] {
            assert_eq!(way.through(4, &Link::Relative(target.into())), Err(why), "{target}");
        }
    }

    #[test]
    fn a_letter_that_stands_for_a_folder_is_a_link_at_the_beginning() {
        let through = |device: &str| {
            assert!(is_folder(device), "{device}");
            of("S:/data/x")
                .through(0, &Link::Absolute(device.to_owned()))
                .map(|place| place.root().name() + &place.below())
        };
        assert_eq!(through(r"\??\C:\Shared").as_deref(), Ok(r"C:\Shared\data\x"));
        assert_eq!(through(r"\??\d:\").as_deref(), Ok(r"D:\data\x"));
        assert_eq!(through(r"\??\UNC\server\share"), Err(Refused::Elsewhere));
        assert!(!is_folder(r"\Device\HarddiskVolume3"));
    }

    #[test]
    fn drives_of_other_machines() {
        for local in
            [r"\Device\HarddiskVolume3", r"\Device\CdRom0", r"\Device\VeraCryptVolumeX", r"\??\C:\Data", r"\??\d:\"]
        {
            assert!(!is_remote(local), "{local}");
        }
        for remote in [
            r"\Device\LanmanRedirector\;Z:0000000000012345\server\share",
            r"\Device\Mup\;LanmanRedirector\;Z:0\server\share",
            r"\Device\WebDavRedirector\;Y:0\server@SSL\DavWWWRoot",
            r"\Device\RdpDr\;Z:2\tsclient\C",
            r"\Device\NewRedirector\;Z:0\server\share",
            r"\??\UNC\server\share",
        ] {
            assert!(is_remote(remote), "{remote}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_link_says_it_leads_below_a_local_drive_or_nowhere(
            target in r"(\\\?\?\\|\\\\|[A-Z]:\\|UNC\\|\.\.\\|Volume\{|\}\\|[0-9a-f-]{1,36}|[a-z./:\\*]|\PC){0,12}",
            absolute: bool,
            length in 1_usize..5,
        ) {
            let link = if absolute { Link::Absolute(target) } else { Link::Relative(target) };
            if let Ok(place) = of("C:/Users/hanako/Desktop/x.rdp").through(length, &link) {
                match place.root() {
                    Root::Drive(letter) => prop_assert!(letter.is_ascii_uppercase()),
                    Root::Volume(guid) => prop_assert!(guid.len() == GUID_LENGTH && !guid.contains(['\\', '/', '.'])),
                }
                for name in &place.names {
                    prop_assert!(!name.is_empty() && name != "..", "{name}");
                    prop_assert!(!name.contains(['\\', '/', ':', '*', '?', '\0']), "{name}");
                }
            }
        }
    }
}
