//! What a resident program costs a host on which nothing happens, and what the agent does.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use crate::process::{cargo, installed, must, target};
use crate::report::line;
use crate::up::pair;

/// Starting and the first report are no rest.
const SETTLE: Duration = Duration::from_secs(15);
/// How often its memory is looked at meanwhile.
const LOOK: Duration = Duration::from_secs(5);
/// For how long its system calls are counted, at the end: being counted makes them slower.
const CALLS: Duration = Duration::from_secs(30);

/// What a running program has in memory, in KiB, as /proc/PID/smaps_rollup tells it. What several programs share counts by
/// halves, thirds and so on in `proportional` and the parts of it, and whole in `resident`.
#[derive(Debug, Clone, Copy)]
struct Memory {
    proportional: u64,
    proportional_anonymous: u64,
    proportional_file: u64,
    proportional_dirty: u64,
    resident: u64,
    anonymous: u64,
}

/// What a running program has done since it was started.
struct Done {
    /// Processor time of all its threads, those that ended too.
    cpu: Duration,
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
    let pid = pair.agent.pid();
    std::thread::park_timeout(SETTLE);
    let (begun, before) = (Instant::now(), done(pid)?);
    line(format_args!("The agent rests for {} minutes ...", time.as_secs() / 60));
    let mut looks = Vec::new();
    while let Some(rest) = time.checked_sub(begun.elapsed()).filter(|rest| !rest.is_zero()) {
        std::thread::park_timeout(rest.min(LOOK));
        looks.push(memory(&read(pid, "smaps_rollup")?)?);
    }
    let (passed, after) = (begun.elapsed(), done(pid)?);
    looks.sort_unstable_by_key(|look| look.proportional);
    for (name, place) in [("median", looks.len() / 2), ("largest", looks.len().saturating_sub(1))] {
        tell_memory(looks.get(place).context("the agent was never looked at")?, name, looks.len());
    }
    let cpu = after.cpu.saturating_sub(before.cpu);
    line(format_args!(
        "CPU      {} % of one core, {} ms in all (goal: at most 0.01 % over 10 minutes)",
        thousandths(cpu.as_micros() * 100, passed.as_micros()),
        thousandths(cpu.as_micros(), 1_000)
    ));
    line(format_args!(
        "switches {} per second, in {} threads",
        thousandths(u128::from(after.switches.saturating_sub(before.switches)) * 1_000, passed.as_millis()),
        after.threads
    ));
    line(format_args!("calls    {}", calls(pid, &folder.join("calls"))?));
    Ok(())
}

fn tell_memory(memory: &Memory, name: &str, looks: usize) {
    let mib = |kib: u64| thousandths(u128::from(kib), 1_024);
    line(format_args!(
        "PSS      {} MiB: {} its own data, {} of files; {} written to: the {name} of {looks} looks (goal: at most 5 MiB)",
        mib(memory.proportional),
        mib(memory.proportional_anonymous),
        mib(memory.proportional_file),
        mib(memory.proportional_dirty),
    ));
    line(format_args!("RSS      {} MiB, of which {} its own data: then", mib(memory.resident), mib(memory.anonymous)));
}

/// What a running program has in memory in KiB, of what it shares its part.
pub(crate) fn proportional_kib(pid: u32) -> Result<u64> {
    Ok(memory(&read(pid, "smaps_rollup")?)?.proportional)
}

/// Processor time of a running program, that of threads that ended too.
pub(crate) fn processor_time(pid: u32) -> Result<Duration> {
    Ok(done(pid)?.cpu)
}

/// A quotient with three digits behind the point.
pub(crate) fn thousandths(part: u128, whole: u128) -> String {
    let whole = whole.max(1);
    format!("{}.{:03}", part / whole, part % whole * 1_000 / whole)
}

/// How often it asks the system for anything, as strace sees it.
fn calls(pid: u32, log: &Path) -> Result<String> {
    if !installed("strace") {
        return Ok("not counted: strace is not installed".to_owned());
    }
    let mut strace = tracing(&[pid], log, CALLS)?;
    // Its exit code says only that it was ended.
    strace.wait()?;
    let (calls, seconds) = (counted(&std::fs::read_to_string(log)?), CALLS.as_secs());
    let per_second = thousandths(u128::from(calls), u128::from(seconds));
    Ok(format!("{per_second} per second: {calls} in {seconds} seconds"))
}

/// Counts the system calls of running programs and of what they start, for a while and into a file.
pub(crate) fn tracing(pids: &[u32], log: &Path, time: Duration) -> Result<Child> {
    // What they wait in when strace comes may count as one call of each thread.
    let mut strace = Command::new("timeout");
    strace.args(["--signal=INT", &time.as_secs().to_string(), "strace", "-f", "-qq", "-c", "-o"]).arg(log);
    for pid in pids {
        strace.args(["-p", &pid.to_string()]);
    }
    strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("starting strace")
}

/// The sum of strace's table, whose columns are the share, the seconds, the microseconds of a call and the calls.
pub(crate) fn counted(table: &str) -> u64 {
    let sum = table.lines().find(|line| line.trim_end().ends_with(" total"));
    sum.and_then(|line| line.split_whitespace().nth(3)).and_then(|word| word.parse().ok()).unwrap_or(0)
}

fn memory(rollup: &str) -> Result<Memory> {
    let of = |name: &str| field(rollup, name).with_context(|| format!("no {name} in smaps_rollup"));
    Ok(Memory {
        proportional: of("Pss:")?,
        proportional_anonymous: of("Pss_Anon:")?,
        proportional_file: of("Pss_File:")?,
        proportional_dirty: of("Pss_Dirty:")?,
        resident: of("Rss:")?,
        anonymous: of("Anonymous:")?,
    })
}

fn done(pid: u32) -> Result<Done> {
    let clock = clock_getcpuclockid(Pid::from_raw(i32::try_from(pid)?)).context("asking for the agent's clock")?;
    let mut done = Done { cpu: clock.now().context("reading the agent's clock")?.into(), switches: 0, threads: 0 };
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end meanwhile.
        let Ok(status) = std::fs::read_to_string(thread?.path().join("status")) else { continue };
        let kinds = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"];
        done.switches += kinds.iter().filter_map(|kind| field(&status, kind)).sum::<u64>();
        done.threads += 1;
    }
    Ok(done)
}

fn read(pid: u32, name: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{name}");
    std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))
}

fn field(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_tells_of_a_program_is_read() {
        let done = done(std::process::id()).unwrap();
        assert!(done.cpu > Duration::ZERO && done.threads > 0);
        let memory = memory(&read(std::process::id(), "smaps_rollup").unwrap()).unwrap();
        assert!(memory.proportional > 0 && memory.proportional <= memory.resident, "{memory:?}");
        assert!(memory.proportional_anonymous > 0 && memory.anonymous <= memory.resident, "{memory:?}");
        assert!(super::memory("Pss: 1 kB\n").is_err());
    }

    #[test]
    fn the_calls_of_a_quiet_program_are_counted() {
        let table = "% time     seconds  usecs/call     calls    errors syscall\n\
            ------ ----------- ----------- --------- --------- ----------------\n\
            70.00    0.000070          70         1           epoll_wait\n\
            ------ ----------- ----------- --------- --------- ----------------\n\
            100.00    0.000100          14         7         2 total\n";
        assert_eq!((counted(table), counted("")), (7, 0));
        assert_eq!((thousandths(1, 3), thousandths(7, 0)), ("0.333".to_owned(), "7.000".to_owned()));
    }
}
