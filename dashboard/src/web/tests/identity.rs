//! People and the identity provider, as far as it need not answer.

use axum::http::StatusCode;
use tenken_model::Span;

use super::{Bench, Browser, ISSUER, PASSWORD, code, now};
use crate::auth::cookie::Channel;
use crate::auth::password;
use crate::auth::role::Role;
use crate::auth::secret::Secret;
use crate::identity::{Flow, Purpose};
use crate::store::{Identity, NewUser};

/// A person, bound to the account of that name.
async fn bound(bench: &Bench, name: &str, role: Role, password: Option<&str>) -> i64 {
    let hash = match password {
        Some(password) => Some(password::hash(password.to_owned()).await.unwrap()),
        None => None,
    };
    let mut transaction = bench.store.write().await.unwrap();
    let new = NewUser { name: name.into(), role, password: hash, created_at: now() };
    let id = transaction.add_user(&new).await.unwrap();
    let account = format!("{name}@example.jp");
    let identity = Identity { issuer: ISSUER.into(), subject: name.into(), account, bound_at: now() };
    transaction.bind_identity(id, &identity).await.unwrap();
    transaction.save().await.unwrap();
    id
}

/// The person of a browser has just shown the provider who it is.
async fn show(bench: &Bench, browser: &Browser) {
    let mut transaction = bench.store.write().await.unwrap();
    transaction.show_session(&browser.digest(), now()).await.unwrap();
    transaction.save().await.unwrap();
}

