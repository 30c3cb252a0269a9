//! The head of a package as rpm keeps it in its database. See <https://rpm-software-management.github.io/rpm/manual/format_v4.html>.
//!
//! An index of tags with places, then what lies there. Of some hundred kilobytes only the beginning is asked for.

use thiserror::Error;

use super::rpm_version::Evr;

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const ARCH: u32 = 1022;
const MODULARITY: u32 = 5096;
/// The kinds of values that are read: a number of four bytes, and a text that ends with a zero.
const INT32: u32 = 4;
const STRING: u32 = 6;
/// The head of the index: how many entries, and how many bytes of values.
const LEAD: usize = 8;
const ENTRY: usize = 16;
/// rpm refuses more.
const ENTRIES_MAX: usize = 0xffff;
/// No name, version or label is longer.
const TEXT_MAX: usize = 512;
/// What every release of a package of a module holds: `.module+el9.4.0+…` or `.module_el9+…`.
pub const OF_MODULE: &str = ".module";

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The kind of processor, such as `x86_64` or `noarch`; empty for one without.
    pub arch: String,
    /// Its version.
    pub evr: Evr,
    /// Name and stream of the module it is of: `nodejs:18`.
    pub module: Option<String>,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// So many bytes from the beginning are needed.
    Needs(usize),
    /// All is read.
    Package(Package),
}

/// Why a head cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// It ends before its values.
    #[error("the head of a package is cut off")]
    Cut,
    /// It is none.
    #[error("the head of a package is damaged")]
    Damaged,
}

/// Reads the head of which these are the first bytes of `whole`.
pub fn read(bytes: &[u8], whole: usize) -> Result<Step, HeaderError> {
    let header = Header { bytes, whole };
    match header.package() {
        Ok(package) => Ok(Step::Package(package)),
        Err(Stop::Needs(length)) if length <= whole => Ok(Step::Needs(length)),
        Err(Stop::Needs(_)) => Err(HeaderError::Cut),
        Err(Stop::Damaged) => Err(HeaderError::Damaged),
    }
}

enum Stop {
    Needs(usize),
    Damaged,
}

struct Header<'a> {
    bytes: &'a [u8],
    whole: usize,
}

