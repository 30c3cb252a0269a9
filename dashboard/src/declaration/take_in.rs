//! Taking in a form that is published.

use tenken_engine::checklist::Checklist;
use tenken_form::compare::{Difference, differences};
use tenken_form::declaration::Declaration;
use tenken_model::Instant;

use super::propose::put;
use crate::store::{AuditEntry, Change, NewVersion, Origin, Store, StoreError};

/// What came of taking in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakingIn {
    /// It is the first version, in force from now on.
    Kept(i64),
    /// There is a version in force; for what differs from it, that many changes are proposed.
    Proposed(usize),
    /// It says the same as the version in force.
    Same,
}

/// Takes in a form. The first one is what the agency has published, and is in force at once: that is a fact, not a change. A later
/// one changes nothing by itself; what differs is proposed.
pub async fn take_in(
    store: &Store,
    checklist: &Checklist,
    declaration: Declaration,
    reason: &str,
    person: &str,
    now: Instant,
) -> Result<TakingIn, StoreError> {
    let mut transaction = store.write().await?;
    let entry = |act: &str, subject: String, detail: String| AuditEntry {
        at: now,
        person: person.to_owned(),
        act: act.to_owned(),
        subject,
        detail,
    };
    let Some(in_force) = transaction.declaration().await? else {
        let updated_on = declaration.updated_on.to_string();
        let new = NewVersion { declaration, origin: Origin::TakenIn, accepted_at: now, accepted_by: person.to_owned() };
        let version = transaction.add_version(&new).await?;
        transaction.open_publication(version, now).await?;
        transaction.audit(&entry("declaration_taken_in", version.to_string(), updated_on)).await?;
        transaction.save().await?;
        return Ok(TakingIn::Kept(version));
    };
    let mut proposed = 0;
    for difference in differences(in_force.declaration(), &declaration, checklist) {
        let change = match difference {
            Difference::Answer { item, before: Some(before), after: Some(after) } => {
                Change::Answer { item, before, after: Some(after) }
            }
            Difference::Header => {
                Change::Header { before: in_force.declaration().header.clone(), after: declaration.header.clone() }
            }
            // The date follows from accepting; an edition's items are the same in both.
            Difference::Answer { .. } | Difference::Date { .. } => continue,
        };
        put(&mut transaction, change, reason, person, now).await?;
        proposed += 1;
    }
    if proposed == 0 {
        transaction.abandon().await?;
        return Ok(TakingIn::Same);
    }
    transaction.save().await?;
    Ok(TakingIn::Proposed(proposed))
}
