//! Statements that lapse, and parts of them: people are told a month and a week before, and on the day after.

use chrono::Days;
use tenken_calendar::japan;
use tenken_engine::checklist::{AttestedPart, Checklist};
use tenken_model::Instant;

use super::hour_of;
use crate::attest::{Standing, standing};
use crate::store::{AttestationNews, DueLine, DueWhat, MailBody, MailKind, NewMail, StoreError, Thread, Transaction};

/// The hour in Japan at which people are told.
const HOUR: u8 = 9;
/// How many days before the last day people are told first.
const MONTH_DAYS: u64 = 30;
/// How many days before the last day people are told again.
const WEEK_DAYS: u64 = 7;

/// What people are to be told by now of a statement, or of a part of it, that was made then and holds until then: of what has
/// become due, the last. What became due before it was stated is not told: who states something for a week knows.
pub fn due(part: AttestedPart, attested_at: Instant, until: Instant, now: Instant) -> Option<MailKind> {
    let last = japan::last_day_before(until);
    let before = |days| last.checked_sub_days(Days::new(days));
    let in_force = now < until;
    let (lapsed, in_week, in_month) = match part {
        AttestedPart::Whole => (MailKind::Lapsed, MailKind::LapsesInWeek, MailKind::LapsesInMonth),
        AttestedPart::Elsewhere => (MailKind::PartLapsed, MailKind::PartLapsesInWeek, MailKind::PartLapsesInMonth),
    };
    let stages = [
        (lapsed, last.succ_opt(), !in_force),
        (in_week, before(WEEK_DAYS), in_force),
        (in_month, before(MONTH_DAYS), in_force),
    ];
    let reached = stages.into_iter().find_map(|(kind, day, applies)| {
        let moment = hour_of(day?, HOUR);
        (applies && moment <= now).then_some((kind, moment))
    });
    reached.filter(|(_, moment)| attested_at < *moment).map(|(kind, _)| kind)
}

/// The mails about statements that are due by now, written or not.
pub(super) async fn due_mails(
    transaction: &mut Transaction,
    checklist: &Checklist,
    now: Instant,
) -> Result<Vec<NewMail>, StoreError> {
    let standing = standing(transaction, checklist).await?;
    Ok(standing.iter().flat_map(|one| mails(one, now)).collect())
}

/// What of the statements lapses next after an instant of each, as the lists of what falls due tell it.
pub(super) async fn lapses(
    transaction: &mut Transaction,
    checklist: &Checklist,
    after: impl Fn(&Standing) -> Instant,
) -> Result<Vec<(Instant, DueLine)>, StoreError> {
    let standing = standing(transaction, checklist).await?.into_iter();
    let line = |one: Standing| {
        let (part, until) = one.holding.next_lapse(after(&one))?;
        let what = match part {
            AttestedPart::Whole => DueWhat::Attestation,
            AttestedPart::Elsewhere => DueWhat::AttestationPart,
        };
        Some((until, DueLine { item: one.attestation.stated.item, what, on: japan::last_day_before(until) }))
    };
    Ok(standing.filter_map(line).collect())
}

/// The mails about a statement and about the part of it that lapses before it. Once all of it has lapsed, nothing is told of a
/// part.
fn mails(one: &Standing, now: Instant) -> impl Iterator<Item = NewMail> {
    let stated_at = one.attestation.stated.attested_at;
    let part = one.holding.next_lapse(stated_at).filter(|(part, _)| *part != AttestedPart::Whole);
    let part = part.filter(|_| now < one.holding.whole);
    let whole = (AttestedPart::Whole, one.holding.whole);
    [Some(whole), part].into_iter().flatten().filter_map(move |(part, until)| {
        let kind = due(part, stated_at, until, now)?;
        mail(one, kind, until, now)
    })
}

fn mail(one: &Standing, kind: MailKind, valid_until: Instant, now: Instant) -> Option<NewMail> {
    let stated = &one.attestation.stated;
    let body = MailBody::Attestation(AttestationNews {
        item: stated.item.clone(),
        attestation: one.attestation.id,
        person: stated.person.clone(),
        valid_until,
    });
    let thread = Thread::Attestation(stated.item.clone());
    let round = u64::try_from(one.attestation.id).ok()?;
    Some(NewMail { thread, kind, round, body, created_at: now, due: now })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    /// What is told of a whole statement, and of a part of one that lapses at the same time.
    fn told(attested_at: &str, until: &str, now: &str) -> [Option<MailKind>; 2] {
        [AttestedPart::Whole, AttestedPart::Elsewhere].map(|part| due(part, at(attested_at), at(until), at(now)))
    }

    #[test]
    fn people_are_told_a_month_and_a_week_before_and_on_the_day_after() {
        // In Japan it holds through 31 January.
        use MailKind::{Lapsed, LapsesInMonth, LapsesInWeek, PartLapsed, PartLapsesInMonth, PartLapsesInWeek};
        for (now, kind) in [
            ("2026-12-31T23:59:59Z", [None, None]),
            ("2027-01-01T00:00:00Z", [Some(LapsesInMonth), Some(PartLapsesInMonth)]),
            ("2027-01-23T23:59:59Z", [Some(LapsesInMonth), Some(PartLapsesInMonth)]),
            ("2027-01-24T00:00:00Z", [Some(LapsesInWeek), Some(PartLapsesInWeek)]),
            ("2027-01-31T14:59:59Z", [Some(LapsesInWeek), Some(PartLapsesInWeek)]),
            ("2027-01-31T15:00:00Z", [None, None]),
            ("2027-02-01T00:00:00Z", [Some(Lapsed), Some(PartLapsed)]),
            ("2027-06-01T00:00:00Z", [Some(Lapsed), Some(PartLapsed)]),
        ] {
            assert_eq!(told("2026-01-31T15:00:00Z", "2027-01-31T15:00:00Z", now), kind, "{now}");
        }
    }

    #[test]
    fn who_states_something_for_a_short_time_is_not_told_at_once() {
        let short = |now| told("2027-01-20T03:00:00Z", "2027-01-31T03:00:00Z", now)[0];
        assert_eq!(short("2027-01-20T03:01:00Z"), None, "the month had begun");
        assert_eq!(short("2027-01-24T00:00:00Z"), Some(MailKind::LapsesInWeek));
        let shorter = |now| told("2027-01-28T03:00:00Z", "2027-01-31T03:00:00Z", now)[0];
        assert_eq!(shorter("2027-01-31T02:00:00Z"), None);
        assert_eq!(shorter("2027-01-31T23:00:00Z"), None, "the day after has not begun its work");
        assert_eq!(shorter("2027-02-01T00:00:00Z"), Some(MailKind::Lapsed));
    }
}
