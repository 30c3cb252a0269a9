//! Files of a name and a value a line, as Linux-PAM's modules read them: faillock.conf(5) and pwhistory.conf(5).

/// Every name with its value, in their order. A `#` ends what a line says; blanks, one `=` or both stand between name and value.
pub fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    let said = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    said.filter(|said| !said.is_empty())
        .map(|said| {
            let end = said.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(said.len());
            let (name, rest) = said.split_at(end);
            let rest = rest.trim_start();
            (name.to_owned(), rest.strip_prefix('=').unwrap_or(rest).trim_start().to_owned())
        })
        .collect()
}

/// The number that a value begins with, as scanf(3) reads one; what follows does not matter.
pub fn number(value: &str) -> Option<u32> {
    let value = value.trim_start();
    let value = value.strip_prefix('+').unwrap_or(value);
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    value.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_file_debian_installs_sets_nothing() {
        let file = include_bytes!("../../../tests/samples/password_policy/debian_12/faillock.conf");
        assert_eq!(pairs(file), []);
    }

    #[test]
    fn names_and_values() {
        let text = b"deny = 5\nunlock_time=never # c\n# fail_interval = 1\n\teven_deny_root\nremember 7\n dir == /x\n";
        let found = pairs(text);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("deny", "5"), ("unlock_time", "never"), ("even_deny_root", ""), ("remember", "7"), ("dir", "= /x")];
        assert_eq!(found, expected);
    }

    #[test]
    fn numbers() {
        assert_eq!((number("5"), number(" 12x"), number("+3"), number("0")), (Some(5), Some(12), Some(3), Some(0)));
        for bad in ["", "x", "-1", "99999999999"] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for (_, value) in pairs(&bytes) {
                let _ = number(&value);
            }
        }
    }
}
