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
    closed_year_unknown() { ja: "祝日を計算できない年", en: "a year whose holidays are not known" }
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
    /// A date is missing.
    date_empty() { ja: "日付を入力してください。", en: "Write a date." }
    /// A date is longer than any is.
    date_too_long(most: usize) {
        ja: "日付は{most}文字までで入力してください。",
        en: "A date has {most} characters at most."
    }
    /// A text is no date.
    date_no_form(text: &str) {
        ja: "「{text}」は日付として読み取れません。例: 2024-12-11、2024/12/11、2024年12月11日、令和6年12月11日、R6.12.11",
        en: "`{text}` is no date; write such as 2024-12-11, 2024/12/11, 2024年12月11日, 令和6年12月11日 or R6.12.11."
    }
    /// A date that no calendar has.
    date_no_such_day(text: &str) { ja: "「{text}」という日はありません。", en: "There is no day `{text}`." }
    /// A date before those that are read.
    date_too_early(text: &str, first: i32) {
        ja: "「{text}」は古すぎます。{first}年以降の日付を入力してください。",
        en: "`{text}` is too early; write a date from {first} on."
    }
    /// A date in an era before those that are read.
    date_era_unknown(text: &str) {
        ja: "「{text}」の元号には対応していません。昭和・平成・令和または西暦で入力してください。",
        en: "The era of `{text}` is not read; write Showa, Heisei, Reiwa or the western year."
    }
    /// A date outside the era it names, which has ended.
    date_outside_era(text: &str, era: &str, first: &str, last: &str) {
        ja: "「{text}」は{era}の期間({first}から{last}まで)の外です。",
        en: "`{text}` is outside the era {era}, which was from {first} to {last}."
    }
    /// A date before the present era, which it names.
    date_before_era(text: &str, era: &str, first: &str) {
        ja: "「{text}」は{era}の始まり({first})より前です。",
        en: "`{text}` is before the era {era}, which began on {first}."
    }
    /// A date with another day of the week than it has.
    date_other_weekday(text: &str) {
        ja: "「{text}」は日付と曜日が合っていません。",
        en: "`{text}` has another day of the week than its date."
    }
    /// A number that stands for no day in a spreadsheet.
    date_no_serial(text: &str) {
        ja: "「{text}」はExcelの日付の番号として読み取れません。",
        en: "`{text}` is not the number of a day in Excel."
    }
    /// The name of an era.
    era_reiwa() { ja: "令和", en: "Reiwa" }
    /// The name of an era.
    era_heisei() { ja: "平成", en: "Heisei" }
    /// The name of an era.
    era_showa() { ja: "昭和", en: "Showa" }
    /// A planned time that cannot be kept.
    planned_time_no_text(most: usize) {
        ja: "実施予定の時期を、改行などを含まない1文字から{most}文字までで入力してください。例: 2027年5月、令和8年度末",
        en: "Write the planned time in 1 to {most} characters on one line, such as 2027年5月."
    }
    /// Title.
    calendar_title() { ja: "営業日と営業時間", en: "Working calendar" }
    /// What it is for.
    calendar_lead() { ja: "期限や報告の途絶は、この営業日と営業時間で数えます。", en: "Deadlines and silence are counted in these days and hours." }
    /// How hours are written.
    calendar_hours_help() { ja: "曜日ごとの営業時間を 9:00-18:00 のように記入します。休業の曜日は空欄にします。", en: "Write each day's hours as 9:00-18:00; leave a closed day empty." }
    /// A day.
    weekday_monday() { ja: "月曜日", en: "Monday" }
    /// A day.
    weekday_tuesday() { ja: "火曜日", en: "Tuesday" }
    /// A day.
    weekday_wednesday() { ja: "水曜日", en: "Wednesday" }
    /// A day.
    weekday_thursday() { ja: "木曜日", en: "Thursday" }
    /// A day.
    weekday_friday() { ja: "金曜日", en: "Friday" }
    /// A day.
    weekday_saturday() { ja: "土曜日", en: "Saturday" }
    /// A day.
    weekday_sunday() { ja: "日曜日", en: "Sunday" }
    /// A field.
    calendar_holidays() { ja: "国民の祝日", en: "Public holidays" }
    /// A choice.
    calendar_closed_word() { ja: "休業", en: "Closed" }
    /// A choice.
    calendar_open_word() { ja: "営業", en: "Open" }
    /// A field.
    calendar_year_end() { ja: "年末年始の休業", en: "Closing over the New Year" }
    /// Help of the field.
    calendar_year_end_help() { ja: "例: 12/29-1/3。休業しない場合は空欄にします。", en: "Such as 12/29-1/3; empty for none." }
    /// A field.
    calendar_extra_closed() { ja: "臨時の休業日", en: "Other closed days" }
    /// Help of the field.
    calendar_extra_closed_help() { ja: "1行に1日、日付と名称を記入します。例: 2027-08-13 夏季休業", en: "One a line, the day and its name: 2027-08-13 Summer" }
    /// A field.
    calendar_extra_open() { ja: "臨時の営業日", en: "Other open days" }
    /// Help of the field.
    calendar_extra_open_help() { ja: "1行に1日、日付・時間・名称を記入します。例: 2026-11-28 9:00-12:00 土曜健診", en: "One a line, the day, hours and name: 2026-11-28 9:00-12:00 Saturday" }
    /// The act.
    calendar_save() { ja: "保存する", en: "Save" }
    /// Heading.
    calendar_coming() { ja: "これからの休業日", en: "Closed days to come" }
    /// There are none.
    calendar_coming_none() { ja: "45日以内に祝日や臨時の休業日はありません。", en: "None within 45 days." }
    /// A line cannot be read.
    calendar_line_bad(line: &str) { ja: "「{line}」を読み取れません。例のように記入してください。", en: "“{line}” cannot be read; write it as in the example." }
    /// Hours cannot be read.
    calendar_hours_bad() { ja: "9:00-18:00 のように記入してください。", en: "Write it as 9:00-18:00." }
    /// The end of the year cannot be read.
    calendar_year_end_bad() { ja: "12/29-1/3 のように記入してください。", en: "Write it as 12/29-1/3." }
}
