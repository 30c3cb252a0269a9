//! What Veeam Agent for Microsoft Windows says of its jobs, in a channel of its own.
//!
//! Source: [Veeam Agent for Microsoft Windows, Appendix A](https://helpcenter.veeam.com/docs/agentforwindows/userguide/appendix_events.html):
//! a record 190 for each job that finished, whose level tells how; 196 where it went into the cache on the computer itself, because
//! its destination was not there; 195 once what was in the cache has been brought to the destination. Which fields a record has is
//! documented for the backup server only ([event 190](https://helpcenter.veeam.com/docs/vbr/events/event_190.html): `JobID`,
//! `JobName`, `JobResult`); the agent's come without names, a session before its job.

use std::collections::BTreeSet;

use tenken_model::Instant;

use crate::collect::event_record::EventRecord;
use crate::host::windows_api::Guid;

/// The channel.
pub const CHANNEL: &str = "Veeam Agent";
/// A job finished.
pub const FINISHED: u32 = 190;
/// The cache was brought to the destination.
pub const BROUGHT: u32 = 195;
/// A job goes into the cache.
pub const INTO_CACHE: u32 = 196;

/// Levels of records: of those with an error nothing was kept.
const WARNING: u8 = 3;
const INFORMATION: u8 = 4;
/// `JobResult` of a job that failed.
const FAILED: u64 = 2;
/// What a record's own text begins with, before the name of its job.
const BEFORE_NAME: &str = "Veeam Agent '";

/// What the records say of the job of one backup set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It last made a backup then.
    Made(Instant),
    /// It has not made one since then, as far as the records go back.
    NotSince(Instant),
    /// No job of it finished.
    Nothing,
    /// So many jobs finished, and none is called like the set.
    Several(usize),
    /// Jobs finished, and none is called like the set, while other sets are declared: it may be theirs.
    OfOthers,
    /// A record does not tell of which job it is.
    Unnamed,
}

/// One job that finished.
struct Session<'r> {
    /// What the job is known by.
    job: &'r str,
    /// What it is called.
    name: Option<&'r str>,
    time: Instant,
    /// It kept something, perhaps with warnings.
    made: bool,
    /// That lies in the cache on the computer itself.
    in_cache: bool,
}

/// What the records, oldest first, say of the job that is called like a set; or of the only one, where the set is `alone` too.
pub fn told(records: &[EventRecord], set: &str, alone: bool) -> Told {
    let own = match own(records, set, alone) {
        Ok(own) => own,
        Err(told) => return told,
    };
    let made = own.iter().filter(|session| session.made && !session.in_cache).map(|session| session.time).max();
    match (made, own.iter().map(|session| session.time).min()) {
        (Some(made), _) => Told::Made(made),
        (None, Some(since)) => Told::NotSince(since),
        (None, None) => Told::Nothing,
    }
}

/// How many of that job's newest runs failed one after another; none where it is not known which job it is.
pub fn failed(records: &[EventRecord], set: &str, alone: bool) -> i64 {
    let own = own(records, set, alone).unwrap_or_default();
    i64::try_from(own.iter().rev().take_while(|session| !session.made).count()).unwrap_or(i64::MAX)
}

/// The runs of the job of a set, oldest first.
fn own<'r>(records: &'r [EventRecord], set: &str, alone: bool) -> Result<Vec<Session<'r>>, Told> {
    let sessions = sessions(records).ok_or(Told::Unnamed)?;
    let called = |session: &&Session<'_>| session.name.is_some_and(|name| name.trim().eq_ignore_ascii_case(set.trim()));
    // The job's own id stays when it is renamed, and names the records before that.
    let of_set: BTreeSet<&str> = sessions.iter().filter(called).map(|session| session.job).collect();
    let jobs: BTreeSet<&str> = sessions.iter().map(|session| session.job).collect();
    let chosen = if of_set.is_empty() { &jobs } else { &of_set };
    if of_set.is_empty() && !alone && !jobs.is_empty() {
        return Err(Told::OfOthers);
    }
    if chosen.len() > 1 {
        return Err(Told::Several(chosen.len()));
    }
    let chosen = chosen.clone();
    Ok(sessions.into_iter().filter(|session| chosen.contains(session.job)).collect())
}

