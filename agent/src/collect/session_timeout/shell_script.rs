//! What a shell start-up script does to `TMOUT`, without running it.
//!
//! Only what surely happens is said to be certain. What stands in a function, loop or branch, behind a
//! condition or after a conditional `return` may or may not happen. A command that mentions `TMOUT` in a
//! way that is not understood makes it unclear.

pub use super::shell_assignment::Setting;
use super::shell_assignment::{NAME, is_assignment, mentions, setting};
use super::shell_condition::{asks_harmlessly, asks_interactive};
use super::shell_words::{Token, Unfinished, Word, split};

/// How deep commands may be nested; more is no script of an administrator.
const FRAMES_MAX: usize = 100;

/// How many paths a script may source in all; one that sources more, as by naming a loop's variable over and over, is not
/// followed.
const SOURCED_MAX: usize = 1_000;

/// One effect of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It is set, and made read-only if so said.
    Set(Setting, bool),
    /// It is made read-only as it is.
    Freeze,
    /// It is unset.
    Unset,
    /// Files are sourced: paths that may end in a pattern.
    Source(Vec<String>),
    /// Something else is done to it.
    Unclear,
}

/// An effect, where it stands and whether it surely happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub effect: Effect,
    /// The line, from 1.
    pub line: usize,
    /// It happens in every interactive login shell.
    pub certain: bool,
}

/// The effects of a script in their order.
pub fn steps(text: &str) -> Result<Vec<Step>, Unfinished> {
    let mut script = Script::default();
    for token in split(text)? {
        if script.ended || script.frames.len() > FRAMES_MAX {
            break;
        }
        script.token(token);
    }
    match script.frames.last() {
        Some(open) if !script.ended => Err(Unfinished(open.line)),
        _ => Ok(script.steps),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    If,
    Case,
    Loop,
    Brace,
    Function,
    Subshell,
}

#[derive(Debug)]
struct Frame {
    kind: Kind,
    line: usize,
    /// Its condition only asks whether a file exists or the shell is interactive.
    harmless: bool,
    /// Within the condition of an `if`, or the pattern of a `case`.
    heading: bool,
    /// The variable of a `for` and the paths it runs over.
    over: Option<(String, Vec<String>)>,
}

/// How surely a command is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Surely {
    No,
    /// Only behind conditions that are harmless for sourcing files.
    Nearly,
    Yes,
}

#[derive(Debug, Default)]
struct Script {
    steps: Vec<Step>,
    /// How many paths the steps source.
    sourced: usize,
    frames: Vec<Frame>,
    words: Vec<Word>,
    /// Within `[[ .. ]]`, where operators are part of the condition.
    bracketed: bool,
    /// What stood before `&&` or `||` in this list.
    guard: Option<Surely>,
    /// The guard asked whether the shell is interactive.
    interactive: bool,
    /// A `return` may have ended the script before here.
    may_have_ended: bool,
    ended: bool,
    /// A function's body begins with the next brace.
    function: bool,
    /// `&&`, `||` or `|` came last, so that the command goes on behind a line's end.
    continued: bool,
}

impl Script {
    fn token(&mut self, token: Token) {
        if self.frames.last().is_some_and(|frame| frame.kind == Kind::Case && frame.heading) {
            self.case_heading(&token);
            return;
        }
        let continued = std::mem::replace(&mut self.continued, matches!(token, Token::And | Token::Or | Token::Pipe));
        match token {
            Token::Word(word) => self.word(word),
            _ if self.bracketed => {}
            Token::End if continued => self.continued = true,
            Token::End => self.command(None),
            Token::And => self.command(Some(true)),
            Token::Or => self.command(Some(false)),
            Token::Pipe | Token::Background => {
                if self.words.is_empty() && !self.steps.is_empty() {
                    // A compound command that turns out to run in a shell of its own.
                    self.step(Effect::Unclear, 0);
                }
                self.guard = Some(Surely::No);
                self.command(None);
                self.guard = matches!(token, Token::Pipe).then_some(Surely::No);
            }
            Token::Open if self.words.len() == 1 || self.begins("function") => self.function = true,
            Token::Open => {
                self.function = false;
                self.open(Kind::Subshell, false);
            }
            Token::Close if self.function => self.words.clear(),
            Token::Close => {
                self.command(None);
                self.close(&[Kind::Subshell]);
            }
            Token::CaseEnd => {
                self.command(None);
                if let Some(frame) = self.frames.last_mut().filter(|frame| frame.kind == Kind::Case) {
                    frame.heading = true;
                }
            }
        }
    }

