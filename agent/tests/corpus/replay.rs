//! Recorded Windows hosts, from what Windows answers to verdicts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tenken_agent::collect::Needs;
use tenken_agent::gather::gather;
use tenken_agent::host::{Host, Recording};
use tenken_engine::{Catalog, Inputs, ParameterSet, judge_all};
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::VerdictKind;
use tenken_model::register::Registers;
use tenken_model::{Facts, RuleId, Topic};

use crate::windows_host;

/// What must be found on a host: the worst verdict of each rule.
type Expected = BTreeMap<RuleId, VerdictKind>;

pub(crate) fn names() -> Vec<String> {
    let entries = std::fs::read_dir(windows_host::folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> =
        entries.filter(|path| path.is_dir()).map(|path| path.file_name().unwrap().to_string_lossy().into()).collect();
    names.sort();
    names
}

fn expected(name: &str) -> Expected {
    let mut expected = Expected::new();
    let entries = std::fs::read_dir(windows_host::folder().join(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(".expect.yaml")).collect();
    paths.sort();
    for path in paths {
        for (rule, verdict) in windows_host::read::<Expected>(&path) {
            assert!(expected.insert(rule.clone(), verdict).is_none(), "{name}: {rule} is expected twice");
        }
    }
    expected
}

fn facts(host: &Recording) -> (Facts, Needs) {
    let needs =
        Needs { registers: Registers::not_given("the host is replayed"), time_references: Vec::new(), now: host.now };
    let mut facts = Facts::default();
    for topic in Topic::ALL {
        facts.insert(gather(*topic, host, &needs).observation);
    }
    (facts, needs)
}

#[test]
fn every_windows_host_is_found_as_it_is() {
    let catalog = Catalog::embedded().unwrap();
    let mut wrong = Vec::new();
    for name in names() {
        let host = windows_host::base(&name);
        let (facts, needs) = facts(&host);
        let inputs = Inputs {
            facts: &facts,
            registers: &needs.registers,
            parameters: &ParameterSet::default(),
            system: SystemFamily::Windows,
            now: host.now(),
        };
        let mut worst = BTreeMap::new();
        for finding in judge_all(&catalog, &inputs).into_values() {
            let kind = finding.verdict.kind();
            let why = finding.verdict.reason().map(|reason| reason.detail.clone()).unwrap_or(finding.says.en);
            let known = worst.entry(finding.key.rule).or_insert((kind, why.clone()));
            if tenken_engine::judge::severity(kind) > tenken_engine::judge::severity(known.0) {
                *known = (kind, why);
            }
        }
        let expected = expected(&name);
        for (rule, verdict) in &expected {
            match worst.get(rule) {
                Some((found, _)) if found == verdict => {}
                Some((found, why)) => wrong.push(format!("{name}: {rule}: {found:?}, not {verdict:?}: {why}")),
                None => wrong.push(format!("{name}: {rule}: there is no such rule for Windows")),
            }
        }
        let unexpected = worst
            .iter()
            .filter(|(rule, (kind, _))| !expected.contains_key(*rule) && *kind != VerdictKind::NotApplicable);
        wrong.extend(
            unexpected.map(|(rule, (kind, why))| format!("{name}: {rule}: {kind:?}, and nothing is expected: {why}")),
        );
        if let Some(folder) = std::env::var_os("TENKEN_RECORDINGS") {
            std::fs::write(PathBuf::from(folder).join(format!("{name}.json")), host.to_json().unwrap()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
