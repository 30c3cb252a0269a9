//! The policy of accounts of Windows.

use tenken_model::Instant;
use tenken_model::fact::system::SystemFamily;
use tenken_model::register::Registers;

use super::*;
use crate::host::recorded::Answer;
use crate::host::windows_api::{RegistryKey, RegistryValue};
use crate::host::{ReadError, ReadErrorKind, Recording};

const PRODUCT: &str = r"SYSTEM\CurrentControlSet\Control\ProductOptions";

fn policy(min_length: u32, properties: Option<u32>) -> AccountPolicy {
    AccountPolicy {
        min_length,
        max_age: 3_628_800,
        min_age: 0,
        history: 24,
        properties,
        lockout_threshold: 10,
        lockout_duration: 600,
        lockout_window: 600,
    }
}

fn host(policy: AccountPolicy, keys: Vec<(&str, &str, RegistryData)>) -> Recording {
    let mut host = Recording::new(Instant::UNIX_EPOCH);
    host.family = SystemFamily::Windows;
    host.windows.account_policy = Some(Answer::Given(policy));
    host.windows.accounts = Some(Answer::Given(Vec::new()));
    for (path, name, data) in keys {
        let path = RegistryPath::machine(path);
        let value = RegistryValue { name: name.to_owned(), data };
        let key = RegistryKey { values: vec![value], ..RegistryKey::default() };
        host.windows.registry.insert(path, Answer::Given(key));
    }
    host
}

