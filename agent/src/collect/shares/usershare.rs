//! A share that a person made without an administrator: a file of `net usershare`, as `parse_usershare_file` of Samba reads it.

/// The most bytes of such a file; Samba refuses a larger one.
pub const FILE_MAX: u64 = 10 * 1024;
/// The most entries of its list that are read.
const ENTRIES_MAX: usize = 200;

/// Everybody, also in the list that stands for an empty one.
pub const EVERYONE: &str = "S-1-1-0";

/// Those that whoever does not sign in belongs to: everybody, whoever comes over the network, anonymous ones, and guests of this
/// host. See [MS-DTYP] 2.4.2.4.
const WITH_GUESTS: [&str; 4] = [EVERYONE, "S-1-5-2", "S-1-5-7", "S-1-5-32-546"];
/// Accounts and groups of a host or domain, of which these are the guest and the guests of the domain.
const OF_DOMAIN: &str = "S-1-5-21-";
const GUESTS_OF_DOMAIN: [&str; 2] = ["-501", "-514"];
/// Accounts and groups of this system, by their numbers here.
const OF_SYSTEM: &str = "S-1-22-";

/// Nobody, in a list that only refuses.
const NOBODY: &str = "S-1-0-0";

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usershare {
    /// The folder.
    pub path: String,
    /// Whom its list lets in, by the numbers that Windows gives accounts and groups.
    pub allowed: Vec<String>,
    /// Some of them may change files.
    pub writable: bool,
    /// It takes in whoever does not sign in.
    pub guests: bool,
}

impl Usershare {
    /// Whether its list lets in whoever does not sign in; nothing where that depends on numbers of this system.
    pub fn guests_listed(&self) -> Option<bool> {
        let with_guests = |who: &str| {
            WITH_GUESTS.contains(&who)
                || who.starts_with(OF_DOMAIN) && GUESTS_OF_DOMAIN.iter().any(|guests| who.ends_with(guests))
        };
        if self.allowed.iter().any(|who| with_guests(who)) {
            return Some(true);
        }
        (!self.allowed.iter().any(|who| who.starts_with(OF_SYSTEM))).then_some(false)
    }
}

/// What Samba reads of a file of that name; nothing for one that it refuses, whose share is not there then.
pub fn parse(name: &str, bytes: &[u8]) -> Option<Usershare> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines: Vec<&str> = text.lines().take(6).collect();
    let (version, rest) = match lines.as_slice() {
        ["#VERSION 1", rest @ ..] if rest.len() >= 3 => (1, rest),
        ["#VERSION 2", rest @ ..] if rest.len() >= 4 => (2, rest),
        _ => return None,
    };
    let path = rest.first()?.strip_prefix("path=")?.trim_matches(' ');
    rest.get(1)?.strip_prefix("comment=")?;
    let (allowed, writable) = list(rest.get(2)?.strip_prefix("usershare_acl=")?)?;
    let mut guests = false;
    if version == 2 {
        guests = rest.get(3)?.strip_prefix("guest_ok=")?.starts_with('y');
        if let Some(line) = rest.get(4) {
            let own = line.strip_prefix("sharename=")?;
            own.eq_ignore_ascii_case(name).then_some(())?;
        }
    }
    path.starts_with('/').then(|| Usershare { path: path.to_owned(), allowed, writable, guests })
}

/// Whom a list lets in, and whether some of them may change files. Names in place of numbers are refused: `net usershare add`
/// writes numbers. So is a comma at the end.
fn list(written: &str) -> Option<(Vec<String>, bool)> {
    if written.is_empty() {
        return Some((vec![EVERYONE.to_owned()], false));
    }
    let (mut allowed, mut writable) = (Vec::new(), false);
    for entry in written.split(',').take(ENTRIES_MAX) {
        let (who, right) = entry.rsplit_once(':')?;
        let numbers = who.strip_prefix("S-").or_else(|| who.strip_prefix("s-"))?;
        let sound = numbers.split('-').count() >= 2
            && numbers.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if !sound {
            return None;
        }
        match right {
            "F" | "f" => writable = true,
            "R" | "r" => {}
            "D" | "d" => continue,
            _ => return None,
        }
        allowed.push(who.to_ascii_uppercase());
    }
    if allowed.is_empty() {
        allowed.push(NOBODY.to_owned());
    }
    Some((allowed, writable))
}
