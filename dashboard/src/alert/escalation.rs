//! What nobody took up within the agency's working time is told to those who decide, once.

use tenken_calendar::WorkingCalendar;
use tenken_model::{Instant, Span};

use crate::drift::{self, Terms};
use crate::store::{
    DriftNews, MailBody, MailKind, NewMail, Proposal, ProposalNews, StandingDrift, StoreError, Thread, Transaction,
};

/// How much working time a change may wait for approval before those who approve are reminded: two days.
pub const WAITING: Span = Span::from_secs(16 * 3_600);

/// When what began at an instant has waited that much working time. In years whose holidays are not known all time counts:
/// early is better than never.
pub fn deadline(calendar: &WorkingCalendar, began: Instant, time: Span) -> Instant {
    calendar.after_working_time(began, time).unwrap_or_else(|| time.after(began))
}

/// The mails about open drifts that nobody acknowledged in time, written or not.
pub(super) async fn of_drifts(
    transaction: &mut Transaction,
    terms: &Terms,
    calendar: &WorkingCalendar,
    time: Span,
    now: Instant,
) -> Result<Vec<NewMail>, StoreError> {
    let open = transaction.open_drifts_as_they_stand(None).await?;
    let late = open.into_iter().filter(|standing| {
        let drift = &standing.drift;
        !standing.revoked && drift.acknowledged.is_none() && deadline(calendar, drift.opened_at, time) <= now
    });
    let mut mails = Vec::new();
    for standing in late {
        if drift::speaks(transaction, terms, &standing.drift).await? {
            mails.push(of_drift(standing, now));
        }
    }
    Ok(mails)
}

fn of_drift(standing: StandingDrift, now: Instant) -> NewMail {
    let drift = standing.drift;
    let thread = drift.thread();
    let body = MailBody::Drift(DriftNews {
        host: drift.host,
        host_name: standing.host_name,
        finding: drift.finding,
        failing_since: drift.failing_since,
        at: now,
        waiver: None,
        stands: None,
    });
    NewMail { thread, kind: MailKind::Escalated, round: 0, body, created_at: now, due: now }
}

/// The mails about changes that wait for approval for too long, written or not. One of which a person has still to say what
/// will be done does not wait for approval.
pub(super) async fn of_proposals(
    transaction: &mut Transaction,
    calendar: &WorkingCalendar,
    now: Instant,
) -> Result<Vec<NewMail>, StoreError> {
    let open = transaction.open_proposals().await?;
    let late = open.into_iter().filter(|proposal| {
        let proposed = &proposal.proposed;
        proposed.change.is_complete() && deadline(calendar, proposed.proposed_at, WAITING) <= now
    });
    Ok(late.map(|proposal| of_proposal(proposal, now)).collect())
}

fn of_proposal(proposal: Proposal, now: Instant) -> NewMail {
    let proposed = proposal.proposed;
    let body = MailBody::Proposal(ProposalNews {
        proposal: proposal.id,
        item: proposed.change.item().cloned(),
        proposed_at: proposed.proposed_at,
        proposed_by: proposed.proposed_by,
        reason: proposed.reason,
    });
    let (thread, kind) = (Thread::Proposal(proposal.id), MailKind::Waiting);
    NewMail { thread, kind, round: 0, body, created_at: now, due: now }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_time_skips_nights_weekends_and_holidays() {
        let calendar = WorkingCalendar::default();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        for (began, hours, ends) in [
            // Tuesday 16:00 in Japan, a working day of nine hours.
            ("2026-11-24T07:00:00Z", 8, "2026-11-25T06:00:00Z"),
            // Friday 17:00, with a Monday that is a holiday.
            ("2026-11-20T08:00:00Z", 8, "2026-11-24T07:00:00Z"),
            // In the night.
            ("2026-11-24T15:00:00Z", 1, "2026-11-25T01:00:00Z"),
            // A year of which no holidays are known.
            ("2200-01-01T00:00:00Z", 8, "2200-01-01T08:00:00Z"),
        ] {
            assert_eq!(deadline(&calendar, at(began), Span::from_secs(hours * 3_600)), at(ends), "{began}");
        }
    }
}
