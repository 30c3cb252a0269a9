//! What logs tell of accounts, written anew from what is read of each line. Of a line that tells nothing nothing is left; the
//! times of the first and the last one are kept.

use std::fmt::Write as _;

use tenken_model::fact::account_events::{AccountChangeKind as Kind, ElevationWay, PasswordWay, SignInWay};

use super::Scrubber;
use crate::collect::account_events::event::{Administers, Attempt, Event, Named, What};
use crate::collect::account_events::{audit_record, line};
use crate::collect::logs::first_record;

/// What stands for a name that may be a password.
const UNKNOWN: &str = "unknown";

/// A log of messages, or that of auditd.
pub(super) fn log(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    let mut last = None;
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Some(stamp) = first_record::stamp(line) else { continue };
        let is_audited = stamp.starts_with("msg=audit(");
        let told = if is_audited { audited(scrubber, line) } else { message(scrubber, line) };
        let alone = if is_audited { format!("type=x {stamp} x") } else { format!("{stamp} x") };
        match told {
            Some(told) => {
                _ = writeln!(written, "{}", told.replace("STAMP", &stamp));
                last = None;
            }
            None if written.is_empty() => _ = writeln!(written, "{alone}"),
            None => last = Some(alone),
        }
    }
    if let Some(alone) = last {
        _ = writeln!(written, "{alone}");
    }
    if written.is_empty() { b"x\n".to_vec() } else { written.into_bytes() }
}

/// A name, if it is that of an account.
fn account(scrubber: &mut Scrubber, name: &str) -> String {
    if scrubber.names.knows(name) { scrubber.names.account(name) } else { UNKNOWN.to_owned() }
}

fn named(scrubber: &mut Scrubber, named: &Named) -> String {
    match named {
        // It was told by what changes accounts.
        Named::Name(name) => scrubber.names.account(name),
        Named::Number(_) => UNKNOWN.to_owned(),
    }
}

fn source(scrubber: &mut Scrubber, source: &str) -> String {
    if source.is_empty() { String::new() } else { scrubber.host(source) }
}

/// A line of a syslog daemon.
fn message(scrubber: &mut Scrubber, line: &[u8]) -> Option<String> {
    let line = line::parse(line)?;
    let text = text(scrubber, &line.what);
    let program = match (&line.what, line.program) {
        (What::SignedIn { .. }, "sshd" | "sshd-session" | "sshd-auth") => "sshd",
        (_, program) => program,
    };
    let text = if line.times > 1 { format!("message repeated {} times: [ {text}]", line.times) } else { text };
    Some(format!("STAMP x {program}[{}]: {text}", line.process))
}

