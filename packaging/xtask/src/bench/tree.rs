//! What a program and all that it started cost.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::resident::{processor_time, proportional_kib};

/// How long a tick is, in which /proc/PID/stat counts: Linux tells all programs a hundredth of a second.
const TICK: Duration = Duration::from_millis(10);

/// What of /proc/PID/stat is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// Processor time of children that ended, in ticks.
    children_ticks: u32,
}

/// A program and all that it started and that run, by their process numbers.
pub(super) fn of(pid: u32) -> Result<Vec<u32>> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").context("listing /proc")? {
        let Some(number) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // It may have ended meanwhile.
        let Some(stat) = stat(number) else { continue };
        parents.insert(number, stat.parent);
    }
    Ok(below(&parents, pid))
}

/// Proportional memory of programs, in KiB.
pub(super) fn proportional(pids: &[u32]) -> Result<u64> {
    sum(pids, proportional_kib)
}

/// Processor time that programs took since they were started, with that of their children that ended.
pub(super) fn spent(pids: &[u32]) -> Result<Duration> {
    sum(pids, |pid| {
        let children = stat(pid).context("it has no /proc/PID/stat")?.children_ticks;
        Ok(processor_time(pid)? + TICK * children)
    })
}

/// The sum over those that still run.
fn sum<T: std::iter::Sum>(pids: &[u32], of: impl Fn(u32) -> Result<T>) -> Result<T> {
    let told = pids.iter().filter_map(|pid| match of(*pid) {
        Err(_) if !is_running(*pid) => None,
        told => Some(told.with_context(|| format!("looking at process {pid}"))),
    });
    told.sum()
}

fn is_running(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

fn stat(pid: u32) -> Option<Stat> {
    parsed(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parsed(text: &str) -> Option<Stat> {
    // The name stands between brackets and may hold any of them.
    let (_, rest) = text.rsplit_once(") ")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let number = |place: usize| words.get(place)?.parse::<u32>().ok();
    Some(Stat { parent: number(1)?, children_ticks: number(13)?.checked_add(number(14)?)? })
}

/// A process and those below it.
fn below(parents: &BTreeMap<u32, u32>, pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(child, of)| **of == parent && **child != parent).map(|(child, _)| *child));
        next += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_stat_is_read_whatever_the_name() {
        let line = "4242 (a) b (c) S 17 4242 4242 0 -1 4194560 900 12 0 0 7 3 40 2 20 0 5 0 1920 1 2 3\n";
        assert_eq!(parsed(line), Some(Stat { parent: 17, children_ticks: 42 }));
        assert_eq!(parsed("4242 (a) S 17"), None);
        assert_eq!(parsed(""), None);
    }

    #[test]
    fn children_of_children_belong_to_a_tree() {
        let parents = BTreeMap::from([(2, 1), (3, 2), (4, 3), (5, 1), (1, 0)]);
        assert_eq!(below(&parents, 2), [2, 3, 4]);
        assert_eq!(below(&parents, 9), [9]);
    }

    #[test]
    fn this_program_costs_something() {
        let this = std::process::id();
        assert!(of(this).unwrap().contains(&this));
        assert!(proportional(&[this]).unwrap() > 0 && spent(&[this]).unwrap() > Duration::ZERO);
        // None has a number as large as this.
        assert_eq!(proportional(&[u32::MAX]).unwrap_or_default(), 0);
    }
}
