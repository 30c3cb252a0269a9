//! What people type in a cell, made into the one form that is stored, and back.

use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use serde_json::Value;
use tenken_model::{Instant, Language, Span};

use super::definition::{self, CELL_CHARS_MAX, Column, Input};

/// Why what was typed cannot stand in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellError {
    /// It may not be empty.
    Empty,
    /// It is longer than [`CELL_CHARS_MAX`].
    TooLong,
    /// It holds control characters.
    Control,
    /// It is neither yes nor no.
    NotFlag,
    /// It is none of the words, which are listed.
    NotChoice(&'static Column),
    /// It is no date.
    NotDate,
    /// It is no hardware address.
    NotMac,
    /// It is no length of time above zero.
    NotSpan,
    /// It is no whole number within bounds.
    NotCount(i64, i64),
    /// It is no absolute path.
    NotPath,
}

impl CellError {
    /// What is wrong and what to write instead.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Empty => language.cell_empty(),
            Self::TooLong => language.cell_too_long(CELL_CHARS_MAX),
            Self::Control => language.cell_control(),
            Self::NotFlag => language.cell_not_flag(),
            Self::NotChoice(column) => language.cell_not_choice(&column.words(language)),
            Self::NotDate => language.cell_not_date(),
            Self::NotMac => language.cell_not_mac(),
            Self::NotSpan => language.cell_not_span(),
            Self::NotCount(least, most) => language.cell_not_count(*least, *most),
            Self::NotPath => language.cell_not_path(),
        }
    }
}

/// Full-width digits, letters and signs as their ASCII forms, and the ideographic space as a space.
fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .collect()
}

/// The canonical text of what was typed in a column.
pub fn read(column: &'static Column, typed: &str) -> Result<String, CellError> {
    let typed = typed.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if typed.is_empty() {
        return if column.required { Err(CellError::Empty) } else { Ok(column.default.to_owned()) };
    }
    if typed.chars().count() > CELL_CHARS_MAX {
        return Err(CellError::TooLong);
    }
    let lines = matches!(column.input, Input::Paragraph);
    if typed.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) {
        return Err(CellError::Control);
    }
    match column.input {
        Input::Line => Ok(typed.to_owned()),
        Input::Paragraph => Ok(typed.replace("\r\n", "\n").replace('\r', "\n")),
        Input::Flag => flag(typed).map(|yes| yes.to_string()).ok_or(CellError::NotFlag),
        Input::Choice(choices) => choices
            .iter()
            .find(|choice| {
                choice.word.eq_ignore_ascii_case(typed)
                    || (choice.label)(Language::Japanese) == typed
                    || (choice.label)(Language::English).eq_ignore_ascii_case(typed)
            })
            .map(|choice| choice.word.to_owned())
            .ok_or(CellError::NotChoice(column)),
        Input::LastDay => date(typed).map(|day| day.to_string()).ok_or(CellError::NotDate),
        Input::Mac => mac(typed).ok_or(CellError::NotMac),
        Input::Span => narrow(typed)
            .replace('日', "d")
            .replace("時間", "h")
            .replace('分', "m")
            .parse::<Span>()
            .ok()
            .filter(|span| span.millis() > 0)
            .map(|span| span.millis().to_string())
            .ok_or(CellError::NotSpan),
        Input::Count(least, most) => narrow(typed)
            .parse::<i64>()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .map(|number| number.to_string())
            .ok_or(CellError::NotCount(least, most)),
        Input::Path => path(typed).then(|| typed.to_owned()).ok_or(CellError::NotPath),
    }
}

fn flag(typed: &str) -> Option<bool> {
    match narrow(typed).to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "はい" | "有" | "有り" | "あり" | "○" | "〇" | "◯" => Some(true),
        "false" | "no" | "n" | "0" | "いいえ" | "無" | "無し" | "なし" | "×" | "-" => Some(false),
        _ => None,
    }
}

/// `2026-11-23`, `2026/11/23` or `2026年11月23日`; a spreadsheet may have dropped leading zeros.
fn date(typed: &str) -> Option<NaiveDate> {
    let typed = narrow(typed);
    let typed = typed.strip_suffix('日').unwrap_or(&typed);
    let parts: Vec<&str> = typed.split(['-', '/', '年', '月']).map(str::trim).collect();
    let &[year, month, day] = parts.as_slice() else { return None };
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || month.len() > 2 || day.len() > 2 || ![year, month, day].into_iter().all(plain) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Six pairs of hexadecimal digits with `:`, `-`, Cisco's `.` or nothing between them.
fn mac(typed: &str) -> Option<String> {
    let typed = narrow(typed).to_ascii_lowercase();
    let digits: String = typed.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    let valid = digits.len() == 12
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
        && digits != "000000000000"
        && digits != "ffffffffffff";
    let pairs: Vec<&str> = digits.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
    valid.then(|| pairs.join(":"))
}

fn path(typed: &str) -> bool {
    let mut start = typed.chars();
    match (start.next(), start.next(), start.next()) {
        (Some('/'), ..) | (Some('\\'), Some('\\'), Some(_)) => true,
        (Some(drive), Some(':'), Some('\\' | '/')) => drive.is_ascii_alphabetic(),
        _ => false,
    }
}

/// The canonical text as people read and type it.
pub fn shown(column: &Column, canonical: &str, language: Language) -> String {
    match column.input {
        Input::Flag if canonical == "true" => language.yes(),
        Input::Flag => language.no(),
        Input::Choice(choices) => definition::label(choices, canonical, language),
        Input::Span => {
            canonical.parse().map_or_else(|_| canonical.to_owned(), |millis| Span::from_millis(millis).in_full())
        }
        _ => canonical.to_owned(),
    }
}

/// The canonical text as a form holds it, so that [`read`] gives it back.
pub fn typed(column: &Column, canonical: &str, language: Language) -> String {
    match column.input {
        Input::Flag | Input::Choice(_) | Input::LastDay => canonical.to_owned(),
        Input::Line | Input::Paragraph | Input::Mac | Input::Span | Input::Count(..) | Input::Path => {
            shown(column, canonical, language)
        }
    }
}

/// Japan has had no summer time since 1951.
fn japan() -> Option<FixedOffset> {
    FixedOffset::east_opt(9 * 3_600)
}

/// The end of a day in Japan: midnight after it.
fn day_end(day: NaiveDate) -> Option<Instant> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    midnight.and_local_timezone(japan()?).single().map(|time| time.to_utc())
}

