//! One event is on record in several places: the journal, what a syslog daemon wrote of it, btmp, audit.log. Here each is
//! counted once, with what any of them says of it.

use tenken_model::{Instant, Span};

use super::event::{Event, What};
use super::people::People;

/// Two records of one event may differ by so much.
const SAME_WITHIN: Span = Span::from_secs(10);
/// What a place has not written yet when its last record is read.
const WRITTEN_WITHIN: Span = Span::from_secs(5);

/// From when to when a place has everything of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Covered {
    /// The first moment.
    pub(super) from: Instant,
    /// The last.
    pub(super) until: Instant,
}

impl Covered {
    fn holds(self, at: Instant) -> bool {
        self.from <= at && at <= WRITTEN_WITHIN.after(self.until)
    }
}

/// What one place tells.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What happened.
    pub(super) events: Vec<Event>,
    /// For what time it tells all passwords and changes.
    pub(super) rare: Option<Covered>,
    /// For what time it tells all else.
    pub(super) frequent: Option<Covered>,
}

/// What all places tell.
#[derive(Debug, Default)]
pub(super) struct AllTold {
    /// The journal, which says whose a process was.
    pub(super) journal: Told,
    /// Messages in files.
    pub(super) messages: Told,
    /// btmp.
    pub(super) failed: Told,
    /// audit.log.
    pub(super) audit: Told,
}

/// Every event once, the oldest first.
pub(super) fn merge(all: AllTold, people: &People) -> Vec<Event> {
    let AllTold { journal, messages, failed, audit } = all;
    let is_new = |event: &Event, places: &[(Option<Covered>, Option<Covered>)]| {
        let of_kind = |(rare, frequent): &(Option<Covered>, Option<Covered>)| {
            if is_rare(&event.what) { *rare } else { *frequent }
        };
        !places.iter().filter_map(of_kind).any(|covered| covered.holds(event.at))
    };
    let by_journal = (journal.rare, journal.frequent);
    let by_messages = (messages.rare, messages.frequent);
    let by_failed = (None, failed.frequent);
    let (mut rare, mut frequent): (Vec<Event>, Vec<Event>) =
        journal.events.into_iter().partition(|event| is_rare(&event.what));
    let told = messages.events.into_iter().filter(|event| is_new(event, &[by_journal]));
    let told = told.chain(failed.events.into_iter().filter(|event| is_new(event, &[by_journal, by_messages])));
    for event in told {
        if is_rare(&event.what) { rare.push(event) } else { frequent.push(event) }
    }
    for event in audit.events {
        if !is_rare(&event.what) {
            if is_new(&event, &[by_journal, by_messages, by_failed]) {
                frequent.push(event);
            }
            continue;
        }
        match rare.iter_mut().find(|known| is_same(known, &event, people)) {
            Some(known) => {
                known.actor.user = known.actor.user.or(event.actor.user);
                known.actor.signed_in = known.actor.signed_in.or(event.actor.signed_in);
            }
            // Some programs tell only the kernel.
            None => rare.push(event),
        }
    }
    rare.append(&mut frequent);
    rare.sort_by_key(|event| event.at);
    rare
}

const fn is_rare(what: &What) -> bool {
    matches!(what, What::PasswordSet { .. } | What::Changed { .. })
}

fn is_same(one: &Event, other: &Event, people: &People) -> bool {
    if Span::between(one.at, other.at).abs() > SAME_WITHIN {
        return false;
    }
    match (&one.what, &other.what) {
        (What::PasswordSet { account, .. }, What::PasswordSet { account: other, .. }) => {
            people.resolve(account) == people.resolve(other)
        }
        (
            What::Changed { kind, account: Some(account), group, .. },
            What::Changed { kind: other_kind, account: Some(other), group: other_group, .. },
        ) => {
            // Of an account that is gone nobody knows the name by its number.
            let same_account = people.is_nobody(other) || people.resolve(account) == people.resolve(other);
            kind == other_kind && group == other_group && same_account
        }
        _ => false,
    }
}
