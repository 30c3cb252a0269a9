//! From the text of a file to statements.

use super::object::{Parameters, encrypts};
use super::{Encryption, RsyslogError, STATEMENTS_MAX, Statement, Target};
use crate::collect::logs::selector::{self, Taken};

/// Words of conditions that may be about sign-ins.
const ABOUT_SIGN_INS: [&str; 7] = ["auth", "facility", "pri", "sshd", "sudo", "login", "pam"];

/// Which messages reach a place.
#[derive(Debug, Clone, Copy)]
enum Reach {
    /// Those of facilities.
    Facilities(Taken),
    /// Those that fulfil a condition.
    Condition { about_sign_ins: bool },
    /// Those of a set of rules that nothing local reaches.
    Elsewhere,
}

impl Reach {
    fn condition(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        Self::Condition { about_sign_ins: ABOUT_SIGN_INS.iter().any(|word| text.contains(word)) }
    }

    /// What reaches a place within another one.
    fn within(self, outer: Self) -> Self {
        match (self, outer) {
            (Self::Elsewhere, _) | (_, Self::Elsewhere) => Self::Elsewhere,
            (Self::Facilities(inner), Self::Facilities(outer)) => Self::Facilities(inner.and(outer)),
            (Self::Condition { about_sign_ins: one }, Self::Condition { about_sign_ins: other }) => {
                Self::Condition { about_sign_ins: one || other }
            }
            (condition @ Self::Condition { .. }, Self::Facilities(Taken::ALL)) => condition,
            (Self::Condition { .. }, Self::Facilities(taken)) | (Self::Facilities(taken), Self::Condition { .. }) => {
                Self::Condition { about_sign_ins: taken.any() }
            }
        }
    }
}

struct Scan<'t> {
    rest: &'t str,
    /// What reaches statements outside of every block.
    base: Reach,
    blocks: Vec<Reach>,
    /// What the next action is for.
    next: Option<Reach>,
    /// What the last selector or condition took, for what follows an ampersand.
    last: Reach,
    found: Vec<Statement>,
}

/// Reads the statements of a text.
pub(super) fn statements(text: &str) -> Result<Vec<Statement>, RsyslogError> {
    let base = Reach::Facilities(Taken::ALL);
    let mut scan = Scan { rest: text, base, blocks: Vec::new(), next: None, last: base, found: Vec::new() };
    loop {
        scan.rest = scan.rest.trim_start();
        if scan.rest.is_empty() {
            return if scan.blocks.is_empty() { Ok(scan.found) } else { Err(RsyslogError::Unclosed) };
        }
        if scan.found.len() >= STATEMENTS_MAX {
            return Err(RsyslogError::TooLong);
        }
        scan.statement()?;
    }
}

