//! Passwords, and what stands in their place.

use tenken_model::fact::password_storage::HashScheme;

use crate::collect::accounts::hash_scheme::scheme;

/// What stands in place of a secret.
pub(super) const MARK: &str = "scrubbed";

/// A password field of passwd, shadow or gshadow. Whether there is none, whether it is locked and the kind of hash
/// stay; the hash does not.
pub(super) fn password(field: &str) -> String {
    let locked = field.len() - field.trim_start_matches(['!', '*']).len();
    let (marks, hash) = field.split_at(locked);
    if hash.is_empty() || hash == "x" {
        return field.to_owned();
    }
    let kind = match scheme(hash) {
        Some(HashScheme::Yescrypt) => "$y$",
        Some(HashScheme::GostYescrypt) => "$gy$",
        Some(HashScheme::Scrypt) => "$7$",
        Some(HashScheme::Sha512) => "$6$",
        Some(HashScheme::Sha256) => "$5$",
        Some(HashScheme::Bcrypt) => "$2b$",
        Some(HashScheme::Sha1) => "$sha1$",
        Some(HashScheme::SunMd5) => "$md5$",
        Some(HashScheme::Md5) => "$1$",
        Some(HashScheme::Nt) => "$3$",
        // As long as these are, by which alone they are told.
        Some(HashScheme::Bsdi) => return format!("{marks}_{MARK}{MARK}xxx"),
        Some(HashScheme::Des) => return format!("{marks}{MARK}.hash"),
        Some(HashScheme::Unknown) | None => return format!("{marks}{{{MARK}}}"),
    };
    format!("{marks}{kind}{MARK}${MARK}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_password_stays() {
        for same in ["", "!", "!!", "*", "!*", "x"] {
            assert_eq!(password(same), same);
        }
        for field in [
            "$y$j9T$a$b",
            "!$6$a$b",
            "$2a$a",
            "$md5,a$b",
            "$3$$a",
            "_J9..XXXXhash.of.des",
            "ab0123456789A",
            "odd",
            "$9$a",
        ] {
            assert_eq!(scheme(&password(field)), scheme(field), "{field}");
            assert_eq!(password(&password(field)), password(field), "{field}");
        }
        assert_eq!(password("$y$j9T$salt$hash"), "$y$scrubbed$scrubbed");
        assert_eq!(password("!$6$rounds=5000$salt$hash"), "!$6$scrubbed$scrubbed");
        assert_eq!(password("ab0123456789A"), "scrubbed.hash");
        assert_eq!(password("!$odd"), "!{scrubbed}");
    }
}
