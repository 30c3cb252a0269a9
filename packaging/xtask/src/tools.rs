//! Programs that look after the workspace and are built from their sources, once.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{cargo, installed, must, target};

/// The program of that crate, built in that version unless it is there.
pub(crate) fn tool(name: &str, version: &str, more: &[&str]) -> Result<PathBuf> {
    let tools = target()?.join("tools");
    let program = tools.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    if installed(name) {
        return Ok(name.into());
    }
    let mut install = cargo()?;
    install.args(["install", "--quiet", "--locked", "--debug", "--root"]).arg(&tools);
    install.args([name, "--version", version]).args(more);
    // They run for seconds: to optimise them takes minutes more than it saves.
    install.env("CARGO_PROFILE_DEV_DEBUG", "false");
    must(install.env("CARGO_TARGET_DIR", tools.join("build")).env("CARGO_INCREMENTAL", "0"))?;
    Ok(program)
}
