//! Records of audit.log that programs write on accounts: who signed in and failed, whose password was set, who was added or
//! removed. They say by whom, which messages do not.

use chrono::DateTime;
use tenken_model::Instant;
use tenken_model::fact::account_events::{AccountChangeKind as Kind, PasswordWay, SignInWay};

use super::event::{Actor, Attempt, Event, Named, What};

/// What stands for a number that is unknown, and in the place of names that no account has.
const UNKNOWN: [&str; 4] = ["?", "(unknown)", "(unknown user)", "(invalid user)"];

/// What a log tells, and from when to when its records are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub events: Vec<Event>,
    /// The time of the first record.
    pub oldest: Option<Instant>,
    /// The time of the last record.
    pub newest: Option<Instant>,
}

/// Reads audit.log, or its end: then the first record is cut off, and passed over.
pub fn read(bytes: &[u8], is_end: bool) -> Told {
    let mut told = Told::default();
    for line in bytes.split(|byte| *byte == b'\n').skip(usize::from(is_end)) {
        let Some((kind, rest)) = parts(line) else { continue };
        let Some(at) = time(rest) else { continue };
        told.oldest = told.oldest.or(Some(at));
        told.newest = Some(at);
        if !matches!(kind, b"ADD_USER" | b"DEL_USER" | b"USER_CHAUTHTOK" | b"USER_AUTH" | b"USER_MGMT") {
            continue;
        }
        let Ok(text) = std::str::from_utf8(rest) else { continue };
        told.events.extend(event(kind, text, at));
    }
    told
}

/// The type of a record and what is behind it. With several hosts in one log each line begins with the host.
fn parts(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = match line.strip_prefix(b"node=") {
        Some(rest) => rest.get(rest.iter().position(|byte| *byte == b' ')? + 1..)?,
        None => line,
    };
    let rest = line.strip_prefix(b"type=")?;
    let (kind, rest) = rest.split_at_checked(rest.iter().position(|byte| *byte == b' ')?)?;
    Some((kind, rest.strip_prefix(b" msg=audit(")?))
}

fn time(rest: &[u8]) -> Option<Instant> {
    let end = rest.iter().take(20).position(|byte| *byte == b'.')?;
    DateTime::from_timestamp(std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?, 0)
}

fn event(kind: &[u8], text: &str, at: Instant) -> Option<Event> {
    let (outer, inner) = text.split_once(" msg='")?;
    // What enriched logs say in capital letters comes behind it, too.
    let (inner, _) = inner.rsplit_once('\'')?;
    let number = |name: &str| field(outer, name).and_then(|number| number.parse().ok());
    let failed = match field(inner, "res=")? {
        "success" | "1" | "yes" => false,
        "failed" | "0" | "no" => true,
        _ => return None,
    };
    let operation = operation(inner);
    let account = || account(inner);
    let what = match kind {
        b"USER_AUTH" if failed => sign_in(inner)?,
        _ if failed => return None,
        b"USER_AUTH" => return None,
        b"ADD_USER" => changed(Kind::AccountAdded, account()?, operation)?,
        b"DEL_USER" => changed(Kind::AccountRemoved, account()?, operation)?,
        b"USER_CHAUTHTOK" => password(inner, operation, account()?)?,
        // Of groups, that somebody became or is no longer a member.
        _ => member(inner, operation, account()?)?,
    };
    let process = number("pid=").unwrap_or_default();
    Some(Event { at, what, process, actor: Actor::new(number("uid="), number("auid=")), times: 1 })
}

fn sign_in(inner: &str) -> Option<What> {
    let terminal = field(inner, "terminal=").unwrap_or_default();
    let program = file_name(inner);
    let way = match program {
        "sshd" | "sshd-session" | "sshd-auth" => SignInWay::Ssh,
        "login" => SignInWay::Console,
        // They are no sign-ins, and say so themselves.
        "su" | "sudo" | "passwd" | "chsh" | "chfn" => return None,
        _ if program.starts_with("gdm") || program.starts_with("lightdm") || program.starts_with("sddm") => {
            SignInWay::Graphical
        }
        _ if terminal == "ssh" => SignInWay::Ssh,
        _ => SignInWay::Other,
    };
    let account = match account(inner) {
        Some(Named::Name(name)) => name,
        _ => String::new(),
    };
    let source = field(inner, "addr=").filter(|address| *address != "?").unwrap_or_default().to_owned();
    Some(What::Failed { account, source, way, attempt: Attempt::Failed })
}

