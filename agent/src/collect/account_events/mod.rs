//! What happened with the accounts of a host, by its logs.
//!
//! However large they are, a bounded end of each log that is a file is read, and of the journal the entries of the programs
//! that tell of accounts, found by its index. Names that no account has are not told: they may be passwords.

pub mod audit_record;
pub mod event;
mod fold;
mod journal;
pub mod journal_entries;
pub mod line;
mod merge;
pub mod message;
mod names;
mod people;
mod places;
#[cfg(test)]
pub(crate) mod samples;
mod shadow;
#[cfg(test)]
mod tests;

use tenken_model::fact::account_events::{AccountEvents, EventLog, EventLogKind};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use self::merge::{AllTold, Told};
use self::people::People;
use self::places::Reading;
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
    let mut logs = Vec::new();
    let mut take = |reading: Option<Reading>| {
        reading.map_or_else(Told::default, |reading| {
            logs.push(reading.log);
            reading.told
        })
    };
    let journal = take(journal::read(look, now));
    // A host has one of the two. Of one that has both, the one of its distribution before is old.
    let mut messages = Told::default();
    for path in MESSAGES {
        let told = take(places::messages(look, path, now, &zone));
        if told.rare.map(|covered| covered.until) > messages.rare.map(|covered| covered.until) {
            messages = told;
        }
    }
    let failed = take(places::failed(look, FAILED, now, &people));
    let audit = take(places::audit(look, AUDIT, now, &people));
    let begin = |of: fn(&Told) -> Option<merge::Covered>| {
        let begins = [of(&journal), of(&messages)].into_iter().flatten().map(|covered| covered.from);
        begins.min()
    };
    let (rare, frequent) = (begin(|told| told.rare), begin(|told| told.frequent));
    let (since, uses_since) = (since(&logs, rare), since(&logs, frequent));
    let events = merge::merge(AllTold { journal, messages, failed, audit }, &people);
    let rows = fold::fold(&events, &people, now);
    Ok(AccountEvents {
        logs,
        since,
        uses_since,
        failed_sign_ins: rows.failed_sign_ins,
        most_failed: rows.most_failed,
        passwords_set: rows.passwords_set,
        changes: rows.changes,
        elevations: rows.elevations,
        transfers: rows.transfers,
        left_out: rows.left_out,
    })
}

/// Since when all is told; nothing where nothing was ever recorded, and a reason where that cannot be known.
fn since(logs: &[EventLog], begin: Option<Instant>) -> Read<Option<Instant>> {
    let telling = || logs.iter().filter(|log| matches!(log.kind, EventLogKind::Journal | EventLogKind::Messages));
    if let Some(begin) = begin {
        // Where the beginning is cut off it moves all the time, which is no news.
        let cut = telling().any(|log| log.cut);
        return Read::Measured(Some(if cut { names::hour(begin) } else { begin }));
    }
    let unread = telling().find_map(|log| match &log.from {
        Read::NotRead(reason) => Some(reason.clone()),
        Read::Measured(_) => None,
    });
    if let Some(reason) = unread {
        return Read::NotRead(reason);
    }
    if telling().next().is_some() {
        return Read::Measured(None);
    }
    let detail = format!("read {}, and the journal: none of them is there", MESSAGES.join(" and "));
    Read::NotRead(Reason::new(ReasonCode::Missing, detail))
}

fn people(look: &Look<'_>) -> Result<People, Reason> {
    let bytes = look.read_text(PASSWD, PASSWD_MAX).map_err(|error| error.reason())?;
    let passwd = passwd::parse(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PASSWD}: {error}")))?;
    Ok(People::of(passwd.entries))
}
