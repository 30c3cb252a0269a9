//! What sshd is told on its command line, which goes before its files. See sshd(8).

use super::sshd_config::{Directive, parse};

/// Options that have a value.
const WITH_VALUE: &str = "CEbcfghkopu";

/// What a command line says of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// Directives of `-o`, in their order.
    pub directives: Vec<Directive>,
    /// Ports of `-p`, in whose presence those of files do not count.
    pub ports: Vec<String>,
    /// The file of `-f` in place of sshd's own.
    pub file: Option<String>,
}

/// Reads the words behind the program. `None` where a directive is none.
pub fn read(words: &[String]) -> Option<CommandLine> {
    let mut line = CommandLine::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-') else { continue };
        let Some((at, letter)) = letters.char_indices().find(|(_, letter)| WITH_VALUE.contains(*letter)) else {
            continue;
        };
        let behind = letters.get(at + 1..).unwrap_or_default();
        let value = if behind.is_empty() { words.next()?.as_str() } else { behind };
        match letter {
            'o' => line.directives.extend(parse(value.as_bytes()).ok()?),
            'p' => line.ports.push(value.to_owned()),
            'f' => line.file = Some(value.to_owned()),
            _ => {}
        }
    }
    Some(line)
}

/// The variables that a file of `EnvironmentFile=` sets, or a line of `Environment=`; the last counts.
pub fn variable(text: &str, name: &str) -> Option<String> {
    let mut assigned = text.lines().filter_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix('='));
    let value = assigned.next_back()?.trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    Some(unquoted.unwrap_or(value).to_owned())
}
