//! What records of the Security channel say happened, as rows of the fact.
//!
//! Records and the names of their values: <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4720>
//! and its neighbours: 4720 an account was made, 4722 enabled, 4723 its password changed by itself, 4724 set by another, 4725
//! disabled, 4726 deleted, 4738 changed; 4731 a local group was made, 4732, 4728 and 4756 got a member, 4733, 4729 and 4757
//! lost one, 4734 a local one was deleted; 4740 an account was locked out; 4719 the audit policy was changed; 4625 a sign-in failed.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::account_events::{
    AccountChange, AccountChangeKind, FailedDay, FailedSignIns, PASSWORDS_SET_MAX, PasswordSet, PasswordWay, SignInWay,
};
use tenken_model::{Instant, Read, ReasonCode, Span};

use crate::collect::account_events::fold::{
    CHANGES_MAX, FAILED_MAX, FIRST_ISSUE, may_be_name, most_failed, newest_first,
};
use crate::collect::account_events::names::{day, source};
use crate::collect::event_record::EventRecord;
use crate::host::windows_api::{LocalAccount, Sid};

/// A sign-in failed.
pub(super) const FAILED: u32 = 4625;
/// What is done to accounts and groups, and to the audit policy. The event log takes no more than some twenty in one query.
pub(super) const CHANGES: [u32; 17] =
    [4719, 4720, 4722, 4723, 4724, 4725, 4726, 4728, 4729, 4731, 4732, 4733, 4734, 4738, 4740, 4756, 4757];
/// Logon, as 4719 names the subcategory.
const LOGON: &str = "0cce9215-69ae-11d9-bed3-505054503030";
/// The system itself.
const SYSTEM: &str = "S-1-5-18";
/// The group that every account of a machine is in from the start, and that nobody uses.
const NONE_GROUP: u32 = 513;
/// STATUS_WRONG_PASSWORD, STATUS_INVALID_LOGON_HOURS, STATUS_INVALID_WORKSTATION, STATUS_PASSWORD_EXPIRED,
/// STATUS_ACCOUNT_DISABLED, STATUS_LOGON_TYPE_NOT_GRANTED, STATUS_ACCOUNT_EXPIRED, STATUS_PASSWORD_MUST_CHANGE and
/// STATUS_ACCOUNT_LOCKED_OUT are given for names that an account has.
const OF_AN_ACCOUNT: [u64; 9] = [
    0xc000_006a,
    0xc000_006f,
    0xc000_0070,
    0xc000_0071,
    0xc000_0072,
    0xc000_015b,
    0xc000_0193,
    0xc000_0224,
    0xc000_0234,
];
/// What 4738 tells of besides the password, which other records tell of.
const CHANGED: [&str; 8] = [
    "SamAccountName",
    "UserPrincipalName",
    "HomeDirectory",
    "UserWorkstations",
    "AccountExpires",
    "PrimaryGroupId",
    "UserAccountControl",
    "LogonHours",
];

/// The accounts of this machine; on a controller those of its domain.
pub(super) struct People<'a> {
    accounts: &'a [LocalAccount],
    machine: String,
    domain: Option<String>,
}

impl<'a> People<'a> {
    /// Those, on a machine of that name; on a controller also the name of its domain.
    pub(super) fn new(accounts: &'a [LocalAccount], machine: &str, domain: Option<String>) -> Self {
        Self { accounts, machine: machine.chars().take(15).collect(), domain }
    }

