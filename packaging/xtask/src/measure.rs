//! What the agent costs its host, measured and printed; each figure beside that of a process that does nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::crowded;
use crate::process::{installed, output, target};
use crate::report::line;
use crate::{dist, resident};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How often one check is run; the median counts
    #[arg(long, default_value_t = 21)]
    runs: usize,
    /// Measures the resident agent at rest for so many minutes, in place of one check
    #[arg(long, value_name = "MINUTES")]
    resident: Option<u64>,
    /// Measures one check of a host that has far too much of everything, in place of this one
    #[arg(long, conflicts_with = "resident")]
    crowded: bool,
}

/// A program to run once, with its arguments.
#[derive(clap::Args)]
pub(crate) struct OneArguments {
    /// Where what the program prints is written; otherwise it is thrown away
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// What one run cost.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub(crate) struct Cost {
    pub(crate) wall_micros: u64,
    /// Of the program and of all that it started and that ended.
    pub(crate) cpu_micros: u64,
    /// Of the largest process.
    pub(crate) peak_kib: u64,
    /// How many process numbers were given out to processes and threads, where the program had a namespace of them for itself.
    pub(crate) numbers: Option<u64>,
}

/// Measures one check of this host, or what was asked for in its place.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let agent = dist::agent_as_shipped()?;
    if let Some(minutes) = arguments.resident {
        return resident::run(agent, minutes);
    }
    if arguments.crowded {
        return crowded(&agent, arguments.runs);
    }
    let idle = median(&agent, &["--version"], arguments.runs)?;
    let check = median(&agent, &["check", "--format", "json"], arguments.runs)?;
    line(format_args!("One check of this host, median of {} runs:", arguments.runs));
    line(format_args!("            check   --version   ratio"));
    row("wall ms", check.wall_micros, idle.wall_micros, 1_000);
    row("CPU ms", check.cpu_micros, idle.cpu_micros, 1_000);
    row("peak MiB", check.peak_kib, idle.peak_kib, 1_024);
    line(format_args!("How each collector shares in it:"));
    let runs = arguments.runs.to_string();
    line(output(Command::new(&agent).args(["--language", "en", "costs", "--runs", runs.as_str()]))?);
    line(format_args!("child processes: {}", children(&agent)?));
    line(format_args!("size of the program: {} KiB", std::fs::metadata(&agent)?.len() / 1_024));
    Ok(())
}

/// Measures a made host that has too much beside one as most are.
fn crowded(agent: &Path, runs: usize) -> Result<()> {
    let folder = target()?.join("crowded");
    let ordinary = made(crowded::ORDINARY, &folder.join("ordinary"))?;
    let many = made(crowded::CROWDED, &folder.join("crowded"))?;
    let cost = |root: &str| median(agent, &["check", "--format", "json", "--root", root], runs);
    let (many_cost, ordinary_cost) = (cost(&many)?, cost(&ordinary)?);
    line(format_args!(
        "One check of a host with 5,000 accounts, 200,000 leases and logs of 20 GB, median of {runs} runs:"
    ));
    line(format_args!("          crowded    ordinary   ratio"));
    row("wall ms", many_cost.wall_micros, ordinary_cost.wall_micros, 1_000);
    row("CPU ms", many_cost.cpu_micros, ordinary_cost.cpu_micros, 1_000);
    row("peak MiB", many_cost.peak_kib, ordinary_cost.peak_kib, 1_024);
    line(format_args!("How each collector shares in it:"));
    line(output(Command::new(agent).args(["--language", "en", "costs", "--runs", "3", "--root", many.as_str()]))?);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn made(host: crowded::Crowd, root: &Path) -> Result<String> {
    if root.exists() {
        std::fs::remove_dir_all(root)?;
    }
    host.make(root)?;
    Ok(root.to_str().context("the folder's name is no text")?.to_owned())
}

/// Runs one command in this process alone and prints its cost, so that the peak is that of no other child.
pub(crate) fn run_one(arguments: &OneArguments) -> Result<()> {
    let (program, rest) = arguments.command.split_first().context("no command was given")?;
    let printed = match &arguments.output {
        Some(path) => std::fs::File::create(path).with_context(|| format!("making {}", path.display()))?.into(),
        None => Stdio::null(),
    };
    let begun = Instant::now();
    // Its exit code says how the host stands, not whether it ran.
    Command::new(program)
        .args(rest)
        .stdin(Stdio::null())
        .stdout(printed)
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("starting {program}"))?;
    let wall = begun.elapsed();
    // The first process of a namespace is given those whose parents ended before them.
    let is_first = std::process::id() == 1;
    while is_first && waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)).is_ok_and(|status| status.pid().is_some())
    {
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cost = Cost {
        wall_micros: u64::try_from(wall.as_micros())?,
        cpu_micros: micros(usage.user_time()) + micros(usage.system_time()),
        peak_kib: u64::try_from(usage.max_rss())?,
        numbers: is_first.then(numbers).transpose()?,
    };
    line(serde_json::to_string(&cost)?);
    Ok(())
}

/// How many process numbers were given out in this namespace, without that of its first process.
fn numbers() -> Result<u64> {
    let path = "/proc/sys/kernel/ns_last_pid";
    let last: u64 = std::fs::read_to_string(path).with_context(|| format!("reading {path}"))?.trim().parse()?;
    Ok(last.saturating_sub(1))
}

fn micros(time: TimeVal) -> u64 {
    let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
    seconds * 1_000_000 + u64::try_from(time.tv_usec()).unwrap_or(0)
}

fn median(program: &Path, arguments: &[&str], runs: usize) -> Result<Cost> {
    let this = crate::process::this_program()?;
    let mut costs = Vec::with_capacity(runs);
    for _ in 0..runs.max(1) {
        let text = output(Command::new(this).arg("measure-one").arg("--").arg(program).args(arguments))?;
        costs.push(serde_json::from_str::<Cost>(&text)?);
    }
    Ok(middle(&costs))
}

/// The median of each figure by itself.
pub(crate) fn middle(costs: &[Cost]) -> Cost {
    let middle = |value: fn(&Cost) -> u64| {
        let mut values: Vec<u64> = costs.iter().map(value).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    };
    Cost {
        wall_micros: middle(|cost| cost.wall_micros),
        cpu_micros: middle(|cost| cost.cpu_micros),
        peak_kib: middle(|cost| cost.peak_kib),
        numbers: costs
            .iter()
            .all(|cost| cost.numbers.is_some())
            .then(|| middle(|cost| cost.numbers.unwrap_or_default())),
    }
}

fn row(name: &str, check: u64, idle: u64, scale: u64) {
    let shown = |value: u64| format!("{}.{}", value / scale, value % scale * 10 / scale);
    let ratio = check * 10 / idle.max(1);
    line(format_args!("{name:<9} {:>7} {:>11} {:>5}.{}", shown(check), shown(idle), ratio / 10, ratio % 10));
}

/// How many processes a check starts, as strace sees it.
fn children(agent: &Path) -> Result<String> {
    if !installed("strace") {
        return Ok("not counted: strace is not installed".to_owned());
    }
    let log: PathBuf = target()?.join("measure-children.log");
    output(
        Command::new("sh")
            .args(["-c", "strace -f -qq -e trace=execve -o \"$0\" \"$1\" check --format json >/dev/null 2>&1 || true"])
            .arg(&log)
            .arg(agent),
    )?;
    let started = std::fs::read_to_string(&log)?.lines().filter(|line| line.contains("execve(")).count();
    std::fs::remove_file(&log)?;
    Ok(started.saturating_sub(1).to_string())
}
