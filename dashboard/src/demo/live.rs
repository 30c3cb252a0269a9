//! The hosts of a demonstration that is served: they go on saying that they are there, and tell nothing new.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tenken_model::report::{PROTOCOL, Report};
use tenken_model::{HostId, Instant};
use tokio::sync::watch;

use super::{DemoError, Demonstration};
use crate::app::App;
use crate::ingest;
use crate::store::{Host, Store};

/// How often they say so: more often than a host may be silent.
const EVERY: Duration = Duration::from_mins(2);

/// Lets the hosts of a demonstration go on saying that they are there, until `stop` turns true.
pub async fn keep_alive(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = hear(&app).await {
            tracing::error!(%error, "the hosts of the demonstration could not be heard");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// By the rules that are in force at the time.
async fn hear(app: &App) -> Result<usize, DemoError> {
    let app = app.current().await?;
    hear_all(&app.store, &app.terms, (app.now)()).await
}

/// A heartbeat of every host that is not away.
pub(super) async fn hear_all(store: &Store, terms: &crate::drift::Terms, now: Instant) -> Result<usize, DemoError> {
    let mut transaction = store.write().await?;
    let Some(mark) = transaction.setting::<Demonstration>().await? else { return Ok(0) };
    let away: BTreeSet<HostId> = mark.away.into_iter().collect();
    let mut heard = 0;
    for host in transaction.hosts().await? {
        if host.revoked_at.is_some() || away.contains(&host.id) {
            continue;
        }
        let version = transaction.policy_version(&host.id).await?;
        if let Some(report) = heartbeat(&host, version, now) {
            ingest::take(&mut transaction, terms, &host.id, report, now).await?;
            heard += 1;
        }
    }
    transaction.save().await?;
    Ok(heard)
}

/// What a host says to which nothing happened but that it took its newest policy.
fn heartbeat(host: &Host, policy_version: u64, now: Instant) -> Option<Report> {
    let mut heartbeat = host.heartbeat.clone()?;
    heartbeat.sent_at = now;
    heartbeat.policy_version = policy_version;
    Some(Report {
        protocol: PROTOCOL,
        epoch: host.epoch,
        transitions: Vec::new(),
        snapshot: None,
        facts: BTreeMap::new(),
        heartbeat,
    })
}