    fn of_sid(&self, sid: &str) -> Option<&'a LocalAccount> {
        self.accounts.iter().find(|account| account.sid.as_str() == sid)
    }

    fn is_here(&self, domain: Option<&str>) -> bool {
        let names = || std::iter::once(&self.machine).chain(&self.domain);
        domain.is_none_or(|domain| domain == "." || names().any(|name| domain.eq_ignore_ascii_case(name)))
    }

    /// An account as a record names it: by the name it has now, else as it was written, with the domain where it is of one.
    fn named(&self, record: &EventRecord, role: &str) -> Option<String> {
        // SubjectUserSid, and TargetSid or TargetUserSid.
        let sid = [format!("{role}Sid"), format!("{role}UserSid")].into_iter().find_map(|name| record.value(&name));
        if let Some(account) = sid.and_then(|sid| self.of_sid(sid)) {
            return Some(account.name.clone());
        }
        let domain = record.value(&format!("{role}DomainName"));
        self.told(record.value(&format!("{role}UserName"))?, domain)
    }

    /// Whom 4740 tells of, which has the name of the machine where it was tried in the place of a domain.
    fn locked_out(&self, record: &EventRecord) -> Option<String> {
        let here = record.value("TargetSid").and_then(|sid| self.of_sid(sid)).map(|account| account.name.clone());
        here.or_else(|| self.told(record.value("TargetUserName")?, record.value("SubjectDomainName")))
    }

    fn told(&self, name: &str, domain: Option<&str>) -> Option<String> {
        let name = match domain {
            Some(domain) if !self.is_here(Some(domain)) => format!(r"{domain}\{name}"),
            _ => name.to_owned(),
        };
        may_be_name(&name).then_some(name)
    }

    /// Who it is: a person, or nothing where it is the system, a service or a machine.
    pub(super) fn person(&self, record: &EventRecord, role: &str) -> Option<String> {
        let sid = record.value(&format!("{role}UserSid"))?;
        let is_person = sid.parse::<Sid>().is_ok_and(|sid| sid.is_of_domain_or_machine() || sid.is_of_entra());
        // An account of this machine may be called as machines are, to be overlooked.
        let is_machine = self.of_sid(sid).is_none()
            && record.value(&format!("{role}UserName")).is_some_and(|name| name.ends_with('$'));
        if is_person && !is_machine { self.named(record, role) } else { None }
    }

    /// A name that somebody typed, where an account has it: one of this machine, or one of those.
    pub(super) fn typed(&self, name: &str, domain: Option<&str>, known: &BTreeSet<String>) -> Option<String> {
        let local = self.accounts.iter().find(|account| account.name.eq_ignore_ascii_case(name));
        if let Some(local) = local.filter(|_| self.is_here(domain)) {
            return Some(local.name.clone());
        }
        self.told(name, domain).filter(|told| known.contains(&told.to_lowercase()))
    }

    /// The other machine by which it says it is; nothing where it is this one.
    pub(super) fn source(&self, written: Option<&str>) -> String {
        let written = written
            .filter(|written| !matches!(*written, "127.0.0.1" | "::1") && !written.eq_ignore_ascii_case(&self.machine));
        source(written.unwrap_or_default())
    }

    /// The other machine; nothing where it came from this one.
    pub(super) fn from(&self, record: &EventRecord) -> String {
        let address = self.source(record.value("IpAddress"));
        if address.is_empty() { self.source(record.value("WorkstationName")) } else { address }
    }

    /// Who did it: a person, or nothing where the system or the machine itself did.
    pub(super) fn subject(&self, record: &EventRecord) -> Option<String> {
        self.person(record, "Subject")
    }
}

/// The rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) failed_sign_ins: Vec<FailedSignIns>,
    pub(super) most_failed: Vec<FailedDay>,
    pub(super) passwords_set: Vec<PasswordSet>,
    pub(super) changes: Vec<AccountChange>,
    pub(super) left_out: i64,
}

/// Makes rows of records.
pub(super) fn fold(changes: &[EventRecord], failed: &[EventRecord], people: &People<'_>, now: Instant) -> Rows {
    let failed_sign_ins = failed_sign_ins(failed, people);
    let mut rows = Rows {
        most_failed: most_failed(&failed_sign_ins, now),
        failed_sign_ins,
        passwords_set: passwords_set(changes, people),
        changes: changes.iter().filter_map(|record| change(record, people)).collect(),
        left_out: 0,
    };
    let left_out = newest_first(&mut rows.failed_sign_ins, FAILED_MAX, |row| (row.day, row.count))
        + newest_first(&mut rows.passwords_set, PASSWORDS_SET_MAX, |row| {
            (row.by_another != Read::Measured(false), row.at)
        })
        + newest_first(&mut rows.changes, CHANGES_MAX, |row| row.at);
    rows.left_out = i64::try_from(left_out).unwrap_or(i64::MAX);
    rows
}

/// Whether it tells that the audit of sign-ins was changed.
pub(super) fn is_change_of_logon_audit(record: &EventRecord) -> bool {
    let of = record.value("SubcategoryGuid").map(|guid| guid.trim_matches(['{', '}']).to_ascii_lowercase());
    record.id == 4719 && of.is_some_and(|of| of == LOGON)
}

fn failed_sign_ins(records: &[EventRecord], people: &People<'_>) -> Vec<FailedSignIns> {
    let mut rows: BTreeMap<(Option<String>, String, &str, Instant), FailedSignIns> = BTreeMap::new();
    for record in records {
        let Some(at) = record.time else { continue };
        let account = failed_account(record, people);
        let source = people.from(record);
        let way = match record.number("LogonType") {
            Some(2 | 7 | 11) => SignInWay::Console,
            _ => SignInWay::Other,
        };
        let day = day(at);
        let row = rows.entry((account.clone(), source.clone(), way.word(), day)).or_insert_with(|| FailedSignIns {
            account,
            source,
            way,
            day,
            count: 0,
            first: at,
            last: at,
        });
        row.count += 1;
        row.first = row.first.min(at);
        row.last = row.last.max(at);
    }
    rows.into_values().collect()
}

