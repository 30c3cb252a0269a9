//! Keeping how every item stands today.

use std::collections::{BTreeMap, BTreeSet};

use tenken_calendar::{Closing, Day as CalendarDay, WorkingCalendar, japan};
use tenken_engine::checklist::Checklist;
use tenken_model::{Instant, ItemId, Span};

use crate::status::Known;
use crate::store::{Day, DayCounts, Standing, Store, StoreError, Transaction};
use crate::working_calendar;

/// How far ahead a statement's end is said to be near.
const NEAR: Span = Span::from_days(30);

/// Keeps how every item stands now as that of today, and returns whether it wrote something. Days on which no dashboard ran
/// are not made up for.
///
/// On a day on which the agency is open it is the state when it closes that counts: afterwards its PCs are switched off, and
/// what they do not report then says nothing of the day.
pub async fn keep(store: &Store, checklist: &Checklist, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.read().await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let kept = transaction.day(japan::date_of(now)).await?;
    let counts = counts_now(kept.is_some(), &calendar, now);
    let today = if counts { Some(read(&mut transaction, checklist, now).await?) } else { None };
    transaction.abandon().await?;
    let Some(today) = today.filter(|today| kept.is_none_or(|kept| differs(&kept, today))) else { return Ok(false) };
    let mut transaction = store.write().await?;
    transaction.set_day(&today).await?;
    transaction.save().await?;
    Ok(true)
}

/// What is found now is what counts for today. Before the agency opens it does not; after it closed only if nothing was kept.
fn counts_now(is_kept: bool, calendar: &WorkingCalendar, now: Instant) -> bool {
    let today = japan::date_of(now);
    match calendar.day(today) {
        CalendarDay::Open(_) => {
            let closed = calendar.end_of_business_day(today).is_some_and(|end| end <= now);
            calendar.is_open(now) || (closed && !is_kept)
        }
        CalendarDay::Closed(
            Closing::YearUnknown | Closing::Own(_) | Closing::Holiday(_) | Closing::YearEnd | Closing::Weekly,
        ) => true,
    }
}

fn differs(kept: &Day, today: &Day) -> bool {
    let of = |day: &Day| (day.counts.hosts, day.counts.reporting, day.counts.items.clone());
    kept.states != today.states || of(kept) != of(today)
}

async fn read(transaction: &mut Transaction, checklist: &Checklist, now: Instant) -> Result<Day, StoreError> {
    let known = Known::read(transaction, now).await?;
    let ending = ending(&known);
    let states: BTreeMap<ItemId, _> =
        known.statuses(checklist).into_iter().map(|(item, status)| (item, status.state)).collect();
    let mut items: BTreeMap<Standing, u64> = BTreeMap::new();
    for (item, state) in &states {
        let count = items.entry(Standing::of(*state, ending.contains(item))).or_default();
        *count = count.saturating_add(1);
    }
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let counts = DayCounts {
        day: japan::date_of(now),
        recorded_at: now,
        hosts: number(known.hosts.len()),
        reporting: number(known.reporting()),
        items,
    };
    Ok(Day { counts, states })
}

/// The items whose statement is in force and ends soon.
pub fn ending(known: &Known) -> BTreeSet<ItemId> {
    let soon = |until: Instant| known.now < until && until <= NEAR.after(known.now);
    known.attested.iter().filter(|(_, attested)| soon(attested.valid_until)).map(|(item, _)| item.clone()).collect()
}
