//! A wall clock of a test's own, which programs that were started with it follow while they run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};

/// The library that tells programs another time, of Debian's package `libfaketime`; the one for programs with threads.
///
/// It leaves CLOCK_BOOTTIME as it is: an agent takes a moved clock for one that was set, and looks at everything anew.
fn library() -> PathBuf {
    PathBuf::from(format!("/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1", std::env::consts::ARCH))
}

/// What a program does while its clock is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timers {
    /// It lives through the time: what it waits for falls due.
    Move,
    /// It was not there: its clock is set, and what it waits for takes as long as ever.
    Stay,
}

/// The clock, kept in a file that holds how far it is ahead of this machine's. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct MovedClock {
    file: PathBuf,
}

impl MovedClock {
    /// What it needs of the system and is missing.
    pub fn missing() -> Option<&'static str> {
        (!library().is_file()).then_some("libfaketime is not installed")
    }

    /// A clock that shows a time in Japan, as `2027-03-12 09:05`. Its file lies in `folder`.
    pub fn at(folder: &Path, time: &str) -> Result<Self> {
        let clock = Self { file: folder.join("clock") };
        clock.ahead_by(ahead_at(time)?)?;
        Ok(clock)
    }

    /// What it shows.
    pub fn now(&self) -> Result<DateTime<Utc>> {
        Ok(Utc::now() + self.ahead()?)
    }

    /// Sets it forward to a time in Japan.
    pub fn set(&self, time: &str) -> Result<()> {
        let ahead = ahead_at(time)?;
        ensure!(ahead >= self.ahead()?, "{time} is past: time does not run back");
        self.ahead_by(ahead)
    }

    /// Moves it on.
    pub fn advance(&self, by: TimeDelta) -> Result<()> {
        self.ahead_by(self.ahead()? + by)
    }

    /// Lets a program that is about to be started follow it.
    pub fn wear(&self, command: &mut Command, timers: Timers) {
        command.env("LD_PRELOAD", library()).env("FAKETIME_TIMESTAMP_FILE", &self.file).env("FAKETIME_NO_CACHE", "1");
        // The times of files are what they are.
        command.env("NO_FAKE_STAT", "1");
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", if timers == Timers::Stay { "1" } else { "0" });
    }

    fn ahead(&self) -> Result<TimeDelta> {
        let text = std::fs::read_to_string(&self.file)?;
        let seconds = text.trim().trim_start_matches('+').parse().context("the clock's file holds seconds")?;
        Ok(TimeDelta::seconds(seconds))
    }

    /// Whoever reads the file finds the old time or the new one.
    fn ahead_by(&self, ahead: TimeDelta) -> Result<()> {
        let draft = self.file.with_extension("new");
        std::fs::write(&draft, format!("{:+}\n", ahead.num_seconds()))?;
        Ok(std::fs::rename(&draft, &self.file)?)
    }
}

/// An instant written as people in Japan read it off a clock.
pub fn instant(time: &str) -> Result<DateTime<Utc>> {
    let time = chrono::NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M")?;
    Ok((time - TimeDelta::hours(9)).and_utc())
}

/// How far ahead a clock is that shows that time: whole seconds, so that it does not show the minute before.
fn ahead_at(time: &str) -> Result<TimeDelta> {
    Ok(instant(time)?.signed_duration_since(Utc::now()) + TimeDelta::seconds(1))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;

    use super::*;

    /// A program that tells its time, and the seconds of its timers, whenever it is asked.
    const PROGRAM: &str =
        "import sys, time\nfor asked in sys.stdin: print(int(time.time()), int(time.monotonic()), flush=True)";

    #[test]
    fn a_program_follows_the_clock_while_it_runs() {
        if let Some(why) = MovedClock::missing() {
            crate::skip("a_program_follows_the_clock_while_it_runs", why);
            return;
        }
        let folder = tempfile::TempDir::new().unwrap();
        for (timers, moved) in [(Timers::Move, true), (Timers::Stay, false)] {
            let clock = MovedClock::at(folder.path(), "2027-03-12 09:05").unwrap();
            let mut command = Command::new("/usr/bin/python3");
            clock.wear(&mut command, timers);
            let mut program =
                command.args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let (mut asks, told) = (program.stdin.take().unwrap(), program.stdout.take().unwrap());
            let mut told = BufReader::new(told).lines();
            let mut ask = || {
                writeln!(asks, "?").unwrap();
                let line = told.next().unwrap().unwrap();
                let (wall, timer) = line.split_once(' ').unwrap();
                (wall.parse::<i64>().unwrap(), timer.parse::<i64>().unwrap())
            };
            let first = ask();
            assert!((first.0 - instant("2027-03-12 09:05").unwrap().timestamp()).abs() < 60, "{first:?}");
            clock.set("2027-03-15 09:05").unwrap();
            let second = ask();
            assert!((second.0 - instant("2027-03-15 09:05").unwrap().timestamp()).abs() < 60, "{second:?}");
            assert_eq!(second.1 - first.1 > 100_000, moved, "{timers:?}: {first:?} {second:?}");
            assert!(clock.set("2027-03-14 09:05").is_err(), "time does not run back");
            drop(asks);
            program.wait().unwrap();
        }
    }
}
