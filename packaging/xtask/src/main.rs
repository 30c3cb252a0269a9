//! The project's own commands: `cargo xtask up`, `cargo xtask test` and what they are made of.

mod axe;
mod bench;
mod beside;
mod crowded;
mod debian;
mod dist;
mod fuzz;
mod items;
mod measure;
mod openid;
mod outcomes;
mod packages;
mod pages;
mod pitfalls;
mod process;
mod report;
mod resident;
mod shipped;
mod site;
mod test;
mod tidy;
mod tools;
mod up;
mod windows;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tenken's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs dashboard and agent for this host and says where to look
    Up(up::Arguments),
    /// Runs everything that must pass, installing what it needs from Debian's packages when root
    Test(test::Arguments),
    /// Feeds arbitrary bytes to everything that reads what others wrote
    Fuzz(fuzz::Arguments),
    /// Measures what the agent costs its host
    Measure(measure::Arguments),
    /// Runs one command and prints what it cost; part of `measure` and `bench`
    #[command(hide = true)]
    MeasureOne(measure::OneArguments),
    /// Measures the agent beside other tools of Debian, as a table
    Bench(bench::Arguments),
    /// Measures how long the dashboard's pages take and what they weigh
    Pages(pages::Arguments),
    /// Builds the agent for Windows as it is shipped and tells its size, what it takes of Windows, and how fast it judges
    Windows(windows::Arguments),
    /// Builds the installer for Windows
    Msi(windows::InstallerArguments),
    /// Builds everything that is shipped: packages, tarballs, installer, lists of components, sums
    Dist(dist::Arguments),
    /// Runs a test program in Wine; part of `test`
    #[command(hide = true)]
    InWine(windows::BegunArguments),
    /// Writes the table of items, rules and facts
    Items(items::Arguments),
    /// Builds the documentation site in Japanese and English and follows its links
    Site(site::Arguments),
    /// Checks the tree's own rules of style
    Tidy,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without where in this program it was noticed: whoever reads it looks for what failed.
            report::line(format_args!("Error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    process::this_program()?;
    match Arguments::parse().command {
        Command::Up(arguments) => up::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Measure(arguments) => measure::run(&arguments),
        Command::MeasureOne(arguments) => measure::run_one(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Pages(arguments) => pages::run(&arguments),
        Command::Windows(arguments) => windows::run(&arguments),
        Command::Msi(arguments) => windows::installer(&arguments),
        Command::Dist(arguments) => dist::run(&arguments),
        Command::InWine(arguments) => windows::in_wine(&arguments),
        Command::Items(arguments) => items::run(&arguments),
        Command::Site(arguments) => site::run(&arguments),
        Command::Tidy => tidy::run(),
    }
}
