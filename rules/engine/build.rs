//! Embeds the catalogue and the checklist. A rule without a case file, or whose cases lack a
//! passing, a failing or an unknown one, does not build. Rules that the dashboard judges have no cases here: how they
//! come out is tested beside the program that judges them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

const EXPECTED: [&str; 3] = ["pass", "fail", "unknown"];

fn main() -> ExitCode {
    match embed() {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => refuse(&problems),
        Err(error) => refuse(&[error]),
    }
}

fn refuse(problems: &[String]) -> ExitCode {
    for problem in problems {
        if writeln!(io::stderr(), "{problem}").is_err() {
            break;
        }
    }
    ExitCode::FAILURE
}

/// Writes the embedding; returns what is wrong with the catalogue.
fn embed() -> Result<Vec<String>, String> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let rules = here.parent().ok_or("the manifest has no parent folder")?;
    let (catalog, checklist) = (rules.join("catalog"), rules.join("checklist"));
    for folder in [&catalog, &checklist] {
        writeln!(io::stdout(), "cargo::rerun-if-changed={}", folder.display()).map_err(|error| error.to_string())?;
    }
    let files = walk(&catalog)?;
    let (cases, rules): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(|file| is_cases(file));
    let mut code = String::new();
    constant(&mut code, "RULES", &catalog, &rules)?;
    constant(&mut code, "CASES", &catalog, &cases)?;
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    fs::write(out.join("catalog.rs"), code).map_err(|error| format!("write catalog.rs: {error}"))?;
    let mut code = String::new();
    let files = walk(&checklist)?;
    constant(&mut code, "CHECKLISTS", &checklist, &files.iter().collect::<Vec<_>>())?;
    fs::write(out.join("checklist.rs"), code).map_err(|error| format!("write checklist.rs: {error}"))?;
    let mut problems = Vec::new();
    for rule in rules {
        problems.extend(without_cases(rule)?);
    }
    for case in cases {
        problems.extend(incomplete(case));
    }
    Ok(problems)
}

/// Every YAML file below a folder, sorted.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("list {}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("list {}: {error}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(walk(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_cases(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".cases.yaml")
}

/// `pub(super) const NAME: &[(&str, &str)]` of path below `root` and text.
fn constant(code: &mut String, name: &str, root: &Path, files: &[&PathBuf]) -> Result<(), String> {
    let mut write = |text: std::fmt::Arguments<'_>| code.write_fmt(text).map_err(|error| error.to_string());
    write(format_args!("pub(super) const {name}: &[(&str, &str)] = &[\n"))?;
    for file in files {
        let below = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        write(format_args!("    ({below:?}, include_str!({:?})),\n", file.to_string_lossy()))?;
    }
    write(format_args!("];\n"))
}

fn without_cases(rule: &Path) -> Result<Option<String>, String> {
    let cases = rule.with_extension("cases.yaml");
    let text = fs::read_to_string(rule).map_err(|error| format!("read {}: {error}", rule.display()))?;
    let by_dashboard = text.lines().any(|line| line.starts_with("judged_by:"));
    Ok(match (by_dashboard, cases.is_file()) {
        (false, false) => Some(format!("{}:1:1: the rule has no case file {}", rule.display(), cases.display())),
        (true, true) => Some(format!("{}:1:1: the dashboard judges the rule; it has no cases", cases.display())),
        (true, false) | (false, true) => None,
    })
}

/// What a case file lacks; whether its cases come out as they say is what the tests find.
fn incomplete(path: &Path) -> Vec<String> {
    let shown = path.display();
    let rule = PathBuf::from(path.to_string_lossy().replace(".cases.yaml", ".yaml"));
    let mut problems = Vec::new();
    if !rule.is_file() {
        problems.push(format!("{shown}:1:1: the cases belong to no rule; there is no {}", rule.display()));
    }
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return vec![format!("{shown}:1:1: {error}")],
    };
    let document: serde_yaml::Value = match serde_yaml::from_str(&text) {
        Ok(document) => document,
        Err(error) => {
            let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            return vec![format!("{shown}:{line}:{column}: {error}")];
        }
    };
    let cases = document.get("cases").and_then(serde_yaml::Value::as_sequence);
    let line = text.lines().position(|line| line.starts_with("cases:")).map_or(1, |index| index + 1);
    for wanted in EXPECTED {
        let expects = |case: &serde_yaml::Value| case.get("expect").is_some_and(|expect| expect == wanted);
        if !cases.is_some_and(|cases| cases.iter().any(expects)) {
            problems.push(format!("{shown}:{line}:1: no case expects `{wanted}`; a rule shows each of {EXPECTED:?}"));
        }
    }
    problems
}
