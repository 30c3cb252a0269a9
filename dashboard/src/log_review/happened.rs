//! What a sheet says by the logs of hosts: what went missing of them, and what they tell of accounts. Sheets that were made
//! before this was measured lack it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_model::fact::account_events::{
    AccountChangeKind, ElevationWay, EventPart, NetworkWay, NtlmVersion, PasswordWay,
};
use tenken_model::fact::logs::LogLossKind;
use tenken_model::{HostId, Instant, Size};

use super::sheet::Explained;
use crate::store::ShortList;

/// How many sources or hosts a line names; more are counted.
pub const NAMED_MAX: usize = 3;

/// What happened in the time of a sheet, each part with what is worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// Logs that lost records.
    pub losses: ShortList<Loss>,
    /// Sign-ins that failed.
    pub failed: ShortList<Failed>,
    /// Passwords that another than the account's own person set, or nobody knows who.
    pub passwords: ShortList<PasswordGiven>,
    /// Changes of accounts and groups.
    pub accounts: ShortList<AccountChanged>,
    /// Uses of another account's rights.
    pub elevations: ShortList<Elevated>,
    /// Files that were moved over sftp.
    pub transfers: ShortList<Moved>,
    /// Sign-ins over the network that somebody should look at. Sheets that were made before this was measured have none.
    #[serde(default)]
    pub network: Option<ShortList<NetworkUsed>>,
    /// On how many hosts a part is not known, beside those of which nothing is.
    #[serde(default)]
    pub parts_unknown: BTreeMap<EventPart, usize>,
    /// On how many hosts nothing is known of what logs tell of accounts.
    #[serde(default)]
    pub events_unknown: usize,
    /// On how many hosts it is not known whether logs lost records.
    #[serde(default)]
    pub losses_unknown: usize,
}

impl Happened {
    /// On how many hosts that part is not known.
    pub fn unknown(&self, part: EventPart) -> usize {
        self.events_unknown.saturating_add(self.parts_unknown.get(&part).copied().unwrap_or_default())
    }
}

/// A log that lost records in a way that its rotation does not explain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The log.
    pub log: String,
    /// What happened.
    pub kind: LogLossKind,
    /// When it was noticed.
    pub noticed_at: Instant,
    /// When it was last seen whole.
    pub last_seen: Instant,
    /// How large it was then.
    pub last_size: Size,
    /// The host was set up anew since then.
    pub reinstalled: bool,
    /// The host was started anew since then.
    pub restarted: bool,
}

/// How often signing in failed for an account of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account; absent for all names that no account of the host has.
    pub account: Option<String>,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// From where, those with most first.
    pub sources: Vec<String>,
    /// How many more sources there are.
    pub sources_left: usize,
    /// How often.
    pub times: u64,
    /// On how many days.
    pub days: usize,
    /// When first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
}

/// A password that was set for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordGiven {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// When.
    pub at: Instant,
    /// By what.
    pub how: PasswordWay,
    /// Who set it; absent where no record tells.
    pub by: Option<String>,
    /// It is known that another set it.
    pub by_another: bool,
    /// It is the first password of a new account.
    pub first_issue: bool,
    /// The record that it was set anew.
    pub explained: Option<Explained>,
}

/// A host as a line names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// The host.
    pub host: HostId,
}

/// A change of an account or a group, the same on however many hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChanged {
    /// What was changed.
    pub kind: AccountChangeKind,
    /// The account; absent where a group alone was changed.
    pub account: Option<String>,
    /// The group; absent where an account alone was changed.
    pub group: Option<String>,
    /// Who changed it; absent where no record tells.
    pub by: Option<String>,
    /// On which hosts.
    pub hosts: Vec<Named>,
    /// On how many more.
    pub hosts_left: usize,
    /// How often.
    pub times: usize,
    /// When first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
}

/// How often an account of a host used the rights of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elevated {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// Who; absent for names that no account of the host has.
    pub account: Option<String>,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// As which account; absent where none is on record.
    pub target: Option<String>,
    /// By what.
    pub way: ElevationWay,
    /// How often it was granted.
    pub times: u64,
    /// How often it was refused, or the password was wrong.
    pub failed: u64,
    /// When first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
}

/// How often an account signed in to a host over the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkUsed {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// The register has it.
    pub registered: bool,
    /// How.
    pub way: NetworkWay,
    /// By which version of NTLM, if by any.
    pub ntlm: Option<NtlmVersion>,
    /// It was given the rights of an administrator.
    pub administrator: bool,
    /// From where, those with most first.
    pub sources: Vec<String>,
    /// How many more sources there are.
    pub sources_left: usize,
    /// How often.
    pub times: u64,
    /// When first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
}

/// What an account of a host moved over sftp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// How many sessions were begun.
    pub sessions: u64,
    /// How many files were read from the host.
    pub sent: u64,
    /// How many files were written on the host.
    pub received: u64,
    /// How much was read; absent where that is not recorded.
    pub bytes_sent: Option<Size>,
    /// How much was written; absent where that is not recorded.
    pub bytes_received: Option<Size>,
    /// The first day, as the midnight in Japan with which it begins.
    pub first: Instant,
    /// The last day.
    pub last: Instant,
}
