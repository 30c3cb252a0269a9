//! From the text of a file to statements. Keywords are read whatever their case, as rsyslog's own lexer does.

use super::condition::{End, condition};
use super::legacy;
use super::object::{Parameters, encrypts};
use super::share::Shares;
use super::{Input, RsyslogError, STATEMENTS_MAX, Statement, Target};
use crate::collect::logs::selector;

/// Which messages reach a place.
#[derive(Debug, Clone, Copy)]
struct Reach {
    shares: Shares,
    /// Of which filter or block it is: what several statements of one do is done with the same messages.
    number: usize,
}

/// A block, with whom an `else` behind it is for.
struct Block {
    reach: Reach,
    otherwise: Option<Shares>,
}

struct Scan<'t> {
    rest: &'t str,
    /// What reaches statements outside of every block.
    base: Reach,
    blocks: Vec<Block>,
    /// What the next action is for.
    next: Option<Reach>,
    /// What the last selector or condition took, for what follows an ampersand.
    last: Reach,
    /// Whom the `else` of the last condition is for.
    otherwise: Option<Shares>,
    numbers: usize,
    /// The outputs that were written to, with the number of what reached them.
    wrote: Vec<(usize, String)>,
    /// A template whose parts are listed in the block that is open.
    template: Option<(String, String)>,
    found: Vec<Statement>,
}

