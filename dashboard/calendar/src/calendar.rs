//! Working time: when an agency is open, how long it was between two instants, and when so much will have passed.
//!
//! A calendar reaches from 2016 to 2099, the years whose holidays are known. Outside them every day counts as
//! closed and says why, and nothing is found: an answer there would be a guess. So every walk along the days
//! ends, within 84 years, also where an agency is never open.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use tenken_model::{Instant, Language, Span};

use crate::definition::{CalendarError, Definition, PublicHolidays};
use crate::holiday::{self, FIRST_YEAR, HolidayName, LAST_YEAR};
use crate::hours::{Hours, Week};
use crate::japan;

/// The working calendar of an agency or of a group of hosts, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Definition", into = "Definition")]
pub struct WorkingCalendar {
    /// With its days in order.
    definition: Definition,
}

/// What a calendar says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'a> {
    /// Open within hours.
    Open(Hours),
    /// Closed all day.
    Closed(Closing<'a>),
}

/// Why a day is closed. Where several reasons hold, the first of these is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing<'a> {
    /// The year is outside those whose holidays are known.
    YearUnknown,
    /// The agency's own closing, by its name.
    Own(&'a str),
    /// A public holiday.
    Holiday(HolidayName),
    /// The closing over the New Year.
    YearEnd,
    /// Closed on this day of every week.
    Weekly,
}

impl Closing<'_> {
    /// Why, as people read it.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::YearUnknown => language.closed_year_unknown(),
            Self::Own(name) => name.to_owned(),
            Self::Holiday(name) => name.text(language),
            Self::YearEnd => language.closed_year_end(),
            Self::Weekly => language.closed_weekly(),
        }
    }
}

impl Default for WorkingCalendar {
    /// That of [`Definition::default`], in which nothing can be wrong.
    fn default() -> Self {
        Self { definition: Definition::default() }
    }
}

impl TryFrom<Definition> for WorkingCalendar {
    type Error = CalendarError;

    fn try_from(definition: Definition) -> Result<Self, CalendarError> {
        Self::new(definition)
    }
}

impl From<WorkingCalendar> for Definition {
    fn from(calendar: WorkingCalendar) -> Self {
        calendar.definition
    }
}

impl WorkingCalendar {
    /// The calendar so defined, if nothing is wrong with it.
    pub fn new(definition: Definition) -> Result<Self, CalendarError> {
        definition.checked().map(|definition| Self { definition })
    }

