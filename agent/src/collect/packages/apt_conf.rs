//! Files of settings of apt, and the tree that they make. See apt.conf(5); what it leaves open is as apt 2.6 reads it, which
//! `tests/real_programs` shows.

use thiserror::Error;

/// More than files of packages and administrators have.
const DIRECTIVES_MAX: usize = 2_000;
const DEPTH_MAX: usize = 100;
/// The longest statement; apt has room for that much.
const STATEMENT_MAX: usize = 1_000;
/// What a `#` begins that is no comment.
const DIRECTIVES: [&[u8]; 3] = [b"clear", b"include", b"x-apt-configure-index"];
const NOTHING: &[u8] = &[];
const SCOPE: &str = "::";

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Sets a value, or appends it to a list where the name ends with `::`.
    Set {
        /// The full name.
        name: String,
        /// The value.
        value: String,
    },
    /// Takes back a value with all that is below it.
    Clear(String),
    /// Reads another file, or a folder of them.
    Include(String),
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The line it ends at, from 1.
    pub line: usize,
    /// What it does.
    pub action: Action,
}

/// Why a file is not read, by apt neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AptConfError {
    /// A statement is none.
    #[error("line {0} is no setting")]
    Line(usize),
    /// The last statement does not end.
    #[error("the last setting has no end")]
    Open,
    /// It is longer than what is read.
    #[error("more or longer settings than are read")]
    TooMany,
}

/// Reads a file of settings.
pub fn parse(bytes: &[u8]) -> Result<Vec<Directive>, AptConfError> {
    let mut reader = Reader::default();
    let mut in_comment = false;
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        reader.line = number;
        let content = content_of(trimmed(line), &mut in_comment);
        reader.take(&content)?;
    }
    if reader.statement.is_empty() { Ok(reader.found) } else { Err(AptConfError::Open) }
}

fn trimmed(line: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let from = line.iter().position(|byte| !is_blank(byte)).unwrap_or(line.len());
    let to = line.iter().rposition(|byte| !is_blank(byte)).map_or(from, |last| last + 1);
    line.get(from..to).unwrap_or_default()
}

/// Whether what stands before is within quotes.
fn is_quoted(before: &[u8]) -> bool {
    before.iter().fold(false, |quoted, byte| quoted ^ (*byte == b'"'))
}

fn find(line: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    rest.windows(wanted.len()).position(|part| part == wanted).map(|at| from + at)
}

/// A line without comments. Quotes count from where the line, or the rest of it, begins.
fn content_of(line: &[u8], in_comment: &mut bool) -> Vec<u8> {
    let mut line = line;
    if *in_comment {
        let Some(end) = find(line, b"*/", 0) else { return Vec::new() };
        line = line.get(end + 2..).unwrap_or_default();
        *in_comment = false;
    }
    for (sign, width) in [(b"//".as_slice(), 2), (b"#".as_slice(), 1)] {
        let mut from = 0;
        while let Some(at) = find(line, sign, from) {
            let (before, rest) = line.split_at(at);
            let begins = |word: &&[u8]| rest.get(width..).is_some_and(|rest| rest.starts_with(word));
            let is_directive = width == 1 && DIRECTIVES.iter().any(begins);
            if is_quoted(before) || is_directive {
                from = at + 1;
            } else {
                line = before;
                break;
            }
        }
    }
    let mut content = Vec::new();
    let mut from = 0;
    while let Some(at) = find(line, b"/*", from) {
        let (before, rest) = line.split_at(at);
        if is_quoted(before) {
            from = at + 2;
            continue;
        }
        content.extend_from_slice(before);
        let Some(end) = find(rest, b"*/", 2) else {
            *in_comment = true;
            return content;
        };
        line = rest.get(end + 2..).unwrap_or_default();
        from = 0;
    }
    content.extend_from_slice(line);
    content
}