fn password(inner: &str, operation: &str, account: Named) -> Option<What> {
    const SETTING: [&str; 6] = [
        "PAM:chauthtok",
        "change password",
        "change-password",
        "changing password",
        "updating password",
        "updating-password",
    ];
    let is_set = SETTING.iter().any(|setting| operation.starts_with(setting));
    let how = match file_name(inner) {
        "passwd" => PasswordWay::Passwd,
        "chpasswd" | "newusers" => PasswordWay::Chpasswd,
        "usermod" => PasswordWay::Usermod,
        _ => PasswordWay::Other,
    };
    is_set.then_some(What::PasswordSet { account, how })
}

fn changed(kind: Kind, account: Named, operation: &str) -> Option<What> {
    // What else is added with it has records of its own.
    operation.contains("user").then_some(What::Changed { kind, account: Some(account), group: None, by: None })
}

fn member(inner: &str, operation: &str, account: Named) -> Option<What> {
    let kind = match operation {
        "add-user-to-group" => Kind::MemberAdded,
        "delete-user-from-group" => Kind::MemberRemoved,
        _ => return None,
    };
    let group = field(inner, "grp=")?.trim_matches('"').to_owned();
    Some(What::Changed { kind, account: Some(account), group: Some(group), by: None })
}

/// The account by its name, which is written in hexadecimal digits where it holds anything odd, or by its number.
fn account(inner: &str) -> Option<Named> {
    if let Some(written) = field(inner, "acct=") {
        if let Some(name) = written.strip_prefix('"').and_then(|name| name.split('"').next()) {
            return (!UNKNOWN.contains(&name)).then(|| Named::Name(name.to_owned()));
        }
        return None;
    }
    field(inner, "id=")?.parse().ok().map(Named::Number)
}

fn file_name(inner: &str) -> &str {
    let program = field(inner, "exe=").unwrap_or_default().trim_matches('"');
    program.rsplit('/').next().unwrap_or_default()
}

