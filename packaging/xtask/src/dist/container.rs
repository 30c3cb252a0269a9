//! What a container of the dashboard is built from.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{Dist, files, tarball};
use crate::process::root;

const FILE: &str = "Containerfile";

/// Lays the file, which takes the tarball that lies beside it.
pub(super) fn build(dist: &Dist) -> Result<()> {
    let libc = tarball::libc(dist.programs)?;
    let named = tarball::named("tenken-dashboard", libc);
    let text = text()?.replace("@TARBALL@", &named);
    if !dist.output.join(format!("{named}.tar.gz")).is_file() {
        tarball::build(dist)?;
    }
    files::write(&dist.output.join(FILE), &text, 0o644)?;
    faults(&text, &dist.output).first().map_or(Ok(()), |fault| bail!("{FILE}: {fault}"))
}

/// The file as it lies in the tree.
fn text() -> Result<String> {
    let path = root()?.join("packaging/container").join(FILE);
    std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
}

/// What is wrong with it: what it copies and is not there, what it lacks, what it says that no builder knows.
fn faults(text: &str, beside: &Path) -> Vec<String> {
    const KNOWN: [&str; 12] = [
        "FROM",
        "ARG",
        "LABEL",
        "RUN",
        "ADD",
        "COPY",
        "USER",
        "WORKDIR",
        "VOLUME",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
    ];
    let mut faults = Vec::new();
    let joined = text.replace("\\\n", " ");
    let lines: Vec<&str> =
        joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    for line in &lines {
        let mut words = line.split_whitespace();
        let instruction = words.next().unwrap_or_default();
        if !KNOWN.contains(&instruction) && instruction != "CMD" && instruction != "ENV" {
            faults.push(format!("`{instruction}` is no instruction"));
        }
        // What is copied from another stage is not beside it.
        if matches!(instruction, "COPY" | "ADD") && !line.contains("--from=") {
            let sources: Vec<&str> = words.filter(|word| !word.starts_with("--")).collect();
            for source in sources.iter().take(sources.len().saturating_sub(1)) {
                if !beside.join(source).exists() {
                    faults.push(format!("{source} is not there"));
                }
            }
        }
    }
    for needed in ["USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT"] {
        if !lines.iter().any(|line| line.starts_with(needed)) {
            faults.push(format!("there is no {needed}"));
        }
    }
    if lines.iter().any(|line| matches!(*line, "USER root" | "USER 0")) {
        faults.push("it runs as root".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_found() {
        let text = "FROM scratch\nCOPY --chown=1:1 none /etc/ \nFETCH x\nUSER root\n";
        let found = faults(text, Path::new("/nowhere"));
        for expected in ["none is not there", "`FETCH` is no instruction", "no VOLUME", "no HEALTHCHECK", "as root"] {
            assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
        }
    }

    #[test]
    fn the_file_of_the_tree_lacks_nothing_but_the_tarball() {
        let found = faults(&text().unwrap(), Path::new("/nowhere"));
        assert_eq!(found, ["@TARBALL@.tar.gz is not there"]);
    }
}
