//! What was seen: findings of hosts, and statements of people.

use serde_json::{Value, json};
use tenken_engine::Rule;
use tenken_model::{HostId, Language, Subject, Verdict};

use super::piece::{line, own, time, with};
use crate::assessment::{Assessment, Judged, Stated, StatedState, media_type};
use crate::store::Host;

/// The most values of one finding that are told.
const EVIDENCE_MAX: usize = 200;

impl Assessment {
    /// The identifier of what was seen of a finding.
    pub(super) fn seen(&self, judged: &Judged) -> String {
        let key = &judged.stored.finding.key;
        let subject = key.subject.as_ref().map_or("", Subject::as_str);
        self.id_of("observation", &[judged.stored.host.as_str(), key.rule.as_str(), subject])
    }

    /// The identifier of that a rule said nothing of a host.
    pub(super) fn unseen(&self, host: &HostId, rule: &Rule) -> String {
        self.id_of("no-observation", &[host.as_str(), rule.id.as_str()])
    }

    /// The identifier of a statement.
    pub(super) fn statement(&self, stated: &Stated) -> String {
        self.id_of("attestation", &[&stated.attestation.id.to_string()])
    }
}

/// A finding of a host.
pub(super) fn of_finding(assessment: &Assessment, judged: &Judged, t: Language) -> Value {
    let stored = &judged.stored;
    let finding = &stored.finding;
    let title = assessment.rule_title(&finding.key.rule, t);
    let mut props = vec![
        own("rule", finding.key.rule.as_str()),
        own("verdict", finding.verdict.kind().word()),
        own("standing", judged.standing().word()),
        own("since", &time(stored.since)),
        own("digest", &stored.digest.to_string()),
    ];
    props.extend(finding.key.subject.as_ref().map(|subject| own("subject", subject.as_str())));
    props.extend(finding.branch.as_ref().map(|branch| own("branch", branch)));
    props.extend(judged.silent_since.map(|since| own("silent-since", &time(since))));
    let mut description = line(t.of(&finding.says));
    if let Verdict::Unknown(reason) = &finding.verdict {
        props.push(own("reason", reason.code.word()));
        description = format!("{description} {} {}", t.reason(reason.code), line(&reason.detail));
    }
    let told = finding.evidence.iter().take(EVIDENCE_MAX);
    let mut evidence: Vec<Value> =
        told.map(|value| json!({ "description": line(&format!("{} = {}", value.path, value.value)) })).collect();
    let left = finding.evidence.len().saturating_sub(EVIDENCE_MAX);
    if left > 0 {
        evidence.push(json!({ "description": line(&t.rows_left(left)) }));
    }
    let observation = json!({
        "uuid": assessment.seen(judged),
        "title": line(title),
        "description": description,
        "props": props,
        "methods": ["TEST"],
        "types": ["control-objective"],
        "origins": assessment.by_tool(),
        "subjects": [subject(assessment, stored.host.as_str(), &judged.host_name)],
        "collected": time(finding.observed_at),
    });
    with(observation, "relevant-evidence", evidence)
}

/// That a rule said nothing of a host.
pub(super) fn of_missing(assessment: &Assessment, host: &Host, rule: &Rule, t: Language) -> Value {
    json!({
        "uuid": assessment.unseen(&host.id, rule),
        "title": line(t.of(&rule.title)),
        "description": line(&t.item_rule_no_finding()),
        "props": [own("rule", rule.id.as_str()), own("standing", "not_judged")],
        "methods": ["UNKNOWN"],
        "types": ["control-objective"],
        "origins": assessment.by_tool(),
        "subjects": [subject(assessment, host.id.as_str(), &host.name)],
        "collected": time(assessment.at),
    })
}

fn subject(assessment: &Assessment, host: &str, name: &str) -> Value {
    json!({ "subject-uuid": assessment.inventory(host), "type": "inventory-item", "title": line(name) })
}

/// What a person stated.
pub(super) fn of_statement(assessment: &Assessment, stated: &Stated, state: StatedState) -> Value {
    let said = &stated.attestation.stated;
    let files = stated.files.iter().map(|measured| {
        let digest = measured.file.digest.to_string();
        json!({
            "href": format!("#{}", assessment.id_of("evidence", &[&digest])),
            "description": line(&measured.file.name),
            "props": [own("sha-256", &digest), own("bytes", &measured.bytes.to_string()), own("scanned", measured.file.scanned.word())],
        })
    });
    let mut evidence = vec![json!({ "description": line(&said.evidence) })];
    evidence.extend(files);
    let method = if stated.files.is_empty() { "INTERVIEW" } else { "EXAMINE" };
    let mut props = vec![own("state", state.word()), own("item", said.item.as_str())];
    props.extend(said.branch.as_ref().map(|branch| own("branch", branch.as_str())));
    let withdrawn = stated.attestation.withdrawn.as_ref();
    props.extend(withdrawn.map(|(at, person)| own("withdrawn", &format!("{} {person}", time(*at)))));
    json!({
        "uuid": assessment.statement(stated),
        "title": line(said.item.as_str()),
        "description": line(&said.statement),
        "props": props,
        "methods": [method],
        "types": ["control-objective"],
        "origins": assessment.by_person(&said.person),
        "relevant-evidence": evidence,
        "collected": time(said.attested_at),
        "expires": time(said.valid_until),
    })
}

/// The files of the statements, each once, as resources with their hashes.
pub(super) fn resources(assessment: &Assessment) -> Vec<Value> {
    let mut seen = std::collections::BTreeSet::new();
    let files = assessment.stated.iter().flat_map(|stated| &stated.files);
    files
        .filter(|measured| seen.insert(measured.file.digest))
        .map(|measured| {
            let digest = measured.file.digest.to_string();
            let link = json!({
                "href": format!("../evidence/{digest}"),
                "media-type": media_type(measured.file.kind),
                "hashes": [{ "algorithm": "SHA-256", "value": digest }],
            });
            json!({ "uuid": assessment.id_of("evidence", &[&digest]), "title": line(&measured.file.name), "rlinks": [link] })
        })
        .collect()
}
