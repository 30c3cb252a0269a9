use tenken_dashboard::groups::HostScope;
use tenken_dashboard::store::{NewOwnVersion, RollOut, Store, Transaction, VersionState};
use tenken_model::{ItemId, RuleId, Verdict};

use super::{at, enrolled, finding, id, key, stored};
use crate::engines::Database;

fn own(name: &str) -> RuleId {
    RuleId::new(name).unwrap()
}

fn version(rule: &str, version: i64, text: &str, writers: &[&str]) -> NewOwnVersion {
    NewOwnVersion {
        rule: own(rule),
        version,
        text: text.into(),
        cases: "cases: '%'\n".into(),
        items: vec![ItemId::new("technical.9").unwrap()],
        written_at: at(version),
        writers: writers.iter().map(|writer| (*writer).to_owned()).collect(),
    }
}

async fn begun(transaction: &mut Transaction, rule: &str, text: &str) {
    transaction.add_own_rule(&own(rule), "佐藤", at(0)).await.unwrap();
    transaction.add_own_version(&version(rule, 1, text, &["佐藤"])).await.unwrap();
}

pub(crate) async fn versions_of_own_rules_stay_as_they_were_decided(store: &Store, _: &Database) {
    let (rule, text) = (own("own_a"), "title: 'あ' \"x\"\n\n");
    let mut transaction = store.write().await.unwrap();
    begun(&mut transaction, "own_a", text).await;
    begun(&mut transaction, "own_b", "b").await;
    assert!(transaction.own_rule(&own("own_c")).await.unwrap().is_none());
    let second = version("own_a", 1, "two", &["佐藤", "伊藤"]);
    assert!(!transaction.write_own_version(&second, 7).await.unwrap(), "another revision");
    assert!(transaction.write_own_version(&second, 1).await.unwrap());
    assert!(!transaction.ask_own_version((&rule, 1), 1, "佐藤", at(5)).await.unwrap());
    assert!(transaction.ask_own_version((&rule, 1), 2, "佐藤", at(5)).await.unwrap());
    assert!(!transaction.write_own_version(&version("own_a", 1, "three", &[]), 2).await.unwrap(), "it waits");
    assert_eq!(transaction.own_rules_waiting().await.unwrap(), [at(5)]);
    assert!(transaction.take_back_own_version(&rule, 1).await.unwrap());
    assert!(transaction.own_rules_waiting().await.unwrap().is_empty());
    assert!(!transaction.take_back_own_version(&rule, 1).await.unwrap());
    assert!(transaction.ask_own_version((&rule, 1), 2, "伊藤", at(6)).await.unwrap());
    let decided = (&rule, 1);
    assert!(transaction.decide_own_version(decided, VersionState::Approved, "可", "加藤", at(7)).await.unwrap());
    assert!(!transaction.decide_own_version(decided, VersionState::Refused, "", "加藤", at(8)).await.unwrap());
    transaction.add_own_version(&version("own_a", 2, text, &["伊藤"])).await.unwrap();
    transaction.save().await.unwrap();

    let mut transaction = store.read().await.unwrap();
    let versions = transaction.own_versions(&rule, 9).await.unwrap();
    let told: Vec<_> = versions.iter().map(|one| (one.written.version, one.state, one.revision)).collect();
    assert_eq!(told, [(2, VersionState::Draft, 1), (1, VersionState::Approved, 2)]);
    let first = transaction.own_version(&rule, 1).await.unwrap().unwrap();
    assert_eq!(first.written, second);
    assert_eq!((first.asked, first.decided), (Some((at(6), "伊藤".into())), Some((at(7), "加藤".into()))));
    assert_eq!((first.note.as_str(), versions[0].written.text.as_str()), ("可", text));
    let newest = transaction.newest_own_versions().await.unwrap();
    assert_eq!(
        newest.iter().map(|(id, one)| (id.as_str(), one.written.version)).collect::<Vec<_>>(),
        [("own_a", 2), ("own_b", 1)]
    );
    assert_eq!(transaction.own_versions(&rule, 1).await.unwrap().len(), 1);
}

pub(crate) async fn an_own_rule_is_in_force_where_it_was_rolled_out(store: &Store, _: &Database) {
    let rule = own("own_a");
    let scopes = vec![HostScope::Site("本部".into()), HostScope::Group("受付:2".into())];
    let out = RollOut { version: 1, scopes: scopes.clone(), at: at(3), by: "加藤".into() };
    for host in ["h-1", "h-2"] {
        enrolled(store, &id(host), host).await;
    }
    let mut transaction = store.write().await.unwrap();
    begun(&mut transaction, "own_a", "text").await;
    begun(&mut transaction, "own_b", "b").await;
    assert!(transaction.rolled_out().await.unwrap().is_empty());
    assert!(!transaction.withdraw_rule(&rule, "加藤", at(2)).await.unwrap());
    transaction.roll_out(&rule, &out).await.unwrap();
    for (host, rule, verdict) in
        [("h-1", "own_a", Verdict::Fail), ("h-2", "own_a", Verdict::Fail), ("h-2", "clock_synchronised", Verdict::Pass)]
    {
        transaction.set_finding(&stored(&id(host), finding(key(rule, None), verdict, "1"), 1)).await.unwrap();
    }
    let part = stored(&id("h-1"), finding(key("own_a", Some("guest")), Verdict::Fail, "1"), 1);
    transaction.set_finding(&part).await.unwrap();
    transaction.save().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    let found = transaction.rolled_out().await.unwrap();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&one.id, one.version, one.text.as_str(), &one.scopes), (&rule, 1, "text", &scopes));
    assert_eq!(transaction.own_rule(&rule).await.unwrap().unwrap().rolled_out, Some(out));
    assert_eq!(transaction.roll_out_scopes().await.unwrap(), [(rule.clone(), scopes.clone())]);
    let hosts = transaction.rule_hosts().await.unwrap();
    assert_eq!(
        hosts.iter().map(|(rule, of)| (rule.as_str(), of.failing, of.unknown)).collect::<Vec<_>>(),
        [("own_a", 2, 0)]
    );
    assert_eq!(transaction.hosts_with_rule(&rule).await.unwrap(), [id("h-1"), id("h-2")]);
    transaction.forget_findings(&rule, &id("h-1")).await.unwrap();
    assert_eq!(transaction.hosts_with_rule(&rule).await.unwrap(), [id("h-2")]);
    assert_eq!(transaction.findings().await.unwrap().len(), 2, "what was found of others stays");
    assert!(transaction.withdraw_rule(&rule, "加藤", at(9)).await.unwrap());
    assert!(transaction.rolled_out().await.unwrap().is_empty());
    let kept = transaction.own_rule(&rule).await.unwrap().unwrap();
    assert_eq!((kept.rolled_out, kept.withdrawn), (None, Some((at(9), "加藤".into()))));
    transaction.save().await.unwrap();
}
