//! The words for algorithms in proposals, by one name each.
//!
//! Sources: libstrongswan's proposal_keywords_static.txt (5.9 and 6.0) and what `algparse` of Libreswan 4.10 takes up.

/// Which part of a proposal an algorithm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Encryption.
    Encryption,
    /// Encryption that shows tampering by itself.
    Combined,
    /// What shows tampering.
    Integrity,
    /// What keys are derived by.
    Derivation,
    /// How a secret is agreed on.
    Group,
    /// Nothing that is judged.
    Nothing,
}

/// The key exchange or the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The key exchange.
    Ike,
    /// The traffic.
    Esp,
}

/// What proposals take up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Algorithms {
    /// The names of algorithms, each once.
    pub names: Vec<String>,
    /// Words of which nothing is known.
    pub unknown: Vec<String>,
}

/// The word for what a program takes where nothing is said.
pub const DEFAULT: &str = "default";
/// The name for encryption of traffic of which nobody would notice that it was changed.
const NO_INTEGRITY: &str = "no_integrity";
/// The longest list of proposals that is followed, in bytes.
pub(super) const LIST_MAX: usize = 8 * 1024;
/// The most words of which nothing is known that are told, and the most letters of one.
const UNKNOWN_MAX: usize = 16;
const LETTERS_MAX: usize = 40;

/// Words that are another name. What is in neither list is taken apart by [`of_family`].
const NAMES: &[(&str, Kind, &str)] = &[
    ("3des", Kind::Encryption, "3des"),
    ("3des_cbc", Kind::Encryption, "3des"),
    ("des", Kind::Encryption, "des"),
    ("null", Kind::Encryption, "null"),
    ("cast128", Kind::Encryption, "cast128"),
    ("chacha20poly1305", Kind::Combined, "chacha20poly1305"),
    ("chacha20_poly1305", Kind::Combined, "chacha20poly1305"),
    ("chacha20poly1305compat", Kind::Combined, "chacha20poly1305compat"),
    ("md5", Kind::Integrity, "md5"),
    ("md5_128", Kind::Integrity, "md5"),
    ("hmac_md5", Kind::Integrity, "md5"),
    ("sha", Kind::Integrity, "sha1"),
    ("sha1", Kind::Integrity, "sha1"),
    ("sha1_160", Kind::Integrity, "sha1"),
    ("hmac_sha1", Kind::Integrity, "sha1"),
    ("hmac_sha1_96", Kind::Integrity, "sha1"),
    ("sha2", Kind::Integrity, "sha256"),
    ("sha256", Kind::Integrity, "sha256"),
    ("sha2_256", Kind::Integrity, "sha256"),
    ("hmac_sha2_256", Kind::Integrity, "sha256"),
    ("hmac_sha2_256_128", Kind::Integrity, "sha256"),
    ("sha256_96", Kind::Integrity, "sha256_96"),
    ("sha2_256_96", Kind::Integrity, "sha256_96"),
    ("sha2_256_truncbug", Kind::Integrity, "sha256_96"),
    ("sha384", Kind::Integrity, "sha384"),
    ("sha2_384", Kind::Integrity, "sha384"),
    ("hmac_sha2_384", Kind::Integrity, "sha384"),
    ("hmac_sha2_384_192", Kind::Integrity, "sha384"),
    ("sha512", Kind::Integrity, "sha512"),
    ("sha2_512", Kind::Integrity, "sha512"),
    ("hmac_sha2_512", Kind::Integrity, "sha512"),
    ("hmac_sha2_512_256", Kind::Integrity, "sha512"),
    ("aesxcbc", Kind::Integrity, "aesxcbc"),
    ("aes_xcbc", Kind::Integrity, "aesxcbc"),
    ("aes_xcbc_96", Kind::Integrity, "aesxcbc"),
    ("aescmac", Kind::Integrity, "aescmac"),
    ("aes_cmac", Kind::Integrity, "aescmac"),
    ("aes_cmac_96", Kind::Integrity, "aescmac"),
    ("camelliaxcbc", Kind::Integrity, "camelliaxcbc"),
    ("prfmd5", Kind::Derivation, "prfmd5"),
    ("prfsha1", Kind::Derivation, "prfsha1"),
    ("prfsha256", Kind::Derivation, "prfsha256"),
    ("prfsha384", Kind::Derivation, "prfsha384"),
    ("prfsha512", Kind::Derivation, "prfsha512"),
    ("prfaesxcbc", Kind::Derivation, "prfaesxcbc"),
    ("prfaescmac", Kind::Derivation, "prfaescmac"),
    ("prfcamelliaxcbc", Kind::Derivation, "prfcamelliaxcbc"),
    ("none", Kind::Nothing, ""),
    ("modpnone", Kind::Nothing, ""),
    ("esn", Kind::Nothing, ""),
    ("noesn", Kind::Nothing, ""),
    ("modpnull", Kind::Group, "modpnull"),
    ("x25519", Kind::Group, "curve25519"),
    ("x448", Kind::Group, "curve448"),
];
/// Groups by their number, as Libreswan also writes them.
const GROUPS: &[(&str, &str)] = &[
    ("1", "modp768"),
    ("2", "modp1024"),
    ("5", "modp1536"),
    ("14", "modp2048"),
    ("15", "modp3072"),
    ("16", "modp4096"),
    ("17", "modp6144"),
    ("18", "modp8192"),
    ("19", "ecp256"),
    ("20", "ecp384"),
    ("21", "ecp521"),
    ("22", "modp1024s160"),
    ("23", "modp2048s224"),
    ("24", "modp2048s256"),
    ("31", "curve25519"),
    ("32", "curve448"),
];
/// Groups of strongSwan beside those, by their one name.
const MORE_GROUPS: &[&str] = &[
    "ecp192",
    "ecp224",
    "ecp224bp",
    "ecp256bp",
    "ecp384bp",
    "ecp512bp",
    "ntru112",
    "ntru128",
    "ntru192",
    "ntru256",
    "newhope128",
    "mlkem512",
    "mlkem768",
    "mlkem1024",
];
/// Ciphers with a length of the key behind, and what they are without one.
const FAMILIES: &[(&str, &str)] =
    &[("aes", "128"), ("camellia", "128"), ("blowfish", "128"), ("serpent", "128"), ("twofish", "128")];

