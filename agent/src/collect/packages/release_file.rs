//! The head of a repository's `InRelease` or `Release`. See <https://wiki.debian.org/DebianRepository/Format>.

use tenken_model::Instant;

use super::paragraphs::{Line, Paragraphs};

/// What the head tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// Who publishes it, such as `Ubuntu`, or `UbuntuESM` for what its maker sells.
    pub origin: String,
    /// Whose it is, such as `Debian-Security`.
    pub label: String,
    /// Such as `stable-security`.
    pub suite: String,
    /// Such as `bookworm-security`.
    pub codename: String,
    /// The host it is fetched from, which the file itself does not tell.
    pub site: String,
    /// When it was written; nothing where that is no date.
    pub date: Option<Instant>,
    /// Until when it holds; nothing where it does not say, as Ubuntu's.
    pub valid_until: Option<Instant>,
}

impl Release {
    /// It is one of security updates of Debian, Ubuntu or what is made of them.
    pub fn is_security(&self) -> bool {
        self.label == "Debian-Security" || [&self.suite, &self.codename].iter().any(|name| name.ends_with("-security"))
    }

    /// It is of what Ubuntu's maker sells.
    pub fn is_sold(&self) -> bool {
        self.origin.starts_with("UbuntuESM")
    }

    /// It is of the version of a system that has this codename, also where a mirror puts words of its own around it.
    pub fn is_of(&self, codename: &str) -> bool {
        let has = |name: &str| name.split(['-', '/']).any(|word| word == codename);
        has(self.own_name()) || has(&self.codename)
    }

    /// The name that is of one version of a system alone: Debian's suites are called `stable-security` one after the other,
    /// Ubuntu's codenames leave out what a suite is for.
    pub fn own_name(&self) -> &str {
        if self.codename.ends_with("-security") || self.suite.is_empty() { &self.codename } else { &self.suite }
    }
}

/// Reads the head, from the first bytes of the file: sums follow, with which it may be cut off.
pub fn parse(head: &[u8]) -> Release {
    let mut release = Release::default();
    let mut paragraphs = Paragraphs::default();
    paragraphs.take(head, &mut |line| {
        let Line::Field(name, value) = line else { return };
        let text = || String::from_utf8_lossy(value.get(..value.len().min(100)).unwrap_or_default()).into_owned();
        match name {
            b"Origin" => release.origin = text(),
            b"Label" => release.label = text(),
            b"Suite" => release.suite = text(),
            b"Codename" => release.codename = text(),
            b"Date" => release.date = date(&text()),
            b"Valid-Until" => release.valid_until = date(&text()),
            _ => {}
        }
    });
    release
}

fn date(text: &str) -> Option<Instant> {
    let zone = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |date| format!("{date}+0000"));
    chrono::DateTime::parse_from_rfc2822(&zone).ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &[u8] = include_bytes!("../../../tests/samples/updates/debian_12_security.InRelease");
    const UBUNTU: &[u8] = include_bytes!("../../../tests/samples/updates/ubuntu_24_04_security.InRelease");

    #[test]
    fn security_suites_of_debian_and_ubuntu() {
        let debian = parse(DEBIAN);
        assert!(debian.is_security());
        assert_eq!((debian.label.as_str(), debian.codename.as_str()), ("Debian-Security", "bookworm-security"));
        assert_eq!(debian.date, Some("2026-11-25T02:22:30Z".parse().unwrap()));
        assert_eq!(debian.valid_until, Some("2026-12-02T02:22:30Z".parse().unwrap()));
        assert_eq!((debian.origin.as_str(), debian.own_name()), ("Debian", "bookworm-security"));
        let ubuntu = parse(UBUNTU);
        assert!(ubuntu.is_security());
        assert_eq!((ubuntu.label.as_str(), ubuntu.own_name()), ("Ubuntu", "noble-security"));
        assert_eq!((ubuntu.valid_until, ubuntu.is_sold()), (None, false));
        assert!(parse(b"Origin: UbuntuESMApps\nSuite: noble-apps-security\n").is_sold());
        assert!(debian.is_of("bookworm") && ubuntu.is_of("noble"));
        assert!(!debian.is_of("trixie") && !debian.is_of("book") && !ubuntu.is_of(""));
        let buster = parse(b"Label: Debian-Security\nSuite: oldoldstable\nCodename: buster\n");
        assert!(buster.is_of("buster"), "its suite had the name of the main one");
    }

    #[test]
    fn other_suites_and_what_is_none() {
        let main = parse(b"Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: bookworm\nDate: yesterday\n");
        assert!(!main.is_security() && main.date.is_none());
        assert_eq!(parse(b"<html>\n"), Release::default());
        let signed = parse(b"Date: Sat, 1 Aug 2026 09:00:00 +0900\nLabel: Debian-Sec");
        assert_eq!(signed.date, Some("2026-08-01T00:00:00Z".parse().unwrap()));
        assert!(!signed.is_security(), "a line that is cut off says nothing");
    }
}
