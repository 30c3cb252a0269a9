//! What sshd_config says of passwords. See sshd_config(5).

use crate::collect::ssh_daemon::sshd_config::Directive;

/// How a password lets somebody in over SSH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// It does not.
    Refused,
    /// PAM is asked.
    AskPam,
    /// It does with a key of the person as well.
    WithKey,
    /// sshd looks at it by itself, without PAM.
    WithoutPam,
    /// It depends on who comes from where.
    Depends,
}

const KEYWORDS: [&str; 6] = [
    "passwordauthentication",
    "kbdinteractiveauthentication",
    "challengeresponseauthentication",
    "skeyauthentication",
    "usepam",
    "authenticationmethods",
];

/// What directives say, in the order sshd reads them, each with whether it is within a `Match`. Outside `Match` the first value
/// of a keyword counts.
pub fn passwords<'a>(directives: impl IntoIterator<Item = (&'a Directive, bool)>) -> Passwords {
    let mut first: [Option<&Directive>; KEYWORDS.len()] = [None; KEYWORDS.len()];
    for (directive, matched) in directives {
        let Some(at) = KEYWORDS.iter().position(|keyword| *keyword == directive.keyword) else { continue };
        if matched {
            return Passwords::Depends;
        }
        if let Some(slot) = first.get_mut(at) {
            slot.get_or_insert(directive);
        }
    }
    let [password, interactive, challenge, old_challenge, pam, methods] = first;
    let is_on = |directive: Option<&Directive>, otherwise: bool| match directive {
        Some(directive) => !directive.arguments.first().is_some_and(|word| word.eq_ignore_ascii_case("no")),
        None => otherwise,
    };
    // Three names of one switch, of which the first line counts; until OpenSSH 8.7 there were two switches. Where lines differ,
    // the questions may be asked.
    let switches = [interactive, challenge, old_challenge];
    let questions = switches.iter().all(Option::is_none) || switches.iter().any(|directive| is_on(*directive, false));
    let (password, interactive) = (is_on(password, true), questions);
    if !password && !interactive {
        return Passwords::Refused;
    }
    if let Some(methods) =
        methods.filter(|methods| methods.arguments.iter().all(|list| !list.eq_ignore_ascii_case("any")))
    {
        let names = |list: &str| {
            list.split(',')
                .map(|name| name.split(':').next().unwrap_or_default().to_ascii_lowercase())
                .collect::<Vec<_>>()
        };
        let by_password: Vec<Vec<String>> = methods
            .arguments
            .iter()
            .map(|list| names(list))
            .filter(|names| names.iter().any(|name| name == "password" || name == "keyboard-interactive"))
            .collect();
        if by_password.is_empty() {
            return Passwords::Refused;
        }
        if by_password.iter().all(|names| names.iter().any(|name| name == "publickey")) {
            return Passwords::WithKey;
        }
    }
    // OpenSSH's own default is not to ask PAM; distributions write it into their file.
    if is_on(pam, false) { Passwords::AskPam } else { Passwords::WithoutPam }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::ssh_daemon::sshd_config::parse;

    fn of(text: &str) -> Passwords {
        let directives = parse(text.as_bytes()).unwrap();
        let mut matched = false;
        let found: Vec<(&Directive, bool)> = directives
            .iter()
            .map(|directive| {
                matched |= directive.keyword == "match";
                (directive, matched)
            })
            .collect();
        passwords(found)
    }

    #[test]
    fn ways_of_passwords() {
        for (text, expected) in [
            ("", Passwords::WithoutPam),
            ("UsePAM yes", Passwords::AskPam),
            ("UsePAM yes\nPasswordAuthentication no", Passwords::AskPam),
            ("UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no", Passwords::Refused),
            ("usepam yes\nPasswordAuthentication No\nChallengeResponseAuthentication no", Passwords::Refused),
            ("PasswordAuthentication no\nSkeyAuthentication no", Passwords::Refused),
            (
                "UsePAM yes\nPasswordAuthentication no\nChallengeResponseAuthentication yes\nKbdInteractiveAuthentication no",
                Passwords::AskPam,
            ),
            ("PasswordAuthentication yes\nPasswordAuthentication no\nUsePAM yes", Passwords::AskPam),
            ("UsePAM yes\nAuthenticationMethods publickey", Passwords::Refused),
            (
                "UsePAM yes\nAuthenticationMethods publickey,password publickey,keyboard-interactive:pam",
                Passwords::WithKey,
            ),
            ("UsePAM yes\nAuthenticationMethods publickey,password password", Passwords::AskPam),
            ("UsePAM yes\nAuthenticationMethods any", Passwords::AskPam),
            ("UsePAM yes\nMatch User x\nPasswordAuthentication no", Passwords::Depends),
            ("UsePAM yes\nMatch User x\nX11Forwarding no", Passwords::AskPam),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(UsePAM|AuthenticationMethods|Match|password|publickey|,| |yes|no|\n){0,40}") {
            let directives = parse(text.as_bytes()).unwrap_or_default();
            let _ = passwords(directives.iter().map(|directive| (directive, false)));
        }
    }
}
