//! Assessment results: a finding an item, with what it rests on.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_engine::item::ItemState;
use tenken_form::declaration::Answer;
use tenken_form::read::place::wording;
use tenken_model::Language;
use tenken_model::digest::Digest;

use super::catalog::statement_of;
use super::piece::{line, metadata, own, time, with, with_some};
use super::{CATALOG_FILE, catalog, file, observation, risk};
use crate::assessment::{Assessment, TENKEN};
use crate::pages::proposal::status as answer_words;
use crate::pages::state::Shown as _;
use crate::pages::words;

/// The assessment as OSCAL assessment results.
pub fn results(assessment: &Assessment, t: Language) -> Value {
    let checklist = &assessment.checklist;
    let moment = time(assessment.at);
    let title = format!("{} {}", assessment.agency(t), checklist.edition.title_ja);
    let controls: Vec<Value> = checklist
        .items()
        .map(|item| json!({ "control-id": item.id.as_str(), "statement-ids": [statement_of(item)] }))
        .collect();
    let selected = json!({ "control-selections": [{ "include-controls": controls }] });
    let result = json!({
        "uuid": assessment.id_of("result", &[&moment, &assessment.head.digest.to_string()]),
        "title": line(&title),
        "description": line(&t.oscal_description()),
        "start": moment,
        "end": moment,
        "props": [own("audit-entries", &assessment.head.entries.to_string()), own("audit-head", &assessment.head.digest.to_string())],
        "local-definitions": local(assessment, t),
        "reviewed-controls": selected,
    });
    let result = with(result, "observations", observations(assessment, t));
    let result = with(result, "risks", risks(assessment, t));
    let result = with(result, "findings", checklist.located().map(|at| finding(assessment, at, t)).collect());
    let plan = assessment.id_of("plan", &[&checklist.edition.id]);
    let activities: Vec<Value> = assessment.catalog.rules().map(|rule| activity(assessment, rule, t)).collect();
    let document = json!({
        "uuid": assessment.id_of("assessment-results", &[&moment, &assessment.head.digest.to_string()]),
        "metadata": with(metadata(assessment, &title), "parties", parties(assessment, t)),
        "import-ap": { "href": format!("#{plan}"), "remarks": line(&t.oscal_no_plan()) },
        "local-definitions": { "activities": activities },
        "results": [result],
        "back-matter": { "resources": resources(assessment, &plan, t) },
    });
    json!({ "assessment-results": document })
}

/// The agency, and everybody who stated, asked for or decided something.
fn parties(assessment: &Assessment, t: Language) -> Vec<Value> {
    let mut people: BTreeSet<&str> = BTreeSet::new();
    people.extend(assessment.stated.iter().map(|stated| stated.attestation.stated.person.as_str()));
    for waiver in &assessment.waivers {
        people.insert(&waiver.asked.asked_by);
        people.extend(waiver.decided.iter().map(|(_, person, _)| person.as_str()));
        people.extend(waiver.ended.iter().map(|(_, person)| person.as_str()));
    }
    let taken_up = assessment.drifts.told.iter().filter_map(|drift| drift.acknowledged.as_ref());
    people.extend(taken_up.map(|(_, person)| person.as_str()));
    let agency = assessment.id_of("agency", &[]);
    let agency = json!({ "uuid": agency, "type": "organization", "name": line(&assessment.agency(t)) });
    let person = |name: &str| json!({ "uuid": assessment.party(name), "type": "person", "name": line(name) });
    std::iter::once(agency).chain(people.into_iter().map(person)).collect()
}

/// The hosts, and Tenken that measures them.
fn local(assessment: &Assessment, t: Language) -> Value {
    let hosts = assessment.hosts.values().map(|host| {
        let state = if host.revoked_at.is_some() { "revoked" } else { "enrolled" };
        let mut props = vec![json!({ "name": "asset-id", "value": host.id.as_str() }), own("agent", state)];
        props.extend(host.last_seen.map(|at| own("last-seen", &time(at))));
        json!({ "uuid": assessment.inventory(host.id.as_str()), "description": line(&host.name), "props": props })
    });
    let without = assessment.without_agent.iter().map(|name| {
        let props = [own("agent", "absent")];
        json!({ "uuid": assessment.id_of("without-agent", &[name]), "description": line(name), "props": props })
    });
    let tool = assessment.tool();
    let component = json!({
        "uuid": tool,
        "type": "software",
        "title": "Tenken",
        "description": line(&t.oscal_tool()),
        "props": [{ "name": "version", "value": TENKEN }],
        "status": { "state": "operational" },
    });
    let platform = json!({
        "uuid": assessment.id_of("platform", &["tenken"]),
        "title": "Tenken",
        "uses-components": [{ "component-uuid": tool }],
    });
    let assets = json!({ "assessment-assets": { "components": [component], "assessment-platforms": [platform] } });
    with(assets, "inventory-items", hosts.chain(without).collect())
}

/// A rule as what is done to assess.
fn activity(assessment: &Assessment, rule: &Rule, t: Language) -> Value {
    let mut props = vec![own("rule", rule.id.as_str()), own("sha-256", &Digest::of(rule.text.as_bytes()).to_string())];
    props.extend(rule.sources.iter().map(|source| own("source", t.of(source))));
    let controls: Vec<Value> =
        assessment.checklist.items_of(&rule.id).map(|item| json!({ "control-id": item.id.as_str() })).collect();
    let related = (!controls.is_empty()).then(|| json!({ "control-selections": [{ "include-controls": controls }] }));
    let activity = json!({
        "uuid": assessment.id_of("rule", &[rule.id.as_str()]),
        "title": line(t.of(&rule.title)),
        "description": line(t.of(&rule.why)),
        "props": props,
    });
    with_some(activity, "related-controls", related)
}

