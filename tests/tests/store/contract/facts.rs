use tenken_dashboard::store::{HeldFact, Store};
use tenken_model::fact::accounts::Accounts;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::observation::Outcome;
use tenken_model::{Facts, Observation, Read, Reason, ReasonCode, Span, Topic};

use super::{at, enrolled, id};
use crate::engines::Database;

/// An observation of accounts, told apart by the numbers they share.
pub(super) fn accounts(shared: &str, second: i64) -> Observation<Accounts> {
    Observation {
        read_at: at(second),
        took: Span::ZERO,
        sources: Vec::new(),
        outcome: Outcome::Known(Accounts {
            entries: Vec::new(),
            complete: Read::Measured(true),
            one_password_policy: Read::Measured(true),
            outside_administrators: Vec::new(),
            administrators_complete: Read::Measured(true),
            shared_uids: vec![shared.to_owned()],
            sign_ins_since: Read::Measured(None),
            sign_ins_complete: Read::Measured(true),
        }),
    }
}

fn kept(shared: &str, second: i64) -> KeptFact {
    KeptFact::of(&AnyObservation::Accounts(accounts(shared, second))).unwrap()
}

pub(crate) async fn facts_are_the_newest_of_each_topic(store: &Store, database: &Database) {
    let (host, other) = (id("h-1"), id("h-2"));
    enrolled(store, &host, "a").await;
    enrolled(store, &other, "b").await;
    let before = store.read().await.unwrap().change_counter().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    transaction.set_fact(&host, &kept("1: a b", 1), at(1)).await.unwrap();
    transaction.set_fact(&host, &kept("1: 佐藤 'x' %", 2), at(3)).await.unwrap();
    transaction.set_fact(&other, &kept("", 99).held_between(at(0), at(4)), at(4)).await.unwrap();
    let reason = Reason::new(ReasonCode::TimedOut, "t");
    let failed = AnyObservation::failed(Topic::Neighbours, at(5), Span::ZERO, reason);
    transaction.set_fact(&host, &KeptFact::of(&failed).unwrap(), at(5)).await.unwrap();
    transaction.save().await.unwrap();
    let after = store.read().await.unwrap().change_counter().await.unwrap();
    assert_eq!(after, before, "no page shows facts, so that open ones need not be fetched anew");

    let mut expected = Facts::default();
    expected.insert(AnyObservation::Accounts(accounts("1: 佐藤 'x' %", 2)));
    expected.insert(failed);
    let mut transaction = store.read().await.unwrap();
    let held = transaction.held_facts_of(&host).await.unwrap();
    assert_eq!(held.keys().collect::<Vec<_>>(), ["accounts", "neighbours"]);
    let digest = kept("1: 佐藤 'x' %", 9).digest();
    assert_eq!(held["accounts"], HeldFact { digest, outdated_since: None });
    assert_eq!(transaction.facts_of(&host, at(99)).await.unwrap(), expected);
    assert_eq!(transaction.facts_of(&id("h-9"), at(99)).await.unwrap(), Facts::default());
    let of_other = transaction.facts_of(&other, at(99)).await.unwrap();
    assert_eq!(of_other.accounts.as_deref(), Some(&accounts("", 4)), "the time is the one it was held to");
    drop(transaction);

    // What its host says has changed counts for a while, until it is told anew.
    let mut transaction = store.write().await.unwrap();
    transaction.set_fact_outdated(&host, "accounts", Some(at(10))).await.unwrap();
    assert_eq!(transaction.held_facts_of(&host).await.unwrap()["accounts"].outdated_since, Some(at(10)));
    assert_eq!(transaction.facts_of(&host, at(9)).await.unwrap(), expected);
    let found = transaction.facts_of(&host, at(10)).await.unwrap();
    let Some(Observation { outcome: Outcome::Failed(reason), .. }) = found.accounts.as_deref() else {
        panic!("it counts")
    };
    assert_eq!(reason.code, ReasonCode::Stale);
    transaction.set_fact(&host, &kept("1: 佐藤 'x' %", 2), at(12)).await.unwrap();
    assert_eq!(transaction.facts_of(&host, at(99)).await.unwrap(), expected);

    transaction.keep_record_gap(&host, at(5), at(20)).await.unwrap();
    transaction.keep_record_gap(&host, at(5), at(21)).await.unwrap();
    transaction.keep_record_gap(&host, at(40), at(50)).await.unwrap();
    assert_eq!(transaction.record_gaps(&host).await.unwrap(), [(at(40), at(50)), (at(5), at(21))]);
    assert_eq!(transaction.record_gaps(&other).await.unwrap(), []);
    transaction.forget_host_sessions(at(22)).await.unwrap();
    assert_eq!(transaction.record_gaps(&host).await.unwrap(), [(at(40), at(50))]);
    transaction.save().await.unwrap();

    // Another program's form is not read, and fails nothing else.
    database.run("UPDATE facts SET body = '{}' WHERE topic = 'accounts'").await;
    database.run("UPDATE facts SET topic = 'telepathy' WHERE topic = 'neighbours'").await;
    let found = store.read().await.unwrap().facts_of(&host, at(0)).await.unwrap();
    assert!(found.neighbours.is_none());
    let Some(Observation { outcome: Outcome::Failed(reason), read_at, .. }) = found.accounts.as_deref() else {
        panic!("read")
    };
    assert_eq!((reason.code, *read_at), (ReasonCode::Unparsable, at(2)));
}
