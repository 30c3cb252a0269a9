//! What is not sure although a host told it: records that begin anew, facts that it says are outdated.

use serde_json::{Value, json};
use tenken_model::fact::sessions::Sessions;
use tenken_model::fact::{AnyObservation, KeptFact};

use super::settle::{Desk, observed, report};
use super::*;
use crate::ingest;

fn records(since: &str, now: &str) -> KeptFact {
    let told = Sessions {
        entries: Vec::new(),
        since: Read::Measured(Some(at(since))),
        complete: Read::Measured(true),
        left_out: 0,
    };
    KeptFact::of(&AnyObservation::Sessions(observed(told, now))).unwrap()
}

/// A report of a host, its heartbeat with the digests of what it has.
async fn hear(desk: &Desk, facts: &Value, digests: &Value, now: &str) {
    let mut report: Value = serde_json::from_slice(&report(&[], false, facts)).unwrap();
    report["heartbeat"]["facts"] = digests.clone();
    report["heartbeat"]["sent_at"] = json!(at(now));
    let body = serde_json::to_vec(&report).unwrap();
    ingest::receive(&desk.store, &desk.terms, &HostId::new("h-1").unwrap(), &body, at(now)).await.unwrap();
}

/// Why the rule on maintenance sessions could not be judged; nothing if it could.
async fn unknown(desk: &Desk) -> Option<(ReasonCode, String)> {
    let found = desk.store.read().await.unwrap().findings_of_host(&HostId::new("h-1").unwrap()).await.unwrap();
    let of_rule = found.iter().find(|stored| stored.finding.key.rule.as_str() == "maintenance_sessions_requested");
    let finding = &of_rule.unwrap().finding;
    finding.verdict.reason().map(|reason| (reason.code, finding.says.ja.clone()))
}

#[tokio::test]
async fn records_of_sign_ins_that_begin_anew_are_not_taken_for_whole() {
    let desk = Desk::new(&["h-1"]).await;
    let tell = async |since: &str, now: &str| {
        let fact = records(since, now);
        hear(&desk, &json!({"sessions": fact.wire()}), &json!({"sessions": fact.digest()}), now).await;
    };
    tell("2026-01-01 09:00", "2026-03-13 09:00").await;
    assert_eq!(unknown(&desk).await, None);
    // A heartbeat without news, by which the records still hold.
    let held = records("2026-01-01 09:00", "2026-03-13 09:00");
    hear(&desk, &json!({}), &json!({"sessions": held.digest()}), "2026-03-13 09:20").await;
    tell("2026-03-13 09:29", "2026-03-13 09:30").await;
    assert_eq!(unknown(&desk).await, None, "it was heard of until then");
    tell("2026-03-13 12:00", "2026-03-13 12:01").await;
    let (code, says) = unknown(&desk).await.unwrap();
    assert_eq!(code, ReasonCode::Missing);
    assert!(says.contains("2026-03-13 09:30から2026-03-13 12:00までの分"), "{says}");
    // It stays so when more is told, until the rule looks back no further.
    tell("2026-03-13 12:00", "2026-03-14 09:00").await;
    assert!(unknown(&desk).await.is_some());
}

#[tokio::test]
async fn gaps_without_number_are_one_gap() {
    let desk = Desk::new(&["h-1"]).await;
    let minute = |minutes: i64| {
        let begin = NaiveDate::from_ymd_opt(2026, 3, 13).and_then(|day| day.and_hms_opt(9, 0, 0)).unwrap();
        (begin + chrono::TimeDelta::minutes(minutes)).format("%Y-%m-%d %H:%M").to_string()
    };
    for step in 0..130 {
        let now = minute(step * 20);
        let fact = records(&now, &now);
        hear(&desk, &json!({"sessions": fact.wire()}), &json!({"sessions": fact.digest()}), &now).await;
    }
    let gaps = desk.store.read().await.unwrap().record_gaps(&HostId::new("h-1").unwrap()).await.unwrap();
    assert_eq!((gaps.len(), gaps[0].1), (100, at(&minute(129 * 20))), "no time is taken for whole");
}

#[tokio::test]
async fn a_fact_that_the_host_says_is_outdated_counts_no_more_after_a_while() {
    let desk = Desk::new(&["h-1"]).await;
    let first = records("2026-01-01 09:00", "2026-03-13 09:00");
    hear(&desk, &json!({"sessions": first.wire()}), &json!({"sessions": first.digest()}), "2026-03-13 09:00").await;
    let other = records("2026-01-02 09:00", "2026-03-13 09:00");
    for (now, is_unknown) in [("2026-03-13 09:10", false), ("2026-03-13 09:39", false), ("2026-03-13 09:40", true)] {
        hear(&desk, &json!({}), &json!({"sessions": other.digest()}), now).await;
        assert_eq!(unknown(&desk).await.map(|(code, _)| code), is_unknown.then_some(ReasonCode::Stale), "{now}");
    }
    hear(&desk, &json!({"sessions": other.wire()}), &json!({"sessions": other.digest()}), "2026-03-13 09:41").await;
    assert_eq!(unknown(&desk).await, None);
}

#[tokio::test]
async fn a_fact_of_a_newer_agent_is_unknown_and_fails_nothing_else() {
    let desk = Desk::new(&["h-1"]).await;
    let newer = json!({"read_at": at("2026-03-13 09:00"), "outcome": {"known": {"entries": "newer"}}});
    hear(&desk, &json!({"sessions": newer}), &json!({}), "2026-03-13 09:00").await;
    assert_eq!(unknown(&desk).await.map(|(code, _)| code), Some(ReasonCode::Unparsable));
}
