//! Values as people read them.

use chrono::{FixedOffset, TimeZone as _};
use tenken_model::schema::Value;
use tenken_model::{Instant, Language};

/// A value in a sentence.
pub fn value(value: &Value, language: Language) -> String {
    match value {
        Value::Bool(true) => language.word_yes(),
        Value::Bool(false) => language.word_no(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Span(span) => span.to_string(),
        Value::Size(size) => size.to_string(),
        Value::Time(at) => time(*at),
        Value::List(elements) => {
            let shown: Vec<String> = elements.iter().map(|element| self::value(element, language)).collect();
            shown.join(", ")
        }
        Value::Record(_) => "{…}".to_owned(),
        Value::Optional(Some(inner)) => self::value(inner, language),
        Value::Optional(None) => language.word_none(),
        Value::Unknown(_) => language.word_unknown(),
    }
}

/// An instant in Japan's time, to the minute.
pub fn time(at: Instant) -> String {
    match FixedOffset::east_opt(9 * 3_600) {
        Some(japan) => japan.from_utc_datetime(&at.naive_utc()).format("%Y-%m-%d %H:%M JST").to_string(),
        None => at.to_rfc3339(),
    }
}
