//! `/etc/login.defs`: which numbers are people's, and how passwords are kept. See login.defs(5).

/// The first number of people where the file does not say: shadow-utils' own default.
pub const UID_MIN_DEFAULT: u32 = 1000;

/// `UID_MIN` as the file sets it; of several lines the last counts. `None` if it does not set it in a way that
/// shadow-utils reads: decimal, octal with `0` or hexadecimal with `0x`.
pub fn uid_min(bytes: &[u8]) -> Option<u32> {
    values(bytes, "UID_MIN").iter().filter_map(|word| number(word)).next_back()
}

/// The first word of every line of that name, in their order.
pub fn values(bytes: &[u8], name: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let found = text.lines().filter_map(|line| {
        let mut words = line.split([' ', '\t', '"']).filter(|word| !word.is_empty());
        (words.next()? == name).then(|| words.next()).flatten().map(str::to_owned)
    });
    found.collect()
}

fn number(word: &str) -> Option<u32> {
    match (word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")), word.strip_prefix('0')) {
        (Some(hex), _) => u32::from_str_radix(hex, 16).ok(),
        (None, Some(octal)) if !octal.is_empty() => u32::from_str_radix(octal, 8).ok(),
        _ => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_file_debian_installs() {
        assert_eq!(uid_min(include_bytes!("../../../tests/samples/accounts/login.defs")), Some(1000));
    }

    #[test]
    fn forms_shadow_reads() {
        assert_eq!(uid_min(b"UID_MIN 500"), Some(500));
        assert_eq!(uid_min(b"  UID_MIN\t\"2000\"\nUID_MIN 3000 # c\n"), Some(3000));
        assert_eq!(uid_min(b"UID_MIN 0x3E8\n"), Some(1000));
        assert_eq!(uid_min(b"UID_MIN 01750\n"), Some(1000));
        assert_eq!(uid_min(b"UID_MIN 0\n"), Some(0));
    }

    #[test]
    fn files_that_do_not_say() {
        for bad in [
            "",
            "#UID_MIN 1",
            "SYS_UID_MIN 100",
            "UID_MIN",
            "UID_MIN -1",
            "UID_MIN many",
            "UID_MIN 0x",
            "UID_MIN 99999999999",
        ] {
            assert_eq!(uid_min(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(uid_min(&[0xff, 0, 1]), None);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = uid_min(&bytes);
        }

        #[test]
        fn never_panics_on_values(value in ".{0,20}") {
            let _ = uid_min(format!("UID_MIN {value}").as_bytes());
        }
    }
}
