//! Thresholds for all hosts, a site or a group.

use axum::http::StatusCode;

use super::{Bench, now};
use crate::auth::role::Role;
use crate::groups::HostScope;
use crate::policy::Parameters;
use crate::registers::{Definition, keep};

const PAGE: &str = "/rules/clock_synchronised/parameters";

fn typed<'a>(scope: &'a str, value: &'a str, reason: &'a str) -> [(&'a str, &'a str); 4] {
    [("name", "last_sync_max"), ("scope", scope), ("value", value), ("reason", reason)]
}

async fn set(bench: &Bench) -> Vec<(String, String)> {
    let kept: Option<Parameters> = bench.store.read().await.unwrap().setting().await.unwrap();
    kept.unwrap_or_default().set.into_iter().map(|set| (set.scope.word(), set.value.to_string())).collect()
}

#[tokio::test]
async fn an_approver_sets_a_threshold_for_a_group_with_a_reason() {
    let bench = Bench::new().await;
    let hosts = Definition::by_slug("hosts").unwrap();
    let file = "name,kind,status,site,group\nPC-UKETSUKE3,pc,in_use,本部,受付\n".as_bytes();
    keep::import(&bench.store, hosts, file, None, "ito", now()).await.unwrap();

    let officer = bench.confirmed(Role::Officer).await;
    let page = officer.get(PAGE).await;
    assert!(page.text().contains("最後の同期からの最長時間") && page.text().contains("製品の既定値"));
    assert!(!page.text().contains("name=\"reason\""), "who may not set it gets no form");
    assert_eq!(officer.post(PAGE, &typed("all", "2h", "x")).await.status, StatusCode::FORBIDDEN);

    let approver = bench.confirmed(Role::Approver).await;
    let page = approver.get(PAGE).await;
    for part in ["group:受付", "site:本部", "value=\"all\""] {
        assert!(page.text().contains(part), "{part}");
    }
    for (value, reason, told) in
        [("2h", " ", "理由を"), ("30d", "x", "この値は使えません"), ("soon", "x", "この値は使えません")]
    {
        let refused = approver.post_refused(PAGE, &typed("group:受付", value, reason)).await;
        assert!(
            refused.text().contains(told) && refused.text().contains("role=\"alert\""),
            "{value}: {}",
            refused.text()
        );
    }
    assert!(set(&bench).await.is_empty());
    let done = approver.post(PAGE, &typed("group:受付", "2h", "同期元が遠いため")).await;
    assert_eq!(done.location(), format!("{PAGE}?done=parameter_set"));
    approver.post(PAGE, &typed("all", "3h", "全体を見直したため")).await;
    let page = approver.get(PAGE).await.text().to_owned();
    let (group, all) = (page.find("グループ「受付」</th>").unwrap(), page.find("すべての機器</th>").unwrap());
    assert!(group < all && page.contains("同期元が遠いため") && page.contains("person-approver"), "{page}");
    assert!(officer.get("/rules/clock_synchronised").await.text().contains("グループ「受付」: <b>2時間</b>"));

    let back = approver.post(PAGE, &typed("group: 受付 ", "", "元に戻すため")).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(set(&bench).await, [("all".to_owned(), "\"3h\"".to_owned())]);
    let acts: Vec<String> = bench.audit().await.into_iter().filter(|act| act.contains("parameter")).collect();
    let told = |act: &str| format!("person-approver {act} clock_synchronised");
    assert_eq!(acts, [told("parameter_set"), told("parameter_set"), told("parameter_cleared")]);
}

#[tokio::test]
async fn setting_a_threshold_needs_a_confirmation_and_a_parameter_that_is_there() {
    let bench = Bench::new().await;
    let unconfirmed = bench.person(Role::Approver).await;
    assert!(unconfirmed.get(PAGE).await.text().contains(&format!("/confirm?next={PAGE}")));
    assert_eq!(unconfirmed.post(PAGE, &typed("all", "2h", "x")).await.status, StatusCode::FORBIDDEN);
    let admin = bench.confirmed(Role::Admin).await;
    let other = [("name", "no_such"), ("scope", "all"), ("value", "2h"), ("reason", "x")];
    assert_eq!(admin.post(PAGE, &other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(PAGE, &typed("section:technical", "2h", "x")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(admin.get("/rules/no_such/parameters").await.status, StatusCode::NOT_FOUND);
    let of_agency = "/rules/maintenance_logs_reviewed/parameters";
    let fields = |scope| [("name", "within"), ("scope", scope), ("value", "5"), ("reason", "x")];
    let refused = admin.post_refused(of_agency, &fields("group:受付")).await;
    assert!(refused.text().contains("機関全体で判定"), "{}", refused.text());
    assert_eq!(admin.post(of_agency, &fields("all")).await.status, StatusCode::SEE_OTHER);
    let kept: Parameters = bench.store.read().await.unwrap().setting().await.unwrap().unwrap();
    assert_eq!((kept.set.len(), &kept.set[0].scope), (1, &HostScope::All));
    assert_eq!(admin.get("/rules/accounts_registered/parameters").await.status, StatusCode::OK, "without any");
}
