//! Files of accounts and groups, and of whom they let in.

use std::fmt::Write as _;

use super::{Scrubber, secrets};
use crate::collect::accounts::authorized_keys::live_keys;
use crate::collect::accounts::polkit::{self, Identity};
use crate::collect::accounts::{fields, group, login_defs, name_services, passwd, shadow, shells};
use tenken_model::Instant;

/// Nobody's key, in place of everybody's: only how many there are is a fact.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVV";
/// Name services that accounts come from.
const NAME_SERVICES: [&str; 9] = ["files", "systemd", "altfiles", "db", "sss", "ldap", "nis", "compat", "winbind"];

/// Words for how passwords are kept.
const HASH_METHODS: [&str; 9] =
    ["YESCRYPT", "GOST_YESCRYPT", "SHA512", "SHA256", "BCRYPT", "BLOWFISH", "BIGCRYPT", "MD5", "DES"];

/// Every line that is neither blank nor a comment. A file that is cut off in its last line, with fewer fields than that,
/// stays cut off there.
fn lines(bytes: &[u8], fields: usize, mut scrub: impl FnMut(&str) -> String) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut written = String::new();
    for line in fields::lines(&text) {
        written.push_str(&if line.starts_with(['+', '-']) { "+".to_owned() } else { scrub(line) });
        written.push('\n');
    }
    if fields::cut_off(&text, fields) {
        let last = text.rsplit('\n').next().unwrap_or_default();
        let there = last.split(':').count();
        let begin = written.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        let kept: Vec<&str> = written.get(begin..).unwrap_or_default().trim_end().split(':').take(there).collect();
        let kept = kept.join(":");
        written.truncate(begin);
        written.push_str(&kept);
    }
    written.into_bytes()
}

/// A number or nothing; what is neither stays neither.
fn number(field: &str) -> &str {
    let digits = field.trim().trim_start_matches(['+', '-']);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { field } else { "x" }
}

pub(super) fn passwd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    lines(bytes, passwd::FIELDS, |line| {
        let fields: Vec<&str> = line.splitn(passwd::FIELDS, ':').collect();
        let [name, password, uid, gid, ref rest @ ..] = fields[..] else { return "malformed".to_owned() };
        let home = rest.get(1).map(|home| scrubber.names.path(home)).unwrap_or_default();
        let shell = rest.get(2).map(|shell| scrubber.names.path(shell)).unwrap_or_default();
        let (name, password) = (scrubber.names.account(name), secrets::password(password));
        format!("{name}:{password}:{}:{}::{home}:{shell}", number(uid), number(gid))
    })
}

pub(super) fn shadow(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    lines(bytes, shadow::FIELDS, |line| match line.split(':').collect::<Vec<_>>()[..] {
        [name, password, ref days @ ..] => {
            let days: String = days.iter().take(7).flat_map(|days| [":", number(days)]).collect();
            format!("{}:{}{days}", scrubber.names.account(name), secrets::password(password))
        }
        _ => "malformed".to_owned(),
    })
}

/// Group and gshadow: a name, a password, and lists of members (of administrators too) or a number.
pub(super) fn group(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    lines(bytes, group::FIELDS, |line| match line.split(':').collect::<Vec<_>>()[..] {
        [name, password, ref rest @ ..] => {
            let mut fields = vec![scrubber.names.group(name), secrets::password(password)];
            for list in rest.iter().take(2) {
                let is_number = !list.is_empty() && list.trim().bytes().all(|byte| byte.is_ascii_digit());
                let members = list.split(',').map(|member| scrubber.names.account(member.trim()));
                fields.push(if is_number { list.to_string() } else { members.collect::<Vec<_>>().join(",") });
            }
            fields.join(":")
        }
        _ => "malformed".to_owned(),
    })
}

pub(super) fn login_defs(bytes: &[u8]) -> Vec<u8> {
    let first = login_defs::uid_min(bytes).map(|first| format!("UID_MIN {first}\n"));
    let methods = login_defs::values(bytes, "ENCRYPT_METHOD").into_iter().map(|method| {
        let known = HASH_METHODS.into_iter().find(|known| method.eq_ignore_ascii_case(known));
        format!("ENCRYPT_METHOD {}\n", if known.is_some() { &method } else { "x" })
    });
    let switches = login_defs::values(bytes, "MD5_CRYPT_ENAB")
        .into_iter()
        .map(|switch| format!("MD5_CRYPT_ENAB {}\n", if switch.eq_ignore_ascii_case("yes") { "yes" } else { "no" }));
    first.into_iter().chain(methods).chain(switches).collect::<String>().into_bytes()
}

pub(super) fn shells(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    shells::parse(bytes)
        .iter()
        .flat_map(|shell| [scrubber.names.path(shell), "\n".to_owned()])
        .collect::<String>()
        .into()
}

/// Where accounts come from.
pub(super) fn name_services(bytes: &[u8]) -> Vec<u8> {
    let mut written = "passwd:".to_owned();
    for service in name_services::services(bytes) {
        written.push(' ');
        written.push_str(NAME_SERVICES.into_iter().find(|known| *known == service).unwrap_or("other"));
    }
    written.push('\n');
    written.into_bytes()
}

/// A key for every one that there is, with when it ends.
pub(super) fn authorized_keys(bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if live_keys(line, Instant::UNIX_EPOCH) == 0 {
            continue;
        }
        let text = String::from_utf8_lossy(line).to_ascii_lowercase();
        let ends = text.split_once("expiry-time=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(end, _)| end);
        let ends = ends.filter(|end| {
            let digits = end.strip_suffix('z').unwrap_or(end);
            [8, 12, 14].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let option = ends.map(|end| format!("expiry-time=\"{}\" ", end.to_ascii_uppercase())).unwrap_or_default();
        _ = writeln!(written, "{option}{KEY}");
    }
    written.into_bytes()
}

pub(super) fn polkit_rules(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Some(identities) = polkit::rules(bytes) else { return Vec::new() };
    let named: Vec<String> = identities.iter().map(|identity| format!("\"{}\"", named(scrubber, identity))).collect();
    format!("polkit.addAdminRule(function() {{ return [{}]; }});\n", named.join(", ")).into_bytes()
}

pub(super) fn polkit_configuration(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Some(identities) = polkit::configuration(bytes) else { return Vec::new() };
    let named: Vec<String> = identities.iter().map(|identity| named(scrubber, identity)).collect();
    format!("[Configuration]\nAdminIdentities={}\n", named.join(";")).into_bytes()
}

fn named(scrubber: &mut Scrubber, identity: &Identity) -> String {
    let (kind, name) = match identity {
        Identity::User(name) => ("user", name),
        Identity::Group(name) => ("group", name),
    };
    let stand_in = match (identity, name.parse::<u32>()) {
        (_, Ok(number)) => number.to_string(),
        (Identity::User(_), Err(_)) => scrubber.names.account(name),
        (Identity::Group(_), Err(_)) => scrubber.names.group(name),
    };
    format!("unix-{kind}:{stand_in}")
}
