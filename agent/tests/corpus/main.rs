//! Hosts that comply and hosts that do not, from the bytes on their disks to the verdict. README.md says how they are
//! written.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod answers;
mod compose;
mod disk;
mod made;
mod replay;
mod sddl;
mod then;
mod wakes;
mod windows_host;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tenken_agent::collect::Needs;
use tenken_agent::collect::memory::Memory;
use tenken_agent::gather::{gather, gather_after};
use tenken_agent::host::{Host, Recorder, scrub};
use tenken_agent::policy::outbox_folders;
use tenken_engine::judge::{judge, severity};
use tenken_engine::{Catalog, Inputs, ParameterSet, Rule};
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::VerdictKind;
use tenken_model::register::Registers;
use tenken_model::{Facts, Finding, RuleId};

use crate::compose::{Composed, compose};
use crate::disk::OnDisk;
use crate::written::{Corpus, WrittenHost};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// The hosts of every rule.
fn corpora() -> BTreeMap<RuleId, Corpus> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let written = entries.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    written
        .map(|path| {
            let id = RuleId::new(path.file_stem().unwrap().to_str().unwrap()).unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            let corpus = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (id, corpus)
        })
        .collect()
}

/// What the rule finds on a host, or at the last of two looks at it.
fn findings(
    catalog: &Catalog,
    rule: &Rule,
    written: &WrittenHost,
    (host, later): (&dyn Host, Option<&dyn Host>),
) -> Vec<Finding> {
    let parameters = BTreeMap::from([(rule.id.clone(), written.parameters.clone())]);
    let parameters = ParameterSet::load(catalog, &parameters).expect("parameters of the rule");
    let outbox_folders = outbox_folders(catalog, &parameters);
    let registers = Registers { outbox_folders, ..written.registers.given() };
    let needs =
        |now| Needs { registers: registers.clone(), time_references: written.sntp.keys().cloned().collect(), now };
    let mut facts = Facts::default();
    for topic in &rule.condition().expect("a rule that hosts are judged by").topics {
        let gathered = match later {
            None => gather(*topic, host, &needs(host.now())),
            Some(later) => {
                let memory = gather_after(*topic, host, &needs(host.now()), Memory::fresh(*topic).as_ref()).memory;
                gather_after(*topic, later, &needs(later.now()), memory.as_ref())
            }
        };
        facts.insert(gathered.observation);
    }
    let host = later.unwrap_or(host);
    let inputs = Inputs {
        facts: &facts,
        registers: &registers,
        parameters: &parameters,
        system: host.family(),
        now: host.now(),
    };
    judge(rule, &inputs)
}

fn worst(findings: &[Finding]) -> VerdictKind {
    findings.iter().map(|finding| finding.verdict.kind()).max_by_key(|kind| severity(*kind)).expect("a finding")
}

/// What is not as it is written, a line each.
fn differences(rule: &Rule, written: &WrittenHost, findings: &[Finding]) -> Vec<String> {
    let place = format!("{}: {}", rule.id, written.name);
    let mut differences = Vec::new();
    if worst(findings) != written.expect {
        differences.push(format!("{place}: {:?}, not {:?}: {}", worst(findings), written.expect, told(findings)));
    }
    if let Some(expected) = &written.subjects {
        let subject = |finding: &Finding| Some((finding.key.subject.as_ref()?.to_string(), finding.verdict.kind()));
        let found: BTreeMap<String, VerdictKind> = findings.iter().filter_map(subject).collect();
        if found != *expected {
            differences.push(format!("{place}: {found:?}, not {expected:?}"));
        }
    }
    if let Some(branch) = &written.branch {
        let branches: BTreeSet<&String> = findings.iter().filter_map(|finding| finding.branch.as_ref()).collect();
        if !branches.contains(branch) {
            differences.push(format!("{place}: branches {branches:?}, not {branch}"));
        }
    }
    differences
}

