//! `ipsec.conf` as strongSwan's starter and Libreswan read it: sections, and settings on lines that begin with a blank.
//!
//! After the lexers and grammars of both (src/starter/parser of strongSwan 5.9, lib/libipsecconf of Libreswan 4).

use thiserror::Error;

/// Whose form of the file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// strongSwan's: strings of several words, quotes over several lines.
    Starter,
    /// Libreswan's: one word or one quoted string.
    Libreswan,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// A section of settings for the program or an authority begins, which is not followed.
    Other,
    /// The section of a connection begins.
    Connection(String),
    /// A setting; nothing where its value is empty.
    Set(String, Option<String>),
    /// Other files stand here.
    Include(String),
}

/// Why a program refuses a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IpsecConfError {
    /// A line that means nothing.
    #[error("line {0} is neither a section nor a setting")]
    Line(usize),
    /// A quote without its end.
    #[error("line {0} has a quote without an end")]
    OpenQuote(usize),
}

/// The settings that are followed.
pub const KEYS: [&str; 20] = [
    "auto",
    "also",
    "alsoflip",
    "keyexchange",
    "ikev2",
    "aggressive",
    "aggrmode",
    "authby",
    "leftauth",
    "rightauth",
    "leftauth2",
    "rightauth2",
    "xauth",
    "ike",
    "esp",
    "ah",
    "phase2alg",
    "phase2",
    "auth",
    "type",
];
/// The name of the section that counts for all connections.
pub const DEFAULT_SECTION: &str = "%default";

/// A word or a sign of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    Equals,
}

/// Takes a file apart.
pub fn parse(bytes: &[u8], dialect: Dialect) -> Result<Vec<Statement>, IpsecConfError> {
    Ok(by_line(bytes, dialect)?.into_iter().map(|(_, statement)| statement).collect())
}

/// The same with the line of each, from 1.
pub fn by_line(bytes: &[u8], dialect: Dialect) -> Result<Vec<(usize, Statement)>, IpsecConfError> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let line = Line::read(rest, dialect).ok_or(IpsecConfError::OpenQuote(number))?;
        rest = rest.get(line.length..).unwrap_or_default();
        let said = statement(&line, dialect, found.is_empty()).ok_or(IpsecConfError::Line(number))?;
        found.extend(said.map(|statement| (number, statement)));
        number += line.more_lines;
    }
    Ok(found)
}

type Letters<'t> = std::iter::Peekable<std::str::CharIndices<'t>>;

/// A line with its parts.
struct Line {
    indented: bool,
    parts: Vec<Part>,
    /// Its length in bytes, with its end.
    length: usize,
    /// How many more lines a quote goes over.
    more_lines: usize,
}

impl Line {
    /// The first line of a text; nothing where a quote has no end.
    fn read(text: &str, dialect: Dialect) -> Option<Self> {
        let mut line =
            Self { indented: text.starts_with([' ', '\t']), parts: Vec::new(), length: text.len(), more_lines: 0 };
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            // Libreswan takes what follows `=` for a value, whatever signs are in it.
            let is_value = dialect == Dialect::Libreswan && matches!(line.parts.as_slice(), [_, Part::Equals]);
            match letter {
                '\n' => {
                    line.length = at + 1;
                    return Some(line);
                }
                ' ' | '\t' => {}
                _ if is_value => {
                    let (word, length) = value(text.get(at..).unwrap_or_default());
                    while letters.next_if(|(next, _)| *next < at + length).is_some() {}
                    line.parts.push(Part::Word(word));
                }
                '#' => while letters.next_if(|(_, letter)| *letter != '\n').is_some() {},
                '=' => line.parts.push(Part::Equals),
                '"' => {
                    let word = line.quoted(&mut letters, dialect)?;
                    line.parts.push(Part::Word(word));
                }
                first => {
                    let mut word = first.to_string();
                    let goes_on = |letter: char| match letter {
                        ' ' | '\t' | '\n' | '"' | '=' => false,
                        '#' => first == '@' && dialect == Dialect::Starter,
                        _ => true,
                    };
                    while let Some((_, letter)) = letters.next_if(|(_, letter)| goes_on(*letter)) {
                        word.push(letter);
                    }
                    line.parts.push(Part::Word(word));
                }
            }
        }
        Some(line)
    }

    /// What stands between quotes; nothing where they have no end.
    fn quoted(&mut self, letters: &mut Letters<'_>, dialect: Dialect) -> Option<String> {
        let mut word = String::new();
        loop {
            match letters.next()?.1 {
                '"' => return Some(word),
                '\n' if dialect == Dialect::Libreswan => return None,
                '\\' if dialect == Dialect::Starter => {
                    let letter = letters.next()?.1;
                    self.escaped(&mut word, letter);
                }
                letter => {
                    self.more_lines += usize::from(letter == '\n');
                    word.push(letter);
                }
            }
        }
    }

    fn escaped(&mut self, word: &mut String, letter: char) {
        match letter {
            'n' => word.push('\n'),
            'r' => word.push('\r'),
            't' => word.push('\t'),
            // The line goes on.
            '\n' => self.more_lines += 1,
            letter => word.push(letter),
        }
    }
}

