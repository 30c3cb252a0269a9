//! Sign-ins over the network, without a session: to shared folders, to manage the machine and the like.
//!
//! Records 4624 of the kinds 3 (network) and 8 (network, with the password sent along), with the version of NTLM in `LmPackageName`:
//! <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4624>;
//! and 1149 of Remote Desktop, which took a name and a password, whether or not a session was begun.
//!
//! A busy server has hundreds of 4624 a minute, nearly all by a few accounts, which must not hide the others.
//!
//! Left out are machines, services and nobody (ANONYMOUS LOGON), and accounts that the register has, but for what it is an old or
//! an open way to sign in by.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::account_events::{NetworkSignIns, NetworkWay, NtlmVersion};
use tenken_model::register::AccountRow;
use tenken_model::{Instant, NameCase, Read, Reason, Span};

use super::CHANNEL;
use super::busy::{self, Records};
use super::fold::People;
use crate::collect::account_events::fold::newest_first;
use crate::collect::account_events::names::{day, next_hour};
use crate::collect::event_record::{self, EventRecord};
use crate::collect::{Look, Needs};
use crate::host::windows_api::{EventQuery, Sid};

/// Somebody signed in.
const SIGNED_IN: u32 = 4624;
/// LogonType.
const NETWORK: u32 = 3;
const NETWORK_PASSWORD: u32 = 8;
/// The system, and nobody.
const NO_PEOPLE: [&str; 2] = ["S-1-5-18", "S-1-5-7"];
/// The most records of one answer.
const PAGE_RECORDS: usize = 500;
/// The most days, accounts and sources that are told.
const TOLD_MAX: usize = 300;
/// ElevatedToken.
const ELEVATED: &str = "%%1842";
const NOT_ELEVATED: &str = "%%1843";
/// Remote Desktop.
const REMOTE_DESKTOP: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational";
const AUTHENTICATED: u32 = 1149;
const REMOTE_MAX: usize = 500;

/// Asks for sign-ins over the network of so long.
pub(super) fn read(look: &Look<'_>, oldest: Option<Instant>, back: Span, now: Instant) -> Result<Records, Reason> {
    let asked = |but_of: Vec<Sid>| {
        let query = EventQuery::newest(CHANNEL, PAGE_RECORDS).ids([SIGNED_IN]);
        query.of_types([NETWORK, NETWORK_PASSWORD]).but_of(but_of)
    };
    busy::read(look, (&NO_PEOPLE, "TargetUserSid"), asked, (oldest, back, now))
}

/// Records that Remote Desktop took a name and a password, and since when they are all there, if some were left out. A machine that
/// never took any has no such channel, or an empty one.
pub(super) fn read_remote(
    look: &Look<'_>,
    back: Span,
    now: Instant,
) -> Result<(Vec<EventRecord>, Option<Instant>), Reason> {
    let since = Span::from_millis(-back.millis()).after(now);
    let query = EventQuery::newest(REMOTE_DESKTOP, REMOTE_MAX).ids([AUTHENTICATED]).since(since);
    let page = match look.events(&query) {
        Ok(page) => page,
        Err(error) if error.is_not_there() => return Ok((Vec::new(), None)),
        Err(error) => return Err(error.reason()),
    };
    let records = event_record::all(&page, REMOTE_DESKTOP)?;
    let last = records.last().and_then(|record| record.time);
    let since = last.filter(|_| page.more).map(next_hour);
    Ok((records, since))
}

/// The accounts of other machines that signed in, by name: such a name is that of an account.
pub(super) fn names(records: &[EventRecord], people: &People<'_>) -> BTreeSet<String> {
    records.iter().filter_map(|record| Some(people.person(record, "Target")?.to_lowercase())).collect()
}

/// A way from one place on one day.
type Same = (String, String, NetworkWay, Option<NtlmVersion>, Instant);

/// Makes rows of records; with how many were left out.
pub(super) fn fold(
    records: &[EventRecord],
    remote: &[EventRecord],
    people: &People<'_>,
    needs: &Needs,
) -> (Vec<NetworkSignIns>, usize) {
    let known = names(records, people);
    let mut rows: BTreeMap<Same, NetworkSignIns> = BTreeMap::new();
    let signed_in = records.iter().filter_map(|record| sign_in(record, people));
    for row in signed_in.chain(remote.iter().filter_map(|record| taken(record, people, &known))) {
        let same = (row.account.clone(), row.source.clone(), row.way, row.ntlm, row.day);
        match rows.get_mut(&same) {
            Some(told) => {
                told.count += 1;
                told.first = told.first.min(row.first);
                told.last = told.last.max(row.last);
                told.administrator = told.administrator.max(row.administrator);
            }
            None => drop(rows.insert(same, row)),
        }
    }
    let is_registered = |account: &str| match &needs.registers.accounts {
        Read::Measured(rows) => {
            let is_of = |row: &AccountRow| NameCase::Ignored.is_same(&row.account, account);
            rows.iter().any(is_of)
        }
        Read::NotRead(_) => false,
    };
    let mut told: Vec<(bool, NetworkSignIns)> =
        rows.into_values().map(|row| (is_registered(&row.account), row)).collect();
    told.retain(|(registered, row)| !registered || is_telling(row));
    let left_out = newest_first(&mut told, TOLD_MAX, |(registered, row)| (!registered, row.day, row.count));
    (told.into_iter().map(|(_, row)| row).collect(), left_out)
}

/// Of whomever it is: it went by an old protocol, or sent the password along.
fn is_telling(row: &NetworkSignIns) -> bool {
    row.way == NetworkWay::NetworkPassword || matches!(row.ntlm, Some(NtlmVersion::Lm | NtlmVersion::Ntlm1))
}

fn sign_in(record: &EventRecord, people: &People<'_>) -> Option<NetworkSignIns> {
    let at = record.time?;
    let way = match u32::try_from(record.number("LogonType")?).ok()? {
        NETWORK => NetworkWay::Network,
        NETWORK_PASSWORD => NetworkWay::NetworkPassword,
        _ => return None,
    };
    let ntlm = match record.value("LmPackageName") {
        Some("LM") => Some(NtlmVersion::Lm),
        Some("NTLM V1") => Some(NtlmVersion::Ntlm1),
        Some("NTLM V2") => Some(NtlmVersion::Ntlm2),
        _ => None,
    };
    let administrator = match record.value("ElevatedToken") {
        Some(ELEVATED) => Some(true),
        Some(NOT_ELEVATED) => Some(false),
        _ => None,
    };
    let source = people.from(record);
    let account = people.person(record, "Target")?;
    Some(NetworkSignIns { account, source, way, ntlm, administrator, day: day(at), count: 1, first: at, last: at })
}

/// What Remote Desktop took. The name is what somebody typed: it is told where an account has it.
fn taken(record: &EventRecord, people: &People<'_>, known: &BTreeSet<String>) -> Option<NetworkSignIns> {
    let at = record.time.filter(|_| record.id == AUTHENTICATED)?;
    let account = people.typed(record.value("Param1")?, record.value("Param2"), known)?;
    let source = people.source(record.value("Param3"));
    let way = NetworkWay::RemoteDesktop;
    let (day, administrator, ntlm) = (day(at), None, None);
    Some(NetworkSignIns { account, source, way, ntlm, administrator, day, count: 1, first: at, last: at })
}
