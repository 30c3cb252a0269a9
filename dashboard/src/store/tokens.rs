//! Enrolment tokens. Only the digest of a secret is kept.

use tenken_model::digest::Digest;
use tenken_model::{HostId, Instant};

use super::value::{Columns, millis};
use super::{StoreError, Transaction};

/// A token to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The digest of its secret.
    pub digest: Digest,
    /// Now.
    pub made_at: Instant,
    /// Who made it.
    pub made_by: String,
    /// When it stops working.
    pub until: Instant,
}

/// A token as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// When and by whom it was made.
    pub made_at: Instant,
    /// See `made_at`.
    pub made_by: String,
    /// When it stops working.
    pub until: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
    /// For which host.
    pub host: Option<HostId>,
}

impl Token {
    /// It can be used now.
    pub fn works(&self, now: Instant) -> bool {
        self.used_at.is_none() && self.until > now
    }
}

impl Transaction {
    /// Keeps a token.
    pub async fn add_token(&mut self, new: &NewToken) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO enrolment_tokens (digest, made_at, made_by, until) VALUES ($1, $2, $3, $4)")
            .bind(new.digest.to_string())
            .bind(millis(new.made_at))
            .bind(new.made_by.as_str())
            .bind(millis(new.until))
            .execute(self.connection())
            .await
            .map_err(|error| StoreError::taken(error, "the token"))?;
        self.touch();
        Ok(())
    }

    /// The token of that digest.
    pub async fn token(&mut self, digest: &Digest) -> Result<Option<Token>, StoreError> {
        let row = sqlx::query("SELECT made_at, made_by, until, used_at, host FROM enrolment_tokens WHERE digest = $1")
            .bind(digest.to_string())
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        Ok(Some(Token {
            made_at: columns.instant("made_at")?,
            made_by: columns.text("made_by")?,
            until: columns.instant("until")?,
            used_at: columns.maybe_instant("used_at")?,
            host: columns.maybe_parsed("host")?,
        }))
    }

    /// Uses a token up for a host; false if it is unknown, used or too old.
    pub async fn use_token(&mut self, digest: &Digest, host: &HostId, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE enrolment_tokens SET used_at = $2, host = $3 WHERE digest = $1 AND used_at IS NULL AND until > $2",
        )
        .bind(digest.to_string())
        .bind(millis(now))
        .bind(host.as_str())
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Removes tokens that stopped working unused before an instant.
    pub async fn forget_tokens(&mut self, before: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM enrolment_tokens WHERE used_at IS NULL AND until < $1")
            .bind(millis(before))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