/// The jobs that finished; nothing where one of them does not tell which it is, or when.
fn sessions(records: &[EventRecord]) -> Option<Vec<Session<'_>>> {
    let mut sessions: Vec<Session<'_>> = Vec::new();
    let mut into_cache = false;
    for record in records {
        match record.id {
            FINISHED => {
                let (time, name) = (record.time?, name(record));
                let job = id(record).or(name)?;
                let in_cache = std::mem::take(&mut into_cache);
                sessions.push(Session { job, name, time, made: is_made(record), in_cache });
            }
            BROUGHT if record.level == INFORMATION => {
                for session in &mut sessions {
                    session.in_cache = false;
                }
            }
            INTO_CACHE => into_cache = true,
            _ => {}
        }
    }
    Some(sessions)
}

fn is_made(record: &EventRecord) -> bool {
    matches!(record.level, WARNING | INFORMATION) && record.number("JobResult") != Some(FAILED)
}

fn id(record: &EventRecord) -> Option<&str> {
    let named = ["JobID", "JobId"].into_iter().find_map(|name| record.value(name));
    named.or_else(|| record.value("1")).filter(|text| text.parse::<Guid>().is_ok())
}

fn name(record: &EventRecord) -> Option<&str> {
    record.value("JobName").or_else(|| record.values.values().find_map(|text| quoted(text)))
}

