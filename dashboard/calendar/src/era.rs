//! 和暦: years as they are counted in Japan, by era.
//!
//! Source: 元号法 (昭和54年法律第43号) and the cabinet orders 元号を改める政令 of 1989 (昭和64年政令第1号) and 2019 (平成
//! 31年政令第143号): an era begins on the day the order comes into force. The first year of an era is 元年.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use tenken_model::Language;

/// An era that dates are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 昭和, from 1926-12-25 to 1989-01-07.
    Showa,
    /// 平成, from 1989-01-08 to 2019-04-30.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

/// A year of an era, from 1 on. It may name a year that the era did not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EraYear {
    /// The era.
    pub era: Era,
    /// The year in it.
    pub year: u16,
}

impl Era {
    /// Every era, the latest first.
    pub const ALL: [Self; 3] = [Self::Reiwa, Self::Heisei, Self::Showa];

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        let (year, month, day) = match self {
            Self::Showa => (1926, 12, 25),
            Self::Heisei => (1989, 1, 8),
            Self::Reiwa => (2019, 5, 1),
        };
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
    }

    /// Its last day; none while it lasts.
    pub fn last_day(self) -> Option<NaiveDate> {
        match self {
            Self::Showa => Self::Heisei.first_day().pred_opt(),
            Self::Heisei => Self::Reiwa.first_day().pred_opt(),
            Self::Reiwa => None,
        }
    }

    /// The era of a day; none before 昭和.
    pub fn of(date: NaiveDate) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.first_day() <= date)
    }

    /// Whether any day from `first` up to and including `last` is in it.
    pub(crate) fn meets(self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first_day() <= last && self.last_day().is_none_or(|end| first <= end)
    }

    /// Its name as people read it.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Reiwa => language.era_reiwa(),
            Self::Heisei => language.era_heisei(),
            Self::Showa => language.era_showa(),
        }
    }
}

impl EraYear {
    /// The year of a day; none before 昭和.
    pub fn of(date: NaiveDate) -> Option<Self> {
        let era = Era::of(date)?;
        let year = u16::try_from(date.year() - era.first_day().year() + 1).ok()?;
        Some(Self { era, year })
    }

    /// The western year it is in.
    pub fn western(self) -> i32 {
        self.era.first_day().year() + i32::from(self.year) - 1
    }
}

impl fmt::Display for EraYear {
    /// `令和6年`, `令和元年`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let era = self.era.text(Language::Japanese);
        match self.year {
            1 => write!(f, "{era}元年"),
            year => write!(f, "{era}{year}年"),
        }
    }
}

/// A day in its era, `令和6年12月11日`; none before 昭和.
pub fn in_era(date: NaiveDate) -> Option<String> {
    EraYear::of(date).map(|year| format!("{year}{}月{}日", date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_follow_each_other_day_by_day() {
        for (date, expected) in [
            ("1926-12-24", None),
            ("1926-12-25", Some("昭和元年12月25日")),
            ("1989-01-07", Some("昭和64年1月7日")),
            ("1989-01-08", Some("平成元年1月8日")),
            ("2019-04-30", Some("平成31年4月30日")),
            ("2019-05-01", Some("令和元年5月1日")),
            ("2024-12-11", Some("令和6年12月11日")),
        ] {
            assert_eq!(in_era(date.parse().unwrap()).as_deref(), expected, "{date}");
        }
        assert_eq!(Era::Heisei.last_day(), "2019-04-30".parse().ok());
        assert_eq!(Era::Reiwa.last_day(), None);
        assert_eq!(EraYear { era: Era::Reiwa, year: 8 }.western(), 2026);
        assert_eq!(EraYear { era: Era::Heisei, year: 40 }.western(), 2028, "though it had no such year");
        assert_eq!(Era::Showa.text(Language::English), "Showa");
    }

    #[test]
    fn the_ends_of_what_a_date_can_be_have_no_year_or_one() {
        assert_eq!(EraYear::of(NaiveDate::MIN), None);
        assert_eq!(EraYear::of(NaiveDate::MAX), None, "more years than an era is counted in");
    }
}
