//! What people are told of the home page: that it no longer shows the form in force, and that it does again.

use serde::{Deserialize, Serialize};
use tenken_model::{Instant, Span};

use super::publication::PublicAddress;
use crate::store::{
    HomePage, MailBody, MailKind, NewMail, Outcome, Publication, PublicationNews, Setting, StoreError, Thread,
    Transaction,
};

/// For how long a home page may show something else, or nothing, before people are told. Who has just approved a version knows
/// that it is to be published, and a page that is being worked on comes back.
const WAIT: Span = Span::from_days(3);

/// What people were told of the home page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Since when it does not show the form in force; absent while it does, or nobody has looked.
    pub since: Option<Instant>,
    /// The version in whose thread people were told so; absent while there is nothing to be ended.
    pub open: Option<i64>,
    /// How often they were, so that each mail has a name of its own.
    pub rounds: u64,
}

impl Setting for Told {
    const NAME: &'static str = "publication_told";
}

impl Told {
    /// What people have been told after a look, and what they are to be told because of it. `before` is what was known of the
    /// version until then. That a page which showed the form now shows another is told at once.
    fn after(self, before: &Publication, outcome: &Outcome, now: Instant) -> (Self, Option<MailKind>) {
        if matches!(outcome, Outcome::Shown | Outcome::Confirmed(_)) {
            return (Self { since: None, open: None, ..self }, self.open.map(|_| MailKind::Resolved));
        }
        let since = self.since.unwrap_or(now);
        let changed = matches!(outcome, Outcome::Differs(_)) && before.shown_at.is_some();
        let told = Self { since: Some(since), ..self };
        if self.open.is_none() && (changed || now >= WAIT.after(since)) {
            let open = Some(before.version);
            return (Self { open, rounds: self.rounds.saturating_add(1), ..told }, Some(MailKind::Opened));
        }
        (told, None)
    }
}

/// Another page is to show the form from now on: it has its own time.
pub(super) async fn begin_again(transaction: &mut Transaction) -> Result<(), StoreError> {
    let told: Told = transaction.setting().await?.unwrap_or_default();
    transaction.set_setting(&Told { since: None, ..told }).await
}

/// Keeps what a look means for what people are told, and writes the mail.
pub(super) async fn tell(
    transaction: &mut Transaction,
    address: &PublicAddress,
    before: &Publication,
    outcome: &Outcome,
    now: Instant,
) -> Result<(), StoreError> {
    let told: Told = transaction.setting().await?.unwrap_or_default();
    let (next, kind) = told.after(before, outcome, now);
    if next == told {
        return Ok(());
    }
    transaction.set_setting(&next).await?;
    let (Some(kind), Some(version)) = (kind, next.open.or(told.open)) else { return Ok(()) };
    let thread = Thread::Publication(version);
    // If nobody was told that it is gone, nobody needs to be told that it is back.
    if kind == MailKind::Resolved && transaction.drop_mail(&thread, MailKind::Opened, now).await? > 0 {
        return Ok(());
    }
    let body = MailBody::Publication(PublicationNews {
        version: before.version,
        url: address.url.clone(),
        found: found(outcome),
        since: next.since.or(told.since).unwrap_or(now),
        at: now,
    });
    let new = NewMail { thread, kind, round: next.rounds, body, created_at: now, due: now };
    transaction.add_mail(&new).await.map(drop)
}

fn found(outcome: &Outcome) -> HomePage {
    match outcome {
        Outcome::Shown | Outcome::Confirmed(_) => HomePage::Shown,
        Outcome::Differs(differences) => HomePage::Differs(differences.len()),
        Outcome::NoForm(why) => HomePage::NoForm(why.clone()),
        Outcome::Failed(why) => HomePage::Failed(why.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Instant {
        Span::from_secs(hours * 3_600).after(Instant::UNIX_EPOCH)
    }

    /// The kinds of mails after looks at these hours: `s` shows the form, `d` another, `n` none, `f` nothing.
    fn mails(looks: &[(i64, char)]) -> Vec<(i64, &'static str)> {
        let (mut told, mut shown, mut mails) = (Told::default(), None, Vec::new());
        for (hours, look) in looks {
            let outcome = match look {
                's' => Outcome::Shown,
                'd' => Outcome::Differs(Vec::new()),
                'n' => Outcome::NoForm(String::new()),
                _ => Outcome::Failed("timed out".into()),
            };
            let before = Publication { version: 7, opened_at: at(0), checked: None, shown_at: shown, confirmed: None };
            let (next, kind) = told.after(&before, &outcome, at(*hours));
            mails.extend(kind.map(|kind| (*hours, kind.word())));
            told = next;
            shown = match look {
                's' => Some(at(*hours)),
                'f' => shown,
                _ => None,
            };
        }
        mails
    }

    /// What happens, the looks at the page, and the mails.
    type Case = (&'static str, &'static [(i64, char)], &'static [(i64, &'static str)]);

    #[test]
    fn people_are_told_of_a_page_that_changed_at_once_and_of_one_that_is_not_there_after_days() {
        let cases: &[Case] = &[
            ("a new version is not on the page yet", &[(0, 'd'), (1, 'd'), (71, 'd'), (72, 's')], &[]),
            ("nobody publishes it", &[(0, 'd'), (71, 'd'), (72, 'd'), (73, 'd')], &[(72, "opened")]),
            ("another form", &[(0, 's'), (24, 'd'), (25, 'd'), (26, 's')], &[(24, "opened"), (26, "resolved")]),
            ("a page that is worked on", &[(0, 's'), (24, 'n'), (25, 'f'), (90, 's')], &[]),
            ("a page that is gone", &[(0, 's'), (24, 'n'), (95, 'f'), (96, 'f'), (97, 'f')], &[(96, "opened")]),
            ("a server that is down", &[(0, 's'), (24, 'f'), (25, 's'), (48, 'f'), (119, 'f')], &[]),
            ("down, then another form", &[(0, 's'), (24, 'f'), (25, 'd')], &[(25, "opened")]),
            ("again", &[(0, 's'), (1, 'd'), (2, 's'), (3, 'd')], &[(1, "opened"), (2, "resolved"), (3, "opened")]),
        ];
        for (what, looks, wanted) in cases {
            assert_eq!(mails(looks), *wanted, "{what}");
        }
    }

    #[test]
    fn a_new_version_goes_on_with_what_was_told_of_the_last() {
        let told = Told { since: Some(at(0)), open: Some(7), rounds: 3 };
        let before = Publication { version: 8, opened_at: at(9), checked: None, shown_at: None, confirmed: None };
        let (next, kind) = told.after(&before, &Outcome::Differs(Vec::new()), at(100));
        assert_eq!((next, kind), (told, None), "it is known");
        let (next, kind) = told.after(&before, &Outcome::Shown, at(100));
        assert_eq!((next, kind), (Told { rounds: 3, ..Told::default() }, Some(MailKind::Resolved)));
    }
}
