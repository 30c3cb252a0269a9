//! The audit log.

use axum::http::StatusCode;

use super::{Bench, now};
use crate::auth::role::Role;
use crate::store::AuditEntry;

#[tokio::test]
async fn the_audit_log_is_paged_and_searched_and_its_head_is_told() {
    let bench = Bench::new().await;
    let auditor = bench.person(Role::Auditor).await;
    assert!(auditor.get("/audit").await.text().contains("まだ記録がありません"));
    let mut transaction = bench.store.write().await.unwrap();
    for n in 1..=250 {
        let act = if n == 7 { "role_changed" } else { "moon_landed" };
        let entry = AuditEntry {
            at: now(),
            person: "sato".into(),
            act: act.into(),
            subject: format!("h-{n}"),
            detail: String::new(),
        };
        transaction.audit(&entry).await.unwrap();
    }
    let head = transaction.audit_head().await.unwrap();
    transaction.save().await.unwrap();
    let page = auditor.get("/audit").await;
    let shows = |page: &super::Answer, n: u32| page.text().contains(&format!(">h-{n}<"));
    assert!(page.text().contains(&head.digest.to_string()) && page.text().contains("moon_landed"));
    assert!(shows(&page, 250) && shows(&page, 151) && !shows(&page, 150));
    assert!(page.text().contains("href=\"/audit?before=151\""));
    let last = auditor.get("/audit?before=51").await;
    assert!(shows(&last, 50) && shows(&last, 1) && !last.text().contains("href=\"/audit?before="));
    for (search, found) in [("H-77", 77), ("%E5%BD%B9%E5%89%B2%E3%82%92%E5%A4%89%E6%9B%B4", 7), ("role_changed", 7)] {
        let page = auditor.get(&format!("/audit?q={search}")).await;
        assert!(shows(&page, found) && !shows(&page, 78), "{search}: {}", page.text());
    }
    let many = auditor.get("/audit?q=sato").await;
    assert!(
        many.text().contains("/audit?q=sato&#38;before=151") || many.text().contains("/audit?q=sato&amp;before=151")
    );
    assert!(auditor.get("/audit?q=%25").await.text().contains("当てはまるものはありません"));
    assert_eq!(auditor.get("/audit?before=x").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.person(Role::Approver).await.get("/audit").await.status, StatusCode::FORBIDDEN);
}
