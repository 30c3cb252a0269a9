//! Until when each kind of task is in time, in the agency's working calendar.
//!
//! The guideline sets no numbers but 速やかに; these are Tenken's own, the same for every agency.

use chrono::NaiveDate;
use tenken_calendar::{WorkingCalendar, japan};
use tenken_model::Instant;

use crate::log_review::Month;

/// How many days before its day something to come is shown.
pub(super) const NEAR_DAYS: i64 = 30;
/// Business days within which a decision is made, or a silent host is looked for.
const DECIDE: i32 = 2;
/// Business days within which the home page is updated.
const PUBLISH: i32 = 1;
/// Business days within which a failure is repaired.
const REPAIR: i32 = 5;
/// Business days within which the log of maintenance is reviewed where no rule says it.
pub(super) const REVIEW: i32 = 3;
/// Business days after a month within which its logs are reviewed and signed.
const LOGS: i32 = 5;
/// Business days within which a contradicted answer is repaired, waived or changed.
const SETTLE: i32 = 10;

/// Deadlines in a working calendar.
pub(super) struct Deadlines<'a> {
    pub(super) calendar: &'a WorkingCalendar,
    pub(super) now: Instant,
}

impl Deadlines<'_> {
    pub(super) fn today(&self) -> NaiveDate {
        japan::date_of(self.now)
    }

    pub(super) fn is_near(&self, day: NaiveDate) -> bool {
        day.signed_duration_since(self.today()).num_days() <= NEAR_DAYS
    }

    pub(super) fn decide(&self, since: Instant) -> NaiveDate {
        self.after(since, DECIDE)
    }

    pub(super) fn publish(&self, since: Instant) -> NaiveDate {
        self.after(since, PUBLISH)
    }

    pub(super) fn repair(&self, since: Instant) -> NaiveDate {
        self.after(since, REPAIR)
    }

    pub(super) fn review(&self, worked_on: NaiveDate, days: i32) -> NaiveDate {
        self.calendar.add_business_days(worked_on, days).unwrap_or(worked_on)
    }

    /// So many business days after the end of a month.
    pub(super) fn logs(&self, month: Month) -> NaiveDate {
        self.calendar.add_business_days(month.last(), LOGS).unwrap_or_else(|| month.last())
    }

    pub(super) fn settle(&self, since: Instant) -> NaiveDate {
        self.after(since, SETTLE)
    }

    /// So many business days later; a calendar without any business day gives the day itself.
    fn after(&self, since: Instant, days: i32) -> NaiveDate {
        let day = japan::date_of(since);
        self.calendar.add_business_days(day, days).unwrap_or(day)
    }
}