/// Takes statements apart, which may go over several lines.
#[derive(Debug, Default)]
struct Reader {
    line: usize,
    statement: Vec<u8>,
    scope: String,
    scopes: Vec<String>,
    found: Vec<Directive>,
}

impl Reader {
    fn take(&mut self, content: &[u8]) -> Result<(), AptConfError> {
        let mut quoted = false;
        let mut from = 0;
        for (at, byte) in content.iter().enumerate() {
            quoted ^= *byte == b'"';
            if !quoted && b"{;}".contains(byte) {
                self.add(content.get(from..at).unwrap_or_default())?;
                self.end(*byte)?;
                from = at + 1;
            }
        }
        self.add(content.get(from..).unwrap_or_default())
    }

    /// What stands in several lines has a blank between them.
    fn add(&mut self, part: &[u8]) -> Result<(), AptConfError> {
        let part = trimmed(part);
        if !part.is_empty() && !self.statement.is_empty() {
            self.statement.push(b' ');
        }
        // It expands them before it looks for words.
        for byte in part {
            self.statement.extend_from_slice(if *byte == b'\t' { b"        " } else { std::slice::from_ref(byte) });
        }
        if self.statement.len() > STATEMENT_MAX { Err(AptConfError::TooMany) } else { Ok(()) }
    }

    fn end(&mut self, sign: u8) -> Result<(), AptConfError> {
        let statement = std::mem::take(&mut self.statement);
        let fault = AptConfError::Line(self.line);
        if statement.is_empty() {
            return match sign {
                b'{' => Err(fault),
                b'}' => {
                    self.leave();
                    Ok(())
                }
                _ => Ok(()),
            };
        }
        let (mut tag, rest) = word(&statement).ok_or(fault)?;
        let (mut value, rest) = match (text(rest), word(rest)) {
            (Some(value), _) => (Some(value), NOTHING),
            (None, Some((value, behind))) => (Some(value), behind),
            (None, None) => (None, rest),
        };
        if !rest.is_empty() {
            return Err(fault);
        }
        if sign == b'{' {
            self.enter(&std::mem::take(&mut tag))?;
        } else if value.is_none() {
            value = Some(std::mem::take(&mut tag));
        }
        if let Some(value) = value {
            let name = match (self.scope.is_empty(), sign == b'{') {
                (true, _) => tag.clone(),
                (false, true) => self.scope.clone(),
                (false, false) => format!("{}{SCOPE}{tag}", self.scope),
            };
            self.act(&tag, name, value)?;
        }
        if sign == b'}' {
            self.leave();
        }
        Ok(())
    }

    fn act(&mut self, tag: &str, name: String, value: String) -> Result<(), AptConfError> {
        let action = match tag.strip_prefix('#') {
            Some(_) if !self.scope.is_empty() => return Err(AptConfError::Line(self.line)),
            Some("clear") => Action::Clear(value),
            Some("include") => Action::Include(value),
            Some(_) => return Err(AptConfError::Line(self.line)),
            None if tag.is_empty() && value == "#clear" => return Err(AptConfError::Line(self.line)),
            None => Action::Set { name, value },
        };
        if self.found.len() >= DIRECTIVES_MAX {
            return Err(AptConfError::TooMany);
        }
        self.found.push(Directive { line: self.line, action });
        Ok(())
    }

    fn enter(&mut self, tag: &str) -> Result<(), AptConfError> {
        if self.scopes.len() >= DEPTH_MAX {
            return Err(AptConfError::TooMany);
        }
        let inner = if self.scope.is_empty() { tag.to_owned() } else { format!("{}{SCOPE}{tag}", self.scope) };
        self.scopes.push(std::mem::replace(&mut self.scope, inner));
        Ok(())
    }

    fn leave(&mut self) {
        self.scope = self.scopes.pop().unwrap_or_default();
    }
}

