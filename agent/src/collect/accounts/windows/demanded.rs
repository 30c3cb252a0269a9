//! Since when passwords are demanded, by records of the Security channel that the policy of passwords was changed.
//!
//! Nobody is told whether a password is empty: no interface says it, a sign-in on trial would be one, and the database's own keys
//! hold what must not be read. So an account that was left without a password when none was demanded is like others, but for the time
//! at which its password was set. Record 4739 has the shortest password where it was changed, and `-` where it was
//! not: <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4739>.

use tenken_model::{Instant, Reason};

use crate::collect::Look;
use crate::collect::event_record::{self, EventRecord};
use crate::host::windows_api::EventQuery;

const CHANNEL: &str = "Security";
/// The policy of a domain, or of the machine's own accounts, was changed.
const POLICY_CHANGED: u32 = 4739;
/// The most changes that are looked at.
const CHANGES_MAX: usize = 200;

/// Since when; nothing where no record tells that it was ever otherwise. Channels reach back for some time only: where the change was
/// before it, nobody knows, and what is demanded now is taken to have been demanded.
pub(super) fn since(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    let query = EventQuery::newest(CHANNEL, CHANGES_MAX).ids([POLICY_CHANGED]);
    let page = look.events(&query).map_err(|error| error.reason())?;
    Ok(of(&event_record::all(&page, CHANNEL)?, now))
}

/// The same of records in any order. Of the first that is there, what was before it is not known; and where the last lets passwords be
/// empty, which the policy does no longer, one is missing.
fn of(records: &[EventRecord], now: Instant) -> Option<Instant> {
    let shortest = |record: &EventRecord| Some((record.time?, record.number("MinPasswordLength")?));
    let mut changes: Vec<(Instant, u64)> = records.iter().filter_map(shortest).collect();
    changes.sort_unstable();
    match changes.iter().rposition(|(_, length)| *length == 0) {
        None => changes.first().map(|(at, _)| *at),
        Some(last_without) => Some(changes.get(last_without + 1).map_or(now, |(at, _)| *at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> Instant {
        format!("2026-11-20T{hour:02}:00:00Z").parse().unwrap()
    }

    fn record(hour: u32, length: &str) -> EventRecord {
        let xml = format!(
            "<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4739</EventID>\
             <TimeCreated SystemTime='2026-11-20T{hour:02}:00:00Z'/><Channel>Security</Channel></System><EventData>\
             <Data Name='DomainPolicyChanged'>Password Policy</Data><Data Name='MinPasswordLength'>{length}</Data>\
             </EventData></Event>"
        );
        event_record::parse(&xml).unwrap()
    }

    #[test]
    fn the_change_that_ended_empty_passwords_counts() {
        let of = |changes: &[(u32, &str)]| {
            let records: Vec<EventRecord> = changes.iter().map(|(hour, length)| record(*hour, length)).collect();
            of(&records, at(23))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(1, "-")]), None, "another part of the policy");
        assert_eq!(of(&[(1, "8")]), Some(at(1)), "what was before is not known");
        assert_eq!(of(&[(5, "13"), (1, "8"), (3, "-")]), Some(at(1)), "newest first, as channels give them");
        assert_eq!(of(&[(1, "8"), (2, "0"), (4, "8"), (6, "13")]), Some(at(4)));
        assert_eq!(of(&[(1, "8"), (2, "0")]), Some(at(23)), "since when is in no record");
    }
}
