//! What happened with the accounts of a Windows host, by its Security channel.
//!
//! Bounded queries are put: what was done to accounts and groups, which is little; sign-ins that failed; sign-ins over the network;
//! and what tells who had the rights of an administrator. What the channel is not told to record is not known: without the audit of
//! failed sign-ins none is counted, which is another thing than none.
//!
//! A record that cannot be read leaves a gap: the others are told all the same, and only since the gap all are known to be there.

mod busy;
pub mod fold;
mod network;
mod rights;

use tenken_model::fact::account_events::{
    AccountEvents, Elevation, EventLog, EventLogKind, EventPart, EventReach, NetworkSignIns,
};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use self::fold::People;
use super::KEPT_FOR;
use super::fold::LATELY;
use super::names::{day, hour, next_hour};
use crate::collect::accounts::windows::OF_A_MACHINE;
use crate::collect::event_record::{self, EventRecord};
use crate::collect::logs::windows::{audit, takes_records};
use crate::collect::{Look, Needs, Wake};
use crate::host::windows_api::{EventChannel, EventPage, EventQuery, LocalAccount};

/// The channel.
const CHANNEL: &str = "Security";
/// The most records of changes that are looked at.
const CHANGES_MAX: usize = 3_000;
/// A channel that ended so long ago is not taken to go on: Windows writes to it at each start and sign-in.
const STILL_WRITTEN: Span = Span::from_secs(26 * 3_600);
/// Of so many records the newest that can be read tells that the channel goes on.
const NEWEST: usize = 5;
/// The most records of failed sign-ins that are looked at.
const FAILED_MAX: usize = 3_000;

/// Reads what the event log of this host tells of its accounts.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<AccountEvents> {
    match read(look, needs) {
        Ok(events) => Outcome::Known(events),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>, needs: &Needs) -> Result<AccountEvents, Reason> {
    let now = needs.now;
    let (accounts, domain) = accounts(look)?;
    let machine = look.system().map_err(|error| error.reason())?.host_name;
    let people = People::new(&accounts, &machine, domain);
    look.wake_on(Wake::EventChannel(CHANNEL.to_owned()));
    let channel = look.event_channel(CHANNEL).map_err(|error| error.reason());
    let read = channel.and_then(|channel| {
        let changes = query(look, EventQuery::newest(CHANNEL, CHANGES_MAX).ids(fold::CHANGES), KEPT_FOR, now)?;
        let failed = query(look, EventQuery::newest(CHANNEL, FAILED_MAX).ids([fold::FAILED]), KEPT_FOR, now)?;
        let newest = query(look, EventQuery::newest(CHANNEL, NEWEST), KEPT_FOR, now)?;
        Ok((channel, changes, failed, newest.records.first().and_then(|one| one.time)))
    });
    let (channel, changes, failed, newest) = match read {
        Ok(read) => read,
        Err(reason) => return Ok(nothing(&reason)),
    };
    let since = changes.reaches(channel.oldest);
    let failed_since = failed.reaches(channel.oldest);
    let rows = fold::fold(&changes.records, &failed.records, &people, now);
    let log = EventLog {
        kind: EventLogKind::Security,
        place: CHANNEL.to_owned(),
        from: since.clone(),
        newest_hour: newest.map(hour),
        cut: changes.more || changes.gap.is_some(),
    };
    let audited = audit::read(look);
    let counted_since = match counting(&audited, &changes) {
        Ok(_) if newest.is_none_or(|newest| now > STILL_WRITTEN.after(newest)) => {
            let detail =
                format!("count sign-ins that failed: nothing has been written to {CHANNEL} for {STILL_WRITTEN}");
            Read::not_read(ReasonCode::Stale, detail)
        }
        Ok(told) => match failed_since {
            Read::Measured(failed_since) => counted_since(failed_since, told, now),
            Read::NotRead(reason) => Read::NotRead(reason),
        },
        Err(reason) => Read::NotRead(reason),
    };
    let frequent = frequent(look, needs, &people, &channel, &audited);
    let left_out = i64::try_from(frequent.left_out).unwrap_or(i64::MAX);
    let mut parts = frequent.parts;
    if let Err(reason) = is_recorded(&channel, &audited, audit::LOGON_FAILURE, "sign-ins that failed") {
        parts.push(EventReach { part: EventPart::FailedSignIns, since: Read::NotRead(reason) });
    }
    parts.push(transfers());
    Ok(AccountEvents {
        logs: vec![log],
        since,
        uses_since: failed.reaches(channel.oldest),
        counted_since,
        failed_sign_ins: rows.failed_sign_ins,
        most_failed: rows.most_failed,
        passwords_set: rows.passwords_set,
        changes: rows.changes,
        elevations: frequent.elevations,
        transfers: Vec::new(),
        network_sign_ins: Some(frequent.network),
        parts: Some(parts),
        left_out: rows.left_out.saturating_add(left_out),
    })
}

