//! The agency's working calendar as it is kept.

use tenken_calendar::WorkingCalendar;
use tenken_model::Instant;

use crate::store::{AuditEntry, Store, StoreError, Transaction};

/// The calendar in force: the usual one until the agency sets its own.
pub async fn read(transaction: &mut Transaction) -> Result<WorkingCalendar, StoreError> {
    Ok(transaction.setting().await?.unwrap_or_default())
}

/// Sets the calendar. `written` is how the person wrote it, for the audit log.
pub async fn set(
    store: &Store,
    calendar: &WorkingCalendar,
    written: String,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    transaction.set_setting(calendar).await?;
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "calendar_set".to_owned(),
        subject: String::new(),
        detail: written,
    };
    transaction.audit(&entry).await?;
    transaction.save().await
}
