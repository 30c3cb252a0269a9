//! Writes what packages hold beside the programs, and what documents say of them, from the programs' own definitions: manual
//! pages, the completions of shells, and the dashboard's configuration.
//!
//! It is no part of what is shipped.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Command, Parser};
use clap_complete::Shell;
use tenken_dashboard::configuration::sample;
use tenken_model::Language;

/// Shells, and the folder that each one's completions are written to.
const SHELLS: [(Shell, &str); 3] = [(Shell::Bash, "bash"), (Shell::Zsh, "zsh"), (Shell::Fish, "fish")];

/// A command of the agent that systemd alone starts.
const OF_UNITS: &str = "packet-filter";

#[derive(Parser)]
#[command(name = "tenken-reference", about = "Writes manual pages, completions and the configuration of the programs")]
struct Arguments {
    /// The folder to write to: `man`, `completions` and `configuration` of it
    folder: PathBuf,
}

fn main() -> Result<()> {
    write(&Arguments::parse().folder)
}

/// Writes all of it below a folder.
fn write(folder: &Path) -> Result<()> {
    for program in programs() {
        manual(&program, &folder.join("man"))?;
        for (shell, name) in SHELLS {
            complete(&program, shell, &folder.join("completions").join(name))?;
        }
    }
    configure(&folder.join("configuration"))
}

/// Writes the configuration that changes nothing, in both languages; the package installs the first.
fn configure(folder: &Path) -> Result<()> {
    make(folder)?;
    for (name, language) in [("dashboard.yaml", Language::English), ("dashboard.ja.yaml", Language::Japanese)] {
        let path = folder.join(name);
        std::fs::write(&path, sample(language)).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// What is shipped.
fn programs() -> [Command; 2] {
    [tenken_agent::command::definition(), tenken_dashboard::command::definition()]
}

/// Writes a page of a program and one of each of its commands.
fn manual(program: &Command, folder: &Path) -> Result<()> {
    make(folder)?;
    clap_mangen::generate_to(with_units_commands(program.clone()), folder)
        .with_context(|| format!("writing manual pages of {} to {}", program.get_name(), folder.display()))
}

/// Shows the command that a unit names, and that nobody types.
fn with_units_commands(program: Command) -> Command {
    if program.find_subcommand(OF_UNITS).is_none() {
        return program;
    }
    program.mut_subcommand(OF_UNITS, |command| command.hide(false))
}

fn complete(program: &Command, shell: Shell, folder: &Path) -> Result<()> {
    make(folder)?;
    clap_complete::generate_to(shell, &mut program.clone(), program.get_name(), folder)
        .map(drop)
        .with_context(|| format!("writing completions of {} to {}", program.get_name(), folder.display()))
}

fn make(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_every_key_in_both_languages() {
        let scratch = tempfile::tempdir().unwrap();
        write(scratch.path()).unwrap();
        for name in ["dashboard.yaml", "dashboard.ja.yaml"] {
            let text = std::fs::read_to_string(scratch.path().join("configuration").join(name)).unwrap();
            for key in tenken_dashboard::configuration::Options::KEYS {
                assert!(text.contains(&format!("\n#{}: {}\n", key.name, key.default)), "{name}: {}", key.name);
            }
        }
    }

    #[test]
    fn every_command_that_people_see_has_a_page_and_is_completed() {
        let scratch = tempfile::tempdir().unwrap();
        write(scratch.path()).unwrap();
        for program in programs() {
            let name = program.get_name();
            let completed =
                std::fs::read_to_string(scratch.path().join(format!("completions/bash/{name}.bash"))).unwrap();
            for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
                let page = scratch.path().join(format!("man/{name}-{}.1", command.get_name()));
                assert!(page.is_file(), "{}", page.display());
                assert!(completed.contains(command.get_name()), "{name} {}", command.get_name());
            }
        }
        assert!(scratch.path().join(format!("man/tenken-agent-{OF_UNITS}.1")).is_file(), "a unit's documentation");
    }
}
