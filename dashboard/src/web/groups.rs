//! Groups and sites of hosts.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::Html;
use tenken_calendar::japan;
use tenken_model::HostId;

use super::asked::Asked;
use super::drifts;
use super::failure::Failure;
use super::hosts::{self, Around, Away, inventory};
use super::machines::Machines;
use super::packages;
use super::visit::Visit;
use crate::groups::{self, Division, Kept, Placements, standing_of, standings};
use crate::pages::group::GroupView;
use crate::pages::groups::GroupsView;
use crate::pages::pager::Pager;
use crate::pages::{group as group_page, groups as groups_page};
use crate::status::Known;
use crate::store::HostInBrief;

/// How many hosts of a group a page shows.
const HOSTS_SHOWN: usize = 50;
/// How many of its open drifts.
const DRIFTS_SHOWN: usize = 20;

/// `GET /groups`
pub(super) async fn groups(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let drifts = transaction.open_drift_lines().await?;
    let checklist = &visit.site.app.checklist;
    let kept = Kept { known: &known, placements: &placements, drifts: &drifts, checklist };
    let (groups, sites) = (standings(Division::Group, kept), standings(Division::Site, kept));
    Ok(Html(groups_page::render(&GroupsView { groups: &groups, sites: &sites }, &chrome)?))
}

/// `GET /groups/{name}`
pub(super) async fn group(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Html<String>, Failure> {
    page(&visit, Division::Group, &name, &asked).await
}

/// `GET /sites/{name}`
pub(super) async fn site(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Html<String>, Failure> {
    page(&visit, Division::Site, &name, &asked).await
}

async fn page(visit: &Visit, division: Division, name: &str, asked: &Asked) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let packages = packages::listed(&visit.site).await;
    let (mut transaction, chrome) = visit.read().await?;
    let brief = transaction.hosts_in_brief().await?;
    let inventory = inventory(&mut transaction, &brief).await?;
    let known = Known::read_of(&mut transaction, &brief, inventory.as_ref(), visit.now).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let open = transaction.open_drift_lines().await?;
    let kept = Kept { known: &known, placements: &placements, drifts: &open, checklist: &app.checklist };
    let mut standing = standing_of(division, groups::meant(name), kept).ok_or(Failure::NOT_FOUND)?;
    let told = standing.missing.iter_mut().filter_map(|missing| missing.causes.first_mut()).collect();
    Known::tell_causes(&mut transaction, told).await?;
    let machines = Machines::read(&mut transaction).await?;
    let away = Away::read(&mut transaction).await?;
    let of_group: BTreeSet<&HostId> = standing.hosts.iter().collect();
    let brief: Vec<HostInBrief> = brief.into_iter().filter(|host| of_group.contains(&host.id)).collect();
    let address = |field: &str, other: &str| format!("?{other}={}&{field}=", asked.get(other));
    let hosts_pager = Pager::new(asked.get("page"), HOSTS_SHOWN, brief.len(), address("page", "drifts"));
    let hosts = hosts::standing(&mut transaction, brief, &hosts_pager, &away, visit.now).await?;
    let newest = packages.newest();
    let around = Around { inventory: inventory.as_ref(), away: &away, placements: &placements, newest };
    let hosts = around.rows(&mut transaction, &hosts, visit.now).await?;
    let drifts_pager = Pager::new(asked.get("drifts"), DRIFTS_SHOWN, standing.drifts.len(), address("drifts", "page"));
    let mut shown = Vec::new();
    for id in drifts_pager.cut(&standing.drifts) {
        if let Some(drift) = transaction.drift(*id).await? {
            let newest = transaction.mails_of(drift.told_by.unwrap_or(drift.id)).await?.pop();
            shown.push((drift, newest));
        }
    }
    let drifts = shown.iter().map(|(drift, newest)| drifts::row(visit, &machines, drift, newest.as_ref()));
    let view = GroupView {
        division,
        standing: &standing,
        hosts,
        hosts_pager,
        drifts: drifts.collect(),
        drifts_pager,
        checklist: &app.checklist,
        catalog: &app.catalog,
    };
    Ok(Html(group_page::render(&view, &chrome)?))
}
