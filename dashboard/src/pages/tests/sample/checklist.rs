//! The pages of items, hosts, drifts and mails.

use tenken_engine::Catalog;
use tenken_engine::checklist::{Item, Section};
use tenken_engine::item::ItemState;
use tenken_model::finding::VerdictKind;
use tenken_model::{ItemId, Language, Span};

use super::machines::{self, NAMES, catalog, drift, finding, machine, mail, other_mails, reference, rule, view};
use super::{Kept, ago, chrome};
use crate::evidence::{Kind, Scan};
use crate::groups::Division;
use crate::packages::AgentVersion;
use crate::pages::Chrome;
use crate::pages::attest::{AttestationView, Errors, Typed};
use crate::pages::drift::{DriftView, OwnerPart};
use crate::pages::drifts::{DriftRow, DriftsView};
use crate::pages::finding::ItemRef;
use crate::pages::history::ChangeView;
use crate::pages::host::{HostSection, HostView};
use crate::pages::hosts::{HostRow, HostsFilter, HostsView};
use crate::pages::item::{ItemDrift, ItemView, RuleView};
use crate::pages::outbox::OutboxView;
use crate::pages::pager::Pager;
use crate::pages::rule::{self as rule_page, RuleFindingsView};
use crate::pages::trend::Strip;
use crate::pages::{drift as drift_page, drifts, host as host_page, hosts, item, outbox};
use crate::store::{
    AttachedFile, Attestation, Drift, FindingCounts, HistoryEntry, MailKind, NewAttestation, NewHistory, Number,
};

pub(super) type Rendered = (&'static str, askama::Result<String>);

fn find<'a>(kept: &'a Kept, id: &str) -> (&'a Section, &'a Item) {
    let sections = kept.checklist.sections.iter();
    let mut all = sections.flat_map(|section| section.items.iter().map(move |item| (section, item)));
    all.find(|(_, item)| item.id.as_str() == id).unwrap()
}

pub(super) fn items(kept: &Kept, language: Language) -> Vec<Rendered> {
    let catalog = catalog();
    let machines: Vec<_> = NAMES.iter().map(|name| machine(name)).collect();
    let findings = machines::findings();
    let history = history();
    let attestation = attestation();
    let files = [AttachedFile {
        attestation: 1,
        digest: tenken_model::digest::Digest::of(b"evidence"),
        name: "運用管理規程_2026.pdf".into(),
        kind: Kind::Pdf,
        scanned: Scan::Clean,
    }];
    let page = |id: &str, attestation: Option<&Attestation>, refused| {
        let (section, item) = find(kept, id);
        let rules = item.rules.iter().map(|id| {
            let of_rule = findings.iter().filter(|(_, finding)| finding.key.rule == *id);
            let views = of_rule.map(|(name, finding)| {
                view(&catalog, machines.iter().find(|machine| machine.name == *name).unwrap(), finding)
            });
            RuleView { rule: rule(&catalog, id.as_str()), findings: views.collect(), counts: many() }
        });
        let change =
            |entry| ChangeView { entry, host: reference(&machines[0]), rule: catalog.rule(&entry.change.key.rule) };
        let view = ItemView {
            checklist: &kept.checklist,
            section,
            item,
            declared: None,
            proposals: Vec::new(),
            status: &kept.statuses[&item.id],
            rules: rules.collect(),
            attestation: attestation.map(|attestation| AttestationView { attestation, files: files.iter().collect() }),
            earlier: attestation
                .map(|attestation| AttestationView { attestation, files: Vec::new() })
                .into_iter()
                .collect(),
            refused,
            history: if item.rules.is_empty() { Vec::new() } else { history.iter().map(change).collect() },
            strip: strip(item, language),
            drifts: if item.rules.is_empty() { Vec::new() } else { past(&catalog) },
            drifts_left: item.rules.len(),
        };
        item::render(&view, &chrome(language, &format!("/items/{id}")))
    };
    let errors = Errors {
        evidence: Some(language.attest_evidence_empty()),
        file: Some(language.file_active("setup.docm")),
        ..Errors::default()
    };
    let refused = Some((Typed::default(), errors));
    vec![
        ("item", page("technical.9", None, None)),
        ("item_attested", page("organizational.5", Some(&attestation), None)),
        ("item_unattested", page("emergency.2", None, refused)),
        ("item_any_of", page("technical.15", None, None)),
        ("item_rule", of_rule(kept, &chrome(language, "/items/technical.9/rules/clock_service_running"))),
    ]
}

