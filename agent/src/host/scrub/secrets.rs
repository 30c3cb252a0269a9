//! Passwords, and what stands in their place.

/// Of crypt(3), by the part between the first two dollar signs.
const HASHES: [&str; 13] = ["1", "2", "2a", "2b", "2x", "2y", "5", "6", "7", "y", "gy", "md5", "sha1"];
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
    match hash.strip_prefix('$').and_then(|rest| rest.split_once('$')) {
        Some((kind, _)) if HASHES.contains(&kind) => format!("{marks}${kind}${MARK}${MARK}"),
        // As long as a hash of DES, which is what it then is.
        _ => format!("{marks}{MARK}.hash"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_password_stays() {
        for same in ["", "!", "!!", "*", "!*", "x"] {
            assert_eq!(password(same), same);
        }
        assert_eq!(password("$y$j9T$salt$hash"), "$y$scrubbed$scrubbed");
        assert_eq!(password("!$6$rounds=5000$salt$hash"), "!$6$scrubbed$scrubbed");
        assert_eq!(password("ab0123456789A"), "scrubbed.hash");
        assert_eq!(password("!$odd"), "!scrubbed.hash");
    }
}
