//! What a system calls itself. See os-release(5).

use tenken_model::Instant;

/// The codename of Debian unstable, which never becomes a version.
pub const UNSTABLE: &str = "sid";

/// What is read of os-release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OsRelease {
    /// `ID`; `linux` where there is none.
    pub id: String,
    /// `VERSION_ID`; empty for systems without versions.
    pub version: String,
    /// `NAME`.
    pub name: String,
    /// `PRETTY_NAME`, or what stands for it.
    pub pretty_name: String,
    /// `VERSION_CODENAME`; empty where there is none.
    pub codename: String,
    /// Of a system that is made of Ubuntu or Debian, the codename of that: `UBUNTU_CODENAME` or `DEBIAN_CODENAME`.
    pub base: String,
    /// `SUPPORT_END`: the last moment of that day.
    pub support_end: Option<Instant>,
}

/// Reads os-release. Of several lines of one name the last counts, as for a shell.
pub fn parse(bytes: &[u8]) -> OsRelease {
    let text = String::from_utf8_lossy(bytes);
    let mut release = OsRelease { id: "linux".to_owned(), ..OsRelease::default() };
    for line in text.lines().map(str::trim) {
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
        let value = unquoted(value);
        match name {
            "ID" => release.id = value,
            "VERSION_ID" => release.version = value,
            "NAME" => release.name = value,
            "PRETTY_NAME" => release.pretty_name = value,
            "VERSION_CODENAME" => release.codename = value,
            "UBUNTU_CODENAME" | "DEBIAN_CODENAME" => release.base = value,
            "SUPPORT_END" => release.support_end = end_of_day(&value),
            _ => {}
        }
    }
    if release.pretty_name.is_empty() {
        format!("{} {}", release.id, release.version).trim().clone_into(&mut release.pretty_name);
    }
    release
}

/// The last second of a day as `2027-05-31`, in the zone of UTC, which is the later one for Japan.
pub fn end_of_day(text: &str) -> Option<Instant> {
    let day: chrono::NaiveDate = text.parse().ok()?;
    Some(day.and_hms_opt(23, 59, 59)?.and_utc())
}

/// A value of a shell's assignment: quotes and backslashes taken off. Variables have no place in this file.
fn unquoted(value: &str) -> String {
    let mut written = String::new();
    let mut quote = None;
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            ('\\', None | Some('"')) => written.extend(letters.next()),
            (' ' | '\t', None) => break,
            _ => written.push(letter),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems() {
        let debian = parse(include_bytes!("../../../tests/samples/updates/debian_12.os-release"));
        assert_eq!((debian.id.as_str(), debian.version.as_str()), ("debian", "12"));
        assert_eq!((debian.codename.as_str(), debian.base.as_str()), ("bookworm", ""));
        assert_eq!(debian.pretty_name, "Debian GNU/Linux 12 (bookworm)");
        let fedora = parse(include_bytes!("../../../tests/samples/updates/fedora_42.os-release"));
        assert_eq!((fedora.id.as_str(), fedora.version.as_str()), ("fedora", "42"));
        assert_eq!(fedora.support_end, end_of_day("2026-05-13"));
        let mint = parse(b"ID=linuxmint\nVERSION_ID=\"22\"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n");
        assert_eq!((mint.codename.as_str(), mint.base.as_str()), ("wilma", "noble"));
        let rolling = parse(b"ID=arch\nNAME=Arch\n");
        assert_eq!((rolling.version.as_str(), rolling.pretty_name.as_str()), ("", "arch"));
    }

    #[test]
    fn quotes_comments_and_repetition() {
        let read = parse(
            b"#ID=x\nID='rocky' # odd\nID=alma\\linux\nVERSION_ID=\"9.4\nNAME=\"a \\\"b\\\"\"\nSUPPORT_END=soon\n",
        );
        assert_eq!((read.id.as_str(), read.version.as_str(), read.name.as_str()), ("almalinux", "9.4", "a \"b\""));
        assert_eq!(read.support_end, None);
        assert_eq!(parse(b"\xff\0").id, "linux");
    }
}
