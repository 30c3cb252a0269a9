//! Files of `nft -f`: `/etc/nftables.conf` of Debian, `/etc/sysconfig/nftables.conf` of Red Hat.
//!
//! Source: nft(8). The commands are carried out one after the other, as far as it decides what becomes of an unexpected packet.
//! A file that includes others, or has a command that is not followed, is not read at all.

mod rule;
mod words;

use std::collections::BTreeMap;

use thiserror::Error;

use self::words::{closing, statements, words};
use super::written::{Chains, Outcome, outcome};

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NftError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many words.
    #[error("it has too many words")]
    TooLong,
    /// It names other files.
    #[error("it includes other files, which are not followed")]
    Includes,
    /// Braces do not match.
    #[error("its braces do not match")]
    Braces,
    /// It does something that is not followed.
    #[error("its command {0} is not followed")]
    Command(String),
}

/// What the file does to unexpected packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Over IPv4.
    pub ipv4: Outcome,
    /// Over IPv6.
    pub ipv6: Outcome,
}

const FAMILIES: [&str; 6] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/// A table: its chains, which of them are base chains on hook input, and its sets.
#[derive(Default)]
struct Table {
    chains: Chains,
    bases: Vec<String>,
    sets: rule::Sets,
    /// Its chains are not on their hooks.
    is_dormant: bool,
}

/// Tables by family and name.
#[derive(Default)]
struct Tables(BTreeMap<(String, String), Table>);

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Inbound, NftError> {
    let text = std::str::from_utf8(bytes).map_err(|_| NftError::NotText)?;
    let mut tables = Tables::default();
    for statement in statements(&words(text)?) {
        tables.command(&statement)?;
    }
    Ok(Inbound { ipv4: tables.outcome(false), ipv6: tables.outcome(true) })
}

impl Tables {
    fn outcome(&self, is_ipv6: bool) -> Outcome {
        let family = if is_ipv6 { "ip6" } else { "ip" };
        let mut found = Outcome::Accepted("no chain is on hook input".to_owned());
        let awake = self.0.iter().filter(|((of, _), table)| (of == "inet" || of == family) && !table.is_dormant);
        for (table, base) in awake.flat_map(|(_, table)| table.bases.iter().map(move |base| (table, base))) {
            // A packet that one chain lets through still meets the others.
            found = match (outcome(&table.chains, base, is_ipv6), found) {
                (Outcome::Refused, _) => return Outcome::Refused,
                (unclear @ Outcome::Unclear(_), _) | (_, unclear @ Outcome::Unclear(_)) => unclear,
                (open, _) => open,
            };
        }
        found
    }

    fn command(&mut self, words: &[String]) -> Result<(), NftError> {
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        let not_followed = || NftError::Command(texts.iter().take(2).copied().collect::<Vec<_>>().join(" "));
        match texts.as_slice() {
            ["include", ..] => Err(NftError::Includes),
            ["flush", "ruleset"] => {
                self.0.clear();
                Ok(())
            }
            ["flush", "ruleset", family] => {
                self.0.retain(|(of, _), _| of != family);
                Ok(())
            }
            ["flush", "table", name @ ..] => {
                let table = self.0.get_mut(&named(name).ok_or_else(not_followed)?);
                table.into_iter().flat_map(|table| table.chains.values_mut()).for_each(|chain| chain.rules.clear());
                Ok(())
            }
            ["flush", "chain", name @ ..] => {
                let (chain, name) = name.split_last().ok_or_else(not_followed)?;
                let table = self.0.get_mut(&named(name).ok_or_else(not_followed)?);
                let chain = table.and_then(|table| table.chains.get_mut(*chain));
                if let Some(chain) = chain {
                    chain.rules.clear();
                }
                Ok(())
            }
            ["delete" | "destroy", "table", name @ ..] => {
                self.0.remove(&named(name).ok_or_else(not_followed)?);
                Ok(())
            }
            ["add" | "create" | "insert", ..] => {
                let (_, rest) = words.split_first().ok_or_else(not_followed)?;
                self.add(rest, texts.first() == Some(&"insert"))
            }
            [
                "table" | "chain" | "rule" | "set" | "map" | "element" | "counter" | "quota" | "limit" | "ct"
                | "flowtable",
                ..,
            ] => self.add(words, false),
            // These change no rule.
            [] | ["list" | "reset", ..] => Ok(()),
            _ => Err(not_followed()),
        }
    }

