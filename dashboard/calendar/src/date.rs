//! Dates as people in Japan and Japanese spreadsheets write them.
//!
//! Read are `2024-12-11`, `2024/12/11`, `2024.12.11`, `2024年12月11日`, `令和6年12月11日`, `R6.12.11`, `令和元年5月1日`, with
//! full-width digits, leading zeros, spaces between the parts, and the day of the week behind, which has to be
//! right. Refused are years of two digits without an era, days before months, and bare numbers: what could mean
//! two days is not guessed.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use tenken_model::Language;
use thiserror::Error;

use crate::era::Era;
use crate::written::{Joint, OLD_ERAS, Scanner, WrittenYear, narrow};

/// As many characters as a date may have; the longest that is written is half of it.
pub const DATE_CHARS_MAX: usize = 40;

/// The first year that is read; one before is a slip of the pen.
pub const DATE_FIRST_YEAR: i32 = 1900;

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::English))]
pub enum DateError {
    /// There is nothing.
    Empty,
    /// It is longer than [`DATE_CHARS_MAX`].
    TooLong,
    /// It has none of the forms of a date.
    NoForm(String),
    /// No month has this day.
    NoSuchDay(String),
    /// It is before [`DATE_FIRST_YEAR`].
    TooEarly(String),
    /// Its era is 大正 or earlier.
    EraUnknown(String),
    /// It is outside the era that it names.
    OutsideEra(String, Era),
    /// It has another day of the week.
    OtherWeekday(String),
    /// A spreadsheet has no day of this number.
    NoSerial(String),
}

impl DateError {
    /// What is wrong and what to write instead.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Empty => language.date_empty(),
            Self::TooLong => language.date_too_long(DATE_CHARS_MAX),
            Self::NoForm(text) => language.date_no_form(text),
            Self::NoSuchDay(text) => language.date_no_such_day(text),
            Self::TooEarly(text) => language.date_too_early(text, DATE_FIRST_YEAR),
            Self::EraUnknown(text) => language.date_era_unknown(text),
            Self::OutsideEra(text, era) => {
                let (name, first) = (era.text(language), era.first_day().to_string());
                match era.last_day() {
                    Some(last) => language.date_outside_era(text, &name, &first, &last.to_string()),
                    None => language.date_before_era(text, &name, &first),
                }
            }
            Self::OtherWeekday(text) => language.date_other_weekday(text),
            Self::NoSerial(text) => language.date_no_serial(text),
        }
    }
}

/// Where the days of a spreadsheet are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExcelDates {
    /// 1 is 1900-01-01, and 60 a 29 February 1900 that never was: Excel for Windows.
    #[default]
    From1900,
    /// 0 is 1904-01-01: workbooks with `date1904`, as early Excel for Macintosh made them.
    From1904,
}

const EXCEL_1900_LAST: u32 = 2_958_465;
const EXCEL_1904_LAST: u32 = 2_957_003;

/// Reads a date as it is written.
pub fn read_date(text: &str) -> Result<NaiveDate, DateError> {
    let written = bounded(text)?;
    let scanner = Scanner::new(&written);
    if is_in_old_era(scanner) {
        return Err(DateError::EraUnknown(written));
    }
    let Some(Parts { year, month, day, weekday }) = parts(scanner) else { return Err(DateError::NoForm(written)) };
    let Some(date) = NaiveDate::from_ymd_opt(year.western(), month, day) else {
        return Err(DateError::NoSuchDay(written));
    };
    match year {
        WrittenYear::Era(year) if !year.era.meets(date, date) => return Err(DateError::OutsideEra(written, year.era)),
        WrittenYear::Western(year) if year < DATE_FIRST_YEAR => return Err(DateError::TooEarly(written)),
        WrittenYear::Era(_) | WrittenYear::Western(_) => {}
    }
    match weekday {
        Some(weekday) if weekday != date.weekday() => Err(DateError::OtherWeekday(written)),
        Some(_) | None => Ok(date),
    }
}

/// The day of a spreadsheet's number, up to 9999-12-31.
///
/// Source: ECMA-376 part 1, 18.17.4.1, and Microsoft's article on the leap year that Excel took over from
/// Lotus 1-2-3.
pub fn from_excel_serial(serial: u32, dates: ExcelDates) -> Result<NaiveDate, DateError> {
    let (year, month, day, ahead) = match (dates, serial) {
        (ExcelDates::From1900, 1..=59) => (1899, 12, 31, serial),
        (ExcelDates::From1900, 61..=EXCEL_1900_LAST) => (1899, 12, 30, serial),
        (ExcelDates::From1904, 0..=EXCEL_1904_LAST) => (1904, 1, 1, serial),
        (ExcelDates::From1900 | ExcelDates::From1904, _) => return Err(DateError::NoSerial(serial.to_string())),
    };
    NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|zero| zero.checked_add_days(Days::new(ahead.into())))
        .ok_or_else(|| DateError::NoSerial(serial.to_string()))
}

