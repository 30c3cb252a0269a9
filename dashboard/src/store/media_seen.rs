//! When media that backups go to were attached to hosts: kept when it was seen, because a host tells what is attached now.

use tenken_model::{HostId, Instant};

use super::value::{Columns, millis};
use super::{StoreError, Transaction};

/// A medium on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediumSeen {
    /// Its serial number, as registers compare it.
    pub serial: String,
    /// When it was attached, the last time that it was.
    pub attached_since: Instant,
    /// When it was last seen to be attached.
    pub last_seen: Instant,
    /// It is attached, as far as is known.
    pub attached: bool,
}

impl Transaction {
    /// Keeps what is known of a medium on a host.
    pub async fn keep_medium_seen(&mut self, host: &HostId, seen: &MediumSeen) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO media_seen (host, serial, attached_since, last_seen, attached) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (host, serial) DO UPDATE SET attached_since = excluded.attached_since, \
             last_seen = excluded.last_seen, attached = excluded.attached",
        )
        .bind(host.as_str())
        .bind(&*seen.serial)
        .bind(millis(seen.attached_since))
        .bind(millis(seen.last_seen))
        .bind(i64::from(seen.attached))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The media that were seen on a host, by serial number.
    pub async fn media_seen(&mut self, host: &HostId) -> Result<Vec<MediumSeen>, StoreError> {
        sqlx::query(
            "SELECT serial, attached_since, last_seen, attached FROM media_seen WHERE host = $1 ORDER BY serial",
        )
        .bind(host.as_str())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(|row| {
            let columns = Columns::of(row);
            Ok(MediumSeen {
                serial: columns.text("serial")?,
                attached_since: columns.instant("attached_since")?,
                last_seen: columns.instant("last_seen")?,
                attached: columns.int("attached")? != 0,
            })
        })
        .collect()
    }

    /// Removes what was last seen before then.
    pub async fn forget_media_seen(&mut self, before: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM media_seen WHERE last_seen < $1")
            .bind(millis(before))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
