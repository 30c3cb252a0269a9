//! Whether a failure has outlasted its rule's grace. Pure.

use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::rule::Grace;
use tenken_model::{Instant, Span};

use super::step::Allowance;
use crate::store::Failing;

/// What is left of a grace for what fails since then, on a host that has been awake for that long by now.
pub(super) fn allowance(
    grace: Grace,
    failing: Failing,
    awake: Span,
    calendar: &WorkingCalendar,
    now: Instant,
) -> Allowance {
    let over = match grace {
        Grace::Elapsed(_) | Grace::BusinessDays(_) => ends(grace, failing.since, calendar).is_none_or(|end| now >= end),
        Grace::Awake(span) => awake.millis().saturating_sub(failing.awake.millis()) >= span.millis(),
    };
    if over { Allowance::Over } else { Allowance::Running }
}

/// When a grace ends that began at an instant; absent where it depends on when the host is awake.
///
/// In years whose holidays are not known each day counts: early is better than never.
fn ends(grace: Grace, began: Instant, calendar: &WorkingCalendar) -> Option<Instant> {
    match grace {
        Grace::Elapsed(span) => Some(span.after(began)),
        Grace::Awake(_) => None,
        Grace::BusinessDays(days) => {
            let last = calendar.add_business_days(japan::date_of(began), i32::from(days));
            let close = last.and_then(|last| calendar.end_of_business_day(last));
            Some(close.unwrap_or_else(|| Span::from_days(i64::from(days)).after(began)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn left(grace: Grace, since: &str, awake: i64, now: &str) -> Allowance {
        let failing = Failing { since: at(since), awake: Span::from_secs(1_000) };
        let awake = Span::from_secs(1_000 + awake);
        allowance(grace, failing, awake, &WorkingCalendar::default(), at(now))
    }

    #[test]
    fn elapsed_time_runs_day_and_night() {
        let grace = Grace::Elapsed(Span::from_secs(900));
        assert_eq!(left(grace, "2026-12-31T15:00:00Z", 0, "2026-12-31T15:14:59Z"), Allowance::Running);
        assert_eq!(left(grace, "2026-12-31T15:00:00Z", 0, "2026-12-31T15:15:00Z"), Allowance::Over);
        assert_eq!(left(Grace::NONE, "2026-12-31T15:00:00Z", 0, "2026-12-31T15:00:00Z"), Allowance::Over);
    }

    #[test]
    fn a_host_that_is_off_uses_up_no_awake_time() {
        let grace = Grace::Awake(Span::from_secs(4 * 3_600));
        let friday = "2026-12-25T09:00:00Z";
        for (awake, now, left_now) in [
            (0, "2027-01-04T00:00:00Z", Allowance::Running),
            (4 * 3_600 - 1, "2027-01-04T04:00:00Z", Allowance::Running),
            (4 * 3_600, "2027-01-04T04:00:01Z", Allowance::Over),
            (-5_000, "2027-01-04T04:00:01Z", Allowance::Running),
        ] {
            assert_eq!(left(grace, friday, awake, now), left_now, "{awake} {now}");
        }
    }

    #[test]
    fn business_days_skip_weekends_holidays_and_the_new_year() {
        let grace = Grace::BusinessDays(2);
        for (since, end, why) in [
            ("2026-11-24T01:00:00Z", "2026-11-26T09:00:00Z", "a Tuesday"),
            ("2026-11-20T09:30:00Z", "2026-11-25T09:00:00Z", "a Friday before a holiday, after hours"),
            ("2026-11-21T01:00:00Z", "2026-11-25T09:00:00Z", "a Saturday before a holiday"),
            ("2026-12-28T01:00:00Z", "2027-01-05T09:00:00Z", "the last day of the year"),
            ("2200-01-01T00:00:00Z", "2200-01-03T00:00:00Z", "a year of which no holidays are known"),
        ] {
            assert_eq!(ends(grace, at(since), &WorkingCalendar::default()), Some(at(end)), "{why}");
            let before = Span::from_millis(-1).after(at(end)).to_rfc3339();
            assert_eq!(left(grace, since, 0, &before), Allowance::Running, "{why}");
            assert_eq!(left(grace, since, 0, end), Allowance::Over, "{why}");
        }
    }
}
