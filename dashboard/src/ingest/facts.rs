//! The facts of a report: reading them before anything is decided, and what the dashboard lacks of them. Pure.

use std::collections::BTreeMap;

use serde_json::Value;
use tenken_model::Topic;
use tenken_model::digest::Digest;
use tenken_model::fact::KeptFact;

use super::refusal::Refused;

/// Reads the facts of a report. Topics that are unknown, or not kept, are of a newer agent and passed over.
pub(super) fn read(facts: BTreeMap<String, Value>) -> Result<Vec<KeptFact>, Refused> {
    let kept = facts.into_iter().filter_map(|(name, wire)| Some((kept(&name)?, wire)));
    kept.map(|(topic, wire)| KeptFact::read(topic, wire).map_err(|error| Refused::Fact(error.to_string()))).collect()
}

/// The topics of which the dashboard is to be sent the newest observation: those whose digest in the heartbeat is none
/// that it holds.
pub(super) fn wanted(told: &BTreeMap<String, Digest>, held: &BTreeMap<String, Digest>) -> Vec<String> {
    let lacks = |(name, digest): &(&String, &Digest)| kept(name).is_some() && held.get(*name) != Some(*digest);
    told.iter().filter(lacks).map(|(name, _)| name.clone()).collect()
}

fn kept(name: &str) -> Option<Topic> {
    Topic::from_name(name).filter(|topic| topic.is_kept())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(why: &str) -> Value {
        serde_json::json!({
            "read_at": "2026-11-24T00:00:00Z", "took": 5, "sources": [],
            "outcome": {"failed": {"code": "timed_out", "detail": why}}
        })
    }

    fn facts(entries: &[(&str, Value)]) -> BTreeMap<String, Value> {
        entries.iter().map(|(name, wire)| ((*name).to_owned(), wire.clone())).collect()
    }

    #[test]
    fn other_topics_are_passed_over_whatever_they_hold() {
        let read =
            read(facts(&[("accounts", failed("a")), ("telepathy", Value::Null), ("system", Value::Null)])).unwrap();
        assert_eq!(read.iter().map(KeptFact::topic).collect::<Vec<_>>(), [Topic::Accounts]);
    }

    #[test]
    fn what_has_not_the_form_of_its_topic_is_refused_by_name() {
        for wire in [Value::Null, serde_json::json!({}), failed("a\0b"), serde_json::json!({"outcome": {"known": {}}})]
        {
            let Err(refused) = read(facts(&[("sessions", wire)])) else { panic!("it was taken") };
            assert_eq!((refused.code(), refused.status().as_u16()), ("fact", 400));
            assert!(refused.to_string().contains("sessions"), "{refused}");
        }
        let long = failed(&"x".repeat(tenken_model::fact::kept::FACT_BYTES_MAX));
        assert!(read(facts(&[("sessions", long)])).is_err_and(|refused| refused.to_string().contains("at most")));
    }

    #[test]
    fn only_what_differs_of_what_is_kept_is_wanted() {
        let digests = |entries: &[(&str, &str)]| -> BTreeMap<String, Digest> {
            entries.iter().map(|(name, text)| ((*name).to_owned(), Digest::of(text.as_bytes()))).collect()
        };
        let told = digests(&[("accounts", "1"), ("neighbours", "2"), ("sessions", "3"), ("system", "4"), ("x", "5")]);
        assert_eq!(wanted(&told, &digests(&[("accounts", "1"), ("neighbours", "9")])), ["neighbours", "sessions"]);
        assert!(wanted(&digests(&[]), &digests(&[("accounts", "1")])).is_empty(), "what was told stays");
    }
}
