//! Fuzzing of everything that reads what others wrote, with libFuzzer on the pinned toolchain.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
}

/// What the compiler must add so that libFuzzer sees which branches an input takes.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code -Ccodegen-units=1";

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
    let mut failed = Vec::new();
    for name in &chosen {
        step(&format!("fuzz {name}, {} s", arguments.seconds));
        if let Err(error) = fuzz(&program, name, arguments.seconds) {
            line(format_args!("{error:#}"));
            failed.push(*name);
        }
    }
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

fn build() -> Result<PathBuf> {
    let folder = target()?.join("fuzz");
    let host = output(cargo()?.args(["-vV"]))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("cargo -vV names no host")?;
    // Naming the target keeps the counters out of build scripts.
    must(
        cargo()?
            .current_dir(root()?.join("tests/fuzz"))
            .args(["build", "--release", "--quiet", "--locked", "--target", host])
            .env("CARGO_TARGET_DIR", &folder)
            .env("RUSTFLAGS", COVERAGE),
    )?;
    Ok(folder.join(host).join("release/tenken-fuzz"))
}

fn fuzz(program: &Path, name: &str, seconds: u32) -> Result<()> {
    let folder = target()?.join("fuzz-found").join(name);
    let corpus = folder.join("corpus");
    std::fs::create_dir_all(&corpus)?;
    let seeds = root()?.join("tests/fuzz/seeds").join(name);
    let mut command = Command::new(program);
    command
        .env("TENKEN_FUZZ_TARGET", name)
        .args([format!("-max_total_time={seconds}"), format!("-rss_limit_mb={MEMORY}"), format!("-timeout={TIME}")])
        .args(["-max_len=65536", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", folder.display()))
        .arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    let ended = command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", program.display()))?;
    let said = String::from_utf8_lossy(&ended.stderr);
    for wanted in said.lines().filter(|line| line.contains("number_of_executed_units") || line.contains(" DONE ")) {
        line(wanted);
    }
    if !ended.status.success() {
        let tail: Vec<&str> = said.lines().rev().take(30).collect();
        bail!("{name}: {}\n{}", ended.status, tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}
