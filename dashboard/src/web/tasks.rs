//! What people have to do.

use axum::response::Html;

use super::asked::Asked;
use super::failure::Failure;
use super::visit::Visit;
use crate::pages::pager::Pager;
use crate::pages::tasks::{self as page, TasksView};
use crate::status::Known;
use crate::tasks::{Causes, tasks};
use crate::working_calendar;

/// How many tasks a page shows.
const SHOWN: usize = 100;

/// `GET /tasks`
pub(super) async fn list(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let causes = Causes::read(&mut transaction, &known, &app.terms.correlations, &app.checklist).await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let tasks = tasks(&causes, &app.checklist, &calendar, visit.now);
    let pager = Pager::new(asked.get("page"), SHOWN, tasks.len(), "/tasks?page=");
    let view = TasksView { checklist: &app.checklist, catalog: &app.catalog, tasks: &tasks, pager: &pager };
    Ok(Html(page::render(&view, &chrome)?))
}
