//! What monitoring asks of the store.

use tenken_model::Instant;

use super::value::{Columns, millis};
use super::{Store, StoreError, Transaction};

/// The mails of the outbox that are due and were not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MailCounts {
    /// Those that were not tried, or wait for their turn.
    pub waiting: u64,
    /// Those whose last try failed.
    pub failed: u64,
    /// Since when the eldest is due or, if it failed, was written.
    pub since: Option<Instant>,
}

impl Store {
    /// Writes what changes nothing, to see whether writing works.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("UPDATE change_counter SET value = value").execute(transaction.connection()).await?;
        transaction.save().await
    }
}

impl Transaction {
    /// The bytes that the database takes.
    pub async fn database_size(&mut self) -> Result<u64, StoreError> {
        let size = self.engine.size();
        let row = sqlx::query(size).fetch_one(self.connection()).await?;
        Columns::of(&row).count("bytes")
    }

    /// The mails that should have been sent by now.
    pub async fn mail_counts(&mut self, now: Instant) -> Result<MailCounts, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS mails, COUNT(last_error) AS failed, \
             MIN(CASE WHEN last_error IS NULL THEN due ELSE created_at END) AS since \
             FROM outbox WHERE sent_at IS NULL AND dropped_at IS NULL AND (due <= $1 OR last_error IS NOT NULL)",
        )
        .bind(millis(now))
        .fetch_one(self.connection())
        .await?;
        let columns = Columns::of(&row);
        let (mails, failed) = (columns.count("mails")?, columns.count("failed")?);
        Ok(MailCounts { waiting: mails.saturating_sub(failed), failed, since: columns.maybe_instant("since")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn trying_to_write_changes_nothing_and_says_when_it_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path()).await.unwrap();
        let before = store.look().await.unwrap();
        store.try_write().await.unwrap();
        assert_eq!(store.look().await.unwrap(), before);
        let mut transaction = store.read().await.unwrap();
        assert!(transaction.database_size().await.unwrap() > 4_096);
        assert_eq!(transaction.mail_counts(Instant::UNIX_EPOCH).await.unwrap(), MailCounts::default());
        transaction.abandon().await.unwrap();
        assert_eq!(store.failures(), 0);
        store.close().await;
        assert!(store.try_write().await.is_err());
        assert_eq!(store.failures(), 1);
    }
}
