//! What the test runner wrote of each test: how it came out, and what it said (the form of JUnit).

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How much of what a failed test said is told again.
const LINES: usize = 25;
/// How many failed tests are told with what they said: one fault often fails many.
const TOLD: usize = 12;

/// How one test came out.
#[derive(Debug, Default)]
struct Case {
    name: String,
    failed: bool,
    said: String,
}

/// What was not done, each once: every skip of a test is a line that begins with `SKIPPED`.
pub(crate) fn skipped(files: &[PathBuf]) -> Result<BTreeSet<String>> {
    let begins = |line: &str| line.find("SKIPPED ").map(|at| line[at..].trim_end().to_owned());
    Ok(cases(files)?.iter().flat_map(|case| case.said.lines()).filter_map(begins).collect())
}

/// The tests that failed, each with the end of what it said.
pub(crate) fn failures(files: &[PathBuf]) -> Result<Vec<String>> {
    let failed: Vec<Case> = cases(files)?.into_iter().filter(|case| case.failed).collect();
    let mut told: Vec<String> =
        failed.iter().take(TOLD).map(|case| format!("FAILED {}\n{}", case.name, end(case))).collect();
    if failed.len() > TOLD {
        told.push(format!("FAILED and {} more tests", failed.len() - TOLD));
    }
    Ok(told)
}

/// The last lines of what a test said.
fn end(case: &Case) -> String {
    let lines: Vec<&str> = case.said.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// The cases of all files; there is none where nothing ran.
fn cases(files: &[PathBuf]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for file in files {
        match std::fs::read_to_string(file) {
            Ok(written) => cases.extend(read(&written).with_context(|| format!("reading {}", file.display()))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        }
    }
    Ok(cases)
}

fn read(written: &str) -> Result<Vec<Case>> {
    let mut reader = Reader::from_str(written);
    let mut cases: Vec<Case> = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                b"testcase" => cases.push(Case { name: named(&element)?, ..Case::default() }),
                b"failure" | b"error" => say(&mut cases, |case| case.failed = true),
                _ => {}
            },
            Event::Text(text) => {
                let text = text.xml10_content()?;
                say(&mut cases, |case| case.said.push_str(&text));
            }
            Event::CData(text) => {
                let text = text.xml10_content()?;
                say(&mut cases, |case| case.said.push_str(&text));
            }
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content()?;
                let known = quick_xml::escape::unescape(&format!("&{name};"))?.into_owned();
                say(&mut cases, |case| case.said.push_str(&known));
            }
            Event::Eof => return Ok(cases),
            _ => {}
        }
    }
}

/// Adds to the latest case, if there is one.
fn say(cases: &mut [Case], add: impl FnOnce(&mut Case)) {
    if let Some(case) = cases.last_mut() {
        add(case);
    }
}

/// The program and the test.
fn named(element: &BytesStart<'_>) -> Result<String> {
    let mut name = Vec::new();
    for key in ["classname", "name"] {
        if let Some(attribute) = element.try_get_attribute(key)? {
            name.push(quick_xml::escape::unescape(std::str::from_utf8(&attribute.value)?)?.into_owned());
        }
    }
    Ok(name.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOME: &str = r#"<?xml version="1.0"?><testsuites><testsuite name="a">
        <testcase name="good" classname="agent" time="0.1"><system-out>SKIPPED a thing: there is &quot;none&quot;
ok</system-out></testcase>
        <testcase name="bad" classname="agent" time="0.1">
<failure type="test failure">thread &apos;bad&apos; panicked: left &lt; right
</failure><system-out>first
last</system-out>
        </testcase>
    </testsuite></testsuites>"#;

    fn with<T>(name: &str, written: &str, ask: impl FnOnce(&[PathBuf]) -> T) -> T {
        let file = std::env::temp_dir().join(format!("tenken-outcomes-{name}-{}", std::process::id()));
        std::fs::write(&file, written).unwrap();
        let answer = ask(&[file.with_extension("none"), file.clone()]);
        std::fs::remove_file(&file).unwrap();
        answer
    }

    #[test]
    fn what_failed_is_told_with_what_it_said() {
        let failed = with("failed", OUTCOME, failures).unwrap();
        assert_eq!(failed, ["FAILED agent bad\n    thread 'bad' panicked: left < right\n    first\n    last"]);
    }

    #[test]
    fn of_many_failures_some_are_told_and_the_rest_counted() {
        let many = format!("<a>{}</a>", r#"<testcase name="x"><failure/></testcase>"#.repeat(TOLD + 3));
        let failed = with("many", &many, failures).unwrap();
        assert_eq!((failed.len(), failed.last().map(String::as_str)), (TOLD + 1, Some("FAILED and 3 more tests")));
    }

    #[test]
    fn skips_are_told_as_they_were_written() {
        let told = with("skips", OUTCOME, skipped).unwrap();
        assert_eq!(told.into_iter().collect::<Vec<_>>(), [r#"SKIPPED a thing: there is "none""#]);
    }

    #[test]
    fn a_file_that_was_cut_off_is_told() {
        assert!(with("cut", &OUTCOME[..OUTCOME.len() - 40], skipped).is_err());
    }
}