    /// Patterns up to their `)`; `esac` ends the case.
    fn case_heading(&mut self, token: &Token) {
        match token {
            Token::Close => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.heading = false;
                }
            }
            Token::Word(word) if word.text == "esac" && !word.quoted => self.close(&[Kind::Case]),
            _ => {}
        }
    }

    fn begins(&self, text: &str) -> bool {
        self.words.first().is_some_and(|first| first.text == text)
    }

    fn word(&mut self, word: Word) {
        if self.words.is_empty() && !word.quoted && word.exact && self.keyword(&word) {
            return;
        }
        if self.words.is_empty() && word.text == "[[" {
            self.bracketed = true;
        } else if word.text == "]]" {
            self.bracketed = false;
        }
        if word.text == "{" && self.begins("function") {
            self.function = false;
            self.open(Kind::Function, false);
            return;
        }
        let last = word.text == "in" && self.begins("case");
        self.words.push(word);
        if last && self.words.len() == 3 {
            self.open(Kind::Case, true);
        }
    }

    /// Whether the word is a keyword that is done with.
    fn keyword(&mut self, word: &Word) -> bool {
        match word.text.as_str() {
            "if" => self.open_at(Kind::If, true, word.line),
            "while" | "until" => self.open_at(Kind::Loop, false, word.line),
            "{" => {
                let kind = if std::mem::take(&mut self.function) { Kind::Function } else { Kind::Brace };
                self.open_at(kind, false, word.line);
            }
            "then" | "elif" | "else" => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.heading = word.text == "elif";
                }
            }
            "fi" => self.close(&[Kind::If]),
            "esac" => self.close(&[Kind::Case]),
            "done" => self.close(&[Kind::Loop]),
            "}" => self.close(&[Kind::Brace, Kind::Function]),
            "do" | "!" | "time" | "coproc" => {}
            _ => return false,
        }
        true
    }

    fn open(&mut self, kind: Kind, heading: bool) {
        let line = self.words.first().map_or(0, |word| word.line);
        self.open_at(kind, heading, line);
    }

    fn open_at(&mut self, kind: Kind, heading: bool, line: usize) {
        self.words.clear();
        // A guard before a compound command holds for all of it.
        let guarded = self.guard.take().unwrap_or(Surely::Yes);
        let harmless = guarded > Surely::No && matches!(kind, Kind::If | Kind::Brace);
        let kind = if kind == Kind::Brace && guarded < Surely::Yes { Kind::If } else { kind };
        self.frames.push(Frame { kind, line, harmless, heading, over: None });
    }

    fn close(&mut self, kinds: &[Kind]) {
        self.words.clear();
        let guarded_brace = kinds.contains(&Kind::Brace);
        let fits = self.frames.last().is_some_and(|frame| {
            kinds.contains(&frame.kind) || guarded_brace && frame.kind == Kind::If && !frame.heading
        });
        if fits {
            self.frames.pop();
        } else {
            // A closing word without its opening: nothing here is understood.
            self.steps.push(Step { effect: Effect::Unclear, line: 0, certain: false });
        }
        // What follows directly, as in `fi && x` or `} | x`, is not followed up.
        self.guard = None;
    }

    fn surely(&self) -> Surely {
        let frames = self.frames.iter().map(|frame| match frame.kind {
            Kind::Brace => Surely::Yes,
            Kind::If | Kind::Loop if frame.harmless && !frame.heading => Surely::Nearly,
            _ => Surely::No,
        });
        let ended = if self.may_have_ended { Surely::No } else { Surely::Yes };
        frames.chain(self.guard).chain([ended]).min().unwrap_or(Surely::Yes)
    }

    /// The end of a simple command; `next` is what its result decides, if anything.
    fn command(&mut self, next: Option<bool>) {
        let words = std::mem::take(&mut self.words);
        self.bracketed = false;
        if words.is_empty() {
            // Behind a compound command: its result is not followed.
            self.guard = next.map(|_| Surely::No);
            return;
        }
        let asks = asks_harmlessly(&words);
        if let Some(frame) = self.frames.last_mut()
            && frame.kind == Kind::If
            && frame.heading
        {
            frame.harmless &= asks;
        }
        let guard = self.guard;
        self.run(&words);
        self.guard = match next {
            None => None,
            Some(_) if asks => Some(guard.map_or(Surely::Nearly, |guard| guard.min(Surely::Nearly))),
            Some(_) => Some(Surely::No),
        };
        self.interactive = next.is_some_and(|on_success| guard.is_none() && asks_interactive(&words, on_success));
    }

    fn run(&mut self, words: &[Word]) {
        let Some(start) = words.iter().position(|word| !is_assignment(word)) else {
            for word in words {
                self.assign(word, false);
            }
            return;
        };
        let skip =
            words.iter().skip(start).take_while(|word| matches!(word.text.as_str(), "command" | "builtin")).count();
        let words = words.get(start + skip..).unwrap_or_default();
        let Some((command, arguments)) = words.split_first() else { return };
        match command.text.as_str() {
            "export" | "readonly" | "declare" | "typeset" => self.declare(&command.text, arguments),
            "unset" if mentions(arguments) => self.step(Effect::Unset, command.line),
            "." | "source" => self.source(arguments, command.line),
            "return" | "exit" => self.leave(),
            "exec" if !arguments.is_empty() => self.leave(),
            "for" | "select" => self.over(arguments, command.line),
            "function" => self.function = true,
            "[" | "test" | "[[" | "echo" | "true" | "false" => {}
            _ if mentions(words) => self.step(Effect::Unclear, command.line),
            _ => {}
        }
    }

    fn step(&mut self, effect: Effect, line: usize) {
        self.steps.push(Step { effect, line, certain: self.surely() == Surely::Yes });
    }

    fn assign(&mut self, word: &Word, read_only: bool) {
        let Some(value) = word.text.strip_prefix(NAME) else { return };
        match value.strip_prefix('=') {
            Some(value) => self.step(Effect::Set(setting(value, word.exact), read_only), word.line),
            None if value.starts_with("+=") => self.step(Effect::Unclear, word.line),
            None => {}
        }
    }

    fn declare(&mut self, command: &str, arguments: &[Word]) {
        let options = |mark: char, letter: char| {
            arguments.iter().any(|word| word.text.strip_prefix(mark).is_some_and(|letters| letters.contains(letter)))
        };
        if options('-', 'p') || options('-', 'f') {
            return;
        }
        let read_only = command == "readonly" || (command != "export" && options('-', 'r'));
        for word in arguments {
            if word.text == NAME && read_only {
                self.step(Effect::Freeze, word.line);
            } else if is_assignment(word) {
                self.assign(word, read_only);
            } else if !word.exact && mentions(std::slice::from_ref(word)) {
                self.step(Effect::Unclear, word.line);
            }
        }
    }

    fn source(&mut self, arguments: &[Word], line: usize) {
        let Some(path) = arguments.first() else { return };
        let paths = if path.exact {
            vec![path.text.clone()]
        } else {
            let name = path.text.trim_start_matches(['$', '{']).trim_end_matches('}');
            let over = self.frames.iter().rev().filter_map(|frame| frame.over.as_ref());
            match over.into_iter().find(|(variable, _)| variable == name) {
                Some((_, paths)) if paths.len() > SOURCED_MAX.saturating_sub(self.sourced) => {
                    self.step(Effect::Unclear, line);
                    return;
                }
                Some((_, paths)) => paths.clone(),
                None => return,
            }
        };
        self.sourced = self.sourced.saturating_add(paths.len());
        self.steps.push(Step { effect: Effect::Source(paths), line, certain: self.surely() >= Surely::Nearly });
    }

    fn leave(&mut self) {
        if self.frames.iter().any(|frame| matches!(frame.kind, Kind::Function | Kind::Subshell)) {
            return;
        }
        if self.surely() == Surely::Yes {
            self.ended = true;
        } else if !self.interactive || !self.frames.is_empty() {
            self.may_have_ended = true;
        }
    }

    /// `for name in paths`: the loop's frame remembers them.
    fn over(&mut self, arguments: &[Word], line: usize) {
        let paths = arguments.iter().skip(2).filter(|word| word.exact).map(|word| word.text.clone()).collect();
        let over = arguments.first().map(|name| (name.text.clone(), paths));
        self.open_at(Kind::Loop, false, line);
        if let Some(frame) = self.frames.last_mut() {
            frame.over = over;
            frame.harmless = true;
        }
    }
}

#[cfg(test)]
mod tests;