/// The accounts whose names stand for themselves here. A controller has none of its own: there these are those of its domain, whose
/// name is told, too. Without them nobody knows who is who: what is told then of one who is registered would be of a stranger.
fn accounts(look: &Look<'_>) -> Result<(Vec<LocalAccount>, Option<String>), Reason> {
    let local = look.local_accounts().map_err(|error| error.reason())?;
    if !local.is_empty() {
        return Ok((local, None));
    }
    let domain = match look.domain_accounts() {
        Ok(domain) => domain,
        Err(error) if error.is_not_there() => return Ok((local, None)),
        Err(error) => return Err(error.reason()),
    };
    // A machine's own account is none of a person, whatever its flags leave to the reader.
    let people = domain.accounts.into_iter().filter(|account| account.flags & OF_A_MACHINE == 0).collect();
    match look.membership() {
        Ok(membership) => Ok((people, membership.name)),
        Err(error) if error.is_not_there() => Ok((people, None)),
        Err(error) => Err(error.reason()),
    }
}

/// Of files that were moved nothing is ever known.
fn transfers() -> EventReach {
    let unseen = "tell which files were moved: Windows records none that a server of sftp moves";
    EventReach { part: EventPart::Transfers, since: Read::not_read(ReasonCode::Unsupported, unseen) }
}

/// What is frequent: sign-ins over the network, and with rights.
#[derive(Default)]
struct Frequent {
    network: Vec<NetworkSignIns>,
    elevations: Vec<Elevation>,
    parts: Vec<EventReach>,
    left_out: usize,
}

type Audited = Result<Vec<String>, Reason>;

fn frequent(
    look: &Look<'_>,
    needs: &Needs,
    people: &People<'_>,
    channel: &EventChannel,
    audited: &Audited,
) -> Frequent {
    let recorded = |what: &str, told: &str| is_recorded(channel, audited, what, told);
    let mut told = Frequent::default();
    // What is on record counts also where no more is recorded.
    let found = network::read(look, channel.oldest, KEPT_FOR, needs.now);
    let remote = network::read_remote(look, KEPT_FOR, needs.now);
    let signed_in = found.as_ref().map_or(&[][..], |found| found.records.as_slice());
    let taken = remote.as_ref().map_or(&[][..], |(records, _)| records.as_slice());
    let (rows, left_out) = network::fold(signed_in, taken, people, needs);
    (told.network, told.left_out) = (rows, left_out);
    let known = network::names(signed_in, people);
    let since = match (recorded(audit::LOGON_SUCCESS, "sign-ins over the network"), &found, remote) {
        (Err(reason), ..) | (_, _, Err(reason)) => Read::NotRead(reason),
        (_, Err(reason), _) => Read::NotRead(reason.clone()),
        (Ok(()), Ok(found), Ok((_, cut))) => found.since.clone().map(|since| since.max(cut)),
    };
    told.parts.push(EventReach { part: EventPart::NetworkSignIns, since });
    let since = match rights::read(look, channel.oldest, KEPT_FOR, needs.now) {
        Ok(used) => {
            let (rows, left_out) = rights::fold(&used.records, people, &known);
            told.elevations = rows;
            told.left_out = told.left_out.saturating_add(left_out);
            match recorded(audit::SPECIAL_LOGON, "sign-ins with the rights of an administrator") {
                Ok(()) => used.since,
                Err(reason) => Read::NotRead(reason),
            }
        }
        Err(reason) => Read::NotRead(reason),
    };
    told.parts.push(EventReach { part: EventPart::Elevations, since });
    told
}

/// Whether something is recorded now.
fn is_recorded(channel: &EventChannel, audited: &Audited, what: &str, told: &str) -> Result<(), Reason> {
    let audited = audited.as_ref().map_err(Clone::clone)?;
    let why = if !takes_records(channel) {
        format!("the channel {CHANNEL} takes no records")
    } else if audited.iter().any(|one| one == what) {
        return Ok(());
    } else {
        format!("the audit policy does not have them recorded ({what})")
    };
    Err(Reason::new(ReasonCode::NotConfigured, format!("look for {told}: {why}")))
}

