use std::fs;

use tempfile::TempDir;
use tenken_model::Verdict;
use tenken_model::finding::FindingSet;

use super::recover::{Recovered, recover};
use super::*;
use crate::state::tests::finding;

const LIMIT: Size = Size::from_bytes(1 << 20);

fn at(secs: i64) -> Instant {
    Instant::from_timestamp(secs, 0).unwrap()
}

fn set(rule: u8) -> Change {
    let finding = finding(rule, None, Verdict::Fail, "");
    let digest = finding.digest();
    Change::Set { finding, digest }
}

fn clear(rule: u8) -> Change {
    Change::Cleared { key: finding(rule, None, Verdict::Fail, "").key }
}

fn open(scratch: &TempDir, secs: i64) -> (Spool, Opened) {
    Spool::open(&scratch.path().join("spool"), LIMIT, at(secs)).unwrap()
}

fn seqs(spool: &Spool) -> Vec<u64> {
    spool.batch().unwrap().iter().map(|transition| transition.seq).collect()
}

#[test]
fn what_is_appended_survives_until_it_is_acknowledged() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut spool, opened) = open(&scratch, 1);
    assert_eq!((opened, spool.epoch(), spool.needs_snapshot()), (Opened::Fresh, 1000, false));
    spool.append(at(1001), vec![set(1), set(2)]).unwrap();
    spool.append(at(1002), vec![clear(1)]).unwrap();
    let state = spool.state().clone();
    drop(spool);

    let (mut spool, opened) = open(&scratch, 5);
    assert_eq!((opened, spool.epoch()), (Opened::Continued { cut: false }, 1000));
    assert_eq!((seqs(&spool), spool.state()), (vec![1, 2, 3], &state));
    assert_eq!(spool.acknowledge(1000, 2, false, at(6)).unwrap(), Acknowledged::Taken);
    assert_eq!(spool.acknowledge(1000, 1, false, at(6)).unwrap(), Acknowledged::Taken);
    assert_eq!(spool.acknowledge(999, 3, false, at(6)).unwrap(), Acknowledged::OtherEpoch);
    assert_eq!(seqs(&spool), [3]);
    drop(spool);

    let (mut spool, _) = open(&scratch, 7);
    assert_eq!((seqs(&spool), spool.acknowledged(), spool.state()), (vec![3], 2, &state));
    spool.acknowledge(1000, 3, false, at(6)).unwrap();
    spool.append(at(8), vec![set(3)]).unwrap();
    assert_eq!(seqs(&spool), [4]);
}

#[test]
fn two_agents_do_not_share_a_folder() {
    let scratch = tempfile::tempdir().unwrap();
    let (_spool, _) = open(&scratch, 1);
    let error = Spool::open(&scratch.path().join("spool"), LIMIT, at(1)).unwrap_err();
    assert!(error.to_string().contains("another agent is running"), "{error}");
}

#[test]
fn a_full_spool_folds_into_its_state_and_asks_for_a_snapshot() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("spool");
    let limit = Size::from_bytes(6_000);
    let (mut spool, _) = Spool::open(&folder, limit, at(1)).unwrap();
    let mut given = 0;
    while spool.folded() == 0 {
        spool.append(at(2), vec![if given % 2 == 0 { set(1) } else { clear(1) }]).unwrap();
        given += 1;
        assert!(fs::metadata(folder.join("log")).unwrap().len() <= limit.bytes());
        assert_eq!(spool.last_seq(), given);
    }
    assert_eq!((spool.folded(), seqs(&spool)), (given - 1, vec![given]));
    drop(spool);
    let (mut spool, opened) = Spool::open(&folder, limit, at(1)).unwrap();
    assert_eq!((opened, spool.needs_snapshot(), spool.folded()), (Opened::Continued { cut: false }, true, given - 1));

    // A snapshot that was on its way when the spool folded is too old.
    spool.acknowledge(1000, given - 2, true, at(3)).unwrap();
    assert!(spool.needs_snapshot());
    spool.acknowledge(1000, given, true, at(3)).unwrap();
    assert!(!spool.needs_snapshot() && spool.batch().unwrap().is_empty());

    // More at once than ever fits.
    spool.append(at(4), (0..100).map(set).collect()).unwrap();
    assert_eq!((spool.pending(), spool.needs_snapshot(), spool.last_seq()), (0, true, given + 100));
    assert_eq!(spool.state().len(), 100);
    drop(spool);
    let (spool, _) = Spool::open(&folder, limit, at(1)).unwrap();
    assert_eq!((spool.state().len(), spool.last_seq(), spool.folded()), (100, given + 100, given + 99));
}

