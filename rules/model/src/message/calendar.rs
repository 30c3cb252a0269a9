//! The agency's calendar: the names of holidays, why a day is closed, what is wrong with a calendar or a date.
//!
//! Holidays are named as in 国民の祝日に関する法律 and the English of the Cabinet Office's page on it.

use super::texts;

texts! {
    /// A public holiday.
    holiday_new_year() { ja: "元日", en: "New Year's Day" }
    /// A public holiday.
    holiday_coming_of_age() { ja: "成人の日", en: "Coming of Age Day" }
    /// A public holiday.
    holiday_foundation() { ja: "建国記念の日", en: "National Foundation Day" }
    /// A public holiday.
    holiday_emperors_birthday() { ja: "天皇誕生日", en: "The Emperor's Birthday" }
    /// A public holiday.
    holiday_vernal_equinox() { ja: "春分の日", en: "Vernal Equinox Day" }
    /// A public holiday.
    holiday_showa() { ja: "昭和の日", en: "Showa Day" }
    /// A public holiday.
    holiday_constitution() { ja: "憲法記念日", en: "Constitution Memorial Day" }
    /// A public holiday.
    holiday_greenery() { ja: "みどりの日", en: "Greenery Day" }
    /// A public holiday.
    holiday_children() { ja: "こどもの日", en: "Children's Day" }
    /// A public holiday.
    holiday_marine() { ja: "海の日", en: "Marine Day" }
    /// A public holiday.
    holiday_mountain() { ja: "山の日", en: "Mountain Day" }
    /// A public holiday.
    holiday_respect_for_the_aged() { ja: "敬老の日", en: "Respect for the Aged Day" }
    /// A public holiday.
    holiday_autumnal_equinox() { ja: "秋分の日", en: "Autumnal Equinox Day" }
    /// The public holiday of October until 2019.
    holiday_health_and_sports() { ja: "体育の日", en: "Health and Sports Day" }
    /// The public holiday of October since 2020.
    holiday_sports() { ja: "スポーツの日", en: "Sports Day" }
    /// A public holiday.
    holiday_culture() { ja: "文化の日", en: "Culture Day" }
    /// A public holiday.
    holiday_labour_thanksgiving() { ja: "勤労感謝の日", en: "Labor Thanksgiving Day" }
    /// The public holiday of 2019-05-01.
    holiday_accession() { ja: "天皇の即位の日", en: "The Day of the Emperor's Accession" }
    /// The public holiday of 2019-10-22.
    holiday_enthronement() { ja: "即位礼正殿の儀の行われる日", en: "The Day of the Enthronement Ceremony" }
    /// The day off for a holiday on a Sunday.
    holiday_substitute() { ja: "振替休日", en: "Substitute holiday" }
    /// The day off between two holidays.
    holiday_between() { ja: "国民の休日", en: "Holiday between two holidays" }
    /// Asked for holidays of a year that they are not known for.
    holidays_of_year_unknown(year: i32, first: i32, last: i32) {
        ja: "{year}年の祝日は計算できません。計算できるのは{first}年から{last}年までです。",
        en: "The public holidays of {year} are not known; they are from {first} to {last}."
    }
}
