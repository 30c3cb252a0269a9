//! What Windows Server Backup says of its runs in its channel, and of the versions that it keeps.
//!
//! A record 4 for each backup that was made, and others for runs that failed
//! ([Microsoft](https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd364923(v=ws.10))). Its
//! template, as the provider `{1db28f2e-8f80-4027-8c5a-a11f7f10f62d}` registers it, has `BackupTarget`, `BackupTime` and `HRESULT` among
//! others. On a disk each version is a shadow copy of the volume that the backups are on, made after they were written
//! ([Microsoft](https://techcommunity.microsoft.com/t5/storage-at-microsoft/windows-server-backup-automatic-disk-usage-management/ba-p/424142));
//! on a share the next backup takes the place of the last
//! ([wbadmin](https://learn.microsoft.com/windows-server/administration/windows-commands/wbadmin-start-backup)).

use std::collections::BTreeMap;

use tenken_model::{Instant, Span};

use crate::collect::event_record::EventRecord;

/// The channel.
pub const CHANNEL: &str = "Microsoft-Windows-Backup";
/// A run began.
pub const BEGAN: u32 = 1;
/// A backup was made.
pub const MADE: u32 = 4;
/// A run failed, was cancelled, or could not begin.
pub const FAILED: [u32; 24] =
    [5, 8, 9, 17, 18, 19, 20, 21, 22, 49, 50, 52, 100, 517, 518, 521, 527, 528, 544, 545, 546, 561, 564, 612];
/// A run that failed leaves several records; those without another beginning between them are of one run if they are not further apart.
const ONE_RUN_MAX: Span = Span::from_secs(600);
/// How much later than its last record the shadow copy of a version may be dated, and how much earlier than its first.
const APART_MAX: Span = Span::from_secs(600);
/// How long before its end a run that does not tell its beginning can have begun.
const RUN_MAX: Span = Span::from_days(1);

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// When it began, if it tells.
    pub began: Option<Instant>,
    /// When it ended.
    pub ended: Instant,
    /// It made a backup.
    pub made: bool,
    /// Where that went, if it tells: `E:`, `\\nas\backup`, `\\?\Volume{…}\`, or what a disk is labelled.
    pub target: Option<String>,
}

/// The runs that ended, of records, oldest first.
pub fn runs(records: &[EventRecord]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut began = None;
    for record in records {
        let Some(time) = record.time else { continue };
        let is_made = record.id == MADE && record.number("HRESULT").unwrap_or(0) == 0;
        if record.id == BEGAN {
            began = Some(time);
            continue;
        }
        if !is_made && record.id != MADE && !FAILED.contains(&record.id) {
            continue;
        }
        let own = record.value("BackupTime").and_then(|text| text.parse::<Instant>().ok());
        let goes_on = runs.last().is_some_and(|last: &Run| !last.made && ONE_RUN_MAX.after(last.ended) >= time);
        if !is_made && began.is_none() && goes_on {
            continue;
        }
        let target = record.value("BackupTarget").map(str::to_owned);
        runs.push(Run { began: own.or(began), ended: time, made: is_made, target });
        began = None;
    }
    runs
}

/// How many of the newest runs failed one after another.
pub fn failed(runs: &[Run]) -> i64 {
    i64::try_from(runs.iter().rev().take_while(|run| !run.made).count()).unwrap_or(i64::MAX)
}

/// Whether a run goes to a place, as `E:/backup` or `//nas/backup`; nothing where what it tells is no path.
pub fn goes_to(target: &str, place: &str) -> Option<bool> {
    let plain = |text: &str| text.replace('\\', "/").trim_end_matches('/').to_lowercase();
    let (target, place) = (plain(target), plain(place));
    let letter = |text: &str| text.get(1..2).filter(|colon| *colon == ":").and_then(|_| text.chars().next());
    if let Some(letter_of_target) = letter(&target) {
        return Some(letter(&place) == Some(letter_of_target));
    }
    if !target.starts_with("//") || target.starts_with("//?/") {
        return None;
    }
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    Some(within(&target, &place) || within(&place, &target))
}

/// When the versions were made that lie on a share: of each folder that backups went to, the last.
pub fn on_share(runs: &[Run]) -> Vec<Instant> {
    let made = runs.iter().filter(|run| run.made);
    let last: BTreeMap<String, Instant> =
        made.map(|run| (run.target.clone().unwrap_or_default().to_lowercase(), run.ended)).collect();
    last.into_values().collect()
}

