//! Accounts, groups, policies of accounts and auditing, the domain, and sessions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tenken_model::Instant;

/// A security identifier: `S-1-5-32-544`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid(String);

impl Sid {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last number: of an account, its RID.
    pub fn rid(&self) -> Option<u32> {
        self.0.rsplit('-').next().and_then(|rid| rid.parse().ok())
    }

    /// An account or group of this machine or of a domain (`S-1-5-21-…`).
    pub fn is_of_domain_or_machine(&self) -> bool {
        self.0.starts_with("S-1-5-21-")
    }

    /// An account or group of Entra ID (`S-1-12-1-…`).
    pub fn is_of_entra(&self) -> bool {
        self.0.starts_with("S-1-12-1-")
    }

    /// Everything before the last number: which machine or domain it is of.
    pub fn authority(&self) -> &str {
        self.0.rsplit_once('-').map_or(self.0.as_str(), |(authority, _)| authority)
    }
}

impl FromStr for Sid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.strip_prefix("S-1-").unwrap_or_default();
        let are_numbers =
            numbers.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if are_numbers && text.len() <= 184 { Ok(Self(text.to_owned())) } else { Err(format!("`{text}` is no SID")) }
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Sid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A GUID in lower case without braces: `0cce9215-69ae-11d9-bed3-505054503030`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(String);

impl Guid {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Guid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix('{').and_then(|bare| bare.strip_suffix('}')).unwrap_or(text);
        let lengths = bare.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
        if lengths && bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
            Ok(Self(bare.to_ascii_lowercase()))
        } else {
            Err(format!("`{text}` is no GUID"))
        }
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An account of the local SAM database (USER_INFO_4, with USER_INFO_3 and USER_INFO_24 for what only those have).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalAccount {
    /// Its name.
    pub name: String,
    /// Its SID.
    pub sid: Sid,
    /// `UF_*` flags.
    pub flags: u32,
    /// Seconds since the password was set.
    pub password_age: u32,
    /// The password must be changed at the next sign-in.
    pub password_expired: bool,
    /// Seconds since 1970 of the last sign-in on this machine; 0 is never, or not known.
    pub last_logon: u32,
    /// Seconds since 1970 at which it ends; all ones is never.
    pub expires: u32,
    /// Failed sign-ins since the last good one; all ones is not known.
    pub bad_passwords: u32,
    /// Its comment, which anybody may read; passwords are found there. Never in a fact.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// It is joined to a Microsoft account, whose password it has (USER_INFO_24); absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet_identity: Option<bool>,
}

#[cfg(test)]
impl LocalAccount {
    /// One that opens, whose password was set now, and that was never signed in to.
    pub fn ordinary(name: &str, sid: Sid) -> Self {
        Self {
            name: name.to_owned(),
            sid,
            flags: 0x200,
            password_age: 0,
            password_expired: false,
            last_logon: 0,
            expires: u32::MAX,
            bad_passwords: 0,
            comment: String::new(),
            internet_identity: None,
        }
    }
}

/// The accounts of a domain, as one of its controllers has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainAccounts {
    /// Those of people and programs. The time of the last sign-in is that of this controller alone.
    pub accounts: Vec<LocalAccount>,
    /// How many more there are, which were not listed.
    #[serde(default)]
    pub left_out: u32,
    /// The names of the accounts of its controllers that may be written to.
    pub controllers: Vec<String>,
    /// Other domains, whose accounts may sign in here too.
    #[serde(default)]
    pub trusted: Vec<String>,
    /// Groups of the domain that are members of a group of this machine that may do everything.
    #[serde(default)]
    pub groups: Vec<DomainGroup>,
}

