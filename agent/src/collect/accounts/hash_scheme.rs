//! How a password field was made. See crypt(5).

use tenken_model::fact::password_storage::HashScheme;

/// How the fields of each scheme begin.
const PREFIXES: [(&str, HashScheme); 14] = [
    ("$y$", HashScheme::Yescrypt),
    ("$gy$", HashScheme::GostYescrypt),
    ("$7$", HashScheme::Scrypt),
    ("$6$", HashScheme::Sha512),
    ("$5$", HashScheme::Sha256),
    ("$2a$", HashScheme::Bcrypt),
    ("$2b$", HashScheme::Bcrypt),
    ("$2x$", HashScheme::Bcrypt),
    ("$2y$", HashScheme::Bcrypt),
    ("$sha1$", HashScheme::Sha1),
    ("$md5$", HashScheme::SunMd5),
    ("$md5,", HashScheme::SunMd5),
    ("$1$", HashScheme::Md5),
    ("$3$", HashScheme::Nt),
];
/// The lengths of the schemes that begin with nothing of their own.
const DES_LENGTH: usize = 13;
const DES_MORE: usize = 11;
const BSDI_LENGTH: usize = 20;

/// The scheme of a password field in any of the files, also of a locked one; nothing where it holds no password. The field
/// itself is looked at and dropped.
pub fn scheme(field: &str) -> Option<HashScheme> {
    let hash = field.trim_start_matches('!');
    if hash.is_empty() || hash.starts_with('*') {
        return None;
    }
    if let Some((_, scheme)) = PREFIXES.iter().find(|(prefix, _)| hash.starts_with(prefix)) {
        return Some(*scheme);
    }
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./".contains(&byte));
    Some(match hash.strip_prefix('_') {
        Some(rest) if hash.len() == BSDI_LENGTH && is_plain(rest) => HashScheme::Bsdi,
        // The longer ones are made of several.
        None if hash.len() >= DES_LENGTH && (hash.len() - DES_LENGTH).is_multiple_of(DES_MORE) && is_plain(hash) => {
            HashScheme::Des
        }
        _ => HashScheme::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn schemes_by_how_fields_look() {
        for (field, expected) in [
            ("$y$j9T$salt$hash", Some(HashScheme::Yescrypt)),
            ("!$gy$j9T$salt$hash", Some(HashScheme::GostYescrypt)),
            ("$7$CU..../..../salt$hash", Some(HashScheme::Scrypt)),
            ("!!$6$rounds=5000$salt$hash", Some(HashScheme::Sha512)),
            ("$5$salt$hash", Some(HashScheme::Sha256)),
            ("$2y$10$saltandhash", Some(HashScheme::Bcrypt)),
            ("$sha1$40000$salt$hash", Some(HashScheme::Sha1)),
            ("$md5,rounds=904$salt$$hash", Some(HashScheme::SunMd5)),
            ("$1$salt$hash", Some(HashScheme::Md5)),
            ("$3$$8846f7eaee8fb117ad06bdd830b7586c", Some(HashScheme::Nt)),
            ("_J9..XXXXhash.of.des", Some(HashScheme::Bsdi)),
            ("abJnggxhB/yWI", Some(HashScheme::Des)),
            ("abJnggxhB/yWIabJnggxhB/y", Some(HashScheme::Des)),
            ("hanako123", Some(HashScheme::Unknown)),
            ("abJnggxhB-yWI", Some(HashScheme::Unknown)),
            ("$9$new$hash", Some(HashScheme::Unknown)),
            ("{SSHA}abcdefgh", Some(HashScheme::Unknown)),
            ("$Y$j9T$salt$hash", Some(HashScheme::Unknown)),
            ("", None),
            ("!", None),
            ("!!", None),
            ("*", None),
            ("!*", None),
            ("*LK*", None),
        ] {
            assert_eq!(scheme(field), expected, "{field}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(field in ".{0,60}", plain in "[!*$_./a-zA-Z0-9]{0,40}") {
            let _ = (scheme(&field), scheme(&plain));
        }
    }
}
