//! PAM's configuration and the files of its modules: modules by name, and the arguments that facts rest on.

use std::fmt::Write as _;

use super::files::Named;
use super::form::Form;
use super::{Scrubber, lines_at, secrets};
use crate::collect::accounts::hash_scheme::scheme;
use crate::collect::pam::config::{ConfigError, Kind, Line, Says, parse, parse_of};
use crate::collect::pam::{is_known, is_unix};
use crate::collect::password_policy::key_values;
use crate::collect::password_policy::pwquality::{Settings, Stops};

/// More lines than are read.
const TOO_LONG: usize = 5_001;
/// Services that every host may have, whose lines in the file of all are read.
const SERVICES: [&str; 13] = [
    "passwd",
    "login",
    "sshd",
    "gdm-password",
    "gdm",
    "lightdm",
    "sddm",
    "lxdm",
    "xdm",
    "greetd",
    "cockpit",
    "xrdp-sesman",
    "other",
];
/// Modules that are told apart, besides those of which it is known what they do.
const MODULES: [&str; 10] = [
    "pam_pwquality",
    "pam_cracklib",
    "pam_pwhistory",
    "pam_passwdqc",
    "pam_u2f",
    "pam_google_authenticator",
    "pam_oath",
    "pam_pkcs11",
    "pam_p11",
    "pam_stack",
];
/// Arguments that are a word, or begin with one.
const WORDS: [&str; 21] = [
    "use_authtok",
    "use_first_pass",
    "try_first_pass",
    "nullok",
    "nouserok",
    "require_cert_auth",
    "preauth",
    "authfail",
    "authsucc",
    "enforce_for_root",
    "local_users_only",
    "reject_username",
    "shadow",
    "md5",
    "bigcrypt",
    "sha256",
    "sha512",
    "blowfish",
    "gost_yescrypt",
    "yescrypt",
    "des",
];
/// Names of arguments and settings whose values are numbers.
const NUMBERS: [&str; 24] = [
    "difok",
    "minlen",
    "dcredit",
    "ucredit",
    "lcredit",
    "ocredit",
    "minclass",
    "maxrepeat",
    "maxclassrepeat",
    "maxsequence",
    "gecoscheck",
    "dictcheck",
    "usercheck",
    "usersubstr",
    "enforcing",
    "retry",
    "deny",
    "unlock_time",
    "fail_interval",
    "remember",
    "rounds",
    "enforce_for_root",
    "local_users_only",
    "even_deny_root",
];

/// A file of one service.
pub(super) fn service(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    match parse(bytes) {
        Ok(lines) => lines_at(lines.iter().map(|line| (line.number, said(scrubber, line)))),
        Err(ConfigError::TooLong) => vec![b'\n'; TOO_LONG],
    }
}

/// The file of every service.
pub(super) fn all_services(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    for service in SERVICES {
        match parse_of(service, bytes) {
            Ok(lines) => {
                found.extend(lines.iter().map(|line| (line.number, format!("{service} {}", said(scrubber, line)))));
            }
            Err(ConfigError::TooLong) => return vec![b'\n'; TOO_LONG],
        }
    }
    found.sort_unstable();
    lines_at(found)
}

/// The files that a file of a service names by their paths.
pub(super) fn files(bytes: &[u8]) -> Vec<Named> {
    let mut found = Vec::new();
    for line in parse(bytes).unwrap_or_default() {
        match &line.says {
            Says::Everything(path) | Says::Include(_, path) | Says::Substack(_, path) if path.starts_with('/') => {
                found.push(Named::of(path, Form::Pam));
            }
            Says::Module(_, module) => {
                let own = module.value("conf").filter(|path| path.starts_with('/'));
                found.extend(own.map(|path| Named::of(path, Form::PamSettings)));
            }
            Says::Everything(_) | Says::Include(..) | Says::Substack(..) | Says::Refused => {}
        }
    }
    found
}

fn said(scrubber: &mut Scrubber, line: &Line) -> String {
    match &line.says {
        Says::Refused => "refused".to_owned(),
        Says::Everything(file) => format!("@include {}", named(scrubber, file)),
        Says::Include(kind, file) => format!("{} include {}", word(*kind), named(scrubber, file)),
        Says::Substack(kind, file) => format!("{} substack {}", word(*kind), named(scrubber, file)),
        Says::Module(kind, module) => {
            let is_told = is_known(&module.name) || is_unix(&module.name) || MODULES.contains(&module.name.as_str());
            let name = if is_told { module.name.as_str() } else { "pam_other" };
            let arguments: Vec<String> =
                module.arguments.iter().filter_map(|argument| self::argument(scrubber, argument)).collect();
            format!("{} {} {name}.so {}", word(*kind), module.control.written(), arguments.join(" "))
        }
    }
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Auth => "auth",
        Kind::Account => "account",
        Kind::Password => "password",
        Kind::Session => "session",
    }
}

fn named(scrubber: &mut Scrubber, file: &str) -> String {
    if file.contains('/') { scrubber.names.path(file) } else { scrubber.names.part(file) }
}

/// What is kept of an argument; nothing of one that no fact rests on.
fn argument(scrubber: &mut Scrubber, argument: &str) -> Option<String> {
    if let Some((name, value)) = argument.split_once('=') {
        return match name {
            "conf" => Some(format!("conf={}", scrubber.names.path(value))),
            _ if NUMBERS.contains(&name) => Some(format!("{name}={}", number(value))),
            _ => None,
        };
    }
    WORDS.into_iter().find(|word| argument.starts_with(word)).map(str::to_owned)
}

