use proptest::prelude::*;

use super::super::samples::{COMPACT, PLAIN, whole, with_identifiers};
use super::*;

const MOST: usize = 1_000;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn read_all(journal: &[u8], programs: &[&str], most: usize) -> Found {
    read(journal, programs, Instant::UNIX_EPOCH, most).unwrap()
}

#[test]
fn entries_of_both_layouts_of_systemd_252() {
    for sample in [COMPACT, PLAIN] {
        let journal = whole(sample);
        let found = read_all(&journal, &["passwd", "useradd", "chpasswd", "gdm-password"], MOST);
        assert_eq!((found.entries.len(), found.compressed.len(), found.missing_until), (7, 0, None));
        assert_eq!(found.entries[0].program, "gdm-password");
        let set = found.entries.last().unwrap();
        assert_eq!((set.at, set.program.as_str(), set.process), (at("2026-11-20T02:00:15Z"), "passwd", 841));
        assert_eq!(set.message, "pam_unix(passwd:chauthtok): password changed for taro");
        assert_eq!(set.actor, Actor { user: Some(0), signed_in: Some(1_000) });
        assert_eq!(set.executable.as_deref(), Some("/usr/bin/passwd"));
        let sshd = read_all(&journal, &["sshd"], MOST);
        assert_eq!(sshd.entries.len(), 16, "those of lists that grow, too");
        assert_eq!(sshd.entries[15].at, at("2026-11-20T01:00:00Z"));
        assert_eq!(sshd.entries[15].actor, Actor { user: Some(0), signed_in: None });
        assert_eq!(read_all(&journal, &["sudo"], MOST).compressed.len(), 1, "a long command");
        assert_eq!(read_all(&journal, &["nobody"], MOST), Found::default());
    }
}

#[test]
fn what_is_too_much_is_the_oldest() {
    for sample in [COMPACT, PLAIN] {
        let journal = whole(sample);
        for most in 1..16 {
            let found = read_all(&journal, &["sshd"], most);
            assert_eq!(found.entries.len(), most);
            assert_eq!(found.entries[0].at, at("2026-11-22T01:00:00Z"));
            assert!(found.missing_until.is_some_and(|until| until <= found.entries[most - 1].at), "{most}: {found:?}");
        }
        let two = read_all(&journal, &["sshd", "passwd"], 3);
        assert_eq!(two.entries.len(), 3);
        let since = read(journal.as_slice(), &["sshd"], at("2026-11-20T01:01:00Z"), MOST).unwrap();
        assert_eq!((since.entries.len(), since.missing_until), (4, None));
    }
}

#[test]
fn a_clock_that_was_set_back_hides_nothing() {
    let bytes = |text: &str| at(text).timestamp_micros().to_le_bytes();
    let (newest, long_ago) = (bytes("2026-11-22T01:00:00Z"), bytes("2020-01-01T00:00:00Z"));
    let mut journal = whole(COMPACT);
    for place in 0..journal.len() - 8 {
        if journal[place..place + 8] == newest {
            journal[place..place + 8].copy_from_slice(&long_ago);
        }
    }
    let found = read(journal.as_slice(), &["sshd"], at("2026-11-20T01:01:00Z"), MOST).unwrap();
    assert_eq!(found.entries.len(), 3, "but for the one of the wrong time");
}

/// Pages of a file of which no more than so many may be read.
struct Few<'a>(&'a [u8], usize);

impl Pages for Few<'_> {
    type Error = std::convert::Infallible;

    fn page(&mut self, number: u64) -> Result<Option<Vec<u8>>, Self::Error> {
        let Some(left) = self.1.checked_sub(1) else { return Ok(None) };
        self.1 = left;
        (&mut &*self.0).page(number)
    }
}

#[test]
fn no_more_is_read_than_may_be() {
    let journal = whole(COMPACT);
    assert!(matches!(
        read(Few(&journal, 0), &["sshd"], Instant::UNIX_EPOCH, MOST),
        Err(JournalEntriesError::Signature)
    ));
    assert!(matches!(read(Few(&journal, 1), &["sshd"], Instant::UNIX_EPOCH, MOST), Err(JournalEntriesError::Short)));
    let whole = read(Few(&journal, 3), &["sshd"], Instant::UNIX_EPOCH, MOST).unwrap();
    assert_eq!(whole.entries.len(), 16, "three pages of a file of four megabytes");
}

#[test]
fn more_names_than_are_looked_at_are_said() {
    let few = read_all(&with_identifiers(CHAIN_MAX - 100), &["sshd"], MOST);
    assert_eq!((few.entries.len(), few.unlisted), (16, false));
    let many = with_identifiers(CHAIN_MAX + 1);
    let found = read_all(&many, &["sshd"], MOST);
    assert_eq!((found.entries.len(), found.unlisted), (0, true), "the newest names come first");
    // Of a megabyte of names no more is held at once than may be read.
    let bounded = read(Few(&many, 20), &["sshd"], Instant::UNIX_EPOCH, MOST);
    assert!(matches!(bounded, Err(JournalEntriesError::Short)), "{bounded:?}");
}

#[test]
fn what_is_no_journal() {
    let few = |bytes: &[u8]| read(bytes, &["sshd"], Instant::UNIX_EPOCH, MOST);
    assert_eq!(few(b""), Err(JournalEntriesError::Signature));
    assert_eq!(few(b"LPKSHHRXxxxxxxxx"), Err(JournalEntriesError::Signature));
    let journal = whole(COMPACT);
    assert_eq!(few(&journal[..130]), Err(JournalEntriesError::Short));
    let mut unknown = journal.clone();
    unknown[12] = 0x40;
    assert_eq!(few(&unknown), Err(JournalEntriesError::Layout(0x40)));
    let mut beyond = journal.clone();
    beyond[128..136].fill(0xff);
    assert_eq!(few(&beyond), Err(JournalEntriesError::Short));
    for cut in [5_000, journal.len() - 20_000, journal.len() - 3_000, journal.len() - 1] {
        let _ = few(&journal[..cut]);
    }
}

proptest! {
    #[test]
    fn never_panics_and_ends(spoiled in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..20)) {
        let mut sample = COMPACT.to_vec();
        for (place, byte) in spoiled {
            let place = place.index(sample.len() - 16) + 16;
            sample[place] = byte;
        }
        let _ = read(whole(&sample).as_slice(), &["sshd", "sudo"], Instant::UNIX_EPOCH, 50);
    }
}
