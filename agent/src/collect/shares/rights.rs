//! Who may use a share: `valid users`, and lists of rights that are kept elsewhere.

use std::collections::BTreeSet;

use tenken_model::{Read, Reason, ReasonCode, Size};

use super::effective::{Configuration, Values};
use super::smb_conf::{DOMAIN_CONTROLLER, Name, list, squeeze};
use crate::collect::Look;

/// Lists of rights on shares that Windows or sharesec wrote.
pub const SHARE_INFO: &str = "/var/lib/samba/share_info.tdb";
/// How such a list is found in it: this, the share's name in lower case, and a byte of zero.
pub const SHARE_LIST: &str = "SECDESC/";
const SHARE_INFO_MAX: Size = Size::from_bytes(4 << 20);
/// Modules of Samba that keep the rights of Windows with each file.
pub const RIGHTS_OF_WINDOWS: [&str; 7] =
    ["acl_xattr", "acl_tdb", "nfs4acl_xattr", "zfsacl", "gpfs", "aixacl2", "dfs_samba4"];
/// The most names of one share that are told.
const NAMES_MAX: usize = 30;
/// The account of those who do not sign in, unless the configuration says another.
const GUEST_ACCOUNT: &str = "nobody";
/// Names that hold whoever does not sign in, without their domain.
const WITH_GUESTS: [&str; 6] = ["everyone", "guests", "domain guests", "guest", "nobody", "nogroup"];
/// Signs for groups of the domain, of the system, and of NIS.
const OF_GROUPS: [char; 3] = ['@', '+', '&'];
/// What stands for the name of whoever signs in: all do.
const SELF: [&str; 2] = ["%U", "%u"];

/// Whom `valid users` names, or another parameter with names.
pub(super) struct Allowed(Vec<String>);

impl Allowed {
    pub(super) fn read(values: &Values, parameter: Name) -> Self {
        Self(list(values.get(&parameter).map_or("", String::as_str)))
    }

    /// The names without their signs, as many as are told.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().take(NAMES_MAX).map(|name| without_signs(name).to_owned()).collect()
    }

    /// How many are not told.
    pub(super) fn left_out(&self) -> i64 {
        i64::try_from(self.0.len().saturating_sub(NAMES_MAX)).unwrap_or(i64::MAX)
    }

    /// They are the one of whose name the share is, perhaps with a domain before it: `%S`, `%D%w%S`, `CLINIC\%S`.
    pub(super) fn owner_alone(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|name| is_owner(name))
    }

    /// What is told says whom the list names.
    pub(super) fn complete(&self, share: &str) -> Read<bool> {
        let depends = |name: &&String| name.contains('%') && !is_owner(name) && !SELF.contains(&name.as_str());
        if self.0.iter().any(|name| depends(&name)) {
            let detail = format!("read the share {share}: whom it names depends on who connects");
            return Read::not_read(ReasonCode::Unsupported, detail);
        }
        if self.left_out() > 0 {
            let detail = format!("read the share {share}: it names more than {NAMES_MAX}");
            return Read::not_read(ReasonCode::TooLarge, detail);
        }
        Read::Measured(true)
    }

    /// Whether the list takes in those who do not sign in, where the share does.
    pub(super) fn guests(&self, account: Option<&str>) -> Read<bool> {
        let account = account.unwrap_or(GUEST_ACCOUNT);
        let known = |name: &str| {
            let plain = without_signs(name).rsplit('\\').next().unwrap_or_default();
            plain.eq_ignore_ascii_case(account) || WITH_GUESTS.iter().any(|with| plain.eq_ignore_ascii_case(with))
        };
        if self.0.is_empty() || self.0.iter().any(|name| known(name)) {
            return Read::Measured(true);
        }
        let follows = |name: &str| is_owner(name) || !name.contains(['\\', '%']) && !name.starts_with(OF_GROUPS);
        if self.0.iter().all(|name| follows(name)) {
            return Read::Measured(false);
        }
        let detail = "read valid users: whether the account for guests is in a group that is named is not followed";
        Read::not_read(ReasonCode::Inconclusive, detail)
    }
}

fn without_signs(name: &str) -> &str {
    name.trim_start_matches(OF_GROUPS)
}

/// A name of the one of whose name the share is.
pub fn is_owner(name: &str) -> bool {
    name.strip_suffix("%S").is_some_and(|before| !before.starts_with(OF_GROUPS))
}

/// Whether rights that Windows wrote with each file may limit a share. A domain controller keeps them for all its shares.
pub(super) fn listed(configuration: &Configuration, values: &Values, share: &str) -> Read<bool> {
    let role = configuration.global.get(&Name::Role).map(|role| squeeze(role)).unwrap_or_default();
    let modules = list(values.get(&Name::VfsObjects).map_or("", String::as_str));
    let kept = modules.iter().any(|module| RIGHTS_OF_WINDOWS.contains(&module.as_str()));
    if kept || DOMAIN_CONTROLLER.contains(&role.as_str()) {
        let detail = format!("read the share {share}: rights that Windows wrote are kept with its files and not read");
        return Read::not_read(ReasonCode::Unsupported, detail);
    }
    Read::Measured(false)
}

/// The lists of rights that are kept beside the configuration.
pub(super) fn share_lists(look: &Look<'_>) -> Result<BTreeSet<String>, Reason> {
    let lists = look.read_if_there(SHARE_INFO, SHARE_INFO_MAX).map_err(|error| error.reason())?;
    Ok(shares_with_list(&lists.unwrap_or_default()))
}

/// Whether one of those lists limits a share.
pub(super) fn listed_apart(lists: &Result<BTreeSet<String>, Reason>, share: &str) -> Read<bool> {
    match lists {
        Err(reason) => Read::NotRead(reason.clone()),
        Ok(lists) if lists.contains(share) => {
            let detail = format!("read {SHARE_INFO}: it limits the share {share}, and its form is not followed");
            Read::not_read(ReasonCode::Unsupported, detail)
        }
        Ok(_) => Read::Measured(false),
    }
}

/// The shares that have a list.
pub fn shares_with_list(lists: &[u8]) -> BTreeSet<String> {
    let key = SHARE_LIST.as_bytes();
    let mut names = BTreeSet::new();
    let next = |bytes: &[u8]| bytes.windows(key.len()).position(|window| window == key);
    let mut rest = next(lists).and_then(|at| lists.get(at + key.len()..));
    while let Some(bytes) = rest {
        // A name that runs into another key is cut there: names that hold each other would be more than the file.
        let following = next(bytes);
        let end = following.unwrap_or(bytes.len());
        let name = bytes.get(..end).unwrap_or_default().split(|byte| *byte == 0).next().unwrap_or_default();
        names.extend(std::str::from_utf8(name).ok().map(str::to_owned));
        rest = following.and_then(|at| bytes.get(at + key.len()..));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_shares_with_a_list_are_never_more_than_the_file() {
        let of = |bytes: &[u8]| shares_with_list(bytes).into_iter().collect::<Vec<_>>();
        assert_eq!(of(b"xxSECDESC/kenshin\0\x01\x02SECDESC/renraku\0\xff"), ["kenshin", "renraku"]);
        assert_eq!(of(b"SECDESC/a\x02SECDESC/b"), ["a\u{2}", "b"], "what runs into another is cut there");
        assert_eq!(of(&b"SECDESC/".repeat(10_000)), [""]);
        assert_eq!(of(b"SECDES"), Vec::<String>::new());
    }
}
