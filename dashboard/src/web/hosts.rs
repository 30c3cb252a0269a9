//! Hosts: the list, each one, adding and revoking them.

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::checklist::{Checklist, Section};
use tenken_model::finding::VerdictKind;
use tenken_model::{HostId, Instant};

use super::asked::Asked;
use super::done::Done;
use super::failure::Failure;
use super::machines::Machines;
use super::packages;
use super::sent::Sent;
use super::visit::Visit;
use crate::enrol;
use crate::groups::{self, Division, Placements};
use crate::packages::AgentVersion;
use crate::pages::finding::FindingView;
use crate::pages::host::{HostSection, HostView};
use crate::pages::hosts::{HostRow, HostsFilter, HostsView};
use crate::pages::pager::Pager;
use crate::pages::{host as host_page, hosts as hosts_page};
use crate::status::inventory::{Inventory, Listed};
use crate::status::{Patience, Presence, inventory};
use crate::store::{FindingCounts, Host, HostInBrief, StoreError, Transaction};
use crate::working_calendar;

/// How many hosts a page shows.
const SHOWN: usize = 50;

/// `GET /hosts`
pub(super) async fn hosts(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let packages = packages::listed(&visit.site).await;
    let (mut transaction, chrome) = visit.read().await?;
    let away = Away::read(&mut transaction).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let filter = filter(&asked, &placements);
    let brief = transaction.hosts_in_brief().await?;
    let inventory = inventory(&mut transaction, &brief).await?;
    let revoked = usize::try_from(transaction.revoked_count().await?).unwrap_or(usize::MAX);
    let are_revoked = asked.get("revoked") == "true";
    let (hosts, pager) = if are_revoked {
        let pager = Pager::new(asked.get("page"), SHOWN, revoked, "/hosts?revoked=true&page=");
        (transaction.revoked_hosts(pager.skipped(), pager.limit()).await?, pager)
    } else {
        let here = |host: &HostInBrief| filter.shows(placements.of(&host.name));
        let brief: Vec<HostInBrief> = brief.into_iter().filter(here).collect();
        let pager = Pager::new(asked.get("page"), SHOWN, brief.len(), filter.pages());
        (standing(&mut transaction, brief, &pager, &away, visit.now).await?, pager)
    };
    let newest = packages.newest();
    let around = Around { inventory: inventory.as_ref(), away: &away, placements: &placements, newest };
    let rows = around.rows(&mut transaction, &hosts, visit.now).await?;
    let is_first = !are_revoked && pager.skipped() == 0;
    let without_agent = inventory.as_ref().filter(|_| is_first).map(|inventory| inventory.without_agent.as_slice());
    let shown = |listed: &&Listed| filter.shows(placements.of(&listed.row.name));
    let without_agent: Vec<Listed> = without_agent.unwrap_or_default().iter().filter(shown).cloned().collect();
    let view = HostsView { hosts: rows, pager, are_revoked, revoked, without_agent: &without_agent, filter };
    Ok(Html(hosts_page::render(&view, &chrome)?))
}

/// Which hosts the address asks for.
fn filter(asked: &Asked, placements: &Placements) -> HostsFilter {
    let asked = |division: Division| {
        Some(asked.get(division.field())).filter(|name| !name.is_empty()).map(|name| groups::meant(name).to_owned())
    };
    HostsFilter {
        groups: placements.names(Division::Group),
        sites: placements.names(Division::Site),
        group: asked(Division::Group),
        site: asked(Division::Site),
    }
}

/// How the register of hosts has them.
pub(super) async fn inventory(
    transaction: &mut Transaction,
    hosts: &[HostInBrief],
) -> Result<Option<Inventory>, StoreError> {
    inventory::read(transaction, hosts.iter().map(|host| (&host.id, host.name.as_str()))).await
}

/// The hosts of a page of those that count, those with trouble first.
pub(super) async fn standing(
    transaction: &mut Transaction,
    mut brief: Vec<HostInBrief>,
    pager: &Pager,
    away: &Away,
    now: Instant,
) -> Result<Vec<Host>, StoreError> {
    let failing = transaction.hosts_failing().await?;
    brief.sort_by_cached_key(|host| {
        let presence = Presence::of_brief(host, away.patience, &away.calendar, now);
        hosts_page::order(host, presence, failing.contains(&host.id))
    });
    let mut hosts = Vec::new();
    for host in pager.cut(&brief) {
        hosts.extend(transaction.host(&host.id).await?);
    }
    Ok(hosts)
}

