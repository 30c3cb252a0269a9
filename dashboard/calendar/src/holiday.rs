//! The public holidays of Japan, computed.
//!
//! Source: 国民の祝日に関する法律 (昭和23年法律第178号) and what was changed of it for single years: 天皇の即位の日
//! 及び即位礼正殿の儀の行われる日を休日とする法律 (平成30年法律第99号) for 2019, and 令和三年東京オリンピック競技大会・
//! 東京パラリンピック競技大会特別措置法 (平成27年法律第33号) for 2020 and 2021. The two equinoxes are not in
//! the law: 国立天文台 computes them and announces those of the next year each February in 官報. Here they follow
//! the known approximation by the Earth's mean motion (暦計算研究会編『新こよみ便利帳』恒星社厚生閣), which holds from 1980
//! to 2099. The law may change; what it does to coming years has then to be written here.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use tenken_model::Language;
use thiserror::Error;

/// The first year whose holidays are known: that of the first Mountain Day.
pub const FIRST_YEAR: i32 = 2016;

/// The last year whose holidays are known: the last one of the approximation for the equinoxes.
pub const LAST_YEAR: i32 = 2099;

/// More days than ever are holidays of their own name one after the other: those of May are three.
const HOLIDAYS_IN_A_ROW_MAX: u64 = 7;

/// Which public holiday a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HolidayName {
    /// 元日, 1 January.
    NewYear,
    /// 成人の日, the second Monday in January.
    ComingOfAge,
    /// 建国記念の日, 11 February.
    Foundation,
    /// 天皇誕生日, 23 December until 2018, none in 2019, 23 February from 2020.
    EmperorsBirthday,
    /// 春分の日, from 19 to 21 March.
    VernalEquinox,
    /// 昭和の日, 29 April.
    Showa,
    /// 憲法記念日, 3 May.
    Constitution,
    /// みどりの日, 4 May.
    Greenery,
    /// こどもの日, 5 May.
    Children,
    /// 海の日, the third Monday in July.
    Marine,
    /// 山の日, 11 August.
    Mountain,
    /// 敬老の日, the third Monday in September.
    RespectForTheAged,
    /// 秋分の日, 22 or 23 September.
    AutumnalEquinox,
    /// 体育の日, the second Monday in October until 2019.
    HealthAndSports,
    /// スポーツの日, the same from 2020.
    Sports,
    /// 文化の日, 3 November.
    Culture,
    /// 勤労感謝の日, 23 November.
    LabourThanksgiving,
    /// 天皇の即位の日, 1 May 2019.
    Accession,
    /// 即位礼正殿の儀の行われる日, 22 October 2019.
    Enthronement,
    /// 振替休日, the next day that is no holiday after one on a Sunday.
    Substitute,
    /// 国民の休日, a day between two holidays.
    Between,
}

/// A public holiday of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// Its day in Japan.
    pub date: NaiveDate,
    /// Which one it is.
    pub name: HolidayName,
}

/// A year before [`FIRST_YEAR`] or after [`LAST_YEAR`], whose holidays would be a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::English))]
pub struct YearUnknown {
    /// The year.
    pub year: i32,
}

impl YearUnknown {
    /// What is wrong and which years are known.
    pub fn text(self, language: Language) -> String {
        language.holidays_of_year_unknown(self.year, FIRST_YEAR, LAST_YEAR)
    }
}

impl HolidayName {
    /// Its name as people read it.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::NewYear => language.holiday_new_year(),
            Self::ComingOfAge => language.holiday_coming_of_age(),
            Self::Foundation => language.holiday_foundation(),
            Self::EmperorsBirthday => language.holiday_emperors_birthday(),
            Self::VernalEquinox => language.holiday_vernal_equinox(),
            Self::Showa => language.holiday_showa(),
            Self::Constitution => language.holiday_constitution(),
            Self::Greenery => language.holiday_greenery(),
            Self::Children => language.holiday_children(),
            Self::Marine => language.holiday_marine(),
            Self::Mountain => language.holiday_mountain(),
            Self::RespectForTheAged => language.holiday_respect_for_the_aged(),
            Self::AutumnalEquinox => language.holiday_autumnal_equinox(),
            Self::HealthAndSports => language.holiday_health_and_sports(),
            Self::Sports => language.holiday_sports(),
            Self::Culture => language.holiday_culture(),
            Self::LabourThanksgiving => language.holiday_labour_thanksgiving(),
            Self::Accession => language.holiday_accession(),
            Self::Enthronement => language.holiday_enthronement(),
            Self::Substitute => language.holiday_substitute(),
            Self::Between => language.holiday_between(),
        }
    }
}

