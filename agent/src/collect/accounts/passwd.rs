//! `/etc/passwd`: the local accounts. See passwd(5).

use thiserror::Error;

use super::fields::{cut_off, lines, number};

/// The most accounts that are read.
const ENTRIES_MAX: usize = 20_000;

/// The fields of a line.
pub const FIELDS: usize = 7;

/// Why the file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PasswdError {
    /// More accounts than are read.
    #[error("more than {ENTRIES_MAX} accounts")]
    TooMany,
    /// The last line ends before its last field, as after a broken copy: accounts behind it are missing.
    #[error("it is cut off in its last line")]
    CutOff,
    /// Not one line is an account.
    #[error("no account in it, and {malformed} lines that are none")]
    NoAccount {
        /// How many lines are no account.
        malformed: usize,
    },
}

/// The accounts of the file in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passwd {
    /// Every account, also a second one of a name, which the system never finds by that name.
    pub entries: Vec<PasswdEntry>,
    /// Lines the C library passes over.
    pub malformed: usize,
    /// Lines that begin with `+` or `-` and bring accounts from a network directory: not local ones.
    pub network_lines: usize,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswdEntry {
    /// Its name; bytes that are no UTF-8 are replaced.
    pub name: String,
    /// The password field: `x` sends to the shadow file.
    pub password: String,
    /// Its number.
    pub uid: u32,
    /// Its first group.
    pub gid: u32,
    /// Its home folder.
    pub home: String,
    /// Its shell as written; empty means `/bin/sh`.
    pub shell: String,
}

/// Reads `/etc/passwd`.
pub fn parse(bytes: &[u8]) -> Result<Passwd, PasswdError> {
    let text = String::from_utf8_lossy(bytes);
    let mut passwd = Passwd::default();
    for line in lines(&text) {
        if line.starts_with(['+', '-']) {
            passwd.network_lines += 1;
        } else if let Some(entry) = entry(line) {
            if passwd.entries.len() == ENTRIES_MAX {
                return Err(PasswdError::TooMany);
            }
            passwd.entries.push(entry);
        } else {
            passwd.malformed += 1;
        }
    }
    if passwd.entries.is_empty() {
        return Err(PasswdError::NoAccount { malformed: passwd.malformed });
    }
    if cut_off(&text, FIELDS) {
        return Err(PasswdError::CutOff);
    }
    Ok(passwd)
}

/// The C library asks for name and numbers; what is missing after them is empty.
fn entry(line: &str) -> Option<PasswdEntry> {
    let mut fields = line.splitn(FIELDS, ':');
    let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
    let password = fields.next()?.to_owned();
    let uid = number(fields.next()?)?;
    let gid = number(fields.next()?)?;
    let mut rest = fields.skip(1).map(str::to_owned);
    let home = rest.next().unwrap_or_default();
    let shell = rest.next().unwrap_or_default();
    Some(PasswdEntry { name, password, uid, gid, home, shell })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_file_debian_installs() {
        let passwd = parse(include_bytes!("../../../tests/samples/accounts/passwd")).unwrap();
        assert_eq!((passwd.malformed, passwd.network_lines), (0, 0));
        let root = passwd.entries.first().unwrap();
        assert_eq!((root.name.as_str(), root.uid, root.gid), ("root", 0, 0));
        assert_eq!((root.home.as_str(), root.shell.as_str()), ("/root", "/bin/bash"));
        let nobody = passwd.entries.iter().find(|entry| entry.name == "nobody").unwrap();
        assert_eq!((nobody.uid, nobody.shell.as_str()), (65534, "/usr/sbin/nologin"));
    }

    #[test]
    fn lines_that_are_no_account_are_counted() {
        let passwd =
            parse(b"# c\n\nroot:x:0:0::/root:/bin/sh\nhalf:x:12\n::0:0:::\nbad:x:one:1::/:\n\xff\xfe\n").unwrap();
        assert_eq!(passwd.entries.len(), 1);
        assert_eq!(passwd.malformed, 4);
    }

    #[test]
    fn lines_of_a_network_directory_are_no_accounts() {
        let passwd = parse(b"root:x:0:0::/root:/bin/sh\n+@staff::::::\n-eve\n+::::::\n").unwrap();
        assert_eq!((passwd.entries.len(), passwd.network_lines, passwd.malformed), (1, 3, 0));
    }

    #[test]
    fn blanks_and_signs_do_not_hide_an_account() {
        let passwd = parse(b" toor:x: +0:0::/root:/bin/sh\nshort:x:5:5\n").unwrap();
        assert_eq!(
            passwd.entries.iter().map(|entry| (entry.name.as_str(), entry.uid)).collect::<Vec<_>>(),
            [("toor", 0), ("short", 5)]
        );
        assert_eq!(passwd.entries.get(1).map(|entry| entry.shell.as_str()), Some(""));
    }

    #[test]
    fn a_colon_in_the_shell_belongs_to_it() {
        let passwd = parse(b"a:x:1:1:g:/h:/bin/a:b").unwrap();
        assert_eq!(passwd.entries.first().unwrap().shell, "/bin/a:b");
    }

    #[test]
    fn a_file_without_accounts_is_an_error() {
        assert_eq!(parse(b""), Err(PasswdError::NoAccount { malformed: 0 }));
        assert_eq!(parse(&[0; 300]), Err(PasswdError::NoAccount { malformed: 1 }));
        let many = "u:x:5:5:::\n".repeat(ENTRIES_MAX + 1);
        assert_eq!(parse(many.as_bytes()), Err(PasswdError::TooMany));
    }

    #[test]
    fn a_file_that_is_cut_off_is_an_error() {
        let whole = "a:x:1:1:g:/h:/bin/sh\nb:x:2:2:g:/h:/bin/sh\n";
        for length in [22, 30, whole.len() - 9] {
            assert_eq!(parse(&whole.as_bytes()[..length]), Err(PasswdError::CutOff), "{length}");
        }
        assert_eq!(parse(&whole.as_bytes()[..whole.len() - 1]).unwrap().entries.len(), 2);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn never_panics_on_text(text in "([a-z0-9:+#\n é-]){0,200}") {
            let _ = parse(text.as_bytes());
        }
    }
}
