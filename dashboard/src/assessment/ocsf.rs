//! The assessment as Compliance Findings of the Open Cybersecurity Schema Framework, one a line.
//!
//! Source: <https://schema.ocsf.io/1.8.0/classes/compliance_finding>; `docs/exports.md` says how Tenken's words map to it.

use serde_json::{Map, Value, json};
use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_engine::item::ItemState;
use tenken_form::read::place::wording;
use tenken_model::{Instant, Language, RuleId, Subject, Verdict};

use super::identifier::uuid;
use super::{Assessment, Judged, Standing, TENKEN};
use crate::pages::finding::steps;
use crate::pages::state::Shown as _;
use crate::pages::words;
use crate::store::Host;

/// The version of the schema that is followed.
pub const VERSION: &str = "1.8.0";
/// Compliance Finding.
const CLASS: u32 = 2_003;
/// Findings.
const CATEGORY: u32 = 2;
/// Create: the assessment makes the finding for whoever reads it.
const CREATE: u32 = 1;

/// What a check gave (`compliance.status_id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compliance {
    Unknown,
    Pass,
    Fail,
    Other,
}

/// How urgent it is (`severity_id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    Informational,
    Low,
    High,
}

/// How far somebody has dealt with it (`status_id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handled {
    New,
    InProgress,
    Suppressed,
    Other,
}

/// The numbers and captions of the schema.
macro_rules! numbered {
    ($name:ident { $($variant:ident = $number:literal, $caption:literal;)* }) => {
        impl $name {
            const fn id(self) -> u8 {
                match self { $(Self::$variant => $number,)* }
            }

            const fn caption(self) -> &'static str {
                match self { $(Self::$variant => $caption,)* }
            }
        }
    };
}

numbered!(Compliance { Unknown = 0, "Unknown"; Pass = 1, "Pass"; Fail = 3, "Fail"; Other = 99, "Other"; });
numbered!(Severity { Informational = 1, "Informational"; Low = 2, "Low"; High = 4, "High"; });
numbered!(Handled { New = 1, "New"; InProgress = 2, "In Progress"; Suppressed = 3, "Suppressed"; Other = 99, "Other"; });

/// One event an item, and one for each finding, and each missing finding, of the rules that decide it.
pub fn events(assessment: &Assessment, t: Language) -> Vec<Value> {
    let mut events = Vec::new();
    for (section, item) in assessment.checklist.located() {
        let place = Placed { assessment, section, item, t };
        events.push(place.item());
        for rule in assessment.rules_of(item) {
            let found = assessment.findings_of(&rule.id);
            events.extend(found.iter().map(|judged| place.finding(rule, judged)));
            events.extend(assessment.silent_on(rule).into_iter().map(|host| place.missing(rule, host)));
        }
    }
    events
}

/// The events as JSON Lines.
pub fn write(assessment: &Assessment, t: Language) -> String {
    events(assessment, t).iter().fold(String::new(), |lines, event| lines + &event.to_string() + "\n")
}

/// An item whose events are made.
struct Placed<'a> {
    assessment: &'a Assessment,
    section: &'a Section,
    item: &'a Item,
    t: Language,
}

/// What differs from event to event.
struct Said<'a> {
    uid: String,
    title: String,
    text: String,
    since: Instant,
    compliance: Compliance,
    word: &'static str,
    severity: Severity,
    handled: Handled,
    details: Vec<String>,
    rule: Option<&'a Rule>,
    resources: Vec<Value>,
}

