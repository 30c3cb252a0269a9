//! Who worked with the rights of an administrator, or as another account.
//!
//! User Account Control writes no record of each question that it asks. What there is: 4672 with each sign-in of an account that has
//! rights over the system
//! <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4672>,
//! and 4648 where a program was given another account's name and password
//! <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4648>.
//!
//! The system itself, machines and services are left out; so are accounts that may back up files or act for their clients and have
//! no other right.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::account_events::{Elevation, ElevationWay};
use tenken_model::{Instant, Reason, Span};

use super::CHANNEL;
use super::busy::{self, Records};
use super::fold::People;
use crate::collect::Look;
use crate::collect::account_events::fold::{ELEVATIONS_MAX, newest_first};
use crate::collect::account_events::names::day;
use crate::collect::event_record::EventRecord;
use crate::host::windows_api::{EventQuery, Sid};

/// Special privileges were given at a sign-in.
const PRIVILEGED: u32 = 4672;
/// A sign-in was tried with credentials that were given.
const GIVEN: u32 = 4648;
/// The system, its two accounts for services, and nobody.
const NO_PEOPLE: [&str; 4] = ["S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-7"];
/// The most records of one answer.
const PAGE_RECORDS: usize = 1_000;
/// Rights that administrators alone have.
const ADMINISTRATORS: [&str; 2] = ["SeTakeOwnershipPrivilege", "SeDebugPrivilege"];
/// Under whom Windows is set up, before it has an account.
const SETUP: &str = "defaultuser0";
/// How a record names this machine, in every language.
const HERE: &str = "localhost";

/// Asks for them.
pub(super) fn read(look: &Look<'_>, oldest: Option<Instant>, back: Span, now: Instant) -> Result<Records, Reason> {
    let asked = |but_by: Vec<Sid>| EventQuery::newest(CHANNEL, PAGE_RECORDS).ids([PRIVILEGED, GIVEN]).but_by(but_by);
    busy::read(look, (&NO_PEOPLE, "SubjectUserSid"), asked, (oldest, back, now))
}

/// Makes rows of records, with how many were left out. `known` are accounts of other machines that signed in.
pub(super) fn fold(records: &[EventRecord], people: &People<'_>, known: &BTreeSet<String>) -> (Vec<Elevation>, usize) {
    let subjects = records.iter().filter_map(|record| Some(people.subject(record)?.to_lowercase()));
    let known: BTreeSet<String> = subjects.chain(known.iter().cloned()).collect();
    let mut rows = BTreeMap::<_, Elevation>::new();
    for record in records {
        let Some((at, (way, account, target))) = record.time.zip(used(record, people, &known)) else { continue };
        let day = day(at);
        let row = rows.entry((way.word(), account.clone(), target.clone(), day)).or_insert_with(|| Elevation {
            way,
            account: Some(account),
            target,
            day,
            count: 0,
            failed: 0,
            first: at,
            last: at,
        });
        row.count += 1;
        row.first = row.first.min(at);
        row.last = row.last.max(at);
    }
    let mut rows: Vec<Elevation> = rows.into_values().collect();
    let left_out = newest_first(&mut rows, ELEVATIONS_MAX, |row| row.day);
    (rows, left_out)
}

/// What somebody did, who, and as whom.
fn used(
    record: &EventRecord,
    people: &People<'_>,
    known: &BTreeSet<String>,
) -> Option<(ElevationWay, String, Option<String>)> {
    let account = people.subject(record)?;
    if record.value("SubjectUserName").is_some_and(|name| name.eq_ignore_ascii_case(SETUP)) {
        return None;
    }
    match record.id {
        PRIVILEGED => {
            let mut rights = record.value("PrivilegeList")?.split_ascii_whitespace();
            rights.any(|right| ADMINISTRATORS.contains(&right)).then_some((
                ElevationWay::AdministratorSignIn,
                account,
                None,
            ))
        }
        GIVEN => {
            let is_here = record.value("TargetServerName").is_none_or(|server| server.eq_ignore_ascii_case(HERE));
            let target = people.typed(record.value("TargetUserName")?, record.value("TargetDomainName"), known);
            if is_here && target.as_ref().is_some_and(|target| target.eq_ignore_ascii_case(&account)) {
                return None;
            }
            let way = if is_here { ElevationWay::OtherCredentials } else { ElevationWay::OtherCredentialsElsewhere };
            Some((way, account, target))
        }
        _ => None,
    }
}
