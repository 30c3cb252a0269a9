//! Accounts of a Mac, as its local directory keeps them. Never run on one.

use tenken_model::fact::accounts::{Account, Accounts, PasswordState};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::shells;
use crate::collect::property_list::{self, Value};
use crate::collect::{Look, Needs};

const USERS: &str = "/private/var/db/dslocal/nodes/Default/users";
const ADMINISTRATORS: &str = "/private/var/db/dslocal/nodes/Default/groups/admin.plist";
const USERS_MAX: usize = 5_000;
/// Numbers below are the system's own.
const FIRST_PERSON: i64 = 501;

/// Reads the accounts. Those of a directory or of a managed Apple account are not among them.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Accounts> {
    let entries = match look.list(USERS, USERS_MAX) {
        Ok(entries) => entries,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let administrators = administrators(look);
    let mut accounts = Vec::new();
    for entry in entries.iter().filter(|entry| entry.name.strip_suffix(".plist").is_some()) {
        let path = format!("{USERS}/{}", entry.name);
        match property_list::read(look, &path) {
            Ok(Some(record)) => accounts.extend(account(&record, &administrators)),
            Ok(None) => {}
            // One that is not read may be anybody's.
            Err(reason) => return Outcome::Failed(reason),
        }
    }
    Outcome::Known(Accounts {
        shared_uids: shared_uids(&accounts),
        entries: accounts,
        complete: Read::NotRead(directory()),
        one_password_policy: Read::Measured(true),
        outside_administrators: Vec::new(),
        administrators_complete: Read::NotRead(directory()),
        sign_ins_since: Read::NotRead(no_sign_ins()),
        sign_ins_complete: Read::Measured(true),
    })
}

fn directory() -> Reason {
    Reason::new(ReasonCode::Elsewhere, "list accounts: those of a directory service are not read")
}

fn no_sign_ins() -> Reason {
    Reason::new(ReasonCode::Unsupported, "read sign-ins: macOS keeps them in its unified log")
}

/// Members of the group of administrators, by name and by identifier.
fn administrators(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let missing = || Reason::new(ReasonCode::Missing, format!("read {ADMINISTRATORS}: there is none"));
    let group = property_list::read(look, ADMINISTRATORS)?.ok_or_else(missing)?;
    let of = |name: &str| group.get(name).map(Value::list).unwrap_or_default().iter().filter_map(Value::text);
    Ok(of("users").chain(of("groupmembers")).map(str::to_owned).collect())
}

fn account(record: &Value, administrators: &Result<Vec<String>, Reason>) -> Option<Account> {
    let name = record.first_text("name")?.to_owned();
    let uid: i64 = record.first_text("uid")?.parse().ok()?;
    let shell = record.first_text("shell").unwrap_or_default().to_owned();
    let authorities = record.get("authentication_authority").map(Value::list).unwrap_or_default();
    let disabled = authorities.iter().filter_map(Value::text).any(|authority| authority.starts_with(";DisabledUser;"));
    // Root has no authority until somebody enables it.
    let has_password = record.get("ShadowHashData").is_some() && !authorities.is_empty();
    let password = match (disabled, has_password) {
        (true, _) => PasswordState::Locked,
        (false, true) => PasswordState::Set,
        (false, false) => PasswordState::Unset,
    };
    let identifier = record.first_text("generateduid").unwrap_or_default().to_owned();
    let administrator = administrators.clone().map(|administrators| {
        uid == 0
            || administrators.iter().any(|member| *member == name || (!identifier.is_empty() && *member == identifier))
    });
    let interactive = shells::interactive(&shell);
    let keys = Reason::new(ReasonCode::Unsupported, "count SSH keys: not on macOS");
    // A key opens an account whose password is locked.
    let enabled = if interactive && password == PasswordState::Set {
        Read::Measured(true)
    } else if interactive {
        Read::NotRead(keys.clone())
    } else {
        Read::Measured(false)
    };
    Some(Account {
        built_in: Read::Measured(uid < FIRST_PERSON && uid != 0),
        administrator_by: match &administrator {
            Ok(true) if uid != 0 => vec!["admin".to_owned()],
            Ok(_) | Err(_) => Vec::new(),
        },
        administrator: administrator.into(),
        enabled,
        interactive,
        password: Read::Measured(password),
        password_optional: None,
        password_changed: password_changed(record),
        password_max_age: Read::not_read(ReasonCode::Unsupported, "read how long passwords hold: not on macOS"),
        expires: Read::not_read(ReasonCode::Unsupported, "read when accounts end: not on macOS"),
        ssh_keys: Read::NotRead(keys),
        last_sign_in: Read::NotRead(no_sign_ins()),
        name,
        uid,
        shell,
    })
}

