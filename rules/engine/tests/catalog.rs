//! The built-in catalogue: every rule loads, and says of each of its cases what the case expects.

#![expect(clippy::panic, reason = "what a test needs besides its own functions may fail it")]
use std::collections::BTreeSet;

use tenken_engine::{CaseFile, Catalog, Problem};
use tenken_model::{ReasonCode, RuleId};

fn shown(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn catalog() -> Catalog {
    Catalog::embedded().unwrap_or_else(|problems| panic!("{}", shown(&problems)))
}

#[test]
fn every_case_comes_out_as_it_says() {
    let catalog = catalog();
    let mut problems = Vec::new();
    let mut with_cases = BTreeSet::new();
    for (file, text) in Catalog::embedded_cases() {
        let stem = file.rsplit('/').next().unwrap().strip_suffix(".cases.yaml").unwrap();
        let id = RuleId::new(stem).unwrap();
        let rule = catalog.rule(&id).unwrap_or_else(|| panic!("{file}: there is no rule {id}"));
        match CaseFile::load(file, text) {
            Ok(cases) => problems.extend(cases.check(rule)),
            Err(found) => problems.extend(found),
        }
        with_cases.insert(id);
    }
    assert!(problems.is_empty(), "\n{}", shown(&problems));
    for rule in catalog.rules() {
        let has_cases = with_cases.contains(&rule.id);
        assert_eq!(has_cases, rule.condition().is_some(), "{}: cases are of rules that agents judge", rule.id);
    }
}

/// A citation is a name and a number, which are the same everywhere; what is said beside them is said in each language.
#[test]
fn citations_are_in_the_language_of_who_reads_them() {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_prose = |text: &str| {
        let words: Vec<&str> = text.split([' ', '。']).collect();
        words.windows(2).any(|pair| pair.iter().all(|word| is_word(word)))
    };
    let is_japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    let mut odd = BTreeSet::new();
    for rule in catalog().rules() {
        let parameters = rule.parameters.values().map(|parameter| &parameter.source);
        for citation in rule.sources.iter().chain(parameters) {
            let words = ["Guideline", "MHLW", "Product", "Form", "agency", "technical.", "exchange.", "takeout."];
            if is_prose(&citation.ja)
                || words.iter().any(|word| citation.ja.contains(word))
                || is_japanese(&citation.en)
            {
                odd.insert(format!("{}: {} / {}", rule.id, citation.ja, citation.en));
            }
        }
    }
    assert!(odd.is_empty(), "{odd:#?}");
}

#[test]
fn a_case_that_comes_out_otherwise_is_told() {
    let catalog = catalog();
    let rule = catalog.rule(&RuleId::new("clock_in_japan_time").unwrap()).unwrap();
    let (file, text) = Catalog::embedded_cases().iter().find(|(file, _)| file.contains("clock_in_japan_time")).unwrap();
    let turned = text.replacen("expect: fail", "expect: pass", 1);
    let problems = CaseFile::load(file, &turned).unwrap().check(rule);
    assert_eq!(problems.len(), 1, "{}", shown(&problems));
    let line = turned.lines().position(|line| line == "  - name: UTC").unwrap() + 4;
    assert!(problems[0].to_string().starts_with(&format!("{file}:{line}:13: case `UTC`: expected pass, judged fail")));
    for (from, to, part) in
        [("expect: unknown", "expect: pass", "no case expects `unknown`"), ("cases:", "caes:", "unknown field `caes`")]
    {
        let problems = CaseFile::load(file, &text.replace(from, to)).unwrap_err();
        assert!(shown(&problems).contains(part), "{}", shown(&problems));
    }
    for (from, to, part) in [
        ("time_zone: {measured: Asia/Tokyo}", "time_zon: {measured: x}", "missing field `time_zone`"),
        ("kernel: {measured:", "colonel: 3\n        kernel: {measured:", "colonel is not known"),
        ("facts.time_sync.known.time_zone", "facts.time_sync.known.services.7.kind", "leads nowhere"),
        ("now: 2026", "now: 20x6", "the host"),
    ] {
        let problems = CaseFile::load(file, &text.replace(from, to)).unwrap().check(rule);
        assert!(shown(&problems).contains(part), "{}", shown(&problems));
    }
}

#[test]
fn a_stopped_device_is_told_with_its_place_if_one_is_written() {
    let catalog = catalog();
    let rule = catalog.rule(&RuleId::new("retired_devices_absent").unwrap()).unwrap();
    let (file, text) =
        Catalog::embedded_cases().iter().find(|(file, _)| file.contains("retired_devices_absent")).unwrap();
    let cases = CaseFile::load(file, text).unwrap();
    let said = |name: &str| {
        let case = cases.cases().iter().find(|case| case.name == name).unwrap();
        cases.judge(case, rule).unwrap().remove(0).says
    };
    let seen = said("retired but seen");
    assert_eq!(seen.ja, "停止機器「血圧計 BP-07(2階相談室)」が再び通信しています(00:22:58:aa:bb:01)。");
    assert_eq!(seen.en, "Stopped device \"血圧計 BP-07 (2階相談室)\" is on the network again (00:22:58:aa:bb:01).");
    let nowhere = said("retired but seen, and nobody wrote where it was");
    assert_eq!(nowhere.ja, "停止機器「血圧計 BP-07」が再び通信しています(00:22:58:aa:bb:01)。");
    assert_eq!(nowhere.en, "Stopped device \"血圧計 BP-07\" is on the network again (00:22:58:aa:bb:01).");
}

#[test]
fn what_a_host_cannot_tell_of_itself_is_not_said_to_be_kept_elsewhere() {
    let catalog = catalog();
    for (id, name, code) in [
        (
            "password_requirements_met",
            "Windows asks for thirteen characters and cannot ask for a sign",
            ReasonCode::Inconclusive,
        ),
        (
            "password_requirements_met",
            "a member of a domain, which cannot ask for a sign of its own accounts",
            ReasonCode::Inconclusive,
        ),
        (
            "password_requirements_met",
            "a member of a domain, which cannot ask for a sign, and no account of its own opens",
            ReasonCode::Elsewhere,
        ),
        (
            "password_requirements_met",
            "a member of a domain, whose accounts are asked elsewhere",
            ReasonCode::Elsewhere,
        ),
        ("accounts_in_use", "records too short beside a directory", ReasonCode::Inconclusive),
        ("accounts_in_use", "accounts of a directory are not seen", ReasonCode::Elsewhere),
        ("wrong_passwords_lock_accounts", "no way to sign in with a password is known", ReasonCode::Inconclusive),
        ("wrong_passwords_lock_accounts", "a directory beside it", ReasonCode::Elsewhere),
        (
            "wrong_passwords_lock_accounts",
            "a controller of a domain, which may ask less of some",
            ReasonCode::Elsewhere,
        ),
        ("passwords_renewed_in_time", "nothing tells when it was set, beside a directory", ReasonCode::Inconclusive),
        ("passwords_renewed_in_time", "a directory beside it", ReasonCode::Elsewhere),
        (
            "password_history_kept",
            "every account of the PC itself is disabled, and a domain has others",
            ReasonCode::Elsewhere,
        ),
        (
            "account_names_refused_in_passwords",
            "every account of the PC itself is disabled, and a domain has others",
            ReasonCode::Elsewhere,
        ),
    ] {
        let rule = catalog.rule(&RuleId::new(id).unwrap()).unwrap();
        let is_of = |file: &str| file.ends_with(&format!("/{id}.cases.yaml"));
        let (file, text) = Catalog::embedded_cases().iter().find(|(file, _)| is_of(file)).unwrap();
        let cases = CaseFile::load(file, text).unwrap();
        let case = cases.cases().iter().find(|case| case.name == name).unwrap();
        let findings = cases.judge(case, rule).unwrap();
        let why: Vec<_> = findings.iter().filter_map(|finding| Some(finding.verdict.reason()?.code)).collect();
        assert_eq!(why, [code], "{id}: {name}");
    }
}

/// What a condition gives that rests on something unread is told with the reason of that, and not with the rule's words for what
/// was read and cannot tell: words that no case brings about may be such that nobody ever sees.
#[test]
fn what_a_rule_says_of_what_cannot_be_told_is_said_in_some_case() {
    let catalog = catalog();
    let mut never = Vec::new();
    for (file, text) in Catalog::embedded_cases() {
        let stem = file.rsplit('/').next().unwrap().strip_suffix(".cases.yaml").unwrap();
        let rule = catalog.rule(&RuleId::new(stem).unwrap()).unwrap();
        let condition = rule.condition().unwrap();
        if condition.says.unknown.is_none() {
            continue;
        }
        let cases = CaseFile::load(file, text).unwrap();
        let judged = cases.cases().iter().flat_map(|case| cases.judge(case, rule).unwrap());
        let mut reasons = judged.filter_map(|finding| {
            finding.verdict.reason().map(|reason| (reason.code, finding.says.en.clone(), reason.detail.clone()))
        });
        // The reason of what a rule says itself is what it says.
        if !reasons.any(|(code, said, detail)| code == ReasonCode::Inconclusive && said == detail) {
            never.push(stem);
        }
    }
    assert!(never.is_empty(), "{never:#?}");
}

#[test]
fn what_is_allowed_too_soon_is_said_with_both_lengths_of_time_and_only_then() {
    let catalog = catalog();
    let id = RuleId::new("password_history_kept").unwrap();
    let rule = catalog.rule(&id).unwrap();
    let (file, text) =
        Catalog::embedded_cases().iter().find(|(file, _)| file.ends_with("/password_history_kept.cases.yaml")).unwrap();
    let cases = CaseFile::load(file, text).unwrap();
    let said = |name: &str| {
        let case = cases.cases().iter().find(|case| case.name == name).unwrap();
        cases.judge(case, rule).unwrap().remove(0).says
    };
    let soon = said("Windows lets a new password be changed at once");
    assert_eq!(
        soon.ja,
        "再び使えないパスワードは直近5世代です(4世代以上が必要です)。変更禁止期間は0秒で1日に満たず、続けて変更して元のパスワードに戻せます。"
    );
    assert!(soon.en.contains("may be changed after 0s (1d are needed)"), "{}", soon.en);
    let few = said("Windows remembers three, and lets a new one be changed after a day");
    assert_eq!(few.ja, "再び使えないパスワードは直近3世代です(4世代以上が必要です)。");
    assert_eq!(few.en, "The last 3 passwords are refused (4 are needed).");
}