/// The name of the job in a record's own text, whose first words are the product's name.
pub fn quoted(text: &str) -> Option<&str> {
    let name = text.strip_prefix(BEFORE_NAME)?.split_once('\'')?.0;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::event_record;

    fn told(records: &[EventRecord], set: &str) -> Told {
        super::told(records, set, true)
    }

    const DAILY: &str = "3f427354-5bc1-492a-ae5b-f307bf1a9ab3";
    const OTHER: &str = "c4415b30-de82-4403-8816-ea66636356e8";

    fn record(id: u32, level: u8, time: &str, data: &[(&str, &str)]) -> EventRecord {
        let data: Vec<String> = data
            .iter()
            .map(|(name, value)| {
                let name = if name.is_empty() { String::new() } else { format!(" Name='{name}'") };
                format!("<Data{name}>{value}</Data>")
            })
            .collect();
        let data = data.concat();
        event_record::parse(&format!(
            "<Event><System><Provider Name='Veeam Agent'/><EventID Qualifiers='0'>{id}</EventID><Level>{level}</Level>\
             <TimeCreated SystemTime='{time}'/><Channel>Veeam Agent</Channel></System><EventData>{data}</EventData></Event>"
        ))
        .unwrap()
    }

    /// As the agent writes it: a session, its job, a text.
    fn finished(level: u8, day: u32, job: &str, name: &str) -> EventRecord {
        let text = format!("Veeam Agent '{name}' finished with Success.");
        let data = [("", "9a1d6f7e-0f0e-4a4e-8f7e-1c2d3e4f5a6b"), ("", job), ("", text.as_str())];
        record(FINISHED, level, &time(day), &data)
    }

    fn time(day: u32) -> String {
        format!("2026-11-{day:02}T13:00:00.5Z")
    }

    fn at(day: u32) -> Instant {
        time(day).parse().unwrap()
    }

    #[test]
    fn the_level_of_a_record_tells_how_a_job_ended() {
        let (good, warned, failed) = (INFORMATION, WARNING, 2);
        let daily = |level, day| finished(level, day, DAILY, "Daily");
        for (records, expected) in [
            (vec![daily(good, 20), daily(good, 21)], Told::Made(at(21))),
            (vec![daily(good, 20), daily(warned, 21)], Told::Made(at(21))),
            (vec![daily(good, 20), daily(failed, 21)], Told::Made(at(20))),
            (vec![daily(failed, 20), daily(failed, 21)], Told::NotSince(at(20))),
            (vec![daily(0, 20), daily(1, 21), daily(5, 22)], Told::NotSince(at(20))),
            (vec![], Told::Nothing),
            (vec![record(110, good, &time(20), &[])], Told::Nothing),
        ] {
            assert_eq!(told(&records, "files"), expected, "{records:?}");
        }
    }

    #[test]
    fn a_field_that_says_failed_counts_more_than_the_level() {
        let result = |result: &str| {
            let data = [("JobID", DAILY), ("JobName", "Daily"), ("JobResult", result)];
            told(&[record(FINISHED, INFORMATION, &time(20), &data)], "daily")
        };
        assert_eq!((result("0"), result("1")), (Told::Made(at(20)), Told::Made(at(20))));
        assert_eq!(result("2"), Told::NotSince(at(20)));
    }

    #[test]
    fn of_several_jobs_the_one_that_is_called_like_the_set_counts() {
        let records = [
            finished(INFORMATION, 20, DAILY, "Daily"),
            finished(INFORMATION, 21, OTHER, "Files"),
            finished(2, 22, DAILY, "Daily"),
        ];
        assert_eq!(told(&records, "daily "), Told::Made(at(20)));
        assert_eq!(told(&records, "Files"), Told::Made(at(21)));
        assert_eq!(told(&records, "健診データ"), Told::Several(2), "it may be either");
        // Two jobs had the same name, one after the other was deleted.
        let twins = [finished(INFORMATION, 20, DAILY, "Daily"), finished(2, 21, OTHER, "Daily")];
        assert_eq!(told(&twins, "Daily"), Told::Several(2));
        // A job that was renamed stays the same job.
        let renamed = [finished(INFORMATION, 20, DAILY, "Old"), finished(2, 21, DAILY, "Daily"), records[1].clone()];
        assert_eq!(told(&renamed, "Daily"), Told::Made(at(20)));
    }

    #[test]
    fn the_only_job_is_not_that_of_each_of_several_sets() {
        let records = [finished(INFORMATION, 20, DAILY, "Daily")];
        let of = |set: &str, alone: bool| super::told(&records, set, alone);
        assert_eq!((of("Files", true), of("Daily", false)), (Told::Made(at(20)), Told::Made(at(20))));
        assert_eq!(of("Files", false), Told::OfOthers);
        assert_eq!(super::told(&[], "Files", false), Told::Nothing);
    }

    #[test]
    fn what_lies_in_the_cache_on_the_computer_is_no_backup_yet() {
        let daily = |level, day| finished(level, day, DAILY, "Daily");
        let of = |id, level, day| record(id, level, &time(day), &[]);
        let good = INFORMATION;
        let cached = vec![daily(good, 19), of(INTO_CACHE, good, 20), daily(WARNING, 20)];
        assert_eq!(told(&cached, "Daily"), Told::Made(at(19)));
        let later = [cached.clone(), vec![daily(good, 21)]].concat();
        assert_eq!(told(&later, "Daily"), Told::Made(at(21)));
        let brought = [cached.clone(), vec![of(BROUGHT, good, 21)]].concat();
        assert_eq!(told(&brought, "Daily"), Told::Made(at(20)), "of when it was made");
        let not_brought = [cached, vec![of(BROUGHT, 2, 21)]].concat();
        assert_eq!(told(&not_brought, "Daily"), Told::Made(at(19)));
        assert_eq!(told(&[of(INTO_CACHE, good, 20), daily(good, 20)], "Daily"), Told::NotSince(at(20)));
    }

    #[test]
    fn a_record_that_does_not_tell_its_job_leaves_it_open() {
        let bare = |data: &[(&str, &str)]| told(&[record(FINISHED, INFORMATION, &time(20), data)], "Daily");
        assert_eq!(bare(&[]), Told::Unnamed);
        assert_eq!(bare(&[("", "x"), ("", "no guid"), ("", "Veeam Agent '' finished")]), Told::Unnamed);
        assert_eq!(bare(&[("", "Veeam Agent 'Daily' finished with Success.")]), Told::Made(at(20)));
        assert_eq!(told(&[record(FINISHED, INFORMATION, "soon", &[("JobName", "Daily")])], "Daily"), Told::Unnamed);
    }

    #[test]
    fn runs_that_failed_one_after_another_are_counted() {
        let (good, warned, bad) = (INFORMATION, WARNING, 2);
        let daily = |level, day| finished(level, day, DAILY, "Daily");
        let of = |records: &[EventRecord], set: &str| failed(records, set, true);
        assert_eq!(of(&[daily(good, 20), daily(bad, 21), daily(bad, 22)], "Daily"), 2);
        assert_eq!(of(&[daily(bad, 20), daily(warned, 21)], "Daily"), 0);
        assert_eq!(of(&[daily(bad, 20), daily(bad, 21), daily(bad, 22)], "Daily"), 3);
        let others = [daily(good, 20), finished(bad, 21, OTHER, "Files"), finished(bad, 22, OTHER, "Files")];
        assert_eq!((of(&others, "Daily"), of(&others, "Files"), of(&others, "健診")), (0, 2, 0));
        assert_eq!(of(&[], "Daily"), 0);
    }

    proptest! {
        #[test]
        fn names_are_looked_for_in_any_text(text in "(Veeam Agent |'|健診|x){0,8}") {
            let _ = quoted(&text);
        }
    }
}
