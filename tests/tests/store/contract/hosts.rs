use std::collections::BTreeMap;

use tenken_dashboard::store::{LastRefusal, NewDrift, NewHistory, Number, Resolution, Store, StoreError, Transaction};
use tenken_model::digest::Digest;
use tenken_model::finding::VerdictKind;
use tenken_model::report::Heartbeat;
use tenken_model::{Read, Reason, ReasonCode, Span, Verdict};

use super::{at, enrolled, finding, id, key, stored};
use crate::engines::Database;

pub(super) fn heartbeat() -> Heartbeat {
    Heartbeat {
        sent_at: at(5),
        agent_version: "0.1.0".into(),
        uptime: Span::from_days(1),
        awake: Span::from_days(1),
        state_digest: Digest::of(b"x"),
        state_seq: 1,
        policy_version: 0,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: Read::not_read(ReasonCode::Failed, "os-release"),
        costs: Vec::new(),
        facts: BTreeMap::new(),
    }
}

pub(crate) async fn hosts_keep_what_is_known_of_them(store: &Store, _: &Database) {
    let host = id("h-1");
    enrolled(store, &host, "b").await;
    enrolled(store, &id("h-2"), "a").await;
    let mut transaction = store.write().await.unwrap();
    transaction.refuse(&host, &LastRefusal { at: at(3), code: "clock".into(), message: "m".into() }).await.unwrap();
    assert_eq!(transaction.host(&host).await.unwrap().unwrap().refused.unwrap().code, "clock");
    transaction.hear(&host, at(5), &heartbeat(), Span::from_secs(3), true).await.unwrap();
    transaction.set_progress(&host, 7, 42, &Digest::of(b"s")).await.unwrap();
    let (old, new) = (Digest::of(b"h-1"), Digest::of(b"new"));
    transaction.renew_certificate(&host, &old, &new, at(99)).await.unwrap();
    transaction.rename_host(&host, "受付PC").await.unwrap();
    let too_large = transaction.set_progress(&host, u64::MAX, 1, &Digest::of(b"s")).await;
    assert!(matches!(too_large, Err(StoreError::TooLarge(_))));
    transaction.save().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    let found = transaction.host(&host).await.unwrap().unwrap();
    assert_eq!((found.epoch, found.acknowledged, found.state_digest), (7, 42, Digest::of(b"s")));
    assert_eq!((found.name.as_str(), found.last_seen, found.refused), ("受付PC", Some(at(5)), None));
    assert_eq!((found.certificate, found.certificate_before), (new, Some(old)));
    assert_eq!(found.heartbeat, Some(heartbeat()));
    transaction.settle_certificate(&host).await.unwrap();
    assert!(transaction.revoke_host(&host, at(9)).await.unwrap());
    assert!(!transaction.revoke_host(&host, at(10)).await.unwrap());
    assert!(!transaction.revoke_host(&id("h-9"), at(10)).await.unwrap());
    let names: Vec<_> =
        transaction.hosts().await.unwrap().into_iter().map(|host| (host.name, host.revoked_at)).collect();
    assert_eq!(names, [("a".to_owned(), None), ("受付PC".to_owned(), Some(at(9)))]);
}

pub(crate) async fn findings_are_one_for_each_key(store: &Store, _: &Database) {
    let (host, other) = (id("h-1"), id("h-2"));
    enrolled(store, &host, "a").await;
    enrolled(store, &other, "b").await;
    let whole = key("accounts_registered", None);
    let one = key("accounts_registered", Some("佐藤 'x' %"));
    let mut transaction = store.write().await.unwrap();
    for (host, verdict, of) in [
        (&host, Verdict::Pass, &whole),
        (&host, Verdict::Fail, &one),
        (&other, Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "t")), &whole),
    ] {
        transaction.set_finding(&stored(host, finding(of.clone(), verdict, "1"), 1)).await.unwrap();
    }
    let changed = stored(&host, finding(one.clone(), Verdict::Fail, "2"), 2);
    transaction.set_finding(&changed).await.unwrap();
    transaction.save().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    let held = transaction.held_of(&host).await.unwrap();
    assert_eq!(held.len(), 2);
    assert_eq!((held[&one].digest, held[&one].verdict), (changed.digest, VerdictKind::Fail));
    assert_eq!(transaction.findings_of_host(&host).await.unwrap()[1], changed);
    assert_eq!(transaction.findings_of_rule(&whole.rule).await.unwrap().len(), 3);
    assert_eq!(transaction.finding_counts_of(&other).await.unwrap().unknown, 1);
    assert_eq!(transaction.failing_without_drift(None).await.unwrap()[0].failing.since, at(2));
    assert_eq!(transaction.failing_without_drift(Some(&host)).await.unwrap().len(), 1);
    assert!(transaction.failing_without_drift(Some(&other)).await.unwrap().is_empty());
    transaction.revoke_host(&other, at(3)).await.unwrap();
    assert_eq!(transaction.findings().await.unwrap().len(), 2);
    transaction.clear_finding(&host, &one).await.unwrap();
    assert_eq!(transaction.findings().await.unwrap().len(), 1);
    assert!(transaction.failing_without_drift(None).await.unwrap().is_empty());
}

