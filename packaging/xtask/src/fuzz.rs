//! Fuzzing of everything that reads what others wrote, with libFuzzer on the pinned toolchain.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};

use crate::process::{cargo, must, output, root, target};
use crate::report::{line, step};

/// What to fuzz and for how long.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The targets; without a name, every one
    targets: Vec<String>,
    /// Seconds per target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Targets that run at the same time; without a number, one on each processor
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
}

/// What the compiler must add so that libFuzzer sees which branches an input takes.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code -Ccodegen-units=1";

/// The variable by which the fuzzer is told its target.
const CHOICE: &str = "TENKEN_FUZZ_TARGET";

/// The most memory one input may cost, in MiB.
const MEMORY: u32 = 1_024;
/// The longest one input may take, in seconds.
const TIME: u32 = 10;

/// Builds the fuzzer and runs each target; what crashes it is kept and said.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let program = build()?;
    let known = output(&mut Command::new(&program))?;
    let known: Vec<&str> = known.lines().filter(|line| !line.starts_with("INFO")).collect();
    let chosen: Vec<&str> = if arguments.targets.is_empty() {
        known.clone()
    } else {
        arguments.targets.iter().map(String::as_str).collect()
    };
    if let Some(unknown) = chosen.iter().find(|target| !known.contains(target)) {
        bail!("there is no target `{unknown}`; there are: {}", known.join(" "));
    }
    let jobs = match arguments.jobs {
        Some(jobs) => jobs.get(),
        None => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
    };
    step(&format!("fuzz {} targets, {} s each, {jobs} at a time", chosen.len(), arguments.seconds));
    let failed = at_once(&chosen, jobs, |name| fuzz(&program, name, arguments.seconds));
    step("summary");
    if failed.is_empty() {
        line(format_args!(
            "{} targets, {} s each: no crash, hang or excess of memory.",
            chosen.len(),
            arguments.seconds
        ));
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

/// Runs the targets, so many at a time, and says of each in one piece how it ended; gives those that failed.
fn at_once<'a>(targets: &[&'a str], jobs: usize, run: impl Fn(&str) -> Result<String> + Sync) -> Vec<&'a str> {
    let waiting = Mutex::new(targets.iter());
    let failed = Mutex::new(Vec::new());
    let next = || waiting.lock().ok()?.next().copied();
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(targets.len()) {
            scope.spawn(|| {
                while let Some(name) = next() {
                    match run(name) {
                        Ok(ended) => line(format_args!("{name:24} {ended}")),
                        Err(error) => {
                            line(format_args!("{name:24} FAILED\n{error:#}"));
                            failed.lock().map(|mut failed| failed.push(name)).unwrap_or_default();
                        }
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_default()
}

fn build() -> Result<PathBuf> {
    let folder = target()?.join("fuzz");
    let host = output(cargo()?.args(["-vV"]))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("cargo -vV names no host")?;
    // Naming the target keeps the counters out of build scripts.
    must(
        cargo()?
            .args(["build", "--profile", "fuzz", "-p", "tenken-fuzz", "--quiet", "--locked", "--target", host])
            .env("CARGO_TARGET_DIR", &folder)
            .env("RUSTFLAGS", COVERAGE),
    )?;
    Ok(folder.join(host).join("fuzz/tenken-fuzz"))
}

/// Runs one target; says how far it came, or how it failed.
fn fuzz(program: &Path, name: &str, seconds: u32) -> Result<String> {
    let folder = target()?.join("fuzz-found").join(name);
    let corpus = folder.join("corpus");
    std::fs::create_dir_all(&corpus)?;
    let seeds = seeds(name)?;
    let mut command = Command::new(program);
    command
        .env(CHOICE, name)
        .args([format!("-max_total_time={seconds}"), format!("-rss_limit_mb={MEMORY}"), format!("-timeout={TIME}")])
        .args(["-max_len=65536", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", folder.display()))
        .arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    let said = silently(&mut command, name)?;
    let number = |key: &str| {
        let (_, rest) = said.rsplit_once(key)?;
        rest.split_whitespace().next()
    };
    let told = |key| number(key).unwrap_or("?");
    Ok(format!(
        "{:>10} inputs, {:>6} branches, slowest {} s, {} MiB",
        told("stat::number_of_executed_units:"),
        told(" cov: "),
        told("stat::slowest_unit_time_sec:"),
        told("stat::peak_rss_mb:"),
    ))
}

/// Small real samples to begin with.
fn seeds(name: &str) -> Result<PathBuf> {
    Ok(root()?.join("tests/fuzz/seeds").join(name))
}

/// Runs the fuzzer and gives what it said; if it fails, the end of that is the error.
fn silently(command: &mut Command, name: &str) -> Result<String> {
    let ended = command.stdin(Stdio::null()).output().with_context(|| format!("starting the fuzzer for {name}"))?;
    let said = String::from_utf8_lossy(&ended.stderr);
    if !ended.status.success() {
        let tail: Vec<&str> = said.lines().rev().take(30).collect();
        bail!("{name}: {}\n{}", ended.status, tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(said.into_owned())
}
