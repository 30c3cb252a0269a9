//! Sessions of Windows: what the manager of local sessions recorded, and who is there now.
//!
//! `Microsoft-Windows-TerminalServices-LocalSessionManager/Operational` has a record of each sign-in at the screen and over
//! Remote Desktop in every edition, with the account, the number of the session and the address it came from. It is small and
//! reaches further back than the Security channel. That one is asked for uses over the network of the accounts that the register has
//! for maintenance or emergencies.

pub mod fold;

use std::collections::BTreeSet;

use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin, Sessions};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use self::fold::{Happened, SessionEvent};
use super::list::{KEPT_FOR, List};
use crate::collect::event_record;
use crate::collect::windows_network_use::{self, NetworkUses};
use crate::collect::{Look, Needs, Wake};
use crate::host::windows_api::{EventQuery, WindowsSession};

/// The channel.
pub const CHANNEL: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";
/// The most records of sessions that are looked at: some two thousand sessions.
const RECORDS_MAX: usize = 4_000;
/// The most starts and ends of the system that are looked at.
const STARTS_MAX: usize = 500;
/// WTSActive.
const ACTIVE: u32 = 0;

/// The sessions of this host.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Sessions> {
    match read(look, needs) {
        Ok(sessions) => Outcome::Known(sessions),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>, needs: &Needs) -> Result<Sessions, Reason> {
    let now = needs.now;
    let machine = look.system().map_err(|error| error.reason())?.host_name;
    let from = Span::from_millis(-KEPT_FOR.millis()).after(now);
    let present = look.windows_sessions().map_err(|error| error.reason());
    look.wake_on(Wake::EventChannel(CHANNEL.to_owned()));
    let channel = look.event_channel(CHANNEL).map_err(|error| error.reason());
    let past = channel.as_ref().map_err(Clone::clone).and_then(|_| past(look, from));
    let (events, cut, unread) = match &past {
        Ok(past) => (past.events.as_slice(), past.cut, past.unread.as_ref()),
        Err(_) => (&[][..], 0, None),
    };
    let open = present.as_ref().ok().map(|present| {
        let is_used = |session: &&WindowsSession| session.state == ACTIVE && !session.account.is_empty();
        present.iter().filter(is_used).map(|session| session.id).collect::<BTreeSet<u32>>()
    });
    let mut list = List::default();
    let recorded = fold::sessions(events, &machine, open.as_ref());
    let goes_on = |session: &&Session| session.ended_by == SessionEnd::Open;
    let known: BTreeSet<String> = recorded.iter().filter(goes_on).map(|session| session.terminal.clone()).collect();
    let network = over_the_network(look, needs, from);
    let (over_network, more) = match &network {
        Ok(found) => (windows_network_use::sessions(found.uses.clone(), &recorded), i64::from(found.more)),
        Err(_) => (Vec::new(), 0),
    };
    list.add_past(recorded);
    list.add_past(over_network);
    if let Ok(present) = &present {
        let here = present.iter().filter_map(|session| of_present(session, &machine));
        // Of a session that was taken up again the system knows when it was first begun.
        list.add_present(here.filter(|session| !known.contains(&session.terminal)).collect());
    }
    let since = match channel {
        Ok(channel) if !channel.enabled => Read::Measured(None),
        Ok(channel) => match (channel.oldest, &past) {
            (Some(oldest), Ok(_)) => Read::Measured(Some(oldest)),
            (_, Err(reason)) => Read::NotRead(reason.clone()),
            (None, Ok(_)) => Read::not_read(ReasonCode::Inconclusive, format!("look for sessions: {CHANNEL} is empty")),
        },
        Err(reason) => Read::NotRead(reason),
    };
    let (entries, too_many) = list.finish(now);
    let left_out = i64::try_from(too_many).unwrap_or(i64::MAX).saturating_add(cut).saturating_add(more);
    let complete = match (&since, &present.map(drop).and(network.map(drop))) {
        (Read::NotRead(reason), _) | (_, Err(reason)) => Read::NotRead(reason.clone()),
        (Read::Measured(None), Ok(())) => {
            Read::not_read(ReasonCode::Missing, format!("look for sessions: {CHANNEL} is switched off"))
        }
        (Read::Measured(Some(_)), Ok(())) => match unread {
            Some(reason) => Read::NotRead(reason.clone()),
            None => Read::Measured(left_out == 0),
        },
    };
    Ok(Sessions { entries, since, complete, left_out })
}

/// Sign-ins without a session of the accounts that the register has for maintenance or emergencies.
fn over_the_network(look: &Look<'_>, needs: &Needs, from: Instant) -> Result<NetworkUses, Reason> {
    if !matches!(&needs.registers.accounts, Read::Measured(rows) if !rows.is_empty()) {
        return Ok(NetworkUses::default());
    }
    let accounts = look.aside().local_accounts().map_err(|error| error.reason())?;
    windows_network_use::of(look, needs, &accounts, from)
}

/// What happened to sessions, oldest first.
struct Past {
    events: Vec<SessionEvent>,
    /// How many records were left out: those that could not be read, and 1 where there are more than are looked at.
    cut: i64,
    /// Why some could not be read: of the others it is told what they say.
    unread: Option<Reason>,
}

fn past(look: &Look<'_>, from: Instant) -> Result<Past, Reason> {
    let query = EventQuery::newest(CHANNEL, RECORDS_MAX).ids(fold::IDS).since(from);
    let sessions = look.events(&query).map_err(|error| error.reason())?;
    let system = EventQuery::newest("System", STARTS_MAX).ids(fold::SYSTEM_IDS).provider("EventLog").since(from);
    let starts = look.events(&system).map_err(|error| error.reason())?;
    let (mut events, mut cut, mut unread) = (Vec::new(), i64::from(sessions.more), None);
    for xml in sessions.records.iter().chain(&starts.records) {
        match event_record::parse(xml) {
            Ok(record) => events.extend(fold::event(&record)),
            Err(error) => {
                cut += 1;
                unread.get_or_insert(Reason::new(ReasonCode::Unparsable, format!("read sessions: {error}")));
            }
        }
    }
    // What stops the machine is written before what comes of it.
    events.sort_by_key(|event| (event.at, !matches!(event.what, Happened::Stopped | Happened::Started)));
    Ok(Past { events, cut, unread })
}

/// A session that goes on. One that is disconnected is none: nobody sits before it.
fn of_present(session: &WindowsSession, machine: &str) -> Option<Session> {
    if session.state != ACTIVE || session.account.is_empty() {
        return None;
    }
    let from = session.client.clone().filter(|_| session.remote).unwrap_or_default();
    Some(Session {
        account: fold::account(&format!(r"{}\{}", session.domain, session.account), machine),
        terminal: fold::terminal(session.id),
        origin: if session.remote { SessionOrigin::Network } else { SessionOrigin::Console },
        from,
        started: session.signed_in?,
        ended: None,
        ended_by: SessionEnd::Open,
    })
}

#[cfg(test)]
mod tests;
