use tenken_calendar::PlannedTime;
use tenken_dashboard::store::{
    Change, Decision, NewProposal, NewVersion, NewWaiver, Origin, Outcome, Proposal, Store, StoreError, Transaction,
    Waiver, WaiverDecision,
};
use tenken_engine::Checklist;
use tenken_form::compare::Difference;
use tenken_form::declaration::{Answer, Declaration};
use tenken_form::header::Header;
use tenken_model::ItemId;

use super::{at, id, key};
use crate::engines::Database;

/// A form in which every item is 実施済.
fn declared(day: &str) -> NewVersion {
    let checklist = Checklist::embedded().unwrap();
    let answers = checklist.items().map(|item| (item.id.clone(), Answer::done())).collect();
    let declaration = Declaration::new(&checklist, day.parse().unwrap(), answers, Header::default()).unwrap();
    NewVersion { declaration, origin: Origin::TakenIn, accepted_at: at(1), accepted_by: "sato".into() }
}

pub(crate) async fn versions_of_the_form_follow_each_other(store: &Store, _: &Database) {
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.declaration().await.unwrap(), None);
    let first = transaction.add_version(&declared("2024-12-11")).await.unwrap();
    transaction.open_publication(first, at(1)).await.unwrap();
    let second = transaction.add_version(&declared("2026-11-26")).await.unwrap();
    transaction.open_publication(second, at(2)).await.unwrap();
    transaction.save().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.declaration().await.unwrap().unwrap().id, second);
    assert_eq!(transaction.version_before(second).await.unwrap().unwrap().kept, declared("2024-12-11"));
    assert_eq!(transaction.version_before(first).await.unwrap(), None);
    assert_eq!(transaction.version_count().await.unwrap(), 2);
    let second_page = transaction.versions_from(1, 9).await.unwrap();
    assert_eq!(second_page.iter().map(|it| it.id).collect::<Vec<_>>(), [first]);
    assert_eq!(transaction.versions(9).await.unwrap().iter().map(|it| it.id).collect::<Vec<_>>(), [second, first]);
    let shown = async |transaction: &mut Transaction| transaction.publication(second).await.unwrap().unwrap().shown_at;
    assert_eq!(shown(&mut transaction).await, None);
    for (outcome, at_second, wanted) in [
        (Outcome::Failed("no route".into()), 3, None),
        (Outcome::Shown, 4, Some(at(4))),
        (Outcome::Shown, 5, Some(at(4))),
        (Outcome::Failed("no route".into()), 6, Some(at(4))),
        (Outcome::Differs(vec![Difference::Header]), 7, None),
        (Outcome::Shown, 8, Some(at(8))),
        (Outcome::NoForm(String::new()), 9, None),
    ] {
        transaction.set_published(second, &outcome, at(at_second)).await.unwrap();
        assert_eq!(shown(&mut transaction).await, wanted, "{outcome:?}");
        let checked = transaction.publication(second).await.unwrap().unwrap().checked;
        assert_eq!(checked, Some((at(at_second), outcome)));
    }
    assert_eq!(transaction.publication(first).await.unwrap().unwrap().checked, None);
}

pub(crate) async fn one_proposal_is_open_for_each_item(store: &Store, _: &Database) {
    let item = ItemId::new("technical.9").unwrap();
    let planned = Answer::planned(PlannedTime::new("2027年5月").unwrap());
    let change = |after| Change::Answer { item: item.clone(), before: Answer::done(), after };
    let proposal = |after, by: Option<&str>| NewProposal {
        change: change(after),
        reason: "更新待ち".into(),
        proposed_at: at(1),
        proposed_by: by.map(str::to_owned),
    };
    let mut transaction = store.write().await.unwrap();
    let version = transaction.add_version(&declared("2024-12-11")).await.unwrap();
    let id = transaction.propose(&proposal(None, None)).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let twice = transaction.propose(&proposal(Some(planned.clone()), Some("ito"))).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
    drop(transaction);

    let mut transaction = store.write().await.unwrap();
    assert!(transaction.decide_proposal(id, Decision::Replaced, Some("ito"), "", None, at(2)).await.unwrap());
    let tenkens = id;
    let id = transaction.propose(&proposal(Some(planned), Some("ito"))).await.unwrap();
    let decide = async |transaction: &mut Transaction, decision| {
        transaction.decide_proposal(id, decision, Some("tanaka"), "了承", Some(version), at(5)).await.unwrap()
    };
    assert!(decide(&mut transaction, Decision::Accepted).await);
    assert!(!decide(&mut transaction, Decision::Refused).await);
    let decided = transaction.proposal(id).await.unwrap().unwrap();
    assert_eq!(decided.decided, Some((at(5), Some("tanaka".into()), Decision::Accepted)));
    assert_eq!((decided.note.as_str(), decided.version), ("了承", Some(version)));
    let next = transaction.propose(&proposal(None, None)).await.unwrap();
    let ids = |found: Vec<Proposal>| found.iter().map(|proposal| proposal.id).collect::<Vec<_>>();
    assert_eq!(ids(transaction.open_proposals().await.unwrap()), [next]);
    assert_eq!(ids(transaction.proposals_of(&item).await.unwrap()), [next, id, tenkens]);
    assert_eq!(ids(transaction.proposals_behind(version).await.unwrap()), [id]);
    assert_eq!(ids(transaction.decided_proposals(5).await.unwrap()), [id, tenkens]);
}

