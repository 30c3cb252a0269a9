//! What people type in a cell, made into the one form that is stored, and back.

use std::net::IpAddr;

use chrono::NaiveDate;
use serde_json::Value;
use tenken_calendar::{DateError, japan, read_date};
use tenken_model::{Instant, Language, Span, register};

use super::definition::{self, CELL_CHARS_MAX, Column, Definition, Input};
use super::items;
use super::register::Register;
use crate::auth::email;

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
    NotDate(DateError),
    /// It is no hardware address.
    NotMac,
    /// It is no length of time above zero.
    NotSpan,
    /// It is no whole number within bounds.
    NotCount(i64, i64),
    /// It is no absolute path.
    NotPath,
    /// It is no host, network or URL.
    NotAddress,
    /// It is no e-mail address.
    NotEmail,
    /// It names something that is no item of the checklist.
    NotItem(String),
    /// The register has no open row of that name.
    NoRow(Register, String),
    /// The register has several open rows of that name.
    SeveralRows(Register, String),
    /// It is written when somebody approves the row, not by hand.
    ByApproval,
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
            Self::NotDate(error) => error.text(language),
            Self::NotMac => language.cell_not_mac(),
            Self::NotSpan => language.cell_not_span(),
            Self::NotCount(least, most) => language.cell_not_count(*least, *most),
            Self::NotPath => language.cell_not_path(),
            Self::NotAddress => language.cell_not_address(),
            Self::NotEmail => language.email_invalid(),
            Self::NotItem(text) => language.cell_not_item(text),
            Self::NoRow(register, text) => language.cell_no_row(text, &title(*register, language)),
            Self::SeveralRows(register, text) => language.cell_several_rows(text, &title(*register, language)),
            Self::ByApproval => language.cell_by_approval(),
        }
    }
}

fn title(register: Register, language: Language) -> String {
    Definition::of(register).map_or_else(|| register.name().to_owned(), |definition| (definition.title)(language))
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
        Input::Line | Input::Shared | Input::Row(_) => Ok(typed.to_owned()),
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
        Input::Day | Input::LastDay => read_date(typed).map(|day| day.to_string()).map_err(CellError::NotDate),
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
        Input::Path => (path(typed) || address(typed)).then(|| typed.to_owned()).ok_or(CellError::NotPath),
        Input::Address => Some(narrow(typed)).filter(|typed| is_address(typed)).ok_or(CellError::NotAddress),
        Input::Email => email::read(&narrow(typed)).ok().flatten().ok_or(CellError::NotEmail),
        Input::Items => items::read(typed).map_err(CellError::NotItem),
    }
}

fn flag(typed: &str) -> Option<bool> {
    match narrow(typed).to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "はい" | "有" | "有り" | "あり" | "○" | "〇" | "◯" => Some(true),
        "false" | "no" | "n" | "0" | "いいえ" | "無" | "無し" | "なし" | "×" | "-" => Some(false),
        _ => None,
    }
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

/// Storage that is no path, such as `s3:bucket`, without a person's name and password in it.
fn address(typed: &str) -> bool {
    register::is_address(typed) && !typed.contains('@')
}

/// A host name or address with or without a port, a network such as `192.168.10.0/24`, or a URL without a
/// person's name and password in it.
fn is_address(typed: &str) -> bool {
    if let Some((network, bits)) = typed.split_once('/')
        && let Ok(network) = network.parse::<IpAddr>()
    {
        return bits.parse::<u8>().is_ok_and(|bits| bits <= if network.is_ipv4() { 32 } else { 128 });
    }
    match typed.split_once("://") {
        None => is_place(typed),
        Some((scheme, rest)) => {
            let place = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            let plain = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
            plain
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && is_place(place)
                && !typed.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '`'))
        }
    }
}

