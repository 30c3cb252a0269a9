//! One check of this host with each tool.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::controls::{Controls, Other, Score};
use super::openscap::Scope;
use super::{lynis, openscap, tenken};
use crate::measure::{Cost, middle};
use crate::process::{output, this_program};
use crate::report::line;
use crate::up::ending_with_this;

/// How often OpenSCAP is run in each way. Lynis, which takes minutes, is run once.
const SCANS: usize = 3;

/// What one check with a tool cost and told.
pub(super) struct Once {
    /// What people call it.
    pub(super) name: String,
    pub(super) cost: Cost,
    /// How often it was run; each figure is the median.
    pub(super) runs: usize,
    /// How far another tool got.
    pub(super) decided: Option<Score>,
}

/// The agent's check, and those of the others.
pub(super) struct Checks {
    pub(super) agent: Once,
    /// How many of its rules the agent decided.
    pub(super) agent_decided: usize,
    pub(super) lynis: Once,
    pub(super) openscap: Vec<Once>,
}

/// Runs them one after the other, so that none waits for another.
pub(super) fn measure(folder: &Path, agent: &Path, controls: &Controls, runs: usize) -> Result<Checks> {
    line(format_args!("The agent checks this host {runs} times ..."));
    let printed = folder.join("agent.json");
    let cost = repeated(runs, &[], &tenken::command(agent), &printed)?;
    let known = tenken::verdicts(&printed)?.intersection(&controls.rules).cloned().collect();
    let agent = Once { name: "Tenken".to_owned(), cost, runs, decided: None };
    openscap::prepare(folder)?;
    let mut scans = Vec::new();
    for (scope, what) in [(Scope::Profile, "its largest profile"), (Scope::Alike, "the rules that ask the same")] {
        line(format_args!("OpenSCAP checks it {SCANS} times by {what} ..."));
        let command = openscap::command(folder, controls, scope);
        let cost = repeated(SCANS, &openscap::shown(folder), &command, &folder.join("openscap.txt"))?;
        let decided = controls.decided(Other::OpenScap, &openscap::verdicts(folder)?, &known);
        scans.push(Once { name: format!("OpenSCAP, {what}"), cost, runs: SCANS, decided: Some(decided) });
    }
    line("lynis checks it once, which takes minutes ...");
    let cost = repeated(1, &[], &lynis::command(folder), &folder.join("lynis.txt"))?;
    let decided = controls.decided(Other::Lynis, &lynis::verdicts(folder)?, &known);
    let lynis = Once { name: "lynis".to_owned(), cost, runs: 1, decided: Some(decided) };
    Ok(Checks { agent, agent_decided: known.len(), lynis, openscap: scans })
}

/// The median of several runs, each in a namespace of process numbers of its own. What the last printed goes into a file.
fn repeated(runs: usize, before: &[String], command: &[String], printed: &Path) -> Result<Cost> {
    let mut costs = Vec::with_capacity(runs);
    for _ in 0..runs {
        let mut words = before.to_vec();
        words.extend(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"].map(str::to_owned));
        words.push(this_program()?.display().to_string());
        words.extend(["measure-one".to_owned(), "--output".to_owned(), printed.display().to_string(), "--".to_owned()]);
        words.extend_from_slice(command);
        let (program, arguments) = words.split_first().context("no command was given")?;
        // In the language that what it prints is read in.
        let text = output(ending_with_this(Path::new(program)).args(arguments).env("LC_ALL", "C.UTF-8"))?;
        costs.push(serde_json::from_str::<Cost>(&text).context("reading what a run cost")?);
    }
    Ok(middle(&costs))
}
