//! Lines of a syslog daemon: a time, the host, the program with its process, and what it says.

use super::event::{Actor, Event, What};
use super::message;
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::logs::first_record;
use tenken_model::{Instant, Span};

/// How much of a line holds its time; names, which anybody may choose, come behind it.
const TIME_BYTES: usize = 40;
/// A longer line is none that tells of accounts, but for the command of sudo at its end, of which nothing is needed.
const LINE_BYTES_MAX: usize = 2_048;
/// Lines may be out of order by so much, because a clock was set back, before one without a year is of another year.
const OUT_OF_ORDER: Span = Span::from_days(31);
/// The most alike that one line may stand for.
const TIMES_MAX: u32 = 10_000;

/// What a text tells, and from when to when its lines are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened, in the order of the lines.
    pub events: Vec<Event>,
    /// The time of the first line that has one.
    pub oldest: Option<Instant>,
    /// The time of the last line that has one.
    pub newest: Option<Instant>,
    /// There are lines, but not when they were written, of most or all of those that count.
    pub is_timeless: bool,
}

/// Reads a log, or its end: then the first line is cut off, and passed over. `modified` is when it was last written, from
/// which the year follows where lines have none. `host` is this host's name, if it is known: of a log that holds lines of it,
/// those of other hosts are none of this one.
pub fn read(bytes: &[u8], is_end: bool, modified: Instant, zone: &Zone, host: Option<&str>) -> Told {
    let bytes = if is_end { after_first_line(bytes) } else { bytes };
    let lines = || bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let is_of = |line: &[u8], host: &str| written_by(line).is_some_and(|word| is_named(word, host));
    // A host that was given another name, or writes none, still has its own log.
    let host = host.filter(|host| lines().any(|line| is_of(line, host)));
    let is_own = |line: &&[u8]| host.is_none_or(|host| is_of(line, host));
    let time = |line: &[u8], latest: Instant| first_record::time(line.get(..TIME_BYTES).unwrap_or(line), latest, zone);
    let (stamped, mut told) = (stamped(lines().filter(is_own)), Told::default());
    let (mut latest, mut untimed) = (modified, 0_usize);
    // From the end, so that the year of a line is known by what follows it: a log may hold more than one.
    for (line, event) in stamped.into_iter().rev() {
        match time(line, latest) {
            Some(at) => {
                latest = modified.min(OUT_OF_ORDER.after(at));
                told.events.push(Event { at, ..event });
            }
            None => untimed += 1,
        }
    }
    told.events.reverse();
    let last = bytes.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    told.newest = last.filter(is_own).take(8).find_map(|line| time(line, modified));
    // What a clock wrote that was ahead of its time is no beginning.
    let is_before = |at: &Instant| told.newest.is_none_or(|newest| *at <= newest);
    told.oldest = lines().filter(is_own).filter_map(|line| time(line, latest)).find(is_before);
    told.is_timeless = told.oldest.is_none() && lines().any(|line| is_own(&line)) || untimed > told.events.len();
    told
}

/// What lines tell, each with the line, and without its time.
fn stamped<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<(&'a [u8], Event)> {
    let mut stamped: Vec<(&[u8], Event)> = Vec::new();
    let mut is_last = false;
    for line in lines {
        if let Some(times) = last_repeated(line) {
            if let Some((_, event)) = stamped.last_mut().filter(|_| is_last) {
                event.times = event.times.saturating_add(times).min(TIMES_MAX);
            }
            continue;
        }
        let told = parse(line);
        is_last = told.is_some();
        let event = |Line { process, what, times, .. }: Line<'_>| Event {
            at: Instant::UNIX_EPOCH,
            what,
            process,
            actor: Actor::default(),
            times,
        };
        stamped.extend(told.map(|told| (line, event(told))));
    }
    stamped
}

/// A line without its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The program that wrote it.
    pub program: &'a str,
    /// Its process; 0 where that is not written.
    pub process: u32,
    /// What it tells.
    pub what: What,
    /// How often.
    pub times: u32,
}

