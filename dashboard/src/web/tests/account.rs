//! One's own account.

use axum::http::StatusCode;

use super::{Bench, Browser, PASSWORD, now};
use crate::auth::password;
use crate::auth::role::Role;
use crate::auth::totp::{Key, step};
use crate::store::NewUser;

const FRESH: &str = "battery horse correct";

/// A person with a password, with two sessions.
async fn with_password(bench: &Bench) -> (Browser, Browser) {
    let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
    let mut transaction = bench.store.write().await.unwrap();
    let new = NewUser { name: "sato".into(), role: Role::Viewer, password: Some(hash), created_at: now() };
    let id = transaction.add_user(&new).await.unwrap();
    transaction.save().await.unwrap();
    (bench.session(id).await, bench.session(id).await)
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/hosts").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_the_sessions() {
    let bench = Bench::new().await;
    let (mut here, there) = with_password(&bench).await;
    let fields = |present: &'static str, fresh: &'static str, again: &'static str| {
        [("present", present), ("password", fresh), ("again", again)]
    };
    for (present, fresh, again) in [("wrong", FRESH, FRESH), (PASSWORD, "short", "short"), (PASSWORD, FRESH, "other")] {
        let refused = here.post_refused("/account/password", &fields(present, fresh, again)).await;
        assert!(refused.text().contains("aria-invalid"), "{present} {fresh} {again}");
    }
    let changed = here.post("/account/password", &fields(PASSWORD, FRESH, FRESH)).await;
    assert_eq!(changed.location(), "/account?done=password_changed");
    assert!(!is_in(&here).await && !is_in(&there).await, "the session has a new secret");
    here.cookies = vec![changed.session().unwrap()];
    assert!(is_in(&here).await);
    let old = bench.nobody().post("/sign-in", &[("name", "sato"), ("password", PASSWORD)]).await;
    assert_eq!(old.session(), None);
    assert_eq!(bench.audit().await, ["sato password_changed sato"]);
}

#[tokio::test]
async fn a_wrong_present_password_costs_time() {
    let bench = Bench::new().await;
    let (here, _) = with_password(&bench).await;
    let fields = [("present", "wrong"), ("password", FRESH), ("again", FRESH)];
    for _ in 0..5 {
        here.post_refused("/account/password", &fields).await;
    }
    let right = [("present", PASSWORD), ("password", FRESH), ("again", FRESH)];
    let waits = here.post_refused("/account/password", &right).await;
    assert!(waits.text().contains("一時的に受け付けていません"), "{}", waits.text());
}

#[tokio::test]
async fn a_second_factor_is_set_up_used_and_removed() {
    let bench = Bench::new().await;
    let (here, there) = with_password(&bench).await;
    let page = here.get("/account/second-factor").await;
    let text = page.field("key").unwrap();
    assert!(page.text().contains("class=\"qr\""));
    assert_ne!(here.get("/account/second-factor").await.field("key").unwrap(), text, "each page has its own key");
    let key = Key::from_text(&text).unwrap();
    let code = |off: i64| format!("{:06}", key.code(step(now()) + off).unwrap());
    let send = async |code: &str, password: &str| {
        here.post("/account/second-factor", &[("key", &text), ("code", code), ("password", password)]).await
    };
    for (code, password) in [(code(0), "wrong"), ("000000".to_owned(), PASSWORD), (code(9), PASSWORD)] {
        let refused = send(&code, password).await;
        assert_eq!(refused.field("key").as_deref(), Some(text.as_str()), "the key stays");
        assert!(refused.text().contains("aria-invalid"));
    }
    let made = send(&code(0), PASSWORD).await;
    assert_eq!((made.status, made.text().matches("<li><code>").count()), (StatusCode::OK, 10));
    assert!(!is_in(&there).await, "sessions that began without it end");
    assert_eq!(here.get("/account/second-factor").await.location(), "/account");
    assert_eq!(send(&code(1), PASSWORD).await.status, StatusCode::CONFLICT, "there is one already");
    assert_eq!(here.post("/confirm", &[("code", &code(0))]).await.status, StatusCode::OK, "the first code is used");

    assert!(here.get("/account").await.text().contains("残り10個"));
    let again = here.post("/account/recovery-codes", &[]).await;
    assert_eq!(again.text().matches("<li><code>").count(), 10);
    let first = |page: &str| page.split("<li><code>").nth(1).unwrap().chars().take(11).collect::<String>();
    let (old, new) = (first(made.text()), first(again.text()));
    assert_eq!(here.post("/confirm", &[("recovery", &old)]).await.status, StatusCode::OK, "replaced");
    assert_eq!(here.post("/confirm", &[("recovery", &new)]).await.status, StatusCode::SEE_OTHER);
    let removed = here.post("/account/second-factor/remove", &[]).await;
    assert_eq!(removed.location(), "/account?done=second_factor_removed");
    assert_eq!(bench.user("sato").await.second_factor, None);
    assert_eq!(here.post("/account/recovery-codes", &[]).await.status, StatusCode::FORBIDDEN);
    let acts =
        ["second_factor_set", "recovery_codes_made", "recovery_code_used", "code_confirmed", "second_factor_removed"];
    assert_eq!(bench.audit().await, acts.map(|act| format!("sato {act} sato")));
}

#[tokio::test]
async fn a_second_factor_is_not_removed_by_a_session_alone() {
    let bench = Bench::new().await;
    bench.confirmed(Role::Viewer).await;
    let stolen = bench.session(bench.user("person-viewer").await.id).await;
    for address in ["/account/second-factor/remove", "/account/recovery-codes"] {
        assert_eq!(stolen.post(address, &[]).await.location(), "/confirm?next=/account", "{address}");
    }
    assert!(bench.user("person-viewer").await.second_factor.is_some());
}

#[tokio::test]
async fn the_other_sessions_are_listed_and_ended() {
    let bench = Bench::new().await;
    let (here, there) = with_password(&bench).await;
    let stranger = bench.person(Role::Officer).await;
    let page = here.get("/account").await;
    assert_eq!((page.text().matches("この端末").count(), page.text().matches("ほかの端末</th>").count()), (1, 1));
    assert_eq!(here.post("/account/sessions/end", &[]).await.location(), "/account?done=sessions_ended");
    assert!(is_in(&here).await && !is_in(&there).await && is_in(&stranger).await);
    assert_eq!(bench.audit().await, ["sato sessions_ended sato"]);
}

#[tokio::test]
async fn the_language_and_the_address_are_kept() {
    let bench = Bench::new().await;
    let (here, _) = with_password(&bench).await;
    let refused = here.post_refused("/account", &[("email", "sato"), ("language", "en")]).await;
    assert!(refused.text().contains("value=\"sato\""));
    assert_eq!(here.post("/account", &[("email", ""), ("language", "xx")]).await.status, StatusCode::BAD_REQUEST);
    let saved = here.post("/account", &[("email", "sato@example.jp"), ("language", "en")]).await;
    assert_eq!(saved.cookie("tenken_language").as_deref(), Some("tenken_language=en"));
    assert_eq!(bench.user("sato").await.email.as_deref(), Some("sato@example.jp"));
    let entered = bench.nobody().post("/sign-in", &[("name", "sato"), ("password", PASSWORD)]).await;
    assert_eq!(entered.cookie("tenken_language").as_deref(), Some("tenken_language=en"), "also in another browser");
    here.post("/account", &[("email", ""), ("language", "en")]).await;
    assert_eq!(bench.user("sato").await.email, None);
}
