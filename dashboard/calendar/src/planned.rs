//! When something is announced to be done, in the words of the announcement.
//!
//! The published checklist has 実施予定(時期) as free text. The text is kept as it was written; the last day it can
//! mean is told only where Japanese usage fixes it: a year ends on 31 December, a fiscal year (年度) on 31 March of
//! the next (財政法 第11条), a month in 上旬, 中旬, 下旬 ends on the 10th, the 20th and its last day. 春, 頃
//! and quarters of a year that may be either are not told.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_model::Language;
use thiserror::Error;

use crate::date::{DATE_FIRST_YEAR, read_date};
use crate::written::{Joint, Scanner, WrittenYear, narrow};

/// As many characters as a planned time may have.
pub const PLANNED_CHARS_MAX: usize = 100;

/// A planned time as it was written, without spaces around; equal where the text is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlannedTime {
    text: String,
}

/// A planned time that is empty, longer than [`PLANNED_CHARS_MAX`], or holds control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::English))]
pub struct PlannedTimeError;

impl PlannedTimeError {
    /// What is wrong and what to write instead.
    pub fn text(self, language: Language) -> String {
        language.planned_time_no_text(PLANNED_CHARS_MAX)
    }
}

impl PlannedTime {
    /// Keeps a text.
    pub fn new(text: &str) -> Result<Self, PlannedTimeError> {
        let text = text.trim();
        let is_bad = text.is_empty() || text.chars().count() > PLANNED_CHARS_MAX || text.chars().any(char::is_control);
        if is_bad { Err(PlannedTimeError) } else { Ok(Self { text: text.to_owned() }) }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The last day it can mean, if that can be told.
    pub fn last_day(&self) -> Option<NaiveDate> {
        last_day(&self.text)
    }
}

impl TryFrom<String> for PlannedTime {
    type Error = PlannedTimeError;

