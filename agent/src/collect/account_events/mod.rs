//! What happened with the accounts of a host, by its logs.
//!
//! However large they are, a bounded end of each log that is a file is read, and of the journal the entries of the programs
//! that tell of accounts, found by its index. Names that no account has are not told: they may be passwords.

pub mod audit_record;
pub mod copies;
pub mod event;
mod fold;
mod journal;
pub mod journal_entries;
pub mod line;
mod merge;
pub mod message;
mod names;
mod pam_message;
mod people;
mod places;
mod reach;
#[cfg(test)]
pub(crate) mod samples;
mod shadow;
mod sudo_message;
#[cfg(test)]
mod tests;
pub mod windows;

use std::cmp::Reverse;

use tenken_model::fact::account_events::AccountEvents;
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Reason, ReasonCode, Size, Span};

use self::merge::{AllTold, Told};
use self::people::People;
use self::places::Reading;
use self::reach::{Of, Places};
use super::accounts::passwd;
use super::logs::zone;
use super::{Look, Needs};

/// For how long back is told what happened.
const KEPT_FOR: Span = Span::from_days(92);
const PASSWD: &str = "/etc/passwd";
const PASSWD_MAX: Size = Size::from_bytes(8 << 20);
const MESSAGES: [&str; 2] = ["/var/log/auth.log", "/var/log/secure"];
const FAILED: &str = "/var/log/btmp";
const AUDIT: &str = "/var/log/audit/audit.log";

/// Reads what the logs of this host tell of its accounts.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<AccountEvents> {
    match read(look, needs.now) {
        Ok(events) => Outcome::Known(events),
        Err(reason) => Outcome::Failed(reason),
    }
}

/// The first moment that is told.
fn told_since(now: Instant) -> Instant {
    Span::from_millis(-KEPT_FOR.millis()).after(now)
}

fn read(look: &Look<'_>, now: Instant) -> Result<AccountEvents, Reason> {
    let people = people(look)?;
    let zone = zone(look);
    let journal = journal::read(look, now, &people);
    let mut messages: Vec<Reading> =
        MESSAGES.iter().filter_map(|path| places::messages(look, path, now, &zone)).collect();
    let failed = places::failed(look, FAILED, now, &people);
    let audit = places::audit(look, AUDIT, now, &people);
    let places = Places { journal: journal.as_ref(), messages: &messages, failed: failed.as_ref() };
    let (since, uses_since) = (places.since(Of::Rare, now), places.since(Of::Frequent, now));
    let counted_since = places.counted_since(now);
    let mut logs = Vec::new();
    let mut take = |reading: Option<Reading>| {
        reading.map_or_else(Told::default, |reading| {
            logs.push(reading.log);
            reading.told
        })
    };
    let journal = take(journal);
    // A host has one of the two. Of one that has both, the one of its distribution before is old, or both have the same.
    messages.sort_by_key(|reading| Reverse(reading.told.rare.map(|covered| covered.until)));
    let messages: Vec<Told> = messages.into_iter().map(|reading| take(Some(reading))).collect();
    let (failed, audit) = (take(failed), take(audit));
    let (events, compressed) = merge::merge(AllTold { journal, messages, failed, audit }, &people);
    let rows = fold::fold(&events, &people, now);
    Ok(AccountEvents {
        logs,
        since,
        uses_since,
        counted_since,
        failed_sign_ins: rows.failed_sign_ins,
        most_failed: rows.most_failed,
        passwords_set: rows.passwords_set,
        changes: rows.changes,
        elevations: rows.elevations,
        transfers: rows.transfers,
        network_sign_ins: None,
        parts: None,
        left_out: rows.left_out.saturating_add(i64::try_from(compressed).unwrap_or(i64::MAX)),
    })
}

fn people(look: &Look<'_>) -> Result<People, Reason> {
    let bytes = look.read_text(PASSWD, PASSWD_MAX).map_err(|error| error.reason())?;
    let passwd = passwd::parse(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PASSWD}: {error}")))?;
    Ok(People::of(passwd.entries))
}
