//! From what was kept of each day to what is drawn and written. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::axis::{Axis, Month};
use crate::store::DayCounts;

/// Days in a row on which the same held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<T> {
    /// Where it begins on the axis.
    pub begins: usize,
    /// Where it ends.
    pub ends: usize,
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// What held; absent if nothing was kept of these days.
    pub value: Option<T>,
}

/// What held on each day up to now, days in a row together. Today is no gap: it may still be kept.
pub fn steps<T: PartialEq>(axis: &Axis, value: impl Fn(NaiveDate) -> Option<T>) -> Vec<Step<T>> {
    let mut steps: Vec<Step<T>> = Vec::new();
    for slot in axis.past() {
        let value = value(slot.day);
        if value.is_none() && slot.day == axis.until {
            continue;
        }
        match steps.last_mut() {
            Some(last) if last.value == value => {
                last.ends = slot.ends;
                last.last = slot.day;
            }
            _ => steps.push(Step { begins: slot.begins, ends: slot.ends, first: slot.day, last: slot.day, value }),
        }
    }
    steps
}

/// A month in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRow<'a> {
    /// Its first day.
    pub first: NaiveDate,
    /// The last day of it that was kept.
    pub last: Option<&'a DayCounts>,
    /// The day of it on which the fewest items held.
    pub worst: Option<&'a DayCounts>,
    /// How many of its days up to now were not kept.
    pub missing: usize,
}

/// Each month in words, the newest first. Months before the first day that was kept are left out.
pub fn months<'a>(axis: &Axis, kept: &'a BTreeMap<NaiveDate, &'a DayCounts>) -> Vec<MonthRow<'a>> {
    let Some(begun) = kept.keys().next() else { return Vec::new() };
    let is_told = |day: NaiveDate| day < axis.until || (day == axis.until && kept.contains_key(&day));
    let row = |month: &Month| {
        let days: Vec<NaiveDate> =
            month.slots.iter().map(|slot| slot.day).filter(|day| begun <= day && is_told(*day)).collect();
        let of_month: Vec<&DayCounts> = days.iter().filter_map(|day| kept.get(day).copied()).collect();
        MonthRow {
            first: month.first,
            last: of_month.last().copied(),
            worst: of_month.iter().copied().min_by_key(|day| day.holding()),
            missing: days.len() - of_month.len(),
        }
    };
    let rows = axis.months.iter().rev().map(row);
    rows.filter(|row| row.last.is_some() || row.missing > 0).collect()
}
