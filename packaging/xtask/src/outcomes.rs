//! What the test runner wrote of each test: how it came out, and what it said (the form of JUnit).

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use quick_junit::{Report, TestCase, TestCaseStatus, XmlString};

/// How much of what a failed test said is told again.
const LINES: usize = 25;
/// How many failed tests are told with what they said: one fault often fails many.
const TOLD: usize = 12;

/// What was not done, each once: every skip of a test is a line that begins with `SKIPPED`.
pub(crate) fn skipped(files: &[PathBuf]) -> Result<BTreeSet<String>> {
    let begins = |line: &str| line.find("SKIPPED ").map(|at| line[at..].trim_end().to_owned());
    Ok(cases(files)?.iter().flat_map(said).filter_map(begins).collect())
}

/// The tests that failed, each with the end of what it said.
pub(crate) fn failures(files: &[PathBuf]) -> Result<Vec<String>> {
    let mut failed = cases(files)?;
    failed.retain(|case| matches!(case.status, TestCaseStatus::NonSuccess { .. }));
    let mut told: Vec<String> = failed.iter().take(TOLD).map(told).collect();
    if failed.len() > TOLD {
        told.push(format!("FAILED and {} more tests", failed.len() - TOLD));
    }
    Ok(told)
}

fn told(case: &TestCase) -> String {
    let program = case.classname.as_ref().map_or("?", XmlString::as_str);
    let lines: Vec<&str> = said(case).map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(LINES)..].iter().map(|line| format!("\n    {line}"));
    format!("FAILED {program} {}{}", case.name.as_str(), last.collect::<String>())
}

/// The lines that a test wrote.
fn said(case: &TestCase) -> impl Iterator<Item = &str> {
    [&case.system_out, &case.system_err].into_iter().flatten().flat_map(|said| said.as_str().lines())
}

/// The cases of all files; there is none where nothing ran.
fn cases(files: &[PathBuf]) -> Result<Vec<TestCase>> {
    let mut cases = Vec::new();
    for file in files {
        let written = match std::fs::read_to_string(file) {
            Ok(written) => written,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        let report = Report::deserialize_from_str(&written).with_context(|| format!("reading {}", file.display()))?;
        cases.extend(report.test_suites.into_iter().flat_map(|suite| suite.test_cases));
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOME: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="2" failures="1" errors="0">
    <testsuite name="agent" tests="2" disabled="0" errors="0" failures="1">
        <testcase name="good" classname="agent" time="0.1"><system-out>SKIPPED a thing: there is &quot;none&quot;
ok</system-out></testcase>
        <testcase name="bad" classname="agent" time="0.1"><failure type="test failure">with code 101</failure>
            <system-out>first
last</system-out>
            <system-err>thread &apos;bad&apos; panicked: left &lt; right</system-err>
        </testcase>
    </testsuite>
</testsuites>"#;

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
        assert_eq!(failed, ["FAILED agent bad\n    first\n    last\n    thread 'bad' panicked: left < right"]);
    }

    #[test]
    fn of_many_failures_some_are_told_and_the_rest_counted() {
        let failed = r#"<testcase name="x"><failure/></testcase>"#.repeat(TOLD + 3);
        let suite =
            format!(r#"<testsuite name="a" tests="15" disabled="0" errors="0" failures="15">{failed}</testsuite>"#);
        let many = format!(r#"<testsuites name="n" tests="15" failures="15" errors="0">{suite}</testsuites>"#);
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
