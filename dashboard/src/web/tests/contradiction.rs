//! Remarks of the published form that the agency's own registers contradict.

use tenken_engine::Checklist;
use tenken_form::declaration::Answer;
use tenken_model::ItemId;

use super::{Bench, now};
use crate::auth::role::Role;
use crate::declaration::settle;
use crate::store::{Change, Decision, NewVersion, Origin};

/// Puts a form in force whose answer about wireless networks carries that remark.
async fn remark(bench: &Bench, remark: &str) {
    let mut transaction = bench.store.write().await.unwrap();
    let mut declaration = transaction.declaration().await.unwrap().unwrap().kept.declaration;
    let answer = Answer { remark: remark.to_owned(), ..Answer::done() };
    declaration.answers.insert(ItemId::new("technical.17").unwrap(), answer);
    let new = NewVersion { declaration, origin: Origin::TakenIn, accepted_at: now(), accepted_by: "sato".to_owned() };
    transaction.add_version(&new).await.unwrap();
    transaction.save().await.unwrap();
}

/// The items about which Tenken itself has an open proposal.
async fn proposed(bench: &Bench) -> Vec<String> {
    settle(&bench.store, &Checklist::embedded().unwrap(), now()).await.unwrap();
    let open = bench.store.read().await.unwrap().open_proposals().await.unwrap();
    let items = open.iter().filter_map(|proposal| proposal.proposed.change.item().map(ToString::to_string));
    items.filter(|item| item != "technical.9").collect()
}

#[tokio::test]
async fn a_remark_that_denies_what_a_register_has_is_contradicted() {
    let bench = Bench::new().await;
    bench.declare().await;
    remark(&bench, "無線LANは使用していない").await;
    let officer = bench.person(Role::Officer).await;
    let said = "申告の備考は「無線LANは使用していない」ですが";
    let shown = async || officer.get("/items/technical.17").await.text().to_owned();
    assert!(!shown().await.contains(said) && proposed(&bench).await.is_empty());

    // A wired network is no contradiction.
    for (name, kind) in [("事務所", "wired"), ("2F無線", "wireless")] {
        assert!(proposed(&bench).await.is_empty());
        let fields = [("name", name), ("kind", kind)];
        assert_eq!(officer.post("/registers/networks/new", &fields).await.location(), "/registers/networks?done=saved");
    }
    let page = shown().await;
    assert!(
        page.contains(said) && page.contains("「2F無線」") && page.contains("href=\"/registers/networks/2\""),
        "{page}"
    );
    assert_eq!(proposed(&bench).await, ["technical.17"], "of the other items about wireless none has a remark");

    // Who corrects the remark ends it; so does who closes the row.
    remark(&bench, "WPA3-Enterpriseで認証").await;
    assert!(proposed(&bench).await.is_empty() && !shown().await.contains("申告の備考"));
    remark(&bench, "該当なし").await;
    assert_eq!(proposed(&bench).await, ["technical.17"]);
    let page = officer.get("/registers/networks/2").await;
    let revision = page.field("revision").unwrap();
    let closed = officer.post("/registers/networks/2/close", &[("revision", &revision)]).await;
    assert_eq!(closed.location(), "/registers/networks?done=closed");
    assert!(proposed(&bench).await.is_empty() && !shown().await.contains("申告の備考"));
    let decided = bench.store.read().await.unwrap().proposals_of(&ItemId::new("technical.17").unwrap()).await.unwrap();
    let all_settled = decided.iter().all(|proposal| {
        matches!(proposal.decided, Some((_, None, Decision::Settled)))
            && matches!(proposal.proposed.change, Change::Answer { after: None, .. })
    });
    assert!(all_settled && decided.len() == 2, "{decided:?}");
}