/// The holidays of a year, in the order of their days.
pub fn holidays(year: i32) -> Result<Vec<Holiday>, YearUnknown> {
    known(year)?;
    let first = NaiveDate::from_yo_opt(year, 1);
    let days = first.into_iter().flat_map(|first| first.iter_days().take_while(move |date| date.year() == year));
    Ok(days.filter_map(|date| name_of(date).map(|name| Holiday { date, name })).collect())
}

/// Which holiday a day is, if it is one.
pub fn holiday(date: NaiveDate) -> Result<Option<HolidayName>, YearUnknown> {
    known(date.year())?;
    Ok(name_of(date))
}

const fn known(year: i32) -> Result<(), YearUnknown> {
    if year < FIRST_YEAR || year > LAST_YEAR { Err(YearUnknown { year }) } else { Ok(()) }
}

/// Article 3 of the law: the holidays by name, the day off for one on a Sunday, the day between two.
fn name_of(date: NaiveDate) -> Option<HolidayName> {
    if let Some(name) = named(date) {
        return Some(name);
    }
    let before = |days| date.checked_sub_days(Days::new(days));
    let in_a_row = (1..=HOLIDAYS_IN_A_ROW_MAX).map_while(before).take_while(|day| named(*day).is_some());
    if in_a_row.into_iter().any(|day| day.weekday() == Weekday::Sun) {
        return Some(HolidayName::Substitute);
    }
    let is_named = |day: Option<NaiveDate>| day.and_then(named).is_some();
    (is_named(date.pred_opt()) && is_named(date.succ_opt())).then_some(HolidayName::Between)
}

/// Article 2 of the law, with what was changed for single years.
fn named(date: NaiveDate) -> Option<HolidayName> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    // The Olympic laws moved the holidays of two summers.
    let olympic = matches!(year, 2020 | 2021);
    match (month, day) {
        (1, 1) => Some(HolidayName::NewYear),
        (1, _) if is_monday(date, 2) => Some(HolidayName::ComingOfAge),
        (2, 11) => Some(HolidayName::Foundation),
        (2, 23) if year >= 2020 => Some(HolidayName::EmperorsBirthday),
        (3, _) if day == vernal_equinox(year) => Some(HolidayName::VernalEquinox),
        (4, 29) => Some(HolidayName::Showa),
        (5, 1) if year == 2019 => Some(HolidayName::Accession),
        (5, 3) => Some(HolidayName::Constitution),
        (5, 4) => Some(HolidayName::Greenery),
        (5, 5) => Some(HolidayName::Children),
        (7, 23) if year == 2020 => Some(HolidayName::Marine),
        (7, 24) if year == 2020 => Some(HolidayName::Sports),
        (7, 22) if year == 2021 => Some(HolidayName::Marine),
        (7, 23) if year == 2021 => Some(HolidayName::Sports),
        (7, _) if !olympic && is_monday(date, 3) => Some(HolidayName::Marine),
        (8, 10) if year == 2020 => Some(HolidayName::Mountain),
        (8, 8) if year == 2021 => Some(HolidayName::Mountain),
        (8, 11) if !olympic => Some(HolidayName::Mountain),
        (9, _) if is_monday(date, 3) => Some(HolidayName::RespectForTheAged),
        (9, _) if day == autumnal_equinox(year) => Some(HolidayName::AutumnalEquinox),
        (10, 22) if year == 2019 => Some(HolidayName::Enthronement),
        (10, _) if year < 2020 && is_monday(date, 2) => Some(HolidayName::HealthAndSports),
        (10, _) if year > 2021 && is_monday(date, 2) => Some(HolidayName::Sports),
        (11, 3) => Some(HolidayName::Culture),
        (11, 23) => Some(HolidayName::LabourThanksgiving),
        (12, 23) if year < 2019 => Some(HolidayName::EmperorsBirthday),
        _ => None,
    }
}

fn is_monday(date: NaiveDate, nth: u32) -> bool {
    date.weekday() == Weekday::Mon && date.day0() / 7 + 1 == nth
}

fn vernal_equinox(year: i32) -> u32 {
    equinox(year, 20_843_100)
}

fn autumnal_equinox(year: i32) -> u32 {
    equinox(year, 23_248_800)
}

/// The day of the month: that of 1980 in millionths of a day, a tropical year's excess over 365 days for each
/// year since, less the leap days.
fn equinox(year: i32, in_1980: i64) -> u32 {
    let since = i64::from(year) - 1980;
    let day = (in_1980 + 242_194 * since).div_euclid(1_000_000) - since.div_euclid(4);
    u32::try_from(day).unwrap_or(0)
}