async fn sign_in(bench: &Bench, name: &str) -> super::Answer {
    bench.nobody().post("/sign-in", &[("name", name), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn without_a_provider_there_is_nothing_of_it() {
    let bench = Bench::new().await;
    let admin = bench.confirmed(Role::Admin).await;
    for (browser, page) in
        [(&bench.nobody(), "/sign-in"), (&admin, "/account"), (&admin, "/settings"), (&admin, "/confirm")]
    {
        let shown = browser.get(page).await;
        assert!(!shown.text().contains("/provider") && !shown.text().contains("外部アカウント"), "{page}");
    }
    let nobody = bench.nobody();
    let key = "a".repeat(43);
    for (address, fields) in [("/sign-in/provider", vec![]), ("/join/provider", vec![("key", key.as_str())])] {
        assert_eq!(nobody.post(address, &fields).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    for address in ["/account/identity", "/confirm/provider"] {
        assert_eq!(admin.post(address, &[("identity_password", "x")]).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    assert_eq!(nobody.get("/sign-in/provider/callback?state=x&code=y").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_said_and_written_down_a_few_times() {
    let bench = Bench::provided("").await;
    let nobody = bench.nobody();
    assert!(nobody.get("/sign-in").await.text().contains("院内アカウントでサインイン"));
    for _ in 0..9 {
        let shown = nobody.post_refused("/sign-in/provider", &[("next", "/hosts")]).await;
        assert!(shown.text().contains("接続できません") && shown.session().is_none());
        assert_eq!(shown.field("next").as_deref(), Some("/sign-in?next=/hosts"));
    }
    assert_eq!(bench.audit().await, ["— identity_refused —"; 5], "nobody fills the log");
    let entries = bench.store.read().await.unwrap().audit_entries(None, 1).await.unwrap();
    assert!(entries[0].1.detail.contains("private_network"), "{}", entries[0].1.detail);
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_worth_nothing_and_not_written_down() {
    let bench = Bench::provided("").await;
    let (state, browser) = (Secret::new().unwrap(), Secret::new().unwrap());
    let flow = |age: i64| Flow {
        browser: browser.digest(),
        purpose: Purpose::SignIn,
        next: "/".into(),
        begun_at: Span::from_secs(-age).after(now()),
    };
    let answer = format!("/sign-in/provider/callback?state={}&code=x", state.text());
    let keep = async |flow: Flow| {
        let mut transaction = bench.store.write().await.unwrap();
        transaction.add_flow(&state.digest(), &flow).await.unwrap();
        transaction.save().await.unwrap();
    };
    let mut asked = bench.nobody();
    asked.cookies.push(format!("{}={}", Channel::Loopback.flow_cookie(), browser.text()));
    assert!(asked.get(&answer).await.text().contains("もう一度やり直してください"), "nothing was begun");
    keep(flow(0)).await;
    assert!(bench.nobody().get(&answer).await.text().contains("もう一度やり直してください"), "another browser");
    assert!(asked.get(&answer).await.text().contains("もう一度やり直してください"), "it was used up");
    keep(flow(600)).await;
    assert!(asked.get(&answer).await.text().contains("もう一度やり直してください"), "too late");
    assert_eq!(bench.audit().await, [""; 0]);
    keep(flow(0)).await;
    let refused = asked.get(&answer).await;
    assert!(refused.text().contains("接続できません") && refused.session().is_none());
    assert_eq!(refused.cookie("tenken_flow").as_deref(), Some("tenken_flow="), "the cookie is taken away");
    assert_eq!(bench.audit().await, ["— identity_refused —"]);
}

#[tokio::test]
async fn an_account_is_bound_by_who_knows_the_password() {
    let bench = Bench::provided("").await;
    let id = bound(&bench, "sato", Role::Officer, Some(PASSWORD)).await;
    let sato = bench.session(id).await;
    assert!(sato.get("/account").await.text().contains("sato@example.jp"));
    let wrong = sato.post_refused("/account/identity/unbind", &[("identity_password", "wrong")]).await;
    assert!(wrong.text().contains("現在のパスワードが違います"));
    let twice = sato.post_refused("/account/identity", &[("identity_password", PASSWORD)]).await;
    assert!(twice.text().contains("先に解除してください"));
    let other = bench.session(id).await;
    let unbound = sato.post("/account/identity/unbind", &[("identity_password", PASSWORD)]).await;
    assert_eq!(unbound.location(), "/account?done=identity_unbound");
    assert_eq!(other.get("/hosts").await.status, StatusCode::SEE_OTHER, "the other sessions end");
    assert_eq!(bench.user("sato").await.identity, None);
    let refused = sato.post_refused("/account/identity", &[("identity_password", "wrong")]).await;
    assert!(refused.text().contains("現在のパスワードが違います"));
    let refused = sato.post_refused("/account/identity", &[("identity_password", PASSWORD)]).await;
    assert!(refused.text().contains("接続できません"), "the provider is asked");
    assert_eq!(bench.audit().await, ["sato identity_unbound sato", "sato identity_refused sato"]);
}

#[tokio::test]
async fn who_has_no_password_shows_the_provider_who_it_is_before_a_second_factor_is_set_up() {
    let bench = Bench::provided("").await;
    let id = bound(&bench, "ito", Role::Approver, None).await;
    let ito = bench.session(id).await;
    let page = ito.get("/account").await;
    assert!(page.text().contains("ここでは解除できません") && !page.text().contains("action=\"/account/password\""));
    let page = ito.get("/account/second-factor").await;
    assert!(page.text().contains("院内アカウントで本人確認") && page.field("key").is_none());
    let fields = [("key", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), ("code", &code(0)), ("password", "")];
    assert_eq!(ito.post("/account/second-factor", &fields).await.location(), "/account/second-factor");
    assert_eq!(bench.user("ito").await.second_factor, None, "an open session is not enough");
    show(&bench, &ito).await;
    assert!(ito.get("/account/second-factor").await.field("password").is_none());
    assert_eq!(ito.post("/account/second-factor", &fields).await.status, StatusCode::OK);
    assert!(bench.user("ito").await.second_factor.is_some());
}

#[tokio::test]
async fn what_needs_a_second_factor_asks_the_provider_and_one_factor_is_not_enough() {
    let bench = Bench::provided("").await;
    let id = bound(&bench, "sato", Role::Admin, Some(PASSWORD)).await;
    let sato = bench.session(id).await;
    assert_eq!(sato.get("/people/new").await.location(), "/confirm?next=/people/new");
    let page = sato.get("/confirm?next=/people/new").await;
    assert!(page.text().contains("action=\"/confirm/provider\"") && !page.text().contains("name=\"code\""));
    show(&bench, &sato).await;
    assert_eq!(sato.get("/people/new").await.location(), "/confirm?next=/people/new");
    let mut transaction = bench.store.write().await.unwrap();
    transaction.confirm_session(&sato.digest(), now()).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(sato.get("/people/new").await.status, StatusCode::OK);
    // Bound to an account of another provider, who cannot be asked: a second factor of the dashboard's own is needed.
    let mut transaction = bench.store.write().await.unwrap();
    transaction.unbind_identity(id).await.unwrap();
    let identity = Identity {
        issuer: "https://another.example.jp".into(),
        subject: "x".into(),
        account: "x".into(),
        bound_at: now(),
    };
    transaction.bind_identity(id, &identity).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(sato.get("/people/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(sato.post("/confirm/provider", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn passwords_may_be_left_to_administrators() {
    let bench = Bench::provided("local_sign_in: administrators\n").await;
    bound(&bench, "sato", Role::Admin, Some(PASSWORD)).await;
    bound(&bench, "ito", Role::Approver, Some(PASSWORD)).await;
    let id = bound(&bench, "abe", Role::Viewer, Some(PASSWORD)).await;
    let mut transaction = bench.store.write().await.unwrap();
    transaction.unbind_identity(id).await.unwrap();
    transaction.save().await.unwrap();
    assert!(sign_in(&bench, "sato").await.session().is_some(), "for the day on which the provider is down");
    assert!(sign_in(&bench, "abe").await.session().is_some(), "who is not bound");
    let refused = sign_in(&bench, "ito").await;
    assert!(refused.session().is_none() && refused.text().contains("院内アカウントでサインインしてください"));
    let wrong = bench.nobody().post("/sign-in", &[("name", "ito"), ("password", "wrong")]).await;
    assert!(wrong.text().contains("違います"), "told to whom knows the password alone");
    assert_eq!(bench.audit().await.last().unwrap(), "ito local_sign_in_refused ito");
}

#[tokio::test]
async fn an_administrator_unbinds_and_resetting_takes_the_binding_too() {
    let bench = Bench::provided("").await;
    let admin = bench.confirmed(Role::Admin).await;
    let ito = bound(&bench, "ito", Role::Officer, None).await;
    let session = bench.session(ito).await;
    assert!(admin.get("/people").await.text().contains("利用中"), "who has no password can sign in nevertheless");
    let page = format!("/people/{ito}");
    assert!(admin.get(&page).await.text().contains("ito@example.jp"));
    let unbound = admin.post(&format!("{page}/unbind"), &[]).await;
    assert_eq!(unbound.location(), format!("{page}?done=identity_unbound"));
    assert_eq!(session.get("/hosts").await.status, StatusCode::SEE_OTHER);
    let kato = bound(&bench, "kato", Role::Officer, Some(PASSWORD)).await;
    assert_eq!(admin.post(&format!("/people/{kato}/reset"), &[]).await.status, StatusCode::OK);
    assert_eq!(bench.user("kato").await.identity, None);
    let myself = bench.user("person-admin").await.id;
    let refused = admin.post_refused(&format!("/people/{myself}/unbind"), &[]).await;
    assert!(!refused.text().contains("identity_unbound"));
    let wanted = ["person-admin identity_unbound ito", "person-admin person_reset kato"];
    assert_eq!(bench.audit().await, wanted);
}
