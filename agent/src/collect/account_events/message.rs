//! What programs tell syslog and the journal about accounts: sshd, sftp-server and su. What those of shadow-utils tell is in
//! `shadow`, what sudo tells in `sudo_message`, and what PAM tells of any in `pam_message`.

use tenken_model::fact::account_events::{ElevationWay, SignInWay};

use super::event::{Administers, Attempt, What};
use super::{pam_message, shadow, sudo_message};

/// The programs of shadow-utils and of passwd(1), by the names under which they write.
pub const RARE: [&str; 13] = [
    "passwd",
    "chpasswd",
    "useradd",
    "usermod",
    "userdel",
    "groupadd",
    "groupdel",
    "groupmod",
    "gpasswd",
    "groupmems",
    "chage",
    "newusers",
    "adduser",
];
/// Programs that ask people who they are.
pub const FREQUENT: [&str; 23] = [
    "sshd",
    "sshd-session",
    "sshd-auth",
    "sudo",
    "su",
    "su-l",
    "runuser",
    "login",
    "sftp-server",
    "internal-sftp",
    "gdm",
    "gdm-password",
    "gdm-session-worker",
    "lightdm",
    "sddm",
    "sddm-helper",
    "xdm",
    "lxdm",
    "greetd",
    "polkit-agent-helper-1",
    "cockpit-session",
    "xrdp-sesman",
    "xrdp-sesexec",
];
/// A message of a program of that name; nothing where it is none of accounts.
pub fn read(program: &str, message: &str) -> Option<What> {
    if is_of_pam(message) {
        return pam_message::read(program, message);
    }
    match program {
        "sshd" | "sshd-session" | "sshd-auth" => of_sshd(message),
        "sftp-server" | "internal-sftp" => of_sftp(message),
        "sudo" => sudo_message::read(message),
        "su" | "su-l" => of_su(message),
        _ if RARE.contains(&program) => shadow::read(program, message),
        _ => None,
    }
}

/// How many attempts a message tells of.
pub fn times(message: &str) -> u32 {
    if is_of_pam(message) { pam_message::times(message) } else { 1 }
}

fn is_of_pam(message: &str) -> bool {
    message.starts_with("pam_") || message.starts_with("PAM ")
}

/// A name under which a program writes, without what display managers put behind it.
pub fn program(identifier: &str) -> &str {
    let name = identifier.trim_end_matches(']');
    let name = name.rsplit('/').next().unwrap_or(name);
    if name.starts_with("gdm-") && name != "gdm-session-worker" { "gdm-password" } else { name }
}

fn of_sshd(message: &str) -> Option<What> {
    if let Some(rest) = message.strip_prefix("Failed ") {
        let (method, rest) = rest.split_once(" for ")?;
        // Every client begins with none, to ask what there is, and offers each key and ticket it has until one fits. What is said
        // of a key may hold anything.
        if matches!(method, "none" | "publickey" | "hostbased") || method.starts_with("gssapi-") {
            return None;
        }
        // What PAM asked for by a conversation has a line of its own; this one comes only from the third time on.
        let attempt = if method == "keyboard-interactive/pam" { Attempt::Again } else { Attempt::Failed };
        // A name may look like all of this, but behind the last of it is nothing more.
        return failed(rest.trim_end().strip_suffix(" ssh2")?, true, attempt);
    }
    if let Some(rest) = message.strip_prefix("Accepted ") {
        let (_, rest) = rest.split_once(" for ")?;
        // The name is that of an account, which has no blanks. What is said of a key behind it may hold anything.
        let (account, _) = rest.split_once(" from ")?;
        return Some(What::SignedIn { account: account.to_owned() });
    }
    if let Some(rest) = message.strip_prefix("error: PAM: ") {
        let (_, rest) = rest.split_once(" for ")?;
        return failed(&rest.replacen("illegal user ", "invalid user ", 1), false, Attempt::Failed);
    }
    if let Some(rest) = message.strip_prefix("Invalid user ") {
        // Older versions do not say the port.
        let has_port = without_port(rest).is_some();
        return failed(&format!("invalid user {rest}"), has_port, Attempt::Left);
    }
    if let Some(rest) = message.strip_prefix("subsystem request for sftp by user ") {
        return (!rest.contains(" failed, ")).then(|| What::SftpRequested { account: rest.to_owned() });
    }
    // `Connection closed by authenticating user taro 192.0.2.7 port 50000 [preauth]`
    let left = ["Connection closed by ", "Connection reset by ", "Disconnected from "];
    let rest = left.iter().find_map(|left| message.strip_prefix(left))?.strip_suffix(" [preauth]")?;
    let (is_known, rest) = match rest.strip_prefix("authenticating user ") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("invalid user ")?),
    };
    let (account, source) = without_port(rest)?.rsplit_once(' ')?;
    let account = if is_known { account.to_owned() } else { String::new() };
    Some(What::Failed { account, source: source.to_owned(), way: SignInWay::Ssh, attempt: Attempt::Left })
}