    /// `table inet filter { .. }`, `chain inet filter input { .. }`, `rule inet filter input accept`.
    fn add(&mut self, words: &[String], is_first: bool) -> Result<(), NftError> {
        let not_followed = || NftError::Command(words.iter().take(2).cloned().collect::<Vec<_>>().join(" "));
        let (what, rest) = words.split_first().ok_or_else(not_followed)?;
        let (family, rest) = match rest.split_first() {
            Some((family, rest)) if FAMILIES.contains(&family.as_str()) => (family.clone(), rest),
            _ => ("ip".to_owned(), rest),
        };
        let (table, rest) = rest.split_first().ok_or_else(not_followed)?;
        let key = (family, table.clone());
        let body = |rest: &[String]| {
            let open = rest.iter().position(|word| word == "{");
            open.map(|open| Ok::<_, NftError>(rest.get(open + 1..closing(rest, open)?).unwrap_or_default().to_vec()))
                .transpose()
        };
        match what.as_str() {
            "table" => {
                let table = self.0.entry(key).or_default();
                table.is_dormant = false;
                // What follows the block on its line is not followed.
                match rest.first().map(String::as_str) {
                    None => Ok(()),
                    Some("{") if closing(rest, 0)? + 1 == rest.len() => table.fill(&body(rest)?.unwrap_or_default()),
                    _ => Err(not_followed()),
                }
            }
            "chain" => {
                let (name, rest) = rest.split_first().ok_or_else(not_followed)?;
                let table = self.0.entry(key).or_default();
                table.chain(name, &body(rest)?.unwrap_or_default());
                Ok(())
            }
            "rule" => {
                let (name, rest) = rest.split_first().ok_or_else(not_followed)?;
                if rest.first().is_some_and(|word| matches!(word.as_str(), "position" | "handle" | "index")) {
                    return Err(not_followed());
                }
                let table = self.0.entry(key).or_default();
                let rules = rule::rules(rest, &table.sets);
                let chain = table.chains.entry(name.clone()).or_default();
                let at = if is_first { 0 } else { chain.rules.len() };
                chain.rules.splice(at..at, rules);
                Ok(())
            }
            "set" | "map" | "element" | "counter" | "quota" | "limit" | "ct" | "flowtable" => {
                let (name, rest) = rest.split_first().ok_or_else(not_followed)?;
                // Elements that come later than the rules that look for them: of such a set nothing is known.
                if what == "element"
                    && let Some(table) = self.0.get_mut(&key)
                {
                    table.sets.insert(name.clone(), None);
                    return if table.chains.values().any(|chain| !chain.rules.is_empty()) {
                        Err(not_followed())
                    } else {
                        Ok(())
                    };
                }
                if what == "set" {
                    let elements = rule::elements(&body(rest)?.unwrap_or_default());
                    self.0.entry(key).or_default().sets.insert(name.clone(), elements);
                }
                Ok(())
            }
            _ => Err(not_followed()),
        }
    }
}

/// Family and name of a table.
fn named(words: &[&str]) -> Option<(String, String)> {
    match words {
        [name] => Some(("ip".to_owned(), (*name).to_owned())),
        [family, name] if FAMILIES.contains(family) => Some(((*family).to_owned(), (*name).to_owned())),
        _ => None,
    }
}

impl Table {
    /// The block of a table. Its sets may stand behind the chains that look in them.
    fn fill(&mut self, body: &[String]) -> Result<(), NftError> {
        let parts = blocks(body)?;
        for (head, block) in &parts {
            if let ([word, name], Some(block)) = (head.as_slice(), block)
                && word == "set"
            {
                self.sets.insert(name.clone(), rule::elements(block));
            }
        }
        for (head, block) in &parts {
            let texts: Vec<&str> = head.iter().map(String::as_str).collect();
            match (texts.as_slice(), block) {
                (["chain", name], Some(block)) => self.chain(name, block),
                (["chain", name], None) => self.chain(name, &[]),
                (["flags", flags @ ..], None) => self.is_dormant = flags.contains(&"dormant"),
                (
                    [
                        "set" | "map" | "flowtable" | "counter" | "ct" | "limit" | "quota" | "comment" | "synproxy"
                        | "secmark" | "tunnel",
                        ..,
                    ],
                    _,
                ) => {}
                _ => return Err(NftError::Command(texts.iter().take(2).copied().collect::<Vec<_>>().join(" "))),
            }
        }
        Ok(())
    }

    fn chain(&mut self, name: &str, body: &[String]) {
        let chain = self.chains.entry(name.to_owned()).or_default();
        for line in statements(body) {
            let text: Vec<&str> = line.iter().map(String::as_str).collect();
            match text.as_slice() {
                ["type", kind, "hook", "input", ..] => {
                    if *kind == "filter" && !self.bases.iter().any(|base| base == name) {
                        self.bases.push(name.to_owned());
                    }
                    chain.refuses = chain.refuses.or(Some(false));
                }
                ["policy", policy] => chain.refuses = Some(*policy == "drop"),
                ["type" | "comment" | "devices" | "device" | "flags", ..] | [] => {}
                _ => chain.rules.extend(rule::rules(&line, &self.sets)),
            }
        }
    }
}

/// What is in a block: statements, and blocks with what stands in front of them.
type Parts = Vec<(Vec<String>, Option<Vec<String>>)>;

fn blocks(body: &[String]) -> Result<Parts, NftError> {
    let mut found = Parts::new();
    let mut head = Vec::new();
    let mut at = 0;
    while let Some(word) = body.get(at) {
        match word.as_str() {
            "{" => {
                let end = closing(body, at)?;
                found.push((std::mem::take(&mut head), Some(body.get(at + 1..end).unwrap_or_default().to_vec())));
                at = end;
            }
            ";" if head.is_empty() => {}
            ";" => found.push((std::mem::take(&mut head), None)),
            _ => head.push(word.clone()),
        }
        at += 1;
    }
    if !head.is_empty() {
        found.push((head, None));
    }
    Ok(found)
}
