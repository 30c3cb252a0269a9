//! What modules of PAM tell of the programs that ask them.

use tenken_model::fact::account_events::{PasswordWay, SignInWay};

use super::event::{Attempt, Named, What};

/// The most attempts that one line sums up: a program ends long before.
const MORE_MAX: u32 = 100;
const AT_THE_END: &str = "PAM ";

/// `pam_unix(login:auth): authentication failure; logname= uid=0 euid=0 tty=/dev/tty1 ruser= rhost=  user=taro`. When a
/// program has done with PAM no module has the word any more: `PAM 2 more authentication failures; logname= ...`.
pub(super) fn read(program: &str, message: &str) -> Option<What> {
    if let Some(text) = message.strip_prefix(AT_THE_END) {
        return failed(program, text, Attempt::Failed);
    }
    let (module, service, kind, text) = parts(message)?;
    if module != "pam_unix" && module != "pam_sss" {
        return None;
    }
    match kind {
        "chauthtok" => {
            let account = text.strip_prefix("password changed for ")?.trim_end();
            let how = match service {
                "passwd" => PasswordWay::Passwd,
                "chpasswd" | "newusers" => PasswordWay::Chpasswd,
                _ => PasswordWay::Other,
            };
            Some(What::PasswordSet { account: Named::Name(account.to_owned()), how })
        }
        "session" => {
            let account = text.strip_prefix("session opened for user ")?;
            let account = account.split(['(', ' ']).next().unwrap_or_default();
            Some(What::SignedIn { account: account.to_owned() })
        }
        // Of a person whom both modules know each of them says so.
        "auth" => failed(service, text, if module == "pam_sss" { Attempt::Again } else { Attempt::Failed }),
        _ => None,
    }
}

fn failed(service: &str, text: &str, attempt: Attempt) -> Option<What> {
    // These tell it themselves, and say more.
    if matches!(service, "sshd" | "sshd-session" | "sshd-auth" | "sudo" | "sudo-i" | "su" | "su-l") {
        return None;
    }
    let (_, details) = failures(text)?;
    let (details, account) = details.split_once(" user=").unwrap_or((details, ""));
    // What stands before it, the name that was typed at the other machine, may look like it.
    let source = details.rsplit(' ').find_map(|word| word.strip_prefix("rhost=")).unwrap_or_default();
    let (account, source) = (account.trim_end().to_owned(), source.to_owned());
    Some(What::Failed { account, source, way: way(service), attempt })
}

/// How many attempts a message tells of.
pub(super) fn times(message: &str) -> u32 {
    let text = message.strip_prefix(AT_THE_END).or_else(|| parts(message).map(|(.., text)| text));
    text.and_then(failures).map_or(1, |(times, _)| times)
}

/// The module, the service that asked it, what for, and what it says.
fn parts(message: &str) -> Option<(&str, &str, &str, &str)> {
    let (module, rest) = message.split_once('(')?;
    let (service, rest) = rest.split_once(':')?;
    let (kind, text) = rest.split_once("): ")?;
    Some((module, service, kind, text))
}

/// How many attempts failed, and what is said of them: of several of one process only the first has a line of its own, and the
/// last line sums up the others: `2 more authentication failures; ...`.
fn failures(text: &str) -> Option<(u32, &str)> {
    if let Some(rest) = text.strip_prefix("authentication failure;") {
        return Some((1, rest));
    }
    let (times, rest) = text.split_once(" more authentication failure")?;
    let times: u32 = times.parse().ok().filter(|times| *times > 0)?;
    Some((times.min(MORE_MAX), rest.strip_prefix('s').unwrap_or(rest).strip_prefix(';')?))
}

