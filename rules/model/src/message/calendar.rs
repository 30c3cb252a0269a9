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
    /// Why a day is closed.
    closed_weekly() { ja: "定休日", en: "closed on this day of the week" }
    /// Why a day is closed.
    closed_year_end() { ja: "年末年始休業", en: "closed over the New Year" }
    /// Why a day counts as closed.
    closed_year_unknown() { ja: "祝日が定まらない年", en: "a year whose holidays are not known" }
    /// Hours that no day has.
    hours_reversed(opens: &str, closes: &str) {
        ja: "営業時間の開始({opens})は終了({closes})より前にしてください。",
        en: "The opening time ({opens}) has to be before the closing time ({closes})."
    }
    /// Hours beyond midnight.
    hours_beyond_day(closes: &str) {
        ja: "営業時間の終了({closes})は24:00までにしてください。",
        en: "The closing time ({closes}) has to be 24:00 or earlier."
    }
    /// A day of the closing at the end of the year that no month has.
    year_end_no_day(day: u8) {
        ja: "年末年始休業の日は1日から31日までで入力してください({day})。",
        en: "The closing over the New Year needs a day from 1 to 31, not {day}."
    }
    /// More days of its own than a calendar takes.
    extra_days_too_many(count: usize, most: usize) {
        ja: "個別の休業日と営業日は合わせて{most}日までです({count}日あります)。",
        en: "A calendar takes {most} closed and open days of its own; there are {count}."
    }
    /// A day is in a list twice.
    extra_day_twice(date: &str) { ja: "{date}が二度指定されています。", en: "{date} is written twice." }
    /// A day is in both lists.
    extra_day_open_and_closed(date: &str) {
        ja: "{date}が休業日と営業日の両方に指定されています。",
        en: "{date} is written as both closed and open."
    }
    /// A day of its own is in a year that the calendar does not know.
    extra_day_year_unknown(date: &str, first: i32, last: i32) {
        ja: "{date}は指定できません。指定できるのは{first}年から{last}年までの日です。",
        en: "{date} cannot be in the calendar, which is from {first} to {last}."
    }
    /// A day of its own has no usable name.
    extra_day_name(date: &str, most: usize) {
        ja: "{date}の名称を、改行などを含まない1文字から{most}文字までで入力してください。",
        en: "{date} needs a name of 1 to {most} characters on one line."
    }
}