pub(crate) async fn history_keeps_each_number_once(store: &Store, _: &Database) {
    let host = id("h-1");
    enrolled(store, &host, "a").await;
    let clock = key("clock_synchronised", None);
    let entry = |seq, part, before, after: Option<Verdict>| NewHistory {
        key: clock.clone(),
        number: Some(Number { epoch: 3, seq, part }),
        at: at(1),
        received_at: at(2),
        before,
        finding: after.map(|verdict| finding(clock.clone(), verdict, "1")),
    };
    let mut transaction = store.write().await.unwrap();
    transaction.add_history(&host, &entry(1, 0, None, Some(Verdict::Pass))).await.unwrap();
    transaction.add_history(&host, &entry(2, 0, Some(VerdictKind::Pass), None)).await.unwrap();
    transaction.add_history(&host, &entry(2, 1, None, Some(Verdict::Fail))).await.unwrap();
    assert_eq!(transaction.snapshot_parts(&host, 3, 2).await.unwrap(), 1);
    assert_eq!(transaction.snapshot_parts(&host, 3, 9).await.unwrap(), 0);
    transaction.save().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    let error = transaction.add_history(&host, &entry(2, 0, None, None)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    drop(transaction);
    let mut transaction = store.read().await.unwrap();
    let entries = transaction.history_of_finding(&host, &clock, 10).await.unwrap();
    let numbers: Vec<_> = entries.iter().filter_map(|e| e.change.number).map(|of| (of.seq, of.part)).collect();
    assert_eq!(numbers, [(2, 1), (2, 0), (1, 0)]);
    assert_eq!(entries[1].change.before, Some(VerdictKind::Pass));
    assert_eq!(entries[1].change.finding, None);
    assert_eq!(transaction.history_of_host(&host, 2).await.unwrap().len(), 2);
    assert_eq!(transaction.history_of_rule(&clock.rule, 10).await.unwrap().len(), 3);
    let numbers_since = async |transaction: &mut Transaction, at, most| {
        let since = transaction.history_since(at, most).await.unwrap();
        since.iter().filter_map(|e| e.change.number).map(|of| (of.seq, of.part)).collect::<Vec<_>>()
    };
    assert_eq!(numbers_since(&mut transaction, at(2), 2).await, [(2, 1), (2, 0)]);
    assert!(transaction.history_since(at(3), 2).await.unwrap().is_empty());
    assert_eq!(transaction.history_count_since(at(2)).await.unwrap(), 3);
    transaction.abandon().await.unwrap();

    let own = |at_second| NewHistory { number: None, at: at(at_second), ..entry(1, 0, None, Some(Verdict::Fail)) };
    let mut transaction = store.write().await.unwrap();
    for second in [3, 3, 4] {
        transaction.add_history(&host, &own(second)).await.unwrap();
    }
    transaction.save().await.unwrap();
    let entries = store.read().await.unwrap().history_of_finding(&host, &clock, 10).await.unwrap();
    let unnumbered = entries.iter().filter(|entry| entry.change.number.is_none()).count();
    assert_eq!((entries.len(), unnumbered), (6, 3), "what the dashboard found itself has no number to collide");
}

pub(crate) async fn one_drift_is_open_for_each_finding(store: &Store, _: &Database) {
    let host = id("h-1");
    enrolled(store, &host, "a").await;
    let fail = finding(key("clock_synchronised", None), Verdict::Fail, "1");
    let new =
        NewDrift { host: host.clone(), failing_since: at(1), opened_at: at(2), told_by: None, finding: fail.clone() };
    let mut transaction = store.write().await.unwrap();
    let drift = transaction.open_drift(&new).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    assert!(matches!(transaction.open_drift(&new).await, Err(StoreError::Conflict(_))));
    drop(transaction);

    let mut transaction = store.write().await.unwrap();
    assert!(transaction.acknowledge_drift(drift, "sato", at(3)).await.unwrap());
    assert!(!transaction.acknowledge_drift(drift, "ito", at(4)).await.unwrap());
    let found = transaction.drift(drift).await.unwrap().unwrap();
    assert_eq!(found.acknowledged, Some((at(3), "sato".into())));
    let later = finding(key("clock_synchronised", None), Verdict::Fail, "2");
    let standing = transaction.open_drifts_as_they_stand(None).await.unwrap();
    assert_eq!((standing.len(), standing[0].host_name.as_str(), &standing[0].finding), (1, "a", &None));
    assert!(transaction.open_drifts_as_they_stand(Some(&id("h-2"))).await.unwrap().is_empty());
    transaction.set_finding(&stored(&host, later.clone(), 3)).await.unwrap();
    assert_eq!(transaction.open_drifts_as_they_stand(Some(&host)).await.unwrap()[0].finding, Some(later.clone()));
    transaction.update_drift(drift, &later).await.unwrap();
    assert_eq!(transaction.open_drifts_of(&host).await.unwrap()[&fail.key].finding, later);
    transaction.resolve_drift(drift, at(5), Resolution::Passed).await.unwrap();
    assert!(transaction.open_drifts().await.unwrap().is_empty());
    assert_eq!(transaction.resolved_drifts(9).await.unwrap()[0].resolved, Some((at(5), Resolution::Passed)));
    for (since, wanted) in [(5, 1), (6, 0)] {
        assert_eq!(transaction.drifts_since(at(since), 9).await.unwrap().len(), wanted);
        assert_eq!(usize::try_from(transaction.drift_count_since(at(since)).await.unwrap()).unwrap(), wanted);
    }
    transaction.reopen_drift(drift, &fail).await.unwrap();
    assert_eq!(transaction.drifts_since(at(99), 9).await.unwrap().len(), 1, "an open one is always told");
    assert!(transaction.drift(drift).await.unwrap().unwrap().acknowledged.is_some(), "until it is news again");
    transaction.forget_acknowledged(drift).await.unwrap();
    let found = transaction.drift_of(&host, &fail.key).await.unwrap().unwrap();
    assert_eq!((found.resolved, found.reopened, found.acknowledged), (None, 1, None));
    transaction.resolve_drift(drift, at(6), Resolution::Revoked).await.unwrap();
    let second = transaction.open_drift(&new).await.unwrap();
    assert!(second > drift);
    assert_eq!(transaction.drift_of(&host, &fail.key).await.unwrap().unwrap().id, second);
}
