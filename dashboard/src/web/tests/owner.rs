//! Asking the person who uses a PC.

use axum::http::StatusCode;

use super::{Bench, Browser};
use crate::auth::role::Role;

async fn registered(officer: &Browser, email: &str) {
    let person = [("name", "田中 花子"), ("affiliation", "own"), ("email", email)];
    assert_eq!(officer.post("/registers/people/new", &person).await.status, StatusCode::SEE_OTHER);
    let host = [("name", "PC-UKETSUKE3"), ("kind", "pc"), ("status", "in_use"), ("user", "田中 花子")];
    assert_eq!(officer.post("/registers/hosts/new", &host).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_officer_asks_the_user_once_a_day() {
    let bench = Bench::mailing(false).await;
    let officer = bench.person(Role::Officer).await;
    let ask = "/drifts/1/owner";
    assert!(!officer.get("/drifts/1").await.text().contains(ask), "nobody is known to use it");
    assert_eq!(officer.post(ask, &[]).await.status, StatusCode::CONFLICT);
    registered(&officer, "tanaka@example.jp").await;
    let page = officer.get("/drifts/1").await;
    assert!(page.text().contains("利用者へ依頼文を送る") && page.text().contains("田中 花子さんに"), "{}", page.text());
    for role in [Role::Viewer, Role::Auditor] {
        let browser = bench.person(role).await;
        assert!(!browser.get("/drifts/1").await.text().contains(ask), "{role}");
        assert_eq!(browser.post(ask, &[]).await.status, StatusCode::FORBIDDEN, "{role}");
    }
    let asked = officer.post(ask, &[]).await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/drifts/1?done=owner_asked"));
    assert_eq!(officer.post(ask, &[]).await.status, StatusCode::CONFLICT, "not twice by mistake");
    let page = officer.get("/drifts/1").await;
    assert!(page.text().contains("次に送れるのは24時間後です。") && !page.text().contains(ask), "{}", page.text());
    let outbox = officer.get("/outbox").await;
    assert!(
        outbox.text().contains("利用者への依頼") && outbox.text().contains("田中 花子さん宛て"),
        "{}",
        outbox.text()
    );
    assert_eq!(bench.audit().await.last().unwrap(), "person-officer owner_asked 1");
    assert_eq!(officer.post("/drifts/9/owner", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_user_without_an_address_cannot_be_asked() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    registered(&officer, "").await;
    let page = officer.get("/drifts/1").await;
    assert!(page.text().contains("利用者のメールアドレスが分からないため"), "{}", page.text());
    assert_eq!(officer.post("/drifts/1/owner", &[]).await.status, StatusCode::CONFLICT);
    let bad = [("name", "鈴木"), ("affiliation", "own"), ("email", "suzuki@")];
    assert!(officer.post_refused("/registers/people/new", &bad).await.text().contains("aria-invalid"));
}
