use std::collections::BTreeMap;

use chrono::NaiveDate;
use tempfile::TempDir;
use tenken_calendar::WorkingCalendar;
use tenken_engine::checklist::Checklist;
use tenken_engine::item::ItemState;
use tenken_model::Instant;

use super::{Axis, MONTHS, WIDTH, keep, months, steps};
use crate::store::{DayCounts, Standing, Store};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn axis() -> Axis {
    Axis::until(day("2026-11-26"), &WorkingCalendar::default())
}

fn counts(on: &str, met: u64, attention: u64) -> DayCounts {
    let items = BTreeMap::from([(Standing::Met, met), (Standing::Attention, attention)]);
    DayCounts { day: day(on), recorded_at: at("2026-11-26T08:00:00Z"), hosts: 3, reporting: 3, items }
}

#[test]
fn months_are_equally_wide_and_hold_the_days_the_agency_is_open() {
    let axis = axis();
    assert_eq!((axis.months.len(), axis.from()), (MONTHS, day("2025-11-01")));
    for (place, month) in axis.months.iter().enumerate() {
        let (first, last) = (month.slots.first().unwrap(), month.slots.last().unwrap());
        assert_eq!((first.begins, last.ends), (place * WIDTH / MONTHS, (place + 1) * WIDTH / MONTHS));
        assert!(month.slots.windows(2).all(|two| two[0].ends == two[1].begins));
    }
    let all: Vec<NaiveDate> = axis.past().map(|slot| slot.day).collect();
    for closed in ["2025-12-31", "2026-01-02", "2026-11-23", "2026-11-22"] {
        assert!(!all.contains(&day(closed)), "{closed}");
    }
    assert_eq!(all.last(), Some(&day("2026-11-26")), "tomorrow has a place and nothing is drawn there");
    let unknown = Axis::until(day("2201-02-10"), &WorkingCalendar::default());
    assert_eq!(unknown.months.last().unwrap().slots.len(), 28, "no holiday is known, so no day is left out");
}

#[test]
fn days_that_were_not_kept_are_a_gap_and_never_the_day_before() {
    let kept = BTreeMap::from([
        (day("2026-11-18"), ItemState::Met),
        (day("2026-11-19"), ItemState::Met),
        (day("2026-11-24"), ItemState::Met),
        (day("2026-11-25"), ItemState::Drift),
    ]);
    let found = steps(&axis(), |day| kept.get(&day).copied());
    let told: Vec<_> = found.iter().map(|step| (step.first.to_string(), step.last.to_string(), step.value)).collect();
    let step = |first: &str, last: &str, value| (first.to_owned(), last.to_owned(), value);
    let expected = [
        step("2025-11-04", "2026-11-17", None),
        step("2026-11-18", "2026-11-19", Some(ItemState::Met)),
        step("2026-11-20", "2026-11-20", None),
        step("2026-11-24", "2026-11-24", Some(ItemState::Met)),
        step("2026-11-25", "2026-11-25", Some(ItemState::Drift)),
    ];
    assert_eq!(told, expected);
    assert!(found.windows(2).all(|two| two[0].ends == two[1].begins), "a gap has its width");
}

#[test]
fn months_tell_their_last_and_worst_day_and_what_is_missing() {
    let all = [counts("2026-10-29", 90, 0), counts("2026-11-02", 84, 6), counts("2026-11-24", 85, 4)];
    let kept: BTreeMap<NaiveDate, &DayCounts> = all.iter().map(|counts| (counts.day, counts)).collect();
    let rows = months(&axis(), &kept);
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.first.to_string(), row.last.unwrap().day, row.worst.unwrap().holding(), row.missing))
        .collect();
    let expected =
        [("2026-11-01".to_owned(), day("2026-11-24"), 84, 14), ("2026-10-01".to_owned(), day("2026-10-29"), 90, 1)];
    assert_eq!(told, expected, "nothing is said of the time before the first day");
    assert_eq!(rows[0].last.unwrap().total(), 89, "an edition with fewer items has fewer");
    assert!(months(&axis(), &BTreeMap::new()).is_empty());
}

#[tokio::test]
async fn today_is_kept_while_the_agency_is_open_and_stands_afterwards() {
    let data = TempDir::new().unwrap();
    let store = Store::open_folder(data.path()).await.unwrap();
    let checklist = Checklist::embedded().unwrap();
    let keep = async |now: &str| keep(&store, &checklist, at(now)).await.unwrap();
    let kept = async |on: &str| store.read().await.unwrap().day(day(on)).await.unwrap();

    assert!(!keep("2026-11-25T23:59:00Z").await, "8:59: the PCs are still off");
    assert!(keep("2026-11-26T00:00:00Z").await);
    assert!(!keep("2026-11-26T00:10:00Z").await, "nothing changed");
    let first = kept("2026-11-26").await.unwrap();
    assert_eq!(first.states.len(), checklist.items().count());
    assert_eq!(first.counts.total(), 90);
    assert_eq!(first.counts.holding(), 0, "what nobody measured or stated does not hold");

    let item = checklist.items().find(|item| item.attestation.is_some() && item.rules.is_empty()).unwrap();
    let ask = item.attestation.as_ref().unwrap();
    let statement = crate::attest::Statement {
        evidence: "e".into(),
        branch: None,
        until: Some(at("2026-12-20T15:00:00Z")),
        files: Vec::new(),
    };
    crate::attest::attest(&store, item, ask, statement, "sato", at("2026-11-26T08:00:00Z")).await.unwrap();
    assert!(keep("2026-11-26T08:30:00Z").await, "today goes on");
    let second = kept("2026-11-26").await.unwrap();
    assert_eq!((second.states[&item.id], second.counts.count(Standing::Ending)), (ItemState::Met, 1));
    assert!(!keep("2026-11-26T09:00:00Z").await, "18:00: closed");

    assert!(keep("2026-11-27T11:00:00Z").await, "begun in the evening: better than nothing");
    assert!(!keep("2026-11-27T12:00:00Z").await);
    assert!(keep("2026-11-28T03:00:00Z").await, "a Saturday");
    assert!(kept("2026-11-29").await.is_none(), "no dashboard ran");
    let days = store.read().await.unwrap().day_counts(day("2026-11-01")).await.unwrap();
    assert_eq!(
        days.iter().map(|counts| counts.day.to_string()).collect::<Vec<_>>(),
        ["2026-11-26", "2026-11-27", "2026-11-28"]
    );
    let of = store.read().await.unwrap().days_of(&item.id, day("2026-11-27")).await.unwrap();
    assert_eq!(of.len(), 2);

    // A dashboard whose look is older does not undo a later one.
    let mut transaction = store.write().await.unwrap();
    transaction.set_day(&first).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(kept("2026-11-26").await, Some(second));
}
