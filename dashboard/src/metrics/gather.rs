//! Measuring what monitoring is told.

use std::collections::BTreeMap;
use std::time::Duration;

use tenken_engine::item::ItemState;
use tenken_model::{Instant, Span};

use super::requests::{Listener, Requests, Served};
use crate::app::App;
use crate::pulse::{Beat, Job};
use crate::status::{Known, Presence};
use crate::store::{MailCounts, StoreError};

/// How long measuring the store may take.
const WITHIN: Duration = Duration::from_secs(10);

/// What is told of the dashboard.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What the store knows; absent if it did not answer.
    pub stored: Option<Stored>,
    /// How many transactions failed since the start.
    pub store_failures: u64,
    /// The jobs.
    pub jobs: BTreeMap<Job, Beat>,
    /// The requests.
    pub requests: BTreeMap<Listener, Served>,
    /// The ends of its certificates.
    pub certificates: Certificates,
    /// Now.
    pub now: Instant,
}

/// Until when certificates are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificates {
    /// The authority's.
    pub authority: Option<Instant>,
    /// The one that the listeners show.
    pub server: Option<Instant>,
}

/// What the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Hosts that report.
    pub reporting: u64,
    /// Hosts that were not heard of for a while, but not for too long.
    pub away: u64,
    /// Hosts that should have been heard of.
    pub silent: u64,
    /// Hosts that were revoked.
    pub revoked: u64,
    /// How long ago the host reported that was heard of the longest ago.
    pub oldest_report: Option<Span>,
    /// How many items are in each state.
    pub items: BTreeMap<ItemState, u64>,
    /// Open drifts.
    pub open_drifts: u64,
    /// Mails that should have been sent.
    pub mails: MailCounts,
    /// The bytes of the database.
    pub bytes: u64,
}

/// Measures it.
pub async fn gather(app: &App, requests: &Requests, certificates: Certificates) -> Measured {
    let now = (app.now)();
    let stored = match tokio::time::timeout(WITHIN, stored(app, now)).await {
        Ok(Ok(stored)) => Some(stored),
        Ok(Err(error)) => {
            tracing::error!(%error, "the store could not be measured");
            None
        }
        Err(_) => {
            tracing::error!("the store did not answer in time to be measured");
            None
        }
    };
    let (store_failures, jobs) = (app.store.failures(), app.pulse.jobs());
    Measured { stored, store_failures, jobs, requests: requests.served(), certificates, now }
}

async fn stored(app: &App, now: Instant) -> Result<Stored, StoreError> {
    let app = app.current().await?;
    let mut transaction = app.store.read().await?;
    let known = Known::read(&mut transaction, now).await?;
    let (mut reporting, mut away, mut silent) = (0, 0, 0);
    let mut eldest: Option<Instant> = None;
    for host in transaction.hosts_in_brief().await? {
        match known.presence.get(&host.id) {
            Some(Presence::Reporting) => reporting += 1,
            Some(Presence::Away(_)) => away += 1,
            Some(Presence::Silent(_)) | None => silent += 1,
        }
        let heard = host.last_seen.unwrap_or(host.enrolled_at);
        eldest = Some(eldest.map_or(heard, |eldest| eldest.min(heard)));
    }
    let mut items: BTreeMap<ItemState, u64> = ItemState::ALL.iter().map(|state| (*state, 0)).collect();
    for status in known.statuses(&app.checklist).into_values() {
        *items.entry(status.state).or_default() += 1;
    }
    let stored = Stored {
        reporting,
        away,
        silent,
        revoked: transaction.revoked_count().await?,
        oldest_report: eldest.map(|eldest| Span::between(eldest, now)),
        items,
        open_drifts: transaction.drift_counts().await?.0,
        mails: transaction.mail_counts(now).await?,
        bytes: transaction.database_size().await?,
    };
    transaction.abandon().await?;
    Ok(stored)
}
