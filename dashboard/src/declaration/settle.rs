//! What Tenken itself proposes: an answer 実施済 that the evidence contradicts needs another, a repair, or a waiver.

use std::collections::{BTreeMap, BTreeSet};

use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::checklist::Checklist;
use tenken_model::{Instant, ItemId};

use super::absence::contradictions;
use crate::store::{Change, Decision, NewProposal, Proposal, Store, StoreError, Transaction, Version};
use crate::working_calendar;

/// How many business days after its end a lapsed attestation is a reason to change the form.
const LAPSED_BUSINESS_DAYS: i32 = 10;

/// Opens Tenken's proposals for answers 実施済 that no longer hold, and ends those whose cause is gone. Returns how many were
/// opened or ended. Doing it again changes nothing.
pub async fn settle(store: &Store, checklist: &Checklist, now: Instant) -> Result<usize, StoreError> {
    let mut transaction = store.read().await?;
    let plan = plan(&mut transaction, checklist, now).await?;
    transaction.abandon().await?;
    if plan.open.is_empty() && plan.end.is_empty() {
        return Ok(0);
    }
    // Planned again under the lock: another dashboard may have been faster.
    let mut transaction = store.write().await?;
    let plan = self::plan(&mut transaction, checklist, now).await?;
    for change in &plan.open {
        let new = NewProposal { change: change.clone(), reason: String::new(), proposed_at: now, proposed_by: None };
        transaction.propose(&new).await?;
    }
    for id in &plan.end {
        transaction.decide_proposal(*id, Decision::Settled, None, "", None, now).await?;
    }
    transaction.save().await?;
    Ok(plan.open.len() + plan.end.len())
}

#[derive(Default)]
struct Plan {
    open: Vec<Change>,
    end: Vec<i64>,
}

async fn plan(transaction: &mut Transaction, checklist: &Checklist, now: Instant) -> Result<Plan, StoreError> {
    let Some(version) = transaction.declaration().await? else { return Ok(Plan::default()) };
    let contradicted = contradicted(transaction, checklist, &version, now).await?;
    let open = transaction.open_proposals().await?;
    let mut plan = Plan::default();
    for proposal in open.iter().filter(|proposal| proposal.proposed.proposed_by.is_none()) {
        if proposal.proposed.change.item().is_none_or(|item| !contradicted.contains_key(item)) {
            plan.end.push(proposal.id);
        }
    }
    let spoken: BTreeSet<&ItemId> = open.iter().filter_map(|proposal| proposal.proposed.change.item()).collect();
    for (item, newest) in &contradicted {
        let answer = version.declaration().answer(item).filter(|answer| answer.is_done());
        let Some(before) = answer.filter(|_| !spoken.contains(item)) else { continue };
        let proposals = transaction.proposals_of(item).await?;
        if refused_at(&proposals).is_none_or(|refused| refused < *newest) {
            plan.open.push(Change::Answer { item: item.clone(), before: before.clone(), after: None });
        }
    }
    Ok(plan)
}

/// When somebody last decided that an item is to be repaired and its answer to stay 実施済. That another remark was refused
/// says nothing of it.
fn refused_at(newest_first: &[Proposal]) -> Option<Instant> {
    newest_first.iter().find_map(|proposal| match (&proposal.decided, &proposal.proposed.change) {
        (Some((at, _, Decision::Refused)), Change::Answer { after, .. }) => {
            after.as_ref().is_none_or(|after| !after.is_done()).then_some(*at)
        }
        _ => None,
    })
}

/// The items whose answer does not hold, with when the newest reason came up.
async fn contradicted(
    transaction: &mut Transaction,
    checklist: &Checklist,
    version: &Version,
    now: Instant,
) -> Result<BTreeMap<ItemId, Instant>, StoreError> {
    let calendar = working_calendar::read(transaction).await?;
    let mut contradicted: BTreeMap<ItemId, Instant> = BTreeMap::new();
    let mut add = |item: &ItemId, since: Instant| {
        let newest = contradicted.entry(item.clone()).or_insert(since);
        *newest = (*newest).max(since);
    };
    for (rule, since) in transaction.newest_open_drifts().await? {
        for item in checklist.items_of(&rule) {
            add(&item.id, since);
        }
    }
    for newest in transaction.newest_attestations().await? {
        let item = &newest.stated.item;
        let wanted = checklist.item(item).is_some_and(|item| item.attestation.is_some());
        // What was taken back holds no longer than what lapsed.
        let ended = newest.withdrawn.map_or(newest.stated.valid_until, |(at, _)| at.min(newest.stated.valid_until));
        if wanted && lapsed_since(ended, &calendar).is_some_and(|since| since <= now) {
            add(item, ended);
        }
    }
    for (item, known) in contradictions(transaction, &version.declaration().answers).await? {
        for contradiction in known {
            add(&item, contradiction.since);
        }
    }
    Ok(contradicted)
}

/// When a lapsed attestation becomes a reason to change the form.
fn lapsed_since(valid_until: Instant, calendar: &WorkingCalendar) -> Option<Instant> {
    let day = calendar.add_business_days(japan::date_of(valid_until), LAPSED_BUSINESS_DAYS)?;
    Some(japan::end_of(day))
}