/// The account, where the name is that of one: an account of this machine, or one that whoever refused it knows.
fn failed_account(record: &EventRecord, people: &People<'_>) -> Option<String> {
    let name = record.value("TargetUserName")?;
    let domain = record.value("TargetDomainName");
    let local = people.accounts.iter().find(|account| account.name.eq_ignore_ascii_case(name));
    if let Some(local) = local.filter(|_| people.is_here(domain)) {
        return Some(local.name.clone());
    }
    let given = ["SubStatus", "Status"]
        .iter()
        .any(|field| record.number(field).is_some_and(|status| OF_AN_ACCOUNT.contains(&status)));
    given.then(|| people.told(name, domain)).flatten()
}

fn passwords_set(records: &[EventRecord], people: &People<'_>) -> Vec<PasswordSet> {
    let made: Vec<(&str, Instant)> = records
        .iter()
        .filter(|record| record.id == 4720)
        .filter_map(|record| Some((record.value("TargetSid")?, record.time?)))
        .collect();
    let row = |record: &EventRecord| {
        if !matches!(record.id, 4723 | 4724) || record.is_audit_failure() {
            return None;
        }
        let at = record.time?;
        let account = people.named(record, "Target")?;
        let sid = record.value("TargetSid").unwrap_or_default();
        let setter = record.value("SubjectUserSid").unwrap_or_default();
        let by = people.subject(record);
        let by_another = match (&by, setter) {
            (Some(_), setter) => Read::Measured(setter != sid),
            (None, SYSTEM) => {
                let detail = "read who set a password: the system did, for a program or by LAPS";
                Read::not_read(ReasonCode::Inconclusive, detail)
            }
            (None, _) => Read::not_read(ReasonCode::Inconclusive, "read who set a password: no person is on record"),
        };
        let first_issue = made.iter().any(|(made, when)| {
            let since = Span::between(*when, at);
            *made == sid && since >= Span::ZERO && since <= FIRST_ISSUE
        });
        Some(PasswordSet { account, at, how: PasswordWay::Other, by, by_another, first_issue })
    };
    records.iter().filter_map(row).collect()
}

fn change(record: &EventRecord, people: &People<'_>) -> Option<AccountChange> {
    if record.is_audit_failure() {
        return None;
    }
    let kind = match record.id {
        4720 => AccountChangeKind::AccountAdded,
        4722 => AccountChangeKind::AccountUnlocked,
        4725 => AccountChangeKind::AccountLocked,
        4726 => AccountChangeKind::AccountRemoved,
        4738 if CHANGED.iter().any(|name| record.value(name).is_some()) => AccountChangeKind::AccountChanged,
        4740 => AccountChangeKind::AccountLockedOut,
        4731 => AccountChangeKind::GroupAdded,
        4734 => AccountChangeKind::GroupRemoved,
        4728 | 4732 | 4756 => AccountChangeKind::MemberAdded,
        4729 | 4733 | 4757 => AccountChangeKind::MemberRemoved,
        _ => return None,
    };
    let (account, group) = match kind {
        AccountChangeKind::GroupAdded | AccountChangeKind::GroupRemoved => (None, Some(group(record)?)),
        AccountChangeKind::MemberAdded | AccountChangeKind::MemberRemoved => {
            (Some(member(record, people)?), Some(group(record)?))
        }
        AccountChangeKind::AccountLockedOut => (Some(people.locked_out(record)?), None),
        AccountChangeKind::AccountAdded
        | AccountChangeKind::AccountRemoved
        | AccountChangeKind::AccountChanged
        | AccountChangeKind::AccountLocked
        | AccountChangeKind::AccountUnlocked => (Some(people.named(record, "Target")?), None),
    };
    Some(AccountChange { kind, account, group, by: people.subject(record), at: record.time? })
}

/// The group by its name and SID; nothing for the one that everybody is put in.
fn group(record: &EventRecord) -> Option<String> {
    let sid: Sid = record.value("TargetSid")?.parse().ok()?;
    if sid.is_of_domain_or_machine() && sid.rid() == Some(NONE_GROUP) {
        return None;
    }
    let name = record.value("TargetUserName").filter(|name| may_be_name(name))?;
    Some(format!("{name} ({sid})"))
}

/// The member: an account of this machine by its name, others as they are written.
fn member(record: &EventRecord, people: &People<'_>) -> Option<String> {
    let sid = record.value("MemberSid")?;
    if let Some(account) = people.of_sid(sid) {
        return Some(account.name.clone());
    }
    let name = record.value("MemberName").filter(|name| may_be_name(name));
    Some(name.unwrap_or(sid).to_owned())
}
