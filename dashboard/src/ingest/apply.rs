//! Writing what was decided.

use tenken_model::{HostId, Instant};

use super::decide::{Applied, HostState, Taken};
use crate::store::{NewHistory, Number, StoreError, StoredFinding, Transaction};

/// Writes findings, history and progress of a host.
pub(super) async fn apply(
    transaction: &mut Transaction,
    host: &HostId,
    before: &HostState,
    taken: &Taken,
    now: Instant,
) -> Result<(), StoreError> {
    let mut parts = Parts::default();
    for change in &taken.changes {
        if change.differs() {
            let part = parts.next(transaction, host, taken.state.epoch, change).await?;
            let history = NewHistory {
                key: change.key.clone(),
                number: Some(Number { epoch: taken.state.epoch, seq: change.seq, part }),
                at: change.at,
                received_at: now,
                before: change.before.as_ref().map(|held| held.verdict),
                finding: change.after.as_ref().map(|(finding, _)| finding.clone()),
            };
            transaction.add_history(host, &history).await?;
        }
        write(transaction, host, change).await?;
    }
    let progress = (taken.state.epoch, taken.state.acknowledged);
    if !taken.changes.is_empty() || progress != (before.epoch, before.acknowledged) {
        transaction.set_progress(host, progress.0, progress.1, &taken.digest).await?;
    }
    Ok(())
}

async fn write(transaction: &mut Transaction, host: &HostId, change: &Applied) -> Result<(), StoreError> {
    match &change.after {
        Some((finding, held)) => {
            let stored = StoredFinding {
                host: host.clone(),
                finding: finding.clone(),
                digest: held.digest,
                since: held.since,
                failing: held.failing,
                changed_at: change.at,
            };
            transaction.set_finding(&stored).await
        }
        None => transaction.clear_finding(host, &change.key).await,
    }
}

/// Numbers the differences that a snapshot showed, after those that one of the same number showed before.
#[derive(Default)]
struct Parts {
    last: Option<u64>,
}

impl Parts {
    async fn next(
        &mut self,
        transaction: &mut Transaction,
        host: &HostId,
        epoch: u64,
        change: &Applied,
    ) -> Result<u64, StoreError> {
        if !change.from_snapshot {
            return Ok(0);
        }
        let last = match self.last {
            Some(last) => last,
            None => transaction.snapshot_parts(host, epoch, change.seq).await?,
        };
        let next = last.saturating_add(1);
        self.last = Some(next);
        Ok(next)
    }
}
