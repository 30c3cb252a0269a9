//! `cargo xtask site`: the documentation as two books, one in each language, with what is written from the code.

mod links;
mod rules;
mod twins;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail};
use tenken_engine::{Catalog, Checklist, Problem};
use tenken_model::Language;

use crate::process::{must, root, target};
use crate::report::line;
use crate::tools::tool;

/// The version of the books' maker.
const MDBOOK: &str = "0.5.4";

/// Where to put it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder that the site is written to; otherwise `site` in the folder cargo builds into
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Builds the site and follows every link in it.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let out = match &arguments.out {
        Some(folder) => std::path::absolute(folder)?,
        None => target()?.join("site"),
    };
    build(&out)?;
    line(format_args!("The site is in {}", out.display()));
    Ok(())
}

/// The same in the folder cargo builds into, as a part of the test.
pub(crate) fn check() -> Result<()> {
    build(&target()?.join("site"))
}

fn build(out: &Path) -> Result<()> {
    let mdbook = tool("mdbook", MDBOOK, &["--no-default-features", "--features", "search"])?;
    let problems = |found: Vec<Problem>| anyhow!("{found:?}");
    let catalog = Catalog::embedded().map_err(problems)?;
    let checklist = Checklist::embedded().map_err(problems)?;
    let differences = twins::differences(&root()?.join("docs"))?;
    if !differences.is_empty() {
        bail!("the same text in two languages names other things:\n{}", differences.join("\n"));
    }
    let sources = target()?.join("site-sources");
    // Chapters that are no longer there must not stay.
    empty(&sources)?;
    empty(out)?;
    // Chapters of the English book take the texts for administrators from there.
    copy(&root()?.join("docs"), &sources)?;
    for language in [Language::Japanese, Language::English] {
        let book = sources.join("site").join(language.tag());
        rules::write(&book.join("src"), &catalog, &checklist, language)?;
        must(
            Command::new(&mdbook)
                .arg("build")
                .arg(&book)
                .arg("--dest-dir")
                .arg(out.join(language.tag()))
                .env("RUST_LOG", "warn"),
        )?;
    }
    std::fs::write(out.join("index.html"), FRONT)?;
    let broken = links::broken(out)?;
    if !broken.is_empty() {
        bail!("links that lead nowhere:\n{}", broken.join("\n"));
    }
    Ok(())
}

/// Leads to the book in the reader's language by a choice that needs no script.
const FRONT: &str = "<!doctype html>
<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Tenken 点検</title></head>
<body><h1>Tenken 点検</h1><p><a href=\"ja/index.html\">日本語</a></p><p lang=\"en\"><a href=\"en/index.html\">English</a></p></body></html>
";

fn empty(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("removing {}", folder.display()));
        }
        _ => {}
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tenken_model::ReasonCode;

    use super::*;

    #[test]
    fn every_reason_of_what_is_unknown_is_explained_in_both_languages() {
        for language in ["ja", "en"] {
            let chapter = root().unwrap().join("docs/site").join(language).join("src/errors.md");
            let chapter = std::fs::read_to_string(chapter).unwrap();
            for code in ReasonCode::ALL {
                assert!(chapter.contains(&format!("`{}`", code.word())), "{language}: {}", code.word());
            }
        }
    }
}
