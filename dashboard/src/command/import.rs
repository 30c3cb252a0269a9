//! `import`: a file into a register.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use tenken_model::Language;

use super::exit::Exit;
use super::{PlaceArguments, Spoken, now, print};
use crate::registers::Definition;
use crate::registers::import::LineError;
use crate::registers::keep::{self, Taking};
use crate::registers::take::Preview;

/// Who imports on the console, in the registers' history and the audit log.
const PERSON: &str = "console";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register, as it is called in addresses: hosts, accounts, people
    register: String,
    /// The file: an Excel workbook (.xlsx), or CSV in UTF-8 or Shift_JIS
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    spoken: Spoken,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let language = arguments.spoken.language();
    let Some(definition) = Definition::by_slug(&arguments.register) else {
        let known: Vec<&str> = Definition::all().iter().map(|definition| definition.slug).collect();
        bail!("{}", language.import_no_register(&arguments.register, &known.join(", ")));
    };
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("reading {}", arguments.file.display()))?;
    let store = arguments.place.place()?.open().await?;
    let preview = match keep::import(&store, definition, &bytes, None, PERSON, now()).await? {
        Taking::Done(preview) => preview,
        Taking::Unreadable(error) => bail!("{}: {}", arguments.file.display(), error.text(language)),
        Taking::Faulty(preview) | Taking::Stale(preview) => {
            bail!("{}\n{}", language.import_took_nothing(), faults(arguments, &preview, language))
        }
    };
    let plan = &preview.plan;
    let told = language.import_told(definition.slug, plan.added.len(), plan.changed.len(), plan.unchanged);
    print(&told)?;
    Ok(Exit::Done)
}

/// What is wrong, a line each.
fn faults(arguments: &Arguments, preview: &Preview, language: Language) -> String {
    let file = arguments.file.display();
    let fault = |fault: &LineError| {
        let column = fault.column.map_or_else(String::new, |column| format!(" {}:", (column.label)(language)));
        format!("{file}:{}:{column} {}", fault.line, fault.error.text(language))
    };
    let mut lines: Vec<String> = preview.file.errors.iter().map(fault).collect();
    if preview.file.errors_left > 0 {
        lines.push(language.import_faults_left(preview.file.errors_left));
    }
    lines.join("\n")
}
