//! Enrolment tokens, for one host or for a roll-out, and the hosts that came by them. Only the digest of a secret is kept.

use sqlx::any::AnyRow;
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
    /// How many hosts it lets in.
    pub hosts: u32,
}

/// A token as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// When and by whom it was made.
    pub made_at: Instant,
    /// See `made_at`.
    pub made_by: String,
    /// When it stops working.
    pub until: Instant,
    /// How many hosts it lets in.
    pub hosts: u32,
    /// How many came by it.
    pub used: u32,
    /// When and by whom it was withdrawn.
    pub withdrawn: Option<(Instant, String)>,
}

impl Token {
    /// It can be used now.
    pub fn works(&self, now: Instant) -> bool {
        self.used < self.hosts && self.withdrawn.is_none() && self.until > now
    }

    /// It was made for more than one host.
    pub fn is_for_many(&self) -> bool {
        self.hosts > 1
    }
}

const TOKEN: &str = "SELECT id, made_at, made_by, until, hosts, used, withdrawn_at, withdrawn_by FROM enrolment_tokens \
    WHERE digest = $1";
const BY_NUMBER: &str = "SELECT id, made_at, made_by, until, hosts, used, withdrawn_at, withdrawn_by \
    FROM enrolment_tokens WHERE id = $1";
const FOR_MANY: &str = "SELECT id, made_at, made_by, until, hosts, used, withdrawn_at, withdrawn_by \
    FROM enrolment_tokens WHERE hosts > 1 ORDER BY id DESC LIMIT $1";

fn token(row: &AnyRow) -> Result<Token, StoreError> {
    let columns = Columns::of(row);
    let number = |name| u32::try_from(columns.int(name)?).map_err(|_| StoreError::TooLarge("the use of a token"));
    let withdrawn = columns.maybe_instant("withdrawn_at")?.zip(columns.maybe_text("withdrawn_by")?);
    Ok(Token {
        id: columns.int("id")?,
        made_at: columns.instant("made_at")?,
        made_by: columns.text("made_by")?,
        until: columns.instant("until")?,
        hosts: number("hosts")?,
        used: number("used")?,
        withdrawn,
    })
}

impl Transaction {
    /// Keeps a token and returns its number.
    pub async fn add_token(&mut self, new: &NewToken) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO enrolment_tokens (digest, made_at, made_by, until, hosts, used) VALUES ($1, $2, $3, $4, $5, 0) \
             RETURNING id",
        )
        .bind(new.digest.to_string())
        .bind(millis(new.made_at))
        .bind(new.made_by.as_str())
        .bind(millis(new.until))
        .bind(i64::from(new.hosts))
        .fetch_one(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "the token"))?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// The token of that digest.
    pub async fn token(&mut self, digest: &Digest) -> Result<Option<Token>, StoreError> {
        let row = sqlx::query(TOKEN).bind(digest.to_string()).fetch_optional(self.connection()).await?;
        row.as_ref().map(token).transpose()
    }

    /// The token of that number.
    pub async fn token_of_number(&mut self, id: i64) -> Result<Option<Token>, StoreError> {
        let row = sqlx::query(BY_NUMBER).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(token).transpose()
    }

    /// The newest tokens for more than one host, the newest first.
    pub async fn tokens_for_many(&mut self, limit: u32) -> Result<Vec<Token>, StoreError> {
        sqlx::query(FOR_MANY).bind(i64::from(limit)).fetch_all(self.connection()).await?.iter().map(token).collect()
    }

    /// Uses a token for one host more; absent if it is unknown, used up, withdrawn or too old. The host is named by
    /// [`Transaction::add_enrolment`].
    pub async fn use_token(&mut self, digest: &Digest, now: Instant) -> Result<Option<Token>, StoreError> {
        let row = sqlx::query(
            "UPDATE enrolment_tokens SET used = used + 1 WHERE digest = $1 AND used < hosts AND until > $2 \
             AND withdrawn_at IS NULL RETURNING id, made_at, made_by, until, hosts, used, withdrawn_at, withdrawn_by",
        )
        .bind(digest.to_string())
        .bind(millis(now))
        .fetch_optional(self.connection())
        .await?;
        self.touch();
        row.as_ref().map(token).transpose()
    }

    /// A host came by a token.
    pub async fn add_enrolment(&mut self, token: i64, host: &HostId, now: Instant) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO enrolments (host, token, at) VALUES ($1, $2, $3)")
            .bind(host.as_str())
            .bind(token)
            .bind(millis(now))
            .execute(self.connection())
            .await
            .map_err(|error| StoreError::taken(error, "the host"))?;
        Ok(())
    }

    /// The hosts that came by a token with their names and when, the last first.
    pub async fn enrolments(&mut self, token: i64, limit: u32) -> Result<Vec<(HostId, String, Instant)>, StoreError> {
        let rows = sqlx::query(
            "SELECT h.id, h.name, e.at FROM enrolments e JOIN hosts h ON h.id = e.host WHERE e.token = $1 \
             ORDER BY e.at DESC, h.id LIMIT $2",
        )
        .bind(token)
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?;
        let read = |row: &AnyRow| {
            let columns = Columns::of(row);
            Ok((columns.parsed("id")?, columns.text("name")?, columns.instant("at")?))
        };
        rows.iter().map(read).collect()
    }

    /// Withdraws a token; false if there is none of that number that was not withdrawn.
    pub async fn withdraw_token(&mut self, id: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE enrolment_tokens SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND withdrawn_at IS NULL",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Withdraws every token that still works, and returns how many.
    pub async fn withdraw_tokens(&mut self, person: &str, now: Instant) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE enrolment_tokens SET withdrawn_at = $1, withdrawn_by = $2 WHERE withdrawn_at IS NULL \
             AND used < hosts AND until > $1",
        )
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected())
    }

    /// Removes tokens that stopped working before an instant and by which nobody came.
    pub async fn forget_tokens(&mut self, before: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM enrolment_tokens WHERE used = 0 AND until < $1")
            .bind(millis(before))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
