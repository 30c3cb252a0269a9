//! What the resident agent costs a host on which nothing happens.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::process::{cargo, must, target};
use crate::report::line;
use crate::up::pair;

/// Starting and the first report are no rest.
const SETTLE: Duration = Duration::from_secs(15);
/// How often its memory is looked at meanwhile.
const LOOK: Duration = Duration::from_secs(5);
/// What the figures are read in: ticks a second of Linux's user interface (USER_HZ).
const TICKS: u64 = 100;

/// A running program's figures.
struct Figures {
    resident_kib: u64,
    anonymous_kib: u64,
    ticks: u64,
    switches: u64,
    threads: usize,
}

/// Starts a dashboard and an enrolled agent below a temporary folder and prints what the agent costs at rest.
pub(crate) fn run(agent: PathBuf, minutes: u64) -> Result<()> {
    must(cargo()?.args(["build", "--locked", "--quiet", "-p", "tenken-dashboard"]))?;
    let folder = std::env::temp_dir().join(format!("tenken-resident-{}", std::process::id()));
    let measured = measure(&folder, agent, Duration::from_secs(minutes.max(1) * 60));
    // The private keys in it are of no more use.
    std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    measured
}

fn measure(folder: &Path, agent: PathBuf, time: Duration) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let pair = pair(folder, target()?.join("debug/tenken-dashboard"), agent)?;
    std::thread::park_timeout(SETTLE);
    let (begun, before) = (Instant::now(), figures(pair.agent.pid())?);
    line(format_args!("The agent rests for {} minutes ...", time.as_secs() / 60));
    let mut memory = Vec::new();
    while let Some(rest) = time.checked_sub(begun.elapsed()).filter(|rest| !rest.is_zero()) {
        std::thread::park_timeout(rest.min(LOOK));
        let figures = figures(pair.agent.pid())?;
        memory.push((figures.resident_kib, figures.anonymous_kib));
    }
    let (millis, after) = (u64::try_from(begun.elapsed().as_millis())?, figures(pair.agent.pid())?);
    let cpu_millis = (after.ticks - before.ticks) * 1_000 / TICKS;
    let per_mille = |part: u64, whole: u64| format!("{}.{:03}", part / whole, part % whole * 1_000 / whole);
    memory.sort_unstable();
    for (name, place) in [("median", memory.len() / 2), ("largest", memory.len().saturating_sub(1))] {
        let (resident, anonymous) = memory.get(place).copied().context("the agent was never looked at")?;
        line(format_args!(
            "RSS      {} MiB, of which {} MiB its own data: the {name} of {} looks (goal: < 8 MiB)",
            per_mille(resident, 1_024),
            per_mille(anonymous, 1_024),
            memory.len()
        ));
    }
    line(format_args!("CPU      {} % of one core (goal: < 0.02 %)", per_mille(cpu_millis * 100, millis)));
    line(format_args!(
        "switches {} per second, in {} threads",
        per_mille(after.switches.saturating_sub(before.switches) * 1_000, millis),
        after.threads
    ));
    Ok(())
}

fn figures(pid: u32) -> Result<Figures> {
    let folder = PathBuf::from(format!("/proc/{pid}"));
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let status = read("status")?;
    let field = |text: &str, name: &str| {
        let rest = text.lines().find_map(|line| line.strip_prefix(name));
        rest.and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse::<u64>().ok())
    };
    // After the name in brackets: state, ten more numbers, then user and system time (proc_pid_stat(5)).
    let stat = read("stat")?;
    let times = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    let mut figures = Figures {
        resident_kib: field(&status, "VmRSS:").context("no VmRSS in status")?,
        anonymous_kib: field(&status, "RssAnon:").context("no RssAnon in status")?,
        ticks: times.map(|word| word.parse::<u64>().unwrap_or(0)).sum(),
        switches: 0,
        threads: 0,
    };
    for thread in std::fs::read_dir(folder.join("task"))? {
        // A thread may end meanwhile.
        let Ok(status) = std::fs::read_to_string(thread?.path().join("status")) else { continue };
        let kinds = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"];
        figures.switches += kinds.iter().filter_map(|kind| field(&status, kind)).sum::<u64>();
        figures.threads += 1;
    }
    Ok(figures)
}
