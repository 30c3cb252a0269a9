//! A check as JUnit XML, for continuous integration.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use tenken_model::{Language, Verdict};

use super::{Judged, Row};

/// One test case per finding: a failure fails, what could not be known is an error.
pub fn render(judged: &Judged, language: Language) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(judged.host.clone());
    suite.set_timestamp(judged.at);
    suite.add_test_cases(judged.rows.iter().map(|row| case(row, language)));
    let mut report = Report::new("tenken");
    report.add_test_suite(suite);
    report.to_string()
}

fn case(row: &Row, language: Language) -> TestCase {
    let says = language.of(&row.finding.says);
    let mut status = match &row.finding.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Unknown(_) => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::NotApplicable => TestCaseStatus::skipped(),
    };
    match &row.finding.verdict {
        Verdict::Unknown(reason) => {
            status.set_message(format!("{says} ({reason})")).set_type(reason.code.word());
        }
        Verdict::Fail => {
            status.set_message(says).set_type("fail");
        }
        Verdict::Pass | Verdict::NotApplicable => {}
    }
    let key = &row.finding.key;
    let name = key.subject.as_ref().map_or_else(|| key.rule.to_string(), |subject| format!("{}: {subject}", key.rule));
    let mut case = TestCase::new(name, status);
    case.set_classname(row.items.first().map_or("tenken", |item| item.section()));
    let values: Vec<String> =
        row.finding.evidence.iter().map(|evidence| format!("{} = {}", evidence.path, evidence.value)).collect();
    case.set_system_out(values.join("\n"));
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_become_outcomes_and_text_is_escaped() {
        let text = render(&super::super::tests::sample(), Language::English).unwrap();
        assert!(text.contains(r#"tests="4" skipped="1" errors="1" failures="1""#), "{text}");
        assert!(text.contains("c: hanako") && text.contains("Clock &lt;&amp;&gt;."), "{text}");
        assert!(text.contains("read /x: too slow"), "{text}");
    }
}