pub(crate) async fn waivers_hold_until_their_end(store: &Store, _: &Database) {
    let asked = |host: Option<&str>| NewWaiver {
        rule: key("clock_synchronised", None).rule,
        host: host.map(id),
        subject: None,
        reason: "更新待ち".into(),
        compensation: "毎週確認".into(),
        until: at(100),
        asked_at: at(1),
        asked_by: "ito".into(),
    };
    let mut transaction = store.write().await.unwrap();
    let one = transaction.ask_waiver(&asked(Some("h-1"))).await.unwrap();
    let all = transaction.ask_waiver(&asked(None)).await.unwrap();
    assert!(transaction.waivers_in_force(at(2)).await.unwrap().is_empty());
    for waiver in [one, all] {
        assert!(transaction.decide_waiver(waiver, WaiverDecision::Granted, "tanaka", at(3)).await.unwrap());
    }
    assert!(!transaction.decide_waiver(one, WaiverDecision::Refused, "tanaka", at(4)).await.unwrap());
    let covers = |waiver: &Waiver, host: &str, subject| waiver.covers(&id(host), &key("clock_synchronised", subject));
    let waiver = transaction.waiver(one).await.unwrap().unwrap();
    assert!(covers(&waiver, "h-1", None) && covers(&waiver, "h-1", Some("eth0")) && !covers(&waiver, "h-2", None));
    assert!(covers(&transaction.waiver(all).await.unwrap().unwrap(), "h-2", None));
    assert!(!waiver.covers(&id("h-1"), &key("clock_source_approved", None)));
    assert_eq!(transaction.waivers_in_force(at(99)).await.unwrap().len(), 2);
    assert!(transaction.waivers_in_force(at(100)).await.unwrap().is_empty());
    assert!(transaction.end_waiver(one, "ito", at(50)).await.unwrap());
    assert!(!transaction.end_waiver(one, "ito", at(51)).await.unwrap());
    assert!(!transaction.end_waiver(all, "ito", at(100)).await.unwrap());
    let waiver = transaction.waiver(one).await.unwrap().unwrap();
    assert_eq!((waiver.ended.clone(), waiver.holds(at(60))), (Some((at(50), "ito".into())), false));
    let of = |waiver: &Waiver| waiver.id;
    assert_eq!(transaction.waivers_in_force(at(60)).await.unwrap().iter().map(of).collect::<Vec<_>>(), [all]);
    assert_eq!(transaction.waivers().await.unwrap().iter().map(of).collect::<Vec<_>>(), [all, one]);
    let ids = |waivers: Vec<Waiver>| waivers.iter().map(|waiver| waiver.id).collect::<Vec<_>>();
    let ends = async |transaction: &mut Transaction, until| {
        let new = NewWaiver { until: at(until), ..asked(Some("h-2")) };
        let id = transaction.ask_waiver(&new).await.unwrap();
        transaction.decide_waiver(id, WaiverDecision::Granted, "tanaka", at(3)).await.unwrap();
        id
    };
    let (late, soon) = (ends(&mut transaction, 900).await, ends(&mut transaction, 90).await);
    let waits = transaction.ask_waiver(&asked(None)).await.unwrap();
    let in_order = [waits, soon, all, late, one];
    assert_eq!(ids(transaction.waivers_from(at(60), 0, 9).await.unwrap()), in_order);
    assert_eq!(ids(transaction.waivers_from(at(60), 1, 2).await.unwrap()), in_order[1..3]);
    assert_eq!(ids(transaction.waivers_from(at(100), 0, 9).await.unwrap()), [waits, late, soon, all, one]);
    assert_eq!(ids(transaction.waivers_standing(at(60)).await.unwrap()), [all, late, soon, waits]);
    assert_eq!(ids(transaction.waivers_standing(at(100)).await.unwrap()), [late, waits]);
    assert_eq!(transaction.waiver_count().await.unwrap(), 5);
    let other = NewWaiver { rule: key("clock_source_approved", None).rule, ..asked(None) };
    let other = transaction.ask_waiver(&other).await.unwrap();
    for (rule, wanted) in [
        ("clock_synchronised", vec![waits, soon, late, all, one]),
        ("clock_source_approved", vec![other]),
        ("x", Vec::new()),
    ] {
        let found = transaction.waivers_of_rule(&key(rule, None).rule).await.unwrap();
        assert_eq!(found.iter().map(of).collect::<Vec<_>>(), wanted, "{rule}");
    }
}
