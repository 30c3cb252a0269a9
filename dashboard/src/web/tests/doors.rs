//! Coming in, going out, and what never gets in.

use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName};
use axum::http::{Method, StatusCode, header};

use tenken_model::Span;

use super::{Bench, PASSWORD, now};
use crate::auth::role::Role;
use crate::auth::secret::Secret;

#[tokio::test]
async fn the_first_administrator_comes_in_and_goes_out() {
    let bench = Bench::new().await;
    let mut browser = bench.nobody();
    let key = bench.first_run_link().await;
    let shown = browser.get(&format!("/first-run?key={key}")).await;
    assert_eq!((shown.status, shown.field("key")), (StatusCode::OK, Some(key.clone())));
    let fields =
        |again: &'static str| [("key", key.as_str()), ("name", "sato"), ("password", PASSWORD), ("again", again)];
    let differs = browser.post("/first-run", &fields("another")).await;
    assert_eq!((differs.status, differs.session()), (StatusCode::OK, None));
    let made = browser.post("/first-run", &fields(PASSWORD)).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/"));
    browser.cookies.push(made.session().unwrap());
    let overview = browser.get("/").await;
    assert_eq!(overview.status, StatusCode::OK);
    assert!(overview.text().contains("PC-UKETSUKE3") && overview.header(CONTENT_SECURITY_POLICY).contains("'none'"));
    browser.token = overview.field("csrf").unwrap();
    let over = bench.nobody().post("/first-run", &fields(PASSWORD)).await;
    assert_eq!((over.status, over.session()), (StatusCode::OK, None), "a link works once");

    let wrong = bench.nobody().post("/sign-in", &[("name", "sato"), ("password", "wrong"), ("next", "/hosts")]).await;
    assert_eq!((wrong.status, wrong.session()), (StatusCode::OK, None));
    assert!(wrong.text().contains("name=\"next\" value=\"/hosts\""), "where it was to lead to is kept");
    for (next, wanted) in [
        ("/registers/accounts?q=a&closed=true", "/registers/accounts?q=a&closed=true"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ] {
        let right = bench.nobody().post("/sign-in", &[("name", "sato"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, wanted), "{next}");
        assert_ne!(right.session(), made.session(), "each sign-in has a session of its own");
        let signed = browser.get(&format!("/sign-in?next={}", super::encoded(next))).await;
        assert_eq!(signed.location(), wanted, "{next}");
    }

    let out = browser.post("/sign-out", &[]).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in?done=signed_out"));
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"));
    let after = browser.get("/hosts?state=x").await;
    assert_eq!(after.location(), "/sign-in?next=/hosts%3Fstate%3Dx", "the session ended on the dashboard too");
}

#[tokio::test]
async fn what_another_site_sends_is_refused_on_a_page() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    let other = bench.person(Role::Officer).await;
    let fields = [("account", "a"), ("kind", "person"), ("owner", "b")];
    for token in ["", "wrong", other.token.as_str()] {
        let sent = [&[("csrf", token)], fields.as_slice()].concat();
        let answer = admin.post_bare("/registers/accounts/new", &sent).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
        assert!(answer.text().contains("<h1"), "{token}");
        let upload = admin.upload("/registers/accounts/import", token, b"account,kind,owner\na,person,b\n").await;
        assert_eq!(upload.status, StatusCode::FORBIDDEN, "{token}");
    }
    let missing = admin.post_bare("/hosts/h-1/revoke", &[("name", "PC-UKETSUKE3")]).await;
    assert_eq!(missing.status, StatusCode::FORBIDDEN);
    let site = HeaderName::from_static("sec-fetch-site");
    for address in ["/sign-in", "/hosts/new", "/drifts/1/acknowledge", "/registers/accounts/import"] {
        let answer = admin.with_header(Method::POST, address, site.clone(), "cross-site").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
        assert!(answer.text().contains("<h1"), "{address}");
    }
    let origin = admin.with_header(Method::POST, "/hosts/new", header::ORIGIN, "https://evil.example").await;
    assert_eq!(origin.status, StatusCode::FORBIDDEN);
    assert_eq!(bench.audit().await, [""; 0], "none of it was done");
    let own = admin.with_header(Method::POST, "/drifts/1/acknowledge", site, "same-origin").await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_not_there_or_too_large_is_said_on_a_page_in_both_languages() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    let large = "x".repeat(70 << 10);
    for (language, not_found) in [("ja", "見つかりません"), ("en", "Page not found")] {
        let mut browser = admin.clone();
        browser.cookies.push(format!("tenken_language={language}"));
        for address in [
            "/nothing",
            "/items/technical.999",
            "/items/x",
            "/hosts/h-9",
            "/drifts/99",
            "/drifts/x",
            "/registers/passwords",
            "/registers/passwords/new",
            "/registers/passwords/export?format=csv",
            "/registers/accounts/99",
            "/registers/accounts/x",
            "/assets/nothing.css",
        ] {
            let answer = browser.get(address).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
            assert!(answer.text().contains(not_found), "{address}: {}", answer.text());
        }
        let tag = format!("<html lang=\"{language}\">");
        let method = browser.with_header(Method::DELETE, "/hosts", header::ACCEPT, "*/*").await;
        let input = browser.get("/registers/accounts/%FF").await;
        let encoding = browser.get("/registers/accounts/export?encoding=ebcdic").await;
        let file = browser.post("/registers/accounts/import", &[]).await;
        let too_large = browser.post("/items/technical.9/propose", &[("reason", &large)]).await;
        let sign_in = browser.post("/sign-in", &[("password", &large)]).await;
        for (answer, status) in [
            (method, StatusCode::METHOD_NOT_ALLOWED),
            (input, StatusCode::BAD_REQUEST),
            (encoding, StatusCode::BAD_REQUEST),
            (file, StatusCode::BAD_REQUEST),
            (too_large, StatusCode::PAYLOAD_TOO_LARGE),
            (sign_in, StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            assert_eq!(answer.status, status);
            assert!(answer.text().contains(&tag), "{status}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn the_language_is_kept_and_leads_back() {
    let bench = Bench::new().await;
    let mut browser = bench.nobody();
    let switched = browser.post("/language", &[("language", "en"), ("next", "/sign-in?next=/hosts")]).await;
    assert_eq!((switched.status, switched.location()), (StatusCode::SEE_OTHER, "/sign-in?next=/hosts"));
    browser.cookies.push(switched.header(header::SET_COOKIE).split(';').next().unwrap().to_owned());
    assert!(browser.get("/sign-in").await.text().contains("<html lang=\"en\">"));
    let away = browser.post("/language", &[("language", "ja"), ("next", "//evil.example")]).await;
    assert_eq!(away.location(), "/");
    assert_eq!(browser.post("/language", &[("language", "xx")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_page_that_keeps_itself_fresh_keeps_no_session_open() {
    let bench = Bench::new().await;
    let browser = bench.person(Role::Viewer).await;
    let (_, secret) = browser.cookies[0].split_once('=').unwrap();
    let session = Secret::from_text(secret).unwrap().digest();
    let before = Span::from_secs(-1_800).after(now());
    let mut transaction = bench.store.write().await.unwrap();
    transaction.touch_session(&session, before).await.unwrap();
    transaction.save().await.unwrap();
    let used = async || bench.store.read().await.unwrap().session(&session).await.unwrap().unwrap().times.used;
    for (destination, after) in [("empty", before), ("document", now())] {
        let header = HeaderName::from_static("sec-fetch-dest");
        let answer = browser.with_header(Method::GET, "/drifts", header, destination).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(used().await, after, "{destination}");
    }
}
