//! The scheme of new passwords: the words of `pam_unix`'s arguments and of login.defs. See pam_unix(8), login.defs(5).

use tenken_model::fact::password_storage::HashScheme;

use crate::collect::accounts::login_defs::values;

/// Words of `pam_unix`, in the order in which it compares them.
const WORDS: [(&str, HashScheme); 8] = [
    ("md5", HashScheme::Md5),
    ("bigcrypt", HashScheme::Des),
    ("sha256", HashScheme::Sha256),
    ("sha512", HashScheme::Sha512),
    ("blowfish", HashScheme::Bcrypt),
    ("gost_yescrypt", HashScheme::GostYescrypt),
    ("yescrypt", HashScheme::Yescrypt),
    ("des", HashScheme::Des),
];

/// The scheme that the last of a module's arguments names.
pub fn of_arguments(arguments: &[String]) -> Option<HashScheme> {
    arguments
        .iter()
        .rev()
        .find_map(|argument| WORDS.iter().find(|(word, _)| argument.starts_with(word)).map(|(_, scheme)| *scheme))
}

/// The scheme that `pam_unix` takes from login.defs: of the first line, in any case. Nothing where it does not know the word,
/// which leaves it at the traditional scheme.
pub fn of_login_defs_for_pam(bytes: &[u8]) -> Option<HashScheme> {
    let first = values(bytes, "ENCRYPT_METHOD").into_iter().next()?.to_ascii_lowercase();
    WORDS.iter().find(|(word, _)| first.starts_with(word)).map(|(_, scheme)| *scheme)
}

/// The scheme that the programs of shadow take from login.defs: of the last line, else by the older switch.
pub fn of_login_defs(bytes: &[u8]) -> Option<HashScheme> {
    let Some(method) = values(bytes, "ENCRYPT_METHOD").pop() else {
        let switch = values(bytes, "MD5_CRYPT_ENAB").pop()?;
        return Some(if switch.eq_ignore_ascii_case("yes") { HashScheme::Md5 } else { HashScheme::Des });
    };
    Some(match method.as_str() {
        "YESCRYPT" => HashScheme::Yescrypt,
        "SHA512" => HashScheme::Sha512,
        "SHA256" => HashScheme::Sha256,
        "BCRYPT" => HashScheme::Bcrypt,
        "MD5" => HashScheme::Md5,
        "DES" => HashScheme::Des,
        _ => HashScheme::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Option<HashScheme> {
        of_arguments(&text.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn words_of_arguments() {
        assert_eq!(arguments("obscure use_authtok yescrypt"), Some(HashScheme::Yescrypt));
        assert_eq!(arguments("sha512 shadow nullok rounds=65536"), Some(HashScheme::Sha512));
        assert_eq!(arguments("sha512 md5"), Some(HashScheme::Md5), "the last one counts");
        assert_eq!(arguments("gost_yescrypt"), Some(HashScheme::GostYescrypt));
        assert_eq!(arguments("obscure SHA512"), None, "in this case only");
    }

    #[test]
    fn words_of_login_defs() {
        let debian = include_bytes!("../../../tests/samples/accounts/login.defs");
        assert_eq!(of_login_defs(debian), of_login_defs_for_pam(debian));
        let twice = b"ENCRYPT_METHOD sha512\nENCRYPT_METHOD \"MD5\"\n";
        assert_eq!(
            (of_login_defs_for_pam(twice), of_login_defs(twice)),
            (Some(HashScheme::Sha512), Some(HashScheme::Md5))
        );
        let bcrypt = b"ENCRYPT_METHOD BCRYPT";
        assert_eq!((of_login_defs_for_pam(bcrypt), of_login_defs(bcrypt)), (None, Some(HashScheme::Bcrypt)));
        assert_eq!(of_login_defs(b"#ENCRYPT_METHOD SHA512\nMD5_CRYPT_ENAB yes"), Some(HashScheme::Md5));
        assert_eq!(of_login_defs(b"MD5_CRYPT_ENAB no"), Some(HashScheme::Des));
        assert_eq!(of_login_defs(b"ENCRYPT_METHOD sha512"), Some(HashScheme::Unknown));
        assert_eq!(of_login_defs(b"UID_MIN 1000"), None);
    }
}
