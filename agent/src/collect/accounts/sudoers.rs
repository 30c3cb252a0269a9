//! sudoers: who may run what as whom. See sudoers(5).
//!
//! [`parse`] reads the statements of one file; including others is the collector's work. [`grant`] decides whether the
//! statements make an account an administrator. `Defaults` lines change how, not who, and are passed over.

pub mod grant;
mod words;

use words::{Token, lines};

/// The most logical lines of a file that are read; further ones are counted as not understood.
const LINES_MAX: usize = 20_000;

/// Words before a colon that change how a command is run.
const TAGS: [&str; 18] = [
    "EXEC",
    "FOLLOW",
    "INTERCEPT",
    "LOG_INPUT",
    "LOG_OUTPUT",
    "MAIL",
    "NOEXEC",
    "NOFOLLOW",
    "NOINTERCEPT",
    "NOLOG_INPUT",
    "NOLOG_OUTPUT",
    "NOMAIL",
    "NOPASSWD",
    "NOSETENV",
    "PASSWD",
    "SETENV",
    "NOLOG",
    "LOG",
];
/// Words before a colon that a checksum follows.
const DIGESTS: [&str; 4] = ["sha224", "sha256", "sha384", "sha512"];

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Another file, whose statements stand here.
    Include(String),
    /// A folder, whose files' statements stand here.
    IncludeFolder(String),
    /// A name for several users, hosts, commands or accounts to run as.
    Alias {
        /// What it names.
        kind: AliasKind,
        /// The name.
        name: String,
        /// What it stands for; of commands with their arguments.
        members: Vec<Member>,
    },
    /// A rule.
    Rule {
        /// Whom it concerns.
        users: Vec<Member>,
        /// What they may do, by hosts.
        grants: Vec<HostGrant>,
    },
    /// A line that cannot be understood, by number. sudo passes over it or refuses the whole file.
    NotUnderstood(usize),
}

/// What an alias names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasKind {
    /// `User_Alias`.
    User,
    /// `Runas_Alias`.
    Runas,
    /// `Host_Alias`.
    Host,
    /// `Cmnd_Alias`.
    Command,
}

/// A member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// An odd number of exclamation marks is before it.
    pub negated: bool,
    /// The word; of a command with its arguments.
    pub word: String,
}

/// What a rule permits on some hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostGrant {
    /// On which hosts.
    pub hosts: Vec<Member>,
    /// Which commands, in their order.
    pub commands: Vec<Command>,
}

/// A command of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// As whom it may be run; `None` means root. An empty list means as oneself with another group.
    pub run_as: Option<Vec<Member>>,
    /// The command.
    pub command: Member,
}

/// Reads one file. Bytes that are no UTF-8 are replaced.
pub fn parse(bytes: &[u8]) -> Vec<Statement> {
    let text = String::from_utf8_lossy(bytes);
    let lines = lines(&text);
    let cut = lines.get(LINES_MAX).map(|line| Statement::NotUnderstood(line.number));
    let mut statements = Vec::new();
    for line in lines.into_iter().take(LINES_MAX) {
        let parsed = line.tokens.and_then(|tokens| statement(&mut Cursor { tokens: &tokens }));
        statements.extend(parsed.unwrap_or_else(|| vec![Statement::NotUnderstood(line.number)]));
    }
    statements.extend(cut);
    statements
}

/// The tokens of a line that are not yet read.
struct Cursor<'a> {
    tokens: &'a [Token],
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.first()
    }

    fn take(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take_sign(&mut self, sign: char) -> bool {
        let there = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        if there {
            self.take();
        }
        there
    }

    fn take_word(&mut self) -> Option<&'a str> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        self.take();
        Some(word)
    }

    /// A word of that kind with that sign behind it, both taken.
    fn take_word_before(&mut self, sign: char, fits: impl Fn(&str) -> bool) -> bool {
        match self.tokens {
            [Token::Word(word), Token::Sign(found), ..] if *found == sign && fits(word) => {
                self.take();
                self.take()
            }
            _ => None,
        }
        .is_some()
    }

    fn negation(&mut self) -> bool {
        let mut negated = false;
        while self.take_sign('!') {
            negated = !negated;
        }
        negated
    }

    /// Words between commas.
    fn members(&mut self) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        loop {
            let negated = self.negation();
            members.push(Member { negated, word: self.take_word()?.to_owned() });
            if !self.take_sign(',') {
                return Some(members);
            }
        }
    }

    /// A command with its arguments, up to a comma, a colon or the end.
    fn command(&mut self) -> Option<Member> {
        while self.take_word_before(':', |word| DIGESTS.contains(&word)) {
            self.take_word()?;
            while self.take_sign('=') {}
            self.take_sign(',');
        }
        let negated = self.negation();
        let mut word = self.take_word()?.to_owned();
        while let Some(token) = self.peek().filter(|token| !matches!(token, Token::Sign(',' | ':'))) {
            self.take();
            word.push(' ');
            match token {
                Token::Word(argument) => word.push_str(argument),
                Token::Sign(sign) => word.push(*sign),
            }
        }
        Some(Member { negated, word })
    }
}

