//! The agent for Windows, built here and run in Wine.

mod begun;
mod foreign;
mod installer;
mod program;
mod targets;
mod wine;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{cargo, installed, must, target, this_program};
use crate::report::skip;
use wine::Wine;

pub(crate) use begun::{Arguments as BegunArguments, run as in_wine};
pub(crate) use foreign::lints;
pub(crate) use installer::{Arguments as InstallerArguments, run as installer, ship};
pub(crate) use program::{Arguments, run};
pub(crate) use targets::missing as target_missing;

/// What is built for.
const TRIPLE: &str = "x86_64-pc-windows-gnu";
/// Parsers and collectors are pure: what they say of bytes does not depend on the system, and is tested here.
const OF_THE_SYSTEM: &str = "not test(/^collect::/)";
/// The profile of the test runner, whose outcome lies beside that of the tests here.
pub(crate) const PROFILE: &str = "windows";

/// Builds the agent and its tests, installers of two versions, and makes Wine ready.
pub(crate) fn build() -> Result<()> {
    if let Some(why) = cannot_build()? {
        skip("build for Windows", &why);
        return Ok(());
    }
    // With its tests: apart from them it would be built with other features of what it rests on, and again.
    must(for_windows("build")?.args(["--quiet", "-p", "tenken-agent", "--all-targets"]))?;
    if let Some(why) = installer::missing() {
        skip("installer for Windows", &why);
    } else {
        installer::for_tests(&agent()?)?;
    }
    if let Some(why) = cannot_run() {
        skip("Windows programs", &why);
        return Ok(());
    }
    Wine::prepare()?.say_language()
}

/// Runs the tests of what runs on Windows, in Wine.
pub(crate) fn tests() -> Result<()> {
    if let Some(why) = cannot_build()?.or_else(cannot_run) {
        skip("tests in Wine", &why);
        return Ok(());
    }
    crate::test::runner()?;
    let wine = Wine::prepare()?;
    let mut command = cargo()?;
    command.args(["nextest", "run", "--profile", PROFILE, "--locked", "--target", TRIPLE]);
    command.args(["-p", "tenken-agent", "-E", OF_THE_SYSTEM]);
    small(&mut command);
    wine.wear(&mut command);
    wine.begin()?;
    let runner = format!("{} in-wine", this_program()?.display());
    let done = must(command.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", runner));
    wine.end();
    done
}

/// Tells the tests here of the agent for Windows, of Wine and of the installers, where there are any.
pub(crate) fn tell(command: &mut Command) -> Result<()> {
    let (agent, installers) = (agent()?, installer::folder()?);
    if cannot_build()?.is_some() || cannot_run().is_some() || !agent.is_file() {
        return Ok(());
    }
    command.env("TENKEN_WINE", Wine::prepare()?.folder()).env("TENKEN_WINDOWS_AGENT", agent);
    if installer::missing().is_none() {
        command.env("TENKEN_INSTALLERS", installers);
    }
    Ok(())
}

fn agent() -> Result<PathBuf> {
    Ok(target()?.join(TRIPLE).join("debug/tenken-agent.exe"))
}

fn for_windows(what: &str) -> Result<Command> {
    let mut command = cargo()?;
    command.args([what, "--locked", "--target", TRIPLE]);
    small(&mut command);
    Ok(command)
}

/// Nobody debugs in Wine: without what debuggers need, linking takes less time and the disk less room.
fn small(command: &mut Command) {
    command.env("CARGO_PROFILE_DEV_DEBUG", "false");
}

fn cannot_build() -> Result<Option<String>> {
    if !installed(wine::COMPILER) {
        return Ok(Some(format!("{} is not installed (package gcc-mingw-w64-x86-64)", wine::COMPILER)));
    }
    targets::missing(TRIPLE)
}

fn cannot_run() -> Option<String> {
    (!installed("wine")).then(|| "wine is not installed".to_owned())
}
