//! What people do to registers: each act with its entry in the audit log, both or neither.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};
use thiserror::Error;

use super::approval;
use super::definition::Definition;
use super::import::FileError;
use super::references::{self, Names};
use super::row::{ColumnError, Row};
use super::take::{self, Preview};
use crate::store::{AuditEntry, RegisterRow, Store, StoreError, Transaction};

/// The language in which the audit log says what changed: that of the form.
const LOG: Language = Language::Japanese;

/// Why a row was not written. Nothing was then.
#[derive(Debug, Error)]
pub enum KeepError {
    /// Another open row has the same key.
    #[error("the same row is in the register already; change that one")]
    Taken,
    /// It was changed or closed after it was seen.
    #[error("the row was changed or closed by somebody else; look at it again")]
    Changed,
    /// The register has no such row.
    #[error("the register has no such row")]
    Gone,
    /// It names rows of other registers that are not there, or an approval that nobody gave.
    #[error("the row names rows of other registers that are not there, or an approval that nobody gave")]
    Unfounded(Vec<ColumnError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row as a person saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub id: i64,
    /// Its revision.
    pub revision: i64,
}

/// Adds a row; its number.
pub async fn add(
    store: &Store,
    definition: &'static Definition,
    row: &Row,
    person: &str,
    now: Instant,
) -> Result<i64, KeepError> {
    let mut transaction = store.write().await?;
    let id = add_in(&mut transaction, definition, row, person, now).await?;
    transaction.save().await?;
    Ok(id)
}

/// Adds a row within what is saved by the caller; its number.
pub(crate) async fn add_in(
    transaction: &mut Transaction,
    definition: &'static Definition,
    row: &Row,
    person: &str,
    now: Instant,
) -> Result<i64, KeepError> {
    let row = resolved(transaction, definition, row, None).await?;
    if transaction.open_row_like(definition, &row).await?.is_some() {
        return Err(KeepError::Taken);
    }
    let id = transaction.add_row(definition, &row, person, now).await?;
    let entry = entry("register_row_added", subject(definition, id), cells(definition, &row), person, now);
    transaction.audit(&entry).await?;
    Ok(id)
}

/// Changes a row. One that says the same as before is left as it is.
pub async fn change(
    store: &Store,
    definition: &'static Definition,
    seen: Seen,
    row: &Row,
    person: &str,
    now: Instant,
) -> Result<(), KeepError> {
    let mut transaction = store.write().await?;
    let before = as_seen(&mut transaction, definition, seen).await?;
    let row = resolved(&mut transaction, definition, row, Some(&before.row)).await?;
    if before.row == row {
        return Ok(());
    }
    if transaction.open_row_like(definition, &row).await?.is_some_and(|other| other != seen.id) {
        return Err(KeepError::Taken);
    }
    let names = Names::of_register(&mut transaction, definition).await?;
    transaction.change_row(definition, seen.id, seen.revision, &row, person, now).await?;
    let detail = changes(definition, &before.row, &row);
    let entry = entry("register_row_changed", subject(definition, seen.id), detail, person, now);
    transaction.audit(&entry).await?;
    follow(&mut transaction, definition, &names, person, now).await?;
    Ok(transaction.save().await?)
}

/// Lets what refers to rows follow them where they are called otherwise than `before`, each told by itself.
async fn follow(
    transaction: &mut Transaction,
    definition: &Definition,
    before: &Names,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    for followed in references::follow(transaction, definition, before, person, now).await? {
        let detail = changes(followed.definition, &followed.before, &followed.after);
        let subject = subject(followed.definition, followed.id);
        transaction.audit(&entry("register_row_changed", subject, detail, person, now)).await?;
    }
    Ok(())
}

/// Closes a row: it counts no more and stays with its history.
pub async fn close(
    store: &Store,
    definition: &Definition,
    seen: Seen,
    person: &str,
    now: Instant,
) -> Result<(), KeepError> {
    let mut transaction = store.write().await?;
    let before = as_seen(&mut transaction, definition, seen).await?;
    transaction.set_row_closed(seen.id, seen.revision, true, person, now).await?;
    let detail = before.row.name(definition);
    let entry = entry("register_row_closed", subject(definition, seen.id), detail, person, now);
    transaction.audit(&entry).await?;
    Ok(transaction.save().await?)
}

/// What became of a file that was to be taken into a register.
#[derive(Debug)]
pub enum Taking {
    /// It cannot be read.
    Unreadable(FileError),
    /// Some of its rows are wrong. Nothing was written.
    Faulty(Preview),
    /// It would no longer change what the person saw. Nothing was written.
    Stale(Preview),
    /// What it changed is written.
    Done(Preview),
}

/// Takes a file into a register. `seen` is the digest of the plan that a person agreed to; without it
/// whatever the file changes is agreed to.
pub async fn import(
    store: &Store,
    definition: &'static Definition,
    bytes: &[u8],
    seen: Option<&str>,
    person: &str,
    now: Instant,
) -> Result<Taking, StoreError> {
    let mut transaction = store.write().await?;
    let preview = match take::preview(&mut transaction, definition, bytes).await? {
        Ok(preview) => preview,
        Err(error) => return Ok(Taking::Unreadable(error)),
    };
    if !preview.file.errors.is_empty() {
        return Ok(Taking::Faulty(preview));
    }
    let digest = preview.plan.digest(definition);
    if seen.is_some_and(|seen| seen != digest.to_string()) {
        return Ok(Taking::Stale(preview));
    }
    if !preview.plan.is_empty() {
        let names = Names::of_register(&mut transaction, definition).await?;
        take::apply(&mut transaction, definition, &preview.plan, person, now).await?;
        follow(&mut transaction, definition, &names, person, now).await?;
        let detail = taken(&preview, &digest);
        transaction.audit(&entry("register_imported", definition.slug.to_owned(), detail, person, now)).await?;
        transaction.save().await?;
    }
    Ok(Taking::Done(preview))
}

/// The row with its references as what they refer to is called, and with the approval that it has.
async fn resolved(
    transaction: &mut Transaction,
    definition: &'static Definition,
    row: &Row,
    before: Option<&Row>,
) -> Result<Row, KeepError> {
    let names = Names::read(transaction, definition).await?;
    let row = approval::carried(definition, before, &names.resolve(definition, row));
    let mut errors = approval::check(definition, before, &row);
    errors.extend(names.check(definition, &row, before));
    if errors.is_empty() { Ok(row) } else { Err(KeepError::Unfounded(errors)) }
}

async fn as_seen(transaction: &mut Transaction, definition: &Definition, seen: Seen) -> Result<RegisterRow, KeepError> {
    let row = transaction.register_row(definition, seen.id).await?.ok_or(KeepError::Gone)?;
    if row.revision == seen.revision && row.closed_at.is_none() { Ok(row) } else { Err(KeepError::Changed) }
}

fn entry(act: &str, subject: String, detail: String, person: &str, now: Instant) -> AuditEntry {
    AuditEntry { at: now, person: person.to_owned(), act: act.to_owned(), subject, detail }
}

fn subject(definition: &Definition, id: i64) -> String {
    format!("{}/{id}", definition.slug)
}

/// What a row says, without what is empty.
fn cells(definition: &Definition, row: &Row) -> String {
    let cell = |column| {
        let shown = row.shown(column, LOG);
        (!shown.is_empty()).then(|| LOG.cell_of(&(column.label)(LOG), &shown))
    };
    definition.columns.iter().filter_map(cell).collect::<Vec<_>>().join(&LOG.list_join())
}

fn changes(definition: &Definition, before: &Row, after: &Row) -> String {
    let differ = before.differences(after);
    let columns = definition.columns.iter().filter(|column| differ.contains(&column.name));
    let told = columns
        .map(|column| LOG.cell_changed(&(column.label)(LOG), &before.shown(column, LOG), &after.shown(column, LOG)));
    LOG.cell_of(&before.name(definition), &told.collect::<Vec<_>>().join(&LOG.list_join()))
}

/// How much a file changed; the digest stands for what, which the history of each row tells.
fn taken(preview: &Preview, digest: &Digest) -> String {
    LOG.import_done(preview.plan.added.len(), preview.plan.changed.len(), &digest.to_string())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::Column;
    use super::*;
    use crate::store::Location;

    const NOW: Instant = Instant::UNIX_EPOCH;

    fn accounts() -> &'static Definition {
        Definition::by_slug("accounts").unwrap()
    }

