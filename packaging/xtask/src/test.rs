//! Everything that must pass before a change lands.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::beside::{Beside, Share};
use crate::outcomes::{failures, skipped};
use crate::process::{cargo, installed, must};
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
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(parts().map(|part| part.name)))]
    part: Vec<String>,
}

/// When a part runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// After the one before it, while what others talk to is being installed: it needs none of that.
    First,
    /// After the one before it.
    InOrder,
    /// Beside those after it: it takes one processor at most.
    Beside,
    /// From then on to the end, whenever a processor is idle.
    Leftover,
    /// When nothing else runs.
    AfterAll,
}

/// A part of the test, by its name.
struct Part {
    name: &'static str,
    turn: Turn,
    run: fn() -> Result<()>,
}

const fn part(name: &'static str, turn: Turn, run: fn() -> Result<()>) -> Part {
    Part { name, turn, run }
}

const PARTS: [Part; 13] = [
    part("tidy", Turn::First, tidy::run),
    part("format", Turn::First, format),
    part("lints", Turn::First, lints),
    part("table of items", Turn::First, items::check),
    part("documentation", Turn::First, documentation),
    part("build", Turn::InOrder, workspace::build),
    part("pages", Turn::Beside, pages::quick),
    part("packages", Turn::Beside, dist::check),
    // Most of what these take is to build their tools.
    part("site", Turn::Leftover, site::check),
    part("licences and bans", Turn::Leftover, deny),
    part("build for Windows", Turn::InOrder, windows::build),
    part("tests in Wine", Turn::InOrder, windows::tests),
    part("lints for other systems", Turn::InOrder, windows::lints),
];

/// Last, since they take what the others made.
const TESTS: Part = part("tests", Turn::AfterAll, tests);

/// Every part, in the order in which they begin.
fn parts() -> impl Iterator<Item = &'static Part> {
    PARTS.iter().chain([&TESTS])
}

/// How the parts came out.
#[derive(Default)]
struct Outcome {
    failed: Vec<&'static str>,
    why: Vec<String>,
    skipped: BTreeSet<String>,
}

impl Outcome {
    fn fail(&mut self, name: &'static str, error: &anyhow::Error) {
        line(format_args!("{error:#}"));
        self.failed.push(name);
        self.why.push(format!("FAILED {name}: {error:#}"));
    }

    /// Runs a part and says what it took.
    fn run(&mut self, part: &Part) -> Result<()> {
        step(part.name);
        let (begun, before) = (Instant::now(), processor_time()?);
        if let Err(error) = (part.run)() {
            self.fail(part.name, &error);
        }
        let took = processor_time()?.saturating_sub(before);
        let (wall, processor) = (begun.elapsed().as_secs_f64(), took.as_secs_f64());
        line(format_args!("--- {}: {wall:.0} s, {processor:.0} s of processor time", part.name));
        Ok(())
    }

    /// Waits for parts that ran beside others.
    fn end(&mut self, beside: Option<Beside>) {
        let Some(beside) = beside else { return };
        match beside.end() {
            Ok(skipped) => self.skipped.extend(skipped),
            Err(error) => self.fail("beside", &error),
        }
    }
}

/// Runs every part; each failure is said at the end, so that one run tells all.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    // Fetching and unpacking leaves most of a machine to the compiler.
    let mut installing = (!arguments.no_install).then(|| std::thread::spawn(install));
    let mut missing = Vec::new();
    let is_all = arguments.part.is_empty();
    let is_wanted = |part: &&Part| is_all || arguments.part.iter().any(|wanted| wanted == part.name);
    let of_tests = parts().filter(is_wanted).any(|part| part.name.starts_with("tests"));
    if of_tests {
        // What an earlier run skipped says nothing of this one.
        for outcome in outcomes()? {
            let _none_yet = std::fs::remove_file(outcome);
        }
    }
    let mut outcome = Outcome::default();
    let (mut beside, mut leftover) = (None, None);
    for part in parts().filter(is_wanted) {
        if part.turn != Turn::First
            && let Some(installing) = installing.take()
        {
            missing = installed_by(installing)?;
        }
        match part.turn {
            Turn::Beside if is_all => begin(&mut beside, Turn::Beside, Share::Equal)?,
            Turn::Leftover if is_all => begin(&mut leftover, Turn::Leftover, Share::Leftover)?,
            Turn::AfterAll => {
                outcome.end(beside.take());
                outcome.run(part)?;
            }
            Turn::First | Turn::InOrder | Turn::Beside | Turn::Leftover => outcome.run(part)?,
        }
    }
    outcome.end(leftover);
    if let Some(installing) = installing.take() {
        missing = installed_by(installing)?;
    }
    tell(outcome, &missing, of_tests)
}

/// Begins all parts that have that turn, unless they are begun.
fn begin(parts: &mut Option<Beside>, turn: Turn, share: Share) -> Result<()> {
    if parts.is_none() {
        let names: Vec<&str> = self::parts().filter(|part| part.turn == turn).map(|part| part.name).collect();
        *parts = Some(Beside::begin(&names, share)?);
    }
    Ok(())
}

/// Installs and makes what tests talk to. Returns the packages that are still missing.
fn install() -> Result<Vec<&'static str>> {
    let missing = packages::ensure()?;
    debian::begin()?;
    axe::script(true)?;
    openid::folder(true)?;
    Ok(missing)
}

/// Waits for what is being installed.
fn installed_by(installing: JoinHandle<Result<Vec<&'static str>>>) -> Result<Vec<&'static str>> {
    step("packages of Debian");
    let begun = Instant::now();
    let missing = installing.join().map_err(|_| anyhow!("what installs packages stopped"))??;
    line(format_args!("--- packages of Debian: waited for them {:.0} s more", begun.elapsed().as_secs_f64()));
    Ok(missing)
}

/// Tells at the end what is not to be missed.
fn tell(mut outcome: Outcome, missing: &[&str], of_tests: bool) -> Result<()> {
    step("summary");
    if !missing.is_empty() {
        line(format_args!("Not installed: {}", missing.join(" ")));
    }
    if of_tests {
        let told = outcomes().and_then(|outcomes| Ok((skipped(&outcomes)?, failures(&outcomes)?)));
        match told {
            Ok((skipped, failures)) => {
                outcome.skipped.extend(skipped);
                outcome.why.extend(failures);
            }
            Err(error) => outcome.fail("summary", &error),
        }
    }
    outcome.skipped.extend(skips());
    // Again, and last: whoever sees the end of the output alone has to learn what it was.
    for told in outcome.skipped.iter().chain(&outcome.why) {
        line(told);
    }
    if outcome.failed.is_empty() {
        line("Everything passed.");
        return Ok(());
    }
    bail!("failed: {}", outcome.failed.join(", "))
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

/// How many tests run at once: half as many again as there are processors, since many of them wait for other programs.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    processors + processors / 2
}

fn tests() -> Result<()> {
    runner()?;
    let mut run = cargo()?;
    run.args(["nextest", "run"]).args(workspace::EVERYTHING).args([
        "--locked",
        "--test-threads",
        &threads().to_string(),
    ]);
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
    must(cargo()?.args(["test", "--doc", "--locked", "--quiet"]).args(workspace::EVERYTHING))
}