fn text(scrubber: &mut Scrubber, what: &What) -> String {
    match what {
        What::Failed { account: name, source: from, way, attempt } => {
            let (name, from) = (account(scrubber, name), source(scrubber, from));
            let known = name != UNKNOWN;
            match (way, attempt) {
                (SignInWay::Ssh, Attempt::Failed) => {
                    let whom = if known { name } else { format!("invalid user {name}") };
                    format!("Failed password for {whom} from {from} port 1 ssh2")
                }
                (SignInWay::Ssh, Attempt::Again) => {
                    let whom = if known { name } else { format!("invalid user {name}") };
                    format!("Failed keyboard-interactive/pam for {whom} from {from} port 1 ssh2")
                }
                (SignInWay::Ssh, Attempt::Left) if known => {
                    format!("Connection closed by authenticating user {name} {from} port 1 [preauth]")
                }
                (SignInWay::Ssh, Attempt::Left) => format!("Invalid user {name} from {from} port 1"),
                (way, attempt) => {
                    let module = if *attempt == Attempt::Again { "pam_sss" } else { "pam_unix" };
                    let service = match way {
                        SignInWay::Console => "login",
                        SignInWay::Graphical => "gdm-password",
                        SignInWay::Ssh | SignInWay::Other => "other",
                    };
                    let user = if known { format!(" user={name}") } else { String::new() };
                    format!("{module}({service}:auth): authentication failure; rhost={from} {user}")
                }
            }
        }
        What::SignedIn { account: name } => {
            format!("pam_unix(x:session): session opened for user {}", scrubber.names.account(name))
        }
        What::PasswordSet { account: name, how } => {
            let name = named(scrubber, name);
            match how {
                PasswordWay::Usermod => format!("change user '{name}' password"),
                PasswordWay::Passwd => format!("pam_unix(passwd:chauthtok): password changed for {name}"),
                PasswordWay::Chpasswd => format!("pam_unix(chpasswd:chauthtok): password changed for {name}"),
                PasswordWay::Other => format!("pam_unix(x:chauthtok): password changed for {name}"),
            }
        }
        What::Changed { kind, account: name, group, by } => {
            let name = name.as_ref().map_or_else(String::new, |name| named(scrubber, name));
            let group = group.as_ref().map_or_else(String::new, |group| scrubber.names.group(group));
            let by = by.as_ref().map(|by| scrubber.names.account(by));
            changed(*kind, &name, &group, by.as_deref())
        }
        What::Elevated { way, account: name, target, granted, administers } => {
            let (name, target) = (scrubber.names.account(name), account(scrubber, target));
            match way {
                ElevationWay::Sudo => {
                    let refused = if *granted { "" } else { "command not allowed ; " };
                    let run = run(scrubber, administers);
                    format!("{name} : {refused}TTY=x ; PWD=x ; USER={target} ; COMMAND={run}")
                }
                ElevationWay::Su if *granted => format!("(to {target}) {name} on x"),
                ElevationWay::Su => format!("FAILED SU (to {target}) {name} on x"),
                // No log of text tells of them.
                ElevationWay::AdministratorSignIn
                | ElevationWay::OtherCredentials
                | ElevationWay::OtherCredentialsElsewhere => String::new(),
            }
        }
        What::SftpRequested { account: name } => {
            format!("subsystem request for sftp by user {}", scrubber.names.account(name))
        }
        What::SftpOpened { account: name } => {
            format!("session opened for local user {} from [x]", scrubber.names.account(name))
        }
        What::SftpClosed { read, written } => format!("close \"x\" bytes read {read} written {written}"),
    }
}

/// A command that changes the same.
fn run(scrubber: &mut Scrubber, administers: &Administers) -> String {
    let (how, of) = match administers {
        Administers::Nothing => return "x".to_owned(),
        Administers::Accounts => return "/usr/sbin/useradd".to_owned(),
        Administers::Password { how, of } => (how, of.as_ref().map(|of| account(scrubber, of))),
    };
    match (how, of) {
        (PasswordWay::Passwd | PasswordWay::Other, Some(of)) => format!("/usr/bin/passwd {of}"),
        (PasswordWay::Usermod, Some(of)) => format!("/usr/sbin/usermod -p x {of}"),
        (PasswordWay::Chpasswd, _) | (_, None) => "/usr/sbin/chpasswd".to_owned(),
    }
}

fn changed(kind: Kind, name: &str, group: &str, by: Option<&str>) -> String {
    match (kind, by) {
        (Kind::AccountAdded, _) => format!("new user: name={name},"),
        (Kind::AccountRemoved, _) => format!("delete user '{name}'"),
        (Kind::AccountChanged, Some(by)) => format!("password for '{name}' changed by '{by}'"),
        // One of chage, else one of usermod: each reads the other's as nothing, so that both are written as both read them.
        (Kind::AccountChanged, None) => format!("change user '{name}' shell from 'x' to 'x'"),
        (Kind::AccountLocked, _) => format!("lock user '{name}' password"),
        // No log of text tells of it.
        (Kind::AccountLockedOut, _) => String::new(),
        (Kind::AccountUnlocked, _) => format!("unlock user '{name}' password"),
        (Kind::GroupAdded, _) => format!("new group: name={group},"),
        (Kind::GroupRemoved, _) => format!("removed group '{group}'"),
        (Kind::MemberAdded, Some(by)) => format!("user {name} added by {by} to group {group}"),
        (Kind::MemberAdded, None) => format!("add '{name}' to group '{group}'"),
        (Kind::MemberRemoved, Some(by)) => format!("user {name} removed by {by} from group {group}"),
        (Kind::MemberRemoved, None) => format!("delete '{name}' from group '{group}'"),
    }
}

