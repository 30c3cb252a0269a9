//! Splitting a shell script into words and operators, as far as assignments need it.
//!
//! Quotes, escapes, comments, here-documents and expansions are followed; expansions are kept as they are
//! written and never evaluated.

use thiserror::Error;

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text without quotes; expansions as written: `${PS1-}`.
    pub text: String,
    /// It has no expansion, so that its text is its value.
    pub exact: bool,
    /// It was written with quotes or escapes, so that it is no keyword.
    pub quoted: bool,
    /// The line it begins on, from 1.
    pub line: usize,
}

/// A word, or what stands between commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A word.
    Word(Word),
    /// `;` or the end of a line.
    End,
    /// `;;`, `;&` or `;;&`.
    CaseEnd,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|` or `|&`.
    Pipe,
    /// `&`.
    Background,
    /// `(`.
    Open,
    /// `)`.
    Close,
}

/// A quote, expansion or here-document that does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {0} begins something that does not end")]
pub struct Unfinished(pub usize);

/// Splits a script. Redirections and here-documents are left out: they set nothing.
pub fn split(text: &str) -> Result<Vec<Token>, Unfinished> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut tokens = Vec::new();
    let mut pending: Vec<(String, bool)> = Vec::new();
    let mut redirect: Option<Redirect> = None;
    while let Some(c) = reader.peek() {
        if reader.take("\\\n") || matches!(c, ' ' | '\t' | '\r') && reader.bump().is_some() {
            continue;
        }
        if c == '#' {
            while reader.peek().is_some_and(|c| c != '\n') {
                reader.bump();
            }
        } else if c == '\n' {
            reader.bump();
            for (delimiter, tabs) in pending.drain(..) {
                reader.skip_document(&delimiter, tabs);
            }
            tokens.push(Token::End);
        } else if let Some(found) = reader.redirection() {
            redirect = Some(found);
        } else if let Some(token) = reader.operator() {
            tokens.push(token);
        } else {
            let word = reader.word()?;
            let number = !word.quoted && word.text.bytes().all(|b| b.is_ascii_digit());
            match redirect.take() {
                Some(Redirect::Document { tabs }) => pending.push((word.text, tabs)),
                Some(Redirect::File) => {}
                None if number && matches!(reader.peek(), Some('<' | '>')) => {}
                None => tokens.push(Token::Word(word)),
            }
        }
    }
    tokens.push(Token::End);
    Ok(tokens)
}

#[derive(Debug, Clone, Copy)]
enum Redirect {
    File,
    Document { tabs: bool },
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                self.line += text.matches('\n').count();
                true
            }
            None => false,
        }
    }

    fn redirection(&mut self) -> Option<Redirect> {
        if self.take("<<<") {
            return Some(Redirect::File);
        }
        if self.take("<<-") {
            return Some(Redirect::Document { tabs: true });
        }
        if self.take("<<") {
            return Some(Redirect::Document { tabs: false });
        }
        if self.rest.starts_with("<(") || self.rest.starts_with(">(") {
            return None;
        }
        let files = ["&>>", "&>", ">>", ">&", ">|", "<&", "<>", ">", "<"];
        files.iter().any(|operator| self.take(operator)).then_some(Redirect::File)
    }

    fn operator(&mut self) -> Option<Token> {
        if self.rest.starts_with("((") {
            return None;
        }
        let operators = [
            (";;&", Token::CaseEnd),
            (";;", Token::CaseEnd),
            (";&", Token::CaseEnd),
            (";", Token::End),
            ("&&", Token::And),
            ("||", Token::Or),
            ("|&", Token::Pipe),
            ("|", Token::Pipe),
            ("&", Token::Background),
            ("(", Token::Open),
            (")", Token::Close),
        ];
        operators.into_iter().find(|(text, _)| self.take(text)).map(|(_, token)| token)
    }

    fn skip_document(&mut self, delimiter: &str, tabs: bool) {
        while !self.rest.is_empty() {
            let (line, after) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            self.rest = after;
            self.line += 1;
            if (if tabs { line.trim_start_matches('\t') } else { line }) == delimiter {
                return;
            }
        }
    }

    fn word(&mut self) -> Result<Word, Unfinished> {
        let mut word = Word { text: String::new(), exact: true, quoted: false, line: self.line };
        // Arithmetic, process substitution and arrays are one opaque piece.
        if self.rest.starts_with("((") || self.rest.starts_with("<(") || self.rest.starts_with(">(") {
            if !self.rest.starts_with('(') {
                word.text.extend(self.bump());
            }
            self.nested(&mut word, '(', ')')?;
        }
        while let Some(c) = self.peek() {
            match c {
                '(' if word.text.ends_with('=') => self.nested(&mut word, '(', ')')?,
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\\' => self.escape(&mut word, true),
                '\'' => self.single(&mut word)?,
                '"' => self.double(&mut word)?,
                '$' | '`' => self.expansion(&mut word)?,
                _ => word.text.extend(self.bump()),
            }
        }
        Ok(word)
    }

    fn escape(&mut self, word: &mut Word, always: bool) {
        word.quoted = true;
        self.bump();
        match self.bump() {
            Some('\n') | None => {}
            Some(c) => {
                if !always && !matches!(c, '$' | '`' | '"' | '\\') {
                    word.text.push('\\');
                }
                word.text.push(c);
            }
        }
    }

    fn single(&mut self, word: &mut Word) -> Result<(), Unfinished> {
        let begun = Unfinished(self.line);
        word.quoted = true;
        self.bump();
        loop {
            match self.bump().ok_or(begun)? {
                '\'' => return Ok(()),
                c => word.text.push(c),
            }
        }
    }

    fn double(&mut self, word: &mut Word) -> Result<(), Unfinished> {
        let begun = Unfinished(self.line);
        word.quoted = true;
        self.bump();
        loop {
            match self.peek().ok_or(begun)? {
                '"' => {
                    self.bump();
                    return Ok(());
                }
                '\\' => self.escape(word, false),
                '$' | '`' => self.expansion(word)?,
                _ => word.text.extend(self.bump()),
            }
        }
    }

    fn expansion(&mut self, word: &mut Word) -> Result<(), Unfinished> {
        let begun = Unfinished(self.line);
        word.exact = false;
        if self.bump() == Some('`') {
            word.text.push('`');
            loop {
                let c = self.bump().ok_or(begun)?;
                word.text.push(c);
                match c {
                    '`' => return Ok(()),
                    '\\' => word.text.extend(self.bump()),
                    _ => {}
                }
            }
        }
        word.text.push('$');
        match self.peek() {
            Some('(') => self.nested(word, '(', ')'),
            Some('{') => self.nested(word, '{', '}'),
            Some('\'') => self.single(word),
            Some(c) if !matches!(c, '"' | '\\' | '$' | '`') && !c.is_whitespace() && !";&|()<>".contains(c) => {
                word.text.extend(self.bump());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// From an opening mark to the one that closes it, copied as written.
    fn nested(&mut self, word: &mut Word, open: char, close: char) -> Result<(), Unfinished> {
        let begun = Unfinished(self.line);
        word.exact = false;
        let mut depth = 0_usize;
        let mut quote = None;
        loop {
            let c = self.bump().ok_or(begun)?;
            word.text.push(c);
            match (quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') => quote = None,
                (None | Some('"'), '\\') => word.text.extend(self.bump()),
                (None, '\'' | '"') => quote = Some(c),
                (None, _) if c == open => depth += 1,
                (None, _) if c == close => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words as they are, expansions in angle marks, operators as one sign.
    fn shown(text: &str) -> String {
        let tokens = split(text).unwrap();
        let shown: Vec<String> = tokens
            .iter()
            .map(|token| match token {
                Token::Word(word) if word.exact => word.text.clone(),
                Token::Word(word) => format!("<{}>", word.text),
                Token::End => ";".to_owned(),
                Token::CaseEnd => ";;".to_owned(),
                Token::And => "&&".to_owned(),
                Token::Or => "||".to_owned(),
                Token::Pipe => "|".to_owned(),
                Token::Background => "&".to_owned(),
                Token::Open => "(".to_owned(),
                Token::Close => ")".to_owned(),
            })
            .collect();
        shown.join(" ")
    }

    #[test]
    fn words_quotes_and_comments() {
        assert_eq!(shown("TMOUT=900 # no TMOUT=1\n"), "TMOUT=900 ; ;");
        assert_eq!(shown("a'b c'\"d e\"\\ f x#y"), "ab cd e f x#y ;");
        assert_eq!(shown("a \\\n b"), "a b ;");
        assert_eq!(shown("\"a\\\"b\\c\" ''"), "a\"b\\c  ;");
    }

    #[test]
    fn expansions_are_kept_as_written() {
        assert_eq!(
            shown("\"${PS1-}\" $HOME/x `a b` $(c \")\" (d))e"),
            "<${PS1-}> <$HOME/x> <`a b`> <$(c \")\" (d))e> ;"
        );
        assert_eq!(shown("T=$((15 * 60)) $ $- ((x = 1)) A=(1 2)"), "<T=$((15 * 60))> <$> <$-> <((x = 1))> <A=(1 2)> ;");
    }

    #[test]
    fn operators_and_redirections() {
        assert_eq!(shown("a&&b||c|d&e;f;;(g)"), "a && b || c | d & e ; f ;; ( g ) ;");
        assert_eq!(shown("a >/dev/null 2>&1 <<<x b 3"), "a b 3 ;");
        assert_eq!(shown("cat <<E >f\nTMOUT=1\nE\nb <<-'F'\n\tTMOUT=2\n\tF\nc"), "cat ; b ; c ;");
        assert_eq!(shown("cat <<E\nnever closed"), "cat ; ;");
    }

    #[test]
    fn lines_are_counted() {
        let tokens = split("a\n'b\nc' d\n\\\ne").unwrap();
        let lines: Vec<usize> =
            tokens.iter().filter_map(|t| if let Token::Word(word) = t { Some(word.line) } else { None }).collect();
        assert_eq!(lines, [1, 2, 3, 5]);
    }

    #[test]
    fn what_does_not_end() {
        for (text, line) in [("'a", 1), ("\n\"a", 2), ("$(a", 1), ("${a", 1), ("`a", 1), ("((a)", 1), ("a=(b", 1)] {
            assert_eq!(split(text), Err(Unfinished(line)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "([\\\\\"'`$(){}<>;&|#= \n\ta9é-]|TMOUT|<<E){0,120}") {
            let _ = split(&text);
        }

        #[test]
        fn never_panics_on_anything(text in any::<String>()) {
            let _ = split(&text);
        }
    }
}
