//! What an administrator types on the dashboard's machine.

mod audit;
mod backup;
mod demo;
mod doctor;
mod exit;
mod first_link;
mod health;
mod identity;
mod import;
mod listeners;
mod listening;
mod mail;
mod package;
mod reset;
mod serve;
mod settings;
mod status;
mod token;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{CommandFactory as _, Parser, Subcommand};
use tenken_engine::{Catalog, Checklist, Problem};
use tenken_model::{Instant, Language};

use self::exit::Exit;
use crate::configuration::{self, Options, Place, PlaceFlags, USUAL_FILE};
use crate::data_folder;
use crate::service::sockets::Sockets;
use crate::store::Store;

#[derive(Parser)]
#[command(name = "tenken-dashboard", version, about = "Says what the findings of all hosts mean for the checklist", after_long_help = Exit::help())]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Listens for agents and people until it is stopped
    Serve(Box<serve::Arguments>),
    /// Prints a token with which one host can be enrolled
    Token(token::Arguments),
    /// Prints the link that makes the first administrator; nothing once there is one
    FirstLink(first_link::Arguments),
    /// Sends a mail that shows whether the mail settings work
    TestMail(mail::Arguments),
    /// Prints how the items stand, a line per section, and each rule that does not pass
    Status(status::Arguments),
    /// Takes the rows of a CSV file into a register
    Import(import::Arguments),
    /// Takes a person's password and second factor away and prints a link to choose a new password
    Reset(reset::Arguments),
    /// Fills an empty data folder with a year of an agency that does not exist, to look at every page full
    Demo(demo::Arguments),
    /// Looks for the usual faults of this dashboard and says what to do: exit code 0 all well, 1 a problem, 2 not all could be looked at
    Doctor(doctor::Arguments),
    /// Says whether the running dashboard works: exit code 0 if it does, 1 if not
    Health(health::Arguments),
    /// Looks after the audit log
    Audit(audit::Arguments),
    /// Puts all of the state into one file, also while the dashboard runs
    ///
    /// The file holds the keys of the certificate authority and what people typed, unencrypted: keep it as the data folder
    /// is kept. To encrypt it, pipe it on: `tenken-dashboard backup - | age -r KEY -o FILE`.
    Backup(backup::Arguments),
    /// Puts the state of a backup into a data folder; no dashboard may run on it
    Restore(backup::RestoreArguments),
    /// Makes the audit package: all that an insurer or auditor asks for, in one ZIP file
    Package(package::Arguments),
}

/// The configuration file.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
struct ConfigurationFile {
    #[arg(long, value_name = "FILE", help = Language::English.configuration_config(USUAL_FILE))]
    config: Option<PathBuf>,
}

impl ConfigurationFile {
    /// What is configured, with these flags before it.
    fn with(&self, flags: Options) -> Result<Options> {
        let file = configuration::file_in_force(self.config.as_deref(), flags.data.as_deref(), Path::new(USUAL_FILE));
        Options::in_force(flags, file.as_deref())
    }
}

/// Where the dashboard keeps its state, as a command is told.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
struct PlaceArguments {
    #[command(flatten)]
    file: ConfigurationFile,
    #[command(flatten)]
    flags: PlaceFlags,
}

impl PlaceArguments {
    fn options(&self) -> Result<Options> {
        self.file.with(self.flags.clone().into())
    }

    fn place(&self) -> Result<Place> {
        self.options()?.place()
    }
}

impl Place {
    async fn open(&self) -> Result<Store> {
        data_folder::check(&self.data)?;
        let store = match &self.database {
            Some(location) => Store::open(location).await?,
            None => Store::open_folder(&self.data).await?,
        };
        Ok(store)
    }
}

/// What the command says is said in this language.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(skip)]
struct Spoken {
    /// The language: `ja` or `en`; otherwise that of the terminal
    #[arg(long, value_parser = |tag: &str| Language::from_tag(tag).ok_or("not ja or en"))]
    language: Option<Language>,
}

impl Spoken {
    fn language(self) -> Language {
        self.language.unwrap_or_else(|| Language::of_terminal(|name| std::env::var(name).ok()))
    }
}

/// The wall clock.
fn now() -> Instant {
    chrono::Utc::now()
}

/// The built-in rules.
fn catalog() -> Result<Catalog> {
    Catalog::embedded().map_err(|found| problems("rules", &found))
}

/// The built-in checklist.
fn checklist() -> Result<Checklist> {
    Checklist::embedded().map_err(|found| problems("checklist", &found))
}

fn problems(what: &str, found: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("the built-in {what} cannot be loaded:\n{}", lines.join("\n"))
}

/// The program's commands and flags, of which man pages and completions are made.
pub fn definition() -> clap::Command {
    Arguments::command()
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _closed = error.print();
            return if error.use_stderr() { Exit::Unclear } else { Exit::Done }.into();
        }
    };
    let level = tenken_log::level(None, std::env::var(tenken_log::VARIABLE).ok().as_deref());
    tenken_log::begin("tenken-dashboard", *level.as_ref().unwrap_or(&tenken_log::Level::Info));
    if let Err(error) = level {
        tracing::warn!(%error, variable = tenken_log::VARIABLE, "the usual amount is logged");
    }
    let serves = matches!(arguments.command, Command::Serve(_));
    // Before the runtime and its threads open files of their own.
    let sockets = match &arguments.command {
        Command::Serve(_) => Sockets::handed_over(),
        _ => Ok(Sockets::default()),
    };
    let done = tokio::runtime::Runtime::new().context("starting").and_then(|runtime| {
        runtime.block_on(async {
            match arguments.command {
                Command::Serve(arguments) => serve::run(*arguments, sockets?).await.map(|()| Exit::Done),
                Command::Token(arguments) => token::run(&arguments).await,
                Command::FirstLink(arguments) => first_link::run(&arguments).await,
                Command::TestMail(arguments) => mail::run(&arguments).await,
                Command::Status(arguments) => status::run(&arguments).await,
                Command::Import(arguments) => import::run(&arguments).await,
                Command::Reset(arguments) => reset::run(&arguments).await,
                Command::Demo(arguments) => demo::run(&arguments).await,
                Command::Doctor(arguments) => doctor::run(&arguments).await,
                Command::Health(arguments) => health::run(&arguments).await,
                Command::Audit(arguments) => audit::run(&arguments).await,
                Command::Backup(arguments) => backup::run(&arguments).await,
                Command::Restore(arguments) => backup::restore(&arguments).await,
                Command::Package(arguments) => package::run(&arguments).await,
            }
        })
    });
    let exit = done.unwrap_or_else(|error| {
        let _closed = writeln!(std::io::stderr().lock(), "tenken-dashboard: {error:#}");
        if serves { Exit::of_serve(&error) } else { Exit::Failed }
    });
    exit.into()
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
}
