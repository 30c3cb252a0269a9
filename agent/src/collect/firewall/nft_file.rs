//! Files of `nft -f`: `/etc/nftables.conf` of Debian, `/etc/sysconfig/nftables.conf` of Red Hat.
//!
//! Source: nft(8). The commands are carried out one after the other, as far as it decides what becomes of an unexpected packet.
//! A file that has a command that is not followed is not read at all.

mod rule;
mod words;

use std::collections::BTreeMap;

use thiserror::Error;

use self::words::{closing, statements, words};
use super::iptables_save::rule::Place;
use super::written::{Base, Chains, Outcome, WrittenChain, outcome_of};

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NftError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many words.
    #[error("it has too many words")]
    TooLong,
    /// It names other files that were not read.
    #[error("it includes other files: {0}")]
    Includes(String),
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

/// Gives the files that an `include` means, in their order, or why it does not.
pub type Included<'a> = dyn Fn(&str) -> Result<Vec<Vec<u8>>, String> + 'a;

/// A table: its chains, which of them packets for this host begin their way in, and its sets.
#[derive(Default)]
struct Table {
    chains: Chains,
    bases: BTreeMap<String, Hook>,
    sets: rule::Sets,
    /// Its chains are not on their hooks.
    is_dormant: bool,
}

/// Tables by family and name, for packets of which some things are known.
struct Tables<'a> {
    tables: BTreeMap<(String, String), Table>,
    place: Place<'a>,
}

/// Reads a file, for packets that come by an interface, where it is known by which.
pub fn parse(bytes: &[u8], interface: Option<&str>, included: &Included<'_>) -> Result<Inbound, NftError> {
    let text = std::str::from_utf8(bytes).map_err(|_| NftError::NotText)?;
    let statements = statements(&words(text, included)?);
    let mut tables = Tables::read(&statements, Place { interface, ..Place::default() })?;
    if tables.tables.values().flat_map(|table| table.chains.values()).any(WrittenChain::gives_up) {
        tables = Tables::read(&statements, Place { is_given_up: true, ..tables.place })?;
    }
    Ok(Inbound { ipv4: tables.outcome(false), ipv6: tables.outcome(true) })
}

impl<'a> Tables<'a> {
    fn read(statements: &[Vec<String>], place: Place<'a>) -> Result<Self, NftError> {
        let mut tables = Self { tables: BTreeMap::new(), place };
        for statement in statements {
            tables.command(statement)?;
        }
        Ok(tables)
    }

    fn outcome(&self, is_ipv6: bool) -> Outcome {
        let family = if is_ipv6 { "ip6" } else { "ip" };
        let awake = self.tables.iter().filter(|(_, table)| !table.is_dormant);
        let bases = awake.flat_map(|((of, _), table)| {
            table.bases.iter().filter_map(move |(name, hook)| {
                let is_met = match hook {
                    Hook::Device { devices } => {
                        (of == "netdev" || of == "inet")
                            && self.place.interface.is_some_and(|name| devices.iter().any(|device| device == name))
                    }
                    Hook::Early | Hook::Late => of == "inet" || of == family,
                };
                is_met.then_some(Base { chains: &table.chains, name, is_untracked: *hook != Hook::Late })
            })
        });
        outcome_of(&bases.collect::<Vec<_>>(), is_ipv6)
    }

