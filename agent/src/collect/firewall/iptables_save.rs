//! Files of `iptables-save`: `/etc/iptables/rules.v4` of Debian, `/etc/sysconfig/iptables` of Red Hat.

mod rule;

use thiserror::Error;

use self::rule::rule;
use super::written::Chains;

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

/// The chains of the table `filter`; empty when the file has no such table.
pub fn parse(bytes: &[u8]) -> Result<Chains, SaveError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SaveError::NotText)?;
    let mut chains = Chains::new();
    let mut within = false;
    for (line, number) in text.lines().map(str::trim).zip(1_usize..) {
        if number > LINES_MAX {
            return Err(SaveError::TooLong);
        }
        if let Some(table) = line.strip_prefix('*') {
            within = table.trim() == "filter";
            if within {
                // iptables-restore empties a table before it fills it.
                chains.clear();
            }
        } else if let Some(chain) = line.strip_prefix(':') {
            let mut words = chain.split_whitespace();
            let (Some(name), Some(policy)) = (words.next(), words.next()) else { return Err(SaveError::Line(number)) };
            if within {
                chains.entry(name.to_owned()).or_default().refuses = match policy {
                    "-" => None,
                    policy => Some(policy != "ACCEPT"),
                };
            }
        } else if line.starts_with('-') || line.starts_with('[') {
            let rule = rule(&words(line)).ok_or(SaveError::Line(number))?;
            if within {
                let rules = &mut chains.entry(rule.chain).or_default().rules;
                let place = rule.place.map_or(rules.len(), |place| place.min(rules.len()));
                rules.insert(place, (rule.when, rule.then));
            }
        } else if !(line.is_empty() || line.starts_with('#') || line == "COMMIT") {
            return Err(SaveError::Line(number));
        }
    }
    Ok(chains)
}

fn words(line: &str) -> Vec<String> {
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
