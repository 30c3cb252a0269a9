//! What sshd_config says of keys: in which files they are, and what else opens an account without one.

use crate::collect::ssh_daemon::sshd_config::Directive;

/// Where sshd looks when its configuration does not say.
const FILES_DEFAULT: [&str; 2] = [".ssh/authorized_keys", ".ssh/authorized_keys2"];

/// What sshd_config says of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySettings {
    /// The files as written, of every part of the configuration: a key in any of them may open an account.
    pub files: Vec<String>,
    /// Directives by which accounts open that no file of the account tells: a command that gives keys, or an authority.
    pub elsewhere: Vec<String>,
    /// Keys are off for everybody.
    pub off: bool,
}

/// The settings in directives, in the order sshd reads them, each with whether it is within a `Match`.
///
/// Outside `Match` the first value counts. Within one it counts for some sign-ins, so it is added.
pub fn settings<'a>(directives: impl IntoIterator<Item = (&'a Directive, bool)>) -> KeySettings {
    let mut everywhere: Option<Vec<String>> = None;
    let mut files = Vec::new();
    let mut elsewhere = Vec::new();
    let mut off: Option<bool> = None;
    let mut on_for_some = false;
    for (directive, matched) in directives {
        let none = directive.arguments.first().is_none_or(|first| first.eq_ignore_ascii_case("none"));
        match directive.keyword.as_str() {
            "authorizedkeysfile" => {
                let named = if none { Vec::new() } else { directive.arguments.clone() };
                if matched {
                    files.extend(named);
                } else {
                    everywhere.get_or_insert(named);
                }
            }
            "authorizedkeyscommand" | "trustedusercakeys" if !none => elsewhere.push(directive.keyword.clone()),
            // The second is an old name of the first.
            "pubkeyauthentication" | "dsaauthentication" => {
                let no = directive.arguments.first().is_some_and(|first| first.eq_ignore_ascii_case("no"));
                if matched {
                    on_for_some |= !no;
                } else {
                    off.get_or_insert(no);
                }
            }
            _ => {}
        }
    }
    let mut all = everywhere.unwrap_or_else(|| FILES_DEFAULT.map(str::to_owned).to_vec());
    all.extend(files);
    all.sort();
    all.dedup();
    KeySettings { files: all, elsewhere, off: off.unwrap_or(false) && !on_for_some }
}

/// The path a file pattern means for an account: `%h` is its home, `%u` its name, `%U` its number, `%%` a percent sign;
/// what is not absolute is below its home.
pub fn path(pattern: &str, name: &str, uid: u32, home: &str) -> String {
    let mut path = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, c == '%') {
            (c, false) => path.push(c),
            (_, true) => match chars.next() {
                Some('h') => path.push_str(home),
                Some('u') => path.push_str(name),
                Some('U') => path.push_str(&uid.to_string()),
                Some('%') | None => path.push('%'),
                Some(other) => path.extend(['%', other]),
            },
        }
    }
    if path.starts_with('/') { path } else { format!("{}/{path}", home.trim_end_matches('/')) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::ssh_daemon::sshd_config::parse;

    /// As the collector does for one file: what follows a `Match` is within it.
    fn read(text: &str) -> KeySettings {
        let directives = parse(text.as_bytes()).unwrap();
        let mut matched = false;
        settings(directives.iter().map(|directive| {
            matched |= directive.keyword == "match";
            (directive, matched)
        }))
    }

    #[test]
    fn where_sshd_looks_when_nothing_is_said() {
        let settings = read("Port 22\nUsePAM yes\n");
        assert_eq!(settings.files, [".ssh/authorized_keys", ".ssh/authorized_keys2"]);
        assert!(settings.elsewhere.is_empty() && !settings.off);
        assert_eq!(settings, super::settings([]));
    }

    #[test]
    fn the_first_value_counts_and_those_of_matches_are_added() {
        let settings = read(
            "AuthorizedKeysFile /etc/ssh/keys/%u .ssh/authorized_keys\nAuthorizedKeysFile /ignored\n\
             Match User maint\nAuthorizedKeysFile /srv/keys/%U\n",
        );
        assert_eq!(settings.files, [".ssh/authorized_keys", "/etc/ssh/keys/%u", "/srv/keys/%U"]);
        assert!(read("AuthorizedKeysFile none").files.is_empty());
    }

    #[test]
    fn the_old_name_of_a_switch_counts() {
        assert!(read("DSAAuthentication no\nPubkeyAuthentication yes").off);
        assert!(!read("DSAAuthentication yes\nPubkeyAuthentication no").off);
    }

    #[test]
    fn keys_that_no_file_tells() {
        assert_eq!(read("AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys").elsewhere, ["authorizedkeyscommand"]);
        assert_eq!(read("Match User a\nTrustedUserCAKeys /etc/ssh/ca.pub").elsewhere, ["trustedusercakeys"]);
        assert!(read("AuthorizedKeysCommand none\nTrustedUserCAKeys none").elsewhere.is_empty());
    }

    #[test]
    fn keys_may_be_off() {
        assert!(read("PubkeyAuthentication no").off);
        assert!(!read("PubkeyAuthentication yes\nPubkeyAuthentication no").off);
        assert!(!read("PubkeyAuthentication no\nMatch User a\nPubkeyAuthentication yes").off);
        assert!(!read("Match User a\nPubkeyAuthentication no").off);
    }

    #[test]
    fn tokens_and_homes() {
        assert_eq!(path(".ssh/authorized_keys", "hanako", 1000, "/home/hanako/"), "/home/hanako/.ssh/authorized_keys");
        assert_eq!(path("/etc/keys/%u", "hanako", 1000, "/home/hanako"), "/etc/keys/hanako");
        assert_eq!(path("%h/k-%U%%", "hanako", 1000, "/home/hanako"), "/home/hanako/k-1000%");
        assert_eq!(path("a%", "x", 1, ""), "/a%");
        assert_eq!(path("%z", "x", 1, "/"), "/%z");
    }

    proptest! {
        #[test]
        fn never_panics(pattern in "[%huU/é.]{0,20}", home in ".{0,10}") {
            let _ = path(&pattern, "a", 1, &home);
        }
    }
}