    fn account(name: &str, owner: &str) -> Row {
        let typed = |column: &'static Column| match column.name {
            "account" => Some(name.to_owned()),
            "owner" => Some(owner.to_owned()),
            "kind" => Some("person".to_owned()),
            _ => None,
        };
        Row::read(accounts(), typed).unwrap()
    }

    async fn store() -> (TempDir, Store) {
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        (data, store)
    }

    async fn told(store: &Store) -> Vec<(String, String)> {
        let entries = store.read().await.unwrap().audit_entries(None, 100).await.unwrap();
        entries.into_iter().rev().map(|(_, entry)| (format!("{} {}", entry.act, entry.subject), entry.detail)).collect()
    }

    #[tokio::test]
    async fn each_act_is_told_once_and_none_that_was_refused() {
        let (_data, store) = store().await;
        let id = add(&store, accounts(), &account("sato", "佐藤"), "ito", NOW).await.unwrap();
        let other = add(&store, accounts(), &account("kato", "加藤"), "ito", NOW).await.unwrap();
        let seen = Seen { id, revision: 1 };
        let again = add(&store, accounts(), &account("sato", "x"), "ito", NOW).await;
        assert!(matches!(again, Err(KeepError::Taken)), "{again:?}");
        let taken = change(&store, accounts(), seen, &account("kato", "x"), "ito", NOW).await;
        assert!(matches!(taken, Err(KeepError::Taken)), "{taken:?}");
        change(&store, accounts(), seen, &account("sato", "佐藤"), "ito", NOW).await.unwrap();
        change(&store, accounts(), seen, &account("sato", "佐藤花子"), "ito", NOW).await.unwrap();
        for late in [
            change(&store, accounts(), seen, &account("sato", "z"), "ito", NOW).await,
            close(&store, accounts(), seen, "ito", NOW).await,
        ] {
            assert!(matches!(late, Err(KeepError::Changed)), "{late:?}");
        }
        close(&store, accounts(), Seen { id, revision: 2 }, "ito", NOW).await.unwrap();
        let closed = change(&store, accounts(), Seen { id, revision: 3 }, &account("sato", "z"), "ito", NOW).await;
        assert!(matches!(closed, Err(KeepError::Changed)), "{closed:?}");
        let devices = Definition::by_slug("devices").unwrap();
        let gone = close(&store, devices, Seen { id: other, revision: 1 }, "ito", NOW).await;
        assert!(matches!(gone, Err(KeepError::Gone)), "a row belongs to one register: {gone:?}");
        let told = told(&store).await;
        let acts: Vec<&str> = told.iter().map(|(act, _)| act.as_str()).collect();
        let expected = ["added accounts/1", "added accounts/2", "changed accounts/1", "closed accounts/1"];
        assert_eq!(acts, expected.map(|act| format!("register_row_{act}")));
        assert!(told[0].1.contains("責任者: 佐藤") && !told[0].1.contains("備考"), "{}", told[0].1);
        assert_eq!(told[2].1, "* / sato: 責任者 「佐藤」→「佐藤花子」");
    }

    #[tokio::test]
    async fn a_file_is_taken_only_as_it_was_seen() {
        let (_data, store) = store().await;
        let file = "account,kind,owner\nsato,person,佐藤\n".as_bytes();
        let first = take::preview(&mut store.read().await.unwrap(), accounts(), file).await.unwrap().unwrap();
        let seen = first.plan.digest(accounts()).to_string();
        add(&store, accounts(), &account("sato", "別人"), "ito", NOW).await.unwrap();
        let import = |seen: Option<String>, file: &'static [u8]| {
            let store = store.clone();
            async move { import(&store, accounts(), file, seen.as_deref(), "ito", NOW).await.unwrap() }
        };
        let Taking::Stale(preview) = import(Some(seen), file).await else { panic!("the register moved on") };
        let seen = preview.plan.digest(accounts()).to_string();
        assert!(matches!(import(Some(seen), file).await, Taking::Done(_)));
        assert!(matches!(import(None, file).await, Taking::Done(preview) if preview.plan.is_empty()));
        assert!(matches!(import(None, b"account,kind,owner\na,boss,x\n").await, Taking::Faulty(_)));
        assert!(matches!(import(None, b"\x82").await, Taking::Unreadable(FileError::NotText)));
        let told = told(&store).await;
        assert_eq!(told.len(), 2, "what changed nothing is not told: {told:?}");
        assert_eq!(told[1].0, "register_imported accounts");
        assert!(told[1].1.starts_with("追加0件、変更1件"), "{}", told[1].1);
    }
}
