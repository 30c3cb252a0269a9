//! The facts of a report: reading them before anything is decided, and what the dashboard lacks of them. Pure.

use std::collections::BTreeMap;

use serde_json::Value;
use tenken_model::digest::Digest;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Span, Topic};

use super::refusal::Refused;
use crate::store::HeldFact;

/// How long a host may lack to tell a fact that it said has changed, before the one that is held counts no more. Agents
/// send what the dashboard lacks within ten minutes.
pub(super) const OUTDATED_AFTER: Span = Span::from_secs(30 * 60);
/// What two clocks, and the minute between two heartbeats, may differ by when records of sign-ins begin anew.
const GAP_LEAST: Span = Span::from_secs(10 * 60);

/// Reads the facts of a report. Topics that are unknown, or not kept, are of a newer agent and passed over; of a topic that is
/// known, what only a newer agent writes is kept unread.
pub(super) fn read(facts: BTreeMap<String, Value>, now: Instant) -> Result<Vec<KeptFact>, Refused> {
    let kept = facts.into_iter().filter_map(|(name, wire)| Some((kept(&name)?, wire)));
    let taken = kept.map(|(topic, wire)| KeptFact::take(topic, wire, now));
    taken.map(|taken| taken.map_err(|error| Refused::Fact(error.to_string()))).collect()
}

/// From when to when records of sign-ins are missing: they were seen until `seen` and now begin later. Somebody removed
/// them, or they were rotated away while the host was off.
pub(super) fn gap(seen: Instant, told: &KeptFact) -> Option<(Instant, Instant)> {
    let Some(AnyObservation::Sessions(observation)) = told.observation() else { return None };
    let Outcome::Known(sessions) = observation.outcome else { return None };
    let begin = sessions.since.measured().copied().flatten()?;
    (Span::between(seen, begin) > GAP_LEAST && begin <= told.read_at()).then_some((seen, begin))
}

/// The topics of which the dashboard is to be sent the newest observation: those whose digest in the heartbeat is none
/// that it holds.
pub(super) fn wanted(told: &BTreeMap<String, Digest>, held: &BTreeMap<String, HeldFact>) -> Vec<String> {
    let lacks = |(name, digest): &(&String, &Digest)| {
        kept(name).is_some() && held.get(*name).map(|held| held.digest) != Some(**digest)
    };
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
        let told = facts(&[("accounts", failed("a")), ("telepathy", Value::Null), ("system", Value::Null)]);
        let read = read(told, Instant::UNIX_EPOCH).unwrap();
        assert_eq!(read.iter().map(KeptFact::topic).collect::<Vec<_>>(), [Topic::Accounts]);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_name_and_what_is_newer_is_kept() {
        let now = Instant::UNIX_EPOCH;
        let Err(refused) = read(facts(&[("sessions", failed("a\0b"))]), now) else { panic!("it was taken") };
        assert_eq!((refused.code(), refused.status().as_u16()), ("fact", 400));
        assert!(refused.to_string().contains("sessions"), "{refused}");
        let long = failed(&"x".repeat(tenken_model::fact::kept::FACT_BYTES_MAX));
        assert!(read(facts(&[("sessions", long)]), now).is_err_and(|refused| refused.to_string().contains("at most")));
        for wire in [Value::Null, serde_json::json!({}), serde_json::json!({"outcome": {"known": {}}})] {
            let read = read(facts(&[("sessions", wire), ("accounts", failed("a"))]), now).unwrap();
            assert_eq!(read.iter().filter(|fact| fact.observation().is_some()).count(), 1);
        }
    }

    #[test]
    fn records_that_begin_after_they_were_last_seen_have_a_gap() {
        let minute = |minutes: i64| Span::from_secs(minutes * 60).after(Instant::UNIX_EPOCH);
        let told = |since: Value| {
            let wire = serde_json::json!({
                "read_at": minute(600), "took": 5, "sources": [], "outcome": {"known": {
                    "entries": [], "since": since, "complete": {"measured": true}, "left_out": 0
                }}
            });
            let fact = KeptFact::take(Topic::Sessions, wire, minute(600)).unwrap();
            assert!(fact.observation().is_some(), "{:?}", fact.wire());
            fact
        };
        let since = |minutes| serde_json::json!({"measured": minute(minutes)});
        assert_eq!(gap(minute(100), &told(since(90))), None);
        assert_eq!(gap(minute(100), &told(since(110))), None, "within what clocks may differ by");
        assert_eq!(gap(minute(100), &told(since(111))), Some((minute(100), minute(111))));
        assert_eq!(gap(minute(100), &told(since(700))), None, "after it was read: the clock was wrong");
        assert_eq!(gap(minute(100), &told(serde_json::json!({"measured": null}))), None, "that none are kept is told");
        let failed = KeptFact::take(Topic::Sessions, failed("x"), minute(600)).unwrap();
        assert_eq!(gap(minute(100), &failed), None);
    }

    #[test]
    fn only_what_differs_of_what_is_kept_is_wanted() {
        let digests = |entries: &[(&str, &str)]| -> BTreeMap<String, Digest> {
            entries.iter().map(|(name, text)| ((*name).to_owned(), Digest::of(text.as_bytes()))).collect()
        };
        let held = |entries: &[(&str, &str)]| -> BTreeMap<String, HeldFact> {
            let held = |(name, digest)| (name, HeldFact { digest, outdated_since: None });
            digests(entries).into_iter().map(held).collect()
        };
        let told = digests(&[("accounts", "1"), ("neighbours", "2"), ("sessions", "3"), ("system", "4"), ("x", "5")]);
        assert_eq!(wanted(&told, &held(&[("accounts", "1"), ("neighbours", "9")])), ["neighbours", "sessions"]);
        assert!(wanted(&digests(&[]), &held(&[("accounts", "1")])).is_empty(), "what was told stays");
    }
}
