//! The accounts of a domain on one of its controllers.
//!
//! When an account last signed in is kept by each controller for itself (`lastLogon` is not replicated:
//! <https://learn.microsoft.com/en-us/windows/win32/adschema/a-lastlogon>). What this one has seen is a use; that it has seen none
//! tells nothing where there is another.

use tenken_model::fact::accounts::{MemberKind, OutsideAdministrator};
use tenken_model::{Read, Reason, ReasonCode};

use super::account::DISABLED;
use super::administrators::Administrators;
use super::is_controller;
use crate::collect::Look;
use crate::host::windows_api::{DomainAccounts, DomainGroup, LocalAccount, is_key_of_domain};

/// The most accounts of a domain that are told of, so that a fact of them is not too large.
const TOLD_MAX: usize = 500;
/// UF_INTERDOMAIN_TRUST_ACCOUNT, UF_WORKSTATION_TRUST_ACCOUNT (managed accounts of services have it, too) and
/// UF_SERVER_TRUST_ACCOUNT: <https://learn.microsoft.com/en-us/windows/win32/adschema/a-useraccountcontrol>.
pub const OF_A_MACHINE: u32 = 0x800 | 0x1000 | 0x2000;
/// The most names that a reason tells.
const NAMED_MAX: usize = 8;

/// Where the accounts of a machine are.
pub(super) struct Listed {
    /// Those that are told of.
    pub(super) accounts: Vec<LocalAccount>,
    /// What a controller tells of its domain; nothing on other machines.
    pub(super) domain: Option<Result<DomainAccounts, Reason>>,
    /// How many accounts of the domain there are besides.
    left_out: usize,
}

impl Listed {
    /// Those of this machine's own database.
    pub(super) const fn local(accounts: Vec<LocalAccount>) -> Self {
        Self { accounts, domain: None, left_out: 0 }
    }

    /// Groups of the domain that may do everything.
    pub(super) fn domain_groups(&self) -> &[DomainGroup] {
        self.domain.as_ref().and_then(|domain| domain.as_ref().ok()).map_or(&[], |domain| &domain.groups)
    }

    /// Whether these are all of a controller's domain; nothing on other machines.
    pub(super) fn complete(&self) -> Option<Read<bool>> {
        let domain = match self.domain.as_ref()? {
            Ok(domain) => domain,
            Err(reason) => return Some(Read::NotRead(reason.clone())),
        };
        if self.left_out > 0 {
            let (told, left_out) = (self.accounts.len(), self.left_out);
            let detail = format!("list accounts of the domain: {left_out} besides these {told} are not told of");
            return Some(Read::not_read(ReasonCode::TooLarge, detail));
        }
        if domain.trusted.is_empty() {
            return Some(Read::Measured(true));
        }
        let named = domain.trusted.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
        let detail = format!("list accounts: those of trusted domains ({named}) are not kept here and are not read");
        Some(Read::not_read(ReasonCode::Elsewhere, detail))
    }

    /// Whether administrators among the accounts are all told of. Who is one by a group within a group of the directory is not:
    /// NetGroupGetUsers gives users alone.
    pub(super) fn has_all_administrators(&self, outside: &[OutsideAdministrator]) -> Read<bool> {
        match &self.domain {
            Some(Err(reason)) => Read::NotRead(reason.clone()),
            Some(Ok(domain)) if domain.left_out > 0 => {
                let detail = format!("list administrators: {} accounts of the domain were not listed", domain.left_out);
                Read::not_read(ReasonCode::TooLarge, detail)
            }
            Some(Ok(_)) => match outside.iter().find(|member| member.kind == MemberKind::Group) {
                Some(group) => {
                    let detail = format!("list administrators: groups within {} are not looked into", group.name);
                    Read::not_read(ReasonCode::Elsewhere, detail)
                }
                None => Read::Measured(true),
            },
            None => Read::Measured(true),
        }
    }

    /// Whether every sign-in to these accounts is on record here.
    pub(super) fn sign_ins_complete(&self) -> Read<bool> {
        let domain = match &self.domain {
            None => return Read::Measured(true),
            Some(Err(reason)) => return Read::NotRead(reason.clone()),
            Some(Ok(domain)) => domain,
        };
        // A controller that only reads has keys of its own in the directory, `krbtgt_NUMBER`.
        let is_of_reader = |account: &&LocalAccount| is_key_of_domain(&account.name) && account.name.contains('_');
        let readers = domain.accounts.iter().filter(is_of_reader).count();
        let others = domain.controllers.len().saturating_sub(1) + readers;
        if others == 0 && domain.controllers.len() == 1 {
            return match domain.left_out {
                0 => Read::Measured(true),
                left_out => {
                    let why = "were not listed, and may show other controllers";
                    let detail = format!("read sign-ins: {left_out} accounts of the domain {why}");
                    Read::not_read(ReasonCode::TooLarge, detail)
                }
            };
        }
        let detail =
            format!("read sign-ins: {others} other controllers of the domain keep those that they saw to themselves");
        Read::not_read(ReasonCode::Elsewhere, detail)
    }
}

/// The accounts of the domain, where this machine is a controller: first who is an administrator, then those that open.
pub(super) fn listed(
    look: &Look<'_>,
    administrators: impl Fn(&DomainAccounts) -> Option<Administrators>,
) -> Option<Listed> {
    if !matches!(is_controller(look), Ok(true)) {
        return None;
    }
    let domain = match look.domain_accounts() {
        Ok(domain) => domain,
        Err(error) => return Some(Listed { accounts: Vec::new(), domain: Some(Err(error.reason())), left_out: 0 }),
    };
    // Keys of the domain, and what machines, other domains and managed accounts of services sign in with. A name that looks so is
    // also a way to hide an account.
    let is_of_nobody = |account: &LocalAccount| {
        is_key_of_domain(&account.name) && account.flags & DISABLED != 0
            || account.name.ends_with('$') && account.flags & OF_A_MACHINE != 0
    };
    let mut accounts: Vec<LocalAccount> =
        domain.accounts.iter().filter(|account| !is_of_nobody(account)).cloned().collect();
    let found = administrators(&domain).unwrap_or_default();
    accounts.sort_by_cached_key(|account| {
        (found.by(&account.sid).is_empty(), account.flags & DISABLED != 0, account.sid.rid(), account.name.clone())
    });
    let beyond = accounts.len().saturating_sub(TOLD_MAX);
    accounts.truncate(TOLD_MAX);
    let left_out = beyond + usize::try_from(domain.left_out).unwrap_or(usize::MAX / 2);
    Some(Listed { accounts, domain: Some(Ok(domain)), left_out })
}