/// `accountPolicyData` is a property list within the record; its times are seconds since 1970.
fn password_changed(record: &Value) -> Read<Option<Instant>> {
    let Some(Value::Data(bytes)) = record.get("accountPolicyData").and_then(|data| data.list().first()) else {
        return Read::Measured(None);
    };
    match property_list::parse(bytes) {
        Ok(policy) => {
            let seconds = policy.get("passwordLastSetTime").and_then(Value::number);
            Read::Measured(seconds.and_then(|seconds| Instant::from_timestamp(seconds, 0)))
        }
        Err(error) => Read::not_read(ReasonCode::Unparsable, format!("read when the password was set: {error}")),
    }
}

fn shared_uids(accounts: &[Account]) -> Vec<String> {
    let mut shared = Vec::new();
    let mut numbers: Vec<i64> = accounts.iter().map(|account| account.uid).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let names: Vec<&str> =
            accounts.iter().filter(|account| account.uid == number).map(|account| account.name.as_str()).collect();
        if names.len() > 1 {
            shared.push(format!("{number}: {}", names.join(" ")));
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;

    /// A record as `dscl` shows one, with the given rest.
    fn record(name: &str, uid: i64, shell: &str, rest: &str) -> String {
        let list = |key: &str, value: &str| format!("<key>{key}</key><array><string>{value}</string></array>");
        let all = list("name", name) + &list("uid", &uid.to_string()) + &list("shell", shell);
        format!("<plist><dict>{all}{}{rest}</dict></plist>", list("generateduid", &format!("GUID-{name}")))
    }

    const SET: &str = "<key>authentication_authority</key><array><string>;ShadowHash;HASHLIST:&lt;SALTED-SHA512-PBKDF2&gt;\
        </string></array><key>ShadowHashData</key><array><data>AAAA</data></array>";

    fn host() -> Recording {
        let group = "<plist><dict><key>users</key><array><string>root</string><string>taro</string></array>\
            <key>groupmembers</key><array><string>GUID-hanako</string></array></dict></plist>";
        let policy = "PHBsaXN0PjxkaWN0PjxrZXk+cGFzc3dvcmRMYXN0U2V0VGltZTwva2V5PjxyZWFsPjE3OTAwMDAwMDAuNTwvcmVhbD48L2RpY3Q+PC9wbGlzdD4=";
        let aged = format!("{SET}<key>accountPolicyData</key><array><data>{policy}</data></array>");
        let disabled = SET.replace("<array><string>;Shadow", "<array><string>;DisabledUser;;Shadow");
        Recording::new(Instant::UNIX_EPOCH)
            .file(ADMINISTRATORS, group)
            .file(format!("{USERS}/root.plist"), record("root", 0, "/bin/sh", ""))
            .file(format!("{USERS}/_mdnsresponder.plist"), record("_mdnsresponder", 65, "/usr/bin/false", ""))
            .file(format!("{USERS}/taro.plist"), record("taro", 501, "/bin/zsh", &aged))
            .file(format!("{USERS}/hanako.plist"), record("hanako", 502, "/bin/zsh", &disabled))
            .file(format!("{USERS}/jiro.plist"), record("jiro", 502, "/bin/zsh", SET))
    }

    fn outcome(host: &Recording) -> Outcome<Accounts> {
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        collect(&Look::new(host), &needs)
    }

    #[test]
    fn people_administrators_and_the_systems_own_are_told_apart() {
        let Outcome::Known(fact) = outcome(&host()) else { panic!() };
        let of = |name: &str| fact.entries.iter().find(|account| account.name == name).unwrap();
        assert_eq!(
            (&of("taro").administrator, &of("jiro").administrator),
            (&Read::Measured(true), &Read::Measured(false))
        );
        assert_eq!(of("hanako").administrator, Read::Measured(true), "by its identifier");
        assert_eq!(
            (&of("hanako").password, &of("root").password),
            (&Read::Measured(PasswordState::Locked), &Read::Measured(PasswordState::Unset))
        );
        assert!(matches!(of("hanako").enabled, Read::NotRead(_)), "a key may open it");
        assert_eq!(of("_mdnsresponder").enabled, Read::Measured(false));
        let set: Instant = Instant::from_timestamp(1_790_000_000, 0).unwrap();
        assert_eq!(of("taro").password_changed, Read::Measured(Some(set)));
        assert_eq!(fact.shared_uids, ["502: hanako jiro"]);
    }

    #[test]
    fn what_may_not_be_looked_at_is_unknown() {
        assert!(matches!(outcome(&host().denied(format!("{USERS}/taro.plist"))), Outcome::Failed(_)));
        assert!(matches!(outcome(&Recording::new(Instant::UNIX_EPOCH)), Outcome::Failed(_)));
        let Outcome::Known(fact) = outcome(&host().denied(ADMINISTRATORS)) else { panic!() };
        assert!(fact.entries.iter().all(|account| matches!(account.administrator, Read::NotRead(_))));
    }
}