/// The day of a spreadsheet's number as its file has it, where the part after the point is the time of day.
pub fn read_excel_serial(text: &str, dates: ExcelDates) -> Result<NaiveDate, DateError> {
    let written = bounded(text)?;
    let (days, time) = written.split_once('.').unwrap_or((&written, "0"));
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match days.parse() {
        Ok(serial) if plain(days) && plain(time) => from_excel_serial(serial, dates),
        _ => Err(DateError::NoSerial(written)),
    }
}

fn bounded(text: &str) -> Result<String, DateError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    if text.chars().nth(DATE_CHARS_MAX).is_some() {
        return Err(DateError::TooLong);
    }
    Ok(narrow(text))
}

fn is_in_old_era(mut scanner: Scanner<'_>) -> bool {
    scanner.one_of(&OLD_ERAS).is_some() && (scanner.word("元").is_some() || scanner.number(1..=2).is_some())
}

struct Parts {
    year: WrittenYear,
    month: u32,
    day: u32,
    weekday: Option<Weekday>,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("月", Weekday::Mon),
    ("火", Weekday::Tue),
    ("水", Weekday::Wed),
    ("木", Weekday::Thu),
    ("金", Weekday::Fri),
    ("土", Weekday::Sat),
    ("日", Weekday::Sun),
];

fn parts(mut scanner: Scanner<'_>) -> Option<Parts> {
    let year = WrittenYear::read(&mut scanner)?;
    let joint = Joint::read(&mut scanner)?;
    let month = scanner.number(1..=2)?;
    scanner.word(joint.after_month())?;
    let day = scanner.number(1..=2)?;
    if joint == Joint::Kanji {
        scanner.word("日")?;
    }
    let weekday = weekday(&mut scanner);
    scanner.end()?;
    Some(Parts { year, month: month.into(), day: day.into(), weekday })
}

