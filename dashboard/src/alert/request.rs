//! What a register asks to be approved is told to those who approve, once for each thing that is asked.

use tenken_calendar::japan;
use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};

use crate::registers::approve::{self, Waiting};
use crate::registers::{Definition, Register};
use crate::store::{MailBody, MailKind, NewMail, RequestNews, StoreError, Thread, Transaction};

/// How long a row is left alone after a change before it is told: who has just saved it often saves it again.
pub const SETTLED: Span = Span::from_secs(5 * 60);

/// The mails about rows that wait for approval, written or not.
pub(super) async fn due_mails(transaction: &mut Transaction, now: Instant) -> Result<Vec<NewMail>, StoreError> {
    let waiting = approve::waiting(transaction).await?;
    Ok(waiting.into_iter().filter(|waiting| is_told(waiting, now)).map(|waiting| mail(waiting, now)).collect())
}

/// Work that is over is told only where somebody said why it is approved late: what an agency takes in of former years waits
/// for nobody's mail.
fn is_told(waiting: &Waiting, now: Instant) -> bool {
    let in_time = waiting.day >= japan::date_of(waiting.at) || waiting.has_late_reason;
    in_time && SETTLED.after(waiting.at) <= now
}

fn mail(waiting: Waiting, now: Instant) -> NewMail {
    let (thread, round) = (Thread::Request(waiting.definition.kind, waiting.id), round(&waiting.asked));
    let body = MailBody::Request(RequestNews {
        register: waiting.definition.slug.to_owned(),
        name: waiting.name,
        day: waiting.day,
        by: waiting.by,
        at: waiting.at,
        asked: waiting.asked,
    });
    NewMail { thread, kind: MailKind::Waiting, round, body, created_at: now, due: now }
}

/// A number that names what is asked, so that the same is told once and another anew.
fn round(asked: &Digest) -> u64 {
    asked.bytes().iter().take(6).fold(0, |round, byte| round << 8 | u64::from(*byte))
}

/// Whether the row still asks for what a mail tells.
pub(super) async fn stands(
    transaction: &mut Transaction,
    news: &RequestNews,
    register: Register,
    id: i64,
) -> Result<bool, StoreError> {
    let Some(definition) = Definition::of(register) else { return Ok(false) };
    let row = transaction.register_row(definition, id).await?;
    let waiting = row.and_then(|row| Waiting::of(definition, &row));
    Ok(waiting.is_some_and(|waiting| waiting.asked == news.asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_it_is_settled_and_while_it_is_of_use() {
        let at: Instant = "2027-03-10T00:00:00Z".parse().unwrap();
        let waiting = |day: &str, has_late_reason| Waiting {
            definition: Definition::by_slug("maintenance").unwrap(),
            id: 4,
            name: "2027-003".into(),
            day: day.parse().unwrap(),
            has_late_reason,
            asked: Digest::of(b"x"),
            by: "sato".into(),
            at,
        };
        let later = SETTLED.after(at);
        assert!(!is_told(&waiting("2027-03-12", false), at), "somebody may still be at it");
        assert!(is_told(&waiting("2027-03-12", false), later) && is_told(&waiting("2027-03-10", false), later));
        assert!(!is_told(&waiting("2027-03-09", false), later), "of a former year");
        let next_day = Span::from_days(1).after(at);
        assert!(is_told(&waiting("2027-03-10", false), next_day), "it was asked in time");
        assert!(is_told(&waiting("2027-03-09", true), later));
        assert!(round(&Digest::of(b"x")) < 1 << 48);
        assert_ne!(round(&Digest::of(b"x")), round(&Digest::of(b"y")));
    }
}
