//! What an agency sets of its calendar, and what of that is refused.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use tenken_model::Language;
use thiserror::Error;

use crate::holiday::{self, FIRST_YEAR, LAST_YEAR};
use crate::hours::{Hours, Week, clock};

/// As many closed and open days of its own, together, as a calendar may have: some twenty a year for decades.
pub const EXTRA_DAYS_MAX: usize = 1_000;

/// As many characters as the name of such a day may have.
pub const NAME_CHARS_MAX: usize = 100;

/// A calendar as people set it, and as it is stored; [`crate::WorkingCalendar::new`] checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The hours of each day of the week.
    pub week: Week,
    /// Whether public holidays are closed.
    pub public_holidays: PublicHolidays,
    /// The closing over the New Year; none where it is not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_end: Option<YearEnd>,
    /// Days on which this agency is closed besides: summer holidays, the day of its foundation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_closed: Vec<ClosedDay>,
    /// Days on which this agency is open whatever else is said: the Saturday of a large examination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_open: Vec<OpenDay>,
}

/// What an agency does on a public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicHolidays {
    /// It is closed.
    Closed,
    /// It has the hours of that day of the week.
    Open,
}

/// The closing from a day in December to one in January, both closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearEnd {
    /// The first closed day in December, from 1 to 31.
    pub from_december: u8,
    /// The last closed day in January, from 1 to 31.
    pub until_january: u8,
}

/// A day on which the agency is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedDay {
    /// The day in Japan.
    pub date: NaiveDate,
    /// Why: 夏季休業, 創立記念日.
    pub name: String,
}

/// A day on which the agency is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenDay {
    /// The day in Japan.
    pub date: NaiveDate,
    /// Why: 土曜健診.
    pub name: String,
    /// Its hours.
    pub hours: Hours,
}

/// Why a calendar is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::English))]
pub enum CalendarError {
    /// It would open when or after it closes.
    Reversed {
        /// The opening minute.
        opens_minute: u16,
        /// The closing minute.
        closes_minute: u16,
    },
    /// It would close after midnight.
    BeyondDay {
        /// The closing minute.
        closes_minute: u16,
    },
    /// The closing over the New Year begins or ends on a day that no month has.
    YearEnd {
        /// The day.
        day: u8,
    },
    /// There are more than [`EXTRA_DAYS_MAX`] closed and open days of its own.
    TooManyDays {
        /// How many there are.
        count: usize,
    },
    /// A day is in one list twice.
    Twice {
        /// The day.
        date: NaiveDate,
    },
    /// A day is both closed and open.
    OpenAndClosed {
        /// The day.
        date: NaiveDate,
    },
    /// A day is in a year whose holidays are not known.
    YearUnknown {
        /// The day.
        date: NaiveDate,
    },
    /// A name is empty, longer than [`NAME_CHARS_MAX`], or holds control characters.
    Name {
        /// The day it names.
        date: NaiveDate,
    },
}

impl CalendarError {
    /// What is wrong and what to write instead.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Reversed { opens_minute, closes_minute } => {
                language.hours_reversed(&clock(opens_minute), &clock(closes_minute))
            }
            Self::BeyondDay { closes_minute } => language.hours_beyond_day(&clock(closes_minute)),
            Self::YearEnd { day } => language.year_end_no_day(day),
            Self::TooManyDays { count } => language.extra_days_too_many(count, EXTRA_DAYS_MAX),
            Self::Twice { date } => language.extra_day_twice(&date.to_string()),
            Self::OpenAndClosed { date } => language.extra_day_open_and_closed(&date.to_string()),
            Self::YearUnknown { date } => language.extra_day_year_unknown(&date.to_string(), FIRST_YEAR, LAST_YEAR),
            Self::Name { date } => language.extra_day_name(&date.to_string(), NAME_CHARS_MAX),
        }
    }
}

impl YearEnd {
    /// From 29 December to 3 January, the days off of public offices (行政機関の休日に関する法律 第1条).
    pub const OFFICES: Self = Self { from_december: 29, until_january: 3 };

    pub(crate) fn holds(self, date: NaiveDate) -> bool {
        match date.month() {
            12 => date.day() >= u32::from(self.from_december),
            1 => date.day() <= u32::from(self.until_january),
            _ => false,
        }
    }
}

impl Default for Definition {
    /// Weekdays from 9:00 to 18:00, closed on public holidays and over the New Year as public offices are.
    fn default() -> Self {
        Self {
            week: Week::OFFICE,
            public_holidays: PublicHolidays::Closed,
            year_end: Some(YearEnd::OFFICES),
            extra_closed: Vec::new(),
            extra_open: Vec::new(),
        }
    }
}

