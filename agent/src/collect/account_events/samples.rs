//! Samples that several tests use.

/// Journals written by systemd 252 without the table of their values' hashes, which is empty but for zeroes in the main and
/// is not read; the identity of the machine was replaced.
pub(super) const COMPACT: &[u8] = include_bytes!("../../../tests/samples/account_events/systemd_252.compact.journal");
/// The same in the layout of systemd before 252, as RHEL 8 and 9 have it.
pub(super) const PLAIN: &[u8] = include_bytes!("../../../tests/samples/account_events/systemd_252.plain.journal");
const TABLE_AT: usize = 0x15f8;
const TABLE_BYTES: usize = 0x0038_e380;

/// A sample as the whole file it was.
pub(super) fn whole(sample: &[u8]) -> Vec<u8> {
    let (head, tail) = sample.split_at(TABLE_AT.min(sample.len()));
    [head, &vec![0; TABLE_BYTES], tail].concat()
}

/// A whole journal of the compact layout to which somebody wrote under so many other names since.
pub(super) fn with_identifiers(count: usize) -> Vec<u8> {
    const FIELD: &[u8] = b"SYSLOG_IDENTIFIER";
    let mut journal = whole(COMPACT);
    let number = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let is_field = |at: &usize| journal[*at] == 2 && journal[*at + 40..].starts_with(FIELD);
    let field = (0..journal.len() - 64).step_by(8).find(is_field).unwrap();
    for name in 0..count {
        let payload = format!("SYSLOG_IDENTIFIER=x{name:05}");
        let size = 72 + payload.len();
        let at = journal.len().next_multiple_of(8);
        journal.resize(at + size, 0);
        journal[at] = 1;
        journal[at + 8..at + 16].copy_from_slice(&u64::try_from(size).unwrap().to_le_bytes());
        let next = number(&journal, field + 32);
        journal[at + 32..at + 40].copy_from_slice(&next.to_le_bytes());
        journal[at + 72..].copy_from_slice(payload.as_bytes());
        let at = u64::try_from(at).unwrap();
        journal[field + 32..field + 40].copy_from_slice(&at.to_le_bytes());
    }
    journal
}
