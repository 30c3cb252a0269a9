//! What happened before the moment of an assessment: the log of acts, the changes of findings, and the versions of the form.

use tenken_model::{Instant, Span};

use super::{Bounded, LOOK_BACK};
use crate::store::{AuditHead, HistoryEntry, StoreError, Transaction, Version, WrittenEntry};

/// The most changes of findings that are told.
pub const HISTORY_MAX: u32 = 20_000;
/// The most versions of the form that are told.
pub const VERSIONS_MAX: u32 = 200;
/// The most entries of the audit log that are told; the newest count.
pub const AUDIT_MAX: i64 = 200_000;
/// How many entries of the audit log are read at once.
const AUDIT_AT_ONCE: u32 = 5_000;

/// The past, as far as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// What the first entry of `audit` follows from.
    pub before: AuditHead,
    /// The entries of the audit log as they are stored, the oldest first.
    pub audit: Vec<WrittenEntry>,
    /// The changes of findings within [`LOOK_BACK`].
    pub history: Bounded<HistoryEntry>,
    /// The versions of the form.
    pub versions: Bounded<Version>,
}

impl Trail {
    /// Reads it.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        let head = transaction.audit_head().await?;
        let skipped = head.entries.saturating_sub(AUDIT_MAX).max(0);
        let before = match transaction.audit_digest(skipped).await? {
            Some(digest) => AuditHead { entries: skipped, digest },
            None => AuditHead::beginning(),
        };
        let mut audit: Vec<WrittenEntry> = Vec::new();
        loop {
            let after = audit.last().map_or(before.entries, |entry| entry.number);
            let more = transaction.audit_written(after, AUDIT_AT_ONCE).await?;
            if more.is_empty() {
                break;
            }
            audit.extend(more);
        }
        let since = Span::from_millis(-LOOK_BACK.millis()).after(now);
        let history = transaction.history_since(since, HISTORY_MAX).await?;
        let history = Bounded::of(history, transaction.history_count_since(since).await?);
        let versions = transaction.versions(VERSIONS_MAX).await?;
        let versions = Bounded::of(versions, transaction.version_count().await?);
        Ok(Self { before, audit, history, versions })
    }
}
