//! The lines of a file of PAM's configuration. See pam.conf(5).
//!
//! A `#` ends what a line says, a backslash at its end joins the next one to it. Words stand between blanks; one that begins
//! with `[` ends with `]`.

use thiserror::Error;

use super::control::Control;

/// The most lines of one file that are read.
const LINES_MAX: usize = 5_000;

/// What a line is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Who somebody is.
    Auth,
    /// Whether the account may be used now.
    Account,
    /// A new password.
    Password,
    /// What is done around a session.
    Session,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, from 1.
    pub number: usize,
    /// What it says.
    pub says: Says,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// Every line of another file stands here (`@include`, of Debian).
    Everything(String),
    /// The lines of its kind of another file stand here.
    Include(Kind, String),
    /// The same, and what decides there ends that file's lines alone.
    Substack(Kind, String),
    /// A module is asked.
    Module(Kind, Module),
    /// libpam refuses it, and with it whoever is asked about.
    Refused,
}

/// A module that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name without folder and ending: `pam_unix`.
    pub name: String,
    /// What its answer means.
    pub control: Control,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Module {
    /// Whether one of its arguments begins so, as many modules ask.
    pub fn has(&self, argument: &str) -> bool {
        self.arguments.iter().any(|given| given.starts_with(argument))
    }

    /// The last value of an argument `name=value`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.arguments.iter().rev().find_map(|given| given.strip_prefix(name)?.strip_prefix('='))
    }
}

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// Reads a file of one service.
pub fn parse(bytes: &[u8]) -> Result<Vec<Line>, ConfigError> {
    let text = String::from_utf8_lossy(bytes);
    Ok(joined(&text)?.into_iter().map(|(number, line)| Line { number, says: says(&words(&line)) }).collect())
}

/// Reads `/etc/pam.conf`, whose lines begin with their service; those of `service`, in any case.
pub fn parse_of(service: &str, bytes: &[u8]) -> Result<Vec<Line>, ConfigError> {
    let text = String::from_utf8_lossy(bytes);
    let lines = joined(&text)?.into_iter().filter_map(|(number, line)| {
        let words = words(&line);
        let (first, rest) = words.split_first()?;
        first.eq_ignore_ascii_case(service).then(|| Line { number, says: says(rest) })
    });
    Ok(lines.collect())
}

/// Lines without comments, continued ones as one, each with the number of its first.
fn joined(text: &str) -> Result<Vec<(usize, String)>, ConfigError> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        if index >= LINES_MAX {
            return Err(ConfigError::TooLong);
        }
        let said = line.split('#').next().unwrap_or_default().trim();
        let (number, mut whole) = open.take().unwrap_or((index + 1, String::new()));
        if let Some(more) = said.strip_suffix('\\') {
            whole.push_str(more);
            whole.push(' ');
            open = Some((number, whole));
        } else {
            whole.push_str(said);
            lines.push((number, whole));
        }
    }
    lines.extend(open);
    lines.retain(|(_, line)| !line.trim().is_empty());
    Ok(lines)
}

/// The words of a line. Within brackets `\]` is a bracket; one that does not end ends with the line.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(first) = chars.next() {
        if first.is_ascii_whitespace() {
            continue;
        }
        let mut word = String::new();
        if first == '[' {
            while let Some(c) = chars.next() {
                match c {
                    ']' => break,
                    '\\' if chars.peek() == Some(&']') => word.extend(chars.next()),
                    c => word.push(c),
                }
            }
        } else {
            word.push(first);
            while let Some(c) = chars.next_if(|c| !c.is_ascii_whitespace()) {
                word.push(c);
            }
        }
        words.push(word);
    }
    words
}

