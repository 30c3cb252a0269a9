//! Ways in which Windows keeps passwords so that they can be had back.
//!
//! The SAM database keeps digests that nobody but the system reads; what it is told to keep beside them is read here:
//! - reversibly encrypted passwords: `DOMAIN_PASSWORD_STORE_CLEARTEXT` ([MS-SAMR] 2.2.3.5) and
//!   `UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED` (USER_INFO_3);
//! - `NoLMHash`: <https://learn.microsoft.com/en-us/troubleshoot/windows-server/windows-security/prevent-windows-store-lm-hash-password>,
//!   which counts as 1 since Windows Vista unless it is 0;
//! - `UseLogonCredential` of WDigest, which counts as 0 since Windows 8.1 unless it is 1 (KB2871997).

use tenken_model::fact::password_storage::{PasswordStorage, RecoverablePasswords, RecoverableWay};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use super::{laps, lsa};
use crate::collect::accounts::windows::ENCRYPTED_TEXT_ALLOWED;
use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryData, RegistryPath};

/// DOMAIN_PASSWORD_STORE_CLEARTEXT.
const STORE_CLEARTEXT: u32 = 0x10;
const LSA: &str = r"SYSTEM\CurrentControlSet\Control\Lsa";
const WDIGEST: &str = r"SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest";

/// How this host keeps passwords of its accounts.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<PasswordStorage> {
    let kept = || Reason::new(ReasonCode::Unsupported, "read what is kept of passwords: the SAM database tells nobody");
    Outcome::Known(PasswordStorage {
        passwords: Read::NotRead(kept()),
        files: Read::NotRead(kept()),
        new_passwords: Read::NotRead(kept()),
        recoverable: recoverable(look).into(),
        local_administrators: laps::local_administrators(look, needs.now).into(),
        lsa_protection: Read::Measured(Some(lsa::protection(look))),
    })
}

fn recoverable(look: &Look<'_>) -> Result<Vec<RecoverablePasswords>, Reason> {
    let mut found = Vec::new();
    let mut add = |way, origin: String| found.push(RecoverablePasswords { way, origin });
    let policy = look.account_policy().map_err(|error| error.reason())?;
    let untold =
        || Reason::new(ReasonCode::Unsupported, "read whether passwords are kept reversibly: Windows did not tell");
    if policy.properties.ok_or_else(untold)? & STORE_CLEARTEXT != 0 {
        add(RecoverableWay::Policy, "ClearTextPassword (account policy)".to_owned());
    }
    let accounts = look.local_accounts().map_err(|error| error.reason())?;
    if accounts.is_empty() {
        let detail =
            "read how passwords are kept: those of a domain, of which this machine is a controller, are not read";
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    for account in accounts {
        if account.flags & ENCRYPTED_TEXT_ALLOWED != 0 {
            add(RecoverableWay::Account, account.name);
        }
    }
    if number(look, LSA, "NoLMHash")? == Some(0) {
        add(RecoverableWay::LanManager, format!(r"HKLM\{LSA}!NoLMHash"));
    }
    if number(look, WDIGEST, "UseLogonCredential")?.is_some_and(|number| number != 0) {
        add(RecoverableWay::Memory, format!(r"HKLM\{WDIGEST}!UseLogonCredential"));
    }
    Ok(found)
}

/// A number of the registry; one of another type is not known to count.
fn number(look: &Look<'_>, key: &str, name: &str) -> Result<Option<u64>, Reason> {
    let found = look.registry(&RegistryPath::machine(key)).map_err(|error| error.reason())?.unwrap_or_default();
    let odd = || {
        let detail = format!(r"read HKLM\{key}!{name}: it is no number, and what Windows makes of it is not known");
        Reason::new(ReasonCode::Unparsable, detail)
    };
    found.value(name).map(|data| RegistryData::number(data).ok_or_else(odd)).transpose()
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::fact::system::SystemFamily;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;
    use crate::host::recorded::Answer;
    use crate::host::windows_api::{AccountPolicy, LocalAccount, RegistryKey, RegistryValue};

    fn host(properties: Option<u32>, flags: u32, keys: Vec<(&str, &str, RegistryData)>) -> Recording {
        let mut host = Recording::new(Instant::UNIX_EPOCH);
        host.family = SystemFamily::Windows;
        host.windows.account_policy = Some(Answer::Given(AccountPolicy {
            min_length: 8,
            max_age: u32::MAX,
            min_age: 0,
            history: 0,
            properties,
            lockout_threshold: 0,
            lockout_duration: 0,
            lockout_window: 0,
        }));
        let account = LocalAccount { flags, ..LocalAccount::ordinary("chap", "S-1-5-21-1-2-3-1001".parse().unwrap()) };
        host.windows.accounts = Some(Answer::Given(vec![account]));
        for (path, name, data) in keys {
            let value = RegistryValue { name: name.to_owned(), data };
            let key = RegistryKey { values: vec![value], ..RegistryKey::default() };
            host.windows.registry.insert(RegistryPath::machine(path), Answer::Given(key));
        }
        host
    }

    fn ways(host: &Recording) -> Read<Vec<RecoverableWay>> {
        let now = Instant::UNIX_EPOCH;
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now };
        match collect(&Look::new(host), &needs) {
            Outcome::Known(fact) => fact.recoverable.map(|found| found.into_iter().map(|found| found.way).collect()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn as_windows_is_installed_nothing_can_be_had_back() {
        assert_eq!(ways(&host(Some(1), 0x200, Vec::new())), Read::Measured(Vec::new()));
        let explicit =
            vec![(LSA, "NoLMHash", RegistryData::Number(1)), (WDIGEST, "UseLogonCredential", RegistryData::Number(0))];
        assert_eq!(ways(&host(Some(0), 0x200, explicit)), Read::Measured(Vec::new()));
    }

    #[test]
    fn each_way_is_found() {
        let keys =
            vec![(LSA, "NoLMHash", RegistryData::Number(0)), (WDIGEST, "UseLogonCredential", RegistryData::Number(1))];
        let all = [RecoverableWay::Policy, RecoverableWay::Account, RecoverableWay::LanManager, RecoverableWay::Memory];
        assert_eq!(ways(&host(Some(0x11), 0x280, keys)), Read::Measured(all.to_vec()));
        assert_eq!(ways(&host(Some(1), 0x282, Vec::new())), Read::Measured(vec![RecoverableWay::Account]));
    }

    #[test]
    fn what_is_not_told_or_of_another_type_is_unknown() {
        assert!(matches!(ways(&host(None, 0x200, Vec::new())), Read::NotRead(_)));
        let text = vec![(WDIGEST, "UseLogonCredential", RegistryData::Text("1".into()))];
        assert!(matches!(ways(&host(Some(1), 0x200, text)), Read::NotRead(_)));
        let mut controller = host(Some(1), 0x200, Vec::new());
        controller.windows.accounts = Some(Answer::Given(Vec::new()));
        assert!(matches!(ways(&controller), Read::NotRead(_)), "its accounts are the domain's");
    }
}
