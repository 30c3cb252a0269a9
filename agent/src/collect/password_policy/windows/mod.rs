//! What Windows asks of passwords of its own accounts. Those of a domain or of Entra ID are asked elsewhere.
//!
//! - Policy: <https://learn.microsoft.com/en-us/windows/win32/api/lmaccess/ns-lmaccess-user_modals_info_0> and
//!   [MS-SAMR] 2.2.3.5 (`PasswordProperties`).
//! - Complexity: <https://learn.microsoft.com/en-us/windows/win32/secmgmt/strong-password-enforcement-and-passfilt-dll>. It is asked
//!   when a password is set, also by an administrator; of the history an administrator is not asked.

use tenken_model::fact::password_policy::{
    EntryWay, Lockout, NewPasswords, PasswordHistory, PasswordPolicy, QualityModule,
};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Span};

use crate::collect::accounts::windows::{DISABLED, is_controller};
use crate::collect::{Look, Needs};
use crate::host::windows_api::{AccountPolicy, LocalAccount, RegistryData, RegistryPath};

/// DOMAIN_PASSWORD_COMPLEX.
const COMPLEX: u32 = 0x1;
/// Complexity takes no fewer characters.
const COMPLEX_MIN: i64 = 6;
/// Fewer characters satisfy no requirement, whoever else asks for more.
const WEAK_BELOW: i64 = 8;
/// The most accounts that a reason names.
const NAMED_MAX: usize = 8;
/// What all ones stand for: never, or until somebody does it.
const FOREVER: u32 = u32::MAX;
/// Packages that are told of new passwords and refuse none by rules of their own; Windows has them from the start.
const OWN_PACKAGES: [&str; 4] = ["scecli", "rassfm", "kdcsvc", "wdigest"];
/// Where packages are named that may refuse new passwords.
const LSA: &str = r"SYSTEM\CurrentControlSet\Control\Lsa";
const SIGN_IN_POLICY: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
const FILTERS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\Credential Provider Filters";
/// The filter that Windows has from the start.
const OWN_FILTER: &str = "{ddc0eed2-adbe-40b6-a217-ede16a79a0de}";
/// What asks for a password at the screen.
const PASSWORD_PROVIDER: &str = "{60b78e88-ead8-445c-9cfd-0b87f74ea6cd}";

/// What this host asks of passwords of its accounts.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<PasswordPolicy> {
    let policy = match look.account_policy() {
        Ok(policy) => policy,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let elsewhere = Elsewhere::read(look);
    let unless = |is_weak: bool| elsewhere.as_ref().map_err(Clone::clone)?.unless(is_weak);
    let new_passwords = new_passwords(&policy, foreign_packages(look)).and_then(|found| {
        let is_weak = !found.windows_complexity || found.min_length < WEAK_BELOW;
        unless(is_weak).map(|()| found)
    });
    let history = PasswordHistory {
        generations: i64::from(policy.history),
        stays_for: Some(Span::from_secs(i64::from(policy.min_age))),
        for_root: false,
        origin: "account policy".to_owned(),
    };
    Outcome::Known(PasswordPolicy {
        new_passwords: new_passwords.into(),
        history: unless(policy.history == 0).map(|()| history).into(),
        entry_ways: entry_ways(look, &policy),
    })
}

/// Accounts that are joined to a Microsoft account: their password is that one's, which Microsoft asks for and which this policy
/// does not reach.
struct Elsewhere {
    names: Vec<String>,
    /// Other accounts are open, whose passwords the policy is for.
    beside_others: bool,
    /// The accounts are those of a domain, which may have other policies for some.
    of_domain: bool,
}

impl Elsewhere {
    fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let of_domain = is_controller(look)?;
        Ok(Self::of(&look.local_accounts().map_err(|error| error.reason())?, of_domain))
    }

    fn of(accounts: &[LocalAccount], of_domain: bool) -> Self {
        let open = accounts.iter().filter(|account| account.flags & DISABLED == 0);
        let (joined, own): (Vec<_>, Vec<_>) = open.partition(|account| account.internet_identity == Some(true));
        let names = joined.iter().map(|account| account.name.clone()).collect();
        Self { names, beside_others: of_domain || !own.is_empty(), of_domain }
    }

    /// What the policy asks tells of all passwords where there are no such accounts, and where it asks too little of the others.
    fn unless(&self, is_weak: bool) -> Result<(), Reason> {
        if is_weak && self.beside_others || self.names.is_empty() && !self.of_domain {
            return Ok(());
        }
        if self.of_domain {
            let why = "fine-grained policies of the domain are not read, and may ask less of some";
            return Err(Reason::new(ReasonCode::Elsewhere, format!("read what passwords must be: {why}")));
        }
        let named = self.names.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
        let why = "their passwords are those of Microsoft accounts, which are asked for elsewhere";
        Err(Reason::new(ReasonCode::Unsupported, format!("read what passwords of {named} must be: {why}")))
    }
}

