//! What sudo tells of what somebody ran. Of a command line is kept only whose password it sets, if it sets one.

use tenken_model::fact::account_events::{ElevationWay, PasswordWay};

use super::event::{Administers, What};

/// Programs that change accounts, but no password.
const ADMINISTERING: [&str; 12] = [
    "useradd", "adduser", "userdel", "deluser", "groupadd", "addgroup", "groupdel", "delgroup", "groupmod", "gpasswd",
    "chage", "vipw",
];
/// Programs that read names and passwords elsewhere than from their command line.
const READING_NAMES: [&str; 2] = ["chpasswd", "newusers"];
/// Options of passwd(1), of shadow-utils and of Red Hat's, with which it sets no password.
const OF_PASSWD_WITHOUT_SETTING: &str = "adeilnuwxS";
const OF_PASSWD: Options = Options {
    with_value: "inrRPwx",
    long_with_value: &[
        "inactive",
        "mindays",
        "repository",
        "root",
        "prefix",
        "warndays",
        "maxdays",
        "minimum",
        "maximum",
        "warning",
    ],
};
const OF_PASSWD_LONG_WITHOUT_SETTING: [&str; 13] = [
    "all", "delete", "expire", "inactive", "lock", "mindays", "unlock", "warndays", "maxdays", "status", "minimum",
    "maximum", "warning",
];
const OF_USERMOD: Options = Options {
    with_value: "cdefgGlpRPsuvVwWZ",
    long_with_value: &[
        "comment",
        "home",
        "expiredate",
        "inactive",
        "gid",
        "groups",
        "login",
        "password",
        "root",
        "prefix",
        "shell",
        "uid",
        "add-subuids",
        "del-subuids",
        "add-subgids",
        "del-subgids",
        "selinux-user",
        "selinux-range",
    ],
};

/// `hanako : TTY=pts/0 ; PWD=/home/hanako ; USER=root ; COMMAND=/usr/bin/apt update`, with what was wrong before `TTY=`.
pub(super) fn read(message: &str) -> Option<What> {
    let (account, rest) = message.trim_start().split_once(" : ")?;
    if rest.starts_with("(command continued)") {
        return None;
    }
    let (settings, command) = rest.split_once(" ; COMMAND=").unwrap_or((rest, ""));
    let target = settings.rsplit_once("USER=").map(|(_, target)| target);
    let target = target.and_then(|target| target.split(" ;").next()).unwrap_or_default().trim();
    let granted = settings.starts_with("TTY=") || settings.starts_with("PWD=") || settings.starts_with("HOST=");
    if !granted && !is_refusal(settings) {
        return None;
    }
    Some(What::Elevated {
        way: ElevationWay::Sudo,
        account: account.trim().to_owned(),
        target: target.to_owned(),
        granted,
        administers: if granted { administers(command, target) } else { Administers::Nothing },
    })
}

fn is_refusal(text: &str) -> bool {
    const REFUSALS: [&str; 9] = [
        "incorrect password attempt",
        "user NOT in sudoers",
        "user NOT authorized on host",
        "command not allowed",
        "a password is required",
        "conversation failed",
        "authentication failure",
        "account validation failure",
        "1 incorrect",
    ];
    REFUSALS.iter().any(|refusal| text.contains(refusal))
}

/// What a command that is run as `target` changes.
fn administers(command: &str, target: &str) -> Administers {
    let mut words = command.split(' ').filter(|word| !word.is_empty());
    let program = words.next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    match program {
        "passwd" => of_passwd(&words, target),
        "usermod" => of_usermod(&words),
        _ if READING_NAMES.contains(&program) => Administers::Password { how: PasswordWay::Chpasswd, of: None },
        _ if ADMINISTERING.contains(&program) => Administers::Accounts,
        _ => Administers::Nothing,
    }
}

/// Without a name it is the password of whoever runs it.
fn of_passwd(words: &[&str], target: &str) -> Administers {
    let Some(given) = OF_PASSWD.given(words) else { return Administers::Accounts };
    let sets_none = given.options.iter().any(|option| match option {
        Given::Short(letter) => OF_PASSWD_WITHOUT_SETTING.contains(*letter),
        Given::Long(name) => OF_PASSWD_LONG_WITHOUT_SETTING.iter().any(|long| long.starts_with(name)),
    });
    let whose = match given.names.as_slice() {
        [] if target.is_empty() => "root",
        [] => target,
        [name] => name,
        _ => return Administers::Accounts,
    };
    if sets_none {
        return Administers::Accounts;
    }
    Administers::Password { how: PasswordWay::Passwd, of: Some(whose.to_owned()) }
}

/// It is given the hash of a password as an option.
fn of_usermod(words: &[&str]) -> Administers {
    let Some(given) = OF_USERMOD.given(words) else { return Administers::Accounts };
    let sets = given.options.iter().any(|option| match option {
        Given::Short(letter) => *letter == 'p',
        Given::Long(name) => name.len() > 1 && "password".starts_with(name),
    });
    match given.names.as_slice() {
        [name] if sets => Administers::Password { how: PasswordWay::Usermod, of: Some((*name).to_owned()) },
        // Blanks within a value are not to be told from those between two.
        _ => Administers::Accounts,
    }
}

/// The options of a program that are followed by a value.
struct Options {
    with_value: &'static str,
    long_with_value: &'static [&'static str],
}

/// An option that was given, without its value.
#[derive(Debug, PartialEq, Eq)]
enum Given<'a> {
    Short(char),
    Long(&'a str),
}

/// A command line as getopt_long(3) takes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line<'a> {
    options: Vec<Given<'a>>,
    names: Vec<&'a str>,
}

