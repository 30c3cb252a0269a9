//! The overview.

use axum::extract::Query;
use axum::response::Html;
use serde::Deserialize;
use tenken_engine::item::ItemState;

use super::failure::Failure;
use super::visit::Visit;
use crate::pages::overview::{self, OverviewView, Reporting};
use crate::status::Known;

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
    let checklist = &visit.site.app.checklist;
    let view = OverviewView {
        checklist,
        statuses: &known.statuses(checklist),
        hosts: Reporting { hosts: known.hosts.len(), reporting: known.reporting() },
        filter: ItemState::from_word(&filter.state),
    };
    Ok(Html(overview::render(&view, &chrome)?))
}
