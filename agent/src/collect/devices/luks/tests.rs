//! Headers whole, damaged, and of every state a volume may be in. Those that cryptsetup itself writes are compared in
//! `agent/tests/real_programs/luks.rs`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::composed::{ONE_KEY, SECOND, SIZE, UUID, both, luks1, sealed, usual, with, written};
use super::*;

fn of(disk: &[u8]) -> Result<Header, LuksError> {
    let part = |offset, length| {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(disk.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        Ok::<_, std::convert::Infallible>(disk[from..].iter().copied().take(length).collect())
    };
    match read(part) {
        Ok(found) => found,
        Err(error) => match error {},
    }
}

fn cipher(name: &str, key_bits: Option<u32>) -> Segment {
    Segment::Encrypted(Cipher { name: name.to_owned(), key_bits })
}

#[test]
fn a_volume_as_it_is_installed() {
    let header = of(&both(&usual())).unwrap();
    assert_eq!((header.version, header.uuid.as_str(), header.unfinished), (2, UUID, false));
    assert_eq!(header.segments, [cipher("aes-xts-plain64", Some(512))]);
    assert_eq!(header.key_slots, [KeyDerivation::Argon2id]);
    assert!(!header.has_plain_data());
    let old = of(&luks1("aes", "cbc-essiv:sha256", ONE_KEY)).unwrap();
    assert_eq!((old.version, old.uuid.as_str(), old.key_slots.len()), (1, UUID, 1));
    assert_eq!(old.segments, [cipher("aes-cbc-essiv:sha256", Some(256))]);
}

#[test]
fn what_leaves_data_plain() {
    let null = with("/segments/0/encryption", json!("cipher_null-ecb"));
    assert!(of(&both(&null)).unwrap().has_plain_data());
    assert!(of(&luks1("cipher_null", "ecb", ONE_KEY)).unwrap().has_plain_data());
    let mut starting = with("/segments/1", json!({"type": "linear", "offset": "0", "size": "dynamic"}));
    assert!(of(&both(&starting)).unwrap().has_plain_data(), "half of it is encrypted so far");
    starting["segments"]["1"]["flags"] = json!(["backup-previous"]);
    starting["config"]["requirements"] = json!({"mandatory": ["online-reencrypt-v2"]});
    let done = of(&both(&starting)).unwrap();
    assert!(!done.has_plain_data(), "what it was before");
    assert!(done.unfinished);
    let drive = with("/segments/0", json!({"type": "hw-opal", "offset": "0", "size": "dynamic"}));
    let drive = of(&both(&drive)).unwrap();
    assert_eq!((drive.has_plain_data(), drive.ciphers().len()), (false, 0));
}

#[test]
fn keys() {
    let integrity = with("/segments/0/integrity", json!({"type": "hmac(sha256)"}));
    assert_eq!(of(&both(&integrity)).unwrap().segments, [cipher("aes-xts-plain64", Some(256))]);
    for nobody in [with("/keyslots", json!({})), with("/digests", json!({}))] {
        let header = of(&both(&nobody)).unwrap();
        assert_eq!(header.segments, [cipher("aes-xts-plain64", None)]);
    }
    let mut slots = usual();
    slots["keyslots"]["1"] = json!({"type": "reencrypt", "key_size": 1});
    slots["keyslots"]["2"] = json!({"type": "luks2", "key_size": 64, "kdf": {"type": "scrypt"}});
    let header = of(&both(&slots)).unwrap();
    assert_eq!(header.key_slots, [KeyDerivation::Argon2id, KeyDerivation::Other]);
    let erased = of(&luks1("aes", "xts-plain64", [0xdead; 8])).unwrap();
    assert_eq!(erased.key_slots, []);
    for (token, expected) in [
        (json!({"type": "systemd-tpm2", "tpm2-pin": true, "tpm2-blob": "c2VjcmV0"}), Token::Tpm { asks: true }),
        (json!({"type": "systemd-tpm2"}), Token::Tpm { asks: false }),
        (json!({"type": "systemd-fido2"}), Token::Carried),
        (json!({"type": "clevis", "jwe": {"ciphertext": "x"}}), Token::Clevis),
        (json!({"type": "Clevis"}), Token::Other),
    ] {
        assert_eq!(of(&both(&with("/tokens/0", token))).unwrap().tokens, [expected]);
    }
}

#[test]
fn of_two_copies_the_newer_one_counts() {
    let null = with("/segments/0/encryption", json!("cipher_null-ecb"));
    let place = SECOND;
    let plain = |first: Vec<u8>, second: Vec<u8>| of(&[first, second].concat()).map(|header| header.has_plain_data());
    assert_eq!(plain(written(&usual(), 0, 3), written(&null, place, 4)), Ok(true));
    assert_eq!(plain(written(&usual(), 0, 4), written(&null, place, 3)), Ok(false));
    assert_eq!(plain(written(&null, 0, 4), written(&usual(), place, 4)), Ok(true));
    let spoiled = |mut area: Vec<u8>| {
        area[5_000] ^= 1;
        area
    };
    assert_eq!(
        plain(spoiled(written(&usual(), 0, 9)), written(&null, place, 3)),
        Ok(true),
        "the second repairs the first"
    );
    assert_eq!(plain(written(&null, 0, 1), spoiled(written(&usual(), place, 3))), Ok(true));
    assert_eq!(plain(vec![0; SIZE], written(&null, place, 3)), Ok(true), "the beginning was wiped");
    let both = plain(spoiled(written(&usual(), 0, 3)), spoiled(written(&usual(), place, 3)));
    assert_eq!(both, Err(LuksError::Checksum));
}

#[test]
fn what_is_no_header() {
    for disk in [vec![], vec![0; 100], vec![0; 10 << 20], b"LUKS".to_vec(), b"luks\xba\xbe\0\x02".repeat(4_000)] {
        assert_eq!(of(&disk), Err(LuksError::NoHeader));
    }
    assert_eq!(of(MAGIC), Err(LuksError::CutShort));
    assert_eq!(of(&[MAGIC, &[0, 3]].concat()), Err(LuksError::Version(3)));
    assert_eq!(of(&luks1("aes", "xts-plain64", ONE_KEY)[..591]), Err(LuksError::CutShort));
    assert_eq!(of(&luks1("aes", "xts-plain64", [7; 8])), Err(LuksError::Malformed));
    assert_eq!(of(&luks1("a s", "xts", ONE_KEY)), Err(LuksError::Malformed));
    let change = |at: usize, value: &[u8]| {
        let mut area = written(&usual(), 0, 3);
        area[at..at + value.len()].copy_from_slice(value);
        of(&sealed(area))
    };
    assert_eq!(change(8, &(17_u64 << 10).to_be_bytes()), Err(LuksError::Size));
    assert_eq!(change(8, &u64::MAX.to_be_bytes()), Err(LuksError::Size));
    assert_eq!(change(256, &4_096_u64.to_be_bytes()), Err(LuksError::Size));
    assert_eq!(change(72, b"crc32c\0"), Err(LuksError::Checksum));
    assert_eq!(change(168, b"../../x"), Err(LuksError::Malformed));
    assert_eq!(change(8_000, b"x"), Err(LuksError::Metadata), "something behind the text");
    assert_eq!(of(&written(&usual(), 0, 3)[..SIZE - 1]), Err(LuksError::CutShort));
}

#[test]
fn metadata_that_are_none() {
    for missing in ["keyslots", "tokens", "segments", "digests", "config"] {
        let mut metadata = usual();
        metadata.as_object_mut().unwrap().remove(missing);
        assert_eq!(of(&both(&metadata)), Err(LuksError::Metadata), "{missing}");
    }
    let many: serde_json::Map<_, _> = (0..33).map(|id| (id.to_string(), json!({"type": "clevis"}))).collect();
    for (metadata, expected) in [
        (json!([]), LuksError::Metadata),
        (with("/segments", json!({})), LuksError::Metadata),
        (with("/segments/0/flags", json!(["backup-final"])), LuksError::Metadata),
        (with("/segments/0/type", json!("Linear")), LuksError::Malformed),
        (with("/segments/0/encryption", json!(null)), LuksError::Metadata),
        (with("/segments/0/encryption", json!("")), LuksError::Malformed),
        (with("/keyslots/0/key_size", json!("64")), LuksError::Metadata),
        (with("/keyslots/0/key_size", json!(0)), LuksError::Malformed),
        (with("/keyslots/0/key_size", json!(-1)), LuksError::Metadata),
        (
            Value::Object(serde_json::Map::from_iter([("tokens".to_owned(), Value::Object(many.clone()))])),
            LuksError::Metadata,
        ),
        (with("/tokens", Value::Object(many)), LuksError::TooMany),
    ] {
        assert_eq!(of(&both(&metadata)), Err(expected), "{metadata}");
    }
}

#[test]
fn what_is_written_anew_reads_alike_and_holds_no_secret() {
    let mut busy = usual();
    busy["tokens"]["0"] = json!({"type": "systemd-tpm2", "tpm2-blob": "c2VjcmV0"});
    busy["tokens"]["1"] = json!({"type": "tanaka", "name": "tanaka"});
    busy["segments"]["1"] = json!({"type": "linear", "flags": ["in-reencryption"]});
    busy["config"]["requirements"] = json!({"mandatory": ["online-reencrypt-v2", "tanaka"]});
    let named = |_: &str| "ALIAS1".to_owned();
    let old = luks1("aes", "xts-plain64", ONE_KEY);
    for disk in [both(&busy), both(&usual()), written(&usual(), 0, 2), old] {
        let scrubbed = anew(&disk, 0, named);
        assert_eq!(scrubbed.len(), disk.len());
        assert_eq!(of(&scrubbed).unwrap(), Header { uuid: "ALIAS1".to_owned(), ..of(&disk).unwrap() });
        let text = String::from_utf8_lossy(&scrubbed);
        for secret in ["c2VjcmV0", "salt", "digest that", "tanaka", UUID] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    let second = anew(&written(&busy, SECOND, 7), SECOND, named);
    assert_eq!(of(&[vec![0; SIZE], second].concat()).unwrap().segments, of(&both(&busy)).unwrap().segments);
    let strange = with("/segments/0/encryption", json!("tanaka-xts-plain64"));
    assert_eq!(of(&anew(&both(&strange), 0, named)).unwrap().segments, [cipher("x", Some(512))]);
    for other in [vec![], b"tanaka".to_vec(), [MAGIC, b"\0\x02tanaka"].concat(), [MAGIC, b"\0\x01tanaka"].concat()] {
        let scrubbed = anew(&other, 0, named);
        assert!(scrubbed.len() == other.len() && !scrubbed.ends_with(b"tanaka"));
        assert!(of(&scrubbed).is_err());
    }
}

proptest! {
    #[test]
    fn never_panics(at in 0_usize..SIZE, value: [u8; 8], reseal: bool, first in prop::bool::ANY) {
        let mut area = written(&usual(), 0, 3);
        for (place, byte) in area.iter_mut().skip(at).zip(value) {
            *place = byte;
        }
        let area = if reseal { sealed(area) } else { area };
        let disk = if first { area } else { [written(&usual(), 0, 1), area].concat() };
        let _ = of(&disk);
        prop_assert_eq!(anew(&disk, 0, str::to_owned).len(), disk.len());
    }
}
