//! Accounts of Windows, from what the SAM database and the registry say.

use tenken_model::fact::accounts::{Account, PasswordState};
use tenken_model::fact::system::SystemFamily;
use tenken_model::register::{AccountKind, AccountRow, Registers};
use tenken_model::{Size, Span};

use super::*;
use crate::host::recorded::Answer;
use crate::host::windows_api::{
    AccountPolicy, AuditSetting, EventChannel, LocalAccount, LocalGroup, LocalMember, Membership, RegistryData,
    RegistryKey, RegistryValue,
};
use crate::host::{ReadError, ReadErrorKind, Recording};

const MACHINE: &str = "S-1-5-21-1004336348-1177238915-682003330";
const DAY: u32 = 86_400;

fn now() -> Instant {
    "2026-11-26T01:00:00Z".parse().unwrap()
}

fn sid(rid: u32) -> Sid {
    format!("{MACHINE}-{rid}").parse().unwrap()
}

fn local(name: &str, rid: u32, flags: u32) -> LocalAccount {
    LocalAccount { flags, password_age: 30 * DAY, ..LocalAccount::ordinary(name, sid(rid)) }
}

fn policy(min_length: u32, max_age: u32) -> AccountPolicy {
    AccountPolicy {
        min_length,
        max_age,
        min_age: 0,
        history: 0,
        properties: Some(0),
        lockout_threshold: 0,
        lockout_duration: 1_800,
        lockout_window: 1_800,
    }
}

fn group(number: u32, name: &str, members: &[(&str, &str, u32)]) -> LocalGroup {
    let member = |(sid, name, usage): &(&str, &str, u32)| LocalMember {
        sid: sid.parse().unwrap(),
        name: (*name).to_owned(),
        usage: *usage,
    };
    LocalGroup {
        sid: format!("S-1-5-32-{number}").parse().unwrap(),
        name: name.to_owned(),
        members: members.iter().map(member).collect(),
    }
}

fn host(accounts: Vec<LocalAccount>, groups: Vec<LocalGroup>) -> Recording {
    let mut host = Recording::new(now());
    host.family = SystemFamily::Windows;
    host.windows.accounts = Some(Answer::Given(accounts));
    host.windows.groups = Some(Answer::Given(groups));
    host.windows.account_policy = Some(Answer::Given(policy(8, u32::MAX)));
    host.windows.membership =
        Some(Answer::Given(Membership { kind: JoinKind::Workgroup, name: Some("WORKGROUP".into()) }));
    host.windows.records.insert("Security".to_owned(), Vec::new());
    host
}

