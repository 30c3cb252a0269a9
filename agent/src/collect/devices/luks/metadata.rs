//! The metadata of version 2, as far as they say how data are stored and who opens them. Whatever else lies there, salts and
//! digests first of all, is passed over by the reader of JSON and never kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_model::fact::disk_encryption::KeyDerivation;

use super::{Cipher, Header, LuksError, Segment, Token, cipher};

/// The longest text; key slots and tokens, of which there are 32 each, need less.
const TEXT_MAX: usize = 1 << 20;
/// LUKS2_KEYSLOTS_MAX, LUKS2_TOKENS_MAX and LUKS2_SEGMENT_MAX.
const OF_A_KIND_MAX: usize = 32;
/// Flags that begin so keep what a segment was or will be (lib/luks2/luks2_segment.c).
const BACKUP: &str = "backup-";
/// Requirements of a volume that is being encrypted anew, by this or an older cryptsetup.
const UNFINISHED: [&str; 2] = ["online-reencrypt", "offline-reencrypt"];

/// Key slots, tokens, segments, and which slot opens which segment. cryptsetup wants each of the five.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Metadata {
    keyslots: BTreeMap<String, KeySlotText>,
    tokens: BTreeMap<String, TokenText>,
    segments: BTreeMap<String, SegmentText>,
    digests: BTreeMap<String, DigestText>,
    config: Config,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeySlotText {
    #[serde(rename = "type")]
    kind: String,
    key_size: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    kdf: Option<Kind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TokenText {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "tpm2-pin", default, skip_serializing_if = "Option::is_none")]
    pin: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SegmentText {
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrity: Option<Kind>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DigestText {
    keyslots: Vec<String>,
    segments: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Config {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requirements: Option<Requirements>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Requirements {
    #[serde(default)]
    mandatory: Vec<String>,
}

impl Metadata {
    /// Reads the text.
    pub(super) fn parse(text: &[u8]) -> Result<Self, LuksError> {
        if text.len() > TEXT_MAX || !text.starts_with(b"{") {
            return Err(LuksError::Metadata);
        }
        let found: Self = serde_json::from_slice(text).map_err(|_| LuksError::Metadata)?;
        let counts = [found.keyslots.len(), found.tokens.len(), found.segments.len(), found.digests.len()];
        if counts.iter().any(|count| *count > OF_A_KIND_MAX) { Err(LuksError::TooMany) } else { Ok(found) }
    }

    /// What they say.
    pub(super) fn header(&self, uuid: String) -> Result<Header, LuksError> {
        let data =
            self.segments.iter().filter(|(_, segment)| !segment.flags.iter().any(|flag| flag.starts_with(BACKUP)));
        let segments = data.map(|(id, segment)| self.segment(id, segment)).collect::<Result<Vec<_>, _>>()?;
        if segments.is_empty() {
            return Err(LuksError::Metadata);
        }
        let mandatory = self.config.requirements.iter().flat_map(|requirements| &requirements.mandatory);
        Ok(Header {
            version: 2,
            uuid,
            segments,
            key_slots: self.keyslots.values().filter(|slot| slot.opens()).map(KeySlotText::derivation).collect(),
            unfinished: mandatory.clone().any(|word| UNFINISHED.iter().any(|known| word.starts_with(known))),
            tokens: self.tokens.values().map(TokenText::token).collect(),
        })
    }

    fn segment(&self, id: &String, segment: &SegmentText) -> Result<Segment, LuksError> {
        let encryption = match segment.kind.as_str() {
            "linear" => return Ok(Segment::Plain),
            "hw-opal" => return Ok(Segment::ByDrive),
            "crypt" | "hw-opal-crypt" => segment.encryption.as_deref().ok_or(LuksError::Metadata)?,
            _ => return Err(LuksError::Malformed),
        };
        let slots =
            self.digests.values().filter(|digest| digest.segments.contains(id)).flat_map(|digest| &digest.keyslots);
        let slot = slots.filter_map(|slot| self.keyslots.get(slot)).find(|slot| slot.opens());
        let integrity = segment.integrity.as_ref().map(|integrity| integrity.kind.as_str());
        let key_bits = slot.map(|slot| cipher::key_bits(slot.key_size, integrity)).transpose()?;
        Ok(Segment::Encrypted(Cipher { name: cipher::name(encryption)?, key_bits }))
    }

    /// The same with known words alone.
    pub(super) fn scrubbed(&self) -> Self {
        let words = |texts: &[String]| texts.iter().map(|text| known(text)).collect::<Vec<_>>();
        let mut found = self.clone();
        found.keyslots.values_mut().for_each(|slot| {
            slot.kind = known(&slot.kind);
            slot.kdf.iter_mut().for_each(|kdf| kdf.kind = known(&kdf.kind));
        });
        found.tokens.values_mut().for_each(|token| token.kind = known(&token.kind));
        for segment in found.segments.values_mut() {
            segment.kind = known(&segment.kind);
            segment.encryption.iter_mut().for_each(|name| *name = cipher::known(name));
            segment.integrity.iter_mut().for_each(|integrity| integrity.kind = known(&integrity.kind));
            segment.flags = words(&segment.flags);
        }
        if let Some(requirements) = &mut found.config.requirements {
            requirements.mandatory = words(&requirements.mandatory);
        }
        let number = |id: &String| if id.parse::<u32>().is_ok() { id.clone() } else { "x".to_owned() };
        let numbered = |ids: &[String]| ids.iter().map(number).collect::<Vec<_>>();
        Self {
            keyslots: found.keyslots.iter().map(|(id, slot)| (number(id), slot.clone())).collect(),
            tokens: found.tokens.iter().map(|(id, token)| (number(id), token.clone())).collect(),
            segments: found.segments.iter().map(|(id, segment)| (number(id), segment.clone())).collect(),
            digests: found
                .digests
                .iter()
                .map(|(id, digest)| {
                    let (keyslots, segments) = (numbered(&digest.keyslots), numbered(&digest.segments));
                    (number(id), DigestText { keyslots, segments })
                })
                .collect(),
            config: found.config,
        }
    }

    /// Their text.
    pub(super) fn text(&self) -> Result<Vec<u8>, LuksError> {
        serde_json::to_vec(self).map_err(|_| LuksError::Metadata)
    }
}

impl KeySlotText {
    /// It opens data. Others hold what a running change needs.
    fn opens(&self) -> bool {
        self.kind == "luks2"
    }

    fn derivation(&self) -> KeyDerivation {
        match self.kdf.as_ref().map(|kdf| kdf.kind.as_str()) {
            Some("pbkdf2") => KeyDerivation::Pbkdf2,
            Some("argon2i") => KeyDerivation::Argon2i,
            Some("argon2id") => KeyDerivation::Argon2id,
            _ => KeyDerivation::Other,
        }
    }
}

impl TokenText {
    fn token(&self) -> Token {
        match self.kind.as_str() {
            "systemd-tpm2" => Token::Tpm { asks: self.pin == Some(true) },
            "systemd-fido2" | "systemd-pkcs11" => Token::Carried,
            "clevis" => Token::Clevis,
            "systemd-recovery" => Token::Recovery,
            _ => Token::Other,
        }
    }
}

/// A word that cryptsetup or systemd writes, or `x` in its place.
fn known(word: &str) -> String {
    const WORDS: [&str; 30] = [
        "luks2",
        "reencrypt",
        "pbkdf2",
        "argon2i",
        "argon2id",
        "systemd-tpm2",
        "systemd-fido2",
        "systemd-pkcs11",
        "systemd-recovery",
        "clevis",
        "luks2-keyring",
        "linear",
        "crypt",
        "hw-opal",
        "hw-opal-crypt",
        "none",
        "aead",
        "poly1305",
        "cmac(aes)",
        "hmac(sha1)",
        "hmac(sha256)",
        "hmac(sha512)",
        "phmac(sha256)",
        "phmac(sha512)",
        "in-reencryption",
        "backup-previous",
        "backup-final",
        "backup-moved-segment",
        "online-reencrypt-v2",
        "online-reencrypt-v3",
    ];
    match UNFINISHED.into_iter().find(|begin| word.starts_with(begin)) {
        Some(begin) if !WORDS.contains(&word) => begin.to_owned(),
        _ if word.starts_with(BACKUP) && !WORDS.contains(&word) => BACKUP.to_owned(),
        _ if WORDS.contains(&word) => word.to_owned(),
        _ => "x".to_owned(),
    }
}
