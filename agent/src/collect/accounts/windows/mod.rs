//! Local accounts of Windows: what the SAM database says of them, and who is an administrator.
//!
//! Accounts are told by SIDs and RIDs; their names are in the language of the system. Those of a domain or of Entra ID are not
//! here: that there may be some is said, and which of them are administrators. On a controller those of the domain are listed.

mod account;
pub mod administrators;
mod demanded;
mod domain;

use std::collections::BTreeMap;

use tenken_model::fact::accounts::{Accounts, OutsideAdministrator};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use self::account::Known;
pub use self::account::{DISABLED, ENCRYPTED_TEXT_ALLOWED, ended, is_enabled, moment};
use self::domain::Listed;
pub use self::domain::OF_A_MACHINE;
use crate::collect::sessions::list::KEPT_FOR;
use crate::collect::windows_network_use::NetworkUses;
use crate::collect::{Look, Needs, windows_network_use, windows_people};
use crate::host::windows_api::{DomainGroup, JoinKind, LocalAccount, RegistryPath, Sid};

/// More accounts than any machine has.
const ACCOUNTS_MAX: usize = 5_000;
/// The most members of the administrators' group that a reason names.
const NAMED_MAX: usize = 8;
/// The most administrators of a directory that are told of.
const OUTSIDE_MAX: usize = 200;

/// The accounts of this host.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Accounts> {
    let groups = look.local_groups().map_err(|error| error.reason());
    let in_domain = |listed: &[LocalAccount], domain: &[DomainGroup]| {
        groups.as_ref().map_err(Clone::clone).and_then(|groups| administrators::of(groups, listed, domain))
    };
    let listed = match domain::listed(look, |domain| in_domain(&domain.accounts, &domain.groups).ok()) {
        Some(listed) => listed,
        None => match local(look) {
            Ok(accounts) => Listed::local(accounts),
            Err(reason) => return Outcome::Failed(reason),
        },
    };
    let accounts = &listed.accounts;
    let administrators = in_domain(accounts, listed.domain_groups());
    let mut outside = administrators.as_ref().map(|found| found.outside(accounts)).unwrap_or_default();
    let outside_left_out = outside.len().saturating_sub(OUTSIDE_MAX);
    outside.truncate(OUTSIDE_MAX);
    let administrators_complete = match &administrators {
        Err(reason) => Read::NotRead(reason.clone()),
        Ok(_) if outside_left_out > 0 => {
            let detail = format!("list administrators: {outside_left_out} of a directory besides {OUTSIDE_MAX}");
            Read::not_read(ReasonCode::TooLarge, detail)
        }
        Ok(_) => listed.has_all_administrators(&outside),
    };
    let complete = listed.complete().unwrap_or_else(|| complete(look, &outside));
    let policy = look.account_policy().map_err(|error| error.reason());
    // Where none is demanded it does not matter since when.
    let is_demanded = policy.as_ref().is_ok_and(|policy| policy.min_length > 0);
    let known = Known {
        administrators,
        policy,
        demanded_since: if is_demanded { demanded::since(look, needs.now) } else { Ok(None) },
        seen: seen(look),
        used: used(look, needs, accounts),
        asked: accounts
            .iter()
            .filter_map(|account| Some((account.sid.clone(), windows_network_use::kind(needs, account)?)))
            .collect(),
        ssh_keys: ssh_keys(look),
        of_domain: listed.domain.is_some(),
        now: needs.now,
    };
    Outcome::Known(Accounts {
        entries: accounts.iter().map(|account| known.account(account)).collect(),
        complete,
        one_password_policy: match &listed.domain {
            None => Read::Measured(true),
            Some(_) => Read::NotRead(account::other_policies()),
        },
        outside_administrators: outside,
        administrators_complete,
        // The SAM database gives every account another number.
        shared_uids: Vec::new(),
        sign_ins_since: installed(look),
        sign_ins_complete: listed.sign_ins_complete(),
    })
}

