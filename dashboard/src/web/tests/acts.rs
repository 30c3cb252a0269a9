//! What people do with drifts, items and hosts.

use axum::http::StatusCode;
use tenken_model::HostId;

use super::Bench;
use crate::auth::role::Role;

#[tokio::test]
async fn a_drift_is_taken_up_once() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    assert!(officer.get("/drifts/1").await.text().contains("PC-UKETSUKE3"));
    let done = officer.post("/drifts/1/acknowledge", &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/drifts/1?done=acknowledged"));
    assert!(officer.get("/drifts/1?done=acknowledged").await.text().contains("person-officer"));
    let again = officer.post("/drifts/1/acknowledge", &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(officer.post("/drifts/2/acknowledge", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.audit().await, ["person-officer drift_acknowledged 1"]);
}

#[tokio::test]
async fn a_host_is_revoked_by_its_name_alone() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    let host = HostId::new("h-1").unwrap();
    for wrong in ["", "pc-uketsuke3", "h-1"] {
        let refused = admin.post_refused("/hosts/h-1/revoke", &[("name", wrong)]).await;
        assert!(refused.text().contains("aria-invalid"), "{wrong}");
    }
    assert_eq!(bench.store.read().await.unwrap().host(&host).await.unwrap().unwrap().revoked_at, None);
    let done = admin.post("/hosts/h-1/revoke", &[("name", " PC-UKETSUKE3 ")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/hosts?done=revoked"));
    assert_eq!(bench.audit().await, ["person-admin host_revoked h-1"]);
    assert!(bench.store.read().await.unwrap().open_drifts().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_is_shown_once() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    assert!(!admin.get("/hosts/new").await.text().contains("--token"));
    let made = admin.post("/hosts/new", &[]).await;
    assert!(made.text().contains("tenken-agent enrol --dashboard"), "{}", made.text());
    assert!(!admin.get("/hosts/new").await.text().contains("--token"));
}