/// The day in Japan.
pub(super) fn day(instant: Instant) -> Option<NaiveDate> {
    Some(instant.with_timezone(&japan()?).date_naive())
}

/// The last day that ends at `instant` or holds it.
fn last_day(instant: Instant) -> Option<NaiveDate> {
    let within = instant.checked_sub_signed(TimeDelta::milliseconds(1))?;
    day(within)
}

/// The canonical text as the field of a stored row.
pub fn to_json(column: &Column, canonical: &str) -> Value {
    match column.input {
        Input::Flag => Value::Bool(canonical == "true"),
        Input::LastDay => {
            let end = canonical.parse::<NaiveDate>().ok().and_then(day_end);
            serde_json::to_value(end).unwrap_or(Value::Null)
        }
        Input::Span | Input::Count(..) => canonical.parse::<i64>().map_or(Value::Null, Value::from),
        _ => Value::String(canonical.to_owned()),
    }
}

/// The field of a stored row as canonical text; what is not there is empty.
pub fn from_json(column: &Column, value: &Value) -> String {
    match (column.input, value) {
        (Input::LastDay, Value::String(text)) => {
            text.parse::<Instant>().ok().and_then(last_day).map_or_else(String::new, |day| day.to_string())
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(flag)) => flag.to_string(),
        (_, Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Definition;
    use super::*;

    fn column(slug: &str, name: &str) -> &'static Column {
        Definition::by_slug(slug).unwrap().columns.iter().find(|c| c.name == name).unwrap()
    }

    #[test]
    fn dates_are_read_as_people_and_spreadsheets_write_them() {
        let ends = column("accounts", "ends");
        for typed in ["2026-11-23", "2026/11/23", "2026年11月23日", "２０２６／１１／２３", " 2026/11/23 "]
        {
            assert_eq!(read(ends, typed).unwrap(), "2026-11-23", "{typed}");
        }
        assert_eq!(read(ends, "2027/4/1").unwrap(), "2027-04-01");
        for bad in ["2026-02-30", "11/23", "23/11/2026", "46349", "令和8年11月23日", "2026--11", "+2026/1/1"] {
            assert_eq!(read(ends, bad), Err(CellError::NotDate), "{bad}");
        }
        assert_eq!(read(ends, "").unwrap(), "");
    }

    #[test]
    fn a_last_day_ends_at_midnight_in_japan() {
        let ends = column("accounts", "ends");
        let stored = to_json(ends, "2026-11-23");
        assert_eq!(stored, Value::String("2026-11-23T15:00:00Z".into()));
        assert_eq!(from_json(ends, &stored), "2026-11-23");
        assert_eq!(to_json(ends, ""), Value::Null);
    }

    #[test]
    fn hardware_addresses_have_one_form() {
        let address = column("devices", "mac");
        for typed in ["00-1B-44-11-3A-B7", "001b.4411.3ab7", "001B44113AB7", "００：１ｂ：４４：１１：３ａ：ｂ７"]
        {
            assert_eq!(read(address, typed).unwrap(), "00:1b:44:11:3a:b7");
        }
        for bad in ["00:1b:44:11:3a", "00:1b:44:11:3a:b7:00", "zz:1b:44:11:3a:b7", "ff:ff:ff:ff:ff:ff", "1.00E+11"] {
            assert_eq!(read(address, bad), Err(CellError::NotMac), "{bad}");
        }
    }

    #[test]
    fn choices_flags_spans_and_paths_say_what_they_accept() {
        let kind = column("accounts", "kind");
        assert_eq!(read(kind, "保守業者").unwrap(), "maintenance");
        assert_eq!(read(kind, "Maintenance").unwrap(), "maintenance");
        let error = read(kind, "社長").unwrap_err();
        assert!(error.text(Language::Japanese).contains("保守業者"));
        assert_eq!(read(column("accounts", "administrator"), "○").unwrap(), "true");
        assert_eq!(read(column("accounts", "administrator"), "").unwrap(), "false");
        assert_eq!(read(column("backups", "interval"), "1日").unwrap(), "86400000");
        assert_eq!(read(column("backups", "interval"), "0d"), Err(CellError::NotSpan));
        assert_eq!(read(column("backups", "generations"), "７").unwrap(), "7");
        for good in ["/srv/backup", "D:\\backup", "\\\\nas\\backup"] {
            assert!(read(column("backups", "location"), good).is_ok(), "{good}");
        }
        for bad in ["backup", "D:backup", "~/backup"] {
            assert_eq!(read(column("backups", "location"), bad), Err(CellError::NotPath), "{bad}");
        }
        assert_eq!(read(column("accounts", "owner"), "a\u{0}b"), Err(CellError::Control));
        assert_eq!(read(column("accounts", "owner"), &"薬".repeat(501)), Err(CellError::TooLong));
    }
}
