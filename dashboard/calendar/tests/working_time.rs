//! Days, working time and business days of a calendar, by example and by what holds for every calendar.

#![expect(clippy::unwrap_used, reason = "what a test needs besides its own functions may fail it")]

use chrono::{Datelike as _, Days, NaiveDate};
use proptest::prelude::*;
use tenken_calendar::{
    ClosedDay, Closing, Day, Definition, HolidayName, Hours, OpenDay, PublicHolidays, Week, WorkingCalendar, YearEnd,
};
use tenken_model::{Instant, Language, Span};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A time in Japan, such as `2026-11-26 17:30`.
fn at(text: &str) -> Instant {
    chrono::DateTime::parse_from_str(&format!("{text} +0900"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

fn hours(count: i64) -> Span {
    Span::from_secs(count * 3_600)
}

fn own_days() -> WorkingCalendar {
    let closed = |date, name: &str| ClosedDay { date: day(date), name: name.to_owned() };
    WorkingCalendar::new(Definition {
        extra_closed: vec![closed("2027-08-16", "夏季休業"), closed("2027-08-13", "夏季休業")],
        extra_open: vec![OpenDay {
            date: day("2027-05-03"),
            name: "連休中の健診".to_owned(),
            hours: Hours::new(480, 720).unwrap(),
        }],
        ..Definition::default()
    })
    .unwrap()
}

fn never_open() -> WorkingCalendar {
    WorkingCalendar::new(Definition { week: Week::CLOSED, ..Definition::default() }).unwrap()
}

fn open_on(week: Week, public_holidays: PublicHolidays, year_end: Option<YearEnd>) -> WorkingCalendar {
    WorkingCalendar::new(Definition { week, public_holidays, year_end, ..Definition::default() }).unwrap()
}

#[test]
fn a_day_is_open_or_says_why_not() {
    let calendar = own_days();
    for (date, expected) in [
        ("2026-11-26", Day::Open(Hours::OFFICE)),
        ("2026-11-28", Day::Closed(Closing::Weekly)),
        ("2026-11-23", Day::Closed(Closing::Holiday(HolidayName::LabourThanksgiving))),
        ("2026-12-28", Day::Open(Hours::OFFICE)),
        ("2026-12-29", Day::Closed(Closing::YearEnd)),
        ("2027-01-01", Day::Closed(Closing::Holiday(HolidayName::NewYear))),
        ("2027-01-03", Day::Closed(Closing::YearEnd)),
        ("2027-01-04", Day::Open(Hours::OFFICE)),
        ("2027-08-13", Day::Closed(Closing::Own("夏季休業"))),
        ("2027-08-14", Day::Closed(Closing::Weekly)),
        ("2027-05-03", Day::Open(Hours::new(480, 720).unwrap())),
        ("2015-12-25", Day::Closed(Closing::YearUnknown)),
        ("2100-01-04", Day::Closed(Closing::YearUnknown)),
    ] {
        assert_eq!(calendar.day(day(date)), expected, "{date}");
    }
    assert_eq!(Closing::YearEnd.text(Language::Japanese), "年末年始休業");
    assert_eq!(Closing::Own("夏季休業").text(Language::English), "夏季休業");
}

#[test]
fn an_agency_may_work_on_holidays_and_over_the_new_year() {
    let calendar = open_on(Week::OFFICE, PublicHolidays::Open, None);
    assert_eq!(calendar.day(day("2026-11-23")), Day::Open(Hours::OFFICE));
    assert_eq!(calendar.day(day("2027-01-01")), Day::Open(Hours::OFFICE));
    assert_eq!(calendar.day(day("2027-01-02")), Day::Closed(Closing::Weekly));
    let closed = open_on(Week::OFFICE, PublicHolidays::Open, Some(YearEnd { from_december: 30, until_january: 1 }));
    assert_eq!(closed.day(day("2027-01-01")), Day::Closed(Closing::YearEnd));
    assert_eq!(closed.day(day("2026-12-29")), Day::Open(Hours::OFFICE));
}

#[test]
fn the_closing_minute_is_closed() {
    let calendar = WorkingCalendar::default();
    for (instant, open) in [
        ("2026-11-26 08:59", false),
        ("2026-11-26 09:00", true),
        ("2026-11-26 17:59", true),
        ("2026-11-26 18:00", false),
        ("2026-11-28 12:00", false),
    ] {
        assert_eq!(calendar.is_open(at(instant)), open, "{instant}");
    }
    assert!(!calendar.is_open(Instant::MIN_UTC) && !calendar.is_open(Instant::MAX_UTC));
}

#[test]
fn a_new_year_holiday_is_no_working_time() {
    let calendar = WorkingCalendar::default();
    for (from, to, expected) in [
        ("2026-12-28 17:00", "2027-01-04 10:00", hours(2)),
        ("2026-11-26 09:00", "2026-11-26 18:00", hours(9)),
        ("2026-11-26 00:00", "2026-11-27 00:00", hours(9)),
        ("2026-11-20 18:00", "2026-11-24 09:00", Span::ZERO),
        ("2026-11-26 12:00", "2026-11-26 12:00", Span::ZERO),
        ("2026-11-27 12:00", "2026-11-26 12:00", Span::ZERO),
    ] {
        assert_eq!(calendar.working_time_between(at(from), at(to)), expected, "{from} {to}");
    }
    for (start, time, expected) in [
        ("2026-12-28 17:00", hours(2), "2027-01-04 10:00"),
        ("2026-11-26 09:00", hours(9), "2026-11-26 18:00"),
        ("2026-11-26 18:00", hours(1), "2026-11-27 10:00"),
        ("2026-11-28 03:00", hours(9), "2026-11-30 18:00"),
        ("2026-11-28 03:00", Span::ZERO, "2026-11-28 03:00"),
        ("2026-11-28 03:00", hours(-5), "2026-11-28 03:00"),
    ] {
        assert_eq!(calendar.after_working_time(at(start), time), Some(at(expected)), "{start} {time}");
    }
}

#[test]
fn business_days_are_counted_past_holidays() {
    let calendar = WorkingCalendar::default();
    for (date, days, expected) in [
        ("2026-12-28", 1, "2027-01-04"),
        ("2027-01-04", -1, "2026-12-28"),
        ("2026-11-20", 2, "2026-11-25"),
        ("2026-11-22", 0, "2026-11-22"),
        ("2026-11-22", 1, "2026-11-24"),
        ("2026-11-22", -1, "2026-11-20"),
    ] {
        assert_eq!(calendar.add_business_days(day(date), days), Some(day(expected)), "{date} {days}");
    }
    assert_eq!(calendar.business_days_between(day("2026-12-28"), day("2027-01-04")), 1);
    assert_eq!(calendar.business_days_between(day("2027-01-04"), day("2026-12-28")), -1);
    // 261 weekdays, less 17 holidays on weekdays, 2 January and three days from 29 December.
    assert_eq!(calendar.business_days_between(day("2026-01-01"), day("2026-12-31")), 240);
    assert_eq!(calendar.business_day_from(day("2026-11-21")), Some(day("2026-11-24")));
    assert_eq!(calendar.business_day_from(day("2026-11-24")), Some(day("2026-11-24")));
    assert_eq!(calendar.end_of_business_day(day("2026-11-24")), Some(at("2026-11-24 18:00")));
    assert_eq!(calendar.end_of_business_day(day("2026-11-23")), None);
}

#[test]
fn what_is_never_open_is_never_reached() {
    let never = never_open();
    let start = at("2026-11-26 12:00");
    assert_eq!(never.after_working_time(start, Span::from_millis(1)), None);
    assert_eq!(never.after_working_time(start, Span::from_millis(i64::MIN)), Some(start));
    assert_eq!(never.add_business_days(day("2026-11-26"), 1), None);
    assert_eq!(never.add_business_days(day("2026-11-26"), i32::MIN), None);
    assert_eq!(never.business_day_from(day("2026-11-26")), None);
    assert_eq!(never.working_time_between(Instant::MIN_UTC, Instant::MAX_UTC), Span::ZERO);
    assert_eq!(never.business_days_between(NaiveDate::MIN, NaiveDate::MAX), 0);
}

#[test]
fn nothing_is_guessed_outside_the_known_years() {
    let calendar = WorkingCalendar::default();
    for start in [Instant::MIN_UTC, at("2015-12-31 12:00"), at("2100-01-04 12:00"), Instant::MAX_UTC] {
        assert_eq!(calendar.after_working_time(start, hours(1)), None);
    }
    assert_eq!(calendar.after_working_time(at("2026-11-26 12:00"), Span::from_millis(i64::MAX)), None);
    for (date, days) in [
        (NaiveDate::MIN, 1),
        (NaiveDate::MIN, -1),
        (NaiveDate::MAX, 1),
        (NaiveDate::MAX, -1),
        (day("2099-12-28"), 1),
        (day("2016-01-04"), -1),
        (day("2026-11-26"), i32::MAX),
        (day("2026-11-26"), i32::MIN),
    ] {
        assert_eq!(calendar.add_business_days(date, days), None, "{date} {days}");
    }
    let all = calendar.working_time_between(Instant::MIN_UTC, Instant::MAX_UTC);
    assert_eq!(all, calendar.working_time_between(at("2016-01-01 00:00"), at("2100-01-01 00:00")));
    let days = calendar.business_days_between(NaiveDate::MIN, NaiveDate::MAX);
    assert_eq!(all, hours(i64::from(days) * 9));
}

#[test]
fn what_is_stored_is_read_back_and_checked() {
    let stored = serde_json::to_string(&own_days()).unwrap();
    assert_eq!(serde_json::from_str::<WorkingCalendar>(&stored).unwrap(), own_days());
    let written = r#"{"week":{},"public_holidays":"closed","year_end":{"from_december":29,"until_january":3}}"#;
    assert_eq!(serde_json::from_str::<WorkingCalendar>(written).unwrap(), never_open());
    for bad in [
        "{}",
        r#"{"week":{}}"#,
        r#"{"week":{},"public_holidays":"closed","holidays":[]}"#,
        r#"{"week":{},"public_holidays":true}"#,
        r#"{"week":{},"public_holidays":"open","year_end":{"from_december":32,"until_january":3}}"#,
        r#"{"week":{},"public_holidays":"open","extra_closed":[{"date":"2027-02-29","name":"休業"}]}"#,
        r#"{"week":{},"public_holidays":"open","extra_closed":[{"date":"2027-02-28","name":""}]}"#,
    ] {
        assert!(serde_json::from_str::<WorkingCalendar>(bad).is_err(), "{bad}");
    }
}

fn any_hours() -> impl Strategy<Value = Hours> {
    (0_u16..1_440)
        .prop_flat_map(|opens| (Just(opens), opens + 1..=1_440))
        .prop_map(|(opens, closes)| Hours::new(opens, closes).unwrap())
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..31_000).prop_map(|days| day("2016-01-01") + Days::new(days.min(30_680)))
}

prop_compose! {
    /// Any calendar, some with no open day of the week.
    fn any_calendar()(
        week in proptest::array::uniform7(proptest::option::of(any_hours())),
        holidays_open in any::<bool>(),
        year_end in proptest::option::of((1_u8..=31, 1_u8..=31)),
        closed in proptest::collection::btree_set(any_date(), 0..20),
        open in proptest::collection::btree_map(any_date(), any_hours(), 0..20),
    ) -> WorkingCalendar {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = week;
        let name = || "臨時".to_owned();
        WorkingCalendar::new(Definition {
            week: Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday },
            public_holidays: if holidays_open { PublicHolidays::Open } else { PublicHolidays::Closed },
            year_end: year_end.map(|(from_december, until_january)| YearEnd { from_december, until_january }),
            extra_closed: closed.iter().filter(|date| !open.contains_key(date))
                .map(|date| ClosedDay { date: *date, name: name() }).collect(),
            extra_open: open.into_iter().map(|(date, hours)| OpenDay { date, name: name(), hours }).collect(),
        }).unwrap()
    }
}

/// From 2014 to 2102, most of them near each other.
fn any_instants() -> impl Strategy<Value = [Instant; 3]> {
    let near = 0_i64..3 * 86_400_000;
    let far = 0_i64..4_000_000_000_000;
    let step = || prop_oneof![3 => near.clone(), 1 => far.clone()];
    (1_388_534_400_000_i64..4_165_000_000_000, step(), step()).prop_map(|(first, second, third)| {
        [first, first + second, first + second + third].map(|at| Instant::from_timestamp_millis(at).unwrap())
    })
}

fn is_known(instant: Instant) -> bool {
    (2016..=2099).contains(&tenken_calendar::japan::date_of(instant).year())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn working_time_adds_up_over_a_split(calendar in any_calendar(), [a, b, c] in any_instants()) {
        let between = |from, to| calendar.working_time_between(from, to).millis();
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
        prop_assert!(between(a, b) <= between(a, c));
        prop_assert!((0..=Span::between(a, b).millis()).contains(&between(a, b)));
        prop_assert_eq!(calendar.working_time_between(c, a), Span::ZERO);
    }

    #[test]
    fn after_working_time_is_the_inverse(
        calendar in any_calendar(),
        [a, b, _] in any_instants(),
        more in 1_i64..900_000_000,
    ) {
        let passed = calendar.working_time_between(a, b);
        if is_known(a) {
            // The first instant at which so much had passed, so not after `b`.
            let reached = calendar.after_working_time(a, passed);
            prop_assert!(reached.is_some_and(|reached| a <= reached && reached <= b));
        }
        let time = Span::from_millis(more);
        match calendar.after_working_time(a, time) {
            Some(reached) => {
                prop_assert_eq!(calendar.working_time_between(a, reached), time);
                let before = Span::from_millis(-1).after(reached);
                prop_assert_eq!(calendar.working_time_between(a, before), Span::from_millis(more - 1));
            }
            None => prop_assert!(!is_known(a) || calendar.working_time_between(a, Instant::MAX_UTC) < time),
        }
    }

    #[test]
    fn more_working_time_is_later(
        calendar in any_calendar(),
        [a, b, _] in any_instants(),
        (less, besides) in (-10_i64..200_000_000, 0_i64..200_000_000),
    ) {
        let (less, more) = (Span::from_millis(less), Span::from_millis(less + besides));
        if let Some(later) = calendar.after_working_time(a, more) {
            prop_assert!(calendar.after_working_time(a, less).is_some_and(|sooner| sooner <= later));
        }
        let from = |start| calendar.after_working_time(start, more);
        if let (Some(from_a), Some(from_b)) = (from(a), from(b)) {
            prop_assert!(from_a <= from_b);
        }
    }

    #[test]
    fn business_days_are_added_and_counted_alike(
        calendar in any_calendar(),
        date in any_date(),
        days in -300_i32..300,
    ) {
        if let Some(reached) = calendar.add_business_days(date, days) {
            prop_assert!(days == 0 || calendar.is_business_day(reached));
            if days >= 0 || calendar.is_business_day(date) {
                prop_assert_eq!(calendar.business_days_between(date, reached), days);
            }
        }
    }

    #[test]
    fn an_instant_is_open_if_time_passes_there(calendar in any_calendar(), [a, _, _] in any_instants()) {
        let passed = calendar.working_time_between(a, Span::from_millis(1).after(a));
        prop_assert_eq!(calendar.is_open(a), passed == Span::from_millis(1));
    }
}
