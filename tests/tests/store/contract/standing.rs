use std::collections::{BTreeMap, BTreeSet};

use tenken_dashboard::store::{DriftMark, FindingCounts, Part, RuleFindings, Store};
use tenken_model::{Reason, ReasonCode, RuleId, Verdict};

use super::{another_drift, at, enrolled, finding, id, key, stored};
use crate::engines::Database;

/// The first host fails on a part of it by rule b, the second says of rule a only that a part passes, the third says nothing,
/// and the fourth is revoked.
pub(crate) async fn findings_are_counted_where_they_are_kept(store: &Store, _: &Database) {
    for host in ["h-1", "h-2", "h-3", "h-4"] {
        enrolled(store, &id(host), host).await;
    }
    let unknown = || Verdict::Unknown(Reason::new(ReasonCode::NoAnswer, "x"));
    let mut transaction = store.write().await.unwrap();
    for (host, rule, subject, verdict) in [
        ("h-1", "a", None, Verdict::Pass),
        ("h-1", "b", Some("x"), Verdict::Fail),
        ("h-1", "b", Some("y"), unknown()),
        ("h-2", "a", Some("x"), Verdict::Pass),
        ("h-2", "b", None, Verdict::NotApplicable),
        ("h-4", "a", None, Verdict::Fail),
        ("h-4", "b", Some("x"), Verdict::Fail),
    ] {
        transaction.set_finding(&stored(&id(host), finding(key(rule, subject), verdict, "1"), 7)).await.unwrap();
    }
    transaction.revoke_host(&id("h-4"), at(9)).await.unwrap();
    transaction.save().await.unwrap();

    let rule = |text: &str| RuleId::new(text).unwrap();
    let mut transaction = store.read().await.unwrap();
    let loud = transaction.loud_findings().await.unwrap();
    let loud: Vec<_> = loud
        .iter()
        .map(|it| (it.host.as_str(), it.key.clone(), it.verdict.word(), it.unknown.map(ReasonCode::word), it.since))
        .collect();
    let expected = [("x", "fail", None), ("y", "unknown", Some("no_answer"))];
    assert_eq!(loud, expected.map(|(part, word, why)| ("h-1", key("b", Some(part)), word, why, at(7))));
    let counts = |pass, fail, unknown, not_applicable| FindingCounts { pass, fail, unknown, not_applicable };
    let (a, b) = (counts(2, 0, 0, 0), counts(0, 1, 1, 1));
    let found = BTreeMap::from([
        (rule("a"), RuleFindings { whole: 1, counts: a }),
        (rule("b"), RuleFindings { whole: 1, counts: b }),
    ]);
    assert_eq!(transaction.rule_findings().await.unwrap(), found);
    assert_eq!(transaction.finding_counts_of_rule(&rule("b")).await.unwrap(), b);
    assert_eq!(transaction.hosts_loud_on_part().await.unwrap(), BTreeMap::from([(rule("b"), 1)]));
    assert_eq!(transaction.hosts_without_finding().await.unwrap(), BTreeSet::from([id("h-3")]));
    let unjudged = |hosts: &[&str]| hosts.iter().map(|host| id(host)).collect::<Vec<_>>();
    let mut without_a = transaction.hosts_unjudged(&rule("a")).await.unwrap();
    without_a.sort();
    assert_eq!(without_a, unjudged(&["h-2", "h-3"]), "that a part passes says nothing of the host");
    assert_eq!(transaction.hosts_unjudged(&rule("b")).await.unwrap(), unjudged(&["h-3"]));
    assert_eq!((transaction.standing_hosts().await.unwrap(), transaction.revoked_count().await.unwrap()), (3, 1));

    for (part, skipped, limit, words) in [
        (Part::All, 0, 9, &["fail", "unknown", "not_applicable"][..]),
        (Part::All, 1, 1, &["unknown"]),
        (Part::Loud, 0, 9, &["fail", "unknown"]),
        (Part::Quiet, 0, 9, &["not_applicable"]),
        (Part::Quiet, 1, 9, &[]),
    ] {
        let found = transaction.findings_of_rule_from(&rule("b"), part, skipped, limit).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| it.finding.verdict.kind().word()).collect();
        assert_eq!(found, words, "{part:?} {skipped} {limit}");
    }
    let one = transaction.finding_of(&id("h-2"), &key("b", None)).await.unwrap().unwrap();
    assert_eq!((one.since, one.finding.verdict), (at(7), Verdict::NotApplicable));
    assert_eq!(transaction.hosts_failing().await.unwrap().len(), 2);
    transaction.abandon().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    let drift = another_drift(&mut transaction, &id("h-1"), "b").await;
    let other = another_drift(&mut transaction, &id("h-2"), "a").await;
    assert!(transaction.acknowledge_drift(drift, "sato", at(9)).await.unwrap());
    let of_b = BTreeMap::from([((id("h-1"), key("b", None)), DriftMark { id: drift, acknowledged: true })]);
    assert_eq!(transaction.open_drifts_of_rule(&rule("b")).await.unwrap(), of_b);
    let all = transaction.open_drift_marks().await.unwrap();
    assert_eq!(all[&(id("h-2"), key("a", None))], DriftMark { id: other, acknowledged: false });
    assert_eq!(all.len(), 2);
    let brief = transaction.hosts_in_brief().await.unwrap();
    assert_eq!(brief.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["h-1", "h-2", "h-3"]);
}
