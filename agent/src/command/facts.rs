//! `facts`: prints what was read.

use std::process::ExitCode;

use anyhow::Result;
use tenken_model::Language;

use super::{print, source};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: source::Arguments,
}

/// One document: each topic with its fact, when it was read, and every place that was looked at.
pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let source = source::Source::open(&arguments.source, language)?;
    print(&serde_json::to_string_pretty(&source.facts())?)?;
    Ok(ExitCode::SUCCESS)
}