fn fact(host: &Recording) -> PasswordPolicy {
    let now = Instant::UNIX_EPOCH;
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn asked(host: &Recording) -> Read<NewPasswords> {
    fact(host).new_passwords
}

fn texts(texts: &[&str]) -> RegistryData {
    RegistryData::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn complexity_asks_for_three_kinds_and_no_sign() {
    let Read::Measured(found) = asked(&host(policy(13, Some(1)), Vec::new())) else { panic!() };
    assert_eq!((found.min_length, found.letters, found.digits, found.signs), (13, true, false, false));
    assert!(found.windows_complexity && found.account_name && found.for_root && !found.dictionary);
    let Read::Measured(found) = asked(&host(policy(0, Some(1)), Vec::new())) else { panic!() };
    assert_eq!(found.min_length, 6, "complexity takes no fewer");
}

#[test]
fn what_microsoft_asks_of_its_accounts_is_not_known_here() {
    let account = |rid: u32, flags: u32, internet_identity: Option<bool>| LocalAccount {
        flags,
        internet_identity,
        ..LocalAccount::ordinary(&format!("hito{rid}"), format!("S-1-5-21-1-2-3-{rid}").parse().unwrap())
    };
    let known = |policy: AccountPolicy, accounts: Vec<LocalAccount>| {
        let mut host = host(policy, Vec::new());
        host.windows.accounts = Some(Answer::Given(accounts));
        let found = fact(&host);
        (found.new_passwords.measured().is_some(), found.history.measured().is_some())
    };
    let (joined, own, closed) =
        (account(1_001, 0x200, Some(true)), account(1_002, 0x200, Some(false)), account(1_003, 0x202, Some(true)));
    let weak = || AccountPolicy { history: 0, ..policy(0, Some(0)) };
    assert_eq!(known(policy(14, Some(1)), vec![joined.clone(), own.clone()]), (false, false));
    assert_eq!(known(policy(14, Some(1)), vec![own.clone(), closed, account(1_004, 0x200, None)]), (true, true));
    assert_eq!(known(weak(), vec![joined.clone()]), (false, false), "it is nobody's policy");
    assert_eq!(known(weak(), vec![joined.clone(), own.clone()]), (true, true), "it is too weak for the other");
    assert_eq!(known(policy(14, Some(0)), vec![joined, own]), (true, false));
}

#[test]
fn whose_passwords_they_are_is_not_known_where_accounts_could_not_be_listed() {
    let refusal = || ReadError::new(ReadErrorKind::TimedOut, "ask", "it took too long");
    let codes = |host: &Recording| {
        let PasswordPolicy { new_passwords, history, .. } = fact(host);
        match (new_passwords, history) {
            (Read::NotRead(one), Read::NotRead(other)) => [one.code, other.code],
            other => panic!("{other:?}"),
        }
    };
    let mut unlisted = host(policy(14, Some(1)), Vec::new());
    unlisted.windows.accounts = Some(Answer::Refused(refusal()));
    assert_eq!(codes(&unlisted), [ReasonCode::TimedOut; 2]);
    let mut untold = host(policy(14, Some(1)), Vec::new());
    untold.windows.registry.insert(RegistryPath::machine(PRODUCT), Answer::Refused(refusal()));
    assert_eq!(codes(&untold), [ReasonCode::TimedOut; 2], "that it is a controller is not known");
    let kind = (PRODUCT, "ProductType", RegistryData::Text("LanmanNT".into()));
    assert_eq!(codes(&host(policy(14, Some(1)), vec![kind])), [ReasonCode::Elsewhere; 2]);
}

#[test]
fn without_complexity_any_characters_go() {
    let Read::Measured(found) = asked(&host(policy(0, Some(0x10)), Vec::new())) else { panic!() };
    assert_eq!((found.checked_by, found.min_length, found.windows_complexity), (None, 0, false));
    let Read::Measured(found) = asked(&host(policy(14, Some(0)), Vec::new())) else { panic!() };
    assert_eq!((found.checked_by, found.letters), (Some(QualityModule::Windows), false));
}

#[test]
fn a_package_of_others_may_ask_for_what_is_not_known() {
    let of = |properties, packages: &[&str]| {
        asked(&host(policy(8, Some(properties)), vec![(LSA, "Notification Packages", texts(packages))]))
    };
    assert!(matches!(of(0, &["scecli", "RASSFM", ""]), Read::Measured(_)));
    assert!(matches!(of(0, &["scecli", "passfiltex"]), Read::NotRead(reason) if reason.detail.contains("passfiltex")));
    assert!(matches!(of(1, &["scecli", "passfiltex"]), Read::Measured(found) if found.windows_complexity));
    assert!(matches!(asked(&host(policy(8, None), Vec::new())), Read::NotRead(_)), "Windows did not tell");
}

#[test]
fn a_lockout_that_somebody_must_lift_has_no_end() {
    let lockout = |threshold, duration| {
        let policy = AccountPolicy { lockout_threshold: threshold, lockout_duration: duration, ..policy(8, Some(1)) };
        let Read::Measured(ways) = fact(&host(policy, Vec::new())).entry_ways else { panic!() };
        let Read::Measured(lockout) = ways[0].lockout.clone() else { panic!() };
        lockout
    };
    assert_eq!(lockout(0, 600), None);
    assert_eq!(lockout(5, FOREVER).unwrap().opens_after, None);
    assert_eq!(lockout(5, 600).unwrap().opens_after, Some(Span::from_secs(600)));
}

#[test]
fn only_a_demanded_card_is_a_second_factor() {
    let factor = |keys| {
        let Read::Measured(mut ways) = fact(&host(policy(8, Some(1)), keys)).entry_ways else { panic!() };
        ways.remove(0).second_factor
    };
    assert_eq!(factor(Vec::new()), Read::Measured(false));
    assert_eq!(factor(vec![(SIGN_IN_POLICY, "scforceoption", RegistryData::Number(1))]), Read::Measured(true));
    assert_eq!(factor(vec![(SIGN_IN_POLICY, "scforceoption", RegistryData::Number(0))]), Read::Measured(false));
    let text = vec![(SIGN_IN_POLICY, "scforceoption", RegistryData::Text("1".into()))];
    assert!(matches!(factor(text), Read::NotRead(_)), "a text is no number");
    let hello = vec![(r"SOFTWARE\Policies\Microsoft\PassportForWork", "Enabled", RegistryData::Number(1))];
    assert_eq!(factor(hello), Read::Measured(false), "the password stays beside it");
    let hidden = RegistryData::Text("{F00},{60B78E88-EAD8-445C-9CFD-0B87F74EA6CD}".into());
    assert!(matches!(factor(vec![(SIGN_IN_POLICY, "ExcludedCredentialProviders", hidden)]), Read::NotRead(_)));
    let foreign = format!(r"{FILTERS}\{{11111111-2222-3333-4444-555555555555}}");
    assert!(matches!(factor(vec![(foreign.as_str(), "", RegistryData::Text("x".into()))]), Read::NotRead(_)));
    let own = format!(r"{FILTERS}\{}", "{DDC0EED2-ADBE-40b6-A217-EDE16A79A0DE}");
    assert_eq!(factor(vec![(own.as_str(), "", RegistryData::Text("x".into()))]), Read::Measured(false));
}

#[test]
fn accounts_without_a_password_may_come_over_the_network_only_where_that_is_said() {
    let ways = |keys| fact(&host(policy(0, Some(0)), keys)).entry_ways.measured().unwrap().len();
    assert_eq!(ways(Vec::new()), 1);
    assert_eq!(ways(vec![(LSA, "LimitBlankPasswordUse", RegistryData::Number(1))]), 1);
    assert_eq!(ways(vec![(LSA, "LimitBlankPasswordUse", RegistryData::Number(0))]), 2);
}

#[test]
fn a_policy_that_may_not_be_read_is_no_policy() {
    let mut host = host(policy(8, Some(1)), Vec::new());
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read the account policy", "access is denied");
    host.windows.account_policy = Some(Answer::Refused(refused));
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    assert!(matches!(collect(&Look::new(&host), &needs), Outcome::Failed(_)));
}
