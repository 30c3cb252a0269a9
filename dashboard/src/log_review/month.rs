//! The month whose logs are reviewed.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use tenken_calendar::{WorkingCalendar, japan};
use tenken_model::Instant;

/// A month in Japan, written `2027-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month(NaiveDate);

/// A text that is no month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no month such as 2027-03")]
pub struct NoMonth(String);

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first day.
    pub const fn first(self) -> NaiveDate {
        self.0
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        self.next().0.pred_opt().unwrap_or(self.0)
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        self.0.checked_add_months(chrono::Months::new(1)).map_or(self, Self)
    }

    /// The month before it.
    #[must_use]
    pub fn before(self) -> Self {
        self.0.checked_sub_months(chrono::Months::new(1)).map_or(self, Self)
    }

    /// When it begins.
    pub fn begins(self) -> Instant {
        self.0.pred_opt().map_or(Instant::MIN_UTC, japan::end_of)
    }

    /// When it is over.
    pub fn ends(self) -> Instant {
        japan::end_of(self.last())
    }

    /// The day from which on its logs may be signed: its last business day, or its last day where the calendar knows none.
    pub fn signed_from(self, calendar: &WorkingCalendar) -> NaiveDate {
        let days = std::iter::successors(Some(self.last()), NaiveDate::pred_opt);
        let mut within = days.take_while(|day| *day >= self.0);
        within.find(|day| calendar.is_business_day(*day)).unwrap_or_else(|| self.last())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let day = format!("{text}-01").parse().map(Self).map_err(|_| NoMonth(text.to_owned()))?;
        // One way of writing it alone, since it names a page.
        if day.to_string() == text { Ok(day) } else { Err(NoMonth(text.to_owned())) }
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = NoMonth;

    fn try_from(text: String) -> Result<Self, NoMonth> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_written_one_way_and_is_that_of_japan() {
        let month: Month = "2027-02".parse().unwrap();
        assert_eq!((month.last().to_string(), month.next().to_string()), ("2027-02-28".into(), "2027-03".into()));
        assert_eq!(month.before().before().to_string(), "2026-12");
        assert_eq!(month.begins().to_rfc3339(), "2027-01-31T15:00:00+00:00");
        assert_eq!(month.ends().to_rfc3339(), "2027-02-28T15:00:00+00:00");
        for bad in ["2027-2", "2027-13", "2027", "2027-02-01", "", "+2027-02"] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn it_may_be_signed_from_its_last_business_day_on() {
        let from = |month: &str| month.parse::<Month>().unwrap().signed_from(&WorkingCalendar::default()).to_string();
        assert_eq!(from("2027-03"), "2027-03-31");
        assert_eq!(from("2026-11"), "2026-11-30");
        assert_eq!(from("2026-12"), "2026-12-28", "the year's end is no business day");
        assert_eq!(from("2027-02"), "2027-02-26", "the 27th is a Saturday");
    }
}