/// `taro from 192.0.2.7 port 50000`, `invalid user x from ...`. Whoever tries chooses the name: the source is the one word at
/// the end.
fn failed(rest: &str, has_port: bool, attempt: Attempt) -> Option<What> {
    let rest = if has_port { without_port(rest)? } else { rest.trim_end() };
    let (who, source) = rest.rsplit_once(" from ").or_else(|| rest.split_once("from "))?;
    if source.is_empty() || source.contains(' ') {
        return None;
    }
    let account = if who.starts_with("invalid user") { String::new() } else { who.to_owned() };
    Some(What::Failed { account, source: source.to_owned(), way: SignInWay::Ssh, attempt })
}

/// What is before ` port 50000` at the end.
fn without_port(text: &str) -> Option<&str> {
    let (before, port) = text.rsplit_once(" port ")?;
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    is_port.then_some(before)
}

fn of_sftp(message: &str) -> Option<What> {
    if let Some(rest) = message.strip_prefix("session opened for local user ") {
        let (account, _) = rest.rsplit_once(" from [")?;
        return Some(What::SftpOpened { account: account.to_owned() });
    }
    // The name of the file, which may hold anything, is before the last of these words.
    let message = message.strip_prefix("forced ").unwrap_or(message);
    let (_, counts) = message.strip_prefix("close \"")?.rsplit_once("\" bytes read ")?;
    let (read, written) = counts.split_once(" written ")?;
    Some(What::SftpClosed { read: read.parse().ok()?, written: written.trim_end().parse().ok()? })
}