impl Options {
    /// Nothing where the value of its last option is missing.
    fn given<'a>(&self, words: &[&'a str]) -> Option<Line<'a>> {
        let mut line = Line::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if word == "--" {
                line.names.extend(words);
                break;
            }
            if let Some(long) = word.strip_prefix("--") {
                let name = long.split('=').next().unwrap_or_default();
                if !long.contains('=') && self.long_with_value.iter().any(|known| known.starts_with(name)) {
                    words.next()?;
                }
                line.options.push(Given::Long(name));
                continue;
            }
            match word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                None => line.names.push(word),
                Some(letters) => {
                    for (at, letter) in letters.char_indices() {
                        line.options.push(Given::Short(letter));
                        if self.with_value.contains(letter) {
                            // What is left of the word is the value, or the next word is.
                            if at + letter.len_utf8() == letters.len() {
                                words.next()?;
                            }
                            break;
                        }
                    }
                }
            }
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_run_is_not_kept() {
        let elevated = |account: &str, target: &str, granted, administers| {
            let (account, target) = (account.to_owned(), target.to_owned());
            Some(What::Elevated { way: ElevationWay::Sudo, account, target, granted, administers })
        };
        let of_taro = || Administers::Password { how: PasswordWay::Passwd, of: Some("taro".into()) };
        for (message, expected) in [
            (
                "  hanako : TTY=pts/0 ; PWD=/home/hanako ; USER=root ; COMMAND=/usr/bin/apt update",
                elevated("hanako", "root", true, Administers::Nothing),
            ),
            ("hanako : PWD=/ ; USER=root ; COMMAND=/usr/bin/passwd taro", elevated("hanako", "root", true, of_taro())),
            (
                "hanako : TTY=pts/0 ; PWD=/ ; USER=app ; GROUP=app ; TSID=000001 ; COMMAND=/bin/x ; USER=evil",
                elevated("hanako", "app", true, Administers::Nothing),
            ),
            (
                "hanako : TTY=pts/0 ; PWD=/ ; USER=root ; ENV=A=/usr/bin/passwd ; COMMAND=list",
                elevated("hanako", "root", true, Administers::Nothing),
            ),
            (
                "hanako : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/passwd taro",
                elevated("hanako", "root", false, Administers::Nothing),
            ),
            (
                "hanako : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
                elevated("hanako", "root", false, Administers::Nothing),
            ),
            (
                "hanako : command not allowed ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
                elevated("hanako", "root", false, Administers::Nothing),
            ),
            (
                "hanako : a password is required ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
                elevated("hanako", "root", false, Administers::Nothing),
            ),
            ("hanako : (command continued) /usr/bin/passwd", None),
            ("hanako : unable to resolve host sv1", None),
            ("", None),
        ] {
            assert_eq!(read(message), expected, "{message}");
        }
    }

    #[test]
    fn whose_password_a_command_sets() {
        let of = |how, of: &str| Administers::Password { how, of: Some(of.to_owned()) };
        let passwd = |name: &str| of(PasswordWay::Passwd, name);
        let usermod = |name: &str| of(PasswordWay::Usermod, name);
        let any = || Administers::Password { how: PasswordWay::Chpasswd, of: None };
        for (command, expected) in [
            ("/usr/bin/passwd jiro", passwd("jiro")),
            ("/usr/bin/passwd -q jiro", passwd("jiro")),
            ("/usr/bin/passwd jiro -q", passwd("jiro")),
            ("/usr/bin/passwd --stdin jiro", passwd("jiro")),
            ("/usr/bin/passwd -- jiro", passwd("jiro")),
            ("/usr/bin/passwd -R /srv/root jiro", passwd("jiro")),
            ("/usr/bin/passwd --repository=files jiro", passwd("jiro")),
            ("/usr/bin/passwd --repository files jiro", passwd("jiro")),
            ("/usr/bin/passwd", passwd("app")),
            ("/usr/bin/passwd -l jiro", Administers::Accounts),
            ("/usr/bin/passwd -x 90 jiro", Administers::Accounts),
            ("/usr/bin/passwd -qx90 jiro", Administers::Accounts),
            ("/usr/bin/passwd --status jiro", Administers::Accounts),
            ("/usr/bin/passwd --stat jiro", Administers::Accounts),
            ("/usr/bin/passwd -R", Administers::Accounts),
            ("/usr/bin/passwd taro jiro", Administers::Accounts),
            ("/usr/sbin/usermod -p $6$x jiro", usermod("jiro")),
            ("/usr/sbin/usermod -p$6$x jiro", usermod("jiro")),
            ("/usr/sbin/usermod --password $6$x jiro", usermod("jiro")),
            ("/usr/sbin/usermod --password=$6$x jiro", usermod("jiro")),
            ("/usr/sbin/usermod -aG sudo -p x jiro", usermod("jiro")),
            ("/usr/sbin/usermod -aG sudo jiro", Administers::Accounts),
            ("/usr/sbin/usermod -c Yamada Jiro -p x jiro", Administers::Accounts),
            ("/usr/sbin/usermod -p", Administers::Accounts),
            ("/usr/sbin/usermod jiro", Administers::Accounts),
            ("/usr/sbin/chpasswd -e", any()),
            ("/usr/sbin/newusers /root/list", any()),
            ("/usr/sbin/gpasswd -a jiro sudo", Administers::Accounts),
            ("/bin/sh -c passwd jiro", Administers::Nothing),
            ("/usr/bin/env passwd jiro", Administers::Nothing),
            ("", Administers::Nothing),
        ] {
            assert_eq!(administers(command, "app"), expected, "{command}");
        }
        assert_eq!(administers("/usr/bin/passwd", ""), passwd("root"));
    }

    proptest! {
        #[test]
        fn never_panics(command in "(passwd|usermod) ?.{0,80}") {
            let _ = administers(&command, "root");
        }
    }
}