/// A number, or a word that is one; what is none stays none.
fn number(value: &str) -> String {
    let digits = value.trim_start_matches(['+', '-']);
    let is_number = digits.len() <= 10 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || value == "never" || value.is_empty() { value.to_owned() } else { "x".to_owned() }
}

/// pwquality.conf. Where libpwquality stops it stops again.
pub(super) fn quality(bytes: &[u8]) -> Vec<u8> {
    let stops = Settings::pwquality().read("", bytes).err();
    let before = |line: usize| stops.is_none_or(|Stops(at)| line < at);
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(index, _)| before(index + 1)) {
        for (name, value) in key_values::pairs(line.as_bytes()) {
            let name = name.to_ascii_lowercase();
            if NUMBERS.contains(&name.as_str()) {
                found.push((index + 1, format!("{name} = {}", number(&value))));
            }
        }
    }
    found.extend(stops.map(|Stops(line)| (line, "stops".to_owned())));
    lines_at(found)
}

/// faillock.conf and pwhistory.conf.
pub(super) fn settings(bytes: &[u8]) -> Vec<u8> {
    let pairs = key_values::pairs(bytes).into_iter();
    let kept = pairs.filter(|(name, _)| NUMBERS.contains(&name.to_ascii_lowercase().as_str())).map(|(name, value)| {
        let read = key_values::number(&value).map(|read| read.to_string());
        let value = if value == "never" { "never".to_owned() } else { read.unwrap_or_else(|| number(&value)) };
        format!("{name} = {value}\n")
    });
    kept.collect::<String>().into_bytes()
}

/// opasswd: accounts, and how their former passwords were kept.
pub(super) fn former(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut written = String::new();
    for line in text.lines() {
        let [name, _, _, hashes] = line.splitn(4, ':').collect::<Vec<_>>()[..] else { continue };
        let hashes: Vec<String> =
            hashes.split(',').map(str::trim).filter(|hash| scheme(hash).is_some()).map(secrets::password).collect();
        _ = writeln!(written, "{}:0:{}:{}", scrubber.names.account(name), hashes.len(), hashes.join(","));
    }
    written.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::password_storage::opasswd;

    #[test]
    fn what_facts_rest_on_stays_and_nothing_else() {
        let mut scrubber = Scrubber::of_nothing();
        let text = b"# by tanaka\nauth [success=1 default=ignore] pam_unix.so nullok_secure\n\nauth required pam_tanaka.so key=abc\n\
            auth required pam_exec.so /home/tanaka/x\n@include common-auth\nauth substack tanaka-auth\nbroken\n\
            password requisite pam_pwquality.so retry=3 minlen=13 badwords=tanaka minclass=four\n";
        let written = service(&mut scrubber, text);
        let shown = String::from_utf8(written.clone()).unwrap();
        assert!(!shown.contains("tanaka") && !shown.contains("abc") && !shown.contains("home"), "{shown}");
        for kept in
            ["[success=1 default=ignore]", "nullok", "minlen=13", "@include common-auth", "minclass=x", "retry=3"]
        {
            assert!(shown.contains(kept), "{kept}: {shown}");
        }
        let (before, after) = (parse(text).unwrap(), parse(&written).unwrap());
        assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.number, after.number);
            assert_eq!(std::mem::discriminant(&before.says), std::mem::discriminant(&after.says));
        }
        assert_eq!(service(&mut Scrubber::of_nothing(), &written), written, "scrubbing twice changes nothing");
        let long = "\n".repeat(TOO_LONG);
        assert!(parse(&service(&mut scrubber, long.as_bytes())).is_err());
    }

    #[test]
    fn one_file_of_every_service() {
        let mut scrubber = Scrubber::of_nothing();
        let text =
            b"tanaka auth required pam_unix.so\nPASSWD password required pam_unix.so tanaka sha512\nother auth\n";
        let shown = String::from_utf8(all_services(&mut scrubber, text)).unwrap();
        assert!(!shown.contains("tanaka"), "{shown}");
        assert_eq!(parse_of("passwd", shown.as_bytes()).unwrap()[0].number, 2);
        assert_eq!(parse_of("other", shown.as_bytes()).unwrap()[0].says, Says::Refused);
    }

    #[test]
    fn settings_stay_and_stop_where_they_stopped() {
        for text in
            ["minlen = 13\n# tanaka\nMinClass=4\nbadwords = tanaka\n", "minlen = 13\ntanaka = 1\nminclass = 4\n"]
        {
            let written = quality(text.as_bytes());
            let (mut before, mut after) = (Settings::pwquality(), Settings::pwquality());
            assert_eq!(before.read("f", text.as_bytes()), after.read("f", &written), "{text}");
            assert_eq!(before, after, "{text}");
            assert!(!String::from_utf8_lossy(&written).contains("tanaka"));
        }
        let found = settings(b"deny = 5 # tanaka\nunlock_time = never\ndir = /home/tanaka\nremember = 5th\n");
        assert_eq!(String::from_utf8(found).unwrap(), "deny = 5\nunlock_time = never\nremember = 5\n");
    }

    #[test]
    fn former_passwords_keep_their_schemes_alone() {
        let mut scrubber = Scrubber::of_nothing();
        let text = b"tanaka:1000:2:$6$salt$hash,abJnggxhB/yWI,secret\nbroken\n";
        let written = former(&mut scrubber, text);
        let shown = String::from_utf8(written.clone()).unwrap();
        for gone in ["tanaka", "salt", "abJnggxhB", "secret"] {
            assert!(!shown.contains(gone), "{shown}");
        }
        let (before, after) = (opasswd::parse(text), opasswd::parse(&written));
        assert_eq!(before.values().collect::<Vec<_>>(), after.values().collect::<Vec<_>>());
    }
}
