//! People: adding them, what they may, and who may decide on it.

use axum::http::StatusCode;
use tenken_model::Span;

use super::{Bench, Browser, PASSWORD, now};
use crate::auth::invitation;
use crate::auth::role::Role;
use crate::store::NewUser;

/// The secret of the link on a page that shows an invitation.
fn key(page: &str) -> String {
    page.split("/join?key=").nth(1).unwrap().chars().take(43).collect()
}

async fn id(bench: &Bench, name: &str) -> i64 {
    bench.user(name).await.id
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_is_in() {
    let bench = Bench::new().await;
    let admin = bench.confirmed(Role::Admin).await;
    for wrong in [[("name", "a b"), ("role", "officer")], [("name", "ito"), ("role", "king")]] {
        let refused = admin.post_refused("/people/new", &wrong).await;
        assert!(refused.text().contains("aria-invalid"), "{wrong:?}");
    }
    let no_address = [("name", "ito"), ("role", "officer"), ("email", "nobody")];
    assert!(admin.post_refused("/people/new", &no_address).await.text().contains("value=\"nobody\""));
    let fields = [("name", "Ito"), ("role", "officer"), ("email", "ito@example.jp")];
    let made = admin.post("/people/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK);
    let key = key(made.text());
    assert!(admin.post_refused("/people/new", &fields).await.text().contains("すでに使われています"));
    assert!(admin.get("/people").await.text().contains("招待中"));

    let mut ito = bench.nobody();
    let page = ito.get(&format!("/join?key={key}")).await;
    assert!(page.text().contains("「ito」") && page.field("next").as_deref() == Some("/join"), "{}", page.text());
    let sent = |password: &'static str, again: &'static str| {
        [("key", key.clone()), ("password", password.into()), ("again", again.into())]
    };
    for (password, again) in [("short", "short"), (PASSWORD, "another")] {
        let fields = sent(password, again);
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert!(ito.post_refused("/join", &fields).await.session().is_none());
    }
    let fields = sent(PASSWORD, PASSWORD);
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let joined = ito.post("/join", &fields).await;
    assert_eq!((joined.status, joined.location()), (StatusCode::SEE_OTHER, "/"));
    ito.cookies.push(joined.session().unwrap());
    assert_eq!(ito.get("/registers/accounts/new").await.status, StatusCode::OK, "an officer");
    assert_eq!(bench.user("ito").await.last_sign_in, Some(now()));
    assert_eq!(bench.nobody().post("/join", &fields).await.session(), None, "a link works once");
    let entered = bench.nobody().post("/sign-in", &[("name", "ito"), ("password", PASSWORD)]).await;
    assert!(entered.session().is_some());
    let wanted = ["person-admin person_added ito", "ito person_joined ito", "ito signed_in ito"];
    assert_eq!(bench.audit().await, wanted);
}

#[tokio::test]
async fn a_link_that_is_old_replaced_or_of_a_disabled_person_lets_nobody_in() {
    let bench = Bench::new().await;
    let admin = bench.confirmed(Role::Admin).await;
    let made = admin.post("/people/new", &[("name", "ito"), ("role", "viewer")]).await;
    let (first, person) = (key(made.text()), id(&bench, "ito").await);
    let works = async |key: &str| bench.nobody().get(&format!("/join?key={key}")).await.text().contains("「ito」");
    assert!(works(&first).await);
    let second = key(admin.post(&format!("/people/{person}/reset"), &[]).await.text());
    assert!(!works(&first).await && works(&second).await);
    admin.post(&format!("/people/{person}/disable"), &[]).await;
    assert!(!works(&second).await);
    admin.post(&format!("/people/{person}/enable"), &[]).await;
    assert!(works(&second).await);
    let (old, mut invitation) = invitation::make(now()).unwrap();
    invitation.until = now();
    let mut transaction = bench.store.write().await.unwrap();
    transaction.set_invitation(person, &invitation).await.unwrap();
    transaction.save().await.unwrap();
    assert!(!works(old.text()).await && !works("").await && !works("x").await);
}

#[tokio::test]
async fn nobody_decides_on_the_own_role_and_one_administrator_stays() {
    let bench = Bench::new().await;
    let admin = bench.confirmed(Role::Admin).await;
    let myself = id(&bench, "person-admin").await;
    for (act, fields) in [("role", &[("role", "auditor")][..]), ("disable", &[]), ("reset", &[])] {
        let refused = admin.post_refused(&format!("/people/{myself}/{act}"), fields).await;
        assert!(refused.text().contains("自分の役割や利用状態は変更できません"), "{act}");
    }
    let mut transaction = bench.store.write().await.unwrap();
    let new = |name: &str, password: Option<&str>| NewUser {
        name: name.into(),
        role: Role::Admin,
        password: password.map(str::to_owned),
        created_at: now(),
    };
    let other = transaction.add_user(&new("other", Some("$argon2id$x"))).await.unwrap();
    transaction.add_user(&new("invited", None)).await.unwrap();
    // Who acts lost the password meanwhile: the other one is the last who can sign in.
    transaction.set_password(myself, None).await.unwrap();
    transaction.open_session(&admin.digest(), myself, now()).await.unwrap();
    transaction.confirm_session(&admin.digest(), now()).await.unwrap();
    transaction.save().await.unwrap();
    for (act, fields) in [("role", &[("role", "viewer")][..]), ("disable", &[]), ("reset", &[])] {
        let refused = admin.post_refused(&format!("/people/{other}/{act}"), fields).await;
        assert!(refused.text().contains("管理者が1人もいなくなる"), "{act}");
    }
    assert_eq!(bench.audit().await, [""; 0]);
    assert_eq!(admin.post("/people/999/role", &[("role", "viewer")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_an_administrator_changes_holds_at_once() {
    let bench = Bench::new().await;
    let admin = bench.confirmed(Role::Admin).await;
    let officer = bench.confirmed(Role::Officer).await;
    let person = id(&bench, "person-officer").await;
    let post = async |act: &str, fields: &[(&str, &str)]| {
        admin.post(&format!("/people/{person}/{act}"), fields).await.location().to_owned()
    };
    assert_eq!(officer.get("/registers/accounts/new").await.status, StatusCode::OK);
    assert_eq!(post("role", &[("role", "viewer")]).await, format!("/people/{person}?done=saved"));
    assert_eq!(officer.get("/registers/accounts/new").await.status, StatusCode::FORBIDDEN);
    let refused = admin.post_refused(&format!("/people/{person}/email"), &[("email", "a@b@c")]).await;
    assert!(refused.text().contains("aria-invalid"));
    post("email", &[("email", " o@example.jp ")]).await;
    assert_eq!(bench.user("person-officer").await.email.as_deref(), Some("o@example.jp"));
    post("reset", &[]).await;
    let reset = bench.user("person-officer").await;
    assert_eq!((reset.password, reset.second_factor), (None, None));
    assert!(officer.get("/hosts").await.location().starts_with("/sign-in"), "the sessions end");
    let again = bench.session(person).await;
    assert_eq!(post("disable", &[]).await, format!("/people/{person}?done=person_disabled"));
    assert!(again.get("/hosts").await.location().starts_with("/sign-in"));
    post("disable", &[]).await;
    assert_eq!(post("enable", &[]).await, format!("/people/{person}?done=person_enabled"));
    let acts = ["role_changed", "email_changed", "person_reset", "person_disabled", "person_enabled"];
    assert_eq!(bench.audit().await, acts.map(|act| format!("person-admin {act} person-officer")));
}

/// Where each act on people leads, without anything being done.
async fn leads(browser: &Browser, person: i64) -> Vec<(StatusCode, String)> {
    let mut answers = Vec::new();
    for address in ["/people/new".to_owned(), format!("/people/{person}/role"), format!("/people/{person}/reset")] {
        let answer = browser.post(&address, &[("name", "x"), ("role", "viewer")]).await;
        answers.push((answer.status, answer.location().to_owned()));
    }
    answers
}

#[tokio::test]
async fn people_are_administered_with_a_fresh_second_factor_alone() {
    let bench = Bench::new().await;
    let bare = bench.person(Role::Admin).await;
    bench.confirmed(Role::Officer).await;
    let person = id(&bench, "person-officer").await;
    assert_eq!(leads(&bare, person).await, vec![(StatusCode::FORBIDDEN, String::new()); 3]);
    let asked = bare.get("/people/new").await;
    assert!(asked.text().contains("href=\"/account/second-factor\""), "it says to set one up");

    let approver = bench.confirmed(Role::Approver).await;
    let mut transaction = bench.store.write().await.unwrap();
    transaction.set_role(bench.user("person-approver").await.id, Role::Admin).await.unwrap();
    let before = Span::from_secs(-600).after(now());
    transaction.confirm_session(&approver.digest(), before).await.unwrap();
    transaction.save().await.unwrap();
    let to_confirm = |next: &str| (StatusCode::SEE_OTHER, format!("/confirm?next={next}"));
    let page = format!("/people/{person}");
    let wanted = [to_confirm("/people/new"), to_confirm(&page), to_confirm(&page)];
    assert_eq!(leads(&approver, person).await, wanted);
    assert!(approver.get(&page).await.text().contains(&format!("/confirm?next={page}")), "nobody types in vain");
    assert_eq!(bench.audit().await, [""; 0]);
    let confirmed = approver.post("/confirm", &[("code", &super::code(0)), ("next", "/people/new")]).await;
    assert_eq!(confirmed.location(), "/people/new");
    assert_eq!(approver.get("/people/new").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_auditor_sees_the_people_and_no_form() {
    let bench = Bench::new().await;
    let auditor = bench.confirmed(Role::Auditor).await;
    bench.person(Role::Officer).await;
    let person = id(&bench, "person-officer").await;
    let list = auditor.get("/people").await;
    assert!(list.text().contains("person-officer") && !list.text().contains("/people/new"));
    let page = auditor.get(&format!("/people/{person}")).await;
    assert!(page.text().contains("person-officer") && !page.text().contains(&format!("action=\"/people/{person}")));
    assert!(auditor.get("/settings").await.text().contains("href=\"/audit\""));
}
