//! Lines of a syslog daemon: a time, the host, the program with its process, and what it says.

use super::event::{Actor, Event, What};
use super::message;
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::logs::first_record;
use tenken_model::Instant;

/// How much of a line holds its time; names, which anybody may choose, come behind it.
const TIME_BYTES: usize = 40;
/// A longer line is none that tells of accounts, but for the command of sudo at its end, of which nothing is needed.
const LINE_BYTES_MAX: usize = 2_048;
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
    let time = |line: &[u8]| first_record::time(line.get(..TIME_BYTES).unwrap_or(line), modified, zone);
    let mut told = Told::default();
    for line in lines().filter(is_own) {
        if told.oldest.is_none() {
            told.oldest = time(line);
        }
        let Some(Line { process, what, times, .. }) = parse(line) else { continue };
        let Some(at) = time(line) else { continue };
        told.events.push(Event { at, what, process, actor: Actor::default(), times });
    }
    let last = bytes.rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    told.newest = last.filter(is_own).take(8).find_map(time);
    told
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
    let (text, times) = repeated(&text);
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
    fn several_alike_are_one_line() {
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
