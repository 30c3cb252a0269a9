//! Signing in and confirming with the second factor.

use axum::http::{StatusCode, header};

use super::{Answer, Bench, Browser, PASSWORD, code, key, now};
use crate::auth::cookie::Channel;
use crate::auth::password;
use crate::auth::recovery::RecoveryCode;
use crate::auth::role::Role;
use crate::auth::secret::Secret;
use crate::store::{NewUser, SecondFactor};

/// A person with a password and a second factor; the recovery codes.
async fn with_factor(bench: &Bench) -> Vec<RecoveryCode> {
    let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
    let codes = RecoveryCode::some().unwrap();
    let mut transaction = bench.store.write().await.unwrap();
    let new = NewUser { name: "sato".into(), role: Role::Approver, password: Some(hash), created_at: now() };
    let id = transaction.add_user(&new).await.unwrap();
    transaction.set_second_factor(id, &SecondFactor { key: key(), last_step: 0, set_at: now() }).await.unwrap();
    let digests: Vec<_> = codes.iter().map(|code| code.digest(id)).collect();
    transaction.set_recovery_codes(id, &digests).await.unwrap();
    transaction.save().await.unwrap();
    codes
}

/// A browser whose password was right.
async fn half_open(bench: &Bench) -> Browser {
    let mut browser = bench.nobody();
    let fields = [("name", "sato"), ("password", PASSWORD), ("next", "/hosts?a=b")];
    let asked = browser.post("/sign-in", &fields).await;
    assert_eq!((asked.status, asked.session()), (StatusCode::SEE_OTHER, None));
    assert_eq!(asked.location(), "/sign-in/code?next=/hosts%3Fa%3Db");
    browser.cookies.push(asked.cookie(Channel::Loopback.half_cookie()).unwrap());
    browser
}

async fn send(browser: &Browser, field: &str, code: &str) -> Answer {
    browser.post("/sign-in/code", &[(field, code), ("next", "/hosts?a=b")]).await
}

#[tokio::test]
async fn a_code_is_asked_after_the_password_and_taken_once() {
    let bench = Bench::new().await;
    with_factor(&bench).await;
    let mut browser = half_open(&bench).await;
    assert!(browser.get("/hosts").await.location().starts_with("/sign-in?"), "half-open opens nothing");
    let page = browser.get("/sign-in/code?next=/hosts%3Fa%3Db").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("name=\"next\" value=\"/hosts?a=b\""), "{}", page.text());
    let wrong = browser.post_refused("/sign-in/code", &[("code", "000000"), ("next", "/hosts")]).await;
    assert_eq!(wrong.session(), None);

    let right = send(&browser, "code", &code(-1)).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/hosts?a=b"));
    let cookies: Vec<_> = right.headers.get_all(header::SET_COOKIE).iter().collect();
    assert!(cookies.iter().any(|cookie| cookie.to_str().unwrap().starts_with("tenken_half=;")), "{cookies:?}");
    let again = send(&browser, "code", &code(0)).await;
    assert_eq!((again.location(), again.session()), ("/sign-in", None), "a half-open sign-in leads in once");
    browser.cookies.push(right.session().unwrap());
    assert_eq!(browser.get("/hosts").await.status, StatusCode::OK);

    let browser = half_open(&bench).await;
    assert_eq!(send(&browser, "code", &code(-1)).await.session(), None, "used");
    let next = send(&browser, "code", &code(0)).await;
    assert!(next.session().is_some() && next.session() != right.session());
    let browser = half_open(&bench).await;
    assert_eq!(send(&browser, "code", &code(-1)).await.session(), None, "older than the one used");
    assert_eq!(bench.audit().await, ["sato signed_in sato", "sato signed_in sato"]);
}

#[tokio::test]
async fn a_recovery_code_leads_in_once() {
    let bench = Bench::new().await;
    let codes = with_factor(&bench).await;
    let browser = half_open(&bench).await;
    let text = codes[3].text().to_lowercase();
    assert!(send(&browser, "recovery", &text).await.session().is_some());
    let browser = half_open(&bench).await;
    assert_eq!(send(&browser, "recovery", &text).await.session(), None);
    assert!(send(&browser, "recovery", &codes[4].text()).await.session().is_some());
    let audit = bench.audit().await;
    assert_eq!(audit.iter().filter(|entry| entry.contains("recovery_code_used")).count(), 2);
}

#[tokio::test]
async fn wrong_codes_cost_time_and_the_password_takes_none_back() {
    let bench = Bench::new().await;
    with_factor(&bench).await;
    let browser = half_open(&bench).await;
    for _ in 0..2 {
        assert!(send(&browser, "code", "000000").await.text().contains("aria-describedby"));
    }
    let browser = half_open(&bench).await;
    assert_eq!(send(&browser, "code", "nothing").await.status, StatusCode::OK);
    let waits = send(&browser, "code", &code(0)).await;
    assert_eq!(waits.session(), None, "even the right code waits now");
    assert!(waits.text().contains("一時的に受け付けていません"), "{}", waits.text());
    let password = bench.nobody().post("/sign-in", &[("name", "sato"), ("password", PASSWORD)]).await;
    assert_eq!(password.cookie(Channel::Loopback.half_cookie()), None);
}

#[tokio::test]
async fn a_session_that_somebody_else_planted_leads_nowhere() {
    let bench = Bench::new().await;
    with_factor(&bench).await;
    let planted = format!("{}={}", Channel::Loopback.session_cookie(), Secret::new().unwrap().text());
    let mut browser = half_open(&bench).await;
    browser.cookies.insert(0, planted.clone());
    let right = send(&browser, "code", &code(0)).await;
    assert_ne!(right.session().unwrap(), planted);
    let mut thief = bench.nobody();
    thief.cookies.push(planted);
    assert!(thief.get("/hosts").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_session_is_confirmed_and_leads_back() {
    let bench = Bench::new().await;
    with_factor(&bench).await;
    let browser = bench.session(bench.user("sato").await.id).await;
    let confirmed = async || {
        let session = bench.store.read().await.unwrap().session(&browser.digest()).await.unwrap().unwrap();
        session.times.is_confirmed(now())
    };
    assert!(!confirmed().await);
    browser.post_refused("/confirm", &[("code", "123456"), ("next", "/hosts")]).await;
    assert!(!confirmed().await);
    let away = browser.post("/confirm", &[("code", &code(0)), ("next", "https://evil.example/")]).await;
    assert_eq!((away.status, away.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(confirmed().await);
    let again = browser.post("/confirm", &[("code", &code(1)), ("next", "/people/3")]).await;
    assert_eq!(again.location(), "/people/3");
    assert_eq!(bench.audit().await, ["sato code_confirmed sato", "sato code_confirmed sato"]);

    let bare = bench.person(Role::Admin).await;
    let page = bare.get("/confirm?next=/people").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("href=\"/account/second-factor\""));
}
