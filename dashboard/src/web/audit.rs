//! The audit log.

use axum::response::Html;

use super::asked::Asked;
use super::failure::Failure;
use super::gate::form_encode;
use super::visit::{Visit, number};
use crate::pages::act;
use crate::pages::audit::{self, AuditView};
use crate::store::AuditSearch;

/// How many entries a page shows.
const SHOWN: u32 = 100;
/// The most characters that are searched for.
const SEARCH_CHARS_MAX: usize = 100;

/// `GET /audit`
pub(super) async fn audit(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let search: String = asked.get("q").trim().chars().take(SEARCH_CHARS_MAX).collect();
    let before = match asked.get("before") {
        "" => None,
        text => Some(number(text)?),
    };
    let (mut transaction, chrome) = visit.read().await?;
    let head = transaction.audit_head().await?;
    // One more tells whether there are older ones.
    let mut entries = if search.is_empty() {
        transaction.audit_entries(before, SHOWN + 1).await?
    } else {
        let acts = act::meant(&search, visit.language());
        let search = AuditSearch { text: &search, acts: &acts };
        transaction.audit_found(&search, before, SHOWN + 1).await?
    };
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = entries.len() > shown;
    entries.truncate(shown);
    let last = entries.last().filter(|_| more).map(|(number, _)| *number);
    let older = last.map(|last| match search.as_str() {
        "" => format!("/audit?before={last}"),
        search => format!("/audit?q={}&before={last}", form_encode(search)),
    });
    let view = AuditView { head, entries: &entries, search, before, older };
    Ok(Html(audit::render(&view, &chrome)?))
}
