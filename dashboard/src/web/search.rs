//! Finding things by what people type.

use axum::response::Html;

use super::asked::Asked;
use super::failure::Failure;
use super::visit::Visit;
use crate::pages::search::{self as page, SearchView};
use crate::search::{self, CHARS_MAX, Words};

/// `GET /search`
pub(super) async fn search(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let typed: String = asked.get("q").trim().chars().take(CHARS_MAX).collect();
    let (mut transaction, chrome) = visit.read().await?;
    let found = match Words::of(&typed) {
        Some(words) => Some(search::find(&mut transaction, &app.checklist, &app.catalog, &words).await?),
        None => None,
    };
    Ok(Html(page::render(&SearchView { typed, found }, &chrome)?))
}
