//! `import`: a CSV file into a register.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use tenken_model::Language;

use super::{Place, now, print};
use crate::registers::{Definition, take};

/// Who imports on the console, in the registers' history.
const PERSON: &str = "console";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register: accounts, devices or backups
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
    let mut transaction = store.write().await?;
    let preview = match take::preview(&mut transaction, definition, &bytes).await? {
        Ok(preview) => preview,
        Err(error) => bail!("{}: {}", arguments.file.display(), error.text(Language::English)),
    };
    if !preview.file.errors.is_empty() {
        let lines: Vec<String> = preview
            .file
            .errors
            .iter()
            .map(|fault| {
                format!("{}:{}: {}", arguments.file.display(), fault.line, fault.error.text(Language::English))
            })
            .collect();
        bail!("nothing was taken in:\n{}", lines.join("\n"));
    }
    take::apply(&mut transaction, definition, &preview.plan, PERSON, now()).await?;
    transaction.save().await?;
    print(&format!(
        "{}: {} added, {} changed, {} unchanged",
        definition.slug,
        preview.plan.added.len(),
        preview.plan.changed.len(),
        preview.plan.unchanged
    ))?;
    Ok(ExitCode::SUCCESS)
}
