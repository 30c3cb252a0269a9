//! ufw: `/etc/ufw/ufw.conf` and `/etc/default/ufw`, which its start script sources as a shell does.
//!
//! Source: ufw(8), ufw-framework(8) and /usr/lib/ufw/ufw-init-functions, which makes the chains, hooks them into INPUT and loads
//! `before.rules`, `after.rules` and `user.rules` into them with iptables-restore.

use thiserror::Error;

use super::holds::Holds;
use super::iptables_save::{self, SaveError};
use super::written::{Chains, Then, When, WrittenChain};

/// The most lines of a file.
const LINES_MAX: usize = 10_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UfwError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// A value is more than a word.
    #[error("line {0} sets a value that is not followed")]
    Value(usize),
}

/// The last value of a key; absent when no line sets it.
pub fn value(bytes: &[u8], key: &str) -> Result<Option<String>, UfwError> {
    let text = std::str::from_utf8(bytes).map_err(|_| UfwError::NotText)?;
    let mut found = None;
    for (line, number) in text.lines().zip(1_usize..) {
        if number > LINES_MAX {
            return Err(UfwError::TooLong);
        }
        let line = line.trim();
        let Some(value) = line.strip_prefix(key).and_then(|rest| rest.strip_prefix('=')) else { continue };
        let value = match value.chars().next().filter(|letter| "\"'".contains(*letter)) {
            Some(quote) => value.get(1..).and_then(|rest| rest.split_once(quote)).map(|(value, _)| value),
            None => value.split_whitespace().next().or(Some("")),
        };
        let plain =
            |value: &&str| value.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter));
        found = Some(value.filter(plain).ok_or(UfwError::Value(number))?.to_owned());
    }
    Ok(found)
}

/// Whether a value means yes, as ufw compares it.
pub fn is_yes(value: &str) -> bool {
    value.eq_ignore_ascii_case("yes")
}

/// The chains of one version of IP that the start script makes, with the rules of `before.rules`, `after.rules` and
/// `user.rules` in them, for packets that come by an interface, where it is known by which.
pub fn chains(files: &[&[u8]], is_ipv6: bool, refuses: bool, interface: Option<&str>) -> Result<Chains, SaveError> {
    let named = |name: &str| format!("{}-{name}", if is_ipv6 { "ufw6" } else { "ufw" });
    let always = |then: Then| (When::all(Holds::Yes), then);
    let jumps =
        ["before-logging-input", "before-input", "after-input", "after-logging-input", "reject-input", "track-input"];
    let mut chains = Chains::new();
    for name in ["logging-deny", "logging-allow", "not-local", "user-input", "user-limit", "user-limit-accept"] {
        chains.insert(named(name), WrittenChain::default());
    }
    for name in jumps {
        chains.insert(named(name), WrittenChain::default());
    }
    let skip = vec![always(if refuses { Then::Refuse } else { Then::Accept })];
    chains.insert(named("skip-to-policy-input"), WrittenChain { refuses: None, rules: skip });
    let rules = jumps.map(|name| always(Then::Jump(named(name)))).to_vec();
    chains.insert("INPUT".to_owned(), WrittenChain { refuses: Some(refuses), rules });
    for file in files {
        for (name, chain) in iptables_save::filter(file, interface)? {
            chains.entry(name).or_default().rules.extend(chain.rules);
        }
    }
    let user = always(Then::Jump(named("user-input")));
    chains.entry(named("before-input")).or_default().rules.push(user);
    Ok(chains)
}