/// The first word, without quotes and with `%20` and the like resolved, and what follows it. Quotes and brackets hold blanks.
fn word(statement: &[u8]) -> Option<(String, &[u8])> {
    let mut at = 0;
    while let Some(byte) = statement.get(at).filter(|byte| **byte != b' ') {
        at = match byte {
            b'"' => find(statement, b"\"", at + 1)?,
            b'[' => find(statement, b"]", at + 1)?,
            _ => at,
        } + 1;
    }
    let (mut raw, rest) = statement.split_at(at);
    if raw.is_empty() {
        return None;
    }
    let mut word = Vec::new();
    while let Some((byte, after)) = raw.split_first() {
        let digits = after.first_chunk::<2>().filter(|_| *byte == b'%');
        let code = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        raw = after;
        match code {
            // The text ends there for a program in C.
            Some(0) => break,
            Some(code) => {
                word.push(code);
                raw = after.get(2..).unwrap_or_default();
            }
            None if *byte == b'"' => {}
            None => word.push(*byte),
        }
    }
    let rest = trimmed(rest);
    Some((String::from_utf8_lossy(&word).into_owned(), rest))
}

/// A text of one or several quotes, with a blank where blanks stand between them; nothing where anything else does.
fn text(statement: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    let mut at = 0;
    if statement.is_empty() {
        return None;
    }
    while let Some(byte) = statement.get(at) {
        match byte {
            b'"' => {
                let end = find(statement, b"\"", at + 1)?;
                text.extend_from_slice(statement.get(at + 1..end)?);
                at = end;
            }
            b' ' if at > 0 && statement.get(at - 1) == Some(&b' ') => {}
            b' ' => text.push(b' '),
            _ => return None,
        }
        at += 1;
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// What is set under a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    tag: String,
    /// The value; empty where only what is below it is set.
    pub value: String,
    /// Where it was set last.
    pub place: String,
    below: Vec<Item>,
}

impl Item {
    /// The values below it, in their order.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.below.iter().map(|item| item.value.as_str())
    }

    /// Where the last of what is below it was set.
    pub fn last_place(&self) -> &str {
        self.below.last().map_or(&self.place, |item| &item.place)
    }

    fn position(&self, tag: &str) -> Option<usize> {
        // A name that is empty is a new member of a list.
        self.below.iter().position(|item| !tag.is_empty() && item.tag.eq_ignore_ascii_case(tag))
    }

    fn list(&self, above: &str, all: &mut Vec<(String, String)>) {
        for item in &self.below {
            let name = if above.is_empty() { item.tag.clone() } else { format!("{above}{SCOPE}{}", item.tag) };
            all.push((name.clone(), item.value.clone()));
            item.list(&name, all);
        }
    }
}

/// What all files together set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    root: Item,
}

impl Settings {
    /// Takes what a statement of a file says. What it includes is nothing to this tree.
    pub fn take(&mut self, action: &Action, place: &str) {
        match action {
            Action::Set { name, value } => {
                let mut item = &mut self.root;
                for tag in tags(name) {
                    let at = item.position(tag).unwrap_or_else(|| {
                        item.below.push(Item { tag: tag.to_owned(), ..Item::default() });
                        item.below.len() - 1
                    });
                    let Some(below) = item.below.get_mut(at) else { return };
                    item = below;
                }
                value.clone_into(&mut item.value);
                place.clone_into(&mut item.place);
            }
            Action::Clear(name) => {
                let mut item = &mut self.root;
                for tag in tags(name) {
                    let Some(below) = item.position(tag).and_then(|at| item.below.get_mut(at)) else { return };
                    item = below;
                }
                item.value.clear();
                item.below.clear();
                place.clone_into(&mut item.place);
            }
            Action::Include(_) => {}
        }
    }

    /// What is set under a name, in letters of either case.
    pub fn item(&self, name: &str) -> Option<&Item> {
        tags(name).into_iter().try_fold(&self.root, |item, tag| item.below.get(item.position(tag)?))
    }

