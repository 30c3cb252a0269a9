//! How the agency stands, told once on each business day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_calendar::{Closing, Day, WorkingCalendar, japan};
use tenken_engine::checklist::Checklist;
use tenken_engine::item::{Declared, ItemState};
use tenken_model::{Instant, Span};

use super::{AlertSettings, attestation, hour_of};
use crate::status::Known;
use crate::store::{
    DailyNews, DueLine, DueWhat, MailBody, MailKind, NewMail, Setting, ShortList, StoreError, Thread, Transaction,
    Version,
};

/// How far ahead is looked at what falls due.
const AHEAD: Span = Span::from_days(30);
/// The most lines of each list; how many more there are is said.
const LISTED_MAX: usize = 20;
/// The most versions of the form that are looked at.
const VERSIONS_MAX: u32 = 50;

/// What was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Up to when things were told; where nothing was yet, when the dashboard was begun.
    pub at: Instant,
    /// The day in Japan of the last digest; none while there was none.
    pub day: Option<NaiveDate>,
}

impl Setting for Told {
    const NAME: &'static str = "digest_told";
}

/// The day whose digest is due: a business day of which the hour is past, and that has none yet. In a year whose
/// holidays are not known every day is one, so that no silence is taken for good news.
pub fn due(told: Told, hour: u8, calendar: &WorkingCalendar, now: Instant) -> Option<NaiveDate> {
    let today = japan::date_of(now);
    let moment = hour_of(today, hour);
    let open = match calendar.day(today) {
        Day::Open(_) | Day::Closed(Closing::YearUnknown) => true,
        Day::Closed(Closing::Own(_) | Closing::Holiday(_) | Closing::YearEnd | Closing::Weekly) => false,
    };
    (open && told.day != Some(today) && told.at < moment && moment <= now).then_some(today)
}

/// The digest that is due, and what is told with it. While one before it waits there is no other: what waits then says the
/// rest when it is sent.
pub(super) async fn due_mail(
    transaction: &mut Transaction,
    checklist: &Checklist,
    settings: AlertSettings,
    calendar: &WorkingCalendar,
    now: Instant,
) -> Result<(Option<NewMail>, Option<Told>), StoreError> {
    let Some(told) = transaction.setting::<Told>().await? else {
        return Ok((None, Some(Told { at: now, day: None })));
    };
    let Some(day) = settings.digest_hour.and_then(|hour| due(told, hour, calendar, now)) else {
        return Ok((None, None));
    };
    if transaction.mail_waits(&Thread::Digest).await? {
        return Ok((None, None));
    }
    let news = news(transaction, checklist, told.at, now).await?;
    let mail = NewMail {
        thread: Thread::Digest,
        kind: MailKind::Daily,
        round: round(day),
        body: MailBody::Daily(Box::new(news)),
        created_at: now,
        due: now,
    };
    Ok((Some(mail), Some(Told { at: now, day: Some(day) })))
}

/// A day as a number that names its digest: 20261124.
fn round(day: NaiveDate) -> u64 {
    day.format("%Y%m%d").to_string().parse().unwrap_or_default()
}

/// How the agency stands, and what changed since the last digest.
pub async fn news(
    transaction: &mut Transaction,
    checklist: &Checklist,
    since: Instant,
    now: Instant,
) -> Result<DailyNews, StoreError> {
    let known = Known::read(transaction, now).await?;
    let statuses = known.statuses(checklist);
    let count = |state| statuses.values().filter(|status| status.state == state).count();
    let states = ItemState::ALL.iter().map(|state| (*state, count(*state))).filter(|(_, count)| *count > 0).collect();
    let versions = transaction.versions(VERSIONS_MAX).await?;
    let is_new = |version: &&Version| since < version.kept.accepted_at && version.kept.accepted_at <= now;
    let mut due = attestations_due(transaction, checklist, now).await?;
    due.extend(plans_due(&known, checklist));
    due.sort_by(|a, b| (a.on, &a.item).cmp(&(b.on, &b.item)));
    let silent = known.hosts.iter().filter(|host| host.silent_since.is_some()).map(|host| host.name.clone());
    Ok(DailyNews {
        since,
        at: now,
        states,
        drifting: transaction.open_drifts().await?.len(),
        opened: listed(transaction.drifts_opened(since, now).await?),
        resolved: listed(transaction.drifts_resolved(since, now).await?),
        versions: versions.iter().filter(is_new).map(|version| version.id).rev().collect(),
        due: listed(due),
        silent: listed(silent.collect()),
        audit: transaction.audit_head().await?,
    })
}

