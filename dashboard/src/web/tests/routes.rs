//! Every address of the people's listener, with who may ask for it.

use axum::http::{Method, StatusCode};

use super::{Bench, Browser};
use crate::auth::role::Ability::{Administer, Approve, Inspect, Keep, Look};
use crate::auth::role::Access::{Anybody, Signed};
use crate::auth::role::{Access, Role, access, has_line};

/// The router as it is written, so that a route without a line below is noticed.
const WRITTEN: &str = include_str!("../people.rs");

/// A route, an address of it, who may read it and who may send to it.
pub(super) type Route = (&'static str, &'static str, Option<Access>, Option<Access>);

pub(super) const ROUTES: &[Route] = &[
    ("/", "/", Some(Signed(Look)), None),
    ("/live", "/live", Some(Signed(Look)), None),
    ("/assets/{name}", "/assets/tenken.css", Some(Anybody), None),
    ("/sign-in", "/sign-in", Some(Anybody), Some(Anybody)),
    ("/sign-in/code", "/sign-in/code", Some(Anybody), Some(Anybody)),
    ("/sign-in/provider", "/sign-in/provider", None, Some(Anybody)),
    ("/sign-in/provider/callback", "/sign-in/provider/callback", Some(Anybody), None),
    ("/confirm/provider", "/confirm/provider", None, Some(Signed(Look))),
    ("/join/provider", "/join/provider", None, Some(Anybody)),
    ("/confirm", "/confirm?next=/hosts", Some(Signed(Look)), Some(Signed(Look))),
    ("/sign-out", "/sign-out", None, Some(Signed(Look))),
    ("/first-run", "/first-run", Some(Anybody), Some(Anybody)),
    ("/join", "/join", Some(Anybody), Some(Anybody)),
    ("/language", "/language", None, Some(Anybody)),
    ("/items/{id}", "/items/technical.9", Some(Signed(Look)), None),
    ("/items/{id}/rules/{rule}", "/items/technical.9/rules/clock_synchronised", Some(Signed(Look)), None),
    ("/items/{id}/propose", "/items/technical.9/propose", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/items/{id}/attest", "/items/technical.9/attest", None, Some(Signed(Keep))),
    ("/groups", "/groups", Some(Signed(Look)), None),
    ("/groups/{name}", "/groups/-", Some(Signed(Look)), None),
    ("/sites/{name}", "/sites/-", Some(Signed(Look)), None),
    ("/drifts/{id}/owner", "/drifts/1/owner", None, Some(Signed(Keep))),
    ("/settings/routing", "/settings/routing", Some(Signed(Inspect)), Some(Signed(Administer))),
    ("/settings/routing/{id}", "/settings/routing/1", Some(Signed(Administer)), Some(Signed(Administer))),
    ("/settings/routing/remove", "/settings/routing/remove", None, Some(Signed(Administer))),
    ("/settings/routing/owners", "/settings/routing/owners", None, Some(Signed(Administer))),
    ("/rules", "/rules", Some(Signed(Look)), None),
    ("/rules/new", "/rules/new", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/rules/{id}", "/rules/clock_synchronised", Some(Signed(Look)), None),
    ("/rules/{id}/edit", "/rules/own_a/edit", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/rules/{id}/ask", "/rules/own_a/ask", None, Some(Signed(Keep))),
    ("/rules/{id}/take-back", "/rules/own_a/take-back", None, Some(Signed(Keep))),
    ("/rules/{id}/versions/{version}", "/rules/own_a/versions/1", Some(Signed(Look)), None),
    ("/rules/{id}/versions/{version}/approve", "/rules/own_a/versions/1/approve", None, Some(Signed(Approve))),
    ("/rules/{id}/versions/{version}/refuse", "/rules/own_a/versions/1/refuse", None, Some(Signed(Approve))),
    ("/rules/{id}/versions/{version}/roll-out", "/rules/own_a/versions/1/roll-out", None, Some(Signed(Approve))),
    ("/rules/{id}/versions/{version}/trial", "/rules/own_a/versions/1/trial", Some(Signed(Look)), None),
    ("/rules/{id}/withdraw", "/rules/own_a/withdraw", None, Some(Signed(Approve))),
    ("/rules/{id}/parameters", "/rules/clock_synchronised/parameters", Some(Signed(Look)), Some(Signed(Approve))),
    ("/tasks", "/tasks", Some(Signed(Look)), None),
    ("/search", "/search?q=%E6%99%82%E5%88%BB", Some(Signed(Look)), None),
    ("/declaration", "/declaration", Some(Signed(Look)), None),
    ("/declaration/form/{kind}", "/declaration/form/html", Some(Signed(Look)), None),
    ("/declaration/versions", "/declaration/versions", Some(Signed(Look)), None),
    ("/declaration/versions/{id}", "/declaration/versions/1", Some(Signed(Look)), None),
    ("/declaration/versions/{id}/{kind}", "/declaration/versions/1/csv", Some(Signed(Look)), None),
    ("/declaration/import", "/declaration/import", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/declaration/import/apply", "/declaration/import/apply", None, Some(Signed(Keep))),
    ("/declaration/header", "/declaration/header", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/declaration/publication", "/declaration/publication", Some(Signed(Look)), Some(Signed(Administer))),
    ("/declaration/publication/check", "/declaration/publication/check", None, Some(Signed(Keep))),
    ("/declaration/publication/confirm", "/declaration/publication/confirm", None, Some(Signed(Keep))),
    ("/proposals/accept", "/proposals/accept", None, Some(Signed(Approve))),
    ("/proposals/{id}/refuse", "/proposals/1/refuse", None, Some(Signed(Approve))),
    ("/proposals/{id}/withdraw", "/proposals/1/withdraw", None, Some(Signed(Keep))),
    ("/waivers", "/waivers", Some(Signed(Look)), None),
    ("/waivers/{id}/grant", "/waivers/1/grant", None, Some(Signed(Approve))),
    ("/waivers/{id}/refuse", "/waivers/1/refuse", None, Some(Signed(Approve))),
    ("/waivers/{id}/end", "/waivers/1/end", None, Some(Signed(Keep))),
    ("/drifts/{id}/waiver", "/drifts/1/waiver", Some(Signed(Keep)), Some(Signed(Keep))),
    (
        "/items/{id}/attestations/{number}/withdraw",
        "/items/technical.9/attestations/1/withdraw",
        None,
        Some(Signed(Keep)),
    ),
    ("/evidence/{digest}", EVIDENCE, Some(Signed(Look)), None),
    ("/hosts", "/hosts", Some(Signed(Look)), None),
    ("/hosts/new", "/hosts/new", Some(Signed(Administer)), Some(Signed(Administer))),
    ("/hosts/new/{token}/withdraw", "/hosts/new/1/withdraw", None, Some(Signed(Administer))),
    ("/hosts/versions", "/hosts/versions", Some(Signed(Look)), None),
    ("/authority.crt", "/authority.crt", Some(Signed(Look)), None),
    ("/packages/{name}", "/packages/tenken-agent_0.1.0_amd64.deb", Some(Anybody), None),
    ("/packages/./{name}", "/packages/./InRelease", Some(Anybody), None),
    ("/hosts/{id}", "/hosts/h-1", Some(Signed(Look)), None),
    ("/hosts/{id}/revoke", "/hosts/h-1/revoke", None, Some(Signed(Administer))),
    ("/drifts", "/drifts", Some(Signed(Look)), None),
    ("/drifts/{id}", "/drifts/1", Some(Signed(Look)), None),
    ("/drifts/{id}/acknowledge", "/drifts/1/acknowledge", None, Some(Signed(Keep))),
    ("/log-review", "/log-review", Some(Signed(Look)), None),
    ("/log-review/{month}", "/log-review/2026-11", Some(Signed(Look)), Some(Signed(Keep))),
    ("/log-review/{month}/make", "/log-review/2026-11/make", None, Some(Signed(Keep))),
    ("/registers", "/registers", Some(Signed(Look)), None),
    ("/registers/{slug}", "/registers/accounts", Some(Signed(Look)), None),
    ("/registers/{slug}/new", "/registers/accounts/new", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/registers/{slug}/export", "/registers/accounts/export?format=csv", Some(Signed(Look)), None),
    ("/registers/{slug}/import", "/registers/accounts/import", Some(Signed(Keep)), Some(Signed(Keep))),
    ("/registers/{slug}/import/apply", "/registers/accounts/import/apply", None, Some(Signed(Keep))),
    ("/registers/{slug}/{id}", "/registers/accounts/1", Some(Signed(Look)), Some(Signed(Keep))),
    ("/registers/{slug}/{id}/close", "/registers/accounts/1/close", None, Some(Signed(Keep))),
    ("/registers/{slug}/{id}/approve", "/registers/maintenance/1/approve", None, Some(Signed(Approve))),
    ("/registers/{slug}/{id}/take-back", "/registers/maintenance/1/take-back", None, Some(Signed(Approve))),
    ("/outbox", "/outbox", Some(Signed(Look)), None),
    ("/settings", "/settings", Some(Signed(Inspect)), Some(Signed(Administer))),
    ("/settings/test-mail", "/settings/test-mail", None, Some(Signed(Administer))),
    ("/settings/calendar", "/settings/calendar", Some(Signed(Inspect)), Some(Signed(Administer))),
    ("/people", "/people", Some(Signed(Inspect)), None),
    ("/people/new", "/people/new", Some(Signed(Administer)), Some(Signed(Administer))),
    ("/people/{id}", "/people/1", Some(Signed(Inspect)), None),
    ("/people/{id}/role", "/people/1/role", None, Some(Signed(Administer))),
    ("/people/{id}/disable", "/people/1/disable", None, Some(Signed(Administer))),
    ("/people/{id}/enable", "/people/1/enable", None, Some(Signed(Administer))),
    ("/people/{id}/reset", "/people/1/reset", None, Some(Signed(Administer))),
    ("/people/{id}/email", "/people/1/email", None, Some(Signed(Administer))),
    ("/people/{id}/unbind", "/people/1/unbind", None, Some(Signed(Administer))),
    ("/audit", "/audit", Some(Signed(Inspect)), None),
    ("/audit-package", "/audit-package", Some(Signed(Inspect)), Some(Signed(Inspect))),
    ("/audit-package/{kind}", "/audit-package/json", Some(Signed(Inspect)), None),
    ("/items/{id}/sheet", "/items/technical.9/sheet", Some(Signed(Look)), None),
    ("/account", "/account", Some(Signed(Look)), Some(Signed(Look))),
    ("/account/password", "/account/password", None, Some(Signed(Look))),
    ("/account/second-factor", "/account/second-factor", Some(Signed(Look)), Some(Signed(Look))),
    ("/account/second-factor/remove", "/account/second-factor/remove", None, Some(Signed(Look))),
    ("/account/recovery-codes", "/account/recovery-codes", None, Some(Signed(Look))),
    ("/account/identity", "/account/identity", None, Some(Signed(Look))),
    ("/account/identity/unbind", "/account/identity/unbind", None, Some(Signed(Look))),
    ("/account/sessions/end", "/account/sessions/end", None, Some(Signed(Look))),
];

/// Routes as they are written: the address, and whether it can be read and sent to.
fn written() -> Vec<(&'static str, bool, bool)> {
    let routes = WRITTEN.split(".route(").skip(1).map(|route| {
        let address = route.split('"').nth(1).unwrap();
        let handlers = route.split("\n        .").next().unwrap();
        (address, handlers.contains("get("), handlers.contains("post("))
    });
    routes.collect()
}

#[test]
fn every_route_is_in_the_table_of_roles_with_its_role() {
    let expected: Vec<_> =
        ROUTES.iter().map(|(route, _, read, write)| (*route, read.is_some(), write.is_some())).collect();
    let mut found = written();
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    for (route, address, read, write) in ROUTES {
        let path = address.split('?').next().unwrap();
        assert!(has_line(path), "{route} has no line in the table of roles");
        for (method, wanted) in [(Method::GET, read), (Method::HEAD, read), (Method::POST, write)] {
            if let Some(wanted) = wanted {
                assert_eq!(access(&method, path), *wanted, "{method} {route}");
            }
        }
    }
}

/// The address of a file that holds [`CONTENT`].
const EVIDENCE: &str = "/evidence/bbba38536e31a20b34c52d398c6b10ec54a8c7a51e71cd81dde88eb38f4d7cc7";
const CONTENT: &str = "確認した。";

/// Nobody, and a person of each role.
async fn everybody(bench: &Bench) -> Vec<(Option<Role>, Browser)> {
    let mut people = vec![(None, bench.nobody())];
    for role in Role::ALL {
        people.push((Some(*role), bench.confirmed(*role).await));
    }
    people
}

#[tokio::test]
async fn pages_are_shown_to_whom_they_are_for() {
    let bench = Bench::new().await;
    bench.declare().await;
    let people = everybody(&bench).await;
    let (_, officer) = people.iter().find(|(role, _)| *role == Some(Role::Officer)).unwrap();
    let file = [("記録.txt", CONTENT.as_bytes())];
    let stated = officer.send_files("/items/organizational.5/attest", &[("evidence", "x")], &file).await;
    assert_eq!(stated.status, StatusCode::SEE_OTHER);
    let account = [("account", "sato"), ("kind", "person"), ("owner", "佐藤")];
    assert_eq!(officer.post("/registers/accounts/new", &account).await.status, StatusCode::SEE_OTHER);
    assert_eq!(crate::log_review::prepare(&bench.store, super::now()).await.unwrap(), 1);
    let (_, admin) = people.iter().find(|(role, _)| *role == Some(Role::Admin)).unwrap();
    let text = crate::own_rules::tests::text("own_a");
    let own = [("id", "own_a"), ("text", text.as_str())];
    assert_eq!(officer.post("/rules/new", &own).await.status, StatusCode::SEE_OTHER);
    let route = [("scope", "section:technical"), ("to", "a@example.jp"), ("manner", "besides")];
    assert_eq!(admin.post("/settings/routing", &route).await.status, StatusCode::SEE_OTHER);
    for (role, browser) in people {
        for (route, address, read, _) in ROUTES {
            let Some(read) = read else { continue };
            let wanted = match (read, role) {
                (Signed(_), None) if *route == "/live" => StatusCode::UNAUTHORIZED,
                (Signed(_), None) => StatusCode::SEE_OTHER,
                (Signed(needed), Some(role)) if !role.may(*needed) => StatusCode::FORBIDDEN,
                (Anybody, Some(_)) if *route == "/sign-in" => StatusCode::SEE_OTHER,
                (Signed(_), Some(_)) if *route == "/account/second-factor" => StatusCode::SEE_OTHER,
                // There is no identity provider.
                (Anybody, _) if *route == "/sign-in/provider/callback" => StatusCode::NOT_FOUND,
                (Anybody, _) if *route == "/sign-in/code" => StatusCode::SEE_OTHER,
                (Signed(_) | Anybody, _) => StatusCode::OK,
            };
            let answer = browser.get(address).await;
            assert_eq!(answer.status, wanted, "{role:?} {address}");
            if wanted == StatusCode::SEE_OTHER && role.is_none() {
                assert!(answer.location().starts_with("/sign-in"), "{address}: {}", answer.location());
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_done_for_whom_it_is_not_for() {
    let bench = Bench::new().await;
    for (role, browser) in everybody(&bench).await {
        for (route, address, _, write) in ROUTES {
            let Some(Signed(needed)) = write else { continue };
            let refused = match role {
                None => StatusCode::SEE_OTHER,
                Some(role) if !role.may(*needed) => StatusCode::FORBIDDEN,
                Some(_) => continue,
            };
            let fields = [("name", "PC-UKETSUKE3"), ("evidence", "x"), ("account", "a"), ("revision", "1")];
            let answer = browser.post(address, &fields).await;
            assert_eq!(answer.status, refused, "{role:?} {route}");
        }
    }
    assert_eq!(bench.audit().await, [""; 0]);
}

#[tokio::test]
async fn what_somebody_may_do_is_not_refused() {
    for role in Role::ALL {
        let bench = Bench::new().await;
        let browser = bench.confirmed(*role).await;
        for (route, address, _, write) in ROUTES {
            // What ends the session comes last.
            let Some(wanted) = write.filter(|_| *route != "/sign-out") else { continue };
            let may = matches!(wanted, Signed(needed) if role.may(needed)) || wanted == Anybody;
            if may && *route != "/account/second-factor/remove" {
                let answer = browser.post(address, &[]).await;
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{role} {route}");
                let leads = answer.location().starts_with("/sign-in?") || answer.location().starts_with("/confirm");
                assert!(!leads, "{role} {route} leads to {}", answer.location());
            }
        }
        for last in ["/account/second-factor/remove", "/sign-out"] {
            assert_eq!(browser.post(last, &[]).await.status, StatusCode::SEE_OTHER, "{role} {last}");
        }
    }
}
