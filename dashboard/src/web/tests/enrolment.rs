//! Tokens on the page on which hosts are added.

use axum::http::StatusCode;

use super::{Bench, now};
use crate::auth::role::Role;
use crate::store::Token;

impl Bench {
    async fn tokens(&self) -> Vec<Token> {
        self.store.read().await.unwrap().tokens_for_many(9).await.unwrap()
    }
}

#[tokio::test]
async fn a_token_for_a_rollout_is_shown_once_with_its_risk_and_can_be_withdrawn() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    let made = admin.post("/hosts/new", &[("hosts", "50"), ("hours", "72")]).await;
    for said in ["50台", "debconf-set-selections", "enrolment.yaml", "msiexec /i", "取り消し"] {
        assert!(made.text().contains(said), "{said}");
    }
    let [token] = bench.tokens().await.try_into().unwrap();
    assert_eq!((token.hosts, token.used, token.until - token.made_at), (50, 0, chrono::TimeDelta::hours(72)));

    let page = admin.get("/hosts/new").await;
    assert!(page.text().contains("0 / 50台") && !page.text().contains("tenken1."), "{}", page.text());
    let withdraw = format!("/hosts/new/{}/withdraw", token.id);
    assert!(page.text().contains(&withdraw));
    let done = admin.post(&withdraw, &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/hosts/new?done=token_withdrawn"));
    assert_eq!(admin.post(&withdraw, &[]).await.status, StatusCode::NOT_FOUND, "once");
    assert_eq!(admin.post("/hosts/new/x/withdraw", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(!bench.tokens().await[0].works(now()));
    assert!(!admin.get("/hosts/new").await.text().contains(&withdraw));
    let subject = format!("token {}", token.id);
    let acts = [format!("person-admin token_made {subject}"), format!("person-admin token_withdrawn {subject}")];
    assert_eq!(bench.audit().await, acts);
}

#[tokio::test]
async fn what_no_token_can_be_made_of_is_said_at_its_field() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    for (hosts, hours) in
        [("", "24"), ("0", "24"), ("501", "24"), ("-1", "24"), ("五十", "24"), ("50", ""), ("50", "2"), ("50", "9999")]
    {
        let refused = admin.post_refused("/hosts/new", &[("hosts", hosts), ("hours", hours)]).await;
        assert!(refused.text().contains("aria-invalid") && !refused.text().contains("tenken1."), "{hosts} {hours}");
    }
    assert!(bench.tokens().await.is_empty());
    assert_eq!(bench.audit().await, [""; 0]);
}
