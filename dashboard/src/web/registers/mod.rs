//! Registers: the list, each one with its rows, and files out of and into it.

mod export;
mod import;
mod rows;

use axum::extract::Path;
use axum::response::Html;

use super::asked::Asked;
use super::failure::Failure;
use super::gate::form_encode;
use super::visit::Visit;
use crate::pages::pager::Pager;
use crate::pages::register::{self, RegisterView};
use crate::pages::registers::{self, RegisterCard, RegistersView};
use crate::pages::{Chrome, Notice};
use crate::registers::{Definition, due};
use crate::store::{RegisterRow, StoreError, Transaction};

pub(super) use export::export;
pub(super) use import::{APPLY_BYTES_MAX, UPLOAD_BYTES_MAX, do_apply, do_preview, import};
pub(super) use rows::{do_approve, do_change, do_close, do_new, do_take_back, new, row};

/// How many rows a page shows.
const ROWS_SHOWN: usize = 100;

/// What is asked for of a register.
#[derive(Clone, Copy, Default)]
struct Wanted<'a> {
    search: &'a str,
    closed: bool,
    page: &'a str,
}

impl Wanted<'_> {
    /// The address of any page of it up to its number.
    fn address(self, definition: &Definition) -> String {
        let search = if self.search.is_empty() { String::new() } else { format!("q={}&", form_encode(self.search)) };
        let closed = if self.closed { "closed=true&" } else { "" };
        format!("/registers/{}?{search}{closed}page=", definition.slug)
    }
}

/// The register of that name in addresses.
fn known(slug: &str) -> Result<&'static Definition, Failure> {
    Definition::by_slug(slug).ok_or(Failure::NOT_FOUND)
}

/// `GET /registers`
pub(super) async fn registers(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let begun = transaction.registers_begun().await?;
    let counts = transaction.open_row_counts().await?;
    let card = |definition: &'static Definition| {
        let rows = counts.get(&definition.kind).map_or(0, |count| usize::try_from(*count).unwrap_or(usize::MAX));
        RegisterCard { definition, rows: begun.contains_key(&definition.kind).then_some(rows) }
    };
    let registers = Definition::all().iter().map(card).collect();
    let view = RegistersView { registers, due: due::read(&mut transaction, visit.now).await? };
    Ok(Html(registers::render(&view, &chrome)?))
}

/// `GET /registers/{slug}`
pub(super) async fn register(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Result<Html<String>, Failure> {
    let definition = known(&slug)?;
    let (mut transaction, chrome) = visit.read().await?;
    let (search, closed, page) = (asked.get("q").trim(), asked.get("closed") == "true", asked.get("page"));
    self::page(&mut transaction, definition, Wanted { search, closed, page }, &chrome).await
}

/// The page of a register that says why something was not done.
async fn refused(visit: &Visit, definition: &'static Definition, why: String) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let chrome = Chrome { notice: Some(Notice::Refused(why)), ..chrome };
    page(&mut transaction, definition, Wanted::default(), &chrome).await
}

async fn page(
    transaction: &mut Transaction,
    definition: &'static Definition,
    wanted: Wanted<'_>,
    chrome: &Chrome,
) -> Result<Html<String>, Failure> {
    let Wanted { search, closed, page } = wanted;
    let rows = rows_of(transaction, definition, closed).await?;
    let fitting: Vec<&RegisterRow> =
        rows.iter().filter(|stored| stored.row.matches(definition, search, chrome.language)).collect();
    let pager = Pager::new(page, ROWS_SHOWN, fitting.len(), wanted.address(definition));
    let rows = pager.cut(&fitting).to_vec();
    let view = RegisterView { definition, rows, pager, search: search.to_owned(), closed };
    Ok(Html(register::render(&view, chrome)?))
}

/// The rows that count by their names, then the closed ones if they are wanted, the last first.
async fn rows_of(
    transaction: &mut Transaction,
    definition: &Definition,
    closed: bool,
) -> Result<Vec<RegisterRow>, StoreError> {
    let mut rows = transaction.open_rows(definition).await?;
    rows.sort_by_cached_key(|stored| stored.row.name(definition).to_lowercase());
    if closed {
        rows.extend(transaction.closed_rows(definition, u32::MAX).await?);
    }
    Ok(rows)
}
