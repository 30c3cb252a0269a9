//! Who took which file is in the audit log.

use axum::http::StatusCode;
use tenken_model::digest::Digest;

use super::Bench;
use crate::auth::role::Role;

#[tokio::test]
async fn files_that_leave_are_written_down_once_in_a_while() {
    let bench = Bench::new().await;
    bench.declare().await;
    let officer = bench.person(Role::Officer).await;
    let account = [("account", "sato"), ("kind", "person"), ("owner", "佐藤")];
    assert_eq!(officer.post("/registers/accounts/new", &account).await.status, StatusCode::SEE_OTHER);
    let begun = bench.audit().await.len();
    let auditor = bench.person(Role::Auditor).await;
    let sheet = "/items/technical.9/sheet";
    for address in ["/audit-package/oscal", "/audit-package/json", "/audit-package/json", sheet, sheet] {
        assert_eq!(auditor.get(address).await.status, StatusCode::OK, "{address}");
    }
    let csv = officer.get("/registers/accounts/export?format=csv").await;
    for format in ["csv-cp932", "xlsx"] {
        let address = format!("/registers/accounts/export?format={format}");
        assert_eq!(officer.get(&address).await.status, StatusCode::OK, "{format}");
    }
    assert_eq!(officer.get(sheet).await.status, StatusCode::OK);
    assert_eq!(
        bench.audit().await[begun..],
        [
            "person-auditor results_taken oscal",
            "person-auditor results_taken json",
            "person-auditor sheet_taken technical.9",
            "person-officer register_taken accounts.csv",
            "person-officer register_taken accounts.xlsx",
            "person-officer sheet_taken technical.9",
        ]
    );
    let entries = bench.store.read().await.unwrap().audit_entries(None, 3).await.unwrap();
    assert_eq!(entries[2].1.detail, format!("rows 1\nSHA-256 {}", Digest::of(&csv.body)));
    let page = auditor.get("/audit").await;
    assert!(page.text().contains("台帳をファイルに出力") && page.text().contains("点検結果をファイルに出力"));
}

#[tokio::test]
async fn what_anybody_may_see_or_nobody_got_is_not_written_down() {
    let bench = Bench::new().await;
    bench.declare().await;
    let auditor = bench.person(Role::Auditor).await;
    let viewer = bench.person(Role::Viewer).await;
    for address in ["/audit-package/oscal-catalog", "/declaration/form/pdf", "/declaration/versions/1/csv"] {
        assert_eq!(auditor.get(address).await.status, StatusCode::OK, "{address}");
    }
    assert_eq!(viewer.get("/audit-package/json").await.status, StatusCode::FORBIDDEN);
    assert_eq!(viewer.get("/items/technical.99/sheet").await.status, StatusCode::NOT_FOUND);
    assert_eq!(viewer.get("/registers/accounts/export?format=doc").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(bench.audit().await, [""; 0]);
}
