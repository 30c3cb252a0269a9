//! When sheets are made, and of what time.

use std::collections::BTreeMap;

use tenken_calendar::japan;
use tenken_model::Instant;

use super::gather::{Gathering, Period, Told};
use super::{Month, Sheet};
use crate::correlate::Agency;
use crate::ingest;
use crate::status::inventory;
use crate::store::{LogSheet, Store, StoreError, Transaction};

/// The months whose sheets can be made or signed now: that of today and the one before it, from the first host on.
pub fn due(first_host: Option<Instant>, now: Instant) -> Vec<Month> {
    let Some(first) = first_host.map(|at| Month::of(japan::date_of(at))) else { return Vec::new() };
    let this = Month::of(japan::date_of(now));
    [this.before(), this].into_iter().filter(|month| *month >= first).collect()
}

/// The months whose sheets can be made now and that nobody signed.
///
/// # Errors
/// The store failed.
pub async fn unsigned(transaction: &mut Transaction, now: Instant) -> Result<Vec<Month>, StoreError> {
    let mut unsigned = Vec::new();
    for month in due(transaction.first_host().await?, now) {
        let head = transaction.log_sheet_head(month).await?;
        if head.is_some_and(|head| head.signed.is_none()) {
            unsigned.push(month);
        }
    }
    Ok(unsigned)
}

/// Makes the sheets that nobody signed and that were not made today; how many.
///
/// # Errors
/// The store failed.
pub async fn prepare(store: &Store, now: Instant) -> Result<usize, StoreError> {
    let mut transaction = store.read().await?;
    let months = due(transaction.first_host().await?, now);
    let mut missing = Vec::new();
    for month in months {
        let known = transaction.log_sheet_head(month).await?;
        let is_made =
            known.is_some_and(|head| head.signed.is_some() || japan::date_of(head.made_at) == japan::date_of(now));
        if !is_made {
            missing.push(month);
        }
    }
    transaction.abandon().await?;
    let mut made = 0;
    for month in missing {
        made += usize::from(make(store, month, now).await?);
    }
    Ok(made)
}

/// Makes the sheet of a month of what is known now; false if it is signed, or has not begun.
///
/// # Errors
/// The store failed.
pub async fn make(store: &Store, month: Month, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.read().await?;
    let sheet = gathered(&mut transaction, month, now).await?;
    transaction.abandon().await?;
    let Some(sheet) = sheet else { return Ok(false) };
    let mut transaction = store.write().await?;
    let kept = transaction.keep_log_sheet(&LogSheet::new(sheet)?).await?;
    transaction.save().await?;
    Ok(kept)
}

async fn gathered(transaction: &mut Transaction, month: Month, now: Instant) -> Result<Option<Sheet>, StoreError> {
    let signed = transaction.log_sheet_head(month.before()).await?;
    let signed = signed.filter(|head| head.signed.is_some());
    let from = signed.as_ref().map_or_else(|| month.begins(), |head| head.until);
    let late = match signed {
        Some(head) => transaction.log_sheet(head.month).await?.map(|kept| kept.sheet.late).unwrap_or_default(),
        None => BTreeMap::new(),
    };
    let until = month.ends().min(now);
    if until <= from {
        return Ok(None);
    }
    let agency = Agency::read(transaction, now).await?;
    let outdated = ingest::outdated_before(now);
    let mut gathering = Gathering::new(&agency, Period { month, from, until });
    if let Some(earlier) = transaction.log_sheet(month).await? {
        gathering.recall(earlier.sheet);
    }
    let hosts = transaction.hosts().await?;
    let known = hosts.iter().filter(|host| host.revoked_at.is_none()).map(|host| (&host.id, host.name.as_str()));
    for listed in inventory::read(transaction, known).await?.unwrap_or_default().without_agent {
        gathering.lacks_agent(listed.id, &listed.row.name);
    }
    for host in hosts {
        if host.revoked_at.is_some_and(|at| at < from) {
            continue;
        }
        gathering.take(&Told {
            facts: transaction.facts_of(&host.id, outdated).await?,
            kept: transaction.host_sessions(&host.id).await?,
            gaps: transaction.record_gaps(&host.id).await?,
            looked_at: late.get(&host.id).copied(),
            names: host.on_host().accounts,
            host: host.id,
            name: host.name,
            heard: host.last_seen,
        });
    }
    Ok(Some(gathering.finish(now)))
}