/// What was done: `add-user`, in older versions `adding user`, up to the next name.
fn operation(inner: &str) -> &str {
    let rest = inner.split_once("op=").map_or("", |(_, rest)| rest);
    let end = rest.find('=').and_then(|next| rest.get(..next)?.rfind(' '));
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

/// What is behind a name, up to the next blank. The name begins a word.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(' ').find_map(|word| word.strip_prefix(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(line: &str) -> Option<Event> {
        read(line.as_bytes(), false).events.into_iter().next()
    }

    fn name(name: &str) -> Named {
        Named::Name(name.to_owned())
    }

    #[test]
    fn records_that_tell_of_accounts() {
        let head =
            "msg=audit(1795651200.123:45): pid=7 uid=0 auid=1000 ses=3 subj=unconfined_u:unconfined_r:passwd_t:s0";
        for (line, expected) in [
            (
                format!(
                    "type=USER_CHAUTHTOK {head} msg='op=PAM:chauthtok grantors=pam_pwquality,pam_unix acct=\"taro\" exe=\"/usr/bin/passwd\" hostname=sv1 addr=? terminal=pts/0 res=success'UID=\"root\" AUID=\"hanako\""
                ),
                What::PasswordSet { account: name("taro"), how: PasswordWay::Passwd },
            ),
            (
                format!(
                    "type=USER_CHAUTHTOK {head} msg='op=change password id=1001 exe=\"/usr/sbin/chpasswd\" hostname=? addr=? terminal=? res=success'"
                ),
                What::PasswordSet { account: Named::Number(1_001), how: PasswordWay::Chpasswd },
            ),
            (
                format!(
                    "type=ADD_USER {head} msg='op=add-user acct=\"taro\" exe=\"/usr/sbin/useradd\" hostname=sv1 addr=? terminal=pts/0 res=success'"
                ),
                What::Changed { kind: Kind::AccountAdded, account: Some(name("taro")), group: None, by: None },
            ),
            (
                format!(
                    "node=sv1 type=ADD_USER {head} msg='op=adding user id=1001 exe=\"/usr/sbin/useradd\" hostname=sv1 addr=? terminal=pts/0 res=success'"
                ),
                What::Changed { kind: Kind::AccountAdded, account: Some(Named::Number(1_001)), group: None, by: None },
            ),
            (
                format!(
                    "type=DEL_USER {head} msg='op=delete-user id=1001 exe=\"/usr/sbin/userdel\" hostname=sv1 addr=? terminal=pts/0 res=success'"
                ),
                What::Changed {
                    kind: Kind::AccountRemoved,
                    account: Some(Named::Number(1_001)),
                    group: None,
                    by: None,
                },
            ),
            (
                format!(
                    "type=USER_MGMT {head} msg='op=add-user-to-group grp=\"wheel\" acct=\"taro\" exe=\"/usr/sbin/usermod\" hostname=? addr=? terminal=? res=success'"
                ),
                What::Changed {
                    kind: Kind::MemberAdded,
                    account: Some(name("taro")),
                    group: Some("wheel".into()),
                    by: None,
                },
            ),
        ] {
            let event = told(&line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(event.what, expected, "{line}");
            assert_eq!(event.actor, Actor { user: Some(0), signed_in: Some(1_000) });
            assert_eq!(event.at.timestamp(), 1_795_651_200);
        }
    }

    #[test]
    fn sign_ins_that_fail() {
        for (account, program, expected) in [
            ("acct=\"taro\"", "/usr/sbin/sshd", ("taro", SignInWay::Ssh)),
            ("acct=\"(unknown)\"", "/usr/sbin/sshd", ("", SignInWay::Ssh)),
            ("acct=5061353520773072", "/usr/bin/login", ("", SignInWay::Console)),
            ("acct=\"taro\"", "/usr/libexec/gdm-session-worker", ("taro", SignInWay::Graphical)),
        ] {
            let line = format!(
                "type=USER_AUTH msg=audit(1795651200.123:45): pid=7 uid=0 auid=4294967295 ses=4294967295 \
                 msg='op=PAM:authentication grantors=? {account} exe=\"{program}\" hostname=192.0.2.7 addr=192.0.2.7 \
                 terminal=ssh res=failed'"
            );
            let event = told(&line).unwrap();
            let (account, way) = (expected.0.to_owned(), expected.1);
            let source = "192.0.2.7".to_owned();
            assert_eq!(event.what, What::Failed { account, source, way, attempt: Attempt::Failed });
            assert_eq!(event.actor.signed_in, None);
        }
    }

    #[test]
    fn records_that_tell_nothing() {
        let head = "msg=audit(1795651200.123:45): pid=7 uid=0 auid=1000";
        for line in [
            format!(
                "type=USER_CHAUTHTOK {head} msg='op=PAM:chauthtok grantors=? acct=\"taro\" exe=\"/usr/bin/passwd\" res=failed'"
            ),
            format!(
                "type=USER_CHAUTHTOK {head} msg='op=display aging info id=1001 exe=\"/usr/bin/chage\" res=success'"
            ),
            format!("type=ADD_USER {head} msg='op=adding home directory acct=\"taro\" res=success'"),
            format!("type=USER_AUTH {head} msg='op=PAM:authentication acct=\"taro\" exe=\"/usr/bin/sudo\" res=failed'"),
            format!(
                "type=USER_AUTH {head} msg='op=PAM:authentication acct=\"taro\" exe=\"/usr/sbin/sshd\" res=success'"
            ),
            format!("type=ADD_USER {head} msg='op=add-user acct=\"taro\" res=success"),
            format!("type=SYSCALL {head} msg='op=add-user acct=\"taro\" res=success'"),
            "type=ADD_USER msg=audit(x.1:2): msg='op=add-user acct=\"taro\" res=success'".to_owned(),
            "type=".to_owned(),
            String::new(),
        ] {
            assert_eq!(told(&line), None, "{line}");
        }
    }

    #[test]
    fn times_are_those_of_all_records() {
        let log = b"cut off\ntype=A msg=audit(100.1:1): x\ntype=B msg=audit(200.1:2): x\n";
        let told = read(log, true);
        assert_eq!(told.oldest.map(|at| at.timestamp()).zip(told.newest.map(|at| at.timestamp())), Some((100, 200)));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in ".{0,100}") {
            let _ = read(&bytes, false);
            let _ = read(format!("type=ADD_USER msg=audit(1.1:1): uid=0 msg='{text}'").as_bytes(), true);
        }
    }
}