/// More findings than are shown.
const fn many() -> FindingCounts {
    FindingCounts { pass: 118, fail: 2, unknown: 1, not_applicable: 0 }
}

/// All findings of a rule, on a page between others.
fn of_rule(kept: &Kept, chrome: &Chrome) -> askama::Result<String> {
    let catalog = catalog();
    let machines: Vec<_> = NAMES.iter().map(|name| machine(name)).collect();
    let findings = machines::findings();
    let (section, item) = find(kept, "technical.9");
    let found = findings.iter().filter(|(_, finding)| finding.key.rule.as_str() == "clock_service_running");
    let host = |name: &String| machines.iter().find(|machine| machine.name == *name).unwrap();
    let view = RuleFindingsView {
        section,
        item,
        rule: rule(&catalog, "clock_service_running"),
        counts: many(),
        findings: found.map(|(name, finding)| view(&catalog, host(name), finding)).collect(),
        pager: Pager::new("2", 40, 121, "/items/technical.9/rules/clock_service_running?page="),
    };
    rule_page::render(&view, chrome)
}

/// A year in which the item did not always hold.
fn strip(item: &Item, language: Language) -> Strip {
    let axis = super::axis();
    let days = axis.past().map(|slot| slot.day).enumerate().skip(40).filter(|(n, _)| !(110..115).contains(n));
    let state = |n: usize| if n % 60 < 4 { ItemState::Drift } else { ItemState::Met };
    let days = days.filter(|_| !item.rules.is_empty());
    Strip::new(&axis, &days.map(|(n, day)| (day, state(n))).collect(), language)
}

fn past(catalog: &Catalog) -> Vec<ItemDrift<'_>> {
    let drift = |id, opened, ended: Option<i64>| ItemDrift {
        id,
        rule: catalog.rule(&tenken_model::RuleId::new("clock_service_running").unwrap()),
        host: NAMES[0],
        opened: ago(opened),
        ended: ended.map(ago),
    };
    vec![
        drift(3, 14, None),
        drift(2, 60 * 24 * 80, Some(60 * 24 * 76)),
        drift(1, 60 * 24 * 140, Some(60 * 24 * 140 - 30)),
    ]
}

fn attestation() -> Attestation {
    let stated = NewAttestation {
        item: ItemId::new("organizational.5").unwrap(),
        statement: "1-9".into(),
        evidence: "SEC-RULES-2026.pdf / 2F-B3".into(),
        person: "sato".into(),
        attested_at: ago(60 * 24 * 12),
        valid_until: Span::from_days(353).after(super::now()),
        branch: None,
    };
    Attestation { id: 1, stated, withdrawn: None }
}

fn history() -> Vec<HistoryEntry> {
    let steps = [
        (14, Some(VerdictKind::Pass), Some(VerdictKind::Fail)),
        (60 * 30, Some(VerdictKind::Unknown), Some(VerdictKind::Pass)),
        (60 * 31, Some(VerdictKind::Pass), Some(VerdictKind::Unknown)),
        (60 * 24 * 30, None, Some(VerdictKind::Pass)),
        (60 * 24 * 31, Some(VerdictKind::Fail), None),
    ];
    let entry = |(minutes, before, after): (i64, Option<VerdictKind>, Option<VerdictKind>)| HistoryEntry {
        id: minutes,
        host: super::host(NAMES[0]),
        change: NewHistory {
            key: finding("clock_service_running", VerdictKind::Pass, None).key,
            number: Some(Number { epoch: 1, seq: 1, part: 0 }),
            at: ago(minutes),
            received_at: ago(minutes),
            before,
            finding: after.map(|kind| finding("clock_service_running", kind, None)),
        },
    };
    steps.into_iter().map(entry).collect()
}