/// The account of a domain's own keys, or of those of a controller that only reads: nobody signs in with it.
pub fn is_key_of_domain(name: &str) -> bool {
    let mut parts = name.splitn(2, '_');
    let is_key = parts.next().is_some_and(|part| part.eq_ignore_ascii_case("krbtgt"));
    is_key
        && parts
            .next()
            .is_none_or(|number| matches!(number.len(), 1..=5) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A group of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainGroup {
    /// Its SID.
    pub sid: Sid,
    /// The names of the accounts that are its members; not of those who are by another group.
    pub members: Vec<String>,
}

/// A local group, or one of those every Windows has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalGroup {
    /// Its SID: `S-1-5-32-544` are the administrators in any language.
    pub sid: Sid,
    /// Its name in the language of the system.
    pub name: String,
    /// Its direct members.
    #[serde(default)]
    pub members: Vec<LocalMember>,
}

/// A member of a local group (LOCALGROUP_MEMBERS_INFO_2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalMember {
    /// Its SID.
    pub sid: Sid,
    /// `DOMAIN\name` as the machine resolves it; empty where it cannot.
    #[serde(default)]
    pub name: String,
    /// SID_NAME_USE: 1 user, 2 group, 4 alias, 5 well-known group, 6 deleted, 8 unknown.
    pub usage: u32,
}

/// What the local SAM database asks (USER_MODALS_INFO_0 and 3, and DOMAIN_PASSWORD_INFORMATION).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPolicy {
    /// The shortest password.
    pub min_length: u32,
    /// The longest a password may stay, in seconds; all ones is for ever.
    pub max_age: u32,
    /// The shortest a password must stay, in seconds.
    pub min_age: u32,
    /// How many earlier passwords are refused.
    pub history: u32,
    /// `PasswordProperties`: 1 complex, 16 stored reversibly; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<u32>,
    /// Failed sign-ins after which an account is locked; 0 is never.
    pub lockout_threshold: u32,
    /// How long it stays locked, in seconds; all ones is until an administrator unlocks it.
    pub lockout_duration: u32,
    /// The time within which failures are counted, in seconds.
    pub lockout_window: u32,
}

/// What is audited of one subcategory (AUDIT_POLICY_INFORMATION).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSetting {
    /// The subcategory.
    pub subcategory: Guid,
    /// Successes are recorded.
    pub success: bool,
    /// Failures are recorded.
    pub failure: bool,
}

/// What a machine is a member of (NetGetJoinInformation).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The kind.
    pub kind: JoinKind,
    /// The name of the domain or workgroup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The kinds of membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// Of nothing.
    Unjoined,
    /// Of a workgroup.
    Workgroup,
    /// Of a domain of Active Directory.
    Domain,
}

/// A session (WTSEnumerateSessionsEx, WTSSessionInfoEx).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowsSession {
    /// Its number.
    pub id: u32,
    /// WTS_CONNECTSTATE_CLASS: 0 active, 1 connected, 4 disconnected.
    pub state: u32,
    /// Who is signed in; empty where nobody is.
    #[serde(default)]
    pub account: String,
    /// The machine or domain the account is of.
    #[serde(default)]
    pub domain: String,
    /// It came over Remote Desktop.
    pub remote: bool,
    /// The name or address of the machine it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// When the person signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<Instant>,
    /// When a key or the mouse was last touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_input: Option<Instant>,
    /// Its screen is locked; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_tells_where_it_is_from() {
        let sid = |text: &str| text.parse::<Sid>().unwrap();
        let guest = sid("S-1-5-21-1004336348-1177238915-682003330-501");
        assert_eq!((guest.rid(), guest.authority()), (Some(501), "S-1-5-21-1004336348-1177238915-682003330"));
        assert!(guest.is_of_domain_or_machine() && !guest.is_of_entra());
        assert!(sid("S-1-12-1-1-2-3-4").is_of_entra());
        for odd in ["", "S-1-", "S-1-5-", "S-2-5", "S-1-5-x", "Administrators"] {
            assert!(odd.parse::<Sid>().is_err(), "{odd}");
        }
    }

    #[test]
    fn a_guid_is_written_one_way() {
        let guid: Guid = "{0CCE9215-69AE-11D9-BED3-505054503030}".parse().unwrap();
        assert_eq!(guid.as_str(), "0cce9215-69ae-11d9-bed3-505054503030");
        for odd in ["", "{}", "0CCE9215", "0CCE9215-69AE-11D9-BED3-50505450303", "zzze9215-69ae-11d9-bed3-505054503030"]
        {
            assert!(odd.parse::<Guid>().is_err(), "{odd}");
        }
    }
}
