//! One account of the SAM database, from its flags and numbers.
//!
//! Flags and times: <https://learn.microsoft.com/en-us/windows/win32/api/lmaccess/ns-lmaccess-user_info_3>. RIDs below 1000 are
//! those of the system: [MS-SAMR] 2.2.1.14, and the well-known SIDs of
//! <https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/manage/understand-security-identifiers>.

use std::collections::BTreeMap;

use tenken_model::fact::accounts::{Account, PasswordState};
use tenken_model::register::AccountKind;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::administrators::Administrators;
use crate::collect::windows_network_use::NetworkUses;
use crate::host::windows_api::{AccountPolicy, LocalAccount, Sid};

/// `UF_ACCOUNTDISABLE`.
pub const DISABLED: u32 = 0x2;
/// `UF_PASSWD_NOTREQD`.
const PASSWORD_NOT_REQUIRED: u32 = 0x20;
/// `UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED`.
pub const ENCRYPTED_TEXT_ALLOWED: u32 = 0x80;
/// `UF_NORMAL_ACCOUNT`: of a person or a program, and of no machine or domain.
const NORMAL: u32 = 0x200;
/// `UF_DONT_EXPIRE_PASSWD`.
const PASSWORD_STAYS: u32 = 0x1_0000;
/// `TIMEQ_FOREVER`.
const FOREVER: u32 = u32::MAX;
/// Accounts that somebody made have numbers from here.
const MADE_FROM: u32 = 1_000;
/// What the setup of Windows 10 leaves behind at times, under this name in any language.
const LEFT_BY_SETUP: &str = "defaultuser0";
/// No password of a system that is in use was set so long ago: where none was ever set, the age is that of no time.
const OLDEST: Span = Span::from_days(30 * 365);

/// Everything that was read besides the accounts themselves.
pub(super) struct Known {
    /// Who is an administrator.
    pub(super) administrators: Result<Administrators, Reason>,
    /// What is asked of passwords.
    pub(super) policy: Result<AccountPolicy, Reason>,
    /// Since when a password is demanded; nothing where no record tells that none ever was.
    pub(super) demanded_since: Result<Option<Instant>, Reason>,
    /// When each account last signed in, by its profile; nothing of one that is loaded, and when is not told.
    pub(super) seen: Result<BTreeMap<Sid, Option<Instant>>, Reason>,
    /// When accounts for maintenance and emergencies were last used over the network.
    pub(super) used: Result<NetworkUses, Reason>,
    /// Which these are, and as what they are registered.
    pub(super) asked: BTreeMap<Sid, AccountKind>,
    /// Keys that open an account.
    pub(super) ssh_keys: Read<i64>,
    /// The accounts are those of a domain, which may have other policies of passwords for some.
    pub(super) of_domain: bool,
    /// Now.
    pub(super) now: Instant,
}

impl Known {
    /// The account as the fact has it.
    pub(super) fn account(&self, account: &LocalAccount) -> Account {
        let rid = account.sid.rid().unwrap_or_default();
        let (administrator, administrator_by) = match &self.administrators {
            Ok(found) => {
                let by = found.by(&account.sid);
                (Read::Measured(!by.is_empty()), by)
            }
            Err(reason) => (Read::NotRead(reason.clone()), Vec::new()),
        };
        Account {
            name: account.name.clone(),
            uid: i64::from(rid),
            shell: String::new(),
            interactive: account.flags & NORMAL != 0,
            built_in: Read::Measured(rid < MADE_FROM || account.name.eq_ignore_ascii_case(LEFT_BY_SETUP)),
            enabled: Read::Measured(is_enabled(account, self.now)),
            administrator,
            administrator_by,
            password: self.password(account),
            password_optional: Some(password_optional(account)),
            password_changed: self.password_changed(account),
            password_max_age: self.password_max_age(account),
            expires: Read::Measured(ended(account.expires)),
            ssh_keys: self.ssh_keys.clone(),
            last_sign_in: self.last_sign_in(account),
        }
    }

