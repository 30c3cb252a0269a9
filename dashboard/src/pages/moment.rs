//! Times as people in Japan read them.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Datelike as _, FixedOffset, SecondsFormat, TimeDelta, Timelike as _};
use tenken_model::{Instant, Language, Span};

/// Japan's time zone is nine hours ahead and knows no summer time.
const JAPAN_SECONDS: i32 = 9 * 60 * 60;
/// Older times are shown as dates: “73 days ago” tells nobody when it was.
const AGO_DAYS_MAX: i64 = 14;

/// A time on a page.
#[derive(Debug, Template)]
#[template(path = "moment.html")]
pub struct Moment {
    machine: String,
    absolute: String,
    shown: String,
}

impl HtmlSafe for Moment {}

impl Moment {
    /// The time itself.
    pub fn at(language: Language, at: Instant) -> Self {
        let absolute = absolute(language, at);
        Self { machine: machine(at), shown: absolute.clone(), absolute }
    }

    /// How long ago it was at `now`.
    pub fn ago(language: Language, at: Instant, now: Instant) -> Self {
        Self { machine: machine(at), shown: ago(language, at, now), absolute: absolute(language, at) }
    }

    /// The day.
    pub fn on(language: Language, at: Instant) -> Self {
        Self { machine: machine(at), shown: day(language, at), absolute: absolute(language, at) }
    }
}

fn in_japan(at: Instant) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(JAPAN_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc));
    at.with_timezone(&zone)
}

fn machine(at: Instant) -> String {
    in_japan(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The time in Japan to the minute.
pub fn absolute(language: Language, at: Instant) -> String {
    let at = in_japan(at);
    language.moment(at.year(), at.month(), at.day(), at.hour(), at.minute())
}

/// The day in Japan.
pub fn day(language: Language, at: Instant) -> String {
    let at = in_japan(at);
    language.day(at.year(), at.month(), at.day())
}

/// The last day in Japan on which something holds that ends at a time.
pub fn last_day(language: Language, end: Instant) -> String {
    day(language, Span::from_millis(-1).after(end))
}

/// The day in Japan, without its year: `11/25`.
pub fn day_of_month(language: Language, at: Instant) -> String {
    let at = in_japan(at);
    language.day_of_month(at.month(), at.day())
}

/// A day of the calendar.
pub fn date(language: Language, day: chrono::NaiveDate) -> String {
    language.day(day.year(), day.month(), day.day())
}

/// The day in Japan, as tables show it.
fn short_day(language: Language, at: Instant) -> String {
    let at = in_japan(at);
    language.short_day(at.year(), at.month(), at.day())
}

/// How long ago it was; the day if that was long ago, the time itself if it is yet to come.
pub fn ago(language: Language, at: Instant, now: Instant) -> String {
    let passed = now - at;
    if passed < -TimeDelta::minutes(1) {
        return absolute(language, at);
    }
    if passed > TimeDelta::days(AGO_DAYS_MAX) {
        return short_day(language, at);
    }
    match (passed.num_minutes(), passed.num_hours(), passed.num_days()) {
        (..1, ..) => language.ago_now(),
        (minutes @ ..60, ..) => language.ago_minutes(minutes),
        (_, hours @ ..24, _) => language.ago_hours(hours),
        (.., days) => language.ago_days(days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_those_of_japan() {
        let end_of_year = at("2026-12-31T15:04:59Z");
        assert_eq!(absolute(Language::Japanese, end_of_year), "2027/1/1 0:04");
        assert_eq!(absolute(Language::English, end_of_year), "2027-01-01 00:04");
        assert_eq!(day(Language::Japanese, end_of_year), "2027年1月1日");
        let shown = Moment::ago(Language::Japanese, end_of_year, at("2026-12-31T15:10:00Z")).render().unwrap();
        assert_eq!(shown, r#"<time datetime="2027-01-01T00:04:59+09:00" title="2027/1/1 0:04">5分前</time>"#);
    }

    #[test]
    fn long_ago_and_yet_to_come_are_shown_as_they_are() {
        let now = at("2026-11-24T03:00:00Z");
        let cases = [
            ("2026-11-24T02:59:01Z", "たった今"),
            ("2026-11-24T03:00:30Z", "たった今"),
            ("2026-11-24T02:01:00Z", "59分前"),
            ("2026-11-24T02:00:00Z", "1時間前"),
            ("2026-11-23T03:00:00Z", "1日前"),
            ("2026-11-01T03:00:00Z", "2026/11/1"),
            ("2026-11-25T03:00:00Z", "2026/11/25 12:00"),
        ];
        for (then, shown) in cases {
            assert_eq!(ago(Language::Japanese, at(then), now), shown);
        }
    }
}
