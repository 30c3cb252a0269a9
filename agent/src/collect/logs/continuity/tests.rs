use proptest::prelude::*;

use super::super::memory::{Identity, JournalPart};
use super::*;

const LOG: &str = "/var/log/auth.log";

fn at(hour: i64) -> Instant {
    Span::from_secs(hour * 3_600).after("2026-11-24T00:00:00Z".parse().unwrap())
}

fn identity(inode: u64) -> Identity {
    Identity { device: 1, inode }
}

/// A file of that number and size whose beginning is a text.
fn state(inode: u64, size: u64, begins: &str) -> FileState {
    FileState { identity: identity(inode), size, head: Some(head(begins.as_bytes())) }
}

fn copy(inode: u64, name: &str, size: u64) -> CopyMark {
    CopyMark { identity: identity(inode), name: name.to_owned(), size }
}

fn mark(file: Option<FileState>, copies: Vec<CopyMark>) -> FileMark {
    FileMark { file, copies, copies_kept: Some(4), copies_go: false }
}

fn memory(mark: Mark) -> LogMemory {
    let logs = [(LOG.to_owned(), mark)].into();
    LogMemory { machine: "m".into(), boot: "b".into(), logs, ..LogMemory::default() }
}

/// As it was kept on disk: without the bytes themselves.
fn kept(memory: &LogMemory) -> LogMemory {
    serde_json::from_slice(&serde_json::to_vec(memory).unwrap()).unwrap()
}

fn between(before: FileMark, now: FileMark) -> Option<LogLossKind> {
    let before = kept(&compare(&LogMemory::default(), memory(Mark::File(before)), at(0), None));
    let after = compare(&before, memory(Mark::File(now)), at(1), None);
    assert!(after.losses.len() <= 1);
    after.losses.first().map(|loss| loss.kind)
}

#[test]
fn what_rotation_explains() {
    let old = || mark(Some(state(7, 1_000, "first")), vec![copy(6, "auth.log.1", 800)]);
    for (name, now) in [
        ("it grew", mark(Some(state(7, 1_500, "first line")), vec![copy(6, "auth.log.1", 800)])),
        (
            "it was renamed, and a new one begun",
            mark(Some(state(8, 10, "new")), vec![copy(7, "auth.log.1", 1_000), copy(6, "auth.log.2", 800)]),
        ),
        ("the new one is not there yet", mark(None, vec![copy(7, "auth.log.1", 1_000), copy(6, "auth.log.2", 800)])),
        (
            "it was compressed at once",
            mark(Some(state(8, 10, "new")), vec![copy(9, "auth.log.1.gz", 100), copy(6, "auth.log.2", 800)]),
        ),
        (
            "it was copied and truncated",
            mark(Some(state(7, 10, "new")), vec![copy(9, "auth.log.1", 1_000), copy(6, "auth.log.2", 800)]),
        ),
        (
            "and grew beyond what it was",
            mark(Some(state(7, 5_000, "new")), vec![copy(9, "auth.log.1", 1_000), copy(6, "auth.log.2", 800)]),
        ),
        (
            "its copy has a date",
            mark(Some(state(8, 0, "")), vec![copy(7, "auth.log-20261124", 1_000), copy(6, "auth.log.1", 800)]),
        ),
        ("an editor wrote the same anew", mark(Some(state(8, 1_000, "first")), vec![copy(6, "auth.log.1", 800)])),
    ] {
        assert_eq!(between(old(), now), None, "{name}");
    }
}

#[test]
fn what_rotation_does_not_explain() {
    let old = || mark(Some(state(7, 1_000, "first")), vec![copy(6, "auth.log.1", 800)]);
    let copies = || vec![copy(6, "auth.log.1", 800)];
    for (name, now, kind) in [
        ("truncated", mark(Some(state(7, 0, "")), copies()), LogLossKind::Shortened),
        ("its end was cut off", mark(Some(state(7, 999, "first")), copies()), LogLossKind::Shortened),
        ("deleted", mark(None, copies()), LogLossKind::Gone),
        ("deleted with its copies", mark(None, vec![]), LogLossKind::Gone),
        ("deleted and begun anew", mark(Some(state(8, 20, "new")), copies()), LogLossKind::Replaced),
        ("lines taken out with sed -i", mark(Some(state(8, 900, "first")), copies()), LogLossKind::Replaced),
        ("overwritten in place", mark(Some(state(7, 1_200, "FIRST")), copies()), LogLossKind::Rewritten),
        ("the older copy deleted", mark(Some(state(7, 1_000, "first")), vec![]), LogLossKind::CopiesGone),
        (
            "a copy that is too short was put there",
            mark(Some(state(8, 5, "new")), vec![copy(9, "auth.log.1", 10)]),
            LogLossKind::Replaced,
        ),
    ] {
        assert_eq!(between(old(), now), Some(kind), "{name}");
    }
}

