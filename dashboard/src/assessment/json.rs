//! The assessment in Tenken's own JSON, which `docs/exports.md` describes. It only grows while its format keeps its number.

use serde_json::{Value, json};
use tenken_calendar::PlannedTime;
use tenken_engine::Rule;
use tenken_engine::checklist::{AttestationAsk, Condition, Item, Section};
use tenken_engine::item::{Cause, CauseReason};
use tenken_form::declaration::Answer;
use tenken_form::read::place::wording;
use tenken_model::digest::Digest;
use tenken_model::{Instant, Language, RuleId};

use super::{Assessment, Judged, Stated, StatedState, TENKEN};
use crate::pages::words;
use crate::store::{Drift, Host, Version, Waiver};

/// The number of the format.
pub const FORMAT: u32 = 1;

/// The assessment as one document.
pub fn document(assessment: &Assessment) -> Value {
    let edition = &assessment.checklist.edition;
    let items: Vec<Value> = assessment.checklist.located().map(|(section, it)| item(assessment, section, it)).collect();
    let stated = assessment.checklist.items().flat_map(|item| assessment.stated_for(&item.id));
    json!({
        "format": FORMAT,
        "at": time(assessment.at),
        "tenken": TENKEN,
        "agency": assessment.agency,
        "seed": assessment.seed,
        "checklist": { "edition": edition.id, "title": edition.title_ja },
        "declaration": assessment.version.as_ref().map(declaration),
        "verdict": assessment.version.as_ref().map(|version| version.declaration().verdict().word()),
        "items": items,
        "rules": assessment.catalog.rules().map(rule).collect::<Vec<_>>(),
        "hosts": assessment.hosts.values().map(host).collect::<Vec<_>>(),
        "hosts_without_agent": assessment.without_agent,
        "findings": assessment.findings.iter().map(finding).collect::<Vec<_>>(),
        "attestations": stated.map(|(stated, state)| statement(stated, state)).collect::<Vec<_>>(),
        "waivers": assessment.waivers.iter().map(|one| waiver(one, assessment.at)).collect::<Vec<_>>(),
        "drifts": assessment.drifts.told.iter().map(drift).collect::<Vec<_>>(),
        "drifts_left_out": assessment.drifts.left,
        "audit": { "entries": assessment.head.entries, "digest": assessment.head.digest },
    })
}

/// The document as a file, indented, with its keys in order.
pub fn write(assessment: &Assessment) -> String {
    format!("{:#}\n", document(assessment))
}

