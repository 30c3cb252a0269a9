//! Connections of IPsec. Names, addresses and secrets go; how keys are exchanged and with whom stays.

use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::fact::ipsec::IpsecAuthentication;

use super::files::Named;
use super::form::Form;
use super::{Scrubber, lines_at, secret_lines};
use crate::collect::ipsec::algorithms::{self, DEFAULT};
use crate::collect::ipsec::ipsec_conf::{self, DEFAULT_SECTION, Dialect, KEYS, Statement};
use crate::collect::ipsec::settings::{self, Token};
use crate::collect::ipsec::swanctl::{CONNECTIONS, authentication};
use crate::collect::ipsec::{IPSEC_CONF, SWANCTL, absolute};

/// The forms of these files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IpsecForm {
    /// strongSwan's settings.
    Swanctl,
    /// Sections of strongSwan's older form, or of Libreswan.
    IpsecConf,
}

/// Settings of `swanctl.conf` that are followed.
const SETTINGS: [&str; 8] =
    ["version", "aggressive", "proposals", "auth", "esp_proposals", "ah_proposals", "start_action", "mode"];
/// Those and of `ipsec.conf` that are lists of algorithms.
const PROPOSALS: [&str; 7] = ["proposals", "esp_proposals", "ah_proposals", "ike", "esp", "ah", "phase2alg"];
/// Those of how somebody proves who he is.
const PROOFS: [&str; 6] = ["auth", "authby", "leftauth", "rightauth", "leftauth2", "rightauth2"];
/// Words of them that say no more than how.
const PROOF_WORDS: [&str; 10] =
    ["esp", "ah", "secret", "psk", "never", "null", "xauthpsk", "xauthrsasig", "eaponly", "rsasig"];
/// What other settings may be.
const WORDS: [&str; 41] = [
    "0",
    "1",
    "2",
    "yes",
    "no",
    "true",
    "false",
    "enabled",
    "disabled",
    "on",
    "off",
    "y",
    "n",
    "none",
    "clear",
    "start",
    "restart",
    "trap",
    "route",
    "add",
    "ignore",
    "ondemand",
    "keep",
    "up",
    "tunnel",
    "transport",
    "pass",
    "drop",
    "passthrough",
    "reject",
    "insist",
    "propose",
    "permit",
    "never",
    "ike",
    "ikev1",
    "ikev2",
    "esp",
    "ah",
    "server",
    "client",
];
/// The place of the settings of a package that has its own folder for strongSwan.
const STRONGSWAN_ALONE: &str = "/etc/strongswan";

impl IpsecForm {
    /// The form by where a file is.
    pub(super) fn of(text: &str) -> Option<Self> {
        match text {
            _ if SWANCTL.contains(&text) => Some(Self::Swanctl),
            _ if IPSEC_CONF.contains(&text) => Some(Self::IpsecConf),
            _ => None,
        }
    }

    /// The files that a file of this form includes.
    pub(super) fn files(self, scrubber: &Scrubber, path: &Path, bytes: &[u8]) -> Vec<Named> {
        let patterns: Vec<String> = match self {
            Self::Swanctl => {
                let tokens = settings::tokens(bytes).unwrap_or_default().into_iter();
                tokens
                    .filter_map(|token| if let Token::Include(pattern) = token { Some(pattern) } else { None })
                    .collect()
            }
            Self::IpsecConf => {
                let statements = ipsec_conf::parse(bytes, dialect(scrubber, path)).unwrap_or_default().into_iter();
                let pattern = |said| if let Statement::Include(pattern) = said { Some(pattern) } else { None };
                statements.filter_map(pattern).collect()
            }
        };
        let from = path.to_string_lossy();
        patterns.iter().map(|pattern| Named::of(&absolute(&from, pattern), Form::Ipsec(self))).collect()
    }

    /// What is left of a file of this form. That a password is written there stays, at its line.
    pub(super) fn scrub(self, scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
        let style = secret_lines::style_of(path);
        let secrets = style.map(|style| secret_lines::lines(scrubber, style, bytes)).unwrap_or_default();
        let written = match self {
            Self::Swanctl => swanctl(scrubber, path, bytes),
            Self::IpsecConf => ipsec_conf(scrubber, path, bytes),
        };
        let is_refused = written.is_none();
        let mut lines = written.unwrap_or_default();
        for (line, secret) in secrets {
            let line = lines.entry(line).or_default();
            let sign = if line.contains('=') || self == Self::IpsecConf && !line.is_empty() {
                // It must not become part of a value.
                "# "
            } else if self == Self::IpsecConf {
                "\t"
            } else {
                ""
            };
            for text in [" ", sign, &secret] {
                line.push_str(text);
            }
        }
        let mut text = lines_at(lines);
        if is_refused {
            // It is so again.
            text.extend(if self == Self::Swanctl { b"\n}\n" } else { b"\nx\n" });
        }
        text
    }
}

fn dialect(scrubber: &Scrubber, path: &Path) -> Dialect {
    if scrubber.has_libreswan && !path.starts_with(STRONGSWAN_ALONE) { Dialect::Libreswan } else { Dialect::Starter }
}

