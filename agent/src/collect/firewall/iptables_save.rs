//! Files of `iptables-save`: `/etc/iptables/rules.v4` of Debian, `/etc/sysconfig/iptables` of Red Hat.

use thiserror::Error;

use super::written::{Chains, Then, When, by_interface, by_ports};

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
            within = table == "filter";
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
            let (name, when, then) = rule(line).ok_or(SaveError::Line(number))?;
            if within {
                chains.entry(name).or_default().rules.push((when, then));
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

/// The chain of a rule, when it holds and what it does; nothing for a line that adds none.
fn rule(line: &str) -> Option<(String, When, Then)> {
    let words = words(line);
    let mut words = words.iter().map(String::as_str).skip_while(|word| word.starts_with('[')).peekable();
    if !matches!(words.next()?, "-A" | "--append") {
        return None;
    }
    let name = words.next()?.to_owned();
    let (mut when, mut then, mut negated) = (When::Always, Then::Pass, false);
    while let Some(word) = words.next() {
        if word == "!" {
            negated = true;
            continue;
        }
        let found = match word {
            "-j" | "--jump" | "-g" | "--goto" => {
                then = self::then(words.next()?, matches!(word, "-g" | "--goto"));
                // What follows are the target's own options.
                break;
            }
            "-i" | "--in-interface" => by_interface(words.next()?, negated),
            "-p" | "--protocol" => match (words.next()?, negated) {
                ("all" | "0", false) => When::Always,
                ("tcp" | "udp" | "6" | "17", _) => When::Some,
                (_, false) => When::Never,
                (_, true) => When::Always,
            },
            "-s" | "--source" | "-d" | "--destination" | "--src-range" | "--dst-range" => match words.next()? {
                "0.0.0.0/0" | "::/0" => When::Always,
                _ if negated => When::Always,
                _ => When::Never,
            },
            "--dport" | "--dports" | "--destination-port" => by_ports(words.next()?, negated),
            "--ctstate" | "--state" => {
                let new = words.next()?.split(',').any(|state| state == "NEW");
                if new == negated { When::Never } else { When::Always }
            }
            "--comment" => {
                words.next()?;
                When::Always
            }
            "-m" | "--match" => match words.next()? {
                "tcp" | "udp" | "comment" | "conntrack" | "state" | "multiport" | "iprange" | "addrtype" => {
                    When::Always
                }
                "limit" | "hashlimit" | "recent" | "connlimit" | "statistic" => When::Some,
                "set" | "mac" | "icmp" | "icmp6" | "rt" | "hl" | "policy" | "owner" => When::Never,
                _ => When::Unclear,
            },
            "--dst-type" if !negated && words.peek() == Some(&"LOCAL") => {
                words.next();
                When::Always
            }
            // Options of conditions that were taken already, with their values.
            _ if matches!(when, When::Some | When::Never) => continue,
            word if !word.starts_with('-') => continue,
            "--syn" => When::Some,
            _ => When::Unclear,
        };
        when = when.max(found);
        negated = false;
    }
    Some((name, when, then))
}

fn then(target: &str, is_goto: bool) -> Then {
    match target {
        "ACCEPT" => Then::Accept,
        "DROP" | "REJECT" | "TARPIT" => Then::Refuse,
        "RETURN" => Then::Return,
        "LOG" | "NFLOG" | "ULOG" | "AUDIT" | "MARK" | "CONNMARK" | "CT" | "TRACE" => Then::Pass,
        chain if is_goto => Then::Goto(chain.to_owned()),
        chain => Then::Jump(chain.to_owned()),
    }
}
