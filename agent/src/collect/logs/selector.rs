//! Selectors of syslog.conf(5): which messages on sign-ins a line takes.

/// The two facilities under which programs tell of sign-ins: sshd under the first on Debian, PAM and sudo under the second.
pub const FACILITIES: [&str; 2] = ["auth", "authpriv"];

/// Which of [`FACILITIES`] is meant. What counts is the severity under which a sign-in is told, which is informational.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken(pub [bool; 2]);

impl Taken {
    /// Messages of both facilities.
    pub const ALL: Self = Self([true, true]);

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let ([auth, private], [other_auth, other_private]) = (self.0, other.0);
        Self([auth && other_auth, private && other_private])
    }

    /// There are some.
    pub fn any(self) -> bool {
        self.0.contains(&true)
    }
}

/// Reads a selector such as `*.info;mail.none;authpriv.none`; `None` for what is none.
pub fn parse(selector: &str) -> Option<Taken> {
    let mut taken = [false; 2];
    for part in selector.split(';').filter(|part| !part.is_empty()) {
        let (facilities, severity) = part.rsplit_once('.')?;
        let is_word =
            |word: &str| word == "*" || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !facilities.split(',').all(|facility| is_word(facility.trim())) {
            return None;
        }
        let selects = Selects::of(severity.trim())?;
        for (taken, number) in taken.iter_mut().zip([0, 1]) {
            if facilities.split(',').any(|facility| means(facility.trim(), number)) {
                match selects {
                    Selects::Takes => *taken = true,
                    Selects::Leaves => *taken = false,
                    Selects::Neither => {}
                }
            }
        }
    }
    Some(Taken(taken))
}

/// Whether a word names the facility of that place in [`FACILITIES`].
fn means(word: &str, place: usize) -> bool {
    const NAMES: [&[&str]; 2] = [&["auth", "security", "4"], &["authpriv", "10"]];
    let names = NAMES.get(place).copied().unwrap_or_default();
    word == "*" || names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// What a severity means for informational messages.
#[derive(Clone, Copy)]
enum Selects {
    Takes,
    Leaves,
    Neither,
}

impl Selects {
    fn of(severity: &str) -> Option<Self> {
        let (not, rest) = severity.strip_prefix('!').map_or((false, severity), |rest| (true, rest));
        let (only, word) = rest.strip_prefix('=').map_or((false, rest), |rest| (true, rest));
        let word = word.to_ascii_lowercase();
        let meant = match word.as_str() {
            "none" => return Some(Self::Leaves),
            "debug" | "7" => !only,
            "*" | "info" | "6" => true,
            "notice" | "warning" | "warn" | "err" | "error" | "crit" | "alert" | "emerg" | "panic" => false,
            number if number.len() == 1 && ("0".."6").contains(&number) => false,
            _ => return None,
        };
        // `!debug` leaves everything from there on out, informational messages too.
        Some(match (meant, not) {
            (true, false) => Self::Takes,
            (true, true) => Self::Leaves,
            (false, _) => Self::Neither,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_of_distributions_and_odd_ones() {
        for (selector, taken) in [
            ("auth,authpriv.*", [true, true]),
            ("*.*;auth,authpriv.none", [false, false]),
            ("*.info;mail.none;authpriv.none;cron.none", [true, false]),
            ("authpriv.*", [false, true]),
            ("AuthPriv.INFO", [false, true]),
            ("10.*", [false, true]),
            ("auth.=info", [true, false]),
            ("auth.=debug", [false, false]),
            ("auth.notice", [false, false]),
            ("*.*;auth.!info", [false, true]),
            ("*.*;auth.!err", [true, true]),
            ("*.*;auth.!=info", [false, true]),
            ("auth.none;auth.debug", [true, false]),
            ("security.7", [true, false]),
            ("*.emerg", [false, false]),
            ("", [false, false]),
        ] {
            assert_eq!(parse(selector), Some(Taken(taken)), "{selector}");
        }
        for bad in ["auth", "auth.sometimes", "if.x", "a b.info", ",.info", "auth.9"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
