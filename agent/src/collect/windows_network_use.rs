//! Uses over the network of accounts that the register has for maintenance or emergencies: shared folders, remote management and
//! what else signs in without a session. No other record tells of them: the manager of sessions knows those with a screen alone, and
//! Windows need not write such a sign-in to the account.
//!
//! Records 4624 of the Security channel, of the kinds 3 (network) and 8 (network, with the password sent along):
//! <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4624>.
//! Only accounts of this machine are asked for, by SID: a server has far too many sign-ins of others. Those of a domain are on record
//! with its controllers.
//!
//! Where Windows records no sign-ins, that none is on record tells nothing: what was used then is not known.

use std::collections::BTreeMap;
use std::net::IpAddr;

use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin};
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Instant, NameCase, Read, Reason, ReasonCode, Span};

use super::event_record::{self, EventRecord};
use super::logs::windows::{audit, takes_records};
use super::{Look, Needs};
use crate::host::windows_api::{EventQuery, LocalAccount, Sid};

const CHANNEL: &str = "Security";
/// Somebody signed in.
const SIGNED_IN: u32 = 4624;
/// LogonType.
const NETWORK: [u64; 2] = [3, 8];
/// The most accounts that are asked for: the event log takes some twenty terms.
const ACCOUNTS_MAX: usize = 12;
/// The most records that are looked at.
const RECORDS_MAX: usize = 1_000;
/// Sign-ins of one account from one place within so long are told as one: a program makes several.
const ONE_WITHIN: Span = Span::from_secs(3_600);

/// A sign-in over the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkUse {
    /// The account, as the machine spells it.
    pub account: String,
    /// Its SID.
    pub sid: Sid,
    /// The other machine's address; empty where none is on record.
    pub from: String,
    /// When.
    pub at: Instant,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkUses {
    /// The first of each hour, oldest first.
    pub uses: Vec<NetworkUse>,
    /// When each account was last used so.
    pub last: BTreeMap<Sid, Instant>,
    /// There are more.
    pub more: bool,
    /// From when on they are on record, where older records are gone.
    pub since: Option<Instant>,
}

/// Looks for them, no further back than `since`. Without such accounts nothing is asked.
pub fn of(look: &Look<'_>, needs: &Needs, accounts: &[LocalAccount], since: Instant) -> Result<NetworkUses, Reason> {
    let asked = registered(needs, accounts);
    if asked.is_empty() {
        return Ok(NetworkUses::default());
    }
    let on_record = recorded_since(look)?;
    let sids = asked.iter().take(ACCOUNTS_MAX).map(|account| account.sid.clone());
    let query = EventQuery::newest(CHANNEL, RECORDS_MAX).ids([SIGNED_IN]).since(since).of_accounts(sids);
    let page = look.events(&query).map_err(|error| error.reason())?;
    let uses = event_record::all(&page, CHANNEL)?;
    let uses = uses.iter().filter_map(|record| network_use(record, &asked)).collect();
    Ok(NetworkUses { more: page.more || asked.len() > ACCOUNTS_MAX, since: on_record, ..fold(uses) })
}

/// From when on sign-ins are on record, where older records are gone. That none are recorded is a failure.
fn recorded_since(look: &Look<'_>) -> Result<Option<Instant>, Reason> {
    let untold =
        |why: &str| Err(Reason::new(ReasonCode::NotConfigured, format!("look for sign-ins over the network: {why}")));
    let channel = look.event_channel(CHANNEL).map_err(|error| error.reason())?;
    if !takes_records(&channel) {
        return untold("the channel Security takes no records");
    }
    if !audit::read(look)?.iter().any(|audited| audited == audit::LOGON_SUCCESS) {
        return untold("Windows is set to record no sign-ins (audit policy, Logon, Success)");
    }
    Ok(channel.oldest.filter(|_| channel.oldest_record != Some(1)))
}

/// As what the register has an account of this machine, where its uses over the network are asked for.
pub fn kind(needs: &Needs, account: &LocalAccount) -> Option<AccountKind> {
    let Read::Measured(rows) = &needs.registers.accounts else { return None };
    let is_of = |row: &&AccountRow| is_asked(row.kind) && NameCase::Ignored.is_same(&row.account, &account.name);
    rows.iter().find(is_of).map(|row| row.kind)
}

fn is_asked(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Maintenance | AccountKind::Emergency)
}