/// When the versions were made that are still kept on a volume: the runs of which one of its shadow copies is.
pub fn on_volume(runs: &[Run], shadow_copies: &[Instant]) -> Vec<Instant> {
    let is_of = |run: &Run, copy: Instant| {
        let from = run.began.unwrap_or(Span::from_millis(-RUN_MAX.millis()).after(run.ended));
        APART_MAX.after(copy) >= from && copy <= APART_MAX.after(run.ended)
    };
    let made = runs.iter().filter(|run| run.made);
    made.filter(|run| shadow_copies.iter().any(|copy| is_of(run, *copy))).map(|run| run.ended).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::event_record;

    fn at(time: &str) -> Instant {
        time.parse().unwrap()
    }

    fn record(id: u32, time: &str, data: &[(&str, &str)]) -> EventRecord {
        let data: Vec<String> =
            data.iter().map(|(name, value)| format!("<Data Name='{name}'>{value}</Data>")).collect();
        event_record::parse(&format!(
            "<Event><System><Provider Name='Microsoft-Windows-Backup'/><EventID>{id}</EventID><TimeCreated \
             SystemTime='{time}'/><Channel>Microsoft-Windows-Backup</Channel></System><EventData>{}</EventData></Event>",
            data.concat()
        ))
        .unwrap()
    }

    fn made(records: &[EventRecord]) -> Vec<bool> {
        runs(records).iter().map(|run| run.made).collect()
    }

    const N1: &str = "2026-11-20T12:00:00Z";
    const N2: &str = "2026-11-21T12:00:00Z";
    const N2_LATER: &str = "2026-11-21T12:05:00Z";
    const N3: &str = "2026-11-22T12:00:00Z";

    #[test]
    fn runs_are_told_apart() {
        let good = |time| record(MADE, time, &[("HRESULT", "0x0"), ("BackupTarget", "E:")]);
        assert_eq!(made(&[record(BEGAN, N1, &[]), good(N1), record(14, N1, &[])]), [true]);
        assert_eq!(made(&[good(N1), record(5, N2, &[]), record(517, N2_LATER, &[])]), [true, false], "one run");
        let twice = [record(5, N2, &[]), record(BEGAN, N2_LATER, &[]), record(5, N2_LATER, &[])];
        assert_eq!(made(&twice), [false, false], "another began between");
        assert_eq!(failed(&runs(&twice)), 2);
        assert_eq!(made(&[record(517, N1, &[]), record(517, N2, &[])]), [false, false]);
        assert_eq!(made(&[record(MADE, N1, &[("HRESULT", "0x80780049")])]), [false], "it says so and did not");
        assert_eq!((made(&[record(99, N1, &[]), record(7, N1, &[])]), failed(&[])), (vec![], 0));
        assert_eq!(failed(&runs(&[record(5, N1, &[]), good(N2)])), 0);
    }

    #[test]
    fn a_run_belongs_to_the_place_that_it_goes_to() {
        for (target, place, expected) in [
            ("E:", "E:/", Some(true)),
            ("e:\\", "E:/backup", Some(true)),
            ("F:", "E:/", Some(false)),
            ("E:", "//nas/backup", Some(false)),
            (r"\\NAS\backup", "//nas/backup/", Some(true)),
            (r"\\nas\backup\mon", "//nas/backup", Some(true)),
            (r"\\nas\backup2", "//nas/backup", Some(false)),
            (r"\\nas\backup", "E:/", Some(false)),
            (r"\\?\Volume{1d7e4a6c-0b60-4f0c-9d1e-6a5f3b2c1d02}\", "E:/", None),
            ("SV-FILE1 2025_11_10 21:00 DISK_01", "E:/", None),
        ] {
            assert_eq!(goes_to(target, place), expected, "{target} {place}");
        }
    }

    #[test]
    fn a_version_is_a_shadow_copy_of_the_run_that_made_it() {
        let good = |time| record(MADE, time, &[("BackupTime", time)]);
        let runs = runs(&[good(N1), good(N2), record(5, N3, &[])]);
        let copies = [at("2026-11-21T12:03:00Z"), at("2026-11-21T18:00:00Z"), at(N3), at("2026-11-01T12:00:00Z")];
        assert_eq!(on_volume(&runs, &copies), [at(N2)], "neither one of another hour, nor of a run that failed");
        assert!(on_volume(&runs, &[]).is_empty());
        let untold = [Run { began: None, ended: at(N2), made: true, target: None }];
        assert_eq!(on_volume(&untold, &[at("2026-11-21T02:00:00Z")]), [at(N2)]);
        assert!(on_volume(&untold, &[at("2026-11-20T02:00:00Z")]).is_empty());
    }

    #[test]
    fn a_share_keeps_the_last_of_each_folder() {
        let good = |time, target| record(MADE, time, &[("BackupTarget", target)]);
        assert_eq!(on_share(&runs(&[good(N1, r"\\nas\b"), good(N2, r"\\NAS\b")])), [at(N2)]);
        let folders = [good(N1, r"\\nas\b\1"), good(N2, r"\\nas\b\2"), good(N3, r"\\nas\b\1")];
        assert_eq!(on_share(&runs(&folders)), [at(N3), at(N2)]);
    }

    proptest! {
        #[test]
        fn any_target_is_looked_at(target in "(E:|\\\\|/|nas|健診|\\?){0,8}", place in "(E:|//nas|/b|健診){0,4}") {
            let _ = goes_to(&target, &place);
        }
    }
}