    fn command(&mut self, words: &[String]) -> Result<(), NftError> {
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        let not_followed = || NftError::Command(texts.iter().take(2).copied().collect::<Vec<_>>().join(" "));
        match texts.as_slice() {
            ["include", ..] => Err(NftError::Includes("it does so behind other words".to_owned())),
            ["flush", "ruleset"] => {
                self.tables.clear();
                Ok(())
            }
            ["flush", "ruleset", family] => {
                self.tables.retain(|(of, _), _| of != family);
                Ok(())
            }
            ["flush", "table", name @ ..] => {
                let table = self.tables.get_mut(&named(name).ok_or_else(not_followed)?);
                table.into_iter().flat_map(|table| table.chains.values_mut()).for_each(|chain| chain.rules.clear());
                Ok(())
            }
            ["flush", "chain", name @ ..] => {
                let (chain, name) = name.split_last().ok_or_else(not_followed)?;
                let table = self.tables.get_mut(&named(name).ok_or_else(not_followed)?);
                let chain = table.and_then(|table| table.chains.get_mut(*chain));
                if let Some(chain) = chain {
                    chain.rules.clear();
                }
                Ok(())
            }
            ["delete" | "destroy", "table", name @ ..] => {
                self.tables.remove(&named(name).ok_or_else(not_followed)?);
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
                let table = self.tables.entry(key).or_default();
                table.is_dormant = false;
                // What follows the block on its line is not followed.
                match rest.first().map(String::as_str) {
                    None => Ok(()),
                    Some("{") if closing(rest, 0)? + 1 == rest.len() => {
                        table.fill(&body(rest)?.unwrap_or_default(), self.place)
                    }
                    _ => Err(not_followed()),
                }
            }
            "chain" => {
                let (name, rest) = rest.split_first().ok_or_else(not_followed)?;
                let table = self.tables.entry(key).or_default();
                table.chain(name, &body(rest)?.unwrap_or_default(), self.place);
                Ok(())
            }
            "rule" => {
                let (name, rest) = rest.split_first().ok_or_else(not_followed)?;
                if rest.first().is_some_and(|word| matches!(word.as_str(), "position" | "handle" | "index")) {
                    return Err(not_followed());
                }
                let table = self.tables.entry(key).or_default();
                let rules = rule::rules(rest, &table.sets, table.met(name, self.place));
                let chain = table.chains.entry(name.clone()).or_default();
                let at = if is_first { 0 } else { chain.rules.len() };
                chain.rules.splice(at..at, rules);
                Ok(())
            }
            "set" | "map" | "element" | "counter" | "quota" | "limit" | "ct" | "flowtable" => {
                let (name, rest) = rest.split_first().ok_or_else(not_followed)?;
                // Elements that come later than the rules that look for them: of such a set nothing is known.
                if what == "element"
                    && let Some(table) = self.tables.get_mut(&key)
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
                    self.tables.entry(key).or_default().set(name, elements)?;
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
    fn fill(&mut self, body: &[String], place: Place<'_>) -> Result<(), NftError> {
        let parts = blocks(body)?;
        for (head, block) in &parts {
            if let ([word, name], Some(block)) = (head.as_slice(), block)
                && word == "set"
            {
                self.set(name, rule::elements(block))?;
            }
        }
        for (head, block) in &parts {
            let texts: Vec<&str> = head.iter().map(String::as_str).collect();
            match (texts.as_slice(), block) {
                (["chain", name], block) => self.chain(name, block.as_deref().unwrap_or_default(), place),
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

    /// What is said of a set a second time is added to it, also for rules that stand before.
    fn set(&mut self, name: &str, elements: Option<Vec<String>>) -> Result<(), NftError> {
        if self.sets.get(name).is_some_and(|known| *known != elements) {
            return Err(NftError::Command(format!("set {name}")));
        }
        self.sets.insert(name.to_owned(), elements);
        Ok(())
    }

    fn chain(&mut self, name: &str, body: &[String], place: Place<'_>) {
        self.chains.entry(name.to_owned()).or_default();
        for line in statements(body) {
            let text: Vec<&str> = line.iter().map(String::as_str).collect();
            let rules = match text.as_slice() {
                ["type", kind, "hook", place, rest @ ..] => {
                    if *kind == "filter"
                        && let Some(hook) = Hook::of(place, rest)
                    {
                        self.bases.entry(name.to_owned()).or_insert(hook);
                    }
                    Vec::new()
                }
                ["devices" | "device", devices @ ..] => {
                    if let Some(Hook::Device { devices: found }) = self.bases.get_mut(name) {
                        found.extend(names(devices));
                    }
                    Vec::new()
                }
                ["policy" | "comment" | "flags", ..] | [] => Vec::new(),
                _ => rule::rules(&line, &self.sets, self.met(name, place)),
            };
            let chain = self.chains.entry(name.to_owned()).or_default();
            match text.as_slice() {
                ["type", _, "hook", ..] => chain.refuses = chain.refuses.or(Some(false)),
                ["policy", policy] => chain.refuses = Some(*policy == "drop"),
                _ => chain.rules.extend(rules),
            }
        }
    }

    /// Where packets are that meet a chain.
    fn met<'i>(&self, name: &str, place: Place<'i>) -> Place<'i> {
        Place { is_untracked: self.bases.get(name).is_some_and(|hook| *hook != Hook::Late), ..place }
    }
}

/// Where a chain is met by packets for this host.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Hook {
    /// As they come in by one of these devices.
    Device { devices: Vec<String> },
    /// Before it is known of what connection they are.
    Early,
    /// Behind that.
    Late,
}

impl Hook {
    /// The priority behind which it is known of what connection a packet is (NF_IP_PRI_CONNTRACK).
    const TRACKED: i64 = -200;

    /// `prerouting priority raw`, `ingress device eth0 priority 0`.
    fn of(place: &str, rest: &[&str]) -> Option<Self> {
        let until = rest.iter().position(|word| *word == "priority").unwrap_or(rest.len());
        match place {
            "input" => Some(Self::Late),
            "prerouting" => {
                let is_late = priority(rest.get(until + 1..)?).is_some_and(|priority| priority > Self::TRACKED);
                Some(if is_late { Self::Late } else { Self::Early })
            }
            "ingress" => Some(Self::Device { devices: names(rest.get(..until)?).collect() }),
            _ => None,
        }
    }
}

/// The names of devices: `device eth0`, `devices = { eth0, eth1 }`.
fn names<'w>(words: &'w [&str]) -> impl Iterator<Item = String> + 'w {
    let is_name = |word: &&&str| !matches!(**word, "device" | "devices" | "=" | "{" | "}" | "," | ";");
    words.iter().filter(is_name).map(|word| (*word).to_owned())
}

/// `-300`, `raw`, `mangle + 10`.
fn priority(words: &[&str]) -> Option<i64> {
    let text = words.concat();
    let (name, by) = match text.get(1..).and_then(|rest| rest.find(['+', '-'])) {
        Some(at) => (text.get(..=at)?, text.get(at + 1..)?.parse::<i64>().ok()?),
        None => (text.as_str(), 0),
    };
    let number = match name {
        "raw" => -300,
        "mangle" => -150,
        "dstnat" => -100,
        "filter" => 0,
        "security" => 50,
        number => number.parse().ok()?,
    };
    Some(number + by)
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
