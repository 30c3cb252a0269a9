use tenken_model::fact::system::SystemFamily;

use super::*;
use crate::host::Recording;
use crate::host::recorded::Answer;
use crate::host::windows_api::{JoinKind, LocalGroup, LocalMember, Membership, RegistryValue};

const ENTRA: &str = r"SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo";
const CSP: &str = ROOTS[0].1;
const GPO: &str = ROOTS[1].1;
const CONFIG: &str = ROOTS[2].1;
const OLDER: &str = ROOTS[3].1;
const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;

fn now() -> Instant {
    "2026-11-26T01:00:00Z".parse().unwrap()
}

fn ago(seconds: u32) -> Instant {
    Span::from_millis(-Span::from_secs(i64::from(seconds)).millis()).after(now())
}

fn account(name: &str, rid: u32, flags: u32, password_age: u32) -> LocalAccount {
    LocalAccount {
        flags,
        password_age,
        ..LocalAccount::ordinary(name, format!("S-1-5-21-1-2-3-{rid}").parse().unwrap())
    }
}

/// A member of a domain with these accounts, all of which are administrators but the last.
fn member(accounts: Vec<LocalAccount>) -> Recording {
    let mut host = Recording::new(now());
    host.family = SystemFamily::Windows;
    let membership = Membership { kind: JoinKind::Domain, name: Some("KENSHIN".to_owned()) };
    host.windows.membership = Some(Answer::Given(membership));
    let member = |account: &LocalAccount| LocalMember { sid: account.sid.clone(), name: String::new(), usage: 1 };
    let administrators = accounts.iter().take(accounts.len().saturating_sub(1)).map(member).collect();
    let group =
        LocalGroup { sid: "S-1-5-32-544".parse().unwrap(), name: "Administrators".to_owned(), members: administrators };
    host.windows.groups = Some(Answer::Given(vec![group]));
    host.windows.accounts = Some(Answer::Given(accounts));
    host
}

/// The built-in administrator, whose password is so old, and a person.
fn one(password_age: u32) -> Recording {
    member(vec![account("Administrator", 500, 0x200, password_age), account("sato", 1001, 0x200, DAY)])
}

fn with(mut host: Recording, path: &str, values: &[(&str, RegistryData)]) -> Recording {
    let values = values.iter().map(|(name, data)| RegistryValue { name: (*name).to_owned(), data: data.clone() });
    let key = RegistryKey { values: values.collect(), ..RegistryKey::default() };
    host.windows.registry.insert(RegistryPath::machine(path), Answer::Given(key));
    host
}

fn number(number: u32) -> RegistryData {
    RegistryData::Number(number)
}

/// LAPS last gave that account a password so long ago.
fn changed(host: Recording, rid: u32, seconds: u32) -> Recording {
    let time = RegistryData::LongNumber(file_time::units(ago(seconds)).unwrap());
    with(host, STATE, &[("LastPasswordUpdateTime", time), ("LastAccountRidUpdated", number(rid))])
}

fn told(host: &Recording) -> Result<Option<LocalAdministrators>, Reason> {
    local_administrators(&Look::new(host), now())
}

fn found(host: &Recording) -> LocalAdministrators {
    told(host).unwrap().unwrap()
}

fn laps(host: &Recording) -> Laps {
    found(host).laps.unwrap()
}

fn unmanaged(host: &Recording) -> Read<Vec<String>> {
    found(host).unmanaged
}