#[test]
fn what_was_acknowledged_does_not_stay_on_disk() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut spool, _) = open(&scratch, 1);
    while fs::metadata(spool.log()).unwrap().len() <= COMPACT_BYTES {
        spool.append(at(1), (0..100).flat_map(|rule| [set(rule), clear(rule)]).collect()).unwrap();
    }
    let last = spool.last_seq();
    spool.append(at(1), vec![set(1), set(2)]).unwrap();
    spool.acknowledge(1000, last, false, at(1)).unwrap();
    assert!(fs::metadata(spool.log()).unwrap().len() < 2_000);
    spool.append(at(1), vec![set(3)]).unwrap();
    assert_eq!(seqs(&spool), [last + 1, last + 2, last + 3]);
    drop(spool);
    let (spool, opened) = open(&scratch, 1);
    assert_eq!(opened, Opened::Continued { cut: false });
    assert_eq!((seqs(&spool), spool.state().len()), (vec![last + 1, last + 2, last + 3], 3));
}

#[test]
fn batches_are_bounded() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut spool, _) = open(&scratch, 1);
    spool.append(at(1), (0..750).flat_map(|_| [set(1), clear(1)]).collect()).unwrap();
    let batch = spool.batch().unwrap();
    assert_eq!((batch.len(), batch.last().unwrap().seq), (TRANSITIONS_MAX, 1_000));
    let mut large = finding(1, None, Verdict::Fail, "");
    large.says.en = "x".repeat(frame::PAYLOAD_BYTES_MAX);
    let error = spool.append(at(1), vec![Change::Set { digest: large.digest(), finding: large }]).unwrap_err();
    assert!(error.to_string().contains("rule r1"), "{error}");
    assert_eq!(spool.last_seq(), 1_500);
}

#[test]
fn a_state_folder_put_back_begins_a_new_epoch() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut spool, _) = open(&scratch, 1);
    spool.append(at(1), vec![set(1)]).unwrap();
    assert_eq!(spool.acknowledge(1000, 7, false, at(1)).unwrap(), Acknowledged::Ahead);
    assert_eq!((spool.epoch(), spool.last_seq(), spool.needs_snapshot()), (1001, 0, true));
    assert_eq!(spool.state().len(), 1);
    spool.append(at(1), vec![set(2)]).unwrap();
    assert_eq!(seqs(&spool), [1]);
}

#[test]
fn after_a_failed_write_nothing_is_assumed() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut spool, _) = open(&scratch, 1);
    spool.append(at(1), vec![set(1)]).unwrap();
    let (folder, away) = (scratch.path().join("spool"), scratch.path().join("away"));
    fs::rename(&folder, &away).unwrap();
    spool.append(at(1), vec![set(2)]).unwrap_err();
    spool.append(at(1), vec![set(2)]).unwrap_err();
    fs::rename(&away, &folder).unwrap();
    spool.append(at(1), vec![set(3)]).unwrap();
    let numbers = seqs(&spool);
    assert_eq!(numbers, (1..=spool.last_seq()).collect::<Vec<_>>());
    let kept = spool.state().clone();
    drop(spool);
    assert_eq!((open(&scratch, 1).0.state(), kept.len()), (&kept, numbers.len()));
}

/// Both files of a spool that was compacted, and acknowledged in part: (mark, log, bytes of the log that count).
fn worked_spool(scratch: &TempDir) -> (Vec<u8>, Vec<u8>) {
    let (mut spool, _) = open(scratch, 1);
    spool.append(at(1), vec![set(1), set(2), clear(1)]).unwrap();
    spool.acknowledge(1000, 1, false, at(1)).unwrap();
    spool.rewrite().unwrap();
    spool.append(at(1), vec![set(3), set(4)]).unwrap();
    spool.acknowledge(1000, 2, false, at(1)).unwrap();
    (fs::read(spool.folder.join("mark")).unwrap(), fs::read(spool.log()).unwrap())
}

fn recovered(mark: &[u8], log: &[u8]) -> Recovered {
    recover(Some(mark), Some(log)).unwrap()
}

