//! What lynis was asked and what it said.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::controls::{Controls, Other};

/// Where its tests lie.
const TESTS: &str = "/usr/share/lynis/include";

/// An audit without questions, as its manual has it for a job; what it says of itself goes into a folder.
pub(super) fn command(folder: &Path) -> Vec<String> {
    let file = |name: &str| folder.join(name).display().to_string();
    let words = ["lynis", "audit", "system", "--cronjob", "--report-file"].map(str::to_owned);
    words.into_iter().chain([file("lynis-report.dat"), "--log-file".to_owned(), file("lynis.log")]).collect()
}

/// The tests that gave a verdict in the run that left its report in a folder.
pub(super) fn verdicts(folder: &Path) -> Result<BTreeSet<String>> {
    let path = folder.join("lynis-report.dat");
    let report = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let verdicts = decided(&report);
    if verdicts.is_empty() {
        bail!("{} names no test that was executed", path.display());
    }
    Ok(verdicts)
}

/// The tests that a report names as executed, without those that it says had no data.
fn decided(report: &str) -> BTreeSet<String> {
    let of = |key: &str| {
        report.lines().filter_map(move |line| line.strip_prefix(key).map(str::to_owned)).collect::<Vec<_>>()
    };
    // `exception_event[]=BOOT-5104:002|what happened|`
    let failed: BTreeSet<String> =
        of("exception_event[]=").iter().filter_map(|event| event.split([':', '|']).next().map(str::to_owned)).collect();
    let executed = of("tests_executed=");
    let executed = executed.iter().flat_map(|tests| tests.split('|')).filter(|test| !test.is_empty());
    executed.filter(|test| !failed.contains(*test)).map(str::to_owned).collect()
}

/// Fails where a test that is named is none of the installed lynis.
pub(super) fn must_know(controls: &Controls) -> Result<()> {
    let mut known = BTreeSet::new();
    for entry in std::fs::read_dir(TESTS).with_context(|| format!("listing {TESTS}"))? {
        let path = entry?.path();
        let text = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        known.extend(registered(&String::from_utf8_lossy(&text)));
    }
    let unknown: Vec<&str> = controls.tests(Other::Lynis).into_iter().filter(|test| !known.contains(*test)).collect();
    if !unknown.is_empty() {
        bail!("the installed lynis does not know {}, which controls.yaml names", unknown.join(", "));
    }
    Ok(())
}

/// The tests that a part of lynis registers.
fn registered(text: &str) -> BTreeSet<String> {
    let named = text.lines().filter_map(|line| line.split_once("--test-no "));
    named.filter_map(|(_, rest)| rest.split_whitespace().next()).map(|name| name.trim_matches('"').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "# Lynis Report
report_version_major=1
exception_event[]=BOOT-5104:002|No data found in /proc/1/cmdline|
manual_event[]=AUTH-9328:03
warning[]=PKGS-7392|Found one or more vulnerable packages.|-|-|
tests_executed=HRDN-7231|PKGS-7392|AUTH-9328|BOOT-5104|DEB-0001|CORE-1000|
tests_skipped=MALW-3288|MALW-3286|
finish=true
";

    #[test]
    fn what_was_executed_gave_a_verdict_unless_it_had_no_data() {
        let decided = decided(REPORT);
        let decided: Vec<&str> = decided.iter().map(String::as_str).collect();
        assert_eq!(decided, ["AUTH-9328", "CORE-1000", "DEB-0001", "HRDN-7231", "PKGS-7392"]);
        assert!(super::decided("tests_executed=\ntests_skipped=A-1|\n").is_empty());
    }

    #[test]
    fn tests_are_registered_by_name() {
        let text = "    # Test : TIME-3104\n    Register --test-no TIME-3104 --weight L --network NO\n    \
            Register --test-no \"TIME-3106\" --preqs-met ${PREQS_MET}\n";
        assert_eq!(registered(text).into_iter().collect::<Vec<_>>(), ["TIME-3104", "TIME-3106"]);
    }
}
