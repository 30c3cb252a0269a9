//! The sessions on hosts that registers ask about: kept when they were seen, because the records of a host end or can be
//! made to.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use tenken_model::{HostId, Instant};

use super::value::{Columns, millis};
use super::{StoreError, Transaction};

/// The most sessions that are kept of one host.
pub const HOST_SESSIONS_MAX: u32 = 5_000;

/// A session on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSession {
    /// The account.
    pub account: String,
    /// The terminal; empty where only the sign-in is known.
    pub terminal: String,
    /// From where; empty if none is on record.
    pub from: String,
    /// When it began.
    pub started: Instant,
    /// When it ended; absent while it goes on, and where nobody knows.
    pub ended: Option<Instant>,
    /// It goes on.
    pub goes_on: bool,
}

fn session(row: &AnyRow) -> Result<HostSession, StoreError> {
    let columns = Columns::of(row);
    Ok(HostSession {
        account: columns.text("account")?,
        terminal: columns.text("terminal")?,
        from: columns.text("origin")?,
        started: columns.instant("started")?,
        ended: columns.maybe_instant("ended")?,
        goes_on: columns.int("goes_on")? != 0,
    })
}

impl Transaction {
    /// Keeps a session of a host, with what is known of its end now.
    pub async fn keep_host_session(&mut self, host: &HostId, session: &HostSession) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO host_sessions (host, account, started, terminal, origin, ended, goes_on) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (host, account, started, terminal) DO UPDATE SET \
             origin = excluded.origin, ended = excluded.ended, goes_on = excluded.goes_on",
        )
        .bind(host.as_str())
        .bind(&*session.account)
        .bind(millis(session.started))
        .bind(&*session.terminal)
        .bind(&*session.from)
        .bind(session.ended.map(millis))
        .bind(i64::from(session.goes_on))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// The sessions of a host, the newest first.
    pub async fn host_sessions(&mut self, host: &HostId) -> Result<Vec<HostSession>, StoreError> {
        sqlx::query(
            "SELECT account, terminal, origin, started, ended, goes_on FROM host_sessions WHERE host = $1 \
             ORDER BY started DESC, account, terminal LIMIT $2",
        )
        .bind(host.as_str())
        .bind(i64::from(HOST_SESSIONS_MAX))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(session)
        .collect()
    }

    /// The sessions that began in a time, by host, also of hosts that are revoked.
    pub async fn host_sessions_between(
        &mut self,
        from: Instant,
        to: Instant,
    ) -> Result<BTreeMap<HostId, Vec<HostSession>>, StoreError> {
        let rows = sqlx::query(
            "SELECT host, account, terminal, origin, started, ended, goes_on FROM host_sessions \
             WHERE started >= $1 AND started < $2 ORDER BY started, host, account, terminal LIMIT $3",
        )
        .bind(millis(from))
        .bind(millis(to))
        .bind(i64::from(HOST_SESSIONS_MAX))
        .fetch_all(self.connection())
        .await?;
        let mut found: BTreeMap<HostId, Vec<HostSession>> = BTreeMap::new();
        for row in &rows {
            found.entry(Columns::of(row).parsed("host")?).or_default().push(session(row)?);
        }
        Ok(found)
    }

    /// Removes one session of a host.
    pub async fn forget_host_session(&mut self, host: &HostId, session: &HostSession) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM host_sessions WHERE host = $1 AND account = $2 AND started = $3 AND terminal = $4")
            .bind(host.as_str())
            .bind(&*session.account)
            .bind(millis(session.started))
            .bind(&*session.terminal)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Removes sessions that began before then.
    pub async fn forget_host_sessions(&mut self, before: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM host_sessions WHERE started < $1")
            .bind(millis(before))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The number of the last change of any register; 0 before the first.
    pub async fn last_register_change(&mut self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COALESCE(MAX(id), 0) AS last FROM register_history")
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).int("last")
    }
}
