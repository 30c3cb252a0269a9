//! What the programs of shadow-utils tell syslog. Older versions of theirs quote names as `` `name' ``.

use tenken_model::fact::account_events::{AccountChangeKind as Kind, PasswordWay};

use super::event::{Named, What};

/// A message of a program of that name; nothing where it tells no change, or one of a shadow file that another message
/// tells, too.
pub(super) fn read(program: &str, message: &str) -> Option<What> {
    let message = message.trim_end();
    match program {
        "useradd" | "newusers" | "adduser" => added(message),
        "userdel" => removed(message),
        "usermod" => changed(message),
        "groupadd" | "groupdel" | "groupmod" | "groupmems" => group(message),
        "gpasswd" => member_by(message),
        "passwd" => expiry_by(message),
        "chage" => {
            let account = message.strip_prefix("changed password expiry for ")?;
            Some(account_alone(Kind::AccountChanged, account))
        }
        _ => None,
    }
}

fn added(message: &str) -> Option<What> {
    if let Some(account) = message.strip_prefix("new user: name=") {
        return Some(account_alone(Kind::AccountAdded, account.split(',').next()?));
    }
    group(message).or_else(|| membership(message))
}

fn removed(message: &str) -> Option<What> {
    if let Some(rest) = message.strip_prefix("delete user ") {
        return Some(account_alone(Kind::AccountRemoved, quoted(rest)?.0));
    }
    group(message).or_else(|| membership(message))
}

fn changed(message: &str) -> Option<What> {
    if let Some(rest) = message.strip_prefix("lock user ") {
        return Some(account_alone(Kind::AccountLocked, quoted(rest)?.0));
    }
    if let Some(rest) = message.strip_prefix("unlock user ") {
        return Some(account_alone(Kind::AccountUnlocked, quoted(rest)?.0));
    }
    let Some(rest) = message.strip_prefix("change user ") else { return membership(message) };
    let (account, what) = quoted(rest.strip_prefix("name ").unwrap_or(rest))?;
    if what == " password" {
        let account = Named::Name(account.to_owned());
        return Some(What::PasswordSet { account, how: PasswordWay::Usermod });
    }
    Some(account_alone(Kind::AccountChanged, account))
}

/// `add 'taro' to group 'sudo'`, `delete 'taro' from group 'sudo'`; of a shadow group nothing.
fn membership(message: &str) -> Option<What> {
    let (kind, rest, word) = match message.strip_prefix("add ") {
        Some(rest) => (Kind::MemberAdded, rest, " to group "),
        None => (Kind::MemberRemoved, message.strip_prefix("delete ")?, " from group "),
    };
    let (account, rest) = quoted(rest)?;
    let (group, _) = quoted(rest.strip_prefix(word)?)?;
    Some(member(kind, account, group, None))
}

/// `user taro added by root to group sudo`, `user taro removed by root from group sudo`.
fn member_by(message: &str) -> Option<What> {
    let rest = message.strip_prefix("user ")?;
    let (kind, (account, rest), word) = match rest.split_once(" added by ") {
        Some(parts) => (Kind::MemberAdded, parts, " to group "),
        None => (Kind::MemberRemoved, rest.split_once(" removed by ")?, " from group "),
    };
    let (by, group) = rest.split_once(word)?;
    Some(member(kind, account, group.split(' ').next()?, Some(by.to_owned())))
}

/// `password for 'taro' changed by 'root'`: where PAM sets passwords, as everywhere today, passwd(1) says so of what it does
/// itself, which is locking, unlocking and ages.
fn expiry_by(message: &str) -> Option<What> {
    let (account, rest) = quoted(message.strip_prefix("password for ")?)?;
    let (by, _) = quoted(rest.strip_prefix(" changed by ")?)?;
    let account = Some(Named::Name(account.to_owned()));
    Some(What::Changed { kind: Kind::AccountChanged, account, group: None, by: Some(by.to_owned()) })
}

fn group(message: &str) -> Option<What> {
    let of_group =
        |kind, group: &str| Some(What::Changed { kind, account: None, group: Some(group.to_owned()), by: None });
    if let Some(group) = message.strip_prefix("new group: name=") {
        return of_group(Kind::GroupAdded, group.split(',').next()?);
    }
    let rest = message.strip_prefix("removed group ");
    let rest = rest.or_else(|| message.strip_prefix("remove group "));
    if let Some(rest) = rest {
        return of_group(Kind::GroupRemoved, quoted(rest)?.0);
    }
    let (group, rest) = quoted(message.strip_prefix("group ")?)?;
    if rest == " removed" { of_group(Kind::GroupRemoved, group) } else { None }
}

