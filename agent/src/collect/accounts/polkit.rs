//! Whom polkit takes for an administrator: whoever is one may run anything as root with pkexec. See polkit(8).

/// Somebody named in polkit's configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// An account, by name or number.
    User(String),
    /// A group, by name or number.
    Group(String),
}

/// The identities that the administrator rules of a `.rules` file can give.
///
/// Such a file is a program. It is not run: every identity that stands in it as a whole string counts, which can name
/// more than the program would give, not fewer. `None` when it has no administrator rule.
pub fn rules(bytes: &[u8]) -> Option<Vec<Identity>> {
    let text = without_comments(&String::from_utf8_lossy(bytes));
    text.contains("addAdminRule").then(|| text.split(['"', '\'', '`']).filter_map(identity).collect())
}

/// The identities in the `AdminIdentities` of a configuration file of older versions; `None` when it sets none.
pub fn configuration(bytes: &[u8]) -> Option<Vec<Identity>> {
    let text = String::from_utf8_lossy(bytes);
    let value = text.lines().filter_map(|line| line.trim().strip_prefix("AdminIdentities")).next_back()?;
    let value = value.trim_start().strip_prefix('=')?;
    Some(value.split(';').filter_map(|word| identity(word.trim())).collect())
}

fn identity(text: &str) -> Option<Identity> {
    let plain = |name: &&str| !name.is_empty() && !name.contains(char::is_whitespace);
    let group = text.strip_prefix("unix-group:").filter(plain).map(|name| Identity::Group(name.to_owned()));
    group.or_else(|| text.strip_prefix("unix-user:").filter(plain).map(|name| Identity::User(name.to_owned())))
}

/// The program without lines that are comments and without comments of several lines.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(name: &str) -> Identity {
        Identity::Group(name.to_owned())
    }

    #[test]
    fn the_rules_of_distributions() {
        let text = "/* 50-default.rules\n unix-group:old */\n// \"unix-group:older\"\n\
                    polkit.addAdminRule(function(action, subject) {\n    return [\"unix-group:sudo\", 'unix-user:0'];\n});\n";
        assert_eq!(rules(text.as_bytes()), Some(vec![group("sudo"), Identity::User("0".to_owned())]));
    }

    #[test]
    fn rules_about_something_else() {
        assert_eq!(rules(b"polkit.addRule(function(a, s) { if (s.isInGroup('netdev')) return 'yes'; });"), None);
        assert_eq!(rules(b""), None);
        assert_eq!(rules(b"// addAdminRule 'unix-group:a'"), None);
        assert_eq!(rules(b"/* addAdminRule 'unix-group:a'"), None);
        assert_eq!(rules(b"addAdminRule [\"unix-group:\" + name]"), Some(Vec::new()));
    }

    #[test]
    fn the_configuration_of_older_versions() {
        let text = b"[Configuration]\nAdminIdentities=unix-user:0\nAdminIdentities=unix-group:sudo;unix-group:admin;\n";
        assert_eq!(configuration(text), Some(vec![group("sudo"), group("admin")]));
        assert_eq!(configuration(b"#AdminIdentities=unix-group:a"), None);
        assert_eq!(configuration(b"AdminIdentities"), None);
        assert_eq!(configuration(b"AdminIdentities= ;unix-netgroup:x;"), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (rules(&bytes), configuration(&bytes));
        }

        #[test]
        fn never_panics_on_text(text in "(addAdminRule|/\\*|\\*/|//|unix-group:|AdminIdentities=|[\"'`a;\n]){0,40}") {
            let _ = (rules(text.as_bytes()), configuration(text.as_bytes()));
        }
    }
}
