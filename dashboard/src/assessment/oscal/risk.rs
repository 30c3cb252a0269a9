//! What is not as it should be: drifts, and waivers that allow it for a time.

use serde_json::{Value, json};
use tenken_model::{Instant, Language};

use super::piece::{line, own, time, with, with_some};
use crate::assessment::Assessment;
use crate::store::{Drift, Waiver, WaiverDecision};

impl Assessment {
    /// The identifier of a drift.
    pub(super) fn drift_risk(&self, drift: &Drift) -> String {
        self.id_of("drift", &[&drift.id.to_string()])
    }

    /// The identifier of a waiver.
    pub(super) fn waiver_risk(&self, waiver: &Waiver) -> String {
        self.id_of("waiver", &[&waiver.id.to_string()])
    }
}

/// A drift: open, being repaired once somebody took it up, or closed.
pub(super) fn of_drift(assessment: &Assessment, drift: &Drift, t: Language) -> Value {
    let status = match (&drift.resolved, &drift.acknowledged) {
        (Some(_), _) => "closed",
        (None, Some(_)) => "remediating",
        (None, None) => "open",
    };
    let rule = &drift.finding.key.rule;
    let mut entries =
        vec![entry(assessment, &["drift", &drift.id.to_string(), "opened"], drift.opened_at, "open", None)];
    if let Some((at, person)) = &drift.acknowledged {
        let parts = ["drift", &drift.id.to_string(), "acknowledged"];
        entries.push(entry(assessment, &parts, *at, "remediating", Some(person)));
    }
    if let Some((at, _)) = &drift.resolved {
        entries.push(entry(assessment, &["drift", &drift.id.to_string(), "resolved"], *at, "closed", None));
    }
    let why = assessment.catalog.rule(rule).map_or(rule.as_str(), |rule| t.of(&rule.why));
    let mut props = vec![
        own("drift", &drift.id.to_string()),
        own("rule", rule.as_str()),
        own("host", drift.host.as_str()),
        own("failing-since", &time(drift.failing_since)),
    ];
    props.extend(drift.resolved.map(|(_, how)| own("resolution", how.word())));
    let risk = json!({
        "uuid": assessment.drift_risk(drift),
        "title": line(&format!("{}: {}", assessment.host_name(&drift.host), assessment.rule_title(rule, t))),
        "description": line(t.of(&drift.finding.says)),
        "statement": line(why),
        "props": props,
        "status": status,
        "origins": assessment.by_tool(),
        "risk-log": { "entries": entries },
    });
    let about = assessment.findings.iter().filter(|judged| judged.drift == Some(drift.id));
    with(risk, "related-observations", about.map(|judged| related(&assessment.seen(judged))).collect())
}

/// A waiver: asked for, approved while it holds, or closed.
pub(super) fn of_waiver(assessment: &Assessment, waiver: &Waiver, t: Language) -> Value {
    let asked = &waiver.asked;
    let id = waiver.id.to_string();
    let status = match &waiver.decided {
        None => "deviation-requested",
        Some(_) if waiver.holds(assessment.at) => "deviation-approved",
        Some(_) => "closed",
    };
    let mut entries = vec![entry(
        assessment,
        &["waiver", &id, "asked"],
        asked.asked_at,
        "deviation-requested",
        Some(&asked.asked_by),
    )];
    if let Some((at, person, decision)) = &waiver.decided {
        let decided = match decision {
            WaiverDecision::Granted => "deviation-approved",
            WaiverDecision::Refused | WaiverDecision::Withdrawn => "closed",
        };
        entries.push(entry(assessment, &["waiver", &id, decision.word()], *at, decided, Some(person)));
    }
    if let Some((at, person)) = &waiver.ended {
        entries.push(entry(assessment, &["waiver", &id, "ended"], *at, "closed", Some(person)));
    }
    let mut props = vec![own("waiver", &id), own("rule", asked.rule.as_str())];
    props.push(own("host", asked.host.as_ref().map_or("*", |host| host.as_str())));
    props.extend(asked.subject.as_ref().map(|subject| own("subject", subject.as_str())));
    props.extend(waiver.decided.as_ref().map(|(_, _, decision)| own("decision", decision.word())));
    let factor = json!({
        "uuid": assessment.id_of("compensation", &[&id]),
        "description": line(&asked.compensation),
    });
    let risk = json!({
        "uuid": assessment.waiver_risk(waiver),
        "title": line(&format!("{}: {}", t.waivers_title(), assessment.rule_title(&asked.rule, t))),
        "description": line(&asked.reason),
        "statement": line(&asked.reason),
        "props": props,
        "status": status,
        "origins": assessment.by_person(&asked.asked_by),
        "mitigating-factors": [factor],
        "deadline": time(asked.until),
        "risk-log": { "entries": entries },
    });
    let about = assessment.findings.iter().filter(|judged| judged.waivers.contains(&waiver.id));
    with(risk, "related-observations", about.map(|judged| related(&assessment.seen(judged))).collect())
}

fn entry(assessment: &Assessment, parts: &[&str], at: Instant, status: &str, person: Option<&str>) -> Value {
    let entry = json!({ "uuid": assessment.id_of("risk-log", parts), "start": time(at), "status-change": status });
    with_some(entry, "logged-by", person.map(|person| json!([{ "party-uuid": assessment.party(person) }])))
}

/// That something rests on what was seen.
pub(super) fn related(observation: &str) -> Value {
    json!({ "observation-uuid": observation })
}