/// The lines of strongSwan's settings; nothing where they are refused.
fn swanctl(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Option<BTreeMap<usize, String>> {
    let tokens = settings::tokens_by_line(bytes).ok()?;
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some((line, token)) = rest.next() {
        let text = match token {
            Token::Name(name) => match rest.next_if(|(_, next)| matches!(next, Token::Value(_))) {
                Some((_, Token::Value(value))) if SETTINGS.contains(&name.as_str()) => {
                    let value = value.map(|value| format!("\"{}\"", setting(scrubber, &name, &value)));
                    format!("{name} = {}", value.unwrap_or_default())
                }
                Some(_) => continue,
                None => section(scrubber, &name),
            },
            Token::Open => "{".to_owned(),
            Token::Close => "}".to_owned(),
            Token::References(references) => {
                let of =
                    |path: &String| path.split('.').map(|name| section(scrubber, name)).collect::<Vec<_>>().join(".");
                format!(": {}", references.iter().map(of).collect::<Vec<_>>().join(", "))
            }
            Token::Value(_) => "= x".to_owned(),
            Token::Include(pattern) => {
                let patterns = scrubber.pattern(&absolute(&path.to_string_lossy(), &pattern));
                patterns.iter().map(|pattern| format!("include {pattern}")).collect::<Vec<_>>().join(" ")
            }
        };
        let said = lines.entry(line).or_default();
        said.push_str(&text);
        said.push(' ');
    }
    Some(lines)
}

/// The name of a section, of which the beginning may mean something.
fn section(scrubber: &mut Scrubber, name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if name == CONNECTIONS || lower == "children" || name.is_empty() {
        return name.to_owned();
    }
    let end = ["local", "remote"].into_iter().find(|end| lower.starts_with(end));
    let (start, rest) = name.split_at(end.map_or(0, str::len));
    if rest.is_empty() { name.to_owned() } else { format!("{start}{}", stand_in(scrubber, rest)) }
}

fn stand_in(scrubber: &mut Scrubber, name: &str) -> String {
    scrubber.names.alias(&format!("ipsec {name}"))
}

/// The lines of `ipsec.conf`; nothing where it is refused.
fn ipsec_conf(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Option<BTreeMap<usize, String>> {
    let statements = ipsec_conf::by_line(bytes, dialect(scrubber, path)).ok()?;
    let mut lines = BTreeMap::new();
    for (line, statement) in statements {
        let text = match statement {
            Statement::Other => "config setup".to_owned(),
            Statement::Connection(name) if name == DEFAULT_SECTION => format!("conn {name}"),
            Statement::Connection(name) => format!("conn {}", stand_in(scrubber, &name)),
            Statement::Set(key, value) if KEYS.contains(&key.as_str()) => match value {
                Some(value) => format!("\t{key}=\"{}\"", setting(scrubber, &key, &value)),
                None => format!("\t{key}="),
            },
            Statement::Set(..) => continue,
            Statement::Include(pattern) => {
                let patterns = scrubber.pattern(&absolute(&path.to_string_lossy(), &pattern));
                patterns.iter().map(|pattern| format!("include {pattern}")).collect::<Vec<_>>().join("\n")
            }
        };
        lines.insert(line, text);
    }
    Some(lines)
}

/// A value whose words are known, or have stand-ins.
fn setting(scrubber: &mut Scrubber, key: &str, value: &str) -> String {
    if matches!(key, "also" | "alsoflip") {
        return if value == DEFAULT_SECTION { value.to_owned() } else { stand_in(scrubber, value) };
    }
    // What stands behind a dash in a way to prove who one is says no more of how.
    let of_proof = PROOFS.contains(&key);
    let mut written = String::new();
    let mut word = String::new();
    for letter in value.chars().map(Some).chain([None]) {
        match letter {
            Some(letter @ ('-' | ';' | '!')) if of_proof => word.push(letter),
            Some(letter) if !matches!(letter, ',' | '-' | '+' | ';' | '!' | '|' | ' ') => word.push(letter),
            sign => {
                written.push_str(&of_word(scrubber, key, &std::mem::take(&mut word)));
                written.extend(sign);
            }
        }
    }
    written
}

fn of_word(scrubber: &mut Scrubber, key: &str, word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let is_known = if PROPOSALS.contains(&key) {
        lower == DEFAULT || algorithms::word(&lower).is_some() || matches!(word, "128" | "192" | "256")
    } else if PROOFS.contains(&key) {
        if PROOF_WORDS.contains(&lower.as_str()) {
            return word.to_owned();
        }
        return match authentication(word) {
            IpsecAuthentication::PublicKey if lower.starts_with("ecdsa") => "ecdsa",
            IpsecAuthentication::PublicKey if lower.starts_with("rsa") => "rsa",
            IpsecAuthentication::PublicKey => "pubkey",
            IpsecAuthentication::SharedKey => "psk",
            IpsecAuthentication::Eap => "eap",
            IpsecAuthentication::Xauth => "xauth",
            IpsecAuthentication::Unspecified | IpsecAuthentication::Nothing if word.is_empty() => "",
            IpsecAuthentication::Unspecified | IpsecAuthentication::Nothing => "other",
        }
        .to_owned();
    } else {
        WORDS.contains(&lower.as_str())
    };
    if is_known || word.is_empty() { word.to_owned() } else { stand_in(scrubber, word) }
}
