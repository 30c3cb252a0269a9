//! Commands of terminals: whom agetty and mingetty sign in. See agetty(8).

/// Units that ask for a sign-in on terminals.
pub const UNITS: [&str; 5] = [
    "console-getty.service",
    "container-getty@.service",
    "getty@.service",
    "getty@tty1.service",
    "serial-getty@.service",
];
/// How units begin that are of terminals.
const BEGINNINGS: [&str; 5] = ["console-getty.", "container-getty@", "getty@", "serial-getty@", "autovt@"];
/// Options of agetty of one letter that have a value.
const WITH_VALUE: &str = "aIHloptrhfC";

/// Whether a unit is of terminals.
pub fn is_terminal(unit: &str) -> bool {
    unit.ends_with(".service") && BEGINNINGS.iter().any(|beginning| unit.starts_with(beginning))
}

/// The account that a command signs in without asking. Where the name is not asked for and another program takes the
/// place of login, that program runs as root.
pub fn account(words: &[String]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    if !program.ends_with("getty") {
        return None;
    }
    let mut asks = true;
    let mut login = "/bin/login".to_owned();
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        if let Some(option) = word.strip_prefix("--") {
            let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            match name {
                "" => break,
                "autologin" | "login-program" => {
                    let value = value.map(str::to_owned).or_else(|| arguments.next().cloned())?;
                    if name == "autologin" {
                        return Some(value);
                    }
                    login = value;
                }
                "skip-login" => asks = false,
                _ => {}
            }
        } else if let Some(letters) = word.strip_prefix('-') {
            for (at, letter) in letters.char_indices() {
                asks &= letter != 'n';
                if !WITH_VALUE.contains(letter) {
                    continue;
                }
                let behind = letters.get(at + 1..).filter(|behind| !behind.is_empty()).map(str::to_owned);
                let value = behind.or_else(|| arguments.next().cloned())?;
                match letter {
                    'a' => return Some(value),
                    'l' => login = value,
                    _ => {}
                }
                break;
            }
        }
    }
    (!asks && !login.ends_with("/login")).then(|| "root".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::systemd_unit::words;

    fn of(command: &str) -> Option<String> {
        account(&words(command))
    }

    #[test]
    fn whom_commands_sign_in() {
        for (command, account) in [
            ("-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM", None),
            ("-/sbin/agetty --autologin hanako --noclear %I $TERM", Some("hanako")),
            ("-/sbin/agetty --autologin=hanako %I", Some("hanako")),
            ("-/sbin/agetty -a hanako %I", Some("hanako")),
            ("-/sbin/agetty -Jahanako %I", Some("hanako")),
            ("-/sbin/agetty -o '-a x' %I", None),
            ("-/sbin/agetty -o '-p -f -- root' --skip-login %I", None),
            ("/sbin/agetty -n -l /bin/bash tty1", Some("root")),
            ("/sbin/agetty --skip-login --login-program /usr/bin/kiosk tty1", Some("root")),
            ("/sbin/mingetty --autologin guest tty1", Some("guest")),
            ("/sbin/agetty --autologin", None),
            ("/usr/bin/other --autologin hanako", None),
            ("", None),
        ] {
            assert_eq!(of(command).as_deref(), account, "{command}");
        }
        assert!(is_terminal("getty@tty1.service") && !is_terminal("getty.target") && !is_terminal("x-getty@.service"));
    }

    proptest! {
        #[test]
        fn never_panics(command in "([-=a-o ]|--autologin|agetty|é){0,30}") {
            let _ = of(&command);
        }
    }
}
