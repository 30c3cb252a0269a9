//! Settings as strongSwan writes them: sections in braces, which may rest on others.
//!
//! After the lexer and grammar of libstrongswan (settings_lexer.l, settings_parser.y of 5.9).

use thiserror::Error;

/// The most sections within each other.
pub const DEPTH_MAX: usize = 32;
/// The most tokens of all files together.
pub const TOKENS_MAX: usize = 20_000;

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// The name of a section or of a setting.
    Name(String),
    /// `{`
    Open,
    /// `}`
    Close,
    /// `: a, b.c`: the sections that this one rests on.
    References(Vec<String>),
    /// `= value`; without one the setting is taken back.
    Value(Option<String>),
    /// `include pattern`
    Include(String),
}

/// Why strongSwan refuses a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// A quote without its end.
    #[error("line {0} has a quote without an end")]
    OpenQuote(usize),
    /// A sign where none may be.
    #[error("line {0} has a sign that may not stand there")]
    Sign(usize),
    /// Words in an order that means nothing.
    #[error("a section or setting is not complete")]
    Incomplete,
    /// More than is followed.
    #[error("it has too many sections, or too deep")]
    TooMuch,
}

/// Takes a file apart.
pub fn tokens(bytes: &[u8]) -> Result<Vec<Token>, SettingsError> {
    Ok(tokens_by_line(bytes)?.into_iter().map(|(_, token)| token).collect())
}

/// The same with the line on which each part begins, from 1.
pub fn tokens_by_line(bytes: &[u8]) -> Result<Vec<(usize, Token)>, SettingsError> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut scan = Scan { letters: text.chars().peekable(), line: 1 };
    let mut found = Vec::new();
    loop {
        scan.blank();
        let line = scan.line;
        let Some(token) = scan.token()? else { return Ok(found) };
        found.push((line, token));
        if found.len() > TOKENS_MAX {
            return Err(SettingsError::TooMuch);
        }
    }
}

struct Scan<'t> {
    letters: std::iter::Peekable<std::str::Chars<'t>>,
    line: usize,
}

fn is_name(letter: char) -> bool {
    !matches!(letter, '#' | '{' | '}' | ':' | '.' | ',' | '=' | '"' | '\r' | '\n' | '\t' | ' ')
}

impl Scan<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.letters.next();
        self.line += usize::from(letter == Some('\n'));
        letter
    }

    fn next_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let letter = self.letters.next_if(|letter| wanted(*letter));
        self.line += usize::from(letter == Some('\n'));
        letter
    }

    fn word(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some(letter) = self.next_if(&wanted) {
            word.push(letter);
        }
        word
    }

    /// Passes over white space and comments.
    fn blank(&mut self) {
        while let Some(letter) = self.next_if(|letter| matches!(letter, '\t' | '\r' | ' ' | '\n' | '#')) {
            if letter == '#' {
                self.word(|letter| letter != '\n');
            }
        }
    }

    fn token(&mut self) -> Result<Option<Token>, SettingsError> {
        let Some(&letter) = self.letters.peek() else { return Ok(None) };
        let sign = match letter {
            '{' => Token::Open,
            '}' => Token::Close,
            ':' => {
                self.next();
                return Ok(Some(Token::References(self.references())));
            }
            '=' => {
                self.next();
                return Ok(Some(Token::Value(self.value()?)));
            }
            letter if is_name(letter) => {
                let name = self.word(is_name);
                if name == "include" && matches!(self.letters.peek(), Some(' ' | '\t')) {
                    self.word(|letter| matches!(letter, ' ' | '\t'));
                    if self.letters.peek().is_some_and(|next| *next != '=') {
                        return Ok(Some(Token::Include(self.pattern()?)));
                    }
                }
                return Ok(Some(Token::Name(name)));
            }
            _ => return Err(SettingsError::Sign(self.line)),
        };
        self.next();
        Ok(Some(sign))
    }

    fn references(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            self.blank();
            let mut name = self.word(is_name);
            while !name.is_empty() && self.letters.peek() == Some(&'.') {
                self.next();
                name.push('.');
                name.push_str(&self.word(is_name));
            }
            found.push(name);
            self.blank();
            if self.next_if(|letter| letter == ',').is_none() {
                return found;
            }
        }
    }

    /// The words and quoted strings up to the end of the line, with one blank between them.
    fn value(&mut self) -> Result<Option<String>, SettingsError> {
        let mut parts: Vec<String> = Vec::new();
        loop {
            self.word(|letter| matches!(letter, ' ' | '\t' | '\r'));
            match self.letters.peek() {
                None | Some('#' | '}' | '\n') => break,
                Some('"') => {
                    self.next();
                    parts.push(self.quoted()?);
                }
                Some(_) => {
                    parts.push(self.word(|letter| !matches!(letter, '#' | '}' | '"' | '\r' | '\n' | '\t' | ' ')));
                }
            }
        }
        Ok((!parts.is_empty()).then(|| parts.join(" ")))
    }

    fn quoted(&mut self) -> Result<String, SettingsError> {
        let begun = self.line;
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(text),
                None => return Err(SettingsError::OpenQuote(begun)),
                Some('\r') => {}
                Some('\\') => match self.next() {
                    Some('n') => text.push('\n'),
                    Some('r') if self.letters.peek() != Some(&'\n') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    // The line goes on.
                    Some('\n') => {}
                    Some('\r') if self.letters.peek() == Some(&'\n') => {
                        self.next();
                    }
                    Some(letter) => text.push(letter),
                    None => return Err(SettingsError::OpenQuote(begun)),
                },
                Some(letter) => text.push(letter),
            }
        }
    }

    fn pattern(&mut self) -> Result<String, SettingsError> {
        let mut pattern = String::new();
        loop {
            match self.letters.peek() {
                None | Some('#' | '}' | '\n' | '\t' | ' ') => return Ok(pattern),
                Some('"') => {
                    self.next();
                    pattern.push_str(&self.quoted()?);
                    return Ok(pattern);
                }
                Some('\\') => {
                    self.next();
                    match self.next_if(|letter| matches!(letter, '"' | '#' | '}' | ' ')) {
                        Some(letter) => pattern.push(letter),
                        None => pattern.push('\\'),
                    }
                }
                Some('\r') => {
                    self.next();
                }
                Some(_) => {
                    pattern.push_str(
                        &self.word(|letter| !matches!(letter, '"' | '\\' | '#' | '}' | '\r' | '\n' | '\t' | ' ')),
                    );
                }
            }
        }
    }
}

