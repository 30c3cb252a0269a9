//! One event is on record in several places: the journal, what a syslog daemon wrote of it, btmp, audit.log. Here each is
//! counted once, with what any of them says of it.

use tenken_model::{Instant, Span};

use super::event::{Event, What};
use super::journal_entries::Compressed;
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
    /// Records whose message is compressed, so that it is not known.
    pub(super) compressed: Vec<Compressed>,
}

/// What all places tell.
#[derive(Debug, Default)]
pub(super) struct AllTold {
    /// The journal, which says whose a process was.
    pub(super) journal: Told,
    /// Messages in files, those that were written last first.
    pub(super) messages: Vec<Told>,
    /// btmp.
    pub(super) failed: Told,
    /// audit.log.
    pub(super) audit: Told,
}

/// Every event once, the oldest first, and how many records nothing tells the message of.
pub(super) fn merge(all: AllTold, people: &People) -> (Vec<Event>, usize) {
    let AllTold { journal, messages, failed, audit } = all;
    let is_new = |event: &Event, places: &[(Option<Covered>, Option<Covered>)]| {
        let of_kind = |(rare, frequent): &(Option<Covered>, Option<Covered>)| {
            if is_rare(&event.what) { *rare } else { *frequent }
        };
        !places.iter().filter_map(of_kind).any(|covered| covered.holds(event.at))
    };
    let by_failed = (None, failed.frequent);
    let mut places = vec![(journal.rare, journal.frequent)];
    let (mut rare, mut frequent): (Vec<Event>, Vec<Event>) =
        journal.events.into_iter().partition(|event| is_rare(&event.what));
    let (mut compressed, mut told) = (journal.compressed, Vec::new());
    for messages in messages {
        let (new, known): (Vec<Event>, Vec<Event>) =
            messages.events.into_iter().partition(|event| is_new(event, &places));
        told.extend(new);
        for event in known {
            let is_told =
                |entry: &Event| Span::between(entry.at, event.at).abs() <= SAME_WITHIN && entry.what == event.what;
            if compressed.is_empty() {
                break;
            }
            if !rare.iter().chain(&frequent).any(is_told) && take_compressed(&mut compressed, &event) {
                told.push(event);
            }
        }
        places.push((messages.rare, messages.frequent));
    }
    let told = told.into_iter();
    let told = told.chain(failed.events.into_iter().filter(|event| is_new(event, &places)));
    for event in told {
        if is_rare(&event.what) { rare.push(event) } else { frequent.push(event) }
    }
    places.push(by_failed);
    for event in audit.events {
        if !is_rare(&event.what) {
            if is_new(&event, &places) {
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
    (rare, compressed.len())
}

/// Takes away the record that is this event's, if there is one. Some programs do not tell syslog their process.
fn take_compressed(compressed: &mut Vec<Compressed>, event: &Event) -> bool {
    let is_its = |entry: &Compressed| {
        let same_process = event.process == 0 || event.process == entry.process;
        same_process && Span::between(entry.at, event.at).abs() <= SAME_WITHIN
    };
    let place = compressed.iter().position(is_its);
    place.map(|place| compressed.swap_remove(place)).is_some()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::account_events::message;

    #[test]
    fn what_the_journal_compressed_is_taken_from_messages() {
        let at = |seconds| Span::from_secs(seconds).after(Instant::UNIX_EPOCH);
        let ran = |seconds, process| {
            let what = message::read("sudo", "hanako : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/x").unwrap();
            Event {
                at: at(seconds),
                what,
                process,
                actor: crate::collect::account_events::event::Actor::default(),
                times: 1,
            }
        };
        let merged = |events: Vec<Event>| {
            let frequent = Some(Covered { from: at(0), until: at(1_000) });
            let compressed = [100, 500].map(|seconds| Compressed { at: at(seconds), process: 7 }).to_vec();
            let journal = Told { events: vec![ran(300, 7)], rare: None, frequent, compressed };
            let messages = vec![Told { events, ..Told::default() }];
            let (events, left) = merge(AllTold { journal, messages, ..AllTold::default() }, &People::default());
            (events.len(), left)
        };
        assert_eq!(merged(Vec::new()), (1, 2));
        assert_eq!(merged(vec![ran(101, 0), ran(300, 0), ran(501, 7)]), (3, 0));
        assert_eq!(merged(vec![ran(101, 8), ran(301, 0), ran(700, 0)]), (1, 2), "none of them is it");
    }
}
