//! Groups and sites of hosts.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Html;
use tenken_calendar::japan;

use super::drifts;
use super::failure::Failure;
use super::hosts::{Around, Away, inventory};
use super::machines::Machines;
use super::visit::Visit;
use crate::groups::{self, Division, Kept, Placements, standings};
use crate::pages::group::GroupView;
use crate::pages::groups::GroupsView;
use crate::pages::{group as group_page, groups as groups_page};
use crate::status::Known;
use crate::store::Drift;

/// `GET /groups`
pub(super) async fn groups(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let drifts = transaction.open_drifts().await?;
    let checklist = &visit.site.app.checklist;
    let kept = Kept { known: &known, placements: &placements, drifts: &drifts, checklist };
    let (groups, sites) = (standings(Division::Group, kept), standings(Division::Site, kept));
    Ok(Html(groups_page::render(&GroupsView { groups: &groups, sites: &sites }, &chrome)?))
}

/// `GET /groups/{name}`
pub(super) async fn group(visit: Visit, Path(name): Path<String>) -> Result<Html<String>, Failure> {
    page(&visit, Division::Group, &name).await
}

/// `GET /sites/{name}`
pub(super) async fn site(visit: Visit, Path(name): Path<String>) -> Result<Html<String>, Failure> {
    page(&visit, Division::Site, &name).await
}

async fn page(visit: &Visit, division: Division, name: &str) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let open = transaction.open_drifts().await?;
    let kept = Kept { known: &known, placements: &placements, drifts: &open, checklist: &app.checklist };
    let standing = standings(division, kept).into_iter().find(|one| groups::same(&one.name, groups::meant(name)));
    let standing = standing.ok_or(Failure::NOT_FOUND)?;
    let machines = Machines::read(&mut transaction).await?;
    let counts = transaction.finding_counts().await?;
    let inventory = inventory(&mut transaction, &machines).await?;
    let away = Away::read(&mut transaction).await?;
    let around = Around { counts: &counts, inventory: inventory.as_ref(), away: &away, placements: &placements };
    let mut mails = BTreeMap::new();
    let here = |drift: &&Drift| standing.drifts.contains(&drift.id);
    for drift in open.iter().filter(here) {
        mails.insert(drift.id, transaction.mails_of(drift.told_by.unwrap_or(drift.id)).await?);
    }
    let drifts = open.iter().filter(here).map(|drift| {
        let newest = mails.get(&drift.id).and_then(|mails| mails.last());
        drifts::row(visit, &machines, drift, newest)
    });
    let hosts = standing.hosts.iter().filter_map(|id| machines.host(id)).map(|host| around.row(host, visit));
    let view = GroupView {
        division,
        standing: &standing,
        hosts: hosts.collect(),
        drifts: drifts.collect(),
        checklist: &app.checklist,
        catalog: &app.catalog,
    };
    Ok(Html(group_page::render(&view, &chrome)?))
}
