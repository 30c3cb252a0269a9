//! Tokens on the page on which hosts are added.

use axum::http::{StatusCode, header};
use tenken_model::digest::Digest;
use tenken_model::enrol::Authority;

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

#[tokio::test]
async fn whoever_has_signed_in_gets_the_certificate_that_agents_get() {
    let bench = Bench::new().await;
    let viewer = bench.person(Role::Viewer).await;
    let file = viewer.get("/authority.crt").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header(header::CONTENT_TYPE), "application/x-x509-ca-cert");
    assert_eq!(file.header(header::CONTENT_DISPOSITION), "attachment; filename=\"tenken-authority.crt\"");
    let told: Authority = serde_json::from_str(bench.nobody().get("/v1/authority").await.text()).unwrap();
    assert_eq!(file.text(), told.certificate_pem);
    assert_eq!(bench.nobody().get("/authority.crt").await.status, StatusCode::SEE_OTHER);

    let certificate = pem::parse(file.text()).unwrap();
    assert_eq!(certificate.tag(), "CERTIFICATE");
    let digest = Digest::of(certificate.contents()).to_string().to_uppercase();
    let admin = bench.person(Role::Admin).await;
    for (person, address) in [(&viewer, "/hosts/versions"), (&admin, "/hosts/new"), (&admin, "/settings")] {
        let page = person.get(address).await;
        assert!(page.text().contains("href=\"/authority.crt\""), "{address}");
        assert!(page.text().replace(':', "").contains(&digest), "{address}: {digest}");
    }
}
