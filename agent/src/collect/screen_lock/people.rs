//! Who can sign in at the screen.

use std::collections::BTreeSet;

use tenken_model::fact::accounts::PasswordState;
use tenken_model::{Reason, ReasonCode, Size};

use crate::collect::Look;
use crate::collect::accounts::{login_defs, name_services, passwd, shadow, shells};
use crate::host::EntryKind;

const PASSWD: &str = "/etc/passwd";
const SHADOW: &str = "/etc/shadow";
const LOGIN_DEFS: &str = "/etc/login.defs";
const HOMES: &str = "/home";
const FILE_MAX: Size = Size::from_bytes(4 << 20);

/// The account that owns nothing; its number lies above the range for people.
const NOBODY: u32 = 65_534;

/// The most people whose settings are looked at.
const PEOPLE_MAX: usize = 2_000;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The account's name.
    pub(crate) name: String,
    /// Its number; unknown for an account of a network directory.
    pub(crate) uid: Option<u32>,
    /// Its home folder.
    pub(crate) home: String,
}

impl Person {
    /// A file below the home folder.
    pub(crate) fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.home.trim_end_matches('/'))
    }

    /// A file of the person's configuration. Where XDG_CONFIG_HOME is set to another folder it is not found.
    pub(crate) fn configuration(&self, name: &str) -> String {
        self.file(&format!(".config/{name}"))
    }
}

/// The people with an account here, and those with a home here whose account a network directory keeps.
///
/// Root is among them where it has a password: login screens refuse it, but not all of them.
pub(crate) fn all(look: &Look<'_>) -> Result<Vec<Person>, Reason> {
    let bytes = look.read_text(PASSWD, FILE_MAX).map_err(|error| error.reason())?;
    let accounts = passwd::parse(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PASSWD}: {error}")))?
        .entries;
    let defs = look.read_text_if_there(LOGIN_DEFS, FILE_MAX).map_err(|error| error.reason())?;
    let first = defs.and_then(|bytes| login_defs::uid_min(&bytes)).unwrap_or(login_defs::UID_MIN_DEFAULT);
    let root_opens = root_has_a_password(look);
    let mut names = BTreeSet::new();
    let mut people = Vec::new();
    for account in &accounts {
        let is_person = account.uid >= first && account.uid != NOBODY || account.uid == 0 && root_opens;
        // Of several lines of one name the system finds the first only.
        if names.insert(&account.name)
            && is_person
            && shells::interactive(&account.shell)
            && account.home.starts_with('/')
        {
            let (name, home) = (account.name.clone(), account.home.clone());
            people.push(Person { name, uid: Some(account.uid), home });
        }
    }
    if name_services::besides_the_file(look)?.is_some() {
        let homes: BTreeSet<&str> = accounts.iter().map(|account| account.home.trim_end_matches('/')).collect();
        for entry in look.list_if_there(HOMES, PEOPLE_MAX).map_err(|error| error.reason())? {
            let home = format!("{HOMES}/{}", entry.name);
            if entry.kind == EntryKind::Folder && entry.name != "lost+found" && !homes.contains(home.as_str()) {
                people.push(Person { name: entry.name, uid: None, home });
            }
        }
    }
    if people.len() > PEOPLE_MAX {
        let detail = format!("read {PASSWD}: more than {PEOPLE_MAX} people");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    Ok(people)
}

/// Whether root can sign in with a password; where that cannot be read it is taken to.
fn root_has_a_password(look: &Look<'_>) -> bool {
    let Ok(bytes) = look.read_text(SHADOW, FILE_MAX) else { return true };
    let Ok(entries) = shadow::parse(&bytes) else { return true };
    entries.get("root").is_some_and(|root| matches!(root.password, PasswordState::Set | PasswordState::Empty))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Recording;

    fn host(passwd: &str) -> Recording {
        Recording::new("2026-11-24T00:00:00Z".parse().unwrap()).file("/etc/passwd", passwd)
    }

    fn names(host: &Recording) -> Vec<String> {
        all(&Look::new(host)).unwrap().into_iter().map(|person| person.name).collect()
    }

    const PASSWD: &str = "root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\n\
        hanako:x:1001:1001::/home/hanako:/bin/bash\nhanako:x:1009:1009::/home/x:/bin/bash\n\
        mail:x:1002:1002::/home/mail:/usr/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/bin/sh\n\
        odd:x:1003:1003::relative:/bin/sh\n";

    #[test]
    fn people_are_neither_services_nor_without_a_shell() {
        assert_eq!(names(&host(PASSWD).file("/etc/shadow", "root:*:1::::::\n")), ["hanako"]);
        assert_eq!(names(&host(PASSWD).file("/etc/shadow", "root:$y$x$y$z:1::::::\n")), ["root", "hanako"]);
        assert_eq!(names(&host(PASSWD).denied("/etc/shadow")), ["root", "hanako"]);
        assert_eq!(names(&host(PASSWD).file("/etc/shadow", "")), ["root", "hanako"], "no entry at all: damaged");
        let later = host(PASSWD).file("/etc/shadow", "root:*:1::::::\n").file("/etc/login.defs", "UID_MIN 2000\n");
        assert_eq!(names(&later), Vec::<String>::new());
    }

    #[test]
    fn homes_of_network_accounts_count_only_where_there_are_such() {
        let homes = || {
            host(PASSWD)
                .file("/etc/shadow", "root:*:1::::::\n")
                .folder("/home/hanako")
                .folder("/home/taro")
                .folder("/home/lost+found")
        };
        assert_eq!(names(&homes()), ["hanako"]);
        assert_eq!(names(&homes().file("/etc/nsswitch.conf", "passwd: files systemd\n")), ["hanako"]);
        let joined = homes().file("/etc/nsswitch.conf", "passwd: files [NOTFOUND=continue] sss # domain\n");
        assert_eq!(names(&joined), ["hanako", "taro"]);
    }

    #[test]
    fn without_accounts_nobody_is_known() {
        assert_eq!(all(&Look::new(&host("x"))).unwrap_err().code, ReasonCode::Unparsable);
        assert_eq!(all(&Look::new(&host(PASSWD).denied("/etc/passwd"))).unwrap_err().code, ReasonCode::NotPermitted);
    }
}
