//! What happened with the accounts of a Windows host, by its Security channel.
//!
//! Two bounded queries are put: what was done to accounts and groups, which is little, and sign-ins that failed. What the channel
//! is not told to record is not known: without the audit of failed sign-ins none is counted, which is another thing than none.
//!
//! A record that cannot be read leaves a gap: the others are told all the same, and only since the gap all are known to be there.

pub mod fold;

use tenken_model::fact::account_events::{AccountEvents, EventLog, EventLogKind};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use self::fold::People;
use super::KEPT_FOR;
use super::fold::LATELY;
use super::names::{day, hour, next_hour};
use crate::collect::event_record::{self, EventRecord};
use crate::collect::logs::windows::audit;
use crate::collect::{Look, Needs, Wake};
use crate::host::windows_api::{EventPage, EventQuery};

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
    match read(look, needs.now) {
        Ok(events) => Outcome::Known(events),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>, now: Instant) -> Result<AccountEvents, Reason> {
    let accounts = look.local_accounts().map_err(|error| error.reason())?;
    let machine = look.system().map_err(|error| error.reason())?.host_name;
    let people = People::new(&accounts, &machine);
    look.wake_on(Wake::EventChannel(CHANNEL.to_owned()));
    let channel = look.event_channel(CHANNEL).map_err(|error| error.reason());
    let read = channel.and_then(|channel| {
        let changes = query(look, EventQuery::newest(CHANNEL, CHANGES_MAX).ids(fold::CHANGES), KEPT_FOR, now)?;
        let failed = query(look, EventQuery::newest(CHANNEL, FAILED_MAX).ids([fold::FAILED]), LATELY, now)?;
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
    let counted_since = match counting(look, &changes) {
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
    let unseen = "uses of administrators' rights: Windows records none of them under User Account Control";
    Ok(AccountEvents {
        logs: vec![log],
        since,
        uses_since: Read::not_read(ReasonCode::Unsupported, unseen),
        counted_since,
        failed_sign_ins: rows.failed_sign_ins,
        most_failed: rows.most_failed,
        passwords_set: rows.passwords_set,
        changes: rows.changes,
        elevations: Vec::new(),
        transfers: Vec::new(),
        left_out: rows.left_out,
    })
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
fn counting(look: &Look<'_>, changes: &Found) -> Result<Option<Instant>, Reason> {
    let audited = audit::read(look)?;
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
        left_out: 0,
    }
}

#[cfg(test)]
mod tests;
