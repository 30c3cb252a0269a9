//! Statements that lapse: people are told a month and a week before, and on the day after.

use std::collections::BTreeMap;

use chrono::Days;
use tenken_calendar::japan;
use tenken_engine::checklist::Checklist;
use tenken_model::Instant;

use super::hour_of;
use crate::store::{
    Attestation, AttestationNews, MailBody, MailKind, NewAttestation, NewMail, StoreError, Thread, Transaction,
};

/// The hour in Japan at which people are told.
const HOUR: u8 = 9;
/// How many days before the last day people are told first.
const MONTH_DAYS: u64 = 30;
/// How many days before the last day people are told again.
const WEEK_DAYS: u64 = 7;

/// What people are to be told of a statement by now: of what has become due, the last. What became due before it was stated is
/// not told: who states something for a week knows.
pub fn due(stated: &NewAttestation, now: Instant) -> Option<MailKind> {
    let last = japan::last_day_before(stated.valid_until);
    let before = |days| last.checked_sub_days(Days::new(days));
    let in_force = now < stated.valid_until;
    let stages = [
        (MailKind::Lapsed, last.succ_opt(), !in_force),
        (MailKind::LapsesInWeek, before(WEEK_DAYS), in_force),
        (MailKind::LapsesInMonth, before(MONTH_DAYS), in_force),
    ];
    let reached = stages.into_iter().find_map(|(kind, day, applies)| {
        let moment = hour_of(day?, HOUR);
        (applies && moment <= now).then_some((kind, moment))
    });
    reached.filter(|(_, moment)| stated.attested_at < *moment).map(|(kind, _)| kind)
}

/// The mails about statements that are due by now, written or not.
pub(super) async fn due_mails(
    transaction: &mut Transaction,
    checklist: &Checklist,
    now: Instant,
) -> Result<Vec<NewMail>, StoreError> {
    let newest = newest(transaction, checklist).await?;
    Ok(newest.iter().filter_map(|attestation| mail(attestation, now)).collect())
}

/// The statement that counts of each item that asks for one.
pub(super) async fn newest(
    transaction: &mut Transaction,
    checklist: &Checklist,
) -> Result<Vec<Attestation>, StoreError> {
    let standing = transaction.newest_attestations().await?.into_iter().filter(|newest| newest.withdrawn.is_none());
    let by_item: BTreeMap<_, _> = standing.map(|one| (one.stated.item.clone(), one)).collect();
    let asking = checklist.items().filter(|item| item.attestation.is_some());
    Ok(asking.filter_map(|item| by_item.get(&item.id).cloned()).collect())
}

fn mail(attestation: &Attestation, now: Instant) -> Option<NewMail> {
    let stated = &attestation.stated;
    let kind = due(stated, now)?;
    let body = MailBody::Attestation(AttestationNews {
        item: stated.item.clone(),
        attestation: attestation.id,
        person: stated.person.clone(),
        valid_until: stated.valid_until,
    });
    let thread = Thread::Attestation(stated.item.clone());
    let round = u64::try_from(attestation.id).ok()?;
    Some(NewMail { thread, kind, round, body, created_at: now, due: now })
}

#[cfg(test)]
mod tests {
    use tenken_model::ItemId;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn stated(attested_at: &str, valid_until: &str) -> NewAttestation {
        NewAttestation {
            item: ItemId::new("organizational.5").unwrap(),
            statement: "s".into(),
            evidence: "e".into(),
            person: "sato".into(),
            attested_at: at(attested_at),
            valid_until: at(valid_until),
            branch: None,
        }
    }

    #[test]
    fn people_are_told_a_month_and_a_week_before_and_on_the_day_after() {
        // In Japan it holds through 31 January.
        let stated = stated("2026-01-31T15:00:00Z", "2027-01-31T15:00:00Z");
        for (now, kind) in [
            ("2026-12-31T23:59:59Z", None),
            ("2027-01-01T00:00:00Z", Some(MailKind::LapsesInMonth)),
            ("2027-01-23T23:59:59Z", Some(MailKind::LapsesInMonth)),
            ("2027-01-24T00:00:00Z", Some(MailKind::LapsesInWeek)),
            ("2027-01-31T14:59:59Z", Some(MailKind::LapsesInWeek)),
            ("2027-01-31T15:00:00Z", None),
            ("2027-02-01T00:00:00Z", Some(MailKind::Lapsed)),
            ("2027-06-01T00:00:00Z", Some(MailKind::Lapsed)),
        ] {
            assert_eq!(due(&stated, at(now)), kind, "{now}");
        }
    }

    #[test]
    fn who_states_something_for_a_short_time_is_not_told_at_once() {
        let short = stated("2027-01-20T03:00:00Z", "2027-01-31T03:00:00Z");
        assert_eq!(due(&short, at("2027-01-20T03:01:00Z")), None, "the month had begun");
        assert_eq!(due(&short, at("2027-01-24T00:00:00Z")), Some(MailKind::LapsesInWeek));
        let shorter = stated("2027-01-28T03:00:00Z", "2027-01-31T03:00:00Z");
        assert_eq!(due(&shorter, at("2027-01-31T02:00:00Z")), None);
        assert_eq!(due(&shorter, at("2027-01-31T23:00:00Z")), None, "the day after has not begun its work");
        assert_eq!(due(&shorter, at("2027-02-01T00:00:00Z")), Some(MailKind::Lapsed));
    }
}