    /// Everything with its full name, in the order in which it came.
    pub fn all(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        self.root.list("", &mut all);
        all
    }
}

/// The parts of a name. Of more than two colons the later ones belong to the part that follows.
fn tags(name: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = name;
    // A part has one sign at least, except for the first.
    let mut least = 0;
    while let Some(at) = rest.get(least..).and_then(|rest| rest.find(SCOPE)) {
        let (tag, after) = rest.split_at(least + at);
        tags.push(tag);
        rest = after.get(SCOPE.len()..).unwrap_or_default();
        least = rest.chars().next().map_or(0, char::len_utf8);
    }
    tags.push(rest);
    tags
}

/// Whether apt reads a file of this name in a folder of settings: letters, digits, `_`, `-`, `:` and dots, with no ending or
/// `.conf`.
pub fn is_read(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:.".contains(&byte);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    !name.starts_with('.') && name.bytes().all(fits) && ending.is_none_or(|ending| ending == "conf")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SWITCHES: &[u8] = include_bytes!("../../../tests/samples/updates/debian_12.20auto-upgrades");
    const ORIGINS: &[u8] = include_bytes!("../../../tests/samples/updates/debian_12.50unattended-upgrades");

    fn read(texts: &[&[u8]]) -> Settings {
        let mut settings = Settings::default();
        for text in texts {
            for directive in parse(text).unwrap() {
                settings.take(&directive.action, "here");
            }
        }
        settings
    }

    #[test]
    fn files_of_debian() {
        let settings = read(&[SWITCHES, ORIGINS]);
        assert_eq!(settings.item("apt::periodic::UNATTENDED-UPGRADE").unwrap().value, "1");
        let patterns: Vec<&str> = settings.item("Unattended-Upgrade::Origins-Pattern").unwrap().values().collect();
        assert_eq!(patterns.len(), 3);
        assert_eq!(patterns[2], "origin=Debian,codename=${distro_codename}-security,label=Debian-Security");
    }

    #[test]
    fn lists_grow_and_are_taken_back() {
        let of = |text: &str| read(&[b"A { \"1\"; b \"2\"; };", text.as_bytes()]).all();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let first = [pair("A", ""), pair("A::", "1"), pair("A::b", "2")];
        assert_eq!(of(""), first);
        assert_eq!(of("a:: 3;")[3], pair("A::", "3"));
        assert_eq!(of("A::B 4;")[2], pair("A::b", "4"));
        assert_eq!(of("#clear A;"), [pair("A", "")]);
        assert_eq!(of("#clear A::;"), first, "a member without a name is not found");
    }

    #[test]
    fn what_apt_refuses() {
        for text in ["A", "A 1", "A 1 2;", "{", "A { #clear A; };", "#other A;", "A \"1;", "#clear;"] {
            assert!(text == "#other A;" || parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(parse(b"#other A;"), Ok(Vec::new()), "a comment");
        assert_eq!(parse(&b"a{".repeat(DEPTH_MAX + 1)), Err(AptConfError::TooMany));
        assert_eq!(parse(&b"a 1;".repeat(DIRECTIVES_MAX + 1)), Err(AptConfError::TooMany));
        assert_eq!(parse(&[b'a'; STATEMENT_MAX + 1]), Err(AptConfError::TooMany));
    }

    #[test]
    fn names_of_files() {
        for name in ["20auto-upgrades", "99local.conf", "a_b:c", "a.b.conf"] {
            assert!(is_read(name), "{name}");
        }
        for name in ["99local.bak", ".hidden", "a.conf~", "a b", "a.dpkg-old", "a."] {
            assert!(!is_read(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "([A-Za-c:#{};\"% \n\t/*\\[\\]]|é){0,80}") {
            if let Ok(directives) = parse(text.as_bytes()) {
                let mut settings = Settings::default();
                for directive in &directives {
                    settings.take(&directive.action, "");
                }
                prop_assert!(settings.all().len() <= text.len());
            }
        }
    }
}