/// How long hosts may be away, and in which calendar.
#[derive(Debug)]
pub(super) struct Away {
    patience: Patience,
    calendar: WorkingCalendar,
}

impl Away {
    pub(super) async fn read(transaction: &mut Transaction) -> Result<Self, StoreError> {
        let patience = transaction.setting().await?.unwrap_or_default();
        Ok(Self { patience, calendar: working_calendar::read(transaction).await? })
    }
}

/// What a row of a host shows beside the host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) inventory: Option<&'a Inventory>,
    pub(super) away: &'a Away,
    pub(super) placements: &'a Placements,
    /// The newest version of the agent of which there is a package.
    pub(super) newest: Option<&'a AgentVersion>,
}

impl<'a> Around<'a> {
    pub(super) async fn rows(
        &self,
        transaction: &mut Transaction,
        hosts: &'a [Host],
        now: Instant,
    ) -> Result<Vec<HostRow<'a>>, StoreError> {
        let mut rows = Vec::new();
        for host in hosts {
            let counts = transaction.finding_counts_of(&host.id).await?;
            rows.push(self.row(host, counts, now));
        }
        Ok(rows)
    }

    fn row(&self, host: &'a Host, counts: FindingCounts, now: Instant) -> HostRow<'a> {
        HostRow {
            host,
            counts,
            presence: Presence::of(host, self.away.patience, &self.away.calendar, now),
            entry: self.inventory.and_then(|inventory| inventory.hosts.get(&host.id).copied()),
            placement: self.placements.of(&host.name),
            newest: self.newest,
        }
    }
}

/// `GET /hosts/{id}`
pub(super) async fn host(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    page(&visit, &known(&id)?, None).await
}

/// `POST /hosts/{id}/revoke`
pub(super) async fn do_revoke(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let id = known(&id)?;
    let host = visit.store().read().await?.host(&id).await?.ok_or(Failure::NOT_FOUND)?;
    let typed = sent.get("name").trim();
    if typed != host.name {
        let visit = visit.leading_to(format!("/hosts/{id}"));
        return Ok(page(&visit, &id, Some(typed.to_owned())).await?.into_response());
    }
    enrol::revoke(visit.store(), &id, visit.person(), visit.now).await?;
    Ok(Visit::done("/hosts", Done::Revoked).into_response())
}

fn known(id: &str) -> Result<HostId, Failure> {
    HostId::new(id).map_err(|_| Failure::NOT_FOUND)
}

async fn page(visit: &Visit, id: &HostId, confirmation: Option<String>) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let packages = packages::listed(&visit.site).await;
    let (mut transaction, chrome) = visit.read().await?;
    let host = transaction.host(id).await?.ok_or(Failure::NOT_FOUND)?;
    let machines = Machines::of_host(&mut transaction, id, &host.name).await?;
    let findings = transaction.findings_of_host(id).await?;
    let counts = transaction.finding_counts_of(id).await?;
    let standing = Some((&host.id, host.name.as_str())).filter(|_| host.revoked_at.is_none());
    let inventory = inventory::read(&mut transaction, standing).await?;
    let views = findings.iter().map(|stored| machines.view(stored, &app.catalog));
    let (not_applicable, views) = views.partition(|finding| finding.kind() == VerdictKind::NotApplicable);
    let away = Away::read(&mut transaction).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let newest = packages.newest();
    let around = Around { inventory: inventory.as_ref(), away: &away, placements: &placements, newest };
    let row = around.row(&host, counts, visit.now);
    let view = HostView { row, sections: by_section(&app.checklist, views), not_applicable, confirmation };
    Ok(Html(host_page::render(&view, &chrome)?))
}

/// Findings in the order of the form, each in the first section one of whose items its rule decides.
fn by_section<'a>(checklist: &'a Checklist, findings: Vec<FindingView<'a>>) -> Vec<HostSection<'a>> {
    let decides = |section: &Section, finding: &FindingView<'_>| {
        section.items.iter().any(|item| item.rules.contains(&finding.finding.key.rule))
    };
    let mut rest = findings;
    let mut sections = Vec::new();
    for section in &checklist.sections {
        let (of_section, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|finding| decides(section, finding));
        rest = others;
        if !of_section.is_empty() {
            sections.push(HostSection { section: Some(section), findings: of_section });
        }
    }
    if !rest.is_empty() {
        sections.push(HostSection { section: None, findings: rest });
    }
    sections
}
