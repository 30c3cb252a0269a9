//! The words and signs of a sudoers file, by logical line, as sudo's own lexer finds them.

/// A word or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word without its quotes and backslashes.
    Word(String),
    /// One of `= : , ! ( )`.
    Sign(char),
}

/// A logical line: physical lines that a backslash joins are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The number of its first physical line, from 1.
    pub(super) number: usize,
    /// Its words and signs; `None` when a quote in it does not end.
    pub(super) tokens: Option<Vec<Token>>,
}

/// Splits a file into its logical lines; empty ones and comments are left out.
///
/// `#` begins a comment, but not before a number, which it makes a uid, and not as `#include` at the beginning.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lexer =
        Lexer { rest: text, number: 1, lines: Vec::new(), tokens: Vec::new(), word: None, began: 1, broken: false };
    while lexer.step() {}
    lexer.end_line();
    lexer.lines
}

struct Lexer<'a> {
    rest: &'a str,
    number: usize,
    lines: Vec<Line>,
    tokens: Vec<Token>,
    word: Option<String>,
    began: usize,
    broken: bool,
}

impl Lexer<'_> {
    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.number += usize::from(c == '\n');
        Some(c)
    }

    /// Reads the next sign, part of a word, comment or line end; `false` at the end of the text.
    fn step(&mut self) -> bool {
        let Some(c) = self.take() else { return false };
        match c {
            '\n' => self.end_line(),
            ' ' | '\t' | '\r' => self.end_word(),
            '\\' => self.escaped(),
            '"' => self.quoted(),
            '#' if !self.names() => {
                while !self.rest.is_empty() && !self.rest.starts_with('\n') {
                    self.take();
                }
            }
            ':' if self.word.as_deref() == Some("%") => self.push(':'),
            '=' | ':' | ',' | '!' | '(' | ')' => {
                self.end_word();
                self.note_begin();
                self.tokens.push(Token::Sign(c));
            }
            other => self.push(other),
        }
        true
    }

    /// Whether the `#` just taken is part of a word: a number follows, or it begins an include line.
    fn names(&self) -> bool {
        let at_word = self.word.as_deref().is_none_or(|word| word == "%");
        let number = self.rest.strip_prefix('-').unwrap_or(self.rest).starts_with(|c: char| c.is_ascii_digit());
        let include = self.tokens.is_empty()
            && ["include", "includedir"]
                .iter()
                .any(|name| self.rest.strip_prefix(name).is_some_and(|after| after.starts_with([' ', '\t'])));
        at_word && (number || include && self.word.is_none())
    }

    /// A backslash before a line end joins the lines; before anything else it makes it an ordinary character.
    fn escaped(&mut self) {
        let blanks = self.rest.trim_start_matches([' ', '\t']);
        let line_end = blanks.strip_prefix("\r\n").or_else(|| blanks.strip_prefix('\n'));
        if let Some(after) = line_end {
            self.end_word();
            self.rest = after;
            self.number += 1;
        } else if let Some(c) = self.take() {
            self.push(c);
        }
    }

    fn quoted(&mut self) {
        self.note_begin();
        self.word.get_or_insert_default();
        loop {
            if self.rest.is_empty() || self.rest.starts_with('\n') {
                self.broken = true;
                return;
            }
            match self.take() {
                None | Some('"') => return,
                Some('\\') if self.rest.starts_with('"') => {
                    self.take();
                    self.push('"');
                }
                Some(c) => self.push(c),
            }
        }
    }

    fn push(&mut self, c: char) {
        self.note_begin();
        self.word.get_or_insert_default().push(c);
    }

    fn note_begin(&mut self) {
        if self.tokens.is_empty() && self.word.is_none() {
            self.began = self.number;
        }
    }

    fn end_word(&mut self) {
        self.tokens.extend(self.word.take().map(Token::Word));
    }

    fn end_line(&mut self) {
        self.end_word();
        let tokens = std::mem::take(&mut self.tokens);
        let broken = std::mem::take(&mut self.broken);
        if !tokens.is_empty() || broken {
            self.lines.push(Line { number: self.began, tokens: (!broken).then_some(tokens) });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words as they are, signs in angle brackets.
    fn shown(text: &str) -> Vec<String> {
        lines(text)
            .into_iter()
            .map(|line| {
                let tokens = line.tokens.map(|tokens| {
                    tokens.into_iter().map(|token| match token {
                        Token::Word(word) => word,
                        Token::Sign(sign) => format!("<{sign}>"),
                    })
                });
                tokens.map_or_else(|| "broken".to_owned(), |tokens| tokens.collect::<Vec<_>>().join(" "))
            })
            .collect()
    }

    #[test]
    fn words_and_signs() {
        assert_eq!(shown("a,b ALL=(x : y) !/bin/z -l"), ["a <,> b ALL <=> <(> x <:> y <)> <!> /bin/z -l"]);
        assert_eq!(shown("\"domain users\" \"%a \\\" b\" \"\""), ["domain users %a \" b "]);
        assert_eq!(shown("a\\ b\\,c\\=d \\#x"), ["a b,c=d #x"]);
        assert_eq!(shown("%:staff %#27 #1000 #-1 x"), ["%:staff %#27 #1000 #-1 x"]);
    }

    #[test]
    fn comments_and_includes() {
        assert_eq!(
            shown("# c\n  # c\na # c\n#include /x\n#includedir /y\n#included /z\na#1\n"),
            ["a", "#include /x", "#includedir /y", "a"]
        );
        assert_eq!(shown("# c \\\na"), ["a"]);
        assert_eq!(shown("a #include /x"), ["a"]);
    }

    #[test]
    fn joined_lines() {
        assert_eq!(shown("a \\\n b, \\  \r\n c\nd\\\ne"), ["a b <,> c", "d e"]);
        let numbered: Vec<_> = lines("\n# c\na \\\nb\nc").into_iter().map(|line| line.number).collect();
        assert_eq!(numbered, [3, 5]);
    }

    #[test]
    fn a_quote_that_does_not_end_breaks_its_line_only() {
        assert_eq!(shown("a \"b\nc"), ["broken", "c"]);
        assert_eq!(shown("\""), ["broken"]);
        assert_eq!(shown("a \\"), ["a"]);
        assert_eq!(shown(""), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-z#\"\\\\=:,!()% \t\r\n0-9é]|#include ){0,200}") {
            let _ = lines(&text);
        }
    }
}
