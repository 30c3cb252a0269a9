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