/// A host with or without a port.
fn is_place(text: &str) -> bool {
    if text.parse::<IpAddr>().is_ok() {
        return true;
    }
    if let Some((address, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let port = port.strip_prefix(':').map_or(Ok(0), str::parse::<u16>);
        return port.is_ok() && address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    port.parse::<u16>().is_ok() && host.len() <= 253 && host.trim_end_matches('.').split('.').all(label)
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
        Input::Items => items::shown(canonical, language),
        _ => canonical.to_owned(),
    }
}

/// The canonical text as a form holds it, so that [`read`] gives it back.
pub fn typed(column: &Column, canonical: &str, language: Language) -> String {
    match column.input {
        Input::Flag | Input::Choice(_) | Input::Day | Input::LastDay | Input::Items => canonical.to_owned(),
        Input::Line
        | Input::Shared
        | Input::Paragraph
        | Input::Mac
        | Input::Span
        | Input::Count(..)
        | Input::Path
        | Input::Address
        | Input::Email
        | Input::Row(_) => shown(column, canonical, language),
    }
}

/// The day that a cell holds.
pub fn day(column: &Column, canonical: &str) -> Option<NaiveDate> {
    match column.input {
        Input::Day | Input::LastDay => canonical.parse().ok(),
        _ => None,
    }
}

/// The canonical text as the field of a stored row.
pub fn to_json(column: &Column, canonical: &str) -> Value {
    match column.input {
        Input::Flag => Value::Bool(canonical == "true"),
        Input::LastDay => {
            let end = canonical.parse::<NaiveDate>().ok().map(japan::end_of);
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
            text.parse::<Instant>().ok().map(japan::last_day_before).map_or_else(String::new, |day| day.to_string())
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
        for typed in [
            "2026-11-23",
            "2026/11/23",
            "2026年11月23日",
            "２０２６／１１／２３",
            " 2026/11/23 ",
            "令和8年11月23日",
            "R8.11.23",
            "2026/11/23(月)",
        ] {
            assert_eq!(read(ends, typed).unwrap(), "2026-11-23", "{typed}");
            assert_eq!(read(column("people", "starts"), typed).unwrap(), "2026-11-23", "{typed}");
        }
        assert_eq!(read(ends, "2027/4/1").unwrap(), "2027-04-01");
        for bad in ["2026-02-30", "11/23", "23/11/2026", "46349", "平成38年11月23日", "2026--11", "+2026/1/1"] {
            let error = read(ends, bad).unwrap_err();
            assert!(matches!(error, CellError::NotDate(_)) && error.text(Language::Japanese).contains(bad), "{bad}");
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
        for good in
            ["/srv/backup", "D:\\backup", "\\\\nas\\backup", "s3:kenshin-backup", "https://storage.example.jp/kenshin"]
        {
            assert!(read(column("backups", "location"), good).is_ok(), "{good}");
        }
        for bad in ["backup", "D:backup", "~/backup", "s3:", "https://hanako:secret@storage.example.jp/x"] {
            assert_eq!(read(column("backups", "location"), bad), Err(CellError::NotPath), "{bad}");
        }
        assert_eq!(read(column("accounts", "owner"), "a\u{0}b"), Err(CellError::Control));
        assert_eq!(read(column("accounts", "owner"), &"薬".repeat(501)), Err(CellError::TooLong));
    }

    #[test]
    fn addresses_are_hosts_networks_and_urls() {
        let address = column("endpoints", "address");
        for (typed, wanted) in [
            ("ｎｔｐ.example.jp", "ntp.example.jp"),
            ("https://portal.example.jp:8443/a?b=c", "https://portal.example.jp:8443/a?b=c"),
            ("192.168.10.0/24", "192.168.10.0/24"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:443", "[2001:db8::1]:443"),
            ("sftp://sv-1", "sftp://sv-1"),
            ("健診.example.jp:22", "健診.example.jp:22"),
        ] {
            assert_eq!(read(address, typed).as_deref(), Ok(wanted), "{typed}");
        }
        for bad in [
            "https://",
            "https://user:secret@example.jp/",
            "192.168.10.0/33",
            "a b",
            "host:99999",
            "https://a/<script>",
            "-x",
            "://a",
            "a..b",
            "[::1",
        ] {
            assert_eq!(read(address, bad), Err(CellError::NotAddress), "{bad}");
        }
    }
}
