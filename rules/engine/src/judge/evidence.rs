//! Evidence: the values a verdict rests on, as people read them.
//!
//! Numbers, lengths of time, amounts and instants that were measured change all the time and matter
//! only by the limit they cross, which the verdict tells: they are volatile. Words and yes or no are
//! states; what the agency set (`params.`, register rows) changes only when a person changes it.
//! Those last, so that a new value of theirs is a transition.

use tenken_model::finding::Evidence;
use tenken_model::schema::Value;
use tenken_model::{Language, Topic};

use crate::expression::show;
use crate::rule::sentence::cut;

/// The longest value or path shown, in characters.
const SHOWN_CHARS_MAX: usize = 300;

/// The evidence of an evaluator's trail.
pub(super) fn of(trail: Vec<(String, Value)>) -> Vec<Evidence> {
    // What lies within something that was not read was not read for the same reason.
    let unread: Vec<String> = trail
        .iter()
        .filter(|(_, value)| matches!(value, Value::Unknown(_)))
        .map(|(path, _)| format!("{path}."))
        .collect();
    trail
        .into_iter()
        .filter(|(path, _)| !is_private(path))
        .filter(|(path, _)| !unread.iter().any(|outer| path.starts_with(outer.as_str())))
        .map(|(path, value)| {
            let shown = match &value {
                Value::Unknown(reason) => format!("unknown: {reason}"),
                value => show::value(value, Language::English),
            };
            let unknown = matches!(value, Value::Unknown(_));
            let volatile = unknown || (topic(&path).is_some() && is_volatile(&value));
            Evidence { path: cut(&path, SHOWN_CHARS_MAX), value: cut(&shown, SHOWN_CHARS_MAX), volatile }
        })
        .collect()
}

/// The topic that a path leads into.
fn topic(path: &str) -> Option<Topic> {
    Topic::from_name(path.split(['.', '[']).next()?)
}

/// Whether a path ends at a field that stays on the host.
fn is_private(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, field)| topic(path).is_some_and(|topic| topic.is_private(field)))
}

/// A topic that was measured to be absent.
pub(super) fn absent(topic: Topic, how: &str) -> Evidence {
    let value = cut(&format!("absent: {how}"), SHOWN_CHARS_MAX);
    Evidence { path: topic.name().to_owned(), value, volatile: true }
}

/// How many elements were judged, and how they came out.
pub(super) fn counts(list: &str, judged: usize, failing: usize, unknown: usize) -> Vec<Evidence> {
    let count = |what: &str, count: usize, volatile| Evidence {
        path: format!("{list}: {what}"),
        value: count.to_string(),
        volatile,
    };
    vec![count("judged", judged, true), count("fail", failing, false), count("unknown", unknown, false)]
}

fn is_volatile(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::Span(_) | Value::Size(_) | Value::Time(_) | Value::Unknown(_) => true,
        Value::Bool(_) | Value::Text(_) | Value::Record(_) | Value::Optional(None) => false,
        Value::Optional(Some(inner)) => is_volatile(inner),
        Value::List(elements) => elements.iter().any(is_volatile),
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::{Reason, ReasonCode, Span};

    use super::*;

    #[test]
    fn names_of_networks_stay_on_the_host() {
        let text = || Value::Text("Home".to_owned());
        let trail =
            ["wireless.profiles[Wi-Fi 1.2].ssid", "wireless.links[0].ssid", "wireless.profiles[0].label", "x.ssid"];
        let seen = of(trail.iter().map(|path| ((*path).to_owned(), text())).collect());
        let paths: Vec<&str> = seen.iter().map(|evidence| evidence.path.as_str()).collect();
        assert_eq!(paths, ["wireless.profiles[0].label", "x.ssid"]);
    }

    #[test]
    fn what_is_measured_anew_is_no_transition() {
        let span = || Value::Span(Span::from_secs(1));
        for (path, value, volatile) in [
            ("time_sync.measured.offset", span(), true),
            ("params.server_max", span(), false),
            ("registers.backup_sets[files].interval", span(), false),
            ("accounts.entries[hanako].expires", Value::Optional(Some(Box::new(span()))), true),
            ("accounts.entries[hanako].expires", Value::Optional(None), false),
            ("time_sync.services[0].running", Value::Bool(true), false),
            ("registers.accounts[hanako]", Value::Unknown(Reason::new(ReasonCode::NotConfigured, "x")), true),
            ("accounts.entries[a.b].enabled", Value::Unknown(Reason::new(ReasonCode::TimedOut, "x")), true),
            ("time_sync.time_zone", Value::Text("x".repeat(9_000)), false),
        ] {
            let found = of(vec![(path.to_owned(), value)]);
            assert_eq!(found.first().map(|evidence| evidence.volatile), Some(volatile), "{path}");
            assert_eq!(found.len(), 1);
            assert!(found.iter().all(|evidence| evidence.value.chars().count() <= SHOWN_CHARS_MAX + 1));
        }
    }

    #[test]
    fn what_was_not_read_is_told_once() {
        let unknown = || Value::Unknown(Reason::new(ReasonCode::TimedOut, "x"));
        let trail = ["time_sync.measured", "time_sync.measured.offset", "time_sync.measured_too"];
        let found = of(trail.map(|path| (path.to_owned(), unknown())).to_vec());
        let paths: Vec<&str> = found.iter().map(|evidence| evidence.path.as_str()).collect();
        assert_eq!(paths, ["time_sync.measured", "time_sync.measured_too"]);
    }
}
