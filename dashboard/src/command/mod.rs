//! What an administrator types on the dashboard's machine.

mod audit;
mod demo;
mod first_link;
mod identity;
mod import;
mod listening;
mod mail;
mod package;
mod reset;
mod serve;
mod settings;
mod status;
mod token;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{CommandFactory as _, Parser, Subcommand};
use tenken_engine::{Catalog, Checklist, Problem};
use tenken_model::{Instant, Language};

use crate::store::{Location, Store};

#[derive(Parser)]
#[command(name = "tenken-dashboard", version, about = "Says what the findings of all hosts mean for the checklist")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Listens for agents and people until it is stopped
    Serve(serve::Arguments),
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
    /// Looks after the audit log
    Audit(audit::Arguments),
    /// Makes the audit package: all that an insurer or auditor asks for, in one ZIP file
    Package(package::Arguments),
}

/// Where the dashboard keeps its state.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
struct Place {
    /// The data folder
    #[arg(long, value_name = "FOLDER", default_value = "/var/lib/tenken-dashboard")]
    data: PathBuf,
    /// A PostgreSQL database in place of the one in the data folder: postgres://...
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Place {
    async fn open(&self) -> Result<Store> {
        let store = match &self.database {
            Some(url) => Store::open(&Location::server(url)?).await?,
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
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let done = tokio::runtime::Runtime::new().context("starting").and_then(|runtime| {
        runtime.block_on(async {
            match arguments.command {
                Command::Serve(arguments) => serve::run(arguments).await.map(|()| ExitCode::SUCCESS),
                Command::Token(arguments) => token::run(&arguments).await,
                Command::FirstLink(arguments) => first_link::run(&arguments).await,
                Command::TestMail(arguments) => mail::run(&arguments).await,
                Command::Status(arguments) => status::run(&arguments).await,
                Command::Import(arguments) => import::run(&arguments).await,
                Command::Reset(arguments) => reset::run(&arguments).await,
                Command::Demo(arguments) => demo::run(&arguments).await,
                Command::Audit(arguments) => audit::run(&arguments).await,
                Command::Package(arguments) => package::run(&arguments).await,
            }
        })
    });
    done.unwrap_or_else(|error| {
        let _closed = writeln!(std::io::stderr().lock(), "tenken-dashboard: {error:#}");
        ExitCode::FAILURE
    })
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