pub(super) fn hosts(kept: &Kept, language: Language) -> Vec<Rendered> {
    let catalog = catalog();
    let machines: Vec<_> = NAMES.iter().chain(&["PC-NEW01", "PC-OLD01"]).map(|name| machine(name)).collect();
    let counts = |name: &str| FindingCounts {
        pass: if name == "PC-NEW01" { 0 } else { 41 },
        fail: u64::from(name.starts_with("SV")) * 2,
        unknown: u64::from(name == "PC-JIMU12"),
        not_applicable: 3,
    };
    let placements = machines::placements();
    let newest = AgentVersion::read("0.2.0");
    let rows = machines.iter().map(|host| HostRow {
        host,
        counts: counts(&host.name),
        presence: machines::presence(host),
        entry: machines::entry(&host.name),
        placement: placements.of(&host.name),
        newest: newest.as_ref(),
    });
    let rows: Vec<HostRow<'_>> = rows.collect();
    let findings = machines::findings();
    let of = |index: usize, ids: &[&str]| {
        let host = &machines[index];
        let fits = |name: &str, id: &str| name == host.name && ids.contains(&id);
        let found = findings.iter().filter(|(name, finding)| fits(name, finding.key.rule.as_str()));
        found.map(|(_, finding)| view(&catalog, host, finding)).collect::<Vec<_>>()
    };
    let technical = kept.checklist.sections.iter().find(|section| section.id.as_str() == "technical");
    let sections = vec![
        HostSection { section: technical, findings: of(0, &["clock_service_running", "clock_synchronised"]) },
        HostSection { section: None, findings: of(0, &["accounts_registered"]) },
    ];
    let page = |index: usize, sections, confirmation: Option<&str>| {
        let not_applicable = if index == 0 { of(0, &["clock_in_japan_time"]) } else { Vec::new() };
        let confirmation = confirmation.map(str::to_owned);
        let view = HostView { row: rows[index], sections, not_applicable, confirmation };
        host_page::render(&view, &chrome(language, "/hosts/h-1"))
    };
    let listed = machines::without_agent();
    let filter = HostsFilter {
        groups: placements.names(Division::Group),
        sites: placements.names(Division::Site),
        ..HostsFilter::default()
    };
    let nurses = HostsFilter { group: Some("Nurses".into()), ..filter.clone() };
    let (standing, revoked): (Vec<HostRow<'_>>, Vec<HostRow<'_>>) =
        rows.iter().copied().partition(|row| row.host.revoked_at.is_none());
    let shown = |hosts: Vec<HostRow<'_>>, are_revoked, without_agent, filter: &HostsFilter| {
        let hosts: Vec<_> = hosts.into_iter().filter(|row| filter.shows(row.placement)).collect();
        let pager = Pager::new("2", hosts.len().max(1), hosts.len() * 9, filter.pages());
        let view = HostsView { hosts, pager, are_revoked, revoked: 1, without_agent, filter: filter.clone() };
        hosts::render(&view, &chrome(language, "/hosts"))
    };
    let nothing = HostsFilter::default();
    vec![
        ("hosts", shown(standing.clone(), false, &listed, &filter)),
        ("hosts_filtered", shown(standing, false, &[], &nurses)),
        ("hosts_revoked", shown(revoked, true, &[], &filter)),
        ("hosts_none", shown(Vec::new(), false, &[], &nothing)),
        ("host", page(0, sections, None)),
        ("host_troubled", page(3, Vec::new(), Some("PC-HOKEN70"))),
        ("host_new", page(6, Vec::new(), None)),
        ("host_revoked", page(7, Vec::new(), None)),
    ]
}

