//! Whoever comes to a share without signing in.
//!
//! Sources: `RestrictNullSessAccess` and `NullSessionShares` of the server service, `EveryoneIncludesAnonymous` of the local security
//! authority, as Microsoft's security policy settings reference has them. Switching off password protected sharing in the Control
//! Panel enables the guest account. Whether a right to sign in over the network is denied to guests is not read, so that too much is
//! told sooner than too little.

use tenken_model::{Read, Reason};

use super::folders::Folder;
use crate::collect::Look;
use crate::collect::security_descriptor::{ANONYMOUS, EVERYONE, GUESTS, NETWORK, READ_DATA, SecurityDescriptor};
use crate::collect::windows_setting::{number, service_key};
use crate::host::windows_api::RegistryPath;

/// UF_ACCOUNTDISABLE.
const DISABLED: u32 = 0x0002;
/// The RID of the guest account.
const GUEST: u32 = 501;

/// Who may come without signing in.
pub(super) struct Visitors {
    /// The SID of the guest account, where it is enabled.
    guest: Result<Option<String>, Reason>,
    /// Null sessions get at all shares, or at those of these names.
    null_sessions: Result<(bool, Vec<String>), Reason>,
    /// Who is nobody counts as everybody.
    everyone_includes: Result<bool, Reason>,
}

impl Visitors {
    pub(super) fn read(look: &Look<'_>) -> Self {
        let accounts = look.local_accounts().map_err(|error| error.reason());
        let guest = accounts.map(|accounts| {
            let is_guest = |account: &&_| is_enabled_guest(account);
            accounts.iter().find(is_guest).map(|account| account.sid.to_string())
        });
        let parameters = service_key(r"LanmanServer\Parameters");
        let restricted = number(look, "RestrictNullSessAccess", std::slice::from_ref(&parameters));
        let named = look
            .registry(&parameters)
            .map_err(|error| error.reason())
            .map(|key| key.and_then(|key| key.texts("NullSessionShares").map(<[String]>::to_vec)).unwrap_or_default());
        let null_sessions = restricted.and_then(|restricted| Ok((restricted == Some(0), named?)));
        let lsa = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Control\Lsa");
        let everyone_includes = number(look, "EveryoneIncludesAnonymous", &[lsa])
            .map(|includes| includes.is_some_and(|number| number != 0));
        Self { guest, null_sessions, everyone_includes }
    }

    /// Whether somebody who does not sign in gets at a share and its folder.
    pub(super) fn may_use(&self, name: &str, list: Option<&SecurityDescriptor>, folder: &Folder) -> Read<bool> {
        let lets = |sids: &[&str]| {
            let share = list.is_none_or(|list| sids.iter().any(|sid| list.gives(sid, READ_DATA)));
            share && folder.gives(sids, READ_DATA)
        };
        let as_guest = |guest: &Result<Option<String>, Reason>| match guest {
            Ok(Some(guest)) => Ok(lets(&[EVERYONE, GUESTS, NETWORK, guest])),
            Ok(None) => Ok(false),
            // Where even everybody is not let in, it does not count.
            Err(_) if !lets(&[EVERYONE, GUESTS, NETWORK]) => Ok(false),
            Err(reason) => Err(reason.clone()),
        };
        let as_nobody = || {
            let (all, named) = self.null_sessions.as_ref().map_err(Clone::clone)?;
            if !all && !named.iter().any(|one| one.eq_ignore_ascii_case(name)) {
                return Ok(false);
            }
            if lets(&[ANONYMOUS, NETWORK]) {
                return Ok(true);
            }
            Ok(*self.everyone_includes.as_ref().map_err(Clone::clone)? && lets(&[EVERYONE, ANONYMOUS, NETWORK]))
        };
        match (as_guest(&self.guest), as_nobody()) {
            (Ok(true), _) | (_, Ok(true)) => Read::Measured(true),
            (Err(reason), _) | (_, Err(reason)) => Read::NotRead(reason),
            (Ok(false), Ok(false)) => Read::Measured(false),
        }
    }
}

fn is_enabled_guest(account: &crate::host::windows_api::LocalAccount) -> bool {
    account.sid.is_of_domain_or_machine() && account.sid.rid() == Some(GUEST) && account.flags & DISABLED == 0
}
