//! The sessions on hosts that registers ask about: kept when they were seen, because the records of a host end or can be
//! made to.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use tenken_model::fact::sessions::{Session, SessionEnd};
use tenken_model::{HostId, Instant, Span};

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

impl HostSession {
    /// A session that a host told; times are kept in milliseconds.
    pub fn of(told: &Session) -> Self {
        let kept = |at: Instant| Span::from_millis(at.timestamp_millis()).after(Instant::UNIX_EPOCH);
        Self {
            account: told.account.clone(),
            terminal: told.terminal.clone(),
            from: told.from.clone(),
            started: kept(told.started),
            ended: told.ended.map(kept),
            goes_on: told.ended_by == SessionEnd::Open,
        }
    }
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

    /// Keeps that a host's records of sign-ins are missing for a time.
    pub async fn keep_record_gap(&mut self, host: &HostId, began: Instant, ended: Instant) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO record_gaps (host, began, ended) VALUES ($1, $2, $3) \
             ON CONFLICT (host, began) DO UPDATE SET ended = excluded.ended",
        )
        .bind(host.as_str())
        .bind(millis(began))
        .bind(millis(ended))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// The times for which a host's records of sign-ins are missing, the newest first.
    pub async fn record_gaps(&mut self, host: &HostId) -> Result<Vec<(Instant, Instant)>, StoreError> {
        sqlx::query("SELECT began, ended FROM record_gaps WHERE host = $1 ORDER BY began DESC")
            .bind(host.as_str())
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| Ok((Columns::of(row).instant("began")?, Columns::of(row).instant("ended")?)))
            .collect()
    }

    /// Removes sessions that began, and gaps that ended, before then.
    pub async fn forget_host_sessions(&mut self, before: Instant) -> Result<(), StoreError> {
        for old in ["DELETE FROM host_sessions WHERE started < $1", "DELETE FROM record_gaps WHERE ended < $1"] {
            sqlx::query(old).bind(millis(before)).execute(self.connection()).await?;
        }
        Ok(())
    }
}