#[test]
fn copies_that_are_called_or_numbered_like_others() {
    let old = || mark(Some(state(7, 1_000, "first")), vec![copy(6, "auth.log.1.gz", 80), copy(5, "auth.log.2.gz", 80)]);
    let same_size = vec![copy(9, "auth.log.1.gz", 80), copy(6, "auth.log.2.gz", 80), copy(5, "auth.log.3.gz", 80)];
    assert_eq!(between(old(), mark(Some(state(8, 10, "new")), same_size)), None, "compressed to the same size");
    let full = || FileMark { copies_kept: Some(2), ..old() };
    let reused = vec![copy(5, "auth.log.1.gz", 90), copy(6, "auth.log.2.gz", 80)];
    let now = FileMark { copies_kept: Some(2), ..mark(Some(state(8, 10, "new")), reused) };
    assert_eq!(between(full(), now), None, "with the number of the one that was deleted");
    let nothing = vec![copy(6, "auth.log.1.gz", 80), copy(5, "auth.log.2.gz", 80), copy(9, "auth.log.3.gz", 0)];
    assert_eq!(between(old(), mark(Some(state(8, 10, "new")), nothing)), Some(LogLossKind::Replaced));
}

#[test]
fn logs_of_which_no_copy_is_kept_go_when_it_is_their_time() {
    let none = |file| FileMark { copies_kept: Some(0), ..mark(file, vec![]) };
    let old = || none(Some(state(7, 1_000, "first")));
    assert_eq!(between(old(), none(Some(state(8, 10, "new")))), None);
    assert_eq!(between(old(), none(None)), None);
    assert_eq!(between(old(), mark(None, vec![])), Some(LogLossKind::Gone), "set so in between");
}

#[test]
fn copies_that_are_changed_without_a_rotation() {
    let file = || Some(state(7, 1_000, "first"));
    let old = || mark(file(), vec![copy(6, "auth.log.1", 800), copy(5, "auth.log.2.gz", 90)]);
    for (name, copies) in [
        ("cut", vec![copy(6, "auth.log.1", 10), copy(5, "auth.log.2.gz", 90)]),
        ("lines taken out", vec![copy(9, "auth.log.1", 700), copy(5, "auth.log.2.gz", 90)]),
        ("another in its place", vec![copy(6, "auth.log.1", 800), copy(9, "auth.log.2.txt", 90)]),
    ] {
        assert_eq!(between(old(), mark(file(), copies)), Some(LogLossKind::CopiesGone), "{name}");
    }
    for (name, copies) in [
        ("still written", vec![copy(6, "auth.log.1", 820), copy(5, "auth.log.2.gz", 90)]),
        ("compressed", vec![copy(9, "auth.log.1.gz", 80), copy(5, "auth.log.2.gz", 90)]),
        ("copied to another disk", vec![copy(11, "auth.log.1", 800), copy(12, "auth.log.2.gz", 90)]),
    ] {
        assert_eq!(between(old(), mark(file(), copies)), None, "{name}");
    }
}

