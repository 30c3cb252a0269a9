//! The exports against the official schemas, which stand beside this file with where they come from.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;
use tenken_engine::item::ItemState;
use tenken_model::Language;

use super::agency::Agency;
use crate::assessment::{Assessment, ocsf, oscal};

const RESULTS: &str = include_str!("oscal_assessment-results_schema.json");
const CATALOG: &str = include_str!("oscal_catalog_schema.json");
const FINDING: &str = include_str!("ocsf_compliance_finding-1.8.0.json");

fn schema(text: &str) -> Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// What a document has against its schema.
fn faults(schema: &Validator, document: &Value) -> Vec<String> {
    let told = |error: jsonschema::ValidationError<'_>| {
        let shown: String = error.to_string().chars().take(300).collect();
        format!("{}: {shown}", error.instance_path())
    };
    schema.iter_errors(document).take(9).map(told).collect()
}

async fn agencies() -> Vec<(&'static str, Assessment)> {
    vec![
        ("empty", Agency::empty().await.assessment().await),
        ("usual", Agency::usual().await.assessment().await),
        ("hostile", Agency::hostile().await.assessment().await),
    ]
}

#[tokio::test]
async fn oscal_is_what_nist_says_it_is() {
    let (results, catalog) = (schema(RESULTS), schema(CATALOG));
    let mut broken = oscal::results(&Agency::empty().await.assessment().await, Language::Japanese);
    broken["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = "unknown".into();
    assert!(!faults(&results, &broken).is_empty(), "the schema is one that refuses");
    for (name, assessment) in agencies().await {
        assert_eq!(faults(&catalog, &oscal::catalog(&assessment)), [""; 0], "{name}");
        for t in [Language::Japanese, Language::English] {
            assert_eq!(faults(&results, &oscal::results(&assessment, t)), [""; 0], "{name}");
        }
    }
}

/// Every value of a key, anywhere below.
fn all<'a>(document: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match document {
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(text) if name == key => found.push(text),
                    _ => all(value, key, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| all(value, key, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn values<'a>(document: &'a Value, key: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    all(document, key, &mut found);
    found
}

#[tokio::test]
async fn what_oscal_refers_to_is_there() {
    for (name, assessment) in agencies().await {
        let results = oscal::results(&assessment, Language::Japanese);
        let catalog = oscal::catalog(&assessment);
        let made = values(&results, "uuid");
        let known: BTreeSet<&str> = made.iter().copied().collect();
        assert_eq!(known.len(), made.len(), "{name}: no two things share an identifier");
        for key in ["observation-uuid", "risk-uuid", "subject-uuid", "actor-uuid", "party-uuid", "component-uuid"] {
            for wanted in values(&results, key) {
                assert!(known.contains(wanted), "{name}: {key} {wanted}");
            }
        }
        for href in values(&results, "href").iter().filter_map(|href| href.strip_prefix('#')) {
            assert!(known.contains(href), "{name}: {href}");
        }
        let controls: BTreeSet<&str> = values(&catalog, "id").into_iter().collect();
        for key in ["control-id", "target-id"] {
            assert!(values(&results, key).iter().all(|id| controls.contains(id)), "{name}: {key}");
        }
        let digest = tenken_model::digest::Digest::of(oscal::file(&catalog).as_bytes()).to_string();
        assert!(values(&results, "value").contains(&digest.as_str()), "{name}: the catalog's hash");
    }
}

#[tokio::test]
async fn only_what_is_met_by_itself_is_satisfied() {
    for (name, assessment) in agencies().await {
        let document = oscal::results(&assessment, Language::English);
        let result = &document["assessment-results"]["results"][0];
        let findings = result["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 90, "{name}");
        let mut satisfied = 0;
        for (item, finding) in assessment.checklist.items().zip(findings) {
            let status = &assessment.statuses[&item.id];
            let met = status.state == ItemState::Met && status.waived == 0;
            satisfied += usize::from(met);
            let state = finding["target"]["status"]["state"].as_str().unwrap();
            assert_eq!(state == "satisfied", met, "{name}: {} is {}", item.id, status.state);
        }
        assert_eq!(satisfied > 0, name != "empty", "{name}");
        let risks = result["risks"].as_array().map(|risks| risks.iter().map(|risk| risk["status"].as_str().unwrap()));
        let risks: BTreeSet<&str> = risks.into_iter().flatten().collect();
        if name == "usual" {
            assert_eq!(risks, BTreeSet::from(["open", "deviation-approved", "deviation-requested", "closed"]));
        }
    }
}

#[tokio::test]
async fn ocsf_is_what_its_schema_says_it_is() {
    let schema = schema(FINDING);
    for (name, assessment) in agencies().await {
        for t in [Language::Japanese, Language::English] {
            let events = ocsf::events(&assessment, t);
            assert!(events.len() >= 90, "{name}");
            let mut uids = BTreeSet::new();
            for event in &events {
                assert_eq!(faults(&schema, event), [""; 0], "{name}: {event}");
                let number = |key: &str| event[key].as_u64().unwrap();
                assert_eq!(number("type_uid"), number("class_uid") * 100 + number("activity_id"));
                assert_eq!((number("class_uid"), number("category_uid")), (2_003, 2));
                assert!(number("time") > 1_700_000_000_000, "milliseconds");
                assert!(uids.insert(event["finding_info"]["uid"].as_str().unwrap()), "{name}: {event}");
            }
        }
        let lines = ocsf::write(&assessment, Language::Japanese);
        assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{name}: one object a line");
    }
}

#[tokio::test]
async fn ocsf_takes_nothing_unknown_or_waived_for_a_pass() {
    let assessment = Agency::usual().await.assessment().await;
    let events = ocsf::events(&assessment, Language::Japanese);
    let of = |host: &str, rule: &str| {
        let event = events
            .iter()
            .find(|event| event["resources"][0]["uid"] == host && event["finding_info"]["analytic"]["uid"] == rule);
        let event = event.unwrap_or_else(|| panic!("{host} {rule}"));
        ["compliance", "severity_id", "status_id"].map(|key| match key {
            "compliance" => event[key]["status_id"].as_u64().unwrap(),
            _ => event[key].as_u64().unwrap(),
        })
    };
    assert_eq!(of("h-1", "clock_service_running"), [3, 4, 1], "a drift");
    assert_eq!(of("h-2", "clock_service_running"), [3, 2, 3], "waived");
    assert_eq!(of("h-3", "clock_service_running"), [0, 2, 99], "of a silent host");
    assert_eq!(of("h-1", "clock_source_approved"), [1, 1, 99], "a pass");
    assert_eq!(of("h-2", "clock_source_approved"), [99, 1, 99], "not applicable");
    assert_eq!(of("h-2", "accounts_registered"), [0, 2, 99], "not read");
    assert_eq!(of("h-3", "accounts_registered"), [0, 2, 99], "never reported");
}
