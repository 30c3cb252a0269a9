//! What people have to do.

use axum::response::Html;

use super::failure::Failure;
use super::visit::Visit;
use crate::pages::tasks::{self as page, TasksView};
use crate::status::Known;
use crate::tasks::{Causes, tasks};
use crate::working_calendar;

/// `GET /tasks`
pub(super) async fn list(visit: Visit) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let causes = Causes::read(&mut transaction, &known, &app.terms.correlations).await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let tasks = tasks(&causes, &app.checklist, &calendar, visit.now);
    let view = TasksView { checklist: &app.checklist, catalog: &app.catalog, tasks: &tasks };
    Ok(Html(page::render(&view, &chrome)?))
}
