//! `import`: a CSV file into a register.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use tenken_model::Language;

use super::{Place, now, print};
use crate::registers::Definition;
use crate::registers::import::LineError;
use crate::registers::keep::{self, Taking};
use crate::registers::take::Preview;

/// Who imports on the console, in the registers' history and the audit log.
const PERSON: &str = "console";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register: hosts, accounts, devices or backups
    register: String,
    /// The CSV file, in UTF-8 or Shift_JIS
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Some(definition) = Definition::by_slug(&arguments.register) else {
        let known: Vec<&str> = Definition::all().iter().map(|definition| definition.slug).collect();
        bail!("there is no register `{}`; there are: {}", arguments.register, known.join(", "));
    };
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("reading {}", arguments.file.display()))?;
    let store = arguments.place.open().await?;
    let preview = match keep::import(&store, definition, &bytes, None, PERSON, now()).await? {
        Taking::Done(preview) => preview,
        Taking::Unreadable(error) => bail!("{}: {}", arguments.file.display(), error.text(Language::English)),
        Taking::Faulty(preview) | Taking::Stale(preview) => {
            bail!("nothing was taken in:\n{}", faults(arguments, &preview))
        }
    };
    print(&format!(
        "{}: {} added, {} changed, {} unchanged",
        definition.slug,
        preview.plan.added.len(),
        preview.plan.changed.len(),
        preview.plan.unchanged
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong, a line each.
fn faults(arguments: &Arguments, preview: &Preview) -> String {
    let file = arguments.file.display();
    let fault = |fault: &LineError| format!("{file}:{}: {}", fault.line, fault.error.text(Language::English));
    let mut lines: Vec<String> = preview.file.errors.iter().map(fault).collect();
    if preview.file.errors_left > 0 {
        lines.push(format!("and {} more", preview.file.errors_left));
    }
    lines.join("\n")
}