/// The value of Libreswan that a text begins with, and its length in bytes: of what its lexer would take, the longest.
fn value(text: &str) -> (String, usize) {
    let line = text.split('\n').next().unwrap_or_default();
    let quoted = line.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(inner, _)| inner);
    // Braces go to the last one before a quote.
    let within = line.split('"').next().unwrap_or_default();
    let braced = within.strip_prefix('{').and_then(|rest| rest.rsplit_once('}')).map(|(inner, _)| inner);
    let word = |ends: [char; 3]| line.split(ends).next().unwrap_or_default();
    let choices = [
        quoted.map(|inner| (inner, inner.len() + 2)),
        braced.map(|inner| (inner, inner.len() + 2)),
        Some(word(['"', ' ', '\t'])).map(|word| (word, word.len())),
        Some(line.split(['{', '}', ' ', '\t']).next().unwrap_or_default()).map(|word| (word, word.len())),
    ];
    let longest = choices.into_iter().flatten().rev().max_by_key(|(_, length)| *length);
    longest.map_or_else(Default::default, |(word, length)| (word.to_owned(), length))
}

/// What a line says: nothing where it is empty, and an outer nothing where it means nothing.
#[expect(clippy::option_option, reason = "an empty line is no fault")]
fn statement(line: &Line, dialect: Dialect, is_first: bool) -> Option<Option<Statement>> {
    let words = line.parts.iter().map(|part| match part {
        Part::Word(word) => Some(word.as_str()),
        Part::Equals => None,
    });
    let words: Vec<Option<&str>> = words.collect();
    match words.as_slice() {
        [] => Some(None),
        [Some("include"), Some(path)] if !line.indented || dialect == Dialect::Starter => {
            Some(Some(Statement::Include((*path).to_owned())))
        }
        [Some("version"), ..] if dialect == Dialect::Starter || is_first && !line.indented => Some(None),
        _ if line.indented => setting(&words, dialect).map(Some),
        [Some("config"), Some("setup")] | [Some("config"), Some("setup"), Some(_)] | [Some("ca"), Some(_)]
            if dialect == Dialect::Starter || words.len() == 2 && words.first() == Some(&Some("config")) =>
        {
            Some(Some(Statement::Other))
        }
        [Some("conn"), Some(name)] if !name.is_empty() => Some(Some(Statement::Connection((*name).to_owned()))),
        _ => None,
    }
}

fn setting(words: &[Option<&str>], dialect: Dialect) -> Option<Statement> {
    let (Some(key), [None, value @ ..]) = words.split_first().map(|(key, rest)| (*key, rest))? else { return None };
    if key.is_empty() {
        return None;
    }
    let value: Vec<&str> = value.iter().copied().collect::<Option<_>>()?;
    let comment = key.get(..2).is_some_and(|start| ["x-", "x_", "X-", "X_"].contains(&start));
    match dialect {
        // Libreswan knows no case of keys.
        Dialect::Libreswan if value.len() > 1 && !comment => None,
        Dialect::Libreswan => Some(Statement::Set(key.to_lowercase(), value.first().map(|value| (*value).to_owned()))),
        Dialect::Starter => Some(Statement::Set(key.to_owned(), (!value.is_empty()).then(|| value.join(" ")))),
    }
}

/// The section of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its settings in their order.
    pub settings: Vec<(String, Option<String>)>,
}

/// The sections of connections; where `merged`, those of one name are one.
pub fn sections(statements: Vec<Statement>, merged: bool) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut at = None;
    for statement in statements {
        match statement {
            Statement::Other => at = None,
            Statement::Connection(name) => {
                let known = found.iter().position(|section| merged && section.name == name);
                at = Some(known.unwrap_or(found.len()));
                if known.is_none() {
                    found.push(Section { name, settings: Vec::new() });
                }
            }
            Statement::Set(key, value) => {
                if let Some(section) = at.and_then(|at| found.get_mut(at)) {
                    section.settings.push((key, value));
                }
            }
            Statement::Include(_) => {}
        }
    }
    found
}