fn fact(host: &Recording) -> Accounts {
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn first(host: &Recording) -> Account {
    fact(host).entries.remove(0)
}

fn administrators() -> Vec<LocalGroup> {
    vec![group(544, "Administrators", &[])]
}

#[test]
fn a_microsoft_account_has_a_password() {
    let joined = LocalAccount { internet_identity: Some(true), ..local("misak", 1_001, 0x1_0220) };
    let own = LocalAccount { internet_identity: Some(false), ..local("uketsuke", 1_002, 0x1_0220) };
    let disabled = LocalAccount { internet_identity: Some(true), ..local("mae", 1_003, 0x1_0222) };
    let found = fact(&host(vec![joined, own, disabled], vec![group(544, "Administrators", &[])]));
    let password = |number: usize| &found.entries[number].password;
    assert_eq!(password(0), &Read::Measured(PasswordState::Set));
    assert!(matches!(password(1), Read::NotRead(_)), "it may be empty");
    assert_eq!(password(2), &Read::Measured(PasswordState::Locked));
    let optional: Vec<_> = found.entries.iter().map(|account| account.password_optional).collect();
    assert_eq!(optional, [Some(false), Some(true), Some(false)]);
}

#[test]
fn a_group_that_everybody_is_in_makes_everybody_an_administrator() {
    for everybody in ["S-1-1-0", "S-1-5-2", "S-1-5-14", "S-1-5-15", "S-1-2-1", "S-1-5-32-545"] {
        let groups = vec![group(544, "Administrators", &[(everybody, "", 5)])];
        let found = fact(&host(vec![local("uketsuke", 1_002, 0x200)], groups));
        assert_eq!(found.entries[0].administrator, Read::Measured(true), "{everybody}");
    }
}

#[test]
fn flags_and_numbers_tell_of_an_account() {
    let tanaka = first(&host(vec![local("tanaka", 1001, 0x10201)], administrators()));
    assert_eq!((tanaka.uid, tanaka.shell.as_str(), tanaka.interactive), (1001, "", true));
    assert_eq!(tanaka.built_in, Read::Measured(false));
    assert_eq!(tanaka.enabled, Read::Measured(true));
    assert_eq!(tanaka.administrator, Read::Measured(false));
    assert_eq!(tanaka.password, Read::Measured(PasswordState::Set));
    assert_eq!(tanaka.password_changed, Read::Measured(Some("2026-10-27T01:00:00Z".parse().unwrap())));
    assert_eq!((tanaka.password_max_age, tanaka.expires), (Read::Measured(None), Read::Measured(None)));
    assert_eq!((tanaka.ssh_keys, tanaka.last_sign_in), (Read::Measured(0), Read::Measured(None)));
}

#[test]
fn accounts_of_the_system_are_known_by_number_and_not_by_name() {
    let accounts = vec![
        local("管理者", 500, 0x10200),
        local("Guest", 501, 0x10223),
        local("DefaultAccount", 503, 0x10223),
        local("WDAGUtilityAccount", 504, 0x10223),
        local("defaultuser0", 1000, 0x203),
        local("Administrator", 1001, 0x200),
    ];
    let fact = fact(&host(accounts, administrators()));
    let told: Vec<_> = fact.entries.iter().map(|account| (account.built_in.clone(), account.enabled.clone())).collect();
    let (yes, no) = (Read::Measured(true), Read::Measured(false));
    assert_eq!(told[0], (yes.clone(), yes.clone()));
    assert!(told[1..5].iter().all(|told| *told == (yes.clone(), no.clone())), "{told:?}");
    assert_eq!(told[5], (no, yes), "somebody made an account of that name");
}

#[test]
fn whether_there_is_a_password_is_known_only_where_one_is_demanded() {
    let password = |flags: u32, min_length: u32| {
        let mut host = host(vec![local("tanaka", 1001, flags)], administrators());
        host.windows.account_policy = Some(Answer::Given(policy(min_length, u32::MAX)));
        first(&host).password
    };
    assert_eq!(password(0x200, 1), Read::Measured(PasswordState::Set));
    assert_eq!(password(0x202, 0), Read::Measured(PasswordState::Locked), "disabled");
    for (flags, min_length) in [(0x220, 8), (0x200, 0), (0x220, 0)] {
        let Read::NotRead(reason) = password(flags, min_length) else { panic!("{flags:x} {min_length}") };
        assert_eq!(reason.code, ReasonCode::Inconclusive);
    }
}

#[test]
fn an_account_left_empty_before_a_password_was_demanded_is_not_taken_for_one_that_has_one() {
    let of = |age: u32, changed: Option<&str>| {
        let mut account = local("tanaka", 1001, 0x200);
        account.password_age = age;
        let mut host = host(vec![account], administrators());
        let record = |length: &str| {
            format!(
                "<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4739</EventID>\
                 <TimeCreated SystemTime='2026-11-20T00:00:00Z'/><Channel>Security</Channel></System><EventData>\
                 <Data Name='MinPasswordLength'>{length}</Data></EventData></Event>"
            )
        };
        host.windows.records.insert("Security".to_owned(), changed.map(record).into_iter().collect());
        first(&host).password
    };
    let set = Read::Measured(PasswordState::Set);
    assert!(matches!(of(30 * DAY, Some("8")), Read::NotRead(reason) if reason.code == ReasonCode::Inconclusive));
    assert_eq!(of(3 * DAY, Some("8")), set, "it was set since");
    assert_eq!(of(30 * DAY, Some("-")), set, "another part of the policy was changed");
    assert_eq!(of(30 * DAY, None), set, "no record tells that it was otherwise");
    assert!(matches!(of(u32::MAX, None), Read::NotRead(_)), "none was ever set");
}

#[test]
fn whether_an_account_has_a_password_is_unknown_where_records_may_not_be_read_or_it_must_be_changed() {
    let mut expired = local("hoshu", 1002, 0x200);
    expired.password_expired = true;
    let mut host = host(vec![local("tanaka", 1001, 0x200), expired], administrators());
    let password = |host: &Recording| fact(host).entries.into_iter().map(|it| it.password).collect::<Vec<_>>();
    let told = password(&host);
    assert_eq!(told[0], Read::Measured(PasswordState::Set));
    assert!(matches!(&told[1], Read::NotRead(_)), "what was set before is not told");
    host.windows.records.clear();
    assert!(password(&host).iter().all(|password| matches!(password, Read::NotRead(_))), "there is no such channel");
    let query = crate::host::windows_api::EventQuery::newest("Security", 200).ids([4739]);
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read events of Security", "access is denied");
    host.windows.events.insert(query, Answer::Refused(refused));
    assert!(password(&host).iter().all(|password| matches!(password, Read::NotRead(_))));
    host.windows.account_policy = Some(Answer::Given(policy(0, u32::MAX)));
    assert!(password(&host).iter().all(|password| matches!(password, Read::NotRead(_))));
}

#[test]
fn a_password_that_must_be_changed_has_no_known_age_and_one_that_ran_out_has() {
    let of = |age: u32, expired: bool, flags: u32, max_age: u32| {
        let mut account = local("tanaka", 1001, flags);
        (account.password_age, account.password_expired) = (age, expired);
        let mut host = host(vec![account], administrators());
        host.windows.account_policy = Some(Answer::Given(policy(8, max_age)));
        first(&host)
    };
    assert!(matches!(of(10, true, 0x200, 42 * DAY).password_changed, Read::NotRead(_)));
    assert!(matches!(of(50 * DAY, true, 0x1_0200, 42 * DAY).password_changed, Read::NotRead(_)), "it does not run out");
    assert!(matches!(of(50 * DAY, true, 0x200, 42 * DAY).password_changed, Read::Measured(Some(_))));
    assert_eq!(of(u32::MAX, false, 0x200, 42 * DAY).password_changed, Read::Measured(None), "never set");
    assert_eq!(of(1, false, 0x200, 42 * DAY).password_max_age, Read::Measured(Some(Span::from_days(42))));
    assert_eq!(of(1, false, 0x200, u32::MAX).password_max_age, Read::Measured(None));
    assert_eq!(of(1, false, 0x1_0200, 42 * DAY).password_max_age, Read::Measured(None));
}

#[test]
fn an_account_that_has_ended_does_not_open() {
    let ends = |expires: u32| {
        let mut account = local("hoshu", 1005, 0x200);
        account.expires = expires;
        first(&host(vec![account], administrators()))
    };
    let at = u32::try_from(now().timestamp()).unwrap();
    assert_eq!(ends(at).enabled, Read::Measured(false));
    assert_eq!(ends(at + 1).enabled, Read::Measured(true));
    assert_eq!((ends(0).enabled, ends(0).expires), (Read::Measured(true), Read::Measured(None)));
    assert_eq!(ends(at + DAY).expires, Read::Measured(Some("2026-11-27T01:00:00Z".parse().unwrap())));
}

#[test]
fn administrators_are_members_by_number_of_the_group() {
    let accounts = vec![local("a", 1001, 0x200), local("b", 1002, 0x200), local("c", 1003, 0x200)];
    let one = |rid: u32| sid(rid).to_string();
    let groups = vec![
        group(544, "管理者", &[(&one(1001), r"PC\a", 1), ("S-1-5-18", "", 5)]),
        group(551, "Backup Operators", &[(&one(1002), r"PC\b", 1)]),
        group(555, "Remote Desktop Users", &[(&one(1003), r"PC\c", 1)]),
    ];
    let fact = fact(&host(accounts, groups));
    let by: Vec<_> = fact.entries.iter().map(|account| account.administrator_by.clone()).collect();
    assert_eq!(
        by,
        [vec!["管理者 (S-1-5-32-544)".to_owned()], vec!["Backup Operators (S-1-5-32-551)".to_owned()], vec![]]
    );
    assert_eq!(fact.entries[2].administrator, Read::Measured(false));
    assert_eq!(fact.complete, Read::Measured(true));
}

#[test]
fn groups_within_groups_are_followed_and_everybody_is_everybody() {
    let accounts = || vec![local("a", 1001, 0x200)];
    let users = ("S-1-5-32-545", "Users", 4);
    let nested = |members: &[(&str, &str, u32)]| {
        let groups = vec![group(544, "Administrators", &[users]), group(545, "Users", members)];
        first(&host(accounts(), groups)).administrator
    };
    assert_eq!(nested(&[]), Read::Measured(false));
    assert_eq!(nested(&[("S-1-5-11", "", 5)]), Read::Measured(true));
    assert_eq!(nested(&[("S-1-5-32-544", "", 4)]), Read::Measured(false), "a ring ends");
    let direct = vec![group(544, "Administrators", &[("S-1-1-0", "Everyone", 5)])];
    assert_eq!(first(&host(accounts(), direct)).administrator, Read::Measured(true));
    let Read::NotRead(reason) = first(&host(accounts(), vec![group(545, "Users", &[])])).administrator else {
        panic!("no group of administrators")
    };
    assert_eq!(reason.code, ReasonCode::Missing);
}

#[test]
fn accounts_of_a_domain_or_of_entra_are_said_to_be_missing_with_who_is_administrator_by_them() {
    let domain = r"S-1-5-21-1-2-3-512";
    let groups =
        vec![group(544, "Administrators", &[(domain, r"KENSHIN\Domain Admins", 2), ("S-1-12-1-1-2-3-4", "", 8)])];
    let mut joined = host(Vec::new(), groups);
    joined.windows.membership =
        Some(Answer::Given(Membership { kind: JoinKind::Domain, name: Some("KENSHIN".into()) }));
    let Read::NotRead(reason) = fact(&joined).complete else { panic!("the domain's are not read") };
    assert!(reason.detail.contains("S-1-12-1-1-2-3-4, KENSHIN\\Domain Admins"), "{reason}");
    let mut entra = host(Vec::new(), administrators());
    let info = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo");
    let key = RegistryKey { subkeys: vec!["ABCD".into()], ..RegistryKey::default() };
    entra.windows.registry.insert(info.clone(), Answer::Given(key));
    assert!(matches!(fact(&entra).complete, Read::NotRead(reason) if reason.detail.contains("Entra ID")));
    entra.windows.registry.insert(info, Answer::Given(RegistryKey::default()));
    assert_eq!(fact(&entra).complete, Read::Measured(true), "it left");
    let Read::NotRead(reason) = fact(&joined).complete else { panic!("the domain's are not read") };
    assert_eq!(reason.code, ReasonCode::Elsewhere, "no host can tell");
}

#[test]
fn the_newest_of_the_database_and_the_profile_is_the_last_sign_in() {
    let mut account = local("tanaka", 1001, 0x200);
    account.last_logon = u32::try_from(now().timestamp()).unwrap() - DAY;
    let mut host = host(vec![account], administrators());
    assert_eq!(first(&host).last_sign_in, Read::Measured(Some("2026-11-25T01:00:00Z".parse().unwrap())));
    let yesterday = Read::Measured(Some("2026-11-25T01:00:00Z".parse().unwrap()));
    host.windows.registry.insert(RegistryPath::users(sid(1001).to_string()), Answer::Given(RegistryKey::default()));
    assert_eq!(first(&host).last_sign_in, yesterday, "a profile that stays loaded is no new sign-in");
    host.windows.accounts = Some(Answer::Given(vec![local("tanaka", 1001, 0x200)]));
    assert!(matches!(first(&host).last_sign_in, Read::NotRead(_)), "it is loaded since nobody knows when");
    let profile = format!(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{}", sid(1001));
    let half = |name: &str, half| RegistryValue { name: name.to_owned(), data: RegistryData::Number(half) };
    let values = vec![half("LocalProfileLoadTimeHigh", 0x01dc_5e6f), half("LocalProfileLoadTimeLow", 0)];
    let key = RegistryKey { values, ..RegistryKey::default() };
    host.windows.registry.insert(RegistryPath::machine(profile), Answer::Given(key));
    let loaded = crate::collect::file_time::of_halves(0x01dc_5e6f, 0).unwrap();
    assert_eq!(first(&host).last_sign_in, Read::Measured(Some(loaded)), "when it was loaded");
}

/// With a register that has one account.
fn registered(account: &str, kind: AccountKind) -> Needs {
    let row = AccountRow {
        host: "*".to_owned(),
        account: account.to_owned(),
        kind,
        owner: String::new(),
        administrator: false,
        ends: None,
        note: String::new(),
    };
    let mut registers = Registers::not_given("test");
    registers.accounts = Read::Measured(vec![row]);
    Needs { registers, time_references: Vec::new(), now: now() }
}

/// The audit policy has sign-ins that succeed recorded, or not.
fn sign_ins_recorded(success: bool) -> Answer<Vec<AuditSetting>> {
    let subcategory = "0cce9215-69ae-11d9-bed3-505054503030".parse().unwrap();
    Answer::Given(vec![AuditSetting { subcategory, success, failure: true }])
}

#[test]
fn a_maintenance_account_is_in_use_that_is_used_over_the_network() {
    let mut host = host(vec![local("hoshu", 1005, 0x200), local("tanaka", 1001, 0x200)], administrators());
    let signed_in = |rid: u32, time: &str| {
        format!(
            "<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4624</EventID>\
             <TimeCreated SystemTime='{time}'/><Channel>Security</Channel></System><EventData><Data Name='TargetUserSid'>{}\
             </Data><Data Name='LogonType'>3</Data></EventData></Event>",
            sid(rid)
        )
    };
    let records = vec![
        signed_in(1005, "2026-11-20T01:00:00Z"),
        signed_in(1005, "2026-11-21T01:00:00Z"),
        signed_in(1001, "2026-11-22T01:00:00Z"),
    ];
    host.windows.records.insert("Security".to_owned(), records);
    host.windows.channels.insert("Security".to_owned(), Answer::Given(security()));
    host.windows.audit_policy = Some(sign_ins_recorded(true));
    let needs = registered("HOSHU", AccountKind::Maintenance);
    let Outcome::Known(fact) = collect(&Look::new(&host), &needs) else { panic!("not known") };
    assert_eq!(fact.entries[0].last_sign_in, Read::Measured(Some("2026-11-21T01:00:00Z".parse().unwrap())));
    assert_eq!(fact.entries[1].last_sign_in, Read::Measured(None), "of others it is not asked");
    // Where none is recorded, nothing tells that it was not used; a use of the screen of lately is enough.
    host.windows.audit_policy = Some(sign_ins_recorded(false));
    let last = |host: &Recording, index: usize| match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact.entries[index].last_sign_in.clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(last(&host, 0), Read::NotRead(reason) if reason.code == ReasonCode::NotConfigured));
    assert_eq!(last(&host, 1), Read::Measured(None));
    let used_at = |days: i64| u32::try_from(now().timestamp() - days * 86_400).unwrap();
    for (days, known) in [(13, true), (15, false)] {
        let used = LocalAccount { last_logon: used_at(days), ..local("hoshu", 1005, 0x200) };
        host.windows.accounts = Some(Answer::Given(vec![used]));
        assert_eq!(matches!(last(&host, 0), Read::Measured(Some(_))), known, "{days} days ago");
    }
}

#[test]
fn an_emergency_account_is_not_told_unused_by_records_of_two_days() {
    let mut host = host(vec![local("hijou", 1005, 0x202)], administrators());
    let needs = registered("hijou", AccountKind::Emergency);
    host.windows.records.insert("Security".to_owned(), Vec::new());
    host.windows.audit_policy = Some(sign_ins_recorded(true));
    let mut of = |oldest: &str, number: u64| {
        let oldest = Some(oldest.parse().unwrap());
        let channel = EventChannel { oldest, oldest_record: Some(number), ..security() };
        host.windows.channels.insert("Security".to_owned(), Answer::Given(channel));
        match collect(&Look::new(&host), &needs) {
            Outcome::Known(fact) => fact.entries[0].last_sign_in.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(of("2026-11-10T00:00:00Z", 70_000), Read::Measured(None));
    assert_eq!(of("2026-11-24T00:00:00Z", 1), Read::Measured(None), "the machine is that young");
    let short = of("2026-11-24T00:00:00Z", 70_000);
    assert!(matches!(short, Read::NotRead(reason) if reason.code == ReasonCode::Missing));
}

/// The channel, which takes records.
fn security() -> EventChannel {
    EventChannel {
        enabled: true,
        max_size: Size::from_bytes(20 << 20),
        retention: false,
        auto_backup: false,
        access: None,
        file_size: Size::from_bytes(1 << 20),
        oldest_record: Some(1),
        oldest: None,
        records: 3,
        full: false,
    }
}

#[test]
fn what_may_not_be_read_is_unknown() {
    let refused = || ReadError::new(ReadErrorKind::NotPermitted, "read it", "access is denied");
    let mut host = host(vec![local("tanaka", 1001, 0x200)], administrators());
    host.windows.account_policy = Some(Answer::Refused(refused()));
    host.windows.groups = Some(Answer::Refused(refused()));
    host.windows.membership = Some(Answer::Refused(refused()));
    let fact = fact(&host);
    let account = &fact.entries[0];
    assert!(matches!(account.administrator, Read::NotRead(_)) && matches!(account.password, Read::NotRead(_)));
    assert!(matches!(account.password_max_age, Read::NotRead(_)) && matches!(fact.complete, Read::NotRead(_)));
    assert!(matches!(fact.sign_ins_since, Read::NotRead(_)), "no InstallDate");
    host.windows.accounts = Some(Answer::Refused(refused()));
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    assert!(matches!(collect(&Look::new(&host), &needs), Outcome::Failed(_)));
}

mod domain;