#[test]
fn a_clock_that_is_set_back_takes_nothing_away() {
    let numbered = |id: &str, days, number| JournalPart { number, numbers: "n".into(), ..part(id, days, true) };
    let [first, second] = [numbered("a", (-2, -1), 1), numbered("b", (-30, -29), 50)];
    let now = numbered("c", (-29, 0), 90);
    let before = vec![first.clone(), second.clone(), now.clone()];
    assert_eq!(
        journal(before.clone(), vec![second.clone(), now.clone()], None),
        None,
        "written first, with a later time"
    );
    assert_eq!(journal(before, vec![first, now], None), Some(LogLossKind::CopiesGone));
    let parts = |parts: Vec<JournalPart>| memory(Mark::Journal(JournalMark { parts }));
    let all = vec![part("a", (-40, -31), true), part("b", (-31, -20), true), part("c", (-1, 0), false)];
    let before = compare(&LogMemory::default(), parts(all.clone()), at(24), None);
    let left = all.get(2..).unwrap().to_vec();
    let month = Some(Span::from_days(20));
    assert!(compare(&before, parts(left), at(-24 * 10), month).losses.is_empty(), "they were old enough then");
    let loss = compare(&before, parts(vec![]), at(48), None);
    let back = compare(&loss, parts(vec![]), at(24), None);
    assert_eq!(back.losses.first().unwrap().noticed_at, at(24));
    assert!(compare(&back, parts(vec![]), at(24 * 32), None).losses.is_empty());
}

#[test]
fn copies_go_when_it_is_their_time() {
    let copies = |count: u64| (0..count).map(|at| copy(20 + at, &format!("auth.log.{at}"), 5)).collect::<Vec<_>>();
    let file = || Some(state(7, 10, "x"));
    let old = mark(file(), copies(6));
    assert_eq!(between(old.clone(), mark(file(), copies(4))), None, "fewer may be kept now");
    assert_eq!(between(old.clone(), mark(file(), copies(3))), Some(LogLossKind::CopiesGone));
    let aged = FileMark { copies_go: true, ..mark(file(), copies(1)) };
    assert_eq!(between(old.clone(), aged), None, "they may be too old");
    let for_ever = FileMark { copies_kept: None, ..mark(file(), copies(5)) };
    assert_eq!(between(old, for_ever), Some(LogLossKind::CopiesGone));
}

#[test]
fn where_files_have_no_number_their_beginning_tells() {
    let old = || mark(Some(state(0, 1_000, "first")), vec![]);
    assert_eq!(between(old(), mark(Some(state(0, 1_100, "first and more")), vec![])), None);
    assert_eq!(between(old(), mark(Some(state(0, 900, "first")), vec![])), Some(LogLossKind::Shortened));
    assert_eq!(between(old(), mark(Some(state(0, 2_000, "other")), vec![])), Some(LogLossKind::Replaced));
}

#[test]
fn empty_logs_lose_nothing_and_lastlog_changes_anywhere() {
    assert_eq!(between(mark(Some(state(7, 0, "")), vec![]), mark(Some(state(8, 5, "x")), vec![])), None);
    assert_eq!(between(mark(None, vec![]), mark(Some(state(8, 5, "x")), vec![])), None);
    let lastlog = |size| mark(Some(FileState { identity: identity(7), size, head: None }), vec![]);
    assert_eq!(between(lastlog(292), lastlog(584)), None);
    assert_eq!(between(lastlog(584), lastlog(0)), Some(LogLossKind::Shortened));
}

fn part(id: &str, days: (i64, i64), archived: bool) -> JournalPart {
    let (oldest, newest) = (at(days.0 * 24), at(days.1 * 24));
    JournalPart {
        id: id.to_owned(),
        oldest,
        newest,
        size: 100,
        number: 0,
        numbers: String::new(),
        archived,
        broken: false,
    }
}

fn journal(before: Vec<JournalPart>, now: Vec<JournalPart>, kept_for: Option<Span>) -> Option<LogLossKind> {
    of_journal(&JournalMark { parts: before }, &JournalMark { parts: now }, at(0), kept_for)
}

#[test]
fn journals_lose_the_oldest_first() {
    let [a, b, c, d] = [
        part("a", (-90, -60), true),
        part("b", (-60, -30), true),
        part("c", (-30, -3), true),
        part("d", (-3, 0), false),
    ];
    let all = || vec![a.clone(), b.clone(), c.clone(), d.clone()];
    assert_eq!(journal(all(), all(), None), None);
    assert_eq!(journal(all(), vec![b.clone(), c.clone(), d.clone()], None), None, "to make room");
    assert_eq!(journal(all(), vec![a.clone(), c.clone(), d.clone()], None), Some(LogLossKind::CopiesGone));
    assert_eq!(
        journal(all(), vec![a.clone(), b.clone(), c.clone()], None),
        Some(LogLossKind::CopiesGone),
        "the present"
    );
    assert_eq!(journal(all(), vec![d.clone()], None), Some(LogLossKind::Shortened), "all but the present at once");
    assert_eq!(journal(all(), vec![], None), Some(LogLossKind::Gone));
    let short = Some(Span::from_days(2));
    assert_eq!(journal(all(), vec![d.clone()], short), None, "they were too old");
    let aside = JournalPart { archived: true, ..d.clone() };
    assert_eq!(journal(all(), vec![a.clone(), b.clone(), c.clone(), aside, part("e", (0, 0), false)], None), None);
    let broken = JournalPart { broken: true, ..b.clone() };
    assert_eq!(journal(vec![a.clone(), broken, d.clone()], vec![a, d], None), None);
    assert_eq!(journal(vec![], vec![c], None), None);
}