/// A record of auditd.
fn audited(scrubber: &mut Scrubber, line: &[u8]) -> Option<String> {
    let Event { what, process, actor, .. } = audit_record::read(line, false).events.into_iter().next()?;
    let whose = |named: &Named, scrubber: &mut Scrubber| match named {
        Named::Name(name) => format!("acct=\"{}\"", account(scrubber, name)),
        Named::Number(number) => format!("id={number}"),
    };
    let (kind, text) = match &what {
        What::Failed { account: name, source: from, way, .. } => {
            let (name, from) = (account(scrubber, name), source(scrubber, from));
            let program = match way {
                SignInWay::Ssh => "sshd",
                SignInWay::Console => "login",
                SignInWay::Graphical => "gdm",
                SignInWay::Other => "x",
            };
            ("USER_AUTH", format!("op=x acct=\"{name}\" exe=\"{program}\" addr={from} terminal=x res=failed"))
        }
        What::PasswordSet { account, how } => {
            let whose = whose(account, scrubber);
            ("USER_CHAUTHTOK", format!("op=PAM:chauthtok {whose} exe=\"{}\" res=success", how.word()))
        }
        What::Changed { kind, account: Some(account), group, .. } => {
            let whose = whose(account, scrubber);
            let group = group.as_ref().map(|group| scrubber.names.group(group)).unwrap_or_default();
            match kind {
                Kind::AccountAdded => ("ADD_USER", format!("op=add-user {whose} res=success")),
                Kind::AccountRemoved => ("DEL_USER", format!("op=delete-user {whose} res=success")),
                Kind::MemberAdded => ("USER_MGMT", format!("op=add-user-to-group grp=\"{group}\" {whose} res=success")),
                Kind::MemberRemoved => {
                    ("USER_MGMT", format!("op=delete-user-from-group grp=\"{group}\" {whose} res=success"))
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    let number = |number: Option<u32>, name| number.map_or_else(String::new, |number| format!(" {name}={number}"));
    let (user, signed_in) = (number(actor.user, "uid"), number(actor.signed_in, "auid"));
    Some(format!("type={kind} STAMP pid={process}{user}{signed_in} msg='{text}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::antivirus::time_zone::Zone;

    const SAMPLES: [&str; 4] = [
        include_str!("../../../tests/samples/account_events/auth.debian_12.log"),
        include_str!("../../../tests/samples/account_events/auth.ubuntu_22.04.log"),
        include_str!("../../../tests/samples/account_events/auth.ubuntu_24.04.log"),
        include_str!("../../../tests/samples/account_events/secure.rhel_9"),
    ];

    fn scrubber() -> Scrubber {
        let mut scrubber = Scrubber::of_nothing();
        for (name, uid) in [("hanako", 1_000), ("taro", 1_001)] {
            scrubber.names.add_account(name, uid, true);
        }
        scrubber
    }

    #[test]
    fn nothing_of_anybody_is_left_and_what_happened_is() {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        let kinds = |events: &[Event]| -> Vec<_> {
            events.iter().map(|event| (event.at, std::mem::discriminant(&event.what), event.times)).collect()
        };
        for sample in SAMPLES {
            let scrubbed = log(&mut scrubber(), sample.as_bytes());
            let before = line::read(sample.as_bytes(), false, now, &Zone::utc(), None);
            let after = line::read(&scrubbed, false, now, &Zone::utc(), None);
            assert_eq!(kinds(&after.events), kinds(&before.events), "{}", String::from_utf8_lossy(&scrubbed));
            assert!(scrubbed.len() <= sample.len());
            let text = String::from_utf8(scrubbed).unwrap();
            for word in ["hanako", "taro", "jiro", "Pa55w0rd", "192.0.2.", "secret", "csv", "sv1"] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }

    #[test]
    fn records_of_auditd_keep_what_they_say() {
        let sample = include_bytes!("../../../tests/samples/account_events/audit.rhel_9.log");
        let scrubbed = log(&mut scrubber(), sample);
        let (before, after) = (audit_record::read(sample, false), audit_record::read(&scrubbed, false));
        assert_eq!(after.events.len(), before.events.len());
        let actors = |told: &audit_record::Told| -> Vec<_> { told.events.iter().map(|event| event.actor).collect() };
        assert_eq!(actors(&after), actors(&before));
        assert_eq!((after.oldest, after.newest), (before.oldest, before.newest));
        assert!(!String::from_utf8(scrubbed).unwrap().contains("taro"));
    }

    #[test]
    fn what_is_kept_of_odd_ways_of_failing_and_of_commands() {
        let head = "2026-11-20T09:00:01+09:00 sv1";
        for (line, left) in [
            ("sshd[7]: error: PAM: Authentication failure for taro from 192.0.2.7", "Failed password for "),
            (
                "sshd[7]: Failed keyboard-interactive/pam for taro from 192.0.2.7 port 5 ssh2",
                "Failed keyboard-interactive/pam for ",
            ),
            (
                "login[7]: PAM 2 more authentication failures; rhost=  user=taro",
                "message repeated 2 times: [ pam_unix(login:auth)",
            ),
            (
                "gdm-password][7]: pam_sss(gdm-password:auth): authentication failure; rhost= user=taro",
                "pam_sss(gdm-password:auth)",
            ),
            ("sudo: hanako : PWD=/ ; USER=root ; COMMAND=/usr/bin/passwd -q taro", "COMMAND=/usr/bin/passwd user"),
            (
                "sudo: hanako : PWD=/ ; USER=root ; COMMAND=/usr/sbin/usermod -p $6$secret taro",
                "COMMAND=/usr/sbin/usermod -p x user",
            ),
            ("sudo: hanako : PWD=/ ; USER=root ; COMMAND=/usr/sbin/chpasswd", "COMMAND=/usr/sbin/chpasswd"),
        ] {
            let line = format!("{head} {line}");
            let scrubbed = log(&mut scrubber(), line.as_bytes());
            let told = |line: &[u8]| {
                line::parse(line.trim_ascii_end()).map(|line| (std::mem::discriminant(&line.what), line.times))
            };
            assert!(
                told(&scrubbed).is_some() && told(&scrubbed) == told(line.as_bytes()),
                "it is read as it was: {line}"
            );
            let scrubbed = String::from_utf8(scrubbed).unwrap();
            assert!(
                scrubbed.contains(left) && !scrubbed.contains("taro") && !scrubbed.contains("secret"),
                "{scrubbed}"
            );
        }
    }

    #[test]
    fn only_the_time_of_other_lines_is_left() {
        for (line, left) in [
            ("2026-11-20T09:00:01+09:00 sv1 sshd[7]: Accepted for tanaka", "2026-11-20T09:00:01+09:00 x\n"),
            ("Nov 20 09:00:01 sv1 sshd[7]: tanaka", "Nov 20 09:00:01 x\n"),
            ("type=LOGIN msg=audit(1795651200.123:45): acct=\"tanaka\"", "type=x msg=audit(1795651200.0:0): x\n"),
            ("tanaka", "x\n"),
        ] {
            assert_eq!(log(&mut scrubber(), line.as_bytes()), left.as_bytes(), "{line}");
        }
    }
}