impl Placed<'_> {
    fn finding(&self, rule: &Rule, judged: &Judged) -> Value {
        let finding = &judged.stored.finding;
        let standing = judged.standing();
        let subject = finding.key.subject.as_ref().map(Subject::as_str);
        let mut details = Vec::new();
        if let Some(since) = judged.silent_since {
            details.push(format!("silent_since {}", since.to_rfc3339()));
        }
        if let Verdict::Unknown(reason) = &finding.verdict {
            details.push(format!("{} {}", reason.code, reason.detail));
        }
        details.extend(judged.drift.map(|drift| format!("drift {drift}")));
        details.extend(judged.waivers.iter().map(|waiver| format!("waiver {waiver}")));
        let mut resources = vec![resource("host", &judged.stored.host.to_string(), &judged.host_name)];
        resources.extend(subject.map(|subject| {
            resource("subject", &self.uid(&[judged.stored.host.as_str(), rule.id.as_str(), subject]), subject)
        }));
        let mut event = self.event(&Said {
            uid: self.uid(&["finding", judged.stored.host.as_str(), rule.id.as_str(), subject.unwrap_or("")]),
            title: self.t.of(&rule.title).to_owned(),
            text: self.t.of(&finding.says).to_owned(),
            since: judged.stored.since,
            compliance: match standing {
                Standing::Pass => Compliance::Pass,
                Standing::Fail | Standing::Waived => Compliance::Fail,
                Standing::Unknown => Compliance::Unknown,
                Standing::NotApplicable => Compliance::Other,
            },
            word: standing.word(),
            severity: match (standing, judged.drift) {
                (Standing::Fail, Some(_)) => Severity::High,
                (Standing::Fail, None) | (Standing::Waived | Standing::Unknown, _) => Severity::Low,
                (Standing::Pass | Standing::NotApplicable, _) => Severity::Informational,
            },
            handled: match standing {
                Standing::Waived => Handled::Suppressed,
                Standing::Fail if judged.acknowledged => Handled::InProgress,
                Standing::Fail => Handled::New,
                Standing::Pass | Standing::Unknown | Standing::NotApplicable => Handled::Other,
            },
            details,
            rule: Some(rule),
            resources,
        });
        let evidences = finding.evidence.iter().enumerate().map(|(at, evidence)| {
            let data = json!({ "path": evidence.path, "value": evidence.value });
            json!({ "name": evidence.path, "uid": at.to_string(), "data": data })
        });
        put(&mut event, &[], "evidences", Value::Array(evidences.collect()));
        put(&mut event, &["finding_info"], "last_seen_time", millis(finding.observed_at));
        put(&mut event, &["finding_info"], "modified_time", millis(judged.stored.changed_at));
        if let Some(failing) = judged.stored.failing {
            put(&mut event, &["finding_info"], "first_seen_time", millis(failing.since));
        }
        event
    }

    /// A rule decides the item and has said nothing of a host: that is unknown, and no pass.
    fn missing(&self, rule: &Rule, host: &Host) -> Value {
        self.event(&Said {
            uid: self.uid(&["missing", host.id.as_str(), rule.id.as_str()]),
            title: self.t.of(&rule.title).to_owned(),
            text: self.t.item_rule_no_finding(),
            since: host.enrolled_at,
            compliance: Compliance::Unknown,
            word: "not_judged",
            severity: Severity::Low,
            handled: Handled::Other,
            details: vec!["not_judged".to_owned()],
            rule: Some(rule),
            resources: vec![resource("host", host.id.as_str(), &host.name)],
        })
    }

    /// The item as a whole, with what people stated and what the form declares.
    fn item(&self) -> Value {
        let Self { assessment, item, t, .. } = self;
        let status = assessment.statuses.get(&item.id);
        let state = status.map_or(ItemState::NotMeasured, |status| status.state);
        let waived = status.is_some_and(|status| status.waived > 0);
        let (compliance, severity, handled) = match state {
            ItemState::Met if waived => (Compliance::Fail, Severity::Low, Handled::Suppressed),
            ItemState::Met => (Compliance::Pass, Severity::Informational, Handled::Other),
            ItemState::Drift | ItemState::Overdue => (Compliance::Fail, Severity::High, Handled::New),
            ItemState::Grace => (Compliance::Fail, Severity::Low, Handled::New),
            ItemState::Planned => (Compliance::Other, Severity::Low, Handled::Other),
            ItemState::Expired | ItemState::Unknown | ItemState::Unattested | ItemState::NotMeasured => {
                (Compliance::Unknown, Severity::Low, Handled::Other)
            }
        };
        let causes = status.map(|status| status.causes.iter().map(|cause| words::cause(cause, *t)).collect());
        self.event(&Said {
            uid: self.uid(&["item"]),
            title: t.of(&item.short).to_owned(),
            text: state.label(*t),
            since: status.and_then(|status| status.since).unwrap_or(assessment.at),
            compliance,
            word: if state == ItemState::Met && waived { "waived" } else { state.word() },
            severity,
            handled,
            details: causes.unwrap_or_default(),
            rule: None,
            resources: vec![resource("agency", &assessment.seed.to_string(), &assessment.agency(*t))],
        })
    }

    fn uid(&self, parts: &[&str]) -> String {
        uuid(&self.assessment.seed, "ocsf", &[&[self.item.id.as_str()], parts].concat())
    }

    fn event(&self, said: &Said<'_>) -> Value {
        let Self { assessment, t, .. } = self;
        let mut event = json!({
            "class_uid": CLASS,
            "class_name": "Compliance Finding",
            "category_uid": CATEGORY,
            "category_name": "Findings",
            "activity_id": CREATE,
            "activity_name": "Create",
            "type_uid": CLASS * 100 + CREATE,
            "type_name": "Compliance Finding: Create",
            "time": millis(said.since),
            "severity_id": said.severity.id(),
            "severity": said.severity.caption(),
            "status_id": said.handled.id(),
            "status": match said.handled { Handled::Other => said.word, known => known.caption() },
            "message": said.text,
            "metadata": {
                "version": VERSION,
                "product": { "name": "Tenken", "vendor_name": "Tenken", "version": TENKEN, "lang": t.tag() },
                "uid": self.uid(&["event", &said.uid, &assessment.at.timestamp_millis().to_string()]),
                "logged_time": millis(assessment.at),
                "tenant_uid": assessment.seed.to_string(),
            },
            "finding_info": self.information(said),
            "compliance": self.compliance(said),
            "resources": said.resources,
        });
        if let Some(rule) = said.rule.filter(|_| said.compliance != Compliance::Pass) {
            let mut remediation = json!({ "desc": steps(t.of(&rule.remedy.general)).join("\n") });
            if !rule.sources.is_empty() {
                put(&mut remediation, &[], "references", json!(sources(rule, *t)));
            }
            put(&mut event, &[], "remediation", remediation);
        }
        event
    }

    /// What was found.
    fn information(&self, said: &Said<'_>) -> Value {
        let mut information = json!({
            "uid": said.uid,
            "title": said.title,
            "desc": said.text,
            "created_time": millis(said.since),
            "types": [if said.rule.is_some() { "finding" } else { "item" }],
        });
        if let Some(rule) = said.rule {
            let (name, desc) = (self.t.of(&rule.title), self.t.of(&rule.why));
            let analytic = json!({ "uid": rule.id.as_str(), "name": name, "desc": desc, "type_id": 1, "type": "Rule" });
            put(&mut information, &[], "analytic", analytic);
        }
        information
    }

    /// What is required, and whether it is so.
    fn compliance(&self, said: &Said<'_>) -> Value {
        let Self { assessment, section, item, t } = self;
        let mut compliance = json!({
            "control": item.id.as_str(),
            "desc": wording(item),
            "category": section.heading_ja,
            "standards": [assessment.checklist.edition.title_ja],
            "requirements": [format!("{} {}", section.heading_ja, item.id.number())],
            "status": match said.compliance { Compliance::Other => said.word, known => known.caption() },
            "status_id": said.compliance.id(),
            "status_code": said.word,
        });
        if !said.details.is_empty() {
            put(&mut compliance, &[], "status_details", json!(said.details));
        }
        if let Some(rule) = said.rule {
            put(&mut compliance, &[], "checks", json!([check(rule, said.compliance, *t)]));
        }
        compliance
    }
}

fn sources(rule: &Rule, t: Language) -> Vec<&str> {
    rule.sources.iter().map(|source| t.of(source)).collect()
}

fn check(rule: &Rule, compliance: Compliance, t: Language) -> Value {
    let id: &RuleId = &rule.id;
    json!({
        "uid": id.as_str(),
        "name": t.of(&rule.title),
        "desc": t.of(&rule.why),
        "status": compliance.caption(),
        "status_id": compliance.id(),
        "standards": sources(rule, t),
    })
}

fn resource(kind: &str, uid: &str, name: &str) -> Value {
    json!({ "type": kind, "uid": uid, "name": name })
}

fn millis(at: Instant) -> Value {
    at.timestamp_millis().into()
}

/// Puts a value into an object below a path of objects.
fn put(event: &mut Value, path: &[&str], name: &str, value: Value) {
    let mut at = Some(event);
    for step in path {
        at = at.and_then(|place| place.get_mut(step));
    }
    if let Some(object) = at.and_then(Value::as_object_mut) {
        let object: &mut Map<String, Value> = object;
        object.insert(name.to_owned(), value);
    }
}
