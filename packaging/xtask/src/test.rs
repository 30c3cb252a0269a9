//! Everything that must pass before a change lands.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::outcomes::{failures, skipped};
use crate::process::{cargo, installed, must, target};
use crate::report::{line, skips, step};
use crate::tools::tool;
use crate::{axe, debian, dist, items, openid, packages, pages, site, tidy, windows, workspace};

/// Which part to run; without a choice, all of it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Does not look for Debian packages
    #[arg(long)]
    no_install: bool,
    /// Runs this part alone; can be given several times
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(PARTS.iter().map(|(name, _)| *name)))]
    part: Vec<String>,
}

/// A named part of the test.
type Part = (&'static str, fn() -> Result<()>);

const PARTS: &[Part] = &[
    ("tidy", tidy::run),
    ("format", format),
    ("lints", lints),
    ("fuzz targets", fuzz_targets),
    ("table of items", items::check),
    ("documentation", documentation),
    ("site", site::check),
    ("licences and bans", deny),
    ("build", workspace::build),
    ("packages", dist::check),
    ("pages", pages::quick),
    ("build for Windows", windows::build),
    ("tests in Wine", windows::tests),
    ("lints for other systems", windows::lints),
    ("tests", tests),
];

/// Runs every part; each failure is said at the end, so that one run tells all.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut missing = Vec::new();
    if !arguments.no_install {
        step("packages");
        missing = packages::ensure()?;
        debian::begin()?;
        axe::script(true)?;
        openid::folder(true)?;
    }
    // What an earlier run skipped says nothing of this one.
    for outcome in outcomes()? {
        let _none_yet = std::fs::remove_file(outcome);
    }
    let mut failed = Vec::new();
    let mut why = Vec::new();
    let is_wanted = |name: &str| arguments.part.is_empty() || arguments.part.iter().any(|part| part == name);
    for (name, part) in PARTS.iter().filter(|(name, _)| is_wanted(name)) {
        step(name);
        let (begun, before) = (Instant::now(), processor_time()?);
        if let Err(error) = part() {
            line(format_args!("{error:#}"));
            failed.push(*name);
            why.push(format!("FAILED {name}: {error:#}"));
        }
        let took = processor_time()?.saturating_sub(before);
        let (wall, processor) = (begun.elapsed().as_secs_f64(), took.as_secs_f64());
        line(format_args!("--- {name}: {wall:.0} s, {processor:.0} s of processor time"));
    }
    step("summary");
    if !missing.is_empty() {
        line(format_args!("Not installed: {}", missing.join(" ")));
    }
    let (skipped, failures) = of_tests().unwrap_or_else(|error| {
        failed.push("summary");
        (BTreeSet::new(), vec![format!("FAILED summary: {error:#}")])
    });
    for skip in skips().into_iter().chain(skipped).collect::<BTreeSet<_>>() {
        line(skip);
    }
    // Again, and last: whoever sees the end of the output alone has to learn what it was.
    for why in why.iter().chain(&failures) {
        line(why);
    }
    if failed.is_empty() {
        line("Everything passed.");
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

/// What every program that was started and has ended took: where it is far less than the time that passed on every processor, parts
/// wait for each other.
fn processor_time() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let of = |time: TimeVal| {
        let seconds = Duration::from_secs(u64::try_from(time.tv_sec()).unwrap_or_default());
        seconds + Duration::from_micros(u64::try_from(time.tv_usec()).unwrap_or_default())
    };
    Ok(of(usage.user_time()) + of(usage.system_time()))
}

/// What tests skipped, and those that failed.
fn of_tests() -> Result<(BTreeSet<String>, Vec<String>)> {
    let outcomes = outcomes()?;
    Ok((skipped(&outcomes)?, failures(&outcomes)?))
}

/// Where the test runner writes how each test came out, with what it said: here, and in Wine. It does so below the workspace,
/// whichever folder cargo builds into.
fn outcomes() -> Result<[PathBuf; 2]> {
    let folder = crate::process::root()?.join("target/nextest");
    Ok(["default", windows::PROFILE].map(|profile| folder.join(profile).join("junit.xml")))
}

fn format() -> Result<()> {
    must(cargo()?.args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    must(cargo()?.args(["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"]))
}

/// That the fuzzer still fits what it calls. It runs with `cargo xtask fuzz`.
fn fuzz_targets() -> Result<()> {
    let fuzzer = crate::process::root()?.join("tests/fuzz");
    must(cargo()?.current_dir(&fuzzer).args(["fmt", "--check"]))?;
    must(
        cargo()?
            .current_dir(&fuzzer)
            .args(["clippy", "--locked", "--quiet", "--", "-D", "warnings"])
            .env("CARGO_TARGET_DIR", target()?),
    )
}

fn documentation() -> Result<()> {
    must(
        cargo()?
            .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// Licences, bans and sources; advisories need a database that is fetched from elsewhere and are checked
/// where that can be reached.
fn deny() -> Result<()> {
    let program = tool("cargo-deny", "0.20.2", &[])?;
    must(Command::new(program).current_dir(crate::process::root()?).args([
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]))
}

/// Fetches the test runner unless it is there.
pub(crate) fn runner() -> Result<()> {
    if installed("cargo-nextest") {
        return Ok(());
    }
    must(cargo()?.args(["install", "--quiet", "--locked", "cargo-nextest"]))
}

fn tests() -> Result<()> {
    runner()?;
    let mut run = cargo()?;
    run.args(["nextest", "run", "--workspace", "--locked"]);
    if let Some(script) = axe::script(false)? {
        run.env("TENKEN_AXE", script);
    }
    if let Some(folder) = openid::folder(false)? {
        run.env("TENKEN_OPENID_PROVIDER", folder);
    }
    if let Some(folder) = debian::ready()? {
        run.env("TENKEN_DEBIAN", folder).env("TENKEN_PACKAGES", dist::for_tests()?);
    }
    windows::tell(&mut run)?;
    must(&mut run)?;
    must(cargo()?.args(["test", "--doc", "--workspace", "--locked", "--quiet"]))
}
