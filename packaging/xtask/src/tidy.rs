//! The tree's own rules of style, those that no compiler checks.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::pitfalls::{self, Shown};
use crate::process::{output, root};
use crate::report::line;

const LINES_MAX: usize = 500;
/// Room for a font that can write the form; whatever is larger came in by mistake.
const BYTES_MAX: u64 = 5 << 20;
const ROOMS_REFUSED: [&str; 6] = ["util", "utils", "helpers", "common", "misc", "manager"];
/// Written in two halves so that this file passes its own check.
const LEFT_BEHIND: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("#[ig", "nore"),
    concat!("unimple", "mented!("),
];

/// Checks every file git knows.
pub(crate) fn run() -> Result<()> {
    let root = root()?;
    let listed = output(Command::new("git").current_dir(&root).args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let (mut faults, mut without_cases) = (Vec::new(), Vec::new());
    let mut shown = Shown::default();
    for name in listed.lines() {
        check_size(name, &root.join(name), &mut faults);
        let Ok(text) = std::fs::read_to_string(root.join(name)) else { continue };
        check_name(name, &mut faults);
        check_text(name, &text, &mut faults);
        shown.add(name, &text);
        // What the dashboard judges is a program with tests of its own.
        if text.lines().any(|line| line == "judged_by: dashboard") {
            without_cases.push(name);
        }
    }
    check_decisions(listed.lines(), &mut faults);
    check_rules(listed.lines().filter(|name| !without_cases.contains(name)), &mut faults);
    pitfalls::check(&std::fs::read_to_string(root.join(pitfalls::FILE)).unwrap_or_default(), &shown, &mut faults);
    if faults.is_empty() {
        line("tidy: nothing to say");
        return Ok(());
    }
    for fault in &faults {
        line(fault);
    }
    bail!("tidy: {} faults", faults.len())
}

fn check_size(name: &str, path: &Path, faults: &mut Vec<String>) {
    // What git still lists and somebody removed has no size.
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
    if metadata.len() > BYTES_MAX {
        faults.push(format!(
            "{name}: {} bytes; a file of more than {BYTES_MAX} is none of the tree's own",
            metadata.len()
        ));
    }
}

fn check_name(name: &str, faults: &mut Vec<String>) {
    let refused = Path::new(name)
        .components()
        .filter_map(|part| part.as_os_str().to_str())
        .any(|part| ROOMS_REFUSED.contains(&part.trim_end_matches(".rs")));
    if refused {
        faults.push(format!("{name}: a room named so says nothing about what lives in it"));
    }
}

fn check_text(name: &str, text: &str, faults: &mut Vec<String>) {
    let is_rust = Path::new(name).extension().is_some_and(|extension| extension == "rs");
    if is_rust && text.lines().count() > LINES_MAX {
        faults.push(format!(
            "{name}: {} lines; more than {LINES_MAX} is more than one responsibility",
            text.lines().count()
        ));
    }
    let checked = ["rs", "toml", "yaml", "html", "css", "js", "sh"];
    if !Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| checked.contains(&extension))
    {
        return;
    }
    for (number, text) in text.lines().enumerate() {
        if let Some(word) = LEFT_BEHIND.iter().find(|word| text.contains(**word)) {
            faults.push(format!("{name}:{}: {word} left behind", number + 1));
        }
    }
}

fn check_decisions<'a>(names: impl Iterator<Item = &'a str>, faults: &mut Vec<String>) {
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for name in names.filter(|name| name.starts_with("docs/adr/")) {
        let number = name.trim_start_matches("docs/adr/").split('-').next().unwrap_or_default();
        if let Some(other) = numbers.insert(number, name) {
            faults.push(format!("{name}: {other} has the same number"));
        }
    }
}

fn check_rules<'a>(names: impl Iterator<Item = &'a str>, faults: &mut Vec<String>) {
    let rules: Vec<&str> = names.filter(|name| name.starts_with("rules/catalog/")).collect();
    for stem in
        rules.iter().filter_map(|name| name.strip_suffix(".yaml")).filter(|stem| Path::new(stem).extension().is_none())
    {
        let cases = format!("{stem}.cases.yaml");
        if !rules.contains(&cases.as_str()) {
            faults.push(format!("{stem}.yaml: has no cases"));
        }
    }
}