/// A line that tells of accounts; nothing where it does not.
pub fn parse(line: &[u8]) -> Option<Line<'_>> {
    let (program, process, text) = parts(line.get(..LINE_BYTES_MAX).unwrap_or(line))?;
    let text = String::from_utf8_lossy(text);
    let (text, repeated) = repeated(&text);
    let times = repeated.saturating_mul(message::times(text)).min(TIMES_MAX);
    Some(Line { program, process, what: message::read(program, text)?, times })
}

fn after_first_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.and_then(|end| bytes.get(end + 1..)).unwrap_or_default()
}

/// What is behind the time: one with the year is one word, one without it three.
fn behind_time(line: &[u8]) -> Option<&[u8]> {
    let words = if line.first().is_some_and(u8::is_ascii_digit) { 1 } else { 3 };
    (0..words).try_fold(line, |rest, _| word(rest).map(|(_, rest)| rest))
}

/// The first word, and what begins with the next.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (word, rest) = text.split_at_checked(text.iter().position(|byte| *byte == b' ')?)?;
    Some((word, rest.get(rest.iter().position(|byte| *byte != b' ')?..)?))
}

/// The name of the host that wrote a line.
fn written_by(line: &[u8]) -> Option<&str> {
    std::str::from_utf8(word(behind_time(line)?)?.0).ok()
}

/// Whether a name, short or in full, is that of a host.
fn is_named(word: &str, host: &str) -> bool {
    let short = |name: &'_ str| name.find('.').map_or(name.len(), |end| end);
    let (word_end, host_end) = (short(word), short(host));
    let is_short = word_end == word.len() || host_end == host.len();
    let (word, host) = if is_short { (word.get(..word_end), host.get(..host_end)) } else { (Some(word), Some(host)) };
    word.zip(host).is_some_and(|(word, host)| word.eq_ignore_ascii_case(host))
}

/// The program, its process and what it says. Lines of other programs are given up early, because most are.
fn parts(line: &[u8]) -> Option<(&str, u32, &[u8])> {
    let (_, rest) = word(behind_time(line)?)?;
    let end = rest.windows(2).position(|pair| pair == b": ")?;
    let (tag, text) = rest.split_at_checked(end)?;
    let tag = std::str::from_utf8(tag).ok()?;
    let (identifier, process) = match tag.strip_suffix(']').and_then(|tag| tag.rsplit_once('[')) {
        Some((identifier, process)) => (identifier, process.parse().ok()?),
        None => (tag, 0),
    };
    let program = message::program(identifier);
    let is_told = message::RARE.contains(&program) || message::FREQUENT.contains(&program);
    is_told.then_some((program, process, text.get(2..)?))
}

/// `Nov 20 09:00:01 sv1 last message repeated 3 times`, as older daemons write of the line before.
fn last_repeated(line: &[u8]) -> Option<u32> {
    let (_, rest) = word(behind_time(line)?)?;
    let times = rest.strip_prefix(b"last message repeated ")?.strip_suffix(b" times")?;
    std::str::from_utf8(times).ok()?.parse().ok()
}