    /// Whether it has a password. Windows tells nobody; it demands one where the policy lets none be empty and the account is no
    /// exception to that, at the time when one is set: nothing is known of an account for which none was set since. A Microsoft
    /// account, and so what is joined to one, cannot be without. LimitBlankPasswordUse says where an empty one is taken, and not
    /// which is.
    fn password(&self, account: &LocalAccount) -> Read<PasswordState> {
        if account.flags & DISABLED != 0 {
            return Read::Measured(PasswordState::Locked);
        }
        if account.internet_identity == Some(true) {
            return Read::Measured(PasswordState::Set);
        }
        let policy = match &self.policy {
            Ok(policy) => policy,
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        let name = &account.name;
        let untold =
            |why: &str| Read::not_read(ReasonCode::Inconclusive, format!("see whether {name} has a password: {why}"));
        if account.flags & PASSWORD_NOT_REQUIRED != 0 {
            return untold("it may be empty (UF_PASSWD_NOTREQD), and Windows does not tell whether it is");
        }
        if policy.min_length == 0 {
            return untold("the policy lets passwords be empty, and Windows does not tell whether this one is");
        }
        let demanded = match &self.demanded_since {
            Ok(demanded) => *demanded,
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        match self.password_changed(account) {
            Read::Measured(Some(set)) if demanded.is_none_or(|since| set >= since) => {
                Read::Measured(PasswordState::Set)
            }
            Read::Measured(Some(_)) => {
                untold("it was set before the policy demanded one, and may have been left empty")
            }
            Read::Measured(None) | Read::NotRead(_) => untold("Windows has no time at which one was set"),
        }
    }

    /// When the password was set. That it must be changed at the next sign-in is kept in the place of that time.
    fn password_changed(&self, account: &LocalAccount) -> Read<Option<Instant>> {
        let age = Span::from_secs(i64::from(account.password_age));
        let ran_out =
            matches!(self.password_max_age(account), Read::Measured(Some(most)) if age >= most && age <= OLDEST);
        if account.password_expired && !ran_out {
            let detail = format!(
                "read when the password of {} was set: it must be changed at the next sign-in, \
                                  which stands in its place",
                account.name
            );
            return Read::not_read(ReasonCode::Inconclusive, detail);
        }
        Read::Measured((age <= OLDEST).then(|| Span::from_millis(-age.millis()).after(self.now)))
    }

    fn password_max_age(&self, account: &LocalAccount) -> Read<Option<Span>> {
        if account.flags & PASSWORD_STAYS != 0 {
            return Read::Measured(None);
        }
        match &self.policy {
            Ok(_) if self.of_domain => Read::NotRead(other_policies()),
            Ok(policy) if matches!(policy.max_age, 0 | FOREVER) => Read::Measured(None),
            Ok(policy) => Read::Measured(Some(Span::from_secs(i64::from(policy.max_age)))),
            Err(reason) => Read::NotRead(reason.clone()),
        }
    }

    /// When it was last used over the network, where that is asked for. `seen` is when it was last used by what else tells.
    fn by_network(&self, account: &LocalAccount, seen: Option<Instant>) -> Result<Option<Instant>, Reason> {
        let Some(kind) = self.asked.get(&account.sid) else { return Ok(None) };
        let within = |span: Span| move |at: Instant| Span::between(at, self.now) <= span;
        // What happened lately tells enough, whatever happened since.
        let is_enough = seen.is_some_and(within(lately(*kind)));
        match &self.used {
            Err(reason) if !is_enough => Err(reason.clone()),
            Err(_) => Ok(None),
            Ok(uses) => {
                let last = uses.last.get(&account.sid).copied();
                let late = uses.since.filter(|since| within(EMERGENCY_WINDOW)(*since));
                match late {
                    Some(since) if *kind == AccountKind::Emergency && last.is_none() && !is_enough => {
                        let name = &account.name;
                        let detail = format!(
                            "see when {name} was last used over the network: the channel Security has no records from before {since}"
                        );
                        Err(Reason::new(ReasonCode::Missing, detail))
                    }
                    _ => Ok(last),
                }
            }
        }
    }

    fn last_sign_in(&self, account: &LocalAccount) -> Read<Option<Instant>> {
        let by_profile = match &self.seen {
            Ok(seen) => seen.get(&account.sid).copied(),
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        let by_database = (account.last_logon != 0).then(|| moment(account.last_logon)).flatten();
        let by_network = match self.by_network(account, by_profile.flatten().max(by_database)) {
            Ok(used) => used,
            Err(reason) => return Read::NotRead(reason),
        };
        if by_profile == Some(None) && by_database.max(by_network).is_none() {
            let why = "its settings are loaded, and since when is not told";
            return Read::not_read(
                ReasonCode::Inconclusive,
                format!("see when {} last signed in: {why}", account.name),
            );
        }
        Read::Measured(by_profile.flatten().max(by_database).max(by_network))
    }
}

/// It is an exception to what the policy asks. What is joined to a Microsoft account has that one's password, whatever its flags say.
fn password_optional(account: &LocalAccount) -> bool {
    account.flags & PASSWORD_NOT_REQUIRED != 0 && account.internet_identity != Some(true)
}

/// How long ago an emergency account's use is still one, as `emergency_accounts_unused` is set from the start: records that do not
/// reach so far tell nothing of it.
const EMERGENCY_WINDOW: Span = Span::from_days(7);

/// Within so long a use decides the rules by itself, by their lowest bounds: `window` of `emergency_accounts_unused`, `idle_max` of
/// `maintenance_accounts_in_use`.
const fn lately(kind: AccountKind) -> Span {
    match kind {
        AccountKind::Emergency => Span::from_days(1),
        _ => Span::from_days(14),
    }
}

/// Fine-grained policies of a domain, for some of its accounts, may ask less than the policy for all:
/// <https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/get-started/adac/fine-grained-password-policies>.
pub(super) fn other_policies() -> Reason {
    let detail = "read what is asked of passwords: fine-grained policies of the domain are not read";
    Reason::new(ReasonCode::Elsewhere, detail)
}

/// It opens: it is not disabled, and has not ended.
pub fn is_enabled(account: &LocalAccount, now: Instant) -> bool {
    account.flags & DISABLED == 0 && ended(account.expires).is_none_or(|end| end > now)
}

/// When an account ends; nothing where it does not.
pub fn ended(expires: u32) -> Option<Instant> {
    // 0 is written by tools that mean never.
    if matches!(expires, 0 | FOREVER) { None } else { moment(expires) }
}

/// The time of that many seconds since 1970.
pub fn moment(seconds: u32) -> Option<Instant> {
    Instant::from_timestamp(i64::from(seconds), 0)
}
