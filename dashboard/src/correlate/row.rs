//! What a row of a register shows of the hosts.

use std::collections::BTreeMap;

use tenken_calendar::japan;
use tenken_model::register::AccountKind;
use tenken_model::{HostId, Instant};

use super::agency::{Agency, rows};
use super::maintenance::work_of;
use crate::store::{Host, HostSession, StoreError, Transaction};

/// A session that falls on a request of maintenance work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSession {
    /// On which host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The session.
    pub session: HostSession,
}

/// The sessions that fall on the request of that number, by when they began.
pub async fn sessions_of_row(
    transaction: &mut Transaction,
    id: i64,
    now: Instant,
) -> Result<Vec<RowSession>, StoreError> {
    let agency = Agency::read(transaction, now).await?;
    let Some(day) = rows(&agency.works).find(|work| work.id == id).map(|work| work.row.work_on) else {
        return Ok(Vec::new());
    };
    let begins = day.pred_opt().map_or(Instant::MIN_UTC, japan::end_of);
    let sessions = transaction.host_sessions_between(begins, japan::end_of(day)).await?;
    let hosts: BTreeMap<HostId, Host> =
        transaction.hosts().await?.into_iter().map(|host| (host.id.clone(), host)).collect();
    let mut found = Vec::new();
    for (host, sessions) in sessions {
        let Some(known) = hosts.get(&host) else { continue };
        for session in sessions {
            let account = agency.account(known.on_host(), &session.account, session.started);
            let account = account.filter(|account| account.row.kind == AccountKind::Maintenance);
            let work = account.and_then(|account| work_of(&agency, known.on_host(), &session, account));
            if work.is_some_and(|work| work.id == id) {
                found.push(RowSession { host: host.clone(), host_name: known.name.clone(), session });
            }
        }
    }
    found.sort_by_key(|it| it.session.started);
    Ok(found)
}