    fn try_from(text: String) -> Result<Self, PlannedTimeError> {
        Self::new(&text)
    }
}

impl From<PlannedTime> for String {
    fn from(planned: PlannedTime) -> Self {
        planned.text
    }
}

impl fmt::Display for PlannedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The first and the last day of what was written.
type Period = (NaiveDate, NaiveDate);

/// What may stand behind a time without changing it.
const TAILS: [&str; 6] = ["(予定)", "予定", "実施", "までに", "まで", "に"];

fn last_day(text: &str) -> Option<NaiveDate> {
    let written = narrow(text);
    let mut plain = written.as_str();
    while let Some(shorter) = TAILS.iter().find_map(|tail| plain.strip_suffix(tail)) {
        plain = shorter.trim_end();
    }
    if let Ok(date) = read_date(plain) {
        return Some(date);
    }
    let mut scanner = Scanner::new(plain);
    let year = WrittenYear::read(&mut scanner)?;
    let (whole, told) = period(year.western(), &mut scanner)?;
    scanner.end()?;
    let is_meant = match year {
        WrittenYear::Western(year) => year >= DATE_FIRST_YEAR,
        WrittenYear::Era(year) => year.era.meets(whole.0, whole.1),
    };
    is_meant.then_some(told)
}

/// The year, fiscal year or month that follows a year, and the last day of the part of it that is told.
fn period(year: i32, scanner: &mut Scanner<'_>) -> Option<(Period, NaiveDate)> {
    if scanner.word("年度").is_some() {
        return fiscal_year(year, scanner);
    }
    let joint = Joint::read(scanner)?;
    match scanner.number(1..=2) {
        Some(month) => {
            if joint == Joint::Kanji {
                scanner.word("月")?;
            }
            month_part(year, month.into(), scanner)
        }
        None if joint == Joint::Kanji => calendar_year(year, scanner),
        None => None,
    }
}

/// What names the end of the time before it, or all of it.
const ENDS: [(&str, ()); 4] = [("末日", ()), ("末", ()), ("中", ()), ("内", ())];

fn calendar_year(year: i32, scanner: &mut Scanner<'_>) -> Option<(Period, NaiveDate)> {
    let _ = scanner.one_of(&ENDS);
    let last = NaiveDate::from_ymd_opt(year, 12, 31)?;
    Some(((NaiveDate::from_ymd_opt(year, 1, 1)?, last), last))
}

/// The months after April in which the parts of a fiscal year end.
const FISCAL_PARTS: [(&str, u32); 12] = [
    ("上半期", 5),
    ("上期", 5),
    ("下半期", 11),
    ("下期", 11),
    ("第1四半期", 2),
    ("第2四半期", 5),
    ("第3四半期", 8),
    ("第4四半期", 11),
    ("第一四半期", 2),
    ("第二四半期", 5),
    ("第三四半期", 8),
    ("第四四半期", 11),
];

fn fiscal_year(year: i32, scanner: &mut Scanner<'_>) -> Option<(Period, NaiveDate)> {
    let part = scanner.one_of(&FISCAL_PARTS);
    let _ = scanner.one_of(&ENDS);
    let first = NaiveDate::from_ymd_opt(year, 4, 1)?;
    let told = month_end(first.checked_add_months(chrono::Months::new(part.unwrap_or(11)))?)?;
    let last = NaiveDate::from_ymd_opt(year.checked_add(1)?, 3, 31)?;
    Some(((first, last), told))
}

fn month_part(year: i32, month: u32, scanner: &mut Scanner<'_>) -> Option<(Period, NaiveDate)> {
    let day = scanner.one_of(&[("上旬", 10), ("初旬", 10), ("中旬", 20), ("下旬", 31)]);
    if day.is_none() {
        let _ = scanner.one_of(&ENDS);
    }
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let last = month_end(first)?;
    // A shorter month has no 31st: 下旬 then ends as the month does.
    let told = day.and_then(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap_or(last);
    Some(((first, last), told))
}

fn month_end(first: NaiveDate) -> Option<NaiveDate> {
    first.checked_add_months(chrono::Months::new(1))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        PlannedTime::new(text).unwrap().last_day().map(|date| date.to_string())
    }

    #[test]
    fn the_last_day_is_told_where_usage_fixes_it() {
        for (text, last) in [
            ("2027年5月", "2027-05-31"),
            ("2027年 5月", "2027-05-31"),
            ("２０２７年５月", "2027-05-31"),
            ("2028年2月末", "2028-02-29"),
            ("2027年5月末日", "2027-05-31"),
            ("2027年5月上旬", "2027-05-10"),
            ("2027年5月初旬", "2027-05-10"),
            ("2027年5月中旬", "2027-05-20"),
            ("2027年5月中", "2027-05-31"),
            ("2027年2月下旬", "2027-02-28"),
            ("2027年6月下旬", "2027-06-30"),
            ("2027年5月20日", "2027-05-20"),
            ("令和9年5月20日(木)", "2027-05-20"),
            ("2027/5", "2027-05-31"),
            ("2027-05", "2027-05-31"),
            ("2027/12/3", "2027-12-03"),
            ("R9.5", "2027-05-31"),
            ("R9.5.20", "2027-05-20"),
            ("令和9年5月", "2027-05-31"),
            ("令和元年5月", "2019-05-31"),
            ("平成31年4月", "2019-04-30"),
            ("2027年度", "2028-03-31"),
            ("令和8年度末", "2027-03-31"),
            ("令和8年度中", "2027-03-31"),
            ("Ｒ８年度", "2027-03-31"),
            ("令和元年度", "2020-03-31"),
            ("平成31年度", "2020-03-31"),
            ("2027年度上期", "2027-09-30"),
            ("2027年度 上半期中", "2027-09-30"),
            ("2027年度下期", "2028-03-31"),
            ("2027年度第1四半期", "2027-06-30"),
            ("令和9年度第３四半期", "2027-12-31"),
            ("2027年度第四四半期末", "2028-03-31"),
            ("2027年", "2027-12-31"),
            ("2027年末", "2027-12-31"),
            ("2027年内", "2027-12-31"),
            ("2027年5月末までに実施予定", "2027-05-31"),
            ("2027年5月（予定）", "2027-05-31"),
        ] {
            assert_eq!(told(text).as_deref(), Some(last), "{text}");
        }
    }

    #[test]
    fn what_may_mean_several_days_is_not_told() {
        for text in [
            "2027年 第1四半期",
            "2027年春",
            "2027年夏頃",
            "2027年5月頃",
            "2027年上期",
            "2027年13月",
            "2027年0月上旬",
            "2027年5月32日",
            "2027年2月29日",
            "2027年5",
            "2027年度5月",
            "2027年度第5四半期",
            "27年5月",
            "5月",
            "2027/5/",
            "2027/上旬",
            "20275",
            "2027",
            "平成31年5月",
            "平成40年3月",
            "昭和64年度",
            "令和元年4月",
            "令和0年度",
            "大正15年12月",
            "2027年5月〜6月",
            "0027年5月",
            "未定",
            "予定",
            "May 2027",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn the_text_is_kept_and_stored_as_it_is() {
        let planned = PlannedTime::new("　２０２７年５月　").unwrap();
        assert_eq!(planned.as_str(), "２０２７年５月");
        assert_ne!(planned, PlannedTime::new("2027年5月").unwrap());
        let stored = serde_json::to_string(&planned).unwrap();
        assert_eq!(stored, "\"２０２７年５月\"");
        assert_eq!(serde_json::from_str::<PlannedTime>(&stored).unwrap(), planned);
        for bad in ["", " ", "　", "2027年\n5月", &"年".repeat(PLANNED_CHARS_MAX + 1)] {
            assert_eq!(PlannedTime::new(bad), Err(PlannedTimeError), "{bad:?}");
        }
        assert!(serde_json::from_str::<PlannedTime>("\"\"").is_err());
    }
}