    /// How it is defined, its days in order.
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// What it says of a day in Japan.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        let Ok(holiday) = holiday::holiday(date) else { return Day::Closed(Closing::YearUnknown) };
        if let Some(open) = self.definition.open_day(date) {
            return Day::Open(open.hours);
        }
        if let Some(closed) = self.definition.closed_day(date) {
            return Day::Closed(Closing::Own(&closed.name));
        }
        match (self.definition.public_holidays, holiday) {
            (PublicHolidays::Closed, Some(name)) => return Day::Closed(Closing::Holiday(name)),
            (PublicHolidays::Open, _) | (PublicHolidays::Closed, None) => {}
        }
        if self.definition.year_end.is_some_and(|year_end| year_end.holds(date)) {
            return Day::Closed(Closing::YearEnd);
        }
        let weekday = date.weekday();
        self.definition.week.of(weekday).map_or(Day::Closed(Closing::Weekly), Day::Open)
    }

    /// Whether it is open on that day at all.
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        self.hours(date).is_some()
    }

    /// Whether it is open at an instant.
    pub fn is_open(&self, instant: Instant) -> bool {
        let at = instant.timestamp_millis();
        self.opening(japan::date_of(instant)).is_some_and(|(opens, closes)| opens <= at && at < closes)
    }

    /// The time it is open from `from` up to `to`, in whole milliseconds; none if `to` is not later. Days outside
    /// the known years add nothing.
    pub fn working_time_between(&self, from: Instant, to: Instant) -> Span {
        let (from_millis, to_millis) = (from.timestamp_millis(), to.timestamp_millis());
        if to_millis <= from_millis {
            return Span::ZERO;
        }
        let last = japan::date_of(to);
        let open = known_days(japan::date_of(from))
            .take_while(|date| *date <= last)
            .filter_map(|date| self.opening(date))
            .map(|(opens, closes)| closes.min(to_millis).saturating_sub(opens.max(from_millis)).max(0));
        Span::from_millis(open.sum())
    }

    /// The first instant at which that much working time has passed since `start`: `start` itself where it is
    /// none or negative. `None` if so much will not have passed in the known years.
    pub fn after_working_time(&self, start: Instant, time: Span) -> Option<Instant> {
        let mut left = time.millis();
        if left <= 0 {
            return Some(start);
        }
        let (first, start) = (japan::date_of(start), start.timestamp_millis());
        if holiday::holiday(first).is_err() || self.is_never_open() {
            return None;
        }
        for (opens, closes) in known_days(first).filter_map(|date| self.opening(date)) {
            let begins = opens.max(start);
            let open = closes.saturating_sub(begins).max(0);
            if open >= left {
                return Instant::from_timestamp_millis(begins.saturating_add(left));
            }
            left -= open;
        }
        None
    }

    /// The business day that many after a date, or before it if negative; with 0 the date itself, open or not.
    /// `None` if it is, or starts, outside the known years.
    pub fn add_business_days(&self, date: NaiveDate, days: i32) -> Option<NaiveDate> {
        let Ok(places) = usize::try_from(days.unsigned_abs()) else { return None };
        let Some(skipped) = places.checked_sub(1) else { return Some(date) };
        if holiday::holiday(date).is_err() || self.is_never_open() {
            return None;
        }
        let business = |day: &NaiveDate| self.is_business_day(*day);
        if days > 0 {
            known_days(date.succ_opt()?).filter(business).nth(skipped)
        } else {
            known_days_back(date.pred_opt()?).filter(business).nth(skipped)
        }
    }

    /// How many business days are after `from` and up to `to`, `to` included; negative, the other way round, if
    /// `to` is earlier. Days outside the known years are none.
    pub fn business_days_between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        if to < from {
            return -self.business_days_between(to, from);
        }
        let Some(first) = from.succ_opt() else { return 0 };
        let count = known_days(first).take_while(|date| *date <= to).filter(|date| self.is_business_day(*date)).count();
        i32::try_from(count).unwrap_or(i32::MAX)
    }

    /// The date itself if it is a business day, or else the next one; `None` outside the known years.
    pub fn business_day_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        if self.is_business_day(date) { Some(date) } else { self.add_business_days(date, 1) }
    }

    /// When it closes on a date; `None` if it is closed all day.
    pub fn end_of_business_day(&self, date: NaiveDate) -> Option<Instant> {
        let (_, closes) = self.opening(date)?;
        Instant::from_timestamp_millis(closes)
    }

    fn hours(&self, date: NaiveDate) -> Option<Hours> {
        match self.day(date) {
            Day::Open(hours) => Some(hours),
            Day::Closed(_) => None,
        }
    }

    /// When it opens and closes on a date, in milliseconds since 1970.
    fn opening(&self, date: NaiveDate) -> Option<(i64, i64)> {
        let hours = self.hours(date)?;
        Some((japan::millis_at(date, hours.opens_minute()), japan::millis_at(date, hours.closes_minute())))
    }

    fn is_never_open(&self) -> bool {
        self.definition.week == Week::CLOSED && self.definition.extra_open.is_empty()
    }
}

/// The days from a date on whose holidays are known, in order.
fn known_days(first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let begins = NaiveDate::from_yo_opt(FIRST_YEAR, 1).unwrap_or(first).max(first);
    begins.iter_days().take_while(|date| date.year() <= LAST_YEAR)
}

/// The days from a date back whose holidays are known, the latest first.
fn known_days_back(last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let ends = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap_or(last).min(last);
    ends.iter_days().rev().take_while(|date| date.year() >= FIRST_YEAR)
}