fn account_alone(kind: Kind, account: &str) -> What {
    What::Changed { kind, account: Some(Named::Name(account.to_owned())), group: None, by: None }
}

fn member(kind: Kind, account: &str, group: &str, by: Option<String>) -> What {
    let account = Some(Named::Name(account.to_owned()));
    What::Changed { kind, account, group: Some(group.to_owned()), by }
}

/// A quoted name, and what is behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(['\'', '`'])?.split_once('\'')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(kind: Kind, account: Option<&str>, group: Option<&str>, by: Option<&str>) -> What {
        let account = account.map(|account| Named::Name(account.to_owned()));
        What::Changed { kind, account, group: group.map(str::to_owned), by: by.map(str::to_owned) }
    }

    #[test]
    fn changes_of_accounts_and_groups() {
        for (program, message, expected) in [
            (
                "useradd",
                "new user: name=taro, UID=1001, GID=1001, home=/home/taro, shell=/bin/bash, from=/dev/pts/0",
                of(Kind::AccountAdded, Some("taro"), None, None),
            ),
            (
                "useradd",
                "new user: name=taro, UID=1001, GID=1001, home=/home/taro, shell=/bin/bash",
                of(Kind::AccountAdded, Some("taro"), None, None),
            ),
            ("useradd", "new group: name=taro, GID=1001", of(Kind::GroupAdded, None, Some("taro"), None)),
            ("useradd", "add 'taro' to group 'sudo'", of(Kind::MemberAdded, Some("taro"), Some("sudo"), None)),
            ("usermod", "add `taro' to group `sudo'", of(Kind::MemberAdded, Some("taro"), Some("sudo"), None)),
            ("usermod", "delete 'taro' from group 'sudo'", of(Kind::MemberRemoved, Some("taro"), Some("sudo"), None)),
            ("usermod", "lock user 'taro' password", of(Kind::AccountLocked, Some("taro"), None, None)),
            ("usermod", "unlock user 'taro' password", of(Kind::AccountUnlocked, Some("taro"), None, None)),
            ("usermod", "change user name 'taro' to 'jiro'", of(Kind::AccountChanged, Some("taro"), None, None)),
            (
                "usermod",
                "change user 'taro' shell from '/bin/bash' to '/usr/sbin/nologin'",
                of(Kind::AccountChanged, Some("taro"), None, None),
            ),
            ("userdel", "delete user 'taro'", of(Kind::AccountRemoved, Some("taro"), None, None)),
            ("userdel", "removed group 'taro' owned by 'taro'", of(Kind::GroupRemoved, None, Some("taro"), None)),
            ("groupadd", "new group: name=staff, GID=1002", of(Kind::GroupAdded, None, Some("staff"), None)),
            ("groupdel", "group 'staff' removed", of(Kind::GroupRemoved, None, Some("staff"), None)),
            (
                "gpasswd",
                "user taro added by root to group sudo",
                of(Kind::MemberAdded, Some("taro"), Some("sudo"), Some("root")),
            ),
            (
                "gpasswd",
                "user taro removed by root from group sudo",
                of(Kind::MemberRemoved, Some("taro"), Some("sudo"), Some("root")),
            ),
            (
                "passwd",
                "password for 'taro' changed by 'root'",
                of(Kind::AccountChanged, Some("taro"), None, Some("root")),
            ),
            ("chage", "changed password expiry for taro", of(Kind::AccountChanged, Some("taro"), None, None)),
        ] {
            assert_eq!(read(program, message), Some(expected), "{message}");
        }
        let set = What::PasswordSet { account: Named::Name("taro".into()), how: PasswordWay::Usermod };
        assert_eq!(read("usermod", "change user 'taro' password"), Some(set));
    }

    #[test]
    fn what_is_told_twice_or_did_not_happen() {
        for (program, message) in [
            ("useradd", "add 'taro' to shadow group 'sudo'"),
            ("useradd", "failed adding user 'taro', exit code: 9"),
            ("userdel", "delete 'taro' from shadow group 'sudo'"),
            ("userdel", "removed shadow group 'taro' owned by 'taro'"),
            ("groupadd", "group added to /etc/group: name=staff, GID=1002"),
            ("groupdel", "group 'staff' removed from /etc/group"),
            ("gpasswd", "root failed to add user taro to group sudo"),
            ("usermod", "change user 'taro"),
            ("passwd", "password for 'taro'"),
            ("usermod", ""),
            ("sshd", "delete user 'taro'"),
        ] {
            assert_eq!(read(program, message), None, "{message}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(start in 0_usize..6, rest in ".{0,100}") {
            let message = format!("{}{rest}", ["change user ", "add '", "delete ", "user ", "password for ", ""][start]);
            for program in super::super::message::RARE {
                let _ = read(program, &message);
            }
        }
    }
}
