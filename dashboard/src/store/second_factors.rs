//! Second factors of people, and their recovery codes. Of these only digests are kept.

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::value::{Columns, millis};
use super::{StoreError, Transaction};
use crate::auth::totp::Key;

/// A person's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// What the person's app and the dashboard share.
    pub key: Key,
    /// The step of the code that was used last.
    pub last_step: i64,
    /// Since when the person has it.
    pub set_at: Instant,
}

impl Transaction {
    /// A person's second factor.
    pub async fn second_factor(&mut self, person: i64) -> Result<Option<SecondFactor>, StoreError> {
        let row = sqlx::query("SELECT key_text, last_step, set_at FROM second_factors WHERE person = $1")
            .bind(person)
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        let key = columns.word("key_text", Key::from_text).map_err(|_| StoreError::Damaged {
            what: "key_text",
            // The text itself is a secret.
            problem: "it is no key".to_owned(),
        })?;
        Ok(Some(SecondFactor { key, last_step: columns.int("last_step")?, set_at: columns.instant("set_at")? }))
    }

    /// Gives a person a second factor, who must have none.
    pub async fn set_second_factor(&mut self, person: i64, factor: &SecondFactor) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO second_factors (person, key_text, last_step, set_at) VALUES ($1, $2, $3, $4)")
            .bind(person)
            .bind(factor.key.text())
            .bind(factor.last_step)
            .bind(millis(factor.set_at))
            .execute(self.connection())
            .await
            .map_err(|error| StoreError::taken(error, "the second factor"))?;
        self.touch();
        Ok(())
    }

    /// Takes a code's step as used; false if a code of it or of a later one was used before.
    pub async fn use_step(&mut self, person: i64, step: i64) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE second_factors SET last_step = $2 WHERE person = $1 AND last_step < $2")
            .bind(person)
            .bind(step)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes a person's second factor away, with its recovery codes. What the sessions were confirmed with no longer counts.
    pub async fn remove_second_factor(&mut self, person: i64) -> Result<(), StoreError> {
        self.set_recovery_codes(person, &[]).await?;
        sqlx::query("DELETE FROM second_factors WHERE person = $1").bind(person).execute(self.connection()).await?;
        self.touch();
        self.unconfirm_sessions_of(person).await
    }

    /// Keeps recovery codes; those before stop working.
    pub async fn set_recovery_codes(&mut self, person: i64, codes: &[Digest]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM recovery_codes WHERE person = $1").bind(person).execute(self.connection()).await?;
        for code in codes {
            sqlx::query("INSERT INTO recovery_codes (digest, person) VALUES ($1, $2)")
                .bind(code.to_string())
                .bind(person)
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Uses a recovery code up; false if the person has none of that digest.
    pub async fn use_recovery_code(&mut self, person: i64, code: &Digest) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM recovery_codes WHERE person = $1 AND digest = $2")
            .bind(person)
            .bind(code.to_string())
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// How many recovery codes a person has left.
    pub async fn recovery_codes_left(&mut self, person: i64) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS codes FROM recovery_codes WHERE person = $1")
            .bind(person)
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).count("codes")
    }
}
