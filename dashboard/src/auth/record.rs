//! What people did with accounts, in the audit log.

use tenken_model::{Instant, Language};

use crate::store::{AuditEntry, StoreError, Transaction};

/// The language of the audit log, which is the same whoever acts.
pub(super) const LOG: Language = Language::Japanese;

/// Keeps an act of `person` on the account of `subject`.
pub(super) async fn record(
    transaction: &mut Transaction,
    person: &str,
    act: &str,
    subject: &str,
    detail: String,
    now: Instant,
) -> Result<(), StoreError> {
    let (person, act, subject) = (person.to_owned(), act.to_owned(), subject.to_owned());
    transaction.audit(&AuditEntry { at: now, person, act, subject, detail }).await
}

/// Keeps an act of a person on the own account.
pub(super) async fn record_own(
    transaction: &mut Transaction,
    person: &str,
    act: &str,
    now: Instant,
) -> Result<(), StoreError> {
    record(transaction, person, act, person, String::new(), now).await
}