fn says(words: &[String]) -> Says {
    let [first, rest @ ..] = words else { return Says::Refused };
    if first == "@include" {
        return rest.first().map_or(Says::Refused, |file| Says::Everything(file.clone()));
    }
    let kind = match first.trim_start_matches('-').to_ascii_lowercase().as_str() {
        "auth" => Kind::Auth,
        "account" => Kind::Account,
        "password" => Kind::Password,
        "session" => Kind::Session,
        _ => return Says::Refused,
    };
    let [control, target, arguments @ ..] = rest else { return Says::Refused };
    match control.to_ascii_lowercase().as_str() {
        "include" => Says::Include(kind, target.clone()),
        "substack" => Says::Substack(kind, target.clone()),
        _ => {
            let file = target.rsplit('/').next().unwrap_or_default();
            let name = file.split_once(".so").map_or(file, |(name, _)| name).to_owned();
            Says::Module(kind, Module { name, control: Control::parse(control), arguments: arguments.to_vec() })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::control::Action;
    use super::*;

    fn only(text: &str) -> Says {
        let lines = parse(text.as_bytes()).unwrap();
        assert_eq!(lines.len(), 1, "{text}");
        lines[0].says.clone()
    }

    fn module(text: &str) -> Module {
        match only(text) {
            Says::Module(_, module) => module,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn files_that_distributions_install() {
        let debian = parse(include_bytes!("../../../tests/samples/pam/debian_12/common-password")).unwrap();
        assert_eq!(debian.len(), 3);
        assert!(matches!(&debian[0].says, Says::Module(Kind::Password, module) if module.name == "pam_unix"));
        let sshd = parse(include_bytes!("../../../tests/samples/pam/debian_12/sshd")).unwrap();
        assert_eq!(sshd[0].says, Says::Everything("common-auth".into()));
        let rhel = parse(include_bytes!("../../../tests/samples/pam/rhel_9/system-auth")).unwrap();
        let passwords: Vec<&Module> = rhel
            .iter()
            .filter_map(|line| match &line.says {
                Says::Module(Kind::Password, module) => Some(module),
                _ => None,
            })
            .collect();
        assert_eq!(passwords[0].name, "pam_pwquality");
        assert!(passwords.iter().any(|module| module.name == "pam_unix" && module.has("use_authtok")));
        assert!(rhel.iter().chain(&debian).chain(&sshd).all(|line| line.says != Says::Refused));
    }

    #[test]
    fn comments_continued_lines_and_brackets() {
        let text =
            "# c\n\n password \\\n [success=1 \\\n default=ignore]  pam_unix.so obscure # x \\\nauth optional x.so";
        let lines = parse(text.as_bytes()).unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [3, 6]);
        let Says::Module(Kind::Password, unix) = &lines[0].says else { panic!("{lines:?}") };
        assert_eq!((unix.name.as_str(), &unix.arguments[..]), ("pam_unix", &["obscure".to_owned()][..]));
        assert_eq!(unix.control.action("success"), Action::Jump(1));
        let quoted = module("auth required /lib/security/pam_exec.so [a b\\]c] d");
        assert_eq!((quoted.name.as_str(), quoted.arguments), ("pam_exec", vec!["a b]c".to_owned(), "d".to_owned()]));
        assert_eq!(module("PASSWORD REQUIRED pam_unix.so").name, "pam_unix");
        assert_eq!(module("-auth optional pam_gnome_keyring.so").name, "pam_gnome_keyring");
    }

    #[test]
    fn other_files_are_named() {
        assert_eq!(only("password substack system-auth"), Says::Substack(Kind::Password, "system-auth".into()));
        assert_eq!(only("auth Include postlogin"), Says::Include(Kind::Auth, "postlogin".into()));
        assert_eq!(only("@include common-password"), Says::Everything("common-password".into()));
    }

    #[test]
    fn lines_that_libpam_refuses() {
        for bad in
            ["password", "password required", "passwort required pam_unix.so", "@include", "auth include", "\\\nx"]
        {
            assert_eq!(only(bad), Says::Refused, "{bad}");
        }
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(ConfigError::TooLong));
    }

    #[test]
    fn one_file_for_every_service() {
        let text = b"other auth required pam_deny.so\nPasswd password required pam_unix.so\nsu auth required x.so\n";
        let lines = parse_of("passwd", text).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].number, 2);
    }

    #[test]
    fn the_last_value_of_an_argument_counts() {
        let module = module("password requisite pam_pwquality.so retry=3 minlen=8 minlen=13 retryx");
        assert_eq!(
            (module.value("minlen"), module.value("retry"), module.value("difok")),
            (Some("13"), Some("3"), None)
        );
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(auth|password|include|\\[|\\]| |\n|=|ok|\\\\|#|[0-9]){0,60}") {
            let _ = (parse(&bytes), parse_of("a", &bytes), parse(text.as_bytes()));
        }
    }
}