/// What a word means.
pub fn word(word: &str) -> Option<(Kind, String)> {
    if let Some((_, kind, name)) = NAMES.iter().find(|(known, ..)| *known == word) {
        return Some((*kind, (*name).to_owned()));
    }
    // A further exchange of RFC 9370: `ke1_mlkem768`.
    let group = word.strip_prefix("ke").and_then(|rest| rest.split_once('_')).map_or(word, |(number, group)| {
        if matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7") { group } else { word }
    });
    let plain = group.replacen("ecp_", "ecp", 1);
    let numbered = plain.strip_prefix("dh").and_then(|number| GROUPS.iter().find(|(known, _)| *known == number));
    let named = GROUPS.iter().find(|(_, name)| *name == plain);
    if let Some((_, name)) = numbered.or(named) {
        return Some((Kind::Group, (*name).to_owned()));
    }
    if MORE_GROUPS.contains(&plain.as_str()) {
        return Some((Kind::Group, plain));
    }
    of_family(word)
}

/// `aes256`, `aes128gcm16`, `aes_gcm_c_256`, `camellia_cbc256`.
fn of_family(word: &str) -> Option<(Kind, String)> {
    let (family, plain_bits) = FAMILIES.iter().find(|(family, _)| word.starts_with(family))?;
    let rest = word.strip_prefix(family)?.trim_start_matches('_');
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let leading = digits(rest);
    let rest = rest.strip_prefix(leading.as_str())?.trim_start_matches('_');
    let mode = ["cbc", "ctr", "gcm", "ccm", "gmac"].into_iter().find(|mode| rest.starts_with(mode)).unwrap_or("");
    let rest = rest.strip_prefix(mode)?.trim_start_matches('_');
    // The length of what shows tampering, by its letter in Libreswan, in bytes or in bits.
    let (tag, rest) = match rest.chars().next() {
        Some('a') => ("8", rest.get(1..)?),
        Some('b') => ("12", rest.get(1..)?),
        Some('c') => ("16", rest.get(1..)?),
        _ => {
            let length = digits(rest);
            let tag = match length.as_str() {
                "8" | "64" => Some("8"),
                "12" | "96" => Some("12"),
                "16" => Some("16"),
                // strongSwan's `aes128gcm128`; behind no length of the key it is that of Libreswan's `aes_gcm128`.
                "128" if !leading.is_empty() => Some("16"),
                _ => None,
            };
            match tag {
                Some(tag) if matches!(mode, "gcm" | "ccm") => (tag, rest.strip_prefix(length.as_str())?),
                _ => ("16", rest),
            }
        }
    };
    let trailing = rest.trim_start_matches('_');
    let bits = match (leading.as_str(), trailing) {
        ("", "") => plain_bits,
        (bits, "") | ("", bits) => bits,
        _ => return None,
    };
    if !matches!(bits, "128" | "192" | "256") {
        return None;
    }
    match mode {
        "" | "cbc" => Some((Kind::Encryption, format!("{family}{bits}"))),
        "ctr" => Some((Kind::Encryption, format!("{family}{bits}ctr"))),
        // It shows tampering and hides nothing.
        "gmac" => Some((Kind::Combined, "null".to_owned())),
        _ => Some((Kind::Combined, format!("{family}{bits}{mode}{tag}"))),
    }
}

