//! What rules say is true for the system that they say it of.

use tenken_engine::case::CaseFile;
use tenken_engine::rule::Rule;
use tenken_model::Finding;
use tenken_model::finding::VerdictKind;

const RULE: &str = include_str!("../../catalog/technical/password_requirements_met.yaml");
const CASES: &str = include_str!("../../catalog/technical/password_requirements_met.cases.yaml");

#[test]
fn what_fails_of_passwords_speaks_of_root_where_there_is_one() {
    let rule = Rule::load("password_requirements_met.yaml", RULE).unwrap();
    let cases = CaseFile::load("password_requirements_met.cases.yaml", CASES).unwrap();
    let failing = |on_windows: bool| -> Vec<Finding> {
        let of = cases.cases().iter().filter(|case| case.set.contains_key("system") == on_windows);
        let found = of.flat_map(|case| cases.judge(case, &rule).unwrap());
        // Where it was not read who has a password, the title stands in.
        let is_said = |finding: &Finding| finding.says.ja.starts_with("パスワードの条件が");
        found.filter(|finding| finding.verdict.kind() == VerdictKind::Fail && is_said(finding)).collect()
    };
    let (windows, linux) = (failing(true), failing(false));
    assert!(windows.len() > 1 && linux.len() > 2, "{} {}", windows.len(), linux.len());
    for Finding { says, .. } in &windows {
        assert!(!says.ja.contains("root") && !says.en.contains("root"), "{says:?}");
        assert!(says.ja.contains("文字、複雑さの要件") && says.en.contains("characters; complexity "), "{says:?}");
        assert!(!says.ja.contains("必須") && !says.ja.contains("数字") && !says.en.contains("digits"), "{says:?}");
    }
    for Finding { says, .. } in &linux {
        assert!(says.ja.contains("文字、必須:英字") && says.ja.contains("、rootにも強制"), "{says:?}");
        assert!(says.en.contains("; asked for: letters ") && says.en.contains("; of root too "), "{says:?}");
    }
}