fn told(findings: &[Finding]) -> String {
    let one = |finding: &Finding| {
        let why = finding.verdict.reason().map(|reason| format!(" ({})", reason.detail)).unwrap_or_default();
        format!("{}{why}", finding.says.en)
    };
    findings.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Judges every host, as `view` sees it.
fn judge_all(on_windows: bool, view: impl Fn(&Composed) -> Option<Box<dyn Host>>) {
    let catalog = Catalog::embedded().unwrap();
    let mut wrong = Vec::new();
    for (id, corpus) in corpora() {
        let rule = catalog.rule(&id).unwrap_or_else(|| panic!("there is no rule {id}"));
        for written in &corpus.hosts {
            if written.on.starts_with("windows_") {
                if on_windows {
                    wrong.extend(judge_windows(&catalog, rule, written));
                }
                continue;
            }
            let composed = compose(&folder(), written);
            if let Some(host) = view(&composed) {
                let later = composed.later.as_ref().map(|later| -> &dyn Host { later });
                let found = findings(&catalog, rule, written, (host.as_ref(), later));
                wrong.extend(differences(rule, written, &found));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not as it is written of a Windows host. What happens before a second look has to matter, and to wake whoever saw
/// the first.
fn judge_windows(catalog: &Catalog, rule: &Rule, written: &WrittenHost) -> Vec<String> {
    let host = windows_host::with(windows_host::base(&written.on), &written.windows);
    let first = findings(catalog, rule, written, (&host, None));
    let Some(change) = &written.then else { return differences(rule, written, &first) };
    let later = then::later(&host, change);
    let mut wrong = differences(rule, written, &findings(catalog, rule, written, (&host, Some(&later))));
    let place = format!("{}: {}", rule.id, written.name);
    if worst(&first) == written.expect {
        wrong.push(format!("{place}: it was {:?} before: {}", worst(&first), told(&first)));
    }
    let needs = Needs { registers: written.registers.given(), time_references: Vec::new(), now: host.now };
    let topics = &rule.condition().expect("a rule that hosts are judged by").topics;
    let wakes = topics.iter().flat_map(|topic| gather(*topic, &host, &needs).wakes).collect();
    let untold = then::changed(&change.windows).into_iter().filter(|reading| !wakes::is_told(reading, &wakes));
    wrong.extend(untold.map(|reading| format!("{place}: a change of {reading:?} wakes nobody")));
    wrong
}

#[test]
fn every_host_is_judged_as_it_is_written() {
    judge_all(true, |composed| Some(Box::new(composed.host.clone())));
}

#[test]
fn every_host_on_a_real_disk_is_judged_the_same() {
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED hosts of the corpus on a real disk: only root gives files to others");
        return;
    }
    judge_all(false, |composed| Some(Box::new(OnDisk::lay_out(composed)?)));
}

/// What a rule finds, without whom and what it names: the verdict and the branch of each.
fn kinds(findings: &[Finding]) -> Vec<String> {
    let kind = |finding: &Finding| format!("{:?} {:?}", finding.verdict.kind(), finding.branch);
    let mut kinds: Vec<String> = findings.iter().map(kind).collect();
    kinds.sort();
    kinds
}

/// What a register or a parameter of one host names is its own, and has another name in its recording: such hosts are left out.
#[test]
fn every_windows_host_is_judged_the_same_from_its_scrubbed_recording() {
    let catalog = Catalog::embedded().unwrap();
    let (mut wrong, mut count, mut bases) = (Vec::new(), 0, BTreeMap::new());
    let corpora = corpora();
    for (id, corpus) in &corpora {
        let rule = catalog.rule(id).unwrap_or_else(|| panic!("there is no rule {id}"));
        let names_nothing = |host: &&WrittenHost| host.parameters.is_empty() && host.registers.is_empty();
        for written in corpus.hosts.iter().filter(|host| host.on.starts_with("windows_")).filter(names_nothing) {
            let base = bases.entry(&written.on).or_insert_with(|| windows_host::base(&written.on));
            let host = windows_host::with(base.clone(), &written.windows);
            let recorder = Recorder::new(&host);
            let before = kinds(&findings(&catalog, rule, written, (&recorder, None)));
            let recording = scrub(&recorder.finish());
            let after = findings(&catalog, rule, written, (&recording, None));
            if kinds(&after) != before {
                wrong.push(format!(
                    "{id}: {}: {before:?}, then {}: {}",
                    written.name,
                    kinds(&after).join(", "),
                    told(&after)
                ));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200, "{count}");
}

#[test]
fn every_rule_has_hosts_and_more_of_them_do_not_pass() {
    let corpora = corpora();
    let catalog = Catalog::embedded().unwrap();
    let mut wrong = Vec::new();
    for rule in
        catalog.rules().filter(|rule| rule.condition().is_some_and(|condition| condition.is_for(SystemFamily::Linux)))
    {
        match corpora.get(&rule.id) {
            None => wrong.push(format!("{}: has no hosts", rule.id)),
            Some(corpus) => {
                let names: BTreeSet<&str> = corpus.hosts.iter().map(|host| host.name.as_str()).collect();
                let passing = corpus.hosts.iter().filter(|host| host.expect == VerdictKind::Pass).count();
                let failing = corpus.hosts.iter().filter(|host| host.expect == VerdictKind::Fail).count();
                if passing == 0 || failing == 0 || corpus.hosts.len() <= 2 * passing || names.len() < corpus.hosts.len()
                {
                    wrong.push(format!("{}: {passing} of {} hosts pass, {failing} fail", rule.id, corpus.hosts.len()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
