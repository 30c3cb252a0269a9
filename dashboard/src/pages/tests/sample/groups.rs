//! Groups and sites of hosts, and who is told of what.

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::item::{HostInScope, Standing as Found, Unjudged};
use tenken_model::finding::VerdictKind;
use tenken_model::{Instant, Language, RuleId};

use super::machines::{self, catalog, drift, machine, rule};
use super::{Kept, ago, chrome, now};
use crate::auth::Role;
use crate::groups::{self as places, Division, Standing, standings};
use crate::owner::OwnerSettings;
use crate::packages::AgentVersion;
use crate::pages::drifts::DriftRow;
use crate::pages::finding::HostRef;
use crate::pages::group::{self, GroupView};
use crate::pages::groups::{self, GroupsView};
use crate::pages::hosts::HostRow;
use crate::pages::pager::Pager;
use crate::pages::route::{self, RouteView};
use crate::pages::routing::{self, Preview, RoutingView, TypedOwners, TypedRoute};
use crate::pages::{Chrome, Person};
use crate::routing::{About, Directory, Manner, Recipient, Route, Routing, Scope, Told, Why};
use crate::status::Known;
use crate::store::{FindingCounts, OpenDrift};

type Rendered = (&'static str, askama::Result<String>);

fn known() -> Known {
    let failing = |drift| Found {
        subject: None,
        verdict: VerdictKind::Fail,
        since: ago(14),
        unknown: None,
        says: super::both("動いていません。", "It does not run."),
        drift,
        waived: false,
    };
    let all: Vec<_> = machines::NAMES.iter().map(|name| machine(name)).collect();
    let hosts = all.iter().map(|host| {
        let fails =
            host.name.starts_with("SV").then(|| (RuleId::new("clock_service_running").unwrap(), vec![failing(true)]));
        let silent_since: Option<Instant> = machines::presence(host).silent_since();
        HostInScope {
            id: host.id.clone(),
            name: host.name.clone(),
            silent_since,
            findings: fails.into_iter().collect(),
            unjudged: Unjudged::Of(BTreeSet::new()),
            spared: BTreeSet::new(),
        }
    });
    Known {
        judged: BTreeMap::new(),
        counts: BTreeMap::new(),
        hosts: hosts.collect(),
        presence: all.iter().map(|host| (host.id.clone(), machines::presence(host))).collect(),
        without_agent: vec!["PC-HOKEN09".into()],
        attested: BTreeMap::new(),
        declared: BTreeMap::new(),
        contradicted: BTreeMap::new(),
        now: now(),
    }
}

pub(super) fn pages(kept: &Kept, language: Language) -> Vec<Rendered> {
    let (known, placements, catalog, drifts) = (known(), machines::placements(), catalog(), [drift(1), drift(2)]);
    let open = drifts.clone().map(|drift| OpenDrift {
        id: drift.id,
        host: drift.host,
        rule: drift.finding.key.rule,
        opened_at: drift.opened_at,
    });
    let bases = places::Kept { known: &known, placements: &placements, drifts: &open, checklist: &kept.checklist };
    let (by_group, by_site) = (standings(Division::Group, bases), standings(Division::Site, bases));
    let all: Vec<_> = machines::NAMES.iter().map(|name| machine(name)).collect();
    let newest = AgentVersion::read("0.2.0");
    let page = |division, standing| {
        let here = |host: &&crate::store::Host| {
            let standing: &Standing = standing;
            standing.hosts.contains(&host.id)
        };
        let rows = all.iter().filter(here).map(|host| HostRow {
            host,
            counts: FindingCounts::default(),
            presence: machines::presence(host),
            entry: machines::entry(&host.name),
            placement: placements.of(&host.name),
            newest: newest.as_ref(),
        });
        let drift_row = |drift| {
            let drift: &crate::store::Drift = drift;
            let host = HostRef { id: &drift.host, name: machines::NAMES[0] };
            DriftRow { drift, host, rule: catalog.rule(&drift.finding.key.rule), items: Vec::new(), mail: None }
        };
        let drifts = drifts.iter().filter(|drift| standing.drifts.contains(&drift.id)).map(drift_row);
        let view = GroupView {
            division,
            standing,
            hosts_pager: Pager::new("1", 2, 5, "?page="),
            hosts: rows.collect(),
            drifts_pager: Pager::whole(1),
            drifts: drifts.collect(),
            checklist: &kept.checklist,
            catalog: &catalog,
        };
        group::render(&view, &chrome(language, &division.address(&standing.name)))
    };
    let servers = by_group.iter().find(|one| one.name == "Servers").unwrap();
    let at = chrome(language, "/groups");
    let mut pages = vec![
        ("groups", groups::render(&GroupsView { groups: &by_group, sites: &by_site }, &at)),
        ("groups_none", groups::render(&GroupsView { groups: &[], sites: &[] }, &at)),
        ("group", page(Division::Group, servers)),
        ("site_none", page(Division::Site, by_site.last().unwrap())),
    ];
    pages.extend(routes(kept, language));
    pages
}

fn routes(kept: &Kept, language: Language) -> Vec<Rendered> {
    let route = |id, scope, to: &[&str], manner| Route {
        id,
        scope,
        to: to.iter().map(|line| (*line).to_owned()).collect(),
        manner,
        revision: id,
    };
    let routing = Routing {
        routes: vec![
            route(1, Scope::Section("exchange".into()), &["network@example.jp"], Manner::Besides),
            route(2, Scope::Site("East branch".into()), &["SUZUKI Ichiro", "east@example.jp"], Manner::Instead),
            route(3, Scope::Group("Nurses".into()), &["SUZUKI Ichiro"], Manner::Instead),
        ],
        next: 4,
    };
    let directory = Directory { users: Vec::new(), persons: vec![("SUZUKI Ichiro".into(), None)] };
    let (catalog, placements) = (catalog(), machines::placements());
    let titled = |id: &str| (id.to_owned(), language.of(&rule(&catalog, id).title).to_owned());
    let told = Told {
        recipients: vec![Recipient { address: "east@example.jp".into(), why: Why::Route(2) }],
        idle: vec![3],
        replaced: true,
    };
    let about = About { sections: ["technical".to_owned()].into(), site: "East branch".into(), group: String::new() };
    let preview = |told| Preview { host: "h-1".into(), rule: "clock_synchronised".into(), about: about.clone(), told };
    let repairable = ["screen_locks_when_idle", "antivirus_running"]
        .map(|id| (RuleId::new(id).unwrap(), language.of(&rule(&catalog, id).title).to_owned()));
    let owners = OwnerSettings { automatic: [repairable[0].0.clone()].into(), ..OwnerSettings::default() };
    let full = RoutingView {
        checklist: &kept.checklist,
        routing: &routing,
        directory: &directory,
        sites: placements.names(Division::Site),
        groups: placements.names(Division::Group),
        typed: None,
        owners: TypedOwners::of(&owners),
        repairable: repairable.to_vec(),
        hosts: vec![("h-1".into(), "PC-HOKEN07".into())],
        rules: vec![titled("clock_synchronised"), titled("screen_lock_enforced")],
        preview: Some(preview(told)),
    };
    let typed = TypedRoute {
        scope: "site:HQ".into(),
        to: "nobody".into(),
        manner: "instead".into(),
        error: Some(language.route_unknown("nobody")),
    };
    let empty = Routing::default();
    let refused = RoutingView {
        routing: &empty,
        typed: Some(typed),
        owners: TypedOwners { contact: "x".repeat(200), days: "0".into(), automatic: Vec::new() },
        preview: Some(preview(Told::default())),
        ..full.clone()
    };
    let new = RoutingView {
        hosts: Vec::new(),
        preview: None,
        owners: TypedOwners::of(&OwnerSettings::default()),
        ..full.clone()
    };
    let officers = Told {
        recipients: vec![
            Recipient { address: "officer@example.jp".into(), why: Why::Configured },
            Recipient { address: "sato@example.jp".into(), why: Why::Role(Role::Officer) },
        ],
        ..Told::default()
    };
    let plain = RoutingView { preview: Some(preview(officers)), ..full.clone() };
    let at = chrome(language, "/settings/routing");
    let kept_route = RouteView {
        checklist: &kept.checklist,
        route: &routing.routes[1],
        sites: Vec::new(),
        groups: placements.names(Division::Group),
        typed: None,
        refused: Some(language.register_conflict()),
    };
    let bad_route = RouteView { typed: refused.typed.clone(), refused: None, ..kept_route.clone() };
    let one = chrome(language, "/settings/routing/2");
    let auditor = Chrome { person: Some(Person { name: "audit".into(), role: Role::Auditor }), ..at.clone() };
    vec![
        ("routing", routing::render(&full, &at)),
        ("routing_refused", routing::render(&refused, &at)),
        ("routing_seen", routing::render(&plain, &auditor)),
        ("route", route::render(&kept_route, &one)),
        ("route_refused", route::render(&bad_route, &one)),
        ("routing_new", routing::render(&new, &auditor)),
    ]
}
