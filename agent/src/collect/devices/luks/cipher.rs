//! How the kernel and cryptsetup write a cipher: `aes-xts-plain64`, `aes-cbc-essiv:sha256`, `capi:xts(aes)-plain64`.

use super::LuksError;

/// The longest name; cryptsetup keeps less (MAX_CAPI_LEN).
const NAME_MAX: usize = 140;
/// The longest key of a volume, in bytes.
const KEY_MAX: u32 = 1_024;
/// What names of ciphers are made of, by which a name is known to tell nothing else.
const WORDS: [&str; 45] = [
    "",
    "adiantum",
    "aegis128",
    "aes",
    "anubis",
    "aria",
    "authenc",
    "benbi",
    "blake2b",
    "blowfish",
    "camellia",
    "capi",
    "cast5",
    "cast6",
    "cbc",
    "chacha20",
    "cipher_null",
    "cmac",
    "ctr",
    "des3_ede",
    "eboiv",
    "ecb",
    "essiv",
    "gcm",
    "hctr2",
    "hmac",
    "lmk",
    "lrw",
    "null",
    "plain",
    "plain64",
    "plain64be",
    "pcbc",
    "poly1305",
    "random",
    "rfc7539",
    "serpent",
    "sha1",
    "sha256",
    "sha512",
    "sm4",
    "tcw",
    "twofish",
    "xchacha12",
    "xts",
];

/// By what data are encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cipher {
    /// Cipher, mode and initialisation vector.
    pub name: String,
    /// How long its key is; nothing when no key slot is left that has it.
    pub key_bits: Option<u32>,
}

impl Cipher {
    /// It leaves data as they are: crypt_is_cipher_null of cryptsetup.
    pub fn is_null(&self) -> bool {
        self.name.contains("cipher_null") || self.name == "null"
    }
}

/// The name of a cipher, if it is one.
pub(super) fn name(text: &str) -> Result<String, LuksError> {
    let is_name = !text.is_empty() && text.len() <= NAME_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { Ok(text.to_owned()) } else { Err(LuksError::Malformed) }
}

/// The length in bits of a key of so many bytes, of which the last ones check that data were not changed.
pub(super) fn key_bits(key_bytes: u32, integrity: Option<&str>) -> Result<u32, LuksError> {
    // crypt_parse_integrity_mode; an authenticated mode has no key of its own for it.
    let of_integrity = match integrity {
        None | Some("none" | "aead" | "poly1305") => 0,
        Some("cmac(aes)") => 16,
        Some(kind) => match kind.strip_prefix("hmac(sha").or_else(|| kind.strip_prefix("phmac(sha")) {
            Some("1)") => 20,
            Some("256)") => 32,
            Some("512)") => 64,
            _ => return Err(LuksError::Malformed),
        },
    };
    match key_bytes.checked_sub(of_integrity) {
        Some(bytes) if (1..=KEY_MAX).contains(&bytes) => Ok(bytes * 8),
        _ => Err(LuksError::Malformed),
    }
}

/// The name of a cipher whose every word is known, or `x` in its place.
pub(super) fn known(name: &str) -> String {
    let mut words = name.split(['-', ':', '(', ')', ',']);
    if words.all(|word| WORDS.contains(&word)) { name.to_owned() } else { "x".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_that_change_nothing() {
        for (name, null) in [
            ("cipher_null-ecb", true),
            ("null", true),
            ("capi:ecb(cipher_null)-plain", true),
            ("aes-xts-plain64", false),
            ("nullaes-xts-plain64", false),
            ("NULL", false),
        ] {
            assert_eq!(Cipher { name: name.to_owned(), key_bits: None }.is_null(), null, "{name}");
        }
    }

    #[test]
    fn the_part_of_a_key_that_encrypts() {
        assert_eq!(key_bits(64, None), Ok(512));
        assert_eq!(key_bits(96, Some("hmac(sha256)")), Ok(512));
        assert_eq!(key_bits(128, Some("hmac(sha512)")), Ok(512));
        assert_eq!(key_bits(32, Some("aead")), Ok(256));
        for (bytes, integrity) in
            [(0, None), (32, Some("hmac(sha256)")), (16, Some("hmac(sha256)")), (64, Some("x")), (u32::MAX, None)]
        {
            assert_eq!(key_bits(bytes, integrity), Err(LuksError::Malformed), "{bytes} {integrity:?}");
        }
    }

    #[test]
    fn names() {
        for text in ["", "a b", "aes\n", "é", &"x".repeat(141)] {
            assert_eq!(name(text), Err(LuksError::Malformed), "{text}");
        }
        assert_eq!(known("capi:xts(aes)-plain64"), "capi:xts(aes)-plain64");
        assert_eq!(known("xchacha12,aes-adiantum-plain64"), "xchacha12,aes-adiantum-plain64");
        assert_eq!(known("tanaka-xts-plain64"), "x");
    }
}