pub(super) fn drifts(kept: &Kept, language: Language) -> Vec<Rendered> {
    let catalog = catalog();
    let machine = machine(NAMES[0]);
    let all: Vec<_> = (1..=4).map(drift).collect();
    let kinds = [MailKind::Reminder, MailKind::Opened, MailKind::Resolved, MailKind::Resolved];
    let mails: Vec<_> = all.iter().zip(kinds).map(|(drift, kind)| mail(drift, kind)).collect();
    let opened = mail(&all[0], MailKind::Opened);
    let checklist = &kept.checklist;
    let told: Vec<_> = other_mails().into_iter().chain(mails.iter().cloned()).collect();
    let (section, item) = find(kept, "technical.9");
    let rows: Vec<DriftRow<'_>> = all
        .iter()
        .zip(&mails)
        .map(|(drift, mail)| DriftRow {
            drift,
            host: reference(&machine),
            rule: catalog.rule(&drift.finding.key.rule),
            items: vec![ItemRef { section, item }],
            mail: (drift.id != 4).then_some(mail),
        })
        .collect();
    let list = DriftsView {
        open: rows[..2].to_vec(),
        open_pager: Pager::new("1", 2, 90, "/drifts?page="),
        resolved: rows[2..].to_vec(),
        resolved_pager: Pager::new("3", 2, 30, "/drifts?ended="),
    };
    let (open_pager, resolved_pager) = (Pager::whole(0), Pager::whole(0));
    let none = DriftsView { open: Vec::new(), open_pager, resolved: Vec::new(), resolved_pager };
    let standing = finding("clock_service_running", VerdictKind::Fail, None);
    let open = DriftView {
        row: rows[0].clone(),
        now: Some((&standing, ago(14))),
        mails: vec![&opened, &mails[0]],
        owner: None,
        os: Some("debian"),
    };
    let over = DriftView { row: rows[2].clone(), now: None, mails: Vec::new(), owner: None, os: None };
    let medium = finding("media_and_equipment_located", VerdictKind::Fail, Some("M-006"));
    let of_medium = Drift { finding: medium, ..drift(1) };
    let rule = catalog.rule(&of_medium.finding.key.rule);
    let row = DriftRow { drift: &of_medium, rule, items: Vec::new(), mail: None, ..rows[0].clone() };
    let overdue = DriftView { row, now: None, mails: Vec::new(), owner: None, os: None };
    let places = machines::placements();
    let to_owner = [machines::owner_mail(MailKind::Asked), machines::owner_mail(MailKind::Thanked)];
    let part = |pc: &str, mails: usize, lately| OwnerPart {
        user: places.of(pc).unwrap().owner(),
        mails: to_owner.iter().take(mails).collect(),
        lately,
        repairable: mails > 0,
    };
    let with = |view: &DriftView<'_>, owner| {
        drift_page::render(
            &DriftView { owner: Some(owner), row: view.row.clone(), mails: view.mails.clone(), ..*view },
            &chrome(language, "/drifts/1"),
        )
    };
    let askable = with(&open, part("PC-UKETSUKE3", 0, None));
    let asked = with(&open, part("PC-UKETSUKE3", 1, Some(ago(60))));
    let unknown = with(&open, part("PC-HOKEN07", 0, None));
    let thanked = with(&over, part("PC-UKETSUKE3", 2, None));
    let at = |address| chrome(language, address);
    let outbox = |mails: Vec<_>| {
        let pager = Pager::new("", 4, mails.len(), "/outbox?page=");
        outbox::render(&OutboxView { checklist, mails, pager }, &at("/outbox"))
    };
    vec![
        ("drifts", drifts::render(&list, &at("/drifts"))),
        ("drifts_none", drifts::render(&none, &at("/drifts"))),
        ("drift", drift_page::render(&open, &at("/drifts/1"))),
        ("drift_of_no_host", drift_page::render(&overdue, &at("/drifts/1"))),
        ("drift_askable", askable),
        ("drift_asked", asked),
        ("drift_user_unknown", unknown),
        ("drift_thanked", thanked),
        ("drift_resolved", drift_page::render(&over, &at("/drifts/3"))),
        ("outbox", outbox(told.iter().collect())),
        ("outbox_none", outbox(Vec::new())),
    ]
}
