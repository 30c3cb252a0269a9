//! Who is told of what, and how people who use PCs are asked.

use axum::http::StatusCode;

use super::Bench;
use crate::auth::role::Role;
use crate::owner::OwnerSettings;
use crate::routing::Routing;

const ADDRESS: &str = "/settings/routing";

#[tokio::test]
async fn administrators_add_and_remove_routes_and_see_who_would_be_told() {
    let bench = Bench::mailing(false).await;
    let admin = bench.person(Role::Admin).await;
    let host = [("name", "PC-UKETSUKE3"), ("kind", "pc"), ("status", "in_use"), ("site", "東支所"), ("group", "受付")];
    assert_eq!(admin.post("/registers/hosts/new", &host).await.status, StatusCode::SEE_OTHER);
    let shown = admin.get(ADDRESS).await;
    for part in ["すべての通知が、全体の宛先と担当者に届きます。", "site:東支所", "officer@example.jp", "全体の宛先"]
    {
        assert!(shown.text().contains(part), "{part} is not in {}", shown.text());
    }
    for to in ["", "no such person"] {
        let route = [("scope", "site:東支所"), ("to", to), ("manner", "instead")];
        let refused = admin.post_refused(ADDRESS, &route).await;
        assert!(refused.text().contains("aria-invalid"), "{to}: {}", refused.text());
    }
    let route = [("scope", "site:東支所"), ("to", "east@example.jp"), ("manner", "instead")];
    let added = admin.post(ADDRESS, &route).await;
    assert_eq!((added.status, added.location()), (StatusCode::SEE_OTHER, "/settings/routing?done=saved"));
    let replaced = admin.get(ADDRESS).await;
    assert!(replaced.text().contains("<b>east@example.jp</b>"), "{}", replaced.text());
    assert!(replaced.text().contains("全体の宛先と担当者には届きません。"));
    assert!(!replaced.text().contains("<b>officer@example.jp</b>"), "{}", replaced.text());

    let auditor = bench.person(Role::Auditor).await;
    let seen = auditor.get("/settings/routing?host=h-1&rule=screen_lock_enforced").await;
    assert!(seen.text().contains("<b>east@example.jp</b>") && !seen.text().contains("action=\"/settings/routing\" m"));
    assert!(!seen.text().contains("/settings/routing/remove"), "who may only look changes nothing");
    assert_eq!(auditor.post(ADDRESS, &route).await.status, StatusCode::FORBIDDEN);

    assert_eq!(admin.post("/settings/routing/remove", &[("route", "1")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post("/settings/routing/remove", &[("route", "1")]).await.status, StatusCode::NOT_FOUND);
    let kept: Routing = bench.store.read().await.unwrap().setting().await.unwrap().unwrap();
    assert!(kept.routes.is_empty());
    let acts = bench.audit().await;
    assert_eq!(acts[1..], ["person-admin route_added site:東支所", "person-admin route_removed site:東支所"]);
}

#[tokio::test]
async fn a_route_is_changed_where_it_stands() {
    let bench = Bench::mailing(false).await;
    let admin = bench.person(Role::Admin).await;
    let add = [("scope", "section:technical"), ("to", "a@example.jp"), ("manner", "instead")];
    assert_eq!(admin.post(ADDRESS, &add).await.status, StatusCode::SEE_OTHER);
    assert!(admin.get(ADDRESS).await.text().contains("href=\"/settings/routing/1\""));
    let page = admin.get("/settings/routing/1").await;
    assert!(page.text().contains("a@example.jp</textarea>"), "{}", page.text());
    let revision = page.field("revision").unwrap();
    let change = |to, revision| [("scope", "site:東支所"), ("to", to), ("manner", "besides"), ("revision", revision)];
    let refused = admin.post_refused("/settings/routing/1", &change("nobody", &revision)).await;
    assert!(refused.text().contains("aria-invalid"));
    let done = admin.post("/settings/routing/1", &change("b@example.jp", &revision)).await;
    assert_eq!(done.location(), "/settings/routing?done=saved");
    let late = admin.post("/settings/routing/1", &change("c@example.jp", &revision)).await;
    assert!(late.text().contains("ほかの人が先に変更しました") && late.text().contains("b@example.jp</textarea>"));
    assert_eq!(late.field("revision").as_deref(), Some("1"));
    assert!(late.text().contains("拠点: 東支所"), "a site that no host is in can still be chosen");
    for (address, status) in [("2", StatusCode::NOT_FOUND), ("x", StatusCode::NOT_FOUND)] {
        assert_eq!(admin.get(&format!("/settings/routing/{address}")).await.status, status, "{address}");
        let answer = admin.post(&format!("/settings/routing/{address}"), &change("a@example.jp", "0")).await;
        assert_eq!(answer.status, status, "{address}");
    }
    let auditor = bench.person(Role::Auditor).await;
    assert_eq!(auditor.get("/settings/routing/1").await.status, StatusCode::FORBIDDEN);
    assert!(!auditor.get(ADDRESS).await.text().contains("/settings/routing/1"));
    let acts = bench.audit().await;
    assert_eq!(acts, ["person-admin route_added section:technical", "person-admin route_changed section:technical"]);
}

#[tokio::test]
async fn administrators_set_how_users_are_asked() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    assert_eq!(admin.get(ADDRESS).await.field("days").as_deref(), Some("3"));
    let to = "/settings/routing/owners";
    for (contact, days) in [("", "0"), ("", "x"), (&*"a".repeat(101), "3")] {
        let refused = admin.post_refused(to, &[("contact", contact), ("days", days)]).await;
        assert!(refused.text().contains("aria-invalid"), "{contact} {days}");
    }
    let fields = [
        ("contact", "IT desk (123)"),
        ("days", "5"),
        ("automatic", "screen_locks_when_idle"),
        ("automatic", "screen_lock_enforced"),
        ("automatic", "x"),
    ];
    assert_eq!(admin.post(to, &fields).await.status, StatusCode::SEE_OTHER);
    let kept: OwnerSettings = bench.store.read().await.unwrap().setting().await.unwrap().unwrap();
    assert_eq!((kept.contact.as_str(), kept.days), ("IT desk (123)", 5));
    let rules: Vec<_> = kept.automatic.iter().map(tenken_model::RuleId::as_str).collect();
    assert_eq!(rules, ["screen_locks_when_idle"], "what only administrators repair is asked of nobody by itself");
    assert_eq!(bench.audit().await, ["person-admin owner_mails_set "]);
}
