//! `record`: captures what the rules read of this host, so that it can be judged elsewhere.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tenken_model::Language;

use super::{print, source};
use crate::host::Recorder;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    source: source::Arguments,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let source = source::Source::open(&arguments.source)?;
    let recorder = Recorder::new(source.host.as_ref());
    let _facts = source.facts_of(&recorder);
    let recording = recorder.finish();
    let text = recording.to_json()?;
    let places = recording.paths.len();
    std::fs::File::create_new(&arguments.output)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .with_context(|| format!("writing {}", arguments.output.display()))?;
    print(&language.record_written(&arguments.output.display().to_string(), places))?;
    Ok(ExitCode::SUCCESS)
}
