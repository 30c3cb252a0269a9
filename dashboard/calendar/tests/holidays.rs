//! The holidays computed here are those that 内閣府 publishes.
//!
//! `syukujitsu.csv` has the rows from 2016 to 2027 of 内閣府「国民の祝日について」
//! (<https://www8.cao.go.jp/chosei/shukujitsu/syukujitsu.csv>), as UTF-8. That file calls every day off that has
//! no name of its own 休日, and those of single years 休日（祝日扱い）.

#![expect(clippy::unwrap_used, reason = "what a test needs besides its own functions may fail it")]

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, Weekday};
use tenken_calendar::holiday::{FIRST_YEAR, HolidayName, LAST_YEAR, YearUnknown, holiday, holidays};
use tenken_model::Language;

const PUBLISHED: &str = include_str!("syukujitsu.csv");

fn published_name(date: NaiveDate, name: HolidayName) -> String {
    match name {
        HolidayName::Substitute | HolidayName::Between => "休日".to_owned(),
        HolidayName::Accession | HolidayName::Enthronement => "休日（祝日扱い）".to_owned(),
        HolidayName::HealthAndSports if date.year() == 2019 => "体育の日（スポーツの日）".to_owned(),
        _ => name.text(Language::Japanese),
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn every_published_year_is_the_same() {
    let mut published: BTreeMap<i32, Vec<(NaiveDate, String)>> = BTreeMap::new();
    for line in PUBLISHED.lines().skip(1) {
        let (date, name) = line.split_once(',').unwrap();
        let date = NaiveDate::parse_from_str(date, "%Y/%m/%d").unwrap();
        published.entry(date.year()).or_default().push((date, name.to_owned()));
    }
    assert_eq!((published.len(), published.keys().next()), (12, Some(&2016)));
    for (year, expected) in published {
        let computed: Vec<_> =
            holidays(year).unwrap().iter().map(|found| (found.date, published_name(found.date, found.name))).collect();
        assert_eq!(computed, expected, "{year}");
    }
}

#[test]
fn days_off_say_why() {
    for (date, name) in [
        (day(2026, 9, 22), HolidayName::Between),
        (day(2019, 4, 30), HolidayName::Between),
        (day(2019, 5, 1), HolidayName::Accession),
        (day(2019, 5, 2), HolidayName::Between),
        (day(2019, 10, 22), HolidayName::Enthronement),
        (day(2026, 5, 6), HolidayName::Substitute),
        (day(2021, 8, 9), HolidayName::Substitute),
        (day(2032, 9, 21), HolidayName::Between),
    ] {
        assert_eq!(holiday(date), Ok(Some(name)), "{date}");
    }
    for date in [day(2019, 12, 23), day(2020, 10, 12), day(2021, 7, 19), day(2021, 8, 11), day(2019, 2, 23)] {
        assert_eq!(holiday(date), Ok(None), "{date}");
    }
}

/// What astronomers say of coming years: autumn is on the 22nd once in four years until 2043, then twice, and from
/// 2076 three times; spring is on the 19th in 2092 and 2096 (<https://atsuboshi.nao.jpn.com/yobanasi/yobanasi13.html>).
#[test]
fn equinoxes_shift_as_the_calendar_does() {
    let found = |year, name| holidays(year).unwrap().into_iter().find(|one| one.name == name).unwrap().date.day();
    for (year, spring, autumn) in [
        (2028, 20, 22),
        (2029, 20, 23),
        (2030, 20, 23),
        (2031, 21, 23),
        (2032, 20, 22),
        (2044, 20, 22),
        (2045, 20, 22),
        (2046, 20, 23),
        (2075, 20, 23),
        (2076, 20, 22),
        (2078, 20, 22),
        (2079, 20, 23),
        (2092, 19, 22),
        (2096, 19, 22),
        (2099, 20, 23),
    ] {
        let computed = (found(year, HolidayName::VernalEquinox), found(year, HolidayName::AutumnalEquinox));
        assert_eq!(computed, (spring, autumn), "{year}");
    }
}

#[test]
fn years_that_are_not_known_are_not_guessed() {
    for year in [2015, 2100, i32::MIN, i32::MAX, 0] {
        assert_eq!(holidays(year), Err(YearUnknown { year }));
    }
    assert_eq!(holiday(day(2015, 12, 31)), Err(YearUnknown { year: 2015 }));
    assert_eq!(holiday(NaiveDate::MAX), Err(YearUnknown { year: NaiveDate::MAX.year() }));
    assert!(YearUnknown { year: 2100 }.text(Language::Japanese).contains("2016年から2099年"));
}

#[test]
fn every_sunday_that_is_a_holiday_gives_a_day_off_soon() {
    for year in FIRST_YEAR..=LAST_YEAR {
        let all = holidays(year).unwrap();
        assert!((16..=22).contains(&all.len()), "{year}");
        for one in &all {
            let next = all.iter().find(|other| other.name == HolidayName::Substitute && other.date > one.date);
            let days_later = next.map(|next| (next.date - one.date).num_days());
            if one.date.weekday() == Weekday::Sun {
                assert!(days_later.is_some_and(|days| (1..=3).contains(&days)), "{} {days_later:?}", one.date);
            }
            assert!(!one.name.text(Language::Japanese).is_empty() && one.name.text(Language::English).is_ascii());
        }
    }
}
