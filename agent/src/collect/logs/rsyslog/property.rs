//! What a comparison with a property of messages means for those on sign-ins. See rsyslog's list of message properties.

use super::share::{Share, Shares};

/// Programs that tell of sign-ins, by the names under which they write. What is for other programs alone does not touch them.
const PROGRAMS: [&str; 40] = [
    "sshd",
    "sshd-session",
    "sshd-auth",
    "dropbear",
    "login",
    "su",
    "su-l",
    "runuser",
    "runuser-l",
    "sudo",
    "doas",
    "pkexec",
    "polkitd",
    "polkit-agent-helper-1",
    "systemd",
    "systemd-logind",
    "systemd-user",
    "gdm",
    "gdm-password",
    "gdm-password]",
    "gdm-fingerprint]",
    "gdm-smartcard]",
    "gdm-autologin]",
    "gdm-launch-environment]",
    "gdm-session-worker",
    "gnome-screensaver-dialog",
    "lightdm",
    "lxdm",
    "sddm",
    "sddm-helper",
    "kcheckpass",
    "kscreenlocker_greet",
    "unix_chkpwd",
    "xrdp-sesman",
    "cockpit-session",
    "cockpit-tls",
    "in.telnetd",
    "telnetd",
    "rlogind",
    "vsftpd",
];

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
}

/// For which messages on sign-ins a property is in that relation to one of the values.
pub(super) fn compared(property: &str, comparison: Comparison, any_case: bool, values: &[String]) -> Shares {
    let property = property.trim_start_matches('$').to_ascii_lowercase();
    let share = |place: usize| {
        let Some(possible) = possible(&property, place) else { return Share::Some };
        let fits = |possible: &String| values.iter().any(|value| holds(possible, comparison, any_case, value));
        match possible.iter().filter(|possible| fits(possible)).count() {
            0 => Share::None,
            count if count == possible.len() => Share::All,
            _ => Share::Some,
        }
    };
    Shares([share(0), share(1)])
}

/// What a property may be of a message on a sign-in at this host, under the facility of that place; nothing where it may be
/// anything.
fn possible(property: &str, place: usize) -> Option<Vec<String>> {
    let of_place = |auth: &str, private: &str| vec![if place == 0 { auth.to_owned() } else { private.to_owned() }];
    Some(match property {
        "syslogfacility-text" => of_place("auth", "authpriv"),
        "syslogfacility" => of_place("4", "10"),
        "pri" => of_place("38", "86"),
        // Sign-ins are told as informational messages.
        "syslogseverity" | "syslogpriority" => vec!["6".to_owned()],
        "syslogseverity-text" | "syslogpriority-text" => vec!["info".to_owned()],
        "fromhost-ip" => vec!["127.0.0.1".to_owned()],
        "inputname" => vec!["imuxsock".to_owned(), "imjournal".to_owned()],
        "programname" | "app-name" => PROGRAMS.iter().map(|name| (*name).to_owned()).collect(),
        "syslogtag" => PROGRAMS.iter().flat_map(|name| [format!("{name}:"), format!("{name}[1]:")]).collect(),
        _ => return None,
    })
}

fn holds(found: &str, comparison: Comparison, any_case: bool, value: &str) -> bool {
    let (found, value) = if any_case {
        (found.to_ascii_lowercase(), value.to_ascii_lowercase())
    } else {
        (found.to_owned(), value.to_owned())
    };
    let order = match (found.parse::<i64>(), value.parse::<i64>()) {
        (Ok(found), Ok(value)) => found.cmp(&value),
        _ => found.cmp(&value),
    };
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Contains => found.contains(&value),
        Comparison::StartsWith => found.starts_with(&value),
    }
}