/// What a new password must meet, given the packages of others that may ask for more.
fn new_passwords(policy: &AccountPolicy, foreign: Result<Vec<String>, Reason>) -> Result<NewPasswords, Reason> {
    let untold = || Reason::new(ReasonCode::Unsupported, "read the complexity of passwords: Windows did not tell");
    let is_complex = policy.properties.ok_or_else(untold)? & COMPLEX != 0;
    let foreign = foreign?;
    if !is_complex && !foreign.is_empty() {
        let detail = format!("read what passwords must be: what {} asks of them is not known", foreign.join(", "));
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let least = i64::from(policy.min_length);
    Ok(NewPasswords {
        checked_by: (is_complex || least > 0).then_some(QualityModule::Windows),
        min_length: if is_complex { least.max(COMPLEX_MIN) } else { least },
        // Digits and signs are two kinds of the three that are asked for.
        letters: is_complex,
        digits: false,
        signs: false,
        windows_complexity: is_complex,
        differs_by: 0,
        dictionary: false,
        account_name: is_complex,
        max_repeat: None,
        for_root: true,
        origins: vec![
            format!("MinimumPasswordLength={least} (account policy)"),
            format!("PasswordComplexity={} (account policy)", i32::from(is_complex)),
        ],
    })
}

/// Packages of others that look at new passwords (`Notification Packages`).
fn foreign_packages(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let key = look.registry(&RegistryPath::machine(LSA)).map_err(|error| error.reason())?;
    let named = key.as_ref().and_then(|key| key.texts("Notification Packages")).unwrap_or_default();
    let is_own = |name: &&String| {
        name.is_empty() || OWN_PACKAGES.iter().any(|own| own.eq_ignore_ascii_case(name.trim_end_matches(".dll")))
    };
    Ok(named.iter().filter(|name| !is_own(name)).cloned().collect())
}

/// The screen, before the machine and over Remote Desktop, and the network where it takes accounts without a password.
fn entry_ways(look: &Look<'_>, policy: &AccountPolicy) -> Read<Vec<EntryWay>> {
    let lockout = Read::Measured(lockout(policy));
    let console = EntryWay {
        service: "console".to_owned(),
        second_factor: second_factor(look).into(),
        // LimitBlankPasswordUse leaves the screen of the machine open to them.
        empty_password: Read::Measured(true),
        lockout: lockout.clone(),
    };
    match number(look, LSA, "LimitBlankPasswordUse") {
        Ok(Some(0)) => {
            let network = EntryWay {
                service: "network".to_owned(),
                second_factor: Read::Measured(false),
                empty_password: Read::Measured(true),
                lockout,
            };
            Read::Measured(vec![console, network])
        }
        // Accounts without a password are kept to the screen unless told otherwise.
        Ok(_) => Read::Measured(vec![console]),
        Err(reason) => Read::NotRead(reason),
    }
}

/// A number of the registry; what Windows makes of one of another type is not known.
fn number(look: &Look<'_>, key: &str, name: &str) -> Result<Option<u64>, Reason> {
    let found = look.registry(&RegistryPath::machine(key)).map_err(|error| error.reason())?.unwrap_or_default();
    let odd = || Reason::new(ReasonCode::Unparsable, format!(r"read HKLM\{key}!{name}: it is no number"));
    found.value(name).map(|data| RegistryData::number(data).ok_or_else(odd)).transpose()
}

fn lockout(policy: &AccountPolicy) -> Option<Lockout> {
    (policy.lockout_threshold > 0).then(|| Lockout {
        attempts: i64::from(policy.lockout_threshold),
        within: Span::from_secs(i64::from(policy.lockout_window)),
        opens_after: (!matches!(policy.lockout_duration, 0 | FOREVER))
            .then(|| Span::from_secs(i64::from(policy.lockout_duration))),
    })
}

/// Whether nobody signs in at the screen by a password alone.
///
/// Only a smart card that is demanded (`scforceoption`) is taken for that. Windows Hello is a second factor to those who use it and
/// leaves the password beside it; where the password is hidden, what remains is up to each account.
fn second_factor(look: &Look<'_>) -> Result<bool, Reason> {
    let read = |key: &str| look.registry(&RegistryPath::machine(key)).map_err(|error| error.reason());
    if number(look, SIGN_IN_POLICY, "scforceoption")?.is_some_and(|number| number != 0) {
        return Ok(true);
    }
    let policy = read(SIGN_IN_POLICY)?.unwrap_or_default();
    let hidden = policy.text("ExcludedCredentialProviders").unwrap_or_default();
    if hidden.to_ascii_lowercase().contains(PASSWORD_PROVIDER) {
        let why = "passwords are hidden, and whether each way that remains asks for two factors is not known";
        return Err(Reason::new(ReasonCode::Inconclusive, format!("see what is asked at the screen: {why}")));
    }
    let filters = read(FILTERS)?.unwrap_or_default();
    if let Some(foreign) = filters.subkeys.iter().find(|filter| !filter.eq_ignore_ascii_case(OWN_FILTER)) {
        let why = format!("the credential provider filter {foreign} is not known");
        return Err(Reason::new(ReasonCode::Unsupported, format!("see what is asked at the screen: {why}")));
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
