//! Values as people read them.

use chrono::{FixedOffset, TimeZone as _};
use tenken_model::schema::Value;
use tenken_model::{Instant, Language, Span};

/// A value in a sentence.
pub fn value(value: &Value, language: Language) -> String {
    match value {
        Value::Bool(true) => language.word_yes(),
        Value::Bool(false) => language.word_no(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Span(span) => self::span(*span, language),
        Value::Size(size) => size.to_string(),
        Value::Time(at) => time(*at),
        Value::List(elements) if elements.is_empty() => language.word_none(),
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

/// A length of time in its two largest units, below a minute in seconds: `2日4時間`, `15分`, `2.5秒`, `250ミリ秒`.
pub fn span(span: Span, language: Language) -> String {
    let sign = if span.millis() < 0 { "-" } else { "" };
    let millis = span.millis().unsigned_abs();
    let (seconds, fraction) = (millis / 1_000, millis % 1_000);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let second = |seconds: u64| language.span_seconds(&seconds.to_string());
    let parts = match () {
        () if days > 0 => [Some(language.span_days(days)), part(hours % 24, |count| language.span_hours(count))],
        () if hours > 0 => [Some(language.span_hours(hours)), part(minutes % 60, |count| language.span_minutes(count))],
        () if minutes > 0 => [Some(language.span_minutes(minutes)), part(seconds % 60, second)],
        () if seconds > 0 && fraction > 0 => {
            let shown = format!("{seconds}.{fraction:03}");
            [Some(language.span_seconds(shown.trim_end_matches('0'))), None]
        }
        () if fraction > 0 => [Some(language.span_millis(fraction)), None],
        () => [Some(second(seconds)), None],
    };
    let shown: String = parts.into_iter().flatten().collect();
    format!("{sign}{shown}")
}

fn part(count: u64, shown: impl Fn(u64) -> String) -> Option<String> {
    (count > 0).then(|| shown(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_shown_in_words_of_the_language() {
        for (millis, ja, en) in [
            (0, "0秒", "0s"),
            (250, "250ミリ秒", "250ms"),
            (2_001, "2.001秒", "2.001s"),
            (-2_500, "-2.5秒", "-2.5s"),
            (900_000, "15分", "15m"),
            (5_430_000, "1時間30分", "1h30m"),
            (90_000, "1分30秒", "1m30s"),
            (604_800_000, "7日", "7d"),
            (i64::MIN, "-106751991167日7時間", "-106751991167d7h"),
        ] {
            let span = Span::from_millis(millis);
            assert_eq!(self::span(span, Language::Japanese), ja);
            assert_eq!(self::span(span, Language::English), en);
        }
        assert_eq!(value(&Value::List(Vec::new()), Language::English), "none");
    }
}