/// Reads the statements of a text.
pub(super) fn statements(text: &str) -> Result<Vec<Statement>, RsyslogError> {
    let base = Reach { shares: Shares::ALL, number: 0 };
    let mut scan = Scan {
        rest: text,
        base,
        blocks: Vec::new(),
        next: None,
        last: base,
        otherwise: None,
        numbers: 0,
        wrote: Vec::new(),
        template: None,
        found: Vec::new(),
    };
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
            self.blocks.push(Block { reach, otherwise: self.otherwise.take() });
            self.rest = after;
        } else if let Some(after) = rest.strip_prefix('}') {
            let block = self.blocks.pop().ok_or(RsyslogError::Unclosed)?;
            (self.next, self.otherwise) = (None, block.otherwise);
            self.found.extend(self.template.take().map(|(name, text)| Statement::Template { name, text }));
            self.rest = after;
        } else if let Some(after) = rest.strip_prefix('&') {
            self.next = Some(self.last);
            self.rest = after;
        } else if let Some((name, after)) = object(rest) {
            let (parameters, after) = Parameters::read(after)?;
            self.rest = after;
            self.take_object(&name, &parameters);
        } else if !self.keyword()? {
            // An action without a filter is for whatever reaches it.
            let is_action = rest.starts_with(['/', '@', '?', '~']) || rest.starts_with("-/");
            if let Some(reach) = self.next.take().or_else(|| is_action.then(|| self.outer())) {
                let action = self.line();
                if let Some(target) = legacy::action(action) {
                    self.push(reach, target);
                }
            } else if rest.starts_with(':') {
                self.property_filter();
            } else {
                self.take_line();
            }
        }
        Ok(())
    }

    /// A statement that begins with a keyword, if one stands here.
    fn keyword(&mut self) -> Result<bool, RsyslogError> {
        let rest = self.rest;
        let ends = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(ends);
        match word.to_ascii_lowercase().as_str() {
            "if" => {
                let (shares, after) = condition(after, End::Word("then"))?;
                let outer = self.reach().shares;
                self.otherwise = Some(shares.others().and(outer));
                self.filter(shares.and(outer));
                self.rest = after;
            }
            "else" => {
                let otherwise = self.otherwise.take().unwrap_or_else(|| Shares::SOME.and(self.outer().shares));
                self.filter(otherwise);
                self.rest = after;
            }
            "foreach" => {
                let (_, after) = condition(after, End::Word("do"))?;
                let outer = self.reach().shares;
                self.filter(Shares::SOME.and(outer));
                self.rest = after;
            }
            "set" | "unset" | "reset" => self.rest = condition(after, End::Semicolon)?.1,
            "call" | "call_indirect" => {
                let reach = self.reach();
                self.push(reach, Target::Elsewhere);
                self.rest = after.split_once('\n').map_or("", |(_, rest)| rest);
            }
            "stop" => {
                let reach = self.reach();
                self.push(reach, Target::Discard(Vec::new()));
                self.rest = after;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What reaches the statements of this block.
    fn outer(&self) -> Reach {
        self.blocks.last().map_or(self.base, |block| block.reach)
    }

    /// What reaches the next action, which is used up by it.
    fn reach(&mut self) -> Reach {
        self.next.take().unwrap_or_else(|| self.outer())
    }

    /// What follows is for these messages.
    fn filter(&mut self, shares: Shares) {
        self.numbers += 1;
        let reach = Reach { shares, number: self.numbers };
        (self.next, self.last) = (Some(reach), reach);
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
        let target = match target {
            Target::File(path) => {
                self.wrote.push((reach.number, path.clone()));
                Target::File(path)
            }
            Target::ByTemplate(name) => {
                self.wrote.push((reach.number, format!("?{name}")));
                Target::ByTemplate(name)
            }
            Target::Discard(_) => {
                let same = self.wrote.iter().filter(|(number, _)| *number == reach.number && *number > 0);
                Target::Discard(same.map(|(_, output)| output.clone()).collect())
            }
            other => other,
        };
        if reach.shares.any() || matches!(target, Target::Host { .. }) {
            self.found.push(Statement::Action { taken: reach.shares, target });
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
            "module" | "input" => self.found.extend(parameters.input(name).map(Statement::Input)),
            "ruleset" => _ = self.begin_elsewhere(),
            "template" => {
                let name = parameters.get("name").unwrap_or_default().to_owned();
                match parameters.get("string") {
                    Some(text) => self.found.push(Statement::Template { name, text: text.to_owned() }),
                    None if self.begin_elsewhere() => self.template = Some((name, String::new())),
                    None => {}
                }
            }
            "constant" | "property" => {
                if let Some((_, text)) = &mut self.template {
                    let part = match name {
                        "constant" => parameters.get("value").map(str::to_owned),
                        _ => parameters.get("name").map(|name| format!("%{name}%")),
                    };
                    text.push_str(&part.unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    /// A block of its own that is reached by what is received from elsewhere, or holds no statements. Whether one begins.
    fn begin_elsewhere(&mut self) -> bool {
        let begins = self.rest.trim_start().starts_with('{');
        if begins {
            self.filter(Shares::NONE);
        }
        begins
    }

    /// `:msg, contains, "sshd" /var/log/sshd.log`
    fn property_filter(&mut self) {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let ends = legacy::end_of_property_filter(line);
        let (filter, _) = line.split_at(ends.unwrap_or(line.len()));
        self.rest = self.rest.get(filter.len()..).unwrap_or_default();
        if ends.is_some() {
            let shares = legacy::property_filter(filter).and(self.outer().shares);
            self.filter(shares);
        }
    }

    fn take_line(&mut self) {
        let rest = self.rest;
        let line = rest.split('\n').next().unwrap_or_default();
        let (first, _) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
        if let Some(name) = first.strip_prefix('$') {
            let line = self.line();
            self.directive(&name.to_ascii_lowercase(), line);
        } else if first.starts_with(['+', '-', '!']) {
            // A block by host or program, up to the next one.
            self.numbers += 1;
            self.base = Reach { shares: legacy::block(first), number: self.numbers };
            self.line();
        } else if let Some(taken) = selector::parse(first).filter(|_| first.contains('.')) {
            let shares = Shares::from(taken).and(self.outer().shares);
            self.filter(shares);
            self.rest = rest.get(first.len()..).unwrap_or_default();
        } else {
            // A statement that does nothing with messages, or one that rsyslog refuses too.
            self.line();
        }
    }

    /// A line such as `$IncludeConfig /etc/rsyslog.d/*.conf`.
    fn directive(&mut self, name: &str, line: &str) {
        let value = line.split_ascii_whitespace().nth(1).unwrap_or_default();
        let is_on = ["on", "yes", "1", "true"].iter().any(|on| value.eq_ignore_ascii_case(on));
        match name {
            "includeconfig" => self.found.push(Statement::Include(value.to_owned())),
            "defaultnetstreamdriver" => self.found.push(Statement::Driver(encrypts(value))),
            "actionsendstreamdrivermode" => self.found.push(Statement::Mode(value == "1")),
            "modload" => self.found.extend(Input::of_module(value).map(Statement::Input)),
            "omitlocallogging" if is_on => self.found.push(Statement::Input(Input::NoSocket)),
            "template" => {
                let (_, rest) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
                if let Some((name, text)) = rest.split_once(',') {
                    let text = text.trim_start().strip_prefix('"').unwrap_or_default();
                    let text = text.split('"').next().unwrap_or_default().to_owned();
                    self.found.push(Statement::Template { name: name.trim().to_owned(), text });
                }
            }
            // Rules up to the next such line are of that set, which nothing local reaches unless it is the first one.
            "ruleset" => {
                let by_default = value.eq_ignore_ascii_case("RSYSLOG_DefaultRuleset");
                self.numbers += 1;
                self.base = Reach { shares: if by_default { Shares::ALL } else { Shares::NONE }, number: self.numbers };
            }
            "defaultruleset" if !value.eq_ignore_ascii_case("RSYSLOG_DefaultRuleset") => {
                let base = Reach { shares: Shares::ALL, number: 0 };
                self.push(base, Target::Elsewhere);
            }
            _ => {}
        }
    }
}

/// The name of an object, and what stands behind its opening bracket.
fn object(rest: &str) -> Option<(String, &str)> {
    let (name, after) = rest.split_at(rest.find(|sign: char| !sign.is_ascii_alphabetic() && sign != '_')?);
    let after = after.trim_start().strip_prefix('(')?;
    let name = name.to_ascii_lowercase();
    let known = !name.is_empty() && !["if", "else", "foreach", "and", "or", "not"].contains(&name.as_str());
    known.then_some((name, after))
}