/// `message repeated 3 times: [ Failed password for ...]`, as rsyslog writes several alike.
fn repeated(text: &str) -> (&str, u32) {
    let inner = text.strip_prefix("message repeated ").and_then(|rest| {
        let (times, rest) = rest.split_once(" times: [")?;
        let times: u32 = times.parse().ok()?;
        Some((rest.strip_suffix(']')?.trim_start(), times.min(TIMES_MAX)))
    });
    inner.unwrap_or((text, 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenken_model::fact::account_events::ElevationWay;

    use super::*;

    fn read_all(text: &str) -> Told {
        read(text.as_bytes(), false, "2026-11-24T00:00:00Z".parse().unwrap(), &Zone::utc(), None)
    }

    #[test]
    fn both_forms_of_time() {
        for line in [
            "Nov 20 09:00:01 sv1 su[7]: (to root) hanako on pts/0",
            "Nov  2 09:00:01 sv1 su[7]: (to root) hanako on pts/0",
            "2026-11-20T09:00:01.123456+09:00 sv1 su[7]: (to root) hanako on pts/0",
            "2026-11-20T09:00:01+09:00 sv1 su: (to root) hanako on pts/0",
        ] {
            let told = read_all(line);
            let [event] = &told.events[..] else { panic!("{line}: {told:?}") };
            assert!(matches!(&event.what, What::Elevated { way: ElevationWay::Su, .. }), "{line}");
            assert_eq!((Some(event.at), Some(event.at)), (told.oldest, told.newest), "{line}");
        }
    }

    #[test]
    fn lines_that_tell_nothing_are_passed_over() {
        for line in [
            "Nov 20 09:00:01 sv1 CRON[7]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
            "Nov 20 09:00:01 sv1 su[7] (to root) hanako on pts/0",
            "Nov 20 09:00:01 sv1 su[x]: (to root) hanako on pts/0",
            "su[7]: (to root) hanako on pts/0",
            "Nov 20 09:00:01",
            "\u{0}\u{0}\u{0}",
            " ",
        ] {
            assert_eq!(read_all(line).events, [], "{line}");
        }
        // Without a time nobody knows what day it was.
        assert_eq!(read_all("Nov 31 09:00:01 sv1 su[7]: (to root) hanako on pts/0").events, []);
    }

    #[test]
    fn an_end_begins_behind_its_first_line() {
        let text = "root) hanako on pts/0\nNov 20 09:00:02 sv1 su[8]: (to root) taro on pts/0\n";
        let told = read(text.as_bytes(), true, "2026-11-24T00:00:00Z".parse().unwrap(), &Zone::utc(), None);
        assert_eq!(told.events.len(), 1);
        assert_eq!(told.oldest.unwrap().to_rfc3339(), "2026-11-20T09:00:02+00:00");
        assert_eq!(read(b"no end", true, Instant::UNIX_EPOCH, &Zone::utc(), None), Told::default());
    }

    #[test]
    fn lines_of_other_hosts_are_none_of_this_one() {
        let at = |host: &str, word: &str| {
            let own = "Nov 20 09:00:09 SV1 sshd[7]: Server listening on 0.0.0.0 port 22.\n";
            let log = format!("Nov 20 09:00:01 {word} su[7]: (to root) hanako on pts/0\n{own}");
            let told = read(log.as_bytes(), false, "2026-11-24T00:00:00Z".parse().unwrap(), &Zone::utc(), Some(host));
            (told.events.len(), told.oldest.map(|at| at.format("%S").to_string()).unwrap_or_default())
        };
        let (own, others) = (|| (1, "01".to_owned()), || (0, "09".to_owned()));
        for (host, word, expected) in [
            ("sv1", "sv1", own()),
            ("sv1.example.jp", "sv1", own()),
            ("sv1", "sv1.example.jp", own()),
            ("sv1", "sv2", others()),
            ("sv1.example.jp", "sv10", others()),
            ("sv1.example.jp", "sv1.example.com", others()),
            ("renamed", "sv2", own()),
        ] {
            assert_eq!(at(host, word), expected, "{host} {word}");
        }
    }

    #[test]
    fn a_log_of_more_than_a_year() {
        let line = |day: &str| format!("{day} 09:00:01 sv1 su[7]: (to root) hanako on pts/0\n");
        let of = |days: &[&str]| {
            let log: String = days.iter().map(|day| line(day)).collect();
            let told = read_all(&log);
            let days = |at: &Instant| at.format("%y-%m-%d").to_string();
            (told.events.iter().map(|event| days(&event.at)).collect::<Vec<_>>(), told.oldest.as_ref().map(days))
        };
        let (events, oldest) = of(&["Nov 20", "Nov 30", "Jan  2", "Nov 21"]);
        assert_eq!(events, ["25-11-20", "25-11-30", "26-01-02", "26-11-21"]);
        assert_eq!(oldest.as_deref(), Some("25-11-20"));
        let (events, _) = of(&["Nov 22", "Dec 31", "Jan  1", "Nov 22", "Nov 23"]);
        assert_eq!(events, ["25-11-22", "25-12-31", "26-01-01", "26-11-22", "26-11-23"]);
        let (events, oldest) = of(&["Nov 22", "Nov  9", "Nov 23"]);
        assert_eq!(events, ["26-11-22", "26-11-09", "26-11-23"], "its clock was set back, and right again");
        assert_eq!(oldest.as_deref(), Some("26-11-22"));
    }

    #[test]
    fn the_hour_that_comes_twice_counts() {
        let berlin = include_bytes!("../../../tests/samples/antivirus/Berlin.tzif");
        let zone = crate::collect::antivirus::time_zone::parse(berlin).unwrap();
        let told = |line: &str| {
            let line = format!("{line} sv1 sshd[7]: Failed password for taro from 192.0.2.7 port 5 ssh2");
            let told = read(line.as_bytes(), false, "2026-11-24T00:00:00Z".parse().unwrap(), &zone, None);
            (told.events.first().map(|event| event.at.format("%m-%d %H:%M").to_string()), told.is_timeless)
        };
        assert_eq!(told("Oct 25 01:30:00"), (Some("10-24 23:30".into()), false));
        assert_eq!(told("Oct 25 02:30:00"), (Some("10-25 01:30".into()), false), "the later of both");
        assert_eq!(told("Oct 25 03:30:00"), (Some("10-25 02:30".into()), false));
        assert_eq!(told("Mar 29 02:30:00"), (Some("03-29 01:30".into()), false), "no clock showed it");
        assert_eq!(told("2026-10-25T02:30:00+02:00"), (Some("10-25 00:30".into()), false));
        assert_eq!(told("<38>1 2026-10-25T02:30:00+02:00"), (None, true), "a form that is not known");
    }

    #[test]
    fn several_alike_are_one_line() {
        let failed = "Nov 20 09:00:01 sv1 sshd[7]: Failed password for taro from 192.0.2.7 port 5 ssh2\n";
        let last = "Nov 20 09:00:09 sv1 last message repeated 3 times\n";
        let times = |log: &str| read_all(log).events.iter().map(|event| event.times).collect::<Vec<_>>();
        assert_eq!(times(&format!("{failed}{last}{last}")), [7]);
        assert_eq!(times(&format!("{last}{failed}")), [1], "of a line that is not there");
        assert_eq!(times(&format!("{failed}Nov 20 09:00:02 sv1 CRON[8]: x\n{last}")), [1], "of another line");
        let many = last.replace(" 3 ", " 4000000000 ");
        assert_eq!(times(&format!("{failed}{many}")), [TIMES_MAX]);
        let more = "Nov 20 09:00:09 sv1 login[7]: pam_unix(login:auth): 2 more authentication failures; user=taro";
        assert_eq!(times(more), [2]);

        let line = "Nov 20 09:00:01 sv1 sshd[7]: message repeated 3 times: [ Failed password for taro from 192.0.2.7 port 5 ssh2]";
        assert_eq!(read_all(line).events[0].times, 3);
        let line = line.replace("3 times", "4000000000 times");
        assert_eq!(read_all(&line).events[0].times, TIMES_MAX);
        assert_eq!(read_all(&line.replace(']', "")).events, [], "cut off");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..500), is_end in any::<bool>()) {
            let _ = read(&bytes, is_end, Instant::UNIX_EPOCH, &Zone::utc(), Some("sv1"));
        }

        #[test]
        fn never_panics_on_lines(tag in "[a-z]{0,6}\\[?[0-9]{0,4}\\]?", text in ".{0,80}") {
            let _ = read_all(&format!("Nov 20 09:00:01 sv1 {tag}: {text}"));
        }
    }
}