/// The accounts of this machine's own database.
fn local(look: &Look<'_>) -> Result<Vec<LocalAccount>, Reason> {
    let accounts = look.local_accounts().map_err(|error| error.reason())?;
    if accounts.len() > ACCOUNTS_MAX {
        let detail = format!("list local accounts: {} are more than {ACCOUNTS_MAX}", accounts.len());
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    Ok(accounts)
}

/// When each account was last signed in to by its profile, which Windows loads at a sign-in; nothing of one that is loaded since
/// nobody knows when. One that stays loaded is no new sign-in.
fn seen(look: &Look<'_>) -> Result<BTreeMap<Sid, Option<Instant>>, Reason> {
    let people = windows_people::all(look).map_err(|error| error.reason())?;
    let used = people.into_iter().filter(|person| person.is_loaded || person.loaded_at.is_some());
    Ok(used.map(|person| (person.sid, person.loaded_at)).collect())
}

/// When accounts for maintenance and emergencies were last used over the network, which Windows need not write to them.
fn used(look: &Look<'_>, needs: &Needs, accounts: &[LocalAccount]) -> Result<NetworkUses, Reason> {
    let since = Span::from_millis(-KEPT_FOR.millis()).after(needs.now);
    windows_network_use::of(look, needs, accounts, since)
}

/// Whether there are no accounts but those of the SAM database; where there are, nobody listed them.
fn complete(look: &Look<'_>, outside: &[OutsideAdministrator]) -> Read<bool> {
    match directory(look) {
        Ok(None) => Read::Measured(true),
        Ok(Some(directory)) => {
            let mut detail = format!("list accounts: those of {directory} are not kept here and are not read");
            let named: Vec<&str> = outside.iter().take(NAMED_MAX).map(|member| member.name.as_str()).collect();
            if !named.is_empty() {
                let more = outside.len() - named.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                detail += &["; administrators by it are ", &named.join(", "), &more].concat();
            }
            Read::not_read(ReasonCode::Elsewhere, detail)
        }
        Err(reason) => Read::NotRead(reason),
    }
}

/// What else has accounts that sign in here: a domain, or Entra ID.
///
/// `CloudDomainJoin\JoinInfo` has one key for the tenant that the machine is joined to, and is empty or missing otherwise.
pub(in crate::collect) fn directory(look: &Look<'_>) -> Result<Option<String>, Reason> {
    let registry = |key: &str| look.registry(&RegistryPath::machine(key)).map_err(|error| error.reason());
    if is_controller(look)? {
        return Ok(Some("the domain, of which this machine is a controller,".to_owned()));
    }
    let membership = look.membership().map_err(|error| error.reason())?;
    if membership.kind == JoinKind::Domain {
        return Ok(Some(format!("the domain {}", membership.name.unwrap_or_default())));
    }
    let joined = registry(r"SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo")?;
    Ok(joined.filter(|key| !key.subkeys.is_empty()).map(|_| "Entra ID".to_owned()))
}

/// This machine is a controller of a domain.
pub(in crate::collect) fn is_controller(look: &Look<'_>) -> Result<bool, Reason> {
    let product = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Control\ProductOptions");
    let product = look.registry(&product).map_err(|error| error.reason())?;
    Ok(product.is_some_and(|key| key.text("ProductType").is_some_and(|kind| kind.eq_ignore_ascii_case("LanmanNT"))))
}

/// How many keys open an account over SSH: none without OpenSSH's server, whose keys are not read.
fn ssh_keys(look: &Look<'_>) -> Read<i64> {
    match look.registry(&RegistryPath::machine(r"SYSTEM\CurrentControlSet\Services\sshd")) {
        Ok(None) => Read::Measured(0),
        Ok(Some(_)) => {
            Read::not_read(ReasonCode::Unsupported, "count SSH keys: those of OpenSSH on Windows are not read")
        }
        Err(error) => Read::NotRead(error.reason()),
    }
}

/// The SAM database keeps the last sign-in of each account for as long as the system is there.
fn installed(look: &Look<'_>) -> Read<Option<Instant>> {
    let key = look.registry(&RegistryPath::machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"));
    let missing = || Reason::new(ReasonCode::Missing, "read when Windows was installed: there is no InstallDate");
    let installed = key.map_err(|error| error.reason()).and_then(|key| {
        let seconds = key.and_then(|key| key.number("InstallDate")).ok_or_else(missing)?;
        let at = i64::try_from(seconds).ok().and_then(|seconds| Instant::from_timestamp(seconds, 0));
        at.map(Some).ok_or_else(missing)
    });
    installed.into()
}

#[cfg(test)]
mod tests;