/// The statements that lapse soon, or of which a part does.
async fn attestations_due(
    transaction: &mut Transaction,
    checklist: &Checklist,
    now: Instant,
) -> Result<Vec<DueLine>, StoreError> {
    let lapses = attestation::lapses(transaction, checklist, |_| now).await?;
    Ok(lapses.into_iter().filter(|(until, _)| is_soon(*until, now)).map(|(_, line)| line).collect())
}

/// The announced times that end soon.
fn plans_due(known: &Known, checklist: &Checklist) -> Vec<DueLine> {
    let planned = checklist.items().filter_map(|item| match known.declared.get(&item.id)? {
        Declared::Planned { due: Some(due) } if is_soon(*due, known.now) => {
            Some(DueLine { item: item.id.clone(), what: DueWhat::Plan, on: japan::last_day_before(*due) })
        }
        Declared::Planned { .. } | Declared::Done => None,
    });
    planned.collect()
}

fn is_soon(due: Instant, now: Instant) -> bool {
    now < due && due <= AHEAD.after(now)
}

/// A list as a mail holds it: how much was left out is counted.
fn listed<T>(lines: Vec<T>) -> ShortList<T> {
    ShortList::cut(lines, LISTED_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_digest_is_due_once_on_each_business_day_after_its_hour() {
        let calendar = WorkingCalendar::default();
        let begun = Told { at: at("2026-11-19T22:00:00Z"), day: None };
        let day = |told, hour, now: &str| due(told, hour, &calendar, at(now)).map(|day| day.to_string());
        assert_eq!(day(begun, 9, "2026-11-19T23:59:59Z"), None, "Friday, before nine");
        assert_eq!(day(begun, 9, "2026-11-20T00:00:00Z").as_deref(), Some("2026-11-20"));
        assert_eq!(day(begun, 9, "2026-11-20T14:59:59Z").as_deref(), Some("2026-11-20"), "after a restart at night");
        let told = Told { at: at("2026-11-20T00:00:01Z"), day: NaiveDate::from_ymd_opt(2026, 11, 20) };
        assert_eq!(day(told, 9, "2026-11-20T00:01:00Z"), None, "it was told");
        assert_eq!(day(told, 15, "2026-11-20T06:00:00Z"), None, "another hour is for the next day");
        for closed in ["2026-11-21T03:00:00Z", "2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"] {
            assert_eq!(day(told, 9, closed), None, "a weekend and a holiday");
        }
        assert_eq!(day(told, 9, "2026-11-24T00:00:00Z").as_deref(), Some("2026-11-24"));
        assert_eq!(day(told, 0, "2026-11-23T15:00:00Z").as_deref(), Some("2026-11-24"), "at midnight");
        assert!(day(told, 9, "2201-01-05T03:00:00Z").is_some(), "no holiday is known");
    }

    #[test]
    fn who_begins_in_the_afternoon_has_the_first_digest_the_next_morning() {
        let calendar = WorkingCalendar::default();
        let begun = Told { at: at("2026-11-25T05:00:00Z"), day: None };
        assert_eq!(due(begun, 9, &calendar, at("2026-11-25T09:00:00Z")), None);
        assert!(due(begun, 9, &calendar, at("2026-11-26T00:00:00Z")).is_some());
    }

    #[test]
    fn lists_are_cut_and_say_so() {
        assert_eq!(listed(vec![1, 2]), ShortList { lines: vec![1, 2], left: 0 });
        let long = listed((0..25).collect());
        assert_eq!((long.lines.len(), long.left), (LISTED_MAX, 5));
    }

    #[test]
    fn each_day_has_a_number_of_its_own() {
        assert_eq!(round(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()), 20_260_105);
    }
}