#[test]
fn a_cut_at_any_byte_of_what_counted_is_never_gone_on_with() {
    let scratch = tempfile::tempdir().unwrap();
    let (mark, log) = worked_spool(&scratch);
    assert!(matches!(recovered(&mark, &log), Recovered::Whole(_, contents) if contents.pending.len() == 3));
    for cut in 0..log.len() {
        let found = recovered(&mark, &log[..cut]);
        assert!(matches!(found, Recovered::Corrupt { previous: 1000, .. }), "{cut}: {found:?}");
    }
    for cut in 0..mark.len() {
        let found = recovered(&mark[..cut], &log);
        assert!(matches!(found, Recovered::Corrupt { previous: 1000, .. }), "{cut}: {found:?}");
    }
    assert!(matches!(recover(None, Some(log.as_slice())).unwrap(), Recovered::Corrupt { previous: 1000, .. }));
    assert!(matches!(recover(Some(&mark), None::<&[u8]>).unwrap(), Recovered::Corrupt { previous: 1000, .. }));
}

#[test]
fn a_flipped_bit_at_any_byte_is_never_gone_on_with() {
    let scratch = tempfile::tempdir().unwrap();
    let (mark, log) = worked_spool(&scratch);
    for (offset, bit) in (0..log.len()).flat_map(|offset| [(offset, 0), (offset, 7)]) {
        let mut damaged = log.clone();
        damaged[offset] ^= 1 << bit;
        let found = recovered(&mark, &damaged);
        assert!(matches!(found, Recovered::Corrupt { previous: 1000, .. }), "{offset}: {found:?}");
    }
    for offset in 0..mark.len() {
        let mut damaged = mark.clone();
        damaged[offset] ^= 1;
        let found = recovered(&damaged, &log);
        assert!(matches!(found, Recovered::Corrupt { previous: 1000, .. }), "{offset}: {found:?}");
    }
}

#[test]
fn an_interrupted_append_is_cut_at_any_byte() {
    let scratch = tempfile::tempdir().unwrap();
    let (mark, log) = worked_spool(&scratch);
    let (mut spool, _) = open(&scratch, 1);
    spool.append(at(9), vec![set(5), clear(2)]).unwrap();
    let longer = fs::read(spool.log()).unwrap();
    drop(spool);
    let mut last_seen = 5;
    for cut in log.len()..=longer.len() {
        let Recovered::Whole(read, contents) = recovered(&mark, &longer[..cut]) else { panic!("{cut}") };
        assert_eq!((read.epoch, read.acknowledged), (1000, 2));
        assert!(contents.last_seq == last_seen || contents.last_seq == last_seen + 1);
        last_seen = contents.last_seq;
        assert_eq!(u64::try_from(contents.pending.len()).unwrap(), last_seen - 2);
        assert_eq!(contents.torn, u64::try_from(cut).unwrap() != contents.len);
    }
    assert_eq!(last_seen, 7);
}

/// The same with real files: what is opened after an interruption goes on without a gap or a repeat.
#[test]
fn an_interrupted_spool_goes_on() {
    let source = tempfile::tempdir().unwrap();
    let (mark, log) = worked_spool(&source);
    let (mut spool, _) = open(&source, 1);
    spool.append(at(9), vec![set(5), clear(2)]).unwrap();
    let longer = fs::read(spool.log()).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("spool");
    fs::create_dir(&folder).unwrap();
    for cut in (0..=longer.len()).step_by(23) {
        fs::write(folder.join("mark"), &mark).unwrap();
        fs::write(folder.join("log"), &longer[..cut]).unwrap();
        let (mut spool, opened) = open(&scratch, 1);
        let last = spool.last_seq();
        spool.append(at(10), vec![set(6)]).unwrap();
        assert_eq!(spool.last_seq(), last + 1);
        if cut < log.len() {
            assert!(matches!(opened, Opened::Restarted { .. }), "{cut}");
            assert_eq!((spool.epoch(), last, spool.needs_snapshot()), (1001, 0, true));
        } else {
            assert!(matches!(opened, Opened::Continued { .. }) && (5..=7).contains(&last), "{cut}");
            assert_eq!(seqs(&spool), (3..=last + 1).collect::<Vec<_>>());
        }
        let (epoch, state) = (spool.epoch(), spool.state().clone());
        drop(spool);
        let (spool, opened) = open(&scratch, 1);
        assert_eq!((opened, spool.epoch()), (Opened::Continued { cut: false }, epoch));
        assert_eq!(spool.state(), &state);
    }
}

#[test]
fn changes_come_from_the_state_of_the_last_run() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut spool, _) = open(&scratch, 1);
    let one = finding(1, None, Verdict::Pass, "");
    let findings = FindingSet::from([(one.key.clone(), one)]);
    let begin = state::changes(spool.state(), &findings);
    spool.append(at(1), begin).unwrap();
    drop(spool);
    assert_eq!(state::changes(open(&scratch, 1).0.state(), &findings), []);
}