fn way(service: &str) -> SignInWay {
    const GRAPHICAL: [&str; 9] =
        ["gdm", "lightdm", "sddm", "xdm", "lxdm", "kde", "xscreensaver", "mate-screensaver", "cinnamon-screensaver"];
    match service {
        "login" | "vlock" => SignInWay::Console,
        _ if GRAPHICAL.iter().any(|graphical| service.starts_with(graphical)) => SignInWay::Graphical,
        _ => SignInWay::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_pam_tells() {
        let of = |account: &str, source: &str, way, attempt| {
            let (account, source) = (account.to_owned(), source.to_owned());
            Some(What::Failed { account, source, way, attempt })
        };
        let failed = |account: &str, source: &str, way| of(account, source, way, Attempt::Failed);
        let set = |how| Some(What::PasswordSet { account: Named::Name("taro".into()), how });
        let details = "logname= uid=0 euid=0 tty=/dev/tty1 ruser= rhost=";
        for (message, expected) in [
            (
                format!("pam_unix(login:auth): authentication failure; {details}  user=taro"),
                failed("taro", "", SignInWay::Console),
            ),
            (format!("pam_unix(login:auth): authentication failure; {details} "), failed("", "", SignInWay::Console)),
            (
                format!("pam_unix(login:auth): 2 more authentication failures; {details}  user=taro"),
                failed("taro", "", SignInWay::Console),
            ),
            (
                format!("pam_unix(gdm-password:auth): authentication failure; {details}  user=taro"),
                failed("taro", "", SignInWay::Graphical),
            ),
            (
                format!("pam_unix(lightdm:auth): authentication failure; {details}  user=taro"),
                failed("taro", "", SignInWay::Graphical),
            ),
            (
                format!("pam_unix(polkit-1:auth): authentication failure; {details}  user=taro"),
                failed("taro", "", SignInWay::Other),
            ),
            (
                format!("pam_sss(gdm-password:auth): authentication failure; {details} user=taro"),
                of("taro", "", SignInWay::Graphical, Attempt::Again),
            ),
            (
                "pam_unix(cockpit:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7  user=taro".into(),
                failed("taro", "192.0.2.7", SignInWay::Other),
            ),
            (
                "pam_unix(xrdp-sesman:auth): authentication failure; logname= uid=0 euid=0 tty=xrdp-sesman ruser=a rhost=10.9.9.9 rhost=192.0.2.7  user=taro".into(),
                failed("taro", "192.0.2.7", SignInWay::Other),
            ),
            ("pam_unix(passwd:chauthtok): password changed for taro".into(), set(PasswordWay::Passwd)),
            ("pam_unix(chpasswd:chauthtok): password changed for taro".into(), set(PasswordWay::Chpasswd)),
            ("pam_unix(sshd:chauthtok): password changed for taro".into(), set(PasswordWay::Other)),
            (
                "pam_unix(sshd:session): session opened for user taro(uid=1001) by (uid=0)".into(),
                Some(What::SignedIn { account: "taro".into() }),
            ),
            (
                "pam_unix(sshd:session): session opened for user taro by (uid=0)".into(),
                Some(What::SignedIn { account: "taro".into() }),
            ),
            (format!("pam_unix(sshd:auth): authentication failure; {details}192.0.2.7  user=taro"), None),
            (format!("pam_unix(su-l:auth): 1 more authentication failure; {details}  user=taro"), None),
            (format!("pam_unix(login:auth): 0 more authentication failures; {details}  user=taro"), None),
            (format!("pam_unix(login:auth): -1 more authentication failures; {details}  user=taro"), None),
            ("pam_unix(login:auth): check pass; user unknown".into(), None),
            ("pam_unix(passwd:chauthtok): user \"taro\" does not exist in /etc/passwd".into(), None),
            ("pam_pwquality(passwd:chauthtok): password changed for taro".into(), None),
            ("pam_unix(sshd".into(), None),
        ] {
            assert_eq!(read("x", &message), expected, "{message}");
        }
        let more = format!("PAM 2 more authentication failures; {details}  user=taro");
        assert_eq!(read("login", &more), failed("taro", "", SignInWay::Console));
        assert_eq!(read("gdm-session-worker", &more), failed("taro", "", SignInWay::Graphical));
        assert_eq!(
            (read("sshd", &more), read("sudo", &more), read("login", "PAM adding faulty module: x")),
            (None, None, None)
        );
        assert_eq!(times(&more), 2);
    }

    #[test]
    fn one_line_may_sum_up_several() {
        for (text, expected) in [
            ("authentication failure; x", 1),
            ("1 more authentication failure; x", 1),
            ("4 more authentication failures; x", 4),
            ("4000000000 more authentication failures; x", MORE_MAX),
            ("9999999999 more authentication failures; x", 1),
            ("password changed for taro", 1),
        ] {
            assert_eq!(times(&format!("pam_unix(login:auth): {text}")), expected, "{text}");
        }
        assert_eq!(times("Failed password for taro from 192.0.2.7 port 1 ssh2"), 1);
    }

    proptest! {
        #[test]
        fn never_panics(rest in ".{0,100}") {
            let message = format!("pam_unix(login:auth): {rest}");
            prop_assert!(read("login", &message).is_none() || times(&message) > 0);
            let _ = (read("login", &rest), times(&rest));
        }
    }
}
