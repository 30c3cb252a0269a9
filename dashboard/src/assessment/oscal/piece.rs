//! The pieces that documents are made of, within what the schema takes for a text.

use chrono::SecondsFormat;
use serde_json::{Value, json};
use tenken_model::Instant;

use super::super::identifier::uuid;
use super::super::{Assessment, TENKEN};
use super::{NAMESPACE, VERSION};
use crate::plain::hides_or_turns;

/// A text in one line that is not empty and has no space at its ends.
pub(super) fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let plain: String =
        plain.chars().map(|c| if hides_or_turns(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    match plain.trim() {
        "" => "-".to_owned(),
        text => text.to_owned(),
    }
}

/// A time as the schema takes it.
pub(super) fn time(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A property of Tenken's own.
pub(super) fn own(name: &str, value: &str) -> Value {
    json!({ "name": name, "ns": NAMESPACE, "value": line(value) })
}

/// An object with a list, which is left out where it has no entry.
pub(super) fn with(mut object: Value, name: &str, list: Vec<Value>) -> Value {
    if let Some(object) = object.as_object_mut().filter(|_| !list.is_empty()) {
        object.insert(name.to_owned(), Value::Array(list));
    }
    object
}

/// An object with a value, if there is one.
pub(super) fn with_some(mut object: Value, name: &str, value: Option<Value>) -> Value {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value);
    }
    object
}

/// What every document says of itself.
pub(super) fn metadata(assessment: &Assessment, title: &str) -> Value {
    json!({
        "title": line(title),
        "last-modified": time(assessment.at),
        "version": time(assessment.at),
        "oscal-version": VERSION,
        "props": [own("tenken-version", TENKEN), own("checklist-edition", &assessment.checklist.edition.id)],
    })
}

/// The identifiers of what the documents speak of.
impl Assessment {
    pub(super) fn id_of(&self, kind: &str, parts: &[&str]) -> String {
        uuid(&self.seed, kind, parts)
    }

    /// Of a person by name.
    pub(super) fn party(&self, person: &str) -> String {
        self.id_of("person", &[person])
    }

    /// Of a host.
    pub(super) fn inventory(&self, host: &str) -> String {
        self.id_of("host", &[host])
    }

    /// Tenken, as what measures.
    pub(super) fn tool(&self) -> String {
        self.id_of("tool", &["tenken"])
    }

    /// That Tenken said it.
    pub(super) fn by_tool(&self) -> Value {
        json!([{ "actors": [{ "type": "tool", "actor-uuid": self.tool() }] }])
    }

    /// That a person said it.
    pub(super) fn by_person(&self, person: &str) -> Value {
        json!([{ "actors": [{ "type": "party", "actor-uuid": self.party(person) }] }])
    }
}