impl Algorithms {
    /// Adds a name once.
    pub fn add(&mut self, name: &str) {
        if !name.is_empty() && !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }

    /// Adds a word of which nothing is known, once. One of them is enough to say that not all is known.
    pub fn add_unknown(&mut self, word: &str) {
        let word: String = word.chars().take(LETTERS_MAX).collect();
        if self.unknown.len() < UNKNOWN_MAX && !self.unknown.contains(&word) {
            self.unknown.push(word);
        }
    }

    /// Adds one proposal of strongSwan, which sends traffic without integrity where a proposal names none (`check_proposal`
    /// of libstrongswan asks for it in key exchanges alone).
    pub fn add_of_strongswan(&mut self, phase: Phase, proposal: &str) {
        let words = || proposal.split('-').map(str::trim).filter(|word| !word.is_empty());
        let kinds = self.add_proposal(phase, words());
        let has = |kind: Kind| kinds.contains(&kind);
        let all_known = words().all(|text| word(text).is_some());
        if phase == Phase::Esp && all_known && has(Kind::Encryption) && !has(Kind::Integrity) {
            self.add(NO_INTEGRITY);
        }
    }

    /// Adds one proposal by its words. Where encryption shows tampering itself, what is named for that in a key exchange
    /// is for deriving keys; where nothing else is named for that, it is that in every key exchange.
    pub fn add_proposal<'w>(&mut self, phase: Phase, words: impl Iterator<Item = &'w str>) -> Vec<Kind> {
        let mut found: Vec<(Kind, String)> = Vec::new();
        for text in words {
            match word(text) {
                Some(meant) => found.push(meant),
                None => self.add_unknown(text),
            }
        }
        let has = |kind: Kind| found.iter().any(|(known, _)| *known == kind);
        let (combined, derivation) = (has(Kind::Combined), has(Kind::Derivation));
        for (kind, name) in &found {
            match kind {
                Kind::Integrity => {
                    if phase == Phase::Ike && !derivation {
                        self.add(&format!("prf{}", name.trim_end_matches("_96")));
                    }
                    if !combined {
                        self.add(name);
                    }
                }
                Kind::Derivation if phase == Phase::Esp => {}
                Kind::Encryption | Kind::Combined | Kind::Derivation | Kind::Group | Kind::Nothing => self.add(name),
            }
        }
        found.into_iter().map(|(kind, _)| kind).collect()
    }
}