/// A section with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Settings by name; nothing for those that are taken back.
    pub values: Vec<(String, Option<String>)>,
    /// Sections by name.
    pub sections: Vec<(String, Section)>,
    /// The sections it rests on, by their path from the top.
    pub references: Vec<String>,
}

impl Section {
    /// The section of that name in it.
    pub fn section(&self, name: &str) -> Option<&Self> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, section)| section)
    }

    fn set(&mut self, name: String, value: Option<String>) {
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.values.push((name, value)),
        }
    }

    /// Sections of the same name are one, in which the later setting counts.
    fn add(&mut self, name: String, section: Self) {
        let Some((_, known)) = self.sections.iter_mut().find(|(known, _)| *known == name) else {
            self.sections.push((name, section));
            return;
        };
        for (name, value) in section.values {
            known.set(name, value);
        }
        for (name, section) in section.sections {
            known.add(name, section);
        }
        known.references.extend(section.references);
    }
}

/// Puts tokens together; those of included files stand in the place of what includes them.
pub fn tree(tokens: Vec<Token>) -> Result<Section, SettingsError> {
    let mut open: Vec<(String, Section)> = vec![(String::new(), Section::default())];
    let mut rest = tokens.into_iter();
    while let Some(token) = rest.next() {
        let last = open.last_mut().ok_or(SettingsError::Incomplete)?;
        match token {
            Token::Name(name) => match rest.next() {
                Some(Token::Value(value)) => last.1.set(name, value),
                Some(Token::Open) => open.push((name, Section::default())),
                Some(Token::References(references))
                    if references.iter().all(|name| !name.is_empty()) && rest.next() == Some(Token::Open) =>
                {
                    open.push((name, Section { references, ..Section::default() }));
                }
                _ => return Err(SettingsError::Incomplete),
            },
            Token::Close if open.len() > 1 => {
                let closed = open.pop();
                if let (Some((name, section)), Some(above)) = (closed, open.last_mut()) {
                    above.1.add(name, section);
                }
            }
            Token::Include(_) => {}
            Token::Close | Token::Open | Token::Value(_) | Token::References(_) => {
                return Err(SettingsError::Incomplete);
            }
        }
        if open.len() > DEPTH_MAX {
            return Err(SettingsError::TooMuch);
        }
    }
    match (open.pop(), open.pop()) {
        (Some((_, top)), None) => Ok(top),
        _ => Err(SettingsError::Incomplete),
    }
}
