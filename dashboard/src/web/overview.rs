//! The overview.

use axum::extract::Query;
use axum::response::Html;
use serde::Deserialize;
use tenken_engine::item::ItemState;

use super::failure::Failure;
use super::visit::Visit;
use crate::pages::overview::{self, OverviewView, Reporting};
use crate::status::{Known, inventory};

/// Which items are listed.
#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    state: String,
}

/// `GET /`
pub(super) async fn overview(visit: Visit, Query(filter): Query<Filter>) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let hosts = known.hosts.iter().map(|host| (&host.id, host.name.as_str()));
    let without_agent =
        inventory::read(&mut transaction, hosts).await?.map_or(0, |inventory| inventory.without_agent.len());
    let checklist = &visit.site.app.checklist;
    let view = OverviewView {
        checklist,
        statuses: &known.statuses(checklist),
        hosts: Reporting {
            hosts: known.hosts.len(),
            reporting: known.reporting(),
            silent: known.silent(),
            without_agent,
        },
        filter: ItemState::from_word(&filter.state),
    };
    Ok(Html(overview::render(&view, &chrome)?))
}
