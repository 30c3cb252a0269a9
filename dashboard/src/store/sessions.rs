//! Open sessions, and the link that makes the first administrator.

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::users::user;
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
        let row = sqlx::query(
            "SELECT s.opened, s.used, u.id, u.name, u.role, u.password, u.created_at, u.disabled_at, u.last_sign_in \
             FROM sessions s JOIN users u ON u.id = s.person WHERE s.digest = $1 AND u.disabled_at IS NULL",
        )
        .bind(digest.to_string())
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        let times = Times { opened: columns.instant("opened")?, used: columns.instant("used")? };
        Ok(Some(Session { user: user(&row)?, times }))
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

    /// Ends all sessions of a person.
    pub async fn close_sessions_of(&mut self, person: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE person = $1").bind(person).execute(self.connection()).await?;
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
