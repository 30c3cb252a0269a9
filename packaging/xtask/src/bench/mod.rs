//! `cargo xtask bench`: the agent beside the tools that Debian has for the same work, measured in one run.
//!
//! What stands in which file: [`peers`] are the tools, [`controls`] what they ask alike, [`once`] one check with each tool,
//! [`rest`] what runs all the time, [`tree`] what a program and its children cost, [`package`] what is fetched for each,
//! [`table`] what is told of it, and [`machine`] where it was measured.

mod controls;
mod lynis;
mod machine;
mod once;
mod openscap;
mod package;
mod peers;
mod rest;
mod table;
mod tenken;
mod tree;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{root, target};
use crate::report::line;
use crate::{dist, packages, workspace};

/// The document that the table stands in, between two lines.
const FILE: &str = "docs/bench.md";
const BEGIN: &str = "<!-- What follows is written by `cargo xtask bench --write`. -->";
const END: &str = "<!-- So far. -->";

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// For how many minutes the resident programs are measured
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// How often the agent checks this host; the median counts
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// Writes the table into docs/bench.md
    #[arg(long)]
    write: bool,
}

/// Measures everything and prints the table.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if !packages::can_install()? {
        bail!(
            "the tools are compared as root on Debian: their checks need root, and they are installed from its packages"
        );
    }
    peers::ensure()?;
    let controls = controls::load()?;
    lynis::must_know(&controls)?;
    openscap::must_know(&controls)?;
    let agent = dist::agent_as_shipped()?;
    workspace::build()?;
    let folder = std::env::temp_dir().join(format!("tenken-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let measured = measured(&folder, &agent, &controls, arguments);
    // The private keys in it are of no more use.
    std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    let text = measured?;
    line(format_args!("\n{text}"));
    if arguments.write {
        let path = root()?.join(FILE);
        let old = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        std::fs::write(&path, with(&old, &text)?).with_context(|| format!("writing {}", path.display()))?;
        line(format_args!("Wrote {FILE}"));
    }
    Ok(())
}

fn measured(folder: &Path, agent: &Path, controls: &controls::Controls, arguments: &Arguments) -> Result<String> {
    let load = machine::load()?;
    let packages = package::sizes(folder, agent)?;
    let dashboard = target()?.join("debug/tenken-dashboard");
    let time = Duration::from_secs(arguments.minutes.max(1) * 60);
    let rest = rest::measure(folder, &dashboard, agent, time)?;
    let once = once::measure(folder, agent, controls, arguments.runs.max(5))?;
    let machine = machine::look(agent, &load)?;
    Ok(table::written(&machine, controls.rules.len(), &once, &rest, &packages))
}

/// A document with another text between its two lines.
fn with(document: &str, text: &str) -> Result<String> {
    let parts = document.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.with_context(|| format!("{FILE} has no place between `{BEGIN}` and `{END}`"))?;
    Ok(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_the_last_one() {
        let document = format!("# Before\n\n{BEGIN}\nold\n{END}\n\nAfter\n");
        let written = with(&document, "\nnew\n").unwrap();
        assert_eq!(written, format!("# Before\n\n{BEGIN}\n\nnew\n\n{END}\n\nAfter\n"));
        assert_eq!(with(&written, "new").unwrap(), written);
        assert!(with(&format!("{END} {BEGIN}"), "new").is_err());
    }

    #[test]
    fn the_document_has_a_place_for_the_table() {
        let document = std::fs::read_to_string(root().unwrap().join(FILE)).unwrap();
        assert!(with(&document, "new").is_ok());
    }
}
