//! Every address of the people's listener that can be read, and how its pages are found.

use anyhow::{Result, bail};

use crate::process::root;

/// How the pages of a route are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Other pages link to them.
    Linked,
    /// A form or a fragment leads there: at this address.
    At(&'static str),
    /// Shown to whoever has not signed in, at this address.
    Outside(&'static str),
    /// It is no page: what it is.
    NoPage(&'static str),
}

/// Each route with its kind; a route of the router that is not here, and one that is here and not there, is a failure.
pub(super) const ROUTES: &[(&str, Kind)] = &[
    ("/", Kind::Linked),
    ("/live", Kind::NoPage("a stream of changes")),
    ("/assets/{name}", Kind::NoPage("counted with the pages that load it")),
    ("/sign-in", Kind::Outside("/sign-in")),
    ("/sign-in/code", Kind::NoPage("leads to /sign-in unless a sign-in is half open")),
    ("/sign-in/provider/callback", Kind::NoPage("where an identity provider sends people back to")),
    ("/confirm", Kind::At("/confirm?next=/hosts")),
    ("/first-run", Kind::Outside("/first-run?key=none")),
    ("/join", Kind::Outside("/join?key=none")),
    ("/items/{id}", Kind::Linked),
    ("/items/{id}/rules/{rule}", Kind::Linked),
    ("/items/{id}/sheet", Kind::NoPage("a PDF file")),
    ("/items/{id}/propose", Kind::Linked),
    ("/evidence/{digest}", Kind::NoPage("a file somebody attached")),
    ("/rules", Kind::Linked),
    ("/rules/new", Kind::Linked),
    ("/rules/{id}", Kind::Linked),
    ("/rules/{id}/edit", Kind::NoPage("of an own rule, which a demonstration has none of")),
    ("/rules/{id}/versions/{version}", Kind::NoPage("of an own rule, which a demonstration has none of")),
    ("/rules/{id}/versions/{version}/trial", Kind::NoPage("of an own rule, which a demonstration has none of")),
    ("/rules/{id}/parameters", Kind::Linked),
    ("/tasks", Kind::Linked),
    ("/search", Kind::At("/search?q=%E3%82%B5%E3%83%BC%E3%83%90%E3%83%BC")),
    ("/declaration", Kind::Linked),
    ("/declaration/form/{kind}", Kind::NoPage("a printed form")),
    ("/declaration/versions", Kind::Linked),
    ("/declaration/versions/{id}", Kind::Linked),
    ("/declaration/versions/{id}/{kind}", Kind::NoPage("a printed form")),
    ("/declaration/import", Kind::Linked),
    ("/declaration/header", Kind::Linked),
    ("/declaration/publication", Kind::Linked),
    ("/waivers", Kind::Linked),
    ("/drifts/{id}/waiver", Kind::Linked),
    ("/hosts", Kind::Linked),
    ("/hosts/new", Kind::Linked),
    ("/hosts/versions", Kind::Linked),
    ("/hosts/{id}", Kind::Linked),
    ("/authority.crt", Kind::NoPage("a certificate")),
    ("/packages/{name}", Kind::NoPage("a package of the agent")),
    ("/packages/./{name}", Kind::NoPage("the same, as APT asks for it")),
    ("/groups", Kind::Linked),
    ("/groups/{name}", Kind::Linked),
    ("/sites/{name}", Kind::Linked),
    ("/drifts", Kind::Linked),
    ("/drifts/{id}", Kind::Linked),
    ("/log-review", Kind::Linked),
    ("/log-review/{month}", Kind::Linked),
    ("/registers", Kind::Linked),
    ("/registers/{slug}", Kind::Linked),
    ("/registers/{slug}/new", Kind::Linked),
    ("/registers/{slug}/export", Kind::NoPage("a file of a register")),
    ("/registers/{slug}/import", Kind::Linked),
    ("/registers/{slug}/{id}", Kind::Linked),
    ("/outbox", Kind::At("/outbox")),
    ("/settings", Kind::Linked),
    ("/settings/calendar", Kind::Linked),
    ("/settings/routing", Kind::Linked),
    ("/settings/routing/{id}", Kind::Linked),
    ("/people", Kind::Linked),
    ("/people/new", Kind::Linked),
    ("/people/{id}", Kind::Linked),
    ("/audit", Kind::Linked),
    ("/audit-package", Kind::Linked),
    ("/audit-package/{kind}", Kind::NoPage("a file for programs")),
    ("/account", Kind::Linked),
    (
        "/account/second-factor",
        Kind::NoPage("leads to /account from whoever has a second factor, as who measures does"),
    ),
];

/// Fails if the router as it is written reads other addresses than [`ROUTES`].
pub(super) fn check() -> Result<()> {
    let written = std::fs::read_to_string(root()?.join("dashboard/src/web/people.rs"))?;
    let found = read_routes(&written);
    let unknown: Vec<&str> =
        found.iter().copied().filter(|route| !ROUTES.iter().any(|(known, _)| known == route)).collect();
    let gone: Vec<&str> = ROUTES.iter().map(|(route, _)| *route).filter(|route| !found.contains(route)).collect();
    if !unknown.is_empty() || !gone.is_empty() {
        bail!(
            "packaging/xtask/src/pages/routes.rs does not fit the router: not in it {unknown:?}, no longer there {gone:?}"
        );
    }
    Ok(())
}

/// The addresses that a router reads, as its text says.
fn read_routes(written: &str) -> Vec<&str> {
    let routes = written.split(".route(").skip(1).filter_map(|route| {
        let address = route.split('"').nth(1)?;
        let handlers = route.split("\n        .").next()?;
        handlers.contains("get(").then_some(address)
    });
    routes.collect()
}

/// The route of an address. Words come before what stands for any of them.
pub(super) fn route_of(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let fits = |route: &&str| {
        let mut segments = path.split('/');
        let all = route.split('/').all(|wanted| {
            segments
                .next()
                .is_some_and(|found| if wanted.starts_with('{') { !found.is_empty() } else { found == wanted })
        });
        all && segments.next().is_none()
    };
    let fitting = ROUTES.iter().map(|(route, _)| *route).filter(fits);
    fitting.min_by_key(|route| route.matches('{').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_routes_are_those_of_the_router() {
        check().unwrap();
    }

    #[test]
    fn addresses_have_the_route_that_says_most() {
        for (address, route) in [
            ("/", Some("/")),
            ("/hosts?page=2", Some("/hosts")),
            ("/hosts/new", Some("/hosts/new")),
            ("/hosts/demo-0001#x", Some("/hosts/{id}")),
            ("/registers/hosts/new", Some("/registers/{slug}/new")),
            ("/registers/hosts/12", Some("/registers/{slug}/{id}")),
            ("/registers/", None),
            ("/nowhere", None),
        ] {
            assert_eq!(route_of(address), route, "{address}");
        }
    }

    #[test]
    fn only_what_can_be_read_counts() {
        let written =
            "x\n        .route(\"/a\", get(a).post(b))\n        .route(\"/b\", post(c))\n        .layer(get(d))";
        assert_eq!(read_routes(written), ["/a"]);
    }
}
