//! Files of `nft -f`: `/etc/nftables.conf` of Debian, `/etc/sysconfig/nftables.conf` of Red Hat.
//!
//! Read as far as it decides what becomes of an unexpected packet. A file that includes others or loads what is not written
//! in it is not followed.

use std::collections::BTreeMap;

use thiserror::Error;

use super::written::{Chains, Outcome, Then, When, by_interface, by_ports, outcome};

/// The most words of a file.
const WORDS_MAX: usize = 200_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NftError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many words.
    #[error("it has more than {WORDS_MAX} words")]
    TooLong,
    /// It names other files.
    #[error("it includes other files, which are not followed")]
    Includes,
    /// Braces do not match.
    #[error("its braces do not match")]
    Braces,
}

/// What the file does to unexpected packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Over IPv4.
    pub ipv4: Outcome,
    /// Over IPv6.
    pub ipv6: Outcome,
}

struct Base {
    family: String,
    table: String,
    chain: String,
    priority: i64,
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Inbound, NftError> {
    let text = std::str::from_utf8(bytes).map_err(|_| NftError::NotText)?;
    let words = words(text)?;
    let mut tables: BTreeMap<(String, String), Chains> = BTreeMap::new();
    let mut bases = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == "include" {
            return Err(NftError::Includes);
        }
        if word == "table"
            && let Some((family, name, open)) = table(&words, at + 1)
        {
            let end = closing(&words, open)?;
            let body = words.get(open + 1..end).unwrap_or_default();
            let chains = tables.entry((family.clone(), name.clone())).or_default();
            read_chains(body, &family, &name, chains, &mut bases)?;
            at = end;
        }
        at += 1;
    }
    bases.sort_by_key(|base: &Base| base.priority);
    let of = |family: &str| {
        let mut found = Outcome::Accepted("no chain is on hook input".to_owned());
        for base in bases.iter().filter(|base| base.family == "inet" || base.family == family) {
            let key = (base.family.clone(), base.table.clone());
            found = tables.get(&key).map_or(Outcome::Through, |chains| outcome(chains, &base.chain));
            if !matches!(found, Outcome::Accepted(_)) {
                break;
            }
        }
        found
    };
    Ok(Inbound { ipv4: of("ip"), ipv6: of("ip6") })
}

/// Family, name and the place of the brace that opens; nothing where a table is only named, as in `flush table`.
fn table(words: &[String], at: usize) -> Option<(String, String, usize)> {
    let first = words.get(at)?;
    let second = words.get(at + 1)?;
    if second == "{" {
        return Some(("ip".to_owned(), first.clone(), at + 1));
    }
    (words.get(at + 2)? == "{").then(|| (first.clone(), second.clone(), at + 2))
}

fn read_chains(
    body: &[String],
    family: &str,
    table: &str,
    chains: &mut Chains,
    bases: &mut Vec<Base>,
) -> Result<(), NftError> {
    let mut at = 0;
    while let Some(word) = body.get(at) {
        let opens = (at..body.len()).find(|place| body.get(*place).is_some_and(|word| word == "{"));
        if let (true, Some(open)) =
            (["chain", "set", "map", "flowtable", "counter", "ct"].contains(&word.as_str()), opens)
        {
            let end = closing(body, open)?;
            if word == "chain" {
                let name = body.get(at + 1).cloned().unwrap_or_default();
                let chain = chains.entry(name.clone()).or_default();
                for line in statements(body.get(open + 1..end).unwrap_or_default()) {
                    let text: Vec<&str> = line.iter().map(String::as_str).collect();
                    match text.as_slice() {
                        ["type", kind, "hook", "input", rest @ ..] if *kind == "filter" => {
                            let priority = priority(rest);
                            bases.push(Base {
                                family: family.to_owned(),
                                table: table.to_owned(),
                                chain: name.clone(),
                                priority,
                            });
                            chain.refuses = chain.refuses.or(Some(false));
                        }
                        ["policy", policy] => chain.refuses = Some(*policy == "drop"),
                        ["type" | "comment" | "devices" | "device", ..] | [] => {}
                        rule => chain.rules.push(self::rule(rule)),
                    }
                }
            }
            at = end;
        }
        at += 1;
    }
    Ok(())
}

fn priority(words: &[&str]) -> i64 {
    let named = |name: &str| match name {
        "raw" => -300,
        "mangle" => -150,
        "dstnat" => -100,
        "security" => 50,
        "srcnat" => 100,
        _ => 0,
    };
    let base = words.get(1).map_or(0, |word| word.parse().unwrap_or_else(|_| named(word)));
    let more = words.get(3).and_then(|word| word.parse::<i64>().ok()).unwrap_or(0);
    if words.get(2) == Some(&"-") { base - more } else { base + more }
}