/// Since when all failed sign-ins are counted.
fn counted_since(oldest: Option<Instant>, told: Option<Instant>, now: Instant) -> Read<Instant> {
    let window = day(Span::from_millis(-LATELY.millis()).after(now));
    match oldest {
        Some(oldest) => Read::Measured(oldest.max(told.unwrap_or(oldest)).max(window)),
        None => Read::not_read(ReasonCode::Missing, "count sign-ins that failed: the Security channel is empty"),
    }
}

/// Failed sign-ins are recorded now. Gives when that was last changed, or may have been, since when alone it is known to be so.
fn counting(audited: &Audited, changes: &Found) -> Result<Option<Instant>, Reason> {
    let audited = audited.as_ref().map_err(Clone::clone)?;
    if !audited.iter().any(|audited| audited == audit::LOGON_FAILURE) {
        let detail = "count sign-ins that failed: the audit policy does not have them recorded (Logon, failure)";
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    let is_of_audit = |record: &&EventRecord| fold::is_change_of_logon_audit(record);
    let told = changes.records.iter().filter(is_of_audit).filter_map(|record| record.time).max();
    match &changes.gap {
        None => Ok(told),
        Some(Gap { newer: Some(newer), .. }) => Ok(told.max(Some(next_hour(*newer)))),
        Some(Gap { newer: None, reason }) => Err(reason.clone()),
    }
}

/// Records that were found, newest first.
struct Found {
    records: Vec<EventRecord>,
    more: bool,
    /// Among them is one that could not be read.
    gap: Option<Gap>,
}

/// The newest record that could not be read.
struct Gap {
    /// When the record was made that follows it; absent where none does.
    newer: Option<Instant>,
    reason: Reason,
}

impl Found {
    fn of(page: &EventPage) -> Self {
        let mut found = Self { records: Vec::new(), more: page.more, gap: None };
        for xml in &page.records {
            match event_record::parse(xml) {
                Ok(record) => found.records.push(record),
                Err(error) => {
                    let newer = found.records.iter().rev().find_map(|record| record.time);
                    let detail = format!("read records of the {CHANNEL} channel: {error}");
                    found.gap.get_or_insert(Gap { newer, reason: Reason::new(ReasonCode::Unparsable, detail) });
                }
            }
        }
        found
    }

    /// Since when all are there. Where more were left out the beginning moves all the time, which is no news.
    fn reaches(&self, oldest: Option<Instant>) -> Read<Option<Instant>> {
        let last = self.records.last().and_then(|record| record.time);
        match &self.gap {
            Some(Gap { newer: Some(newer), .. }) => Read::Measured(Some(next_hour(*newer))),
            Some(Gap { newer: None, reason }) => Read::NotRead(reason.clone()),
            None => Read::Measured(if self.more { last.map(next_hour) } else { oldest }),
        }
    }
}

fn query(look: &Look<'_>, query: EventQuery, back: Span, now: Instant) -> Result<Found, Reason> {
    let since = Span::from_millis(-back.millis()).after(now);
    let page = look.events(&query.since(since)).map_err(|error| error.reason())?;
    Ok(Found::of(&page))
}

/// What is told where the channel could not be read.
fn nothing(reason: &Reason) -> AccountEvents {
    let log = EventLog {
        kind: EventLogKind::Security,
        place: CHANNEL.to_owned(),
        from: Read::NotRead(reason.clone()),
        newest_hour: None,
        cut: false,
    };
    let unread = [EventPart::FailedSignIns, EventPart::NetworkSignIns, EventPart::Elevations]
        .map(|part| EventReach { part, since: Read::NotRead(reason.clone()) });
    AccountEvents {
        logs: vec![log],
        since: Read::NotRead(reason.clone()),
        uses_since: Read::NotRead(reason.clone()),
        counted_since: Read::NotRead(reason.clone()),
        failed_sign_ins: Vec::new(),
        most_failed: Vec::new(),
        passwords_set: Vec::new(),
        changes: Vec::new(),
        elevations: Vec::new(),
        transfers: Vec::new(),
        network_sign_ins: None,
        parts: Some(unread.into_iter().chain([transfers()]).collect()),
        left_out: 0,
    }
}

#[cfg(test)]
mod tests;