/// `(水)`, `(水曜日)`, `水曜日`; nothing is passed if none is next.
fn weekday(scanner: &mut Scanner<'_>) -> Option<Weekday> {
    let mut ahead = *scanner;
    let in_brackets = ahead.word("(").is_some();
    let weekday = ahead.one_of(&WEEKDAYS)?;
    let in_full = ahead.one_of(&[("曜日", ()), ("曜", ())]).is_some();
    if in_brackets {
        ahead.word(")")?;
    } else if !in_full {
        return None;
    }
    *scanner = ahead;
    Some(weekday)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::era::{EraYear, in_era};

    fn read(text: &str) -> Result<String, DateError> {
        read_date(text).map(|date| date.to_string())
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        for text in [
            "2024-12-11",
            "2024/12/11",
            "2024.12.11",
            "2024年12月11日",
            "2024年 12月 11日",
            "　２０２４年１２月１１日　",
            "２０２４／１２／１１",
            "2024\u{2212}12\u{2212}11",
            "2024 / 12 / 11",
            "\u{feff}2024-12-11\r\n",
            "2024年\n12月11日",
            "令和6年12月11日",
            "令和06年12月11日",
            "令和 ６ 年 １２ 月 １１ 日",
            "㋿6年12月11日",
            "令6.12.11",
            "R6.12.11",
            "r06/12/11",
            "Ｒ６．１２．１１",
            "R6-12-11",
            "2024年12月11日(水)",
            "2024/12/11（水曜日）",
            "令和6年12月11日 水曜日",
        ] {
            assert_eq!(read(text).as_deref(), Ok("2024-12-11"), "{text:?}");
        }
        for (text, date) in [
            ("2024/1/5", "2024-01-05"),
            ("2024-02-29", "2024-02-29"),
            ("令和元年5月1日", "2019-05-01"),
            ("R元.5.1", "2019-05-01"),
            ("令和1年5月1日", "2019-05-01"),
            ("平成31年4月30日", "2019-04-30"),
            ("H1.1.8", "1989-01-08"),
            ("昭和64年1月7日", "1989-01-07"),
            ("㍼元.12.25", "1926-12-25"),
            ("S50.4.1", "1975-04-01"),
            ("2024年12月1日日曜", "2024-12-01"),
            ("9999/12/31", "9999-12-31"),
            ("1900-01-01", "1900-01-01"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(date), "{text:?}");
        }
    }

    #[test]
    fn what_could_mean_another_day_is_refused() {
        for text in [
            "24/12/11",
            "12/11/2024",
            "12/11",
            "20241211",
            "45637",
            "2024-12/11",
            "2024-12",
            "2024年12月",
            "2024年12月11",
            "2024年12/11",
            "2024-012-11",
            "02024-12-11",
            "2024--11",
            "+2024/1/1",
            "2024/12/11 9:00",
            "2024/12/11水",
            "2024/12/11(水",
            "2024/12/11()",
            "令和年12月11日",
            "令和100年1月1日",
            "X6.12.11",
            "二〇二四年十二月十一日",
            "明日",
            "May 1, 2024",
            "未定",
        ] {
            assert_eq!(read(text), Err(DateError::NoForm(narrow(text))), "{text:?}");
        }
        for text in ["2023-02-29", "2024/13/1", "2024/0/1", "令和6年4月31日", "R6.2.30", "0000-00-00"] {
            assert_eq!(read(text), Err(DateError::NoSuchDay(text.to_owned())), "{text:?}");
        }
        for text in ["0024-12-11", "1899/12/31"] {
            assert_eq!(read(text), Err(DateError::TooEarly(text.to_owned())), "{text:?}");
        }
        assert_eq!(read(" \u{3000}\t"), Err(DateError::Empty));
        assert_eq!(read(&"2".repeat(DATE_CHARS_MAX + 1)), Err(DateError::TooLong));
        assert_eq!(read("2024/12/11(木)"), Err(DateError::OtherWeekday("2024/12/11(木)".to_owned())));
    }

    #[test]
    fn a_date_outside_its_era_says_so() {
        for (text, era) in [
            ("平成31年5月1日", Era::Heisei),
            ("H36.12.11", Era::Heisei),
            ("平成元年1月7日", Era::Heisei),
            ("昭和64年1月8日", Era::Showa),
            ("昭和元年12月24日", Era::Showa),
            ("令和元年4月30日", Era::Reiwa),
            ("令和0年5月1日", Era::Reiwa),
        ] {
            assert_eq!(read(text), Err(DateError::OutsideEra(text.to_owned(), era)), "{text}");
        }
        for text in ["大正15年12月24日", "M45.7.30", "明治元年1月1日"] {
            assert_eq!(read(text), Err(DateError::EraUnknown(text.to_owned())), "{text}");
        }
        let error = |text| read_date(text).unwrap_err();
        assert_eq!(
            error("平成31年5月1日").text(Language::Japanese),
            "「平成31年5月1日」は平成の期間(1989-01-08から2019-04-30まで)の外です。"
        );
        assert_eq!(error("R1.4.30").to_string(), "`R1.4.30` is before the era Reiwa, which began on 2019-05-01.");
    }

    #[test]
    fn the_numbers_of_a_spreadsheet_count_a_day_that_never_was() {
        for (serial, dates, date) in [
            (1, ExcelDates::From1900, "1900-01-01"),
            (59, ExcelDates::From1900, "1900-02-28"),
            (61, ExcelDates::From1900, "1900-03-01"),
            (45_637, ExcelDates::From1900, "2024-12-11"),
            (2_958_465, ExcelDates::From1900, "9999-12-31"),
            (0, ExcelDates::From1904, "1904-01-01"),
            (44_175, ExcelDates::From1904, "2024-12-11"),
            (2_957_003, ExcelDates::From1904, "9999-12-31"),
        ] {
            assert_eq!(from_excel_serial(serial, dates).unwrap().to_string(), date, "{serial} {dates:?}");
        }
        for (serial, dates) in [
            (0, ExcelDates::From1900),
            (60, ExcelDates::From1900),
            (2_958_466, ExcelDates::From1900),
            (2_957_004, ExcelDates::From1904),
            (u32::MAX, ExcelDates::From1904),
        ] {
            assert_eq!(from_excel_serial(serial, dates), Err(DateError::NoSerial(serial.to_string())));
        }
        for text in ["45637", "45637.75", " ４５６３７ ", "45637.0"] {
            let read = read_excel_serial(text, ExcelDates::From1900).unwrap();
            assert_eq!(read.to_string(), "2024-12-11", "{text}");
        }
        for text in ["-1", "+45637", "4.5637E4", "45637.", ".5", "4294967296", "2024-12-11", "1.2.3", "nan"] {
            let error = DateError::NoSerial(text.to_owned());
            assert_eq!(read_excel_serial(text, ExcelDates::From1900), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_in_each_form(days in 0_u64..69_000) {
            let date = NaiveDate::from_ymd_opt(1926, 12, 25).unwrap() + Days::new(days);
            let EraYear { era, year } = EraYear::of(date).unwrap();
            let letter = match era { Era::Reiwa => "R", Era::Heisei => "H", Era::Showa => "S" };
            for text in [
                date.to_string(),
                date.format("%Y/%-m/%-d").to_string(),
                date.format("%Y年%-m月%-d日").to_string(),
                format!("{letter}{year}.{}.{}", date.month(), date.day()),
                in_era(date).unwrap(),
            ] {
                prop_assert_eq!(read_date(&text), Ok(date), "{}", text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9０-９年月日元令和平成昭大正RHS./() -]{0,24}|\\PC{0,50}") {
            let _ = (read_date(&text), read_excel_serial(&text, ExcelDates::From1904));
            if let Ok(planned) = crate::planned::PlannedTime::new(&text) {
                prop_assert!(planned.last_day().is_none_or(|date| date.year() >= 1900));
            }
        }
    }
}
