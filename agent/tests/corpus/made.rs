//! Files that no editor writes, from a form that a person can read.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::json;
use tenken_agent::collect::screen_lock::gvariant::{ByteOrder, Value};
use tenken_agent::collect::screen_lock::gvariant_text;
use tenken_agent::collect::screen_lock::gvdb_writer::{Branch, Node, write};
use tenken_model::Instant;

const BEGIN: u16 = 7;
const END: u16 = 8;
const START: u16 = 2;
const RECORD_BYTES: usize = 384;

/// A session in wtmp, or with the account `reboot` a start of the machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenSession {
    account: String,
    #[serde(default)]
    terminal: String,
    from: Option<String>,
    at: Instant,
    until: Option<Instant>,
}

/// wtmp of these sessions, its records in the order of their times.
pub(crate) fn wtmp(sessions: &[WrittenSession]) -> Vec<u8> {
    let mut records: Vec<(Instant, Vec<u8>)> = Vec::new();
    for session in sessions {
        let kind = if session.account == "reboot" { START } else { BEGIN };
        records.push((session.at, record(kind, &session.account, session, session.at)));
        records.extend(session.until.map(|until| (until, record(END, "", session, until))));
    }
    records.sort_by_key(|(at, _)| *at);
    records.into_iter().flat_map(|(_, record)| record).collect()
}

/// A record of 384 bytes, see utmp(5).
fn record(kind: u16, account: &str, session: &WrittenSession, at: Instant) -> Vec<u8> {
    let mut record = vec![0; RECORD_BYTES];
    let mut put = |place: usize, bytes: &[u8]| record[place..place + bytes.len()].copy_from_slice(bytes);
    put(0, &kind.to_le_bytes());
    put(4, &1_000_u32.to_le_bytes());
    put(8, session.terminal.as_bytes());
    put(44, account.as_bytes());
    if let Some(from) = &session.from {
        put(76, from.as_bytes());
        if let Ok(IpAddr::V4(address)) = from.parse() {
            put(348, &address.octets());
        }
    }
    put(340, &u32::try_from(at.timestamp()).unwrap().to_le_bytes());
    record
}

/// The header of a volume of LUKS 2.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenLuks {
    /// As the mapping is named after it.
    uuid: String,
    /// How each part of the data is stored: a cipher, `linear`, or `hw-opal`.
    data: Vec<String>,
    #[serde(default = "usual_key")]
    key_bits: u32,
    /// Kinds of tokens.
    #[serde(default)]
    tokens: Vec<String>,
}

fn usual_key() -> u32 {
    512
}

/// Both copies of a header.
pub(crate) fn luks(written: &WrittenLuks) -> Vec<u8> {
    const COPY: usize = 16 << 10;
    let numbered = |values: Vec<serde_json::Value>| {
        values.into_iter().enumerate().map(|(id, value)| (id.to_string(), value)).collect::<serde_json::Map<_, _>>()
    };
    let segment = |kind: &String| match kind.as_str() {
        "linear" | "hw-opal" => json!({"type": kind, "offset": "0", "size": "dynamic"}),
        cipher => json!({"type": "crypt", "offset": "0", "size": "dynamic", "encryption": cipher}),
    };
    let segments: Vec<String> = (0..written.data.len()).map(|id| id.to_string()).collect();
    let metadata = json!({
        "keyslots": {"0": {"type": "luks2", "key_size": written.key_bits / 8, "kdf": {"type": "argon2id"}}},
        "tokens": numbered(written.tokens.iter().map(|kind| json!({"type": kind})).collect()),
        "segments": numbered(written.data.iter().map(segment).collect()),
        "digests": {"0": {"keyslots": ["0"], "segments": segments}},
        "config": {},
    });
    let copy = |magic: &[u8], offset: usize| {
        let mut area = vec![0; COPY];
        let mut put = |place: usize, bytes: &[u8]| area[place..place + bytes.len()].copy_from_slice(bytes);
        put(0, magic);
        put(6, &[0, 2]);
        put(8, &u64::try_from(COPY).unwrap().to_be_bytes());
        put(72, b"sha256");
        put(168, written.uuid.as_bytes());
        put(256, &u64::try_from(offset).unwrap().to_be_bytes());
        put(4_096, metadata.to_string().as_bytes());
        let sum = digest(&SHA256, &area);
        area[448..480].copy_from_slice(sum.as_ref());
        area
    };
    [copy(b"LUKS\xba\xbe", 0), copy(b"SKUL\xba\xbe", COPY)].concat()
}

/// A compiled dconf database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenDconf {
    /// Path to value, as a key file writes values: `uint32 300`.
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    locks: Vec<String>,
}

/// The database as `dconf update` compiles it.
pub(crate) fn dconf(written: &WrittenDconf) -> Vec<u8> {
    let mut root: Branch =
        written.values.iter().map(|(path, text)| (path.clone(), Node::Value(variant(text)))).collect();
    if !written.locks.is_empty() {
        let locks = written.locks.iter().map(|path| (path.clone(), Node::Value(b"\0\0s".to_vec()))).collect();
        root.insert(".locks".to_owned(), Node::Table(locks));
    }
    write(&root, ByteOrder::Little).unwrap()
}

fn variant(text: &str) -> Vec<u8> {
    match gvariant_text::parse(text).unwrap_or_else(|| panic!("{text} is no value of a key file")) {
        Value::Flag(flag) => vec![u8::from(flag), 0, b'b'],
        Value::Unsigned(number) => [number.to_le_bytes().as_slice(), b"\0u"].concat(),
        Value::Signed(number) => [number.to_le_bytes().as_slice(), b"\0i"].concat(),
        Value::Text(text) => [text.as_bytes(), b"\0\0s"].concat(),
        other => panic!("{other:?} is not written here"),
    }
}

/// The head of a database of ClamAV.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenSignatures {
    version: u64,
    built: Instant,
}

/// The database up to where the agent reads it.
pub(crate) fn signatures(written: &WrittenSignatures) -> Vec<u8> {
    let (time, seconds) = (written.built.format("%d %b %Y %H-%M +0000"), written.built.timestamp());
    let version = written.version;
    let head = format!("ClamAV-VDB:{time}:{version}:2:90:820769b9eaa4746b173c4fb290183ba7:X:x:{seconds}");
    format!("{head:<512}").into_bytes()
}
