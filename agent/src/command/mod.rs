//! What an administrator types.

mod check;
mod costs;
mod doctor;
mod enrol;
mod explain;
mod facts;
mod packet_filter;
mod record;
mod run;
mod service;
mod source;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};
use tenken_model::Language;

use crate::host::live::installer::Installer;
use crate::host::live::terminal;
use crate::host::{ReadError, storage};

/// Something went wrong before a verdict could be given.
const ERROR: u8 = 3;

#[derive(Parser)]
#[command(name = "tenken-agent", version, about = "Checks this host's security controls and reports what changed")]
struct Arguments {
    /// The language of what is printed: `ja` or `en`; otherwise that of the terminal
    #[arg(long, global = true, value_parser = language)]
    language: Option<Language>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judges this host once, without a dashboard. Exit code: 0 all pass, 1 some fail, 2 some unknown, 3 error
    Check(check::Arguments),
    /// Prints what was read of this host, and where
    Facts(facts::Arguments),
    /// Says what a rule checks, why, how to repair, and what it finds here
    Explain(explain::Arguments),
    /// Measures what reading each topic costs this host
    Costs(costs::Arguments),
    /// Finds the usual faults and says what to do. Exit code: 0 all well, 1 problems, 2 something could not be checked, 3 error
    Doctor(doctor::Arguments),
    /// Gives this host its identity with a dashboard
    Enrol(enrol::Arguments),
    /// Watches this host and reports what changes, until it is asked to end
    Run(run::Arguments),
    /// Registers the agent with the service manager, takes it away, or runs as its service
    #[command(subcommand, hide = !service::IS_HERE)]
    Service(service::Command),
    /// Captures what the rules read of this host in a file, without personal data
    Record(record::Arguments),
    /// Writes what the kernel tells of its packet filter to standard output, for an agent that may not ask: systemd starts it with that
    /// right, and with no other, for each connection to tenken-agent-packet-filter.socket. It reads no input and changes nothing
    #[command(hide = true)]
    PacketFilter,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| format!("`{tag}` is not ja or en"))
}

/// What can be typed, of which manual pages and completions are made.
pub fn definition() -> clap::Command {
    Arguments::command()
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _closed = error.print();
            return if error.use_stderr() { ExitCode::from(ERROR) } else { ExitCode::SUCCESS };
        }
    };
    let language = arguments.language.unwrap_or_else(|| Language::of_terminal(terminal::variable));
    let done = match arguments.command {
        Command::Check(arguments) => check::run(&arguments, language),
        Command::Facts(arguments) => facts::run(&arguments, language),
        Command::Explain(arguments) => explain::run(&arguments, language),
        Command::Costs(arguments) => costs::run(&arguments, language),
        Command::Doctor(arguments) => doctor::run(&arguments, language),
        Command::Enrol(arguments) => enrol::run(&arguments, language),
        Command::Run(arguments) => run::run(&arguments, language),
        Command::Service(command) => service::run(&command, language),
        Command::Record(arguments) => record::run(&arguments, language),
        Command::PacketFilter => packet_filter::run(),
    };
    done.unwrap_or_else(|error| {
        let _closed = writeln!(std::io::stderr().lock(), "tenken-agent: {error:#}");
        ExitCode::from(ERROR)
    })
}

/// How much is logged: as an option says, else as the environment does.
fn log_level(option: Option<tenken_log::Level>) -> Result<tenken_log::Level, tenken_log::NoLevel> {
    tenken_log::level(option, terminal::variable(tenken_log::VARIABLE).as_deref())
}

/// Where a token may have been left for the agent of a state folder: in the file that is named, else in the usual place if the folder is
/// the usual one.
fn place(enrolment: Option<&Path>, state_dir: &Path) -> Result<Option<Installer>, ReadError> {
    if enrolment.is_none() && state_dir != storage::state_folder() {
        return Ok(None);
    }
    Installer::new(enrolment).map(Some)
}

/// One thread for everything that waits; collectors have one of their own.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// Prints to standard output; a reader that went away ends nothing.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        definition().debug_assert();
    }

    #[test]
    fn what_is_left_for_the_service_is_no_other_agents() {
        assert!(place(None, &storage::state_folder()).unwrap().is_some());
        assert!(place(None, Path::new("elsewhere")).unwrap().is_none());
        assert_eq!(place(Some(Path::new("/x")), Path::new("elsewhere")).is_ok(), cfg!(unix));
    }
}