fn named(names: &[&str]) -> Read<Vec<String>> {
    Read::Measured(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn in_a_workgroup_and_on_a_controller_there_is_nothing_to_keep() {
    let mut host = one(DAY);
    host.windows.membership = Some(Answer::Given(Membership { kind: JoinKind::Workgroup, name: None }));
    assert_eq!(told(&host), Ok(None));
    let mut joined = with(host, ENTRA, &[]);
    joined.windows.registry.insert(
        RegistryPath::machine(ENTRA),
        Answer::Given(RegistryKey { subkeys: vec!["5B1C".to_owned()], ..RegistryKey::default() }),
    );
    assert_eq!(unmanaged(&joined), named(&["Administrator"]), "joined to Entra ID");
    let product = r"SYSTEM\CurrentControlSet\Control\ProductOptions";
    let controller = with(one(DAY), product, &[("ProductType", RegistryData::Text("LanmanNT".to_owned()))]);
    assert_eq!(told(&controller), Ok(None), "its accounts are the domain's");
}

#[test]
fn what_laps_did_counts_and_not_what_it_is_told() {
    let host = with(one(9 * DAY), GPO, &[("BackupDirectory", number(2)), ("PasswordAgeDays", number(15))]);
    assert_eq!(laps(&host).changed, Read::Measured(None), "never yet");
    assert_eq!(unmanaged(&host), named(&["Administrator"]));
    let host = changed(host, 500, 9 * DAY);
    let laps = laps(&host);
    assert_eq!((laps.policy, laps.directory), (LapsPolicy::GroupPolicy, LapsDirectory::ActiveDirectory));
    assert_eq!((laps.password_max_age, laps.password_length), (Span::from_days(15), Some(14)));
    assert_eq!(laps.changed, Read::Measured(Some(ago(9 * DAY))));
    assert_eq!(unmanaged(&host), named(&[]));
}

#[test]
fn an_account_that_laps_does_not_change_is_unmanaged() {
    let accounts = || {
        vec![
            account("Administrator", 500, 0x202, 0),
            account("kanri", 1000, 0x200, 400 * DAY),
            account("lapsadmin", 1001, 0x200, DAY),
            account("sato", 1002, 0x200, DAY),
        ]
    };
    let host = with(member(accounts()), CSP, &[("BackupDirectory", number(1))]);
    let host = changed(host, 1001, DAY);
    assert_eq!(found(&host).accounts, ["kanri", "lapsadmin"], "one that is disabled or no administrator is none");
    assert_eq!(unmanaged(&host), named(&["kanri"]));
    let other = changed(host, 500, DAY);
    assert_eq!(unmanaged(&other), named(&["kanri", "lapsadmin"]), "LAPS keeps the one that is disabled");
}

#[test]
fn a_password_that_somebody_set_after_laps_is_unmanaged() {
    let policy = [("BackupDirectory", number(2))];
    let of = |age: u32| unmanaged(&changed(with(one(age), CSP, &policy), 500, 9 * DAY));
    assert_eq!(of(9 * DAY), named(&[]));
    assert_eq!(of(9 * DAY - HOUR / 2), named(&[]), "the two are not written at once");
    assert_eq!(of(9 * DAY - 2 * HOUR), named(&["Administrator"]));
    assert_eq!(of(DAY), named(&["Administrator"]));
}

#[test]
fn the_first_place_with_a_setting_is_in_force_alone() {
    let host = with(one(DAY), CONFIG, &[("BackupDirectory", number(2)), ("PasswordLength", number(20))]);
    assert_eq!((laps(&host).policy, laps(&host).password_length), (LapsPolicy::Local, Some(20)));
    let host = with(host, GPO, &[("PasswordAgeDays", number(7))]);
    assert_eq!((laps(&host).policy, laps(&host).directory), (LapsPolicy::GroupPolicy, LapsDirectory::Off));
    assert_eq!(laps(&host).password_length, Some(14), "nothing is taken from another place");
    let host = with(host, CSP, &[("Unrelated", number(1))]);
    assert_eq!(laps(&host).policy, LapsPolicy::GroupPolicy, "no setting");
    let host = with(host, CSP, &[("backupdirectory", number(1)), ("PasswordAgeDays", number(9_999))]);
    assert_eq!((laps(&host).policy, laps(&host).directory), (LapsPolicy::DeviceManagement, LapsDirectory::Entra));
    assert_eq!(laps(&host).password_max_age, Span::from_days(365));
}

#[test]
fn laps_that_is_off_manages_nobody() {
    assert_eq!(found(&one(DAY)).laps, None);
    assert_eq!(unmanaged(&changed(one(DAY), 500, DAY)), named(&["Administrator"]), "what it did before goes stale");
    let off = with(changed(one(DAY), 500, DAY), CSP, &[("BackupDirectory", number(0))]);
    assert_eq!((laps(&off).directory, unmanaged(&off)), (LapsDirectory::Off, named(&["Administrator"])));
    let older = with(one(DAY), OLDER, &[("AdmPwdEnabled", number(0))]);
    assert_eq!((laps(&older).policy, laps(&older).directory), (LapsPolicy::Legacy, LapsDirectory::Off));
}

#[test]
fn a_phrase_of_words_has_no_length() {
    let of = |complexity: u32| {
        let policy = [("BackupDirectory", number(1)), ("PasswordComplexity", number(complexity))];
        laps(&with(one(DAY), CSP, &policy)).password_length
    };
    assert_eq!((of(4), of(5), of(6), of(8)), (Some(14), Some(14), None, None));
}

#[test]
fn the_older_client_does_not_tell_what_it_did() {
    let host = with(one(DAY), OLDER, &[("AdmPwdEnabled", number(1)), ("PasswordLength", number(16))]);
    let emulated = changed(host.clone(), 500, DAY);
    assert_eq!((laps(&emulated).policy, unmanaged(&emulated)), (LapsPolicy::Legacy, named(&[])));
    let client = with(emulated, OLDER_CLIENT, &[]);
    assert!(matches!(unmanaged(&client), Read::NotRead(_)));
    assert!(matches!(laps(&client).changed, Read::NotRead(_)));
    let both = with(client, GPO, &[("BackupDirectory", number(2))]);
    assert_eq!(unmanaged(&both), named(&[]), "the older policy is passed over");
}

#[test]
fn what_is_of_another_form_or_closed_is_unknown() {
    let text = RegistryData::Text("2".to_owned());
    assert!(told(&with(one(DAY), CSP, &[("BackupDirectory", text.clone())])).is_err());
    assert!(told(&with(one(DAY), CSP, &[("BackupDirectory", number(3))])).is_err());
    assert!(told(&with(one(DAY), GPO, &[("PasswordAgeDays", text.clone())])).is_err());
    assert!(told(&with(one(DAY), STATE, &[("LastPasswordUpdateTime", text)])).is_err());
    let policy = [("BackupDirectory", number(2))];
    let time = RegistryData::LongNumber(file_time::units(ago(DAY)).unwrap());
    let nameless = with(with(one(DAY), CSP, &policy), STATE, &[("LastPasswordUpdateTime", time)]);
    assert!(matches!(unmanaged(&nameless), Read::NotRead(_)));
    let mut groups = one(DAY);
    groups.windows.groups = None;
    assert!(told(&groups).is_err());
}
