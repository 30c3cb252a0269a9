//! Files of `iptables-save`: `/etc/iptables/rules.v4` of Debian, `/etc/sysconfig/iptables` of Red Hat.

pub(super) mod rule;

use std::collections::BTreeMap;

use thiserror::Error;

use self::rule::{Place, rule};
use super::written::{Base, Chains, Outcome, WrittenChain, outcome_of};

/// The most lines of a file.
const LINES_MAX: usize = 100_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SaveError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// A line is none of iptables-save.
    #[error("line {0} is none of iptables-save")]
    Line(usize),
}

/// The tables of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Saved(BTreeMap<String, Chains>);

/// Chains that packets for this host meet in front of `INPUT` of the table `filter`. In those of `nat` nothing is refused.
const BEFORE: [(&str, &str); 3] = [(RAW, "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "INPUT")];
const FILTER: &str = "filter";
/// Packets meet it before it is known of what connection they are.
const RAW: &str = "raw";

impl Saved {
    /// The chains of the table `filter`; none where the file has no such table.
    pub fn filter(&self) -> Option<&Chains> {
        self.0.get(FILTER).filter(|chains| !chains.is_empty())
    }

    /// What becomes of unexpected packets.
    pub fn outcome(&self, is_ipv6: bool) -> Outcome {
        let none = Chains::new();
        let before = BEFORE.iter().filter_map(|(table, name)| {
            let chains = self.0.get(*table).filter(|chains| chains.contains_key(*name))?;
            Some(Base { chains, name, is_untracked: *table == RAW })
        });
        let filter = Base { chains: self.0.get(FILTER).unwrap_or(&none), name: "INPUT", is_untracked: false };
        outcome_of(&before.chain([filter]).collect::<Vec<_>>(), is_ipv6)
    }
}

/// Reads a file, for packets that come by an interface, where it is known by which.
pub fn parse(bytes: &[u8], interface: Option<&str>) -> Result<Saved, SaveError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SaveError::NotText)?;
    let saved = tables(text, interface, false)?;
    let gives_up = saved.0.values().flat_map(Chains::values).any(WrittenChain::gives_up);
    if gives_up { tables(text, interface, true) } else { Ok(saved) }
}

fn tables(text: &str, interface: Option<&str>, is_given_up: bool) -> Result<Saved, SaveError> {
    let mut saved = Saved::default();
    let mut table = String::new();
    for (line, number) in text.lines().map(str::trim).zip(1_usize..) {
        if number > LINES_MAX {
            return Err(SaveError::TooLong);
        }
        if let Some(name) = line.strip_prefix('*') {
            name.trim().clone_into(&mut table);
            // iptables-restore empties a table before it fills it.
            saved.0.insert(table.clone(), Chains::new());
        } else if let Some(chain) = line.strip_prefix(':') {
            let mut words = chain.split_whitespace();
            let (Some(name), Some(policy)) = (words.next(), words.next()) else { return Err(SaveError::Line(number)) };
            if let Some(chains) = saved.0.get_mut(&table) {
                chains.entry(name.to_owned()).or_default().refuses = match policy {
                    "-" => None,
                    policy => Some(policy != "ACCEPT"),
                };
            }
        } else if line.starts_with('-') || line.starts_with('[') {
            let place = Place { interface, is_untracked: table == RAW, is_given_up };
            let rule = rule(&words(line), place).ok_or(SaveError::Line(number))?;
            if let Some(chains) = saved.0.get_mut(&table) {
                let rules = &mut chains.entry(rule.chain).or_default().rules;
                let place = rule.place.map_or(rules.len(), |place| place.min(rules.len()));
                rules.insert(place, (rule.when, rule.then));
            }
        } else if !(line.is_empty() || line.starts_with('#') || line == "COMMIT") {
            return Err(SaveError::Line(number));
        }
    }
    Ok(saved)
}

/// The chains of a file's table `filter`, for packets that come by an interface.
pub fn filter(bytes: &[u8], interface: Option<&str>) -> Result<Chains, SaveError> {
    Ok(parse(bytes, interface)?.0.remove(FILTER).unwrap_or_default())
}

pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut begun) = (String::new(), false, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => (quoted, begun) = (!quoted, true),
            '\\' if quoted => word.extend(letters.next()),
            letter if letter.is_whitespace() && !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            letter => {
                word.push(letter);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
