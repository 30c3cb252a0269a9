//! Open sessions, half-open ones, and the link that makes the first administrator.

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::users::{people, user};
use super::value::{Columns, millis};
use super::{StoreError, Transaction, User};
use crate::auth::first_run::Link;
use crate::auth::session::Times;

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: User,
    /// Its times.
    pub times: Times,
}

/// What is stored of the first-run link.
pub type FirstRunLink = Link;

fn times(columns: &Columns<'_>) -> Result<Times, StoreError> {
    Ok(Times {
        opened: columns.instant("opened")?,
        used: columns.instant("used")?,
        confirmed: columns.maybe_instant("confirmed")?,
        shown: columns.maybe_instant("shown")?,
    })
}

impl Transaction {
    /// Opens a session.
    pub async fn open_session(&mut self, digest: &Digest, person: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO sessions (digest, person, opened, used) VALUES ($1, $2, $3, $3)")
            .bind(digest.to_string())
            .bind(person)
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The session of that secret's digest, if its person may sign in.
    pub async fn session(&mut self, digest: &Digest) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(people!(
            "s.opened, s.used, s.confirmed, s.shown, ",
            "FROM sessions s JOIN users u ON u.id = s.person LEFT JOIN second_factors f ON f.person = u.id LEFT JOIN identities b ON b.person = u.id \
             WHERE s.digest = $1 AND u.disabled_at IS NULL"
        ))
        .bind(digest.to_string())
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        Ok(Some(Session { user: user(&row)?, times: times(&columns)? }))
    }

    /// The sessions of a person, the newest first, each with the digest of its secret.
    pub async fn sessions_of(&mut self, person: i64) -> Result<Vec<(Digest, Times)>, StoreError> {
        let rows = sqlx::query(
            "SELECT digest, opened, used, confirmed, shown FROM sessions WHERE person = $1 ORDER BY opened DESC, digest",
        )
        .bind(person)
        .fetch_all(self.connection())
        .await?;
        let session = |row| {
            let columns = Columns::of(row);
            Ok((columns.parsed("digest")?, times(&columns)?))
        };
        rows.iter().map(session).collect()
    }

    /// The person of a session has shown the identity provider anew who it is, with however many factors.
    pub async fn show_session(&mut self, digest: &Digest, now: Instant) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET shown = $2 WHERE digest = $1")
            .bind(digest.to_string())
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// What the sessions of a person were confirmed with is no more.
    pub async fn unconfirm_sessions_of(&mut self, person: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET confirmed = NULL, shown = NULL WHERE person = $1")
            .bind(person)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The person of a session has confirmed it with the second factor.
    pub async fn confirm_session(&mut self, digest: &Digest, now: Instant) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET confirmed = $2 WHERE digest = $1")
            .bind(digest.to_string())
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// A request came in a session.
    pub async fn touch_session(&mut self, digest: &Digest, now: Instant) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET used = $2 WHERE digest = $1")
            .bind(digest.to_string())
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Ends a session.
    pub async fn close_session(&mut self, digest: &Digest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Ends all sessions of a person, half-open ones too.
    pub async fn close_sessions_of(&mut self, person: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE person = $1").bind(person).execute(self.connection()).await?;
        self.close_half_open_of(person).await
    }

    /// Ends all sessions of a person but one, half-open ones too; how many were open.
    pub async fn close_other_sessions(&mut self, person: i64, kept: &Digest) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM sessions WHERE person = $1 AND digest <> $2")
            .bind(person)
            .bind(kept.to_string())
            .execute(self.connection())
            .await?;
        self.close_half_open_of(person).await?;
        Ok(done.rows_affected())
    }

    async fn close_half_open_of(&mut self, person: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM half_open WHERE person = $1").bind(person).execute(self.connection()).await?;
        Ok(())
    }

    /// Keeps that the password of a person was right and the code is yet to come.
    pub async fn open_half(&mut self, digest: &Digest, person: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO half_open (digest, person, opened) VALUES ($1, $2, $3)")
            .bind(digest.to_string())
            .bind(person)
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The half-open sign-in of that secret's digest, if its person may sign in: who, and since when.
    pub async fn half_open(&mut self, digest: &Digest) -> Result<Option<(User, Instant)>, StoreError> {
        let row = sqlx::query(people!(
            "h.opened, ",
            "FROM half_open h JOIN users u ON u.id = h.person LEFT JOIN second_factors f ON f.person = u.id LEFT JOIN identities b ON b.person = u.id \
             WHERE h.digest = $1 AND u.disabled_at IS NULL"
        ))
        .bind(digest.to_string())
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((user(&row)?, Columns::of(&row).instant("opened")?)))
    }

    /// Ends a half-open sign-in.
    pub async fn close_half(&mut self, digest: &Digest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM half_open WHERE digest = $1")
            .bind(digest.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Removes half-open sign-ins from before an instant.
    pub async fn forget_half_open(&mut self, opened: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM half_open WHERE opened < $1").bind(millis(opened)).execute(self.connection()).await?;
        Ok(())
    }

    /// Removes sessions opened or last used before these instants.
    pub async fn forget_sessions(&mut self, opened: Instant, used: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE opened < $1 OR used < $2")
            .bind(millis(opened))
            .bind(millis(used))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps the first-run link; the one before stops working.
    pub async fn set_first_run(&mut self, link: &Link) -> Result<(), StoreError> {
        self.clear_first_run().await?;
        sqlx::query("INSERT INTO first_run_links (digest, until) VALUES ($1, $2)")
            .bind(link.digest.to_string())
            .bind(millis(link.until))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The first-run link.
    pub async fn first_run(&mut self) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query("SELECT digest, until FROM first_run_links").fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        Ok(Some(Link { digest: columns.parsed("digest")?, until: columns.instant("until")? }))
    }

    /// Removes the first-run link.
    pub async fn clear_first_run(&mut self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM first_run_links").execute(self.connection()).await?;
        Ok(())
    }
}