fn time(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A moment and who acted then.
fn act(at: Instant, person: &str) -> Value {
    json!({ "at": time(at), "person": person })
}

fn declaration(version: &Version) -> Value {
    let kept = &version.kept;
    json!({
        "version": version.id,
        "updated_on": kept.declaration.updated_on.to_string(),
        "origin": kept.origin.word(),
        "accepted": act(kept.accepted_at, &kept.accepted_by),
        "header": kept.declaration.header,
    })
}

fn answer(answer: &Answer) -> Value {
    let status = if answer.is_done() { "done" } else { "planned" };
    json!({ "status": status, "when": answer.when().map(PlannedTime::as_str), "remark": answer.remark })
}

fn item(assessment: &Assessment, section: &Section, item: &Item) -> Value {
    let status = assessment.statuses.get(&item.id);
    let declared = assessment.version.as_ref().and_then(|version| version.declaration().answer(&item.id));
    json!({
        "id": item.id,
        "section": section.heading_ja,
        "number": item.id.number(),
        "wording": wording(item),
        "class": item.class.word(),
        "bears_only_if": item.conditional_on.map(Condition::word),
        "rules": item.all_rules().collect::<Vec<&RuleId>>(),
        "attestation_asked": item.attestation.as_ref().map(AttestationAsk::statement_ja),
        "declared": declared.map(answer),
        "state": status.map(|status| status.state.word()),
        "since": status.and_then(|status| status.since).map(time),
        "hosts_judged": status.map(|status| status.coverage.judged),
        "hosts_in_scope": status.map(|status| status.coverage.in_scope),
        "findings_waived": status.map(|status| status.waived),
        "findings_attested": status.map(|status| status.vouched),
        "way": status.and_then(|status| status.branch.as_ref()),
        "causes": status.map(|status| status.causes.iter().map(cause).collect::<Vec<_>>()),
        "causes_left_out": status.map(|status| status.causes_left_out),
    })
}

fn cause(cause: &Cause) -> Value {
    let (host, rule, subject) = match &cause.reason {
        CauseReason::Finding { host, rule, subject, .. } => (Some(host), Some(rule), subject.as_ref()),
        CauseReason::NotJudged { host, rule, .. } => (Some(host), Some(rule), None),
        CauseReason::Silent { host, .. } => (Some(host), None, None),
        CauseReason::NoAgent { .. }
        | CauseReason::NoHost
        | CauseReason::NoRule
        | CauseReason::Unmeasured(_)
        | CauseReason::NothingApplies
        | CauseReason::Contradicted(_)
        | CauseReason::Unattested
        | CauseReason::Expired
        | CauseReason::Planned
        | CauseReason::Overdue => (None, None, None),
    };
    json!({
        "state": cause.state.word(),
        "since": cause.since.map(time),
        "host": host,
        "rule": rule,
        "subject": subject,
        "says": { "ja": words::cause(cause, Language::Japanese), "en": words::cause(cause, Language::English) },
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "title": rule.title,
        "why": rule.why,
        "sources": rule.sources,
        "text": rule.text,
        "sha256": Digest::of(rule.text.as_bytes()),
    })
}

fn host(host: &Host) -> Value {
    json!({
        "id": host.id,
        "name": host.name,
        "enrolled_at": time(host.enrolled_at),
        "revoked_at": host.revoked_at.map(time),
        "last_seen": host.last_seen.map(time),
        "certificate_sha256": host.certificate,
    })
}

fn finding(judged: &Judged) -> Value {
    let stored = &judged.stored;
    json!({
        "host": stored.host,
        "standing": judged.standing().word(),
        "host_silent_since": judged.silent_since.map(time),
        "since": time(stored.since),
        "failing_since": stored.failing.map(|failing| time(failing.since)),
        "changed_at": time(stored.changed_at),
        "digest": stored.digest,
        "drift": judged.drift,
        "waivers": judged.waivers,
        "finding": stored.finding,
    })
}

fn statement(stated: &Stated, state: StatedState) -> Value {
    let said = &stated.attestation.stated;
    let files = stated.files.iter().map(|measured| {
        let file = &measured.file;
        json!({
            "name": file.name,
            "sha256": file.digest,
            "bytes": measured.bytes,
            "kind": file.kind.word(),
            "scanned": file.scanned.word(),
        })
    });
    json!({
        "number": stated.attestation.id,
        "item": said.item,
        "state": state.word(),
        "statement": said.statement,
        "evidence": said.evidence,
        "way": said.branch,
        "stated": act(said.attested_at, &said.person),
        "valid_until": time(said.valid_until),
        "withdrawn": stated.attestation.withdrawn.as_ref().map(|(at, person)| act(*at, person)),
        "files": files.collect::<Vec<_>>(),
    })
}

fn waiver(waiver: &Waiver, now: Instant) -> Value {
    let asked = &waiver.asked;
    json!({
        "number": waiver.id,
        "in_force": waiver.holds(now),
        "rule": asked.rule,
        "host": asked.host,
        "subject": asked.subject,
        "reason": asked.reason,
        "compensation": asked.compensation,
        "until": time(asked.until),
        "asked": act(asked.asked_at, &asked.asked_by),
        "decision": waiver.decided.as_ref().map(|(_, _, decision)| decision.word()),
        "decided": waiver.decided.as_ref().map(|(at, person, _)| act(*at, person)),
        "ended": waiver.ended.as_ref().map(|(at, person)| act(*at, person)),
    })
}

fn drift(drift: &Drift) -> Value {
    json!({
        "number": drift.id,
        "host": drift.host,
        "failing_since": time(drift.failing_since),
        "opened_at": time(drift.opened_at),
        "resolved_at": drift.resolved.map(|(at, _)| time(at)),
        "resolution": drift.resolved.map(|(_, how)| how.word()),
        "reopened": drift.reopened,
        "acknowledged": drift.acknowledged.as_ref().map(|(at, person)| act(*at, person)),
        "finding": drift.finding,
    })
}