/// `(to root) hanako on pts/0`, after `FAILED SU ` where it was refused.
fn of_su(message: &str) -> Option<What> {
    let (granted, rest) = match message.strip_prefix("FAILED SU ") {
        Some(rest) => (false, rest),
        None => (true, message),
    };
    let (target, who) = rest.strip_prefix("(to ")?.rsplit_once(") ")?;
    let (account, _) = who.rsplit_once(" on ")?;
    Some(What::Elevated {
        way: ElevationWay::Su,
        account: account.to_owned(),
        target: target.to_owned(),
        granted,
        administers: Administers::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn failed_ssh(account: &str, source: &str, attempt: Attempt) -> What {
        What::Failed { account: account.into(), source: source.into(), way: SignInWay::Ssh, attempt }
    }

    #[test]
    fn sign_ins_over_ssh_that_fail() {
        use Attempt::{Again, Failed, Left};
        for (message, account, attempt) in [
            ("Failed password for taro from 192.0.2.7 port 50000 ssh2", "taro", Failed),
            ("Failed keyboard-interactive/pam for taro from 192.0.2.7 port 50000 ssh2", "taro", Again),
            ("Failed password for invalid user Pa55 w0rd from 192.0.2.7 port 50000 ssh2", "", Failed),
            ("Failed password for invalid user  from 192.0.2.7 port 50000 ssh2", "", Failed),
            ("Failed password for invalid user a from 198.51.100.1 port 1 ssh2 from 192.0.2.7 port 9 ssh2", "", Failed),
            ("Failed password for invalid user a from 1.2.3.4 port 1 ssh2 from 192.0.2.7 port 9 ssh2", "", Failed),
            ("Invalid user x from 192.0.2.7 port 50000", "", Left),
            ("Invalid user x from 192.0.2.7", "", Left),
            ("Invalid user x from 1.2.3.4 port 5 from 192.0.2.7 port 50000", "", Left),
            ("Invalid user  from 192.0.2.7 port 50000", "", Left),
            ("error: PAM: Authentication failure for taro from 192.0.2.7", "taro", Failed),
            (
                "error: PAM: User not known to the underlying authentication module for illegal user x from 192.0.2.7",
                "",
                Failed,
            ),
            ("Connection closed by authenticating user taro 192.0.2.7 port 50000 [preauth]", "taro", Left),
            ("Connection reset by invalid user x y 192.0.2.7 port 50000 [preauth]", "", Left),
            ("Disconnected from authenticating user root 192.0.2.7 port 50000 [preauth]", "root", Left),
        ] {
            assert_eq!(read("sshd", message), Some(failed_ssh(account, "192.0.2.7", attempt)), "{message}");
            assert_eq!(read("sshd-session", message), Some(failed_ssh(account, "192.0.2.7", attempt)), "{message}");
        }
    }

    #[test]
    fn what_sshd_says_besides() {
        for message in [
            "Failed none for taro from 192.0.2.7 port 50000 ssh2",
            "Failed publickey for taro from 192.0.2.7 port 50000 ssh2: RSA SHA256:x",
            "Failed publickey for root from 127.0.0.1 port 55128 ssh2: ED25519-CERT SHA256:x ID x from 10.0.0.5 port (serial 0) CA ED25519 SHA256:y",
            "Failed gssapi-with-mic for taro from 192.0.2.7 port 50000 ssh2",
            "Failed hostbased for root from 127.0.0.1 port 55128 ssh2: RSA SHA256:x, client user \"a\", client host \" from 10.0.0.5 port 1 ssh2\"",
            "Failed password for root from 192.0.2.7 port 5 ssh2: x from 10.0.0.5 port 7",
            "Failed password for root from 192.0.2.7 port x ssh2",
            "Invalid user x from a b",
            "Connection closed by 192.0.2.7 port 50000 [preauth]",
            "Disconnected from user taro 192.0.2.7 port 50000",
            "Received disconnect from 192.0.2.7 port 50000:11: disconnected by user",
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=taro",
            "pam_unix(sshd:session): session closed for user taro",
            "subsystem request for sftp by user taro failed, subsystem not found",
            "Server listening on 0.0.0.0 port 22.",
            "Failed",
            "Failed password for",
            "",
        ] {
            assert_eq!(read("sshd", message), None, "{message}");
        }
        let accepted = "Accepted publickey for taro from 192.0.2.7 port 50000 ssh2: ED25519 SHA256:x";
        assert_eq!(read("sshd", accepted), Some(What::SignedIn { account: "taro".into() }));
        let request = "subsystem request for sftp by user taro";
        assert_eq!(read("sshd", request), Some(What::SftpRequested { account: "taro".into() }));
        assert_eq!(read("CRON", "Failed password for taro from 192.0.2.7 port 50000 ssh2"), None);
    }

    #[test]
    fn su_that_is_granted_and_refused() {
        let elevated = |target: &str, granted| {
            let (account, target) = ("hanako".to_owned(), target.to_owned());
            Some(What::Elevated { way: ElevationWay::Su, account, target, granted, administers: Administers::Nothing })
        };
        assert_eq!(read("su", "(to root) hanako on pts/0"), elevated("root", true));
        assert_eq!(read("su", "FAILED SU (to root) hanako on none"), elevated("root", false));
        assert_eq!(read("su", "FAILED SU (to a) b) hanako on pts/0"), elevated("a) b", false));
        for message in
            ["(to root hanako", "(to root) hanako", "pam_unix(su:auth): authentication failure;", "+ pts/0 a:b"]
        {
            assert_eq!(read("su", message), None, "{message}");
        }
    }

    #[test]
    fn transfers_without_names_of_files() {
        for (message, expected) in [
            ("session opened for local user taro from [192.0.2.7]", Some(What::SftpOpened { account: "taro".into() })),
            ("close \"/home/taro/x\" bytes read 0 written 1234", Some(What::SftpClosed { read: 0, written: 1_234 })),
            ("forced close \"/x\" bytes read 5 written 0", Some(What::SftpClosed { read: 5, written: 0 })),
            (
                "close \"/x\" bytes read 9 written 9\" bytes read 1 written 2",
                Some(What::SftpClosed { read: 1, written: 2 }),
            ),
            ("open \"/home/taro/x\" flags WRITE,CREATE,TRUNCATE mode 0644", None),
            ("closedir \"/home/taro\"", None),
            ("close \"/x\" bytes read 99999999999999999999999 written 0", None),
        ] {
            assert_eq!(read("internal-sftp", message), expected, "{message}");
        }
    }

    #[test]
    fn names_under_which_programs_write() {
        for (identifier, expected) in [
            ("gdm-password]", "gdm-password"),
            ("gdm-fingerprint]", "gdm-password"),
            ("/usr/sbin/useradd", "useradd"),
            ("sudo", "sudo"),
        ] {
            assert_eq!(program(identifier), expected);
        }
    }

    proptest! {
        #[test]
        fn never_panics(which in 0_usize..RARE.len() + FREQUENT.len(), message in ".{0,200}") {
            let programs: Vec<&str> = RARE.into_iter().chain(FREQUENT).collect();
            let _ = read(programs[which], &message);
            let _ = read("sshd", &format!("Failed {message}"));
        }
    }
}