fn observations(assessment: &Assessment, t: Language) -> Vec<Value> {
    let mut seen: Vec<Value> =
        assessment.findings.iter().map(|judged| observation::of_finding(assessment, judged, t)).collect();
    for rule in assessment.catalog.rules() {
        seen.extend(
            assessment.silent_on(rule).into_iter().map(|host| observation::of_missing(assessment, host, rule, t)),
        );
    }
    for item in assessment.checklist.items() {
        let stated = assessment.stated_for(&item.id).into_iter();
        seen.extend(stated.map(|(stated, state)| observation::of_statement(assessment, stated, state)));
    }
    seen
}

fn risks(assessment: &Assessment, t: Language) -> Vec<Value> {
    let drifts = assessment.drifts.told.iter().map(|drift| risk::of_drift(assessment, drift, t));
    drifts.chain(assessment.waivers.iter().map(|waiver| risk::of_waiver(assessment, waiver, t))).collect()
}

/// Whether an item is satisfied: only what is met, by what holds itself and not by a waiver.
fn satisfied(state: ItemState, waived: bool) -> (&'static str, &'static str) {
    match state {
        ItemState::Met if !waived => ("satisfied", "pass"),
        ItemState::Drift | ItemState::Overdue | ItemState::Grace => ("not-satisfied", "fail"),
        ItemState::Met
        | ItemState::Expired
        | ItemState::Unknown
        | ItemState::Unattested
        | ItemState::NotMeasured
        | ItemState::Planned => ("not-satisfied", "other"),
    }
}

fn finding(assessment: &Assessment, (section, item): (&Section, &Item), t: Language) -> Value {
    let status = assessment.statuses.get(&item.id);
    let state = status.map_or(ItemState::NotMeasured, |status| status.state);
    let waived = status.map_or(0, |status| status.waived);
    let mut causes: Vec<String> =
        status.map(|status| status.causes.iter().map(|cause| words::cause(cause, t)).collect()).unwrap_or_default();
    causes
        .extend(status.filter(|status| status.causes_left_out > 0).map(|status| t.cause_more(status.causes_left_out)));
    causes.extend((waived > 0).then(|| t.assessment_waived_findings(waived)));
    let vouched = status.map_or(0, |status| status.vouched);
    causes.extend((vouched > 0).then(|| t.item_vouched(vouched)));
    let said = std::iter::once(state.label(t)).chain(causes).map(|text| line(&text)).collect::<Vec<_>>().join("\n");
    let (satisfaction, reason) = satisfied(state, waived > 0);
    let declared = assessment.version.as_ref().and_then(|version| version.declaration().answer(&item.id));
    let target = json!({
        "type": "statement-id",
        "target-id": statement_of(item),
        "title": line(&wording(item)),
        "status": { "state": satisfaction, "reason": reason, "remarks": line(&state.label(t)) },
    });
    let target = with_some(target, "implementation-status", declared.map(|answer| implemented(answer, t)));
    let mut props = vec![own("state", state.word()), own("waived", &waived.to_string())];
    props.extend(status.and_then(|status| status.since).map(|since| own("since", &time(since))));
    let finding = json!({
        "uuid": assessment.id_of("finding", &[item.id.as_str()]),
        "title": line(&format!("{} {} {}", section.heading_ja, item.id.number(), item.short.ja)),
        "description": said,
        "props": props,
        "origins": assessment.by_tool(),
        "target": target,
    });
    let finding = with(finding, "related-observations", rests_on(assessment, item));
    with(finding, "related-risks", at_risk(assessment, item))
}

/// What the form declares.
fn implemented(answer: &Answer, t: Language) -> Value {
    let state = if answer.is_done() { "implemented" } else { "planned" };
    json!({ "state": state, "remarks": line(&answer_words(answer, t)) })
}

fn rests_on(assessment: &Assessment, item: &Item) -> Vec<Value> {
    let mut seen = Vec::new();
    for rule in assessment.rules_of(item) {
        seen.extend(assessment.findings_of(&rule.id).into_iter().map(|judged| assessment.seen(judged)));
        seen.extend(assessment.silent_on(rule).into_iter().map(|host| assessment.unseen(&host.id, rule)));
    }
    seen.extend(assessment.stated_for(&item.id).into_iter().map(|(stated, _)| assessment.statement(stated)));
    seen.iter().map(|observation| risk::related(observation)).collect()
}

fn at_risk(assessment: &Assessment, item: &Item) -> Vec<Value> {
    let drifts = assessment.drifts_of(item).map(|drift| assessment.drift_risk(drift));
    let waivers = assessment.waivers_of(item).map(|waiver| assessment.waiver_risk(waiver));
    drifts.chain(waivers).map(|risk| json!({ "risk-uuid": risk })).collect()
}

/// The checklist, which stands in the place of a plan, and the files of the statements.
fn resources(assessment: &Assessment, plan: &str, t: Language) -> Vec<Value> {
    let digest = Digest::of(file(&catalog(assessment)).as_bytes()).to_string();
    let link = json!({
        "href": CATALOG_FILE,
        "media-type": "application/oscal.catalog+json",
        "hashes": [{ "algorithm": "SHA-256", "value": digest }],
    });
    let checklist = json!({
        "uuid": plan,
        "title": line(&assessment.checklist.edition.title_ja),
        "description": line(&t.oscal_no_plan()),
        "rlinks": [link],
    });
    std::iter::once(checklist).chain(observation::resources(assessment)).collect()
}