/// The statements of one line; `None` when it cannot be understood.
fn statement(line: &mut Cursor<'_>) -> Option<Vec<Statement>> {
    if let Some(Token::Word(first)) = line.peek() {
        let alias = match first.as_str() {
            "@include" | "#include" => return include(line).map(|path| vec![Statement::Include(path)]),
            "@includedir" | "#includedir" => return include(line).map(|path| vec![Statement::IncludeFolder(path)]),
            "User_Alias" => Some(AliasKind::User),
            "Runas_Alias" => Some(AliasKind::Runas),
            "Host_Alias" => Some(AliasKind::Host),
            "Cmnd_Alias" | "Cmd_Alias" => Some(AliasKind::Command),
            word if word == "Defaults" || word.starts_with("Defaults@") || word.starts_with("Defaults>") => {
                return Some(Vec::new());
            }
            _ => None,
        };
        if let Some(kind) = alias {
            line.take();
            return aliases(line, kind);
        }
    }
    let users = line.members()?;
    let mut grants = Vec::new();
    loop {
        let grant = host_grant(line)?;
        grants.push(grant);
        if !line.take_sign(':') {
            break;
        }
    }
    line.peek().is_none().then(|| vec![Statement::Rule { users, grants }])
}

fn include(line: &mut Cursor<'_>) -> Option<String> {
    line.take();
    let path = line.take_word()?.to_owned();
    line.peek().is_none().then_some(path)
}

fn aliases(line: &mut Cursor<'_>, kind: AliasKind) -> Option<Vec<Statement>> {
    let mut statements = Vec::new();
    loop {
        let name = line.take_word()?.to_owned();
        if !line.take_sign('=') {
            return None;
        }
        let members = match kind {
            AliasKind::Command => {
                let mut members = vec![line.command()?];
                while line.take_sign(',') {
                    members.push(line.command()?);
                }
                members
            }
            AliasKind::Host => {
                hosts(line, |rest| matches!(rest, [] | [Token::Sign(':'), Token::Word(_), Token::Sign('='), ..]))?
            }
            AliasKind::User | AliasKind::Runas => line.members()?,
        };
        statements.push(Statement::Alias { kind, name, members });
        if !line.take_sign(':') {
            return line.peek().is_none().then_some(statements);
        }
    }
}

/// Hosts up to where `ends` says. Addresses of IPv6 have colons of their own.
fn hosts(line: &mut Cursor<'_>, ends: impl Fn(&[Token]) -> bool) -> Option<Vec<Member>> {
    let mut members = vec![Member { negated: line.negation(), word: String::new() }];
    while !ends(line.tokens) {
        match line.take()? {
            Token::Sign(',') => members.push(Member { negated: line.negation(), word: String::new() }),
            Token::Sign(':') => members.last_mut()?.word.push(':'),
            Token::Word(word) => members.last_mut()?.word.push_str(word),
            Token::Sign(_) => return None,
        }
    }
    members.iter().all(|member| !member.word.is_empty()).then_some(members)
}

/// Hosts, `=`, and commands.
fn host_grant(line: &mut Cursor<'_>) -> Option<HostGrant> {
    let hosts = hosts(line, |rest| matches!(rest, [Token::Sign('='), ..]))?;
    line.take_sign('=');
    let mut commands = Vec::new();
    let mut run_as = None;
    loop {
        if line.take_sign('(') {
            run_as = Some(run_as_users(line)?);
        }
        while line.take_word_before(':', |word| TAGS.contains(&word)) || take_option(line) {}
        commands.push(Command { run_as: run_as.clone(), command: line.command()? });
        if !line.take_sign(',') {
            return Some(HostGrant { hosts, commands });
        }
    }
}

/// `CWD=/x` and the like before a command.
fn take_option(line: &mut Cursor<'_>) -> bool {
    line.take_word_before('=', |word| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        && line.take_word().is_some()
}

/// What is between the parentheses: users, and behind a colon groups, which make nobody root.
fn run_as_users(line: &mut Cursor<'_>) -> Option<Vec<Member>> {
    let none = matches!(line.peek(), Some(Token::Sign(':' | ')')));
    let users = if none { Vec::new() } else { line.members()? };
    if line.take_sign(':') && !matches!(line.peek(), Some(Token::Sign(')'))) {
        line.members()?;
    }
    line.take_sign(')').then_some(users)
}

#[cfg(test)]
mod tests;
