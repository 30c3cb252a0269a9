//! The spool's files after a crash, or after somebody else wrote to them.

use tenken_agent::spool::frame::{self, Next};
use tenken_agent::spool::recover::{Recovered, recover};

use super::parts;

pub(super) fn frames(data: &[u8]) {
    let mut rest = data;
    let mut written = Vec::new();
    while let Ok(Next::Frame(payload)) = frame::next(&mut rest) {
        written.extend(frame::encode(&payload).unwrap_or_default());
    }
    // What was read is what had been written, to the byte.
    assert!(data.starts_with(&written));
    if let Some(frame) = frame::encode(data) {
        assert_eq!(frame::next(&mut frame.as_slice()).ok(), Some(Next::Frame(data.to_vec())));
    }
}

/// The parts of the input are the payloads: the first one the mark's, the others the log's. Checksums are made right,
/// because no search would find them.
pub(super) fn recovery(data: &[u8]) {
    let mut payloads = parts(data, 1_000).filter_map(frame::encode);
    let mark = payloads.next().unwrap_or_default();
    let mut log: Vec<u8> = payloads.flatten().collect();
    for tail in [&[][..], &[1, 2, 3]] {
        log.extend_from_slice(tail);
        let Ok(Recovered::Whole(mark, contents)) = recover(Some(&mark), Some(log.as_slice())) else { continue };
        assert!(mark.acknowledged <= mark.counted && mark.counted <= contents.last_seq);
        assert!(contents.pending.len() <= data.len() && contents.state.len() <= data.len());
        assert_eq!(contents.len + u64::try_from(tail.len()).unwrap_or(0), u64::try_from(log.len()).unwrap_or(0));
        assert_eq!(contents.torn, !tail.is_empty());
    }
    // As it lies there, without right checksums.
    let (mark, log) = data.split_at(data.len() / 4);
    let _recovered = recover(Some(mark), Some(log));
}
