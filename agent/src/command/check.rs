//! `check`: judges once.

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;
use tenken_model::Language;

use super::{print, source};
use crate::show::{Counts, json, junit, table};

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For continuous integration.
    Junit,
}

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    source: source::Arguments,
}

/// The width of the table where the terminal does not say it.
const WIDTH: u16 = 120;

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let source = source::Source::open(&arguments.source, language)?;
    let judged = source.judge(&source.facts());
    print(&match arguments.format {
        Format::Table => {
            let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(WIDTH);
            table::render(&judged, language, width)
        }
        Format::Json => json::render(&judged)?,
        Format::Junit => junit::render(&judged, language)?,
    })?;
    Ok(exit_code(judged.counts()))
}

/// A failure weighs more than what could not be known, and that more than a pass.
fn exit_code(counts: Counts) -> ExitCode {
    ExitCode::from(match counts {
        Counts { fail: 1.., .. } => 1,
        Counts { unknown: 1.., .. } => 2,
        Counts { .. } => 0,
    })
}