impl Header<'_> {
    fn package(&self) -> Result<Package, Stop> {
        let name = self.text(NAME)?.filter(|name| !name.is_empty()).ok_or(Stop::Damaged)?;
        let version = self.text(VERSION)?.ok_or(Stop::Damaged)?;
        let release = self.text(RELEASE)?.ok_or(Stop::Damaged)?;
        let epoch = match self.place(EPOCH, INT32)? {
            Some(at) => self.number(at)?,
            None => 0,
        };
        let arch = self.text(ARCH)?.unwrap_or_default();
        // It lies behind the names of all files, so that only those that can have one are read so far.
        let label = if release.contains(OF_MODULE) { self.text(MODULARITY)? } else { None };
        let stream = |label: String| label.split(':').take(2).collect::<Vec<_>>().join(":");
        Ok(Package { name, arch, evr: Evr { epoch, version, release }, module: label.map(stream) })
    }

    fn part(&self, at: usize, length: usize) -> Result<&[u8], Stop> {
        let end = at.checked_add(length).ok_or(Stop::Damaged)?;
        self.bytes.get(at..end).ok_or(Stop::Needs(end))
    }

    fn number(&self, at: usize) -> Result<u32, Stop> {
        Ok(self.part(at, 4)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn size(&self, at: usize) -> Result<usize, Stop> {
        usize::try_from(self.number(at)?).map_err(|_| Stop::Damaged)
    }

    /// Where the value of a tag lies.
    fn place(&self, tag: u32, kind: u32) -> Result<Option<usize>, Stop> {
        let entries = self.size(0)?;
        if entries == 0 || entries > ENTRIES_MAX {
            return Err(Stop::Damaged);
        }
        let values = LEAD + entries * ENTRY;
        self.part(0, values)?;
        for entry in (LEAD..values).step_by(ENTRY) {
            if self.number(entry)? == tag {
                let at = self.size(entry + 8)?;
                let sound = self.number(entry + 4)? == kind && at < self.size(4)? && self.size(entry + 12)? > 0;
                return if sound { Ok(Some(values + at)) } else { Err(Stop::Damaged) };
            }
        }
        Ok(None)
    }

    fn text(&self, tag: u32) -> Result<Option<String>, Stop> {
        let Some(at) = self.place(tag, STRING)? else { return Ok(None) };
        let there = self.bytes.get(at..).unwrap_or_default();
        let there = there.get(..there.len().min(TEXT_MAX)).unwrap_or_default();
        match there.iter().position(|byte| *byte == 0) {
            Some(end) => Ok(Some(String::from_utf8_lossy(there.get(..end).unwrap_or_default()).into_owned())),
            None if there.len() == TEXT_MAX => Err(Stop::Damaged),
            // More of it, as long as there is more.
            None => Err(Stop::Needs((at + TEXT_MAX).min(self.whole).max(self.bytes.len() + 1))),
        }
    }
}

/// A head that says this of a package, for recordings.
pub fn write(package: &Package) -> Vec<u8> {
    let Package { name, arch, evr, module } = package;
    let texts = [(NAME, Some(name)), (VERSION, Some(&evr.version)), (RELEASE, Some(&evr.release))];
    let (mut index, mut values, mut entries) = (Vec::new(), Vec::new(), 0_u32);
    let mut add = |tag: u32, kind: u32, value: &[u8]| {
        let at = u32::try_from(values.len()).unwrap_or(u32::MAX);
        index.extend([tag, kind, at, 1].iter().flat_map(|number| number.to_be_bytes()));
        values.extend_from_slice(value);
        entries += 1;
    };
    // Numbers lie at multiples of their length, so that the only one comes first.
    if evr.epoch > 0 {
        add(EPOCH, INT32, &evr.epoch.to_be_bytes());
    }
    let arch = Some(arch).filter(|arch| !arch.is_empty());
    for (tag, text) in texts.into_iter().chain([(ARCH, arch), (MODULARITY, module.as_ref())]) {
        if let Some(text) = text {
            add(tag, STRING, &[text.as_bytes(), b"\0"].concat());
        }
    }
    let lead = [entries, u32::try_from(values.len()).unwrap_or(u32::MAX)];
    let lead: Vec<u8> = lead.iter().flat_map(|number| number.to_be_bytes()).collect();
    [lead, index, values].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn package(epoch: u32, module: Option<&str>) -> Package {
        let release = if module.is_some() { "1.module+el9.4.0+1" } else { "28.el9_4" };
        Package {
            name: "openssl".into(),
            arch: "x86_64".into(),
            evr: Evr { epoch, version: "3.0.7".into(), release: release.into() },
            module: module.map(str::to_owned),
        }
    }

    #[test]
    fn what_is_written_is_read_and_asked_for_in_steps() {
        for package in [package(0, None), package(1, None), package(0, Some("openssl:3"))] {
            let whole = write(&package);
            let mut there = 0;
            let mut steps = 0;
            let read = loop {
                match read(&whole[..there], whole.len()).unwrap() {
                    Step::Needs(more) => {
                        assert!(more > there && more <= whole.len());
                        there = more;
                        steps += 1;
                    }
                    Step::Package(package) => break package,
                }
            };
            assert_eq!(read, package);
            assert!((2..12).contains(&steps));
        }
    }

    #[test]
    fn damage_is_said() {
        let whole = write(&package(0, None));
        assert_eq!(read(&whole[..whole.len() - 1], whole.len() - 1), Err(HeaderError::Cut));
        assert_eq!(read(&[0; 40], 40), Err(HeaderError::Damaged));
        assert_eq!(read(&[0xff; 40], 40), Err(HeaderError::Damaged));
        assert_eq!(read(b"", 0), Err(HeaderError::Cut));
        let mut of_other_kind = whole;
        of_other_kind[LEAD + 7] = 9;
        assert_eq!(read(&of_other_kind, of_other_kind.len()), Err(HeaderError::Damaged));
    }

    proptest! {
        #[test]
        fn never_panics(at in 0..140_usize, byte in any::<u8>(), cut in 0..150_usize) {
            let mut whole = write(&package(3, Some("openssl:3:1:x")));
            let length = whole.len();
            whole[at.min(length - 1)] = byte;
            let _ = read(&whole, length);
            let _ = read(&whole[..cut.min(length)], length);
        }
    }
}