impl<'t> Scan<'t> {
    fn statement(&mut self) -> Result<(), RsyslogError> {
        let rest = self.rest;
        if rest.starts_with('#') {
            self.line();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            self.rest = comment.split_once("*/").ok_or(RsyslogError::Unclosed)?.1;
        } else if let Some(after) = rest.strip_prefix('{') {
            let reach = self.reach();
            self.blocks.push(reach);
            self.rest = after;
        } else if let Some(after) = rest.strip_prefix('}') {
            self.blocks.pop().ok_or(RsyslogError::Unclosed)?;
            self.next = None;
            self.rest = after;
        } else if let Some(after) = rest.strip_prefix('&') {
            self.next = Some(self.last);
            self.rest = after;
        } else if let Some((name, after)) = object(rest) {
            let (parameters, after) = Parameters::read(after)?;
            self.rest = after;
            self.take_object(&name, &parameters);
        } else if let Some(condition) = rest.strip_prefix("if").filter(|rest| begins_word(rest)) {
            let at = condition.find("then").ok_or(RsyslogError::Unclosed)?;
            let (condition, after) = condition.split_at(at);
            let reach = Reach::condition(condition).within(self.reach());
            (self.next, self.last) = (Some(reach), reach);
            self.rest = after.get(4..).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix("else").filter(|rest| begins_word(rest)) {
            // The condition may have been about anything.
            self.next = Some(Reach::Condition { about_sign_ins: true }.within(self.outer()));
            self.rest = after;
        } else if let Some(after) = word(rest, "stop") {
            let reach = self.reach();
            self.push(reach, Target::Discard);
            self.rest = after;
        } else if let Some(reach) = self.next.take() {
            let action = self.line();
            if let Some(target) = legacy(action) {
                self.push(reach, target);
            }
        } else if rest.starts_with(':') {
            self.property_filter();
        } else {
            self.take_line();
        }
        Ok(())
    }

    /// What reaches the statements of this block.
    fn outer(&self) -> Reach {
        self.blocks.last().copied().unwrap_or(self.base)
    }

    /// What reaches the next action, which is used up by it.
    fn reach(&mut self) -> Reach {
        self.next.take().unwrap_or_else(|| self.outer())
    }

    /// Takes the rest of this line, up to a brace that ends a block.
    fn line(&mut self) -> &'t str {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let own = if self.blocks.is_empty() { line } else { line.trim_end().strip_suffix('}').unwrap_or(line) };
        let (own, rest) = self.rest.split_at(own.len());
        self.rest = rest;
        own.trim()
    }

    fn push(&mut self, reach: Reach, target: Target) {
        let sends = matches!(target, Target::Host { .. });
        match reach {
            Reach::Facilities(taken) if taken.any() || sends => self.found.push(Statement::Action { taken, target }),
            Reach::Condition { about_sign_ins } => self.found.push(Statement::Conditional { about_sign_ins, target }),
            Reach::Elsewhere if sends => self.found.push(Statement::Conditional { about_sign_ins: false, target }),
            Reach::Facilities(_) | Reach::Elsewhere => {}
        }
    }

    fn take_object(&mut self, name: &str, parameters: &Parameters) {
        match name {
            "action" => {
                let reach = self.reach();
                if let Some(target) = parameters.target() {
                    self.push(reach, target);
                }
            }
            "include" => {
                if let Some(file) = parameters.get("file") {
                    self.found.push(Statement::Include(file.to_owned()));
                }
            }
            "global" => {
                if let Some(driver) = parameters.get("defaultnetstreamdriver") {
                    self.found.push(Statement::Driver(encrypts(driver)));
                }
            }
            // Their blocks are reached by what is received from elsewhere, or hold no statements.
            "ruleset" | "template" if self.rest.trim_start().starts_with('{') => self.next = Some(Reach::Elsewhere),
            _ => {}
        }
    }

    /// `:msg, contains, "sshd" /var/log/sshd.log`
    fn property_filter(&mut self) {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let ends = line.char_indices().filter(|(_, sign)| *sign == '"').map(|(at, _)| at + 1).nth(1);
        let (filter, _) = line.split_at(ends.unwrap_or(line.len()));
        let reach = Reach::condition(filter).within(self.outer());
        self.last = reach;
        self.next = ends.map(|_| reach);
        self.rest = self.rest.get(filter.len()..).unwrap_or_default();
    }

    fn take_line(&mut self) {
        let rest = self.rest;
        let line = rest.split('\n').next().unwrap_or_default();
        let (first, _) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
        if let Some(name) = first.strip_prefix('$') {
            let line = self.line();
            let value = line.split_ascii_whitespace().nth(1).unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "includeconfig" => self.found.push(Statement::Include(value.to_owned())),
                "defaultnetstreamdriver" => self.found.push(Statement::Driver(encrypts(value))),
                "actionsendstreamdrivermode" => self.found.push(Statement::Mode(value == "1")),
                _ => {}
            }
        } else if first.starts_with(['+', '-', '!']) {
            // A block by host or program, up to the next one.
            self.base = if first.ends_with('*') { Reach::Facilities(Taken::ALL) } else { Reach::condition(first) };
            self.line();
        } else if let Some(taken) = selector::parse(first).filter(|_| first.contains('.')) {
            let reach = Reach::Facilities(taken).within(self.outer());
            (self.next, self.last) = (Some(reach), reach);
            self.rest = rest.get(first.len()..).unwrap_or_default();
        } else {
            // A statement that does nothing with messages, or one that rsyslog refuses too.
            self.line();
        }
    }
}

/// The name of an object, and what stands behind its opening bracket.
fn object(rest: &str) -> Option<(String, &str)> {
    let (name, after) = rest.split_at(rest.find(|sign: char| !sign.is_ascii_alphabetic() && sign != '_')?);
    let after = after.trim_start_matches([' ', '\t']).strip_prefix('(')?;
    let name = name.to_ascii_lowercase();
    let known = !name.is_empty() && !["if", "else", "foreach", "and", "or", "not"].contains(&name.as_str());
    known.then_some((name, after))
}

fn begins_word(rest: &str) -> bool {
    rest.starts_with(|sign: char| sign.is_whitespace() || sign == '(' || sign == '{')
}

/// What follows a word.
fn word<'t>(rest: &'t str, word: &str) -> Option<&'t str> {
    let after = rest.strip_prefix(word)?;
    after
        .is_empty()
        .then_some(after)
        .or_else(|| after.starts_with(|sign: char| sign.is_whitespace() || "};#".contains(sign)).then_some(after))
}

/// An action as lines of selectors have it.
fn legacy(action: &str) -> Option<Target> {
    let end = |text: &str| text.find(|sign: char| sign.is_whitespace() || sign == ';').unwrap_or(text.len());
    if action == "~" {
        return Some(Target::Discard);
    }
    if let Some(sent) = action.strip_prefix('@') {
        let (to, encryption) = sent.strip_prefix('@').map_or((sent, Encryption::No), |to| (to, Encryption::AsBefore));
        let to = to.strip_prefix('(').and_then(|options| options.split_once(')')).map_or(to, |(_, to)| to);
        let to = to.get(..end(to)).unwrap_or_default();
        let host = match to.strip_prefix('[') {
            Some(address) => address.split(']').next().unwrap_or_default(),
            None => to.split(':').next().unwrap_or_default(),
        };
        return (!host.is_empty()).then(|| Target::Host { host: host.to_owned(), encryption });
    }
    let path = action.strip_prefix('-').unwrap_or(action);
    path.starts_with('/').then(|| Target::File(path.get(..end(path)).unwrap_or_default().to_owned()))
}