/// Words; signs that part are words of their own, and so is the end of a line as `;`.
fn words(text: &str) -> Result<Vec<String>, NftError> {
    let mut words = Vec::new();
    let mut letters = text.chars().peekable();
    let mut word = String::new();
    while let Some(letter) = letters.next() {
        if !(letter.is_whitespace() || "{};#\"\\".contains(letter)) {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match letter {
            '#' => while letters.next_if(|letter| *letter != '\n').is_some() {},
            '"' => {
                let mut quoted = String::new();
                while let Some(letter) = letters.next_if(|letter| *letter != '"') {
                    quoted.push(letter);
                }
                letters.next();
                words.push(quoted);
            }
            '\\' => {
                letters.next_if_eq(&'\n');
            }
            '\n' | ';' => words.push(";".to_owned()),
            '{' | '}' => words.push(letter.to_string()),
            _ => {}
        }
        if words.len() > WORDS_MAX {
            return Err(NftError::TooLong);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    Ok(words)
}

fn closing(words: &[String], open: usize) -> Result<usize, NftError> {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    Err(NftError::Braces)
}

/// The statements of a chain; a list in braces is part of one.
fn statements(body: &[String]) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut depth = 0_usize;
    for word in body {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => {
                found.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(word.clone());
        }
    }
    found
}

fn rule(words: &[&str]) -> (When, Then) {
    let mut when = When::Always;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let mut value_at = at + 1;
        let negated = words.get(value_at) == Some(&"!=");
        value_at += usize::from(negated);
        let is_list = words.get(value_at) == Some(&"{");
        let value_end = if is_list {
            words.iter().skip(value_at).position(|word| *word == "}").map_or(words.len(), |more| value_at + more)
        } else {
            value_at
        };
        let value = words.get(value_at..=value_end.min(words.len().saturating_sub(1))).unwrap_or_default().join(" ");
        let value = value.trim_matches(|letter| "{} ".contains(letter)).replace(' ', "");
        let found = match *word {
            "accept" => return (when, Then::Accept),
            "drop" | "reject" => return (when, Then::Refuse),
            "return" => return (when, Then::Return),
            "jump" | "goto" => {
                let chain = words.get(at + 1).copied().unwrap_or_default().to_owned();
                return (when, if *word == "jump" { Then::Jump(chain) } else { Then::Goto(chain) });
            }
            "counter" | "tcp" | "udp" | "th" | "meta" | "continue" | "packets" | "bytes" => {
                at += 1;
                // Numbers of a counter.
                at += usize::from(matches!(*word, "packets" | "bytes"));
                continue;
            }
            "log" | "comment" | "prefix" | "level" | "group" | "flags" => {
                at += if *word == "log" { 1 } else { 2 };
                continue;
            }
            "iif" | "iifname" => by_interface(&value, negated),
            "dport" => by_ports(&value, negated),
            "l4proto" | "nfproto" => {
                let other = !(value.contains("tcp") || value.contains("udp") || value.contains("ipv"));
                if other == negated { When::Some } else { When::Never }
            }
            // `ct state established,related`, `ct state vmap { .. }`, `ct status dnat`.
            "ct" => {
                let rest = words.get(at + 1..).unwrap_or_default();
                let negated = rest.contains(&"!=");
                let new = rest.iter().any(|word| word.split(',').any(|state| state == "new"));
                return match (rest.first(), rest.contains(&"vmap")) {
                    (Some(&"state"), true) if new => (When::Unclear, verdict(rest)),
                    (Some(&"state"), false) if new != negated => (when.max(When::Some), verdict(rest)),
                    (Some(&"state" | &"status"), _) => (When::Never, Then::Pass),
                    _ => (when.max(When::Unclear), verdict(rest)),
                };
            }
            "saddr" | "daddr" | "sport" | "protocol" | "nexthdr" if !negated => When::Never,
            "icmp" | "icmpv6" | "igmp" | "esp" | "ah" => When::Never,
            "limit" => return (when.max(When::Some), verdict(words.get(at..).unwrap_or_default())),
            "ip" | "ip6" | "ether" => {
                at += 1;
                continue;
            }
            _ => return (when.max(When::Unclear), verdict(words.get(at..).unwrap_or_default())),
        };
        when = when.max(found);
        at = value_end + 1;
    }
    (when, Then::Pass)
}

/// What a rule does in the end.
fn verdict(words: &[&str]) -> Then {
    for (at, word) in words.iter().enumerate() {
        let chain = || words.get(at + 1).copied().unwrap_or_default().to_owned();
        match *word {
            "accept" => return Then::Accept,
            "drop" | "reject" => return Then::Refuse,
            "jump" => return Then::Jump(chain()),
            "goto" => return Then::Goto(chain()),
            "return" => return Then::Return,
            _ => {}
        }
    }
    Then::Pass
}
