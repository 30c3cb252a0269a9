//! Accounts, groups, policies and sessions of this machine.

use super::*;
use crate::host::ReadError;
use crate::host::windows::ffi::library::is_wine;

/// What was read; on Wine the error is a line, and what was not tried is said.
fn read<T>(answer: Result<T, ReadError>, what: &str) -> Option<T> {
    match answer {
        Ok(found) => Some(found),
        Err(error) => {
            assert!(is_wine(), "{error}");
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
            println!("SKIPPED {what}: wine has no such answer ({error})");
            None
        }
    }
}

#[test]
fn accounts_are_listed() {
    let names = accounts::names().unwrap();
    assert!(!names.is_empty() && names.iter().all(|name| !name.is_empty()), "{names:?}");
    if let Some(accounts) = read(accounts(), "details of accounts") {
        assert!(accounts.iter().all(|account| account.sid.is_of_domain_or_machine()), "{accounts:?}");
    }
}

#[test]
fn groups_are_named_by_their_sid() {
    let Some(groups) = read(groups(), "local groups") else { return };
    if groups.is_empty() {
        assert!(is_wine());
        println!("SKIPPED local groups: wine lists none");
        return;
    }
    let administrators = groups.iter().find(|group| group.sid.as_str() == "S-1-5-32-544").unwrap();
    assert!(!administrators.members.is_empty(), "{groups:?}");
}

#[test]
fn the_account_policy_is_numbers() {
    let Some(policy) = read(account_policy(), "account policy") else { return };
    assert!(policy.min_length <= 128 && policy.history <= 1_024, "{policy:?}");
}

#[test]
fn the_audit_policy_is_told_to_whom_may_see_it() {
    let Some(settings) = read(audit_policy(), "audit policy") else { return };
    assert!(settings.len() > 50, "{settings:?}");
}

#[test]
fn the_machine_is_a_member_of_something() {
    let membership = membership().unwrap();
    assert!(membership.name.is_some_and(|name| !name.is_empty()));
}

#[test]
fn sessions_are_those_of_people() {
    let Some(sessions) = read(sessions(), "sessions") else { return };
    assert!(sessions.iter().all(|session| session.id != 0), "{sessions:?}");
}
