//! Every address of the people's listener, with who may ask for it.

use axum::http::{Method, StatusCode};

use super::Bench;
use crate::auth::role::Access::{Anybody, Signed};
use crate::auth::role::Role::{Admin, Officer, Viewer};
use crate::auth::role::{Access, access, has_line};

/// The router as it is written, so that a route without a line below is noticed.
const WRITTEN: &str = include_str!("../people.rs");

/// A route, an address of it, who may read it and who may send to it.
type Route = (&'static str, &'static str, Option<Access>, Option<Access>);

const ROUTES: &[Route] = &[
    ("/", "/", Some(Signed(Viewer)), None),
    ("/live", "/live", Some(Signed(Viewer)), None),
    ("/assets/{name}", "/assets/tenken.css", Some(Anybody), None),
    ("/sign-in", "/sign-in", Some(Anybody), Some(Anybody)),
    ("/sign-out", "/sign-out", None, Some(Signed(Viewer))),
    ("/first-run", "/first-run", Some(Anybody), Some(Anybody)),
    ("/language", "/language", None, Some(Anybody)),
    ("/items/{id}", "/items/technical.9", Some(Signed(Viewer)), None),
    ("/items/{id}/attest", "/items/technical.9/attest", None, Some(Signed(Officer))),
    ("/hosts", "/hosts", Some(Signed(Viewer)), None),
    ("/hosts/new", "/hosts/new", Some(Signed(Admin)), Some(Signed(Admin))),
    ("/hosts/{id}", "/hosts/h-1", Some(Signed(Viewer)), None),
    ("/hosts/{id}/revoke", "/hosts/h-1/revoke", None, Some(Signed(Admin))),
    ("/drifts", "/drifts", Some(Signed(Viewer)), None),
    ("/drifts/{id}", "/drifts/1", Some(Signed(Viewer)), None),
    ("/drifts/{id}/acknowledge", "/drifts/1/acknowledge", None, Some(Signed(Officer))),
    ("/registers", "/registers", Some(Signed(Viewer)), None),
    ("/registers/{slug}", "/registers/accounts", Some(Signed(Viewer)), None),
    ("/registers/{slug}/new", "/registers/accounts/new", Some(Signed(Officer)), Some(Signed(Officer))),
    ("/registers/{slug}/export", "/registers/accounts/export?format=csv", Some(Signed(Viewer)), None),
    ("/registers/{slug}/import", "/registers/accounts/import", Some(Signed(Officer)), Some(Signed(Officer))),
    ("/registers/{slug}/import/apply", "/registers/accounts/import/apply", None, Some(Signed(Officer))),
    ("/registers/{slug}/{id}", "/registers/accounts/1", Some(Signed(Viewer)), Some(Signed(Officer))),
    ("/registers/{slug}/{id}/close", "/registers/accounts/1/close", None, Some(Signed(Officer))),
    ("/outbox", "/outbox", Some(Signed(Viewer)), None),
    ("/settings", "/settings", Some(Signed(Admin)), None),
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

#[tokio::test]
async fn pages_are_shown_to_whom_they_are_for() {
    let bench = Bench::new().await;
    let officer = bench.person(Officer).await;
    let account = [("account", "sato"), ("kind", "person"), ("owner", "佐藤")];
    assert_eq!(officer.post("/registers/accounts/new", &account).await.status, StatusCode::SEE_OTHER);
    let people = [(None, bench.nobody()), (Some(Viewer), bench.person(Viewer).await), (Some(Officer), officer)];
    let people = people.into_iter().chain([(Some(Admin), bench.person(Admin).await)]);
    for (role, browser) in people {
        for (route, address, read, _) in ROUTES {
            let Some(read) = read else { continue };
            let wanted = match (read, role) {
                (Signed(_), None) if *route == "/live" => StatusCode::UNAUTHORIZED,
                (Signed(_), None) => StatusCode::SEE_OTHER,
                (Signed(needed), Some(role)) if role < *needed => StatusCode::FORBIDDEN,
                (Anybody, Some(_)) if *route == "/sign-in" => StatusCode::SEE_OTHER,
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
    let people = [(None, bench.nobody()), (Some(Viewer), bench.person(Viewer).await)];
    let people = people.into_iter().chain([(Some(Officer), bench.person(Officer).await)]);
    for (role, browser) in people {
        for (route, address, _, write) in ROUTES {
            let Some(Signed(needed)) = write else { continue };
            let refused = match role {
                None => StatusCode::SEE_OTHER,
                Some(role) if role < *needed => StatusCode::FORBIDDEN,
                Some(_) => continue,
            };
            let fields = [("name", "PC-UKETSUKE3"), ("evidence", "x"), ("account", "a"), ("revision", "1")];
            let answer = browser.post(address, &fields).await;
            assert_eq!(answer.status, refused, "{role:?} {route}");
        }
    }
    assert_eq!(bench.audit().await, [""; 0]);
}