impl Definition {
    /// The same with its days in order, if nothing is wrong with it.
    pub(crate) fn checked(mut self) -> Result<Self, CalendarError> {
        if let Some(YearEnd { from_december, until_january }) = self.year_end
            && let Some(day) = [from_december, until_january].into_iter().find(|day| !(1..=31).contains(day))
        {
            return Err(CalendarError::YearEnd { day });
        }
        let count = self.extra_closed.len().saturating_add(self.extra_open.len());
        if count > EXTRA_DAYS_MAX {
            return Err(CalendarError::TooManyDays { count });
        }
        self.extra_closed.sort_by_key(|day| day.date);
        self.extra_open.sort_by_key(|day| day.date);
        check_days(self.extra_closed.iter().map(|day| (day.date, day.name.as_str())))?;
        check_days(self.extra_open.iter().map(|day| (day.date, day.name.as_str())))?;
        match self.extra_open.iter().find(|day| self.closed_day(day.date).is_some()) {
            Some(day) => Err(CalendarError::OpenAndClosed { date: day.date }),
            None => Ok(self),
        }
    }

    pub(crate) fn closed_day(&self, date: NaiveDate) -> Option<&ClosedDay> {
        let place = self.extra_closed.binary_search_by_key(&date, |day| day.date).ok()?;
        self.extra_closed.get(place)
    }

    pub(crate) fn open_day(&self, date: NaiveDate) -> Option<&OpenDay> {
        let place = self.extra_open.binary_search_by_key(&date, |day| day.date).ok()?;
        self.extra_open.get(place)
    }
}

/// Days in order, each once and with a name.
fn check_days<'a>(days: impl Iterator<Item = (NaiveDate, &'a str)>) -> Result<(), CalendarError> {
    let mut before = None;
    for (date, name) in days {
        if before.replace(date) == Some(date) {
            return Err(CalendarError::Twice { date });
        }
        if holiday::holiday(date).is_err() {
            return Err(CalendarError::YearUnknown { date });
        }
        if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(CalendarError::Name { date });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn closed(date: &str, name: &str) -> ClosedDay {
        ClosedDay { date: day(date), name: name.to_owned() }
    }

    fn open(date: &str, name: &str) -> OpenDay {
        OpenDay { date: day(date), name: name.to_owned(), hours: Hours::OFFICE }
    }

    fn with(extra_closed: Vec<ClosedDay>, extra_open: Vec<OpenDay>) -> Result<Definition, CalendarError> {
        Definition { extra_closed, extra_open, ..Definition::default() }.checked()
    }

    #[test]
    fn the_end_of_the_year_is_two_days_of_two_months() {
        for (from_december, until_january, day) in [(0, 3, 0), (29, 0, 0), (32, 3, 32), (29, 32, 32)] {
            let year_end = Some(YearEnd { from_december, until_january });
            let found = Definition { year_end, ..Definition::default() }.checked();
            assert_eq!(found, Err(CalendarError::YearEnd { day }));
        }
    }

    #[test]
    fn a_day_is_closed_or_open_and_named_once() {
        let date = day("2027-08-13");
        let summer = || closed("2027-08-13", "夏季休業");
        assert_eq!(with(vec![summer(), summer()], vec![]), Err(CalendarError::Twice { date }));
        let twice = vec![open("2027-08-13", "土曜健診"), open("2027-08-13", "臨時")];
        assert_eq!(with(vec![], twice), Err(CalendarError::Twice { date }));
        let both = with(vec![closed("2027-08-12", "夏季休業"), summer()], vec![open("2027-08-13", "臨時営業")]);
        assert_eq!(both, Err(CalendarError::OpenAndClosed { date }));
        for name in ["", "　", "夏季\n休業", &"夏".repeat(NAME_CHARS_MAX + 1)] {
            assert_eq!(with(vec![closed("2027-08-13", name)], vec![]), Err(CalendarError::Name { date }), "{name:?}");
            assert_eq!(with(vec![], vec![open("2027-08-13", name)]), Err(CalendarError::Name { date }), "{name:?}");
        }
        for date in ["2015-12-31", "2100-01-01"] {
            let error = CalendarError::YearUnknown { date: day(date) };
            assert_eq!(with(vec![closed(date, "休業")], vec![]), Err(error));
        }
    }

    #[test]
    fn the_days_of_its_own_are_bounded() {
        let days = |count| day("2027-01-01").iter_days().take(count);
        let extra_closed = |count| days(count).map(|date| ClosedDay { date, name: "休業".to_owned() }).collect();
        assert!(with(extra_closed(EXTRA_DAYS_MAX), vec![]).is_ok());
        let error = CalendarError::TooManyDays { count: EXTRA_DAYS_MAX + 1 };
        assert_eq!(with(extra_closed(EXTRA_DAYS_MAX + 1), vec![]), Err(error));
        assert_eq!(with(extra_closed(EXTRA_DAYS_MAX), vec![open("2040-01-01", "臨時営業")]), Err(error));
    }

    #[test]
    fn errors_speak_both_languages() {
        let error = CalendarError::Reversed { opens_minute: 1_085, closes_minute: 540 };
        assert_eq!(error.to_string(), "The opening time (18:05) has to be before the closing time (9:00).");
        assert!(error.text(Language::Japanese).contains("開始(18:05)"));
    }
}
