//! Taking a file into a register: read, compared with the open rows, and applied as one.

use tenken_model::Instant;

use super::definition::Definition;
use super::import::{self, FileError, ReadFile};
use super::plan::{OpenRow, Plan, plan};
use super::references::Names;
use crate::store::{StoreError, Transaction};

/// A file with what it would change.
#[derive(Debug)]
pub struct Preview {
    /// The file.
    pub file: ReadFile,
    /// What it would change.
    pub plan: Plan,
}

/// Compares a file with a register as it stands. The outer error is the store's, the inner the file's.
pub async fn preview(
    transaction: &mut Transaction,
    definition: &'static Definition,
    bytes: &[u8],
) -> Result<Result<Preview, FileError>, StoreError> {
    let names = Names::read(transaction, definition).await?;
    let mut file = match import::read(definition, &names, bytes) {
        Ok(file) => file,
        Err(error) => return Ok(Err(error)),
    };
    let open: Vec<OpenRow> =
        transaction.open_rows(definition).await?.into_iter().map(|row| OpenRow { id: row.id, row: row.row }).collect();
    let plan = plan(definition, &file, &open);
    file.check(definition, &names, &plan);
    Ok(Ok(Preview { file, plan }))
}

/// Writes what a plan says, in the transaction that made the plan.
pub async fn apply(
    transaction: &mut Transaction,
    definition: &Definition,
    plan: &Plan,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    transaction.begin_register(definition.kind, now).await?;
    for (_, row) in &plan.added {
        transaction.add_row(definition, row, person, now).await?;
    }
    for changed in &plan.changed {
        let stored =
            transaction.register_row(definition, changed.id).await?.ok_or(StoreError::Conflict("the register row"))?;
        transaction.change_row(definition, changed.id, stored.revision, &changed.after, person, now).await?;
    }
    Ok(())
}