#[test]
fn a_loss_is_told_for_thirty_days_and_what_happened_to_the_host_with_it() {
    let before = memory(Mark::File(mark(Some(state(7, 1_000, "first")), vec![])));
    let before = compare(&LogMemory::default(), before, at(0), None);
    assert_eq!((before.since, before.seen_at), (Some(at(0)), Some(at(0))));
    let mut now = memory(Mark::File(mark(Some(state(8, 10, "new")), vec![])));
    (now.machine, now.boot) = ("other".into(), "c".into());
    let after = compare(&before, now.clone(), at(1), None);
    let loss = after.losses.first().unwrap();
    assert_eq!((loss.kind, loss.reinstalled, loss.restarted), (LogLossKind::Replaced, true, true));
    assert_eq!((loss.last_seen, loss.noticed_at, loss.last_size), (at(0), at(1), Size::from_bytes(1_000)));
    assert_eq!(after.since, Some(at(0)));
    let later = compare(&after, now.clone(), at(29 * 24), None);
    assert_eq!(later.losses, after.losses, "noticed once");
    assert!(compare(&later, now, at(31 * 24), None).losses.is_empty());
}

#[test]
fn a_log_that_was_not_looked_at_is_compared_later() {
    let before = memory(Mark::File(mark(Some(state(7, 1_000, "first")), vec![])));
    let before = compare(&LogMemory::default(), before, at(0), None);
    let unread = compare(&before, LogMemory::default(), at(1), None);
    assert!(unread.losses.is_empty());
    let gone = memory(Mark::File(mark(None, vec![])));
    let after = compare(&unread, gone.clone(), at(2), None);
    assert_eq!((after.losses.len(), after.logs.len()), (1, 0), "what is gone is not remembered");
    assert_eq!(compare(&after, gone, at(3), None).losses.len(), 1);
}

#[test]
fn the_newest_losses_are_kept() {
    let mut before = memory(Mark::File(mark(Some(state(7, 1_000, "first")), vec![])));
    for hour in 0..(i64::try_from(LOSSES_MAX).unwrap() + 20) {
        let inode = u64::try_from(hour).unwrap() + 8;
        before = compare(
            &before,
            memory(Mark::File(mark(Some(state(inode, 10, &inode.to_string())), vec![]))),
            at(hour),
            None,
        );
    }
    assert_eq!(before.losses.len(), LOSSES_MAX);
    assert_eq!(before.losses.last().unwrap().noticed_at, at(i64::try_from(LOSSES_MAX).unwrap() + 19));
}

proptest! {
    /// A log that only grows, whatever it is called and however it is put aside by renaming, loses nothing.
    #[test]
    fn growth_and_renaming_lose_nothing(steps in proptest::collection::vec((any::<bool>(), 1_u64..500), 1..20)) {
        let (mut inode, mut size, mut copies) = (1, 100, Vec::new());
        let mut before = compare(&LogMemory::default(), memory(Mark::File(mark(Some(state(inode, size, "1")), vec![]))), at(0), None);
        for (rotates, grows) in steps {
            if rotates {
                copies.insert(0, copy(inode, &format!("auth.log-{inode}"), size));
                copies.truncate(4);
                (inode, size) = (inode + 1, 0);
            }
            size += grows;
            let now = memory(Mark::File(mark(Some(state(inode, size, &inode.to_string())), copies.clone())));
            before = kept(&compare(&kept(&before), now, at(1), None));
            prop_assert!(before.losses.is_empty());
        }
    }
}