/// The accounts of this machine that the register has for maintenance or emergencies. Of which hosts a row is, is not asked: the
/// policy brings those of this one.
fn registered<'a>(needs: &Needs, accounts: &'a [LocalAccount]) -> Vec<&'a LocalAccount> {
    accounts.iter().filter(|account| kind(needs, account).is_some()).collect()
}

fn network_use(record: &EventRecord, accounts: &[&LocalAccount]) -> Option<NetworkUse> {
    let is_network = record.number("LogonType").is_some_and(|kind| NETWORK.contains(&kind));
    let sid = record.value("TargetUserSid").filter(|_| is_network && record.id == SIGNED_IN)?;
    let account = accounts.iter().find(|account| account.sid.as_str() == sid)?;
    let address = record.value("IpAddress").and_then(|address| address.split('%').next()?.parse::<IpAddr>().ok());
    let address = address.map(|address| address.to_canonical()).filter(|address| !address.is_loopback());
    Some(NetworkUse {
        account: account.name.clone(),
        sid: account.sid.clone(),
        from: address.map(|address| address.to_string()).unwrap_or_default(),
        at: record.time?,
    })
}

/// The first of each hour and the last of each account, of sign-ins in any order.
fn fold(mut uses: Vec<NetworkUse>) -> NetworkUses {
    uses.sort_by_key(|it| it.at);
    let mut found = NetworkUses::default();
    for it in uses {
        found.last.insert(it.sid.clone(), it.at);
        let is_told = |told: &NetworkUse| {
            told.sid == it.sid && told.from == it.from && Span::between(told.at, it.at) < ONE_WITHIN
        };
        if !found.uses.iter().rev().any(is_told) {
            found.uses.push(it);
        }
    }
    found
}

/// As sessions, but for those with which a session on record began: Remote Desktop signs in over the network first.
pub fn sessions(uses: Vec<NetworkUse>, recorded: &[Session]) -> Vec<Session> {
    const BEGINS_WITHIN: Span = Span::from_secs(60);
    let is_recorded = |it: &NetworkUse| {
        recorded.iter().any(|session| {
            NameCase::Ignored.is_same(&session.account, &it.account)
                && Span::between(session.started, it.at).abs() <= BEGINS_WITHIN
        })
    };
    let session = |it: NetworkUse| Session {
        account: it.account,
        terminal: "network".to_owned(),
        origin: SessionOrigin::Network,
        from: it.from,
        started: it.at,
        ended: None,
        ended_by: SessionEnd::Unknown,
    };
    uses.into_iter().filter(|it| !is_recorded(it)).map(session).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(account: &str, from: &str, at: &str) -> NetworkUse {
        NetworkUse {
            account: account.to_owned(),
            sid: if account == "hoshu" { "S-1-5-21-1-2-3-1005" } else { "S-1-5-21-1-2-3-1006" }.parse().unwrap(),
            from: from.to_owned(),
            at: format!("2026-11-20T{at}Z").parse().unwrap(),
        }
    }

    #[test]
    fn what_a_program_does_within_an_hour_is_told_once() {
        let uses = vec![
            used("hoshu", "192.0.2.7", "02:30:00"),
            used("hoshu", "192.0.2.7", "01:59:59"),
            used("hoshu", "192.0.2.7", "01:00:00"),
            used("hoshu", "192.0.2.8", "01:10:00"),
            used("bcp", "192.0.2.7", "01:20:00"),
        ];
        let found = fold(uses.clone());
        assert_eq!(found.uses, [uses[2].clone(), uses[3].clone(), uses[4].clone(), uses[0].clone()]);
        assert_eq!(found.last.values().copied().collect::<Vec<_>>(), [uses[0].at, uses[4].at]);
    }

    #[test]
    fn the_sign_in_with_which_a_session_begins_is_no_other() {
        let session = |account: &str, at: &str| Session {
            account: account.to_owned(),
            terminal: "session 2".to_owned(),
            ..sessions(vec![used("hoshu", "192.0.2.7", at)], &[]).remove(0)
        };
        let uses = || vec![used("hoshu", "192.0.2.7", "01:00:00")];
        assert!(sessions(uses(), &[session("HOSHU", "01:00:20")]).is_empty());
        assert_eq!(sessions(uses(), &[session("hoshu", "01:02:00")]).len(), 1);
        assert_eq!(sessions(uses(), &[session("sato", "01:00:20")]).len(), 1);
    }
}
