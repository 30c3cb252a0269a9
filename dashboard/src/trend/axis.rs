//! The axis of time of a plot over twelve months. Pure.
//!
//! Only the days on which the agency is open have a place on it: on the others its PCs are off, which says nothing. Each
//! month is equally wide, so that headings in a row of equal columns stand where its days are.

use chrono::{Datelike as _, Months, NaiveDate};
use tenken_calendar::{Closing, Day, WorkingCalendar};

/// How many months a plot shows: twelve whole ones, and the one that goes on.
pub const MONTHS: usize = 13;
/// How wide a month is.
const MONTH_WIDTH: usize = 600;
/// How wide all of them are.
pub const WIDTH: usize = MONTHS * MONTH_WIDTH;

/// A month on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// The places of its days. Those that are yet to come have one too, and nothing is drawn there.
    pub slots: Vec<Slot>,
}

/// The place of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The day.
    pub day: NaiveDate,
    /// Where it begins.
    pub begins: usize,
    /// Where it ends.
    pub ends: usize,
}

/// The months up to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The months, the oldest first.
    pub months: Vec<Month>,
    /// The last day that is not yet to come.
    pub until: NaiveDate,
}

impl Axis {
    /// The axis that ends with the month of a day.
    pub fn until(until: NaiveDate, calendar: &WorkingCalendar) -> Self {
        let last = until.with_day(1).unwrap_or(until);
        let back = (0..MONTHS).rev().filter_map(|back| u32::try_from(back).ok());
        let firsts = back.filter_map(|back| last.checked_sub_months(Months::new(back)));
        let months = firsts.enumerate().map(|(place, first)| month(place, first, calendar)).collect();
        Self { months, until }
    }

    /// The first day on it.
    pub fn from(&self) -> NaiveDate {
        self.months.first().map_or(self.until, |month| month.first)
    }

    /// The places of the days that are not yet to come.
    pub fn past(&self) -> impl Iterator<Item = &Slot> {
        self.months.iter().flat_map(|month| &month.slots).filter(|slot| slot.day <= self.until)
    }
}

fn month(place: usize, first: NaiveDate, calendar: &WorkingCalendar) -> Month {
    let days: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|day| day.month() == first.month())
        .filter(|day| is_open(*day, calendar))
        .collect();
    let at = |index: usize| place * MONTH_WIDTH + (index * MONTH_WIDTH).checked_div(days.len()).unwrap_or(0);
    let slots = days.iter().enumerate().map(|(index, day)| Slot { day: *day, begins: at(index), ends: at(index + 1) });
    Month { first, slots: slots.collect() }
}

/// The agency is open. In a year whose holidays are not known every day counts, so that no day is left out by mistake.
pub(super) fn is_open(day: NaiveDate, calendar: &WorkingCalendar) -> bool {
    match calendar.day(day) {
        Day::Open(_) | Day::Closed(Closing::YearUnknown) => true,
        Day::Closed(Closing::Own(_) | Closing::Holiday(_) | Closing::YearEnd | Closing::Weekly) => false,
    }
}
