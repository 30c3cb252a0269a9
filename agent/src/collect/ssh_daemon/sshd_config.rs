//! The lines of an sshd_config file: keyword and arguments, as OpenSSH's server reads them.
//!
//! One directive a line; keywords in any case; one `=` may stand between keyword and arguments; single and
//! double quotes, and outside them a backslash before a blank that is part of a word; a `#` begins a comment
//! where a word could begin. Which value is in force is decided in
//! [`crate::collect::session_timeout::sshd_limits`].

use tenken_model::Span;
use thiserror::Error;

/// The most lines of one file that are read.
const LINES_MAX: usize = 20_000;

/// A directive of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The keyword in lower case.
    pub keyword: String,
    /// Its arguments without quotes.
    pub arguments: Vec<String>,
    /// The line it stands on, from 1.
    pub line: usize,
}

/// Why sshd would refuse a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SshdConfigError {
    /// A quote that does not end.
    #[error("line {0} has a quote that does not end")]
    Quote(usize),
    /// A keyword without the value it needs, or with one of another form.
    #[error("line {0} has no value that sshd accepts")]
    Value(usize),
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// Reads the directives of one file in their order.
pub fn parse(bytes: &[u8]) -> Result<Vec<Directive>, SshdConfigError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SshdConfigError::NotText)?;
    let mut directives = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if index >= LINES_MAX {
            return Err(SshdConfigError::TooLong);
        }
        let line = line.trim_start_matches([' ', '\t', '\r']);
        let mut rest = line.trim_end_matches([' ', '\t', '\r', '\x0c']);
        // A form feed is a blank at the end alone; before that it begins a keyword that there is not.
        if line.starts_with('\x0c') {
            return Err(SshdConfigError::Value(index + 1));
        }
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        let quote = || SshdConfigError::Quote(index + 1);
        let keyword = take_keyword(&mut rest).ok_or_else(quote)?.to_ascii_lowercase();
        if rest.is_empty() {
            return Err(SshdConfigError::Value(index + 1));
        }
        if !keyword.is_empty() {
            directives.push(Directive { keyword, arguments: words(rest).ok_or_else(quote)?, line: index + 1 });
        }
    }
    Ok(directives)
}

/// The first word, with the blanks and the one `=` behind it. Behind quotes, sshd passes over no `=`.
fn take_keyword<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (keyword, after) = match rest.strip_prefix('"') {
        Some(quoted) => {
            let (keyword, after) = quoted.split_once('"')?;
            *rest = after;
            return Some(keyword);
        }
        None => rest.split_at(rest.find([' ', '\t', '=']).unwrap_or(rest.len())),
    };
    let after = after.trim_start_matches([' ', '\t']);
    *rest = after.strip_prefix('=').unwrap_or(after).trim_start_matches([' ', '\t']);
    Some(keyword)
}

/// The remaining words without quotes; `None` when a quote does not end.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        match chars.peek() {
            None | Some('#') => return Some(words),
            Some(_) => {}
        }
        let mut word = String::new();
        let mut quote: Option<char> = None;
        while let Some(c) = chars.next_if(|c| quote.is_some() || !matches!(c, ' ' | '\t')) {
            match (c, quote) {
                ('\\', _) => {
                    match chars.next_if(|next| matches!(next, '\\' | '"' | '\'') || *next == ' ' && quote.is_none()) {
                        Some(escaped) => word.push(escaped),
                        None => word.push('\\'),
                    }
                }
                (c, Some(open)) if c == open => quote = None,
                ('"' | '\'', None) => quote = Some(c),
                (c, _) => word.push(c),
            }
        }
        if quote.is_some() {
            return None;
        }
        words.push(word);
    }
}

/// A length of time as sshd writes it: `300`, `10m`, `1h30m`, units s, m, h, d and w in any case; a number
/// alone is seconds. `None` when sshd would refuse it.
pub fn time(text: &str) -> Option<Span> {
    let mut rest = text;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let (digits, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let number: i64 = digits.parse().ok()?;
        let mut unit = after.chars();
        let scale: i64 = match unit.next().map(|c| c.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3_600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        rest = unit.as_str();
        total = total.checked_add(number.checked_mul(scale)?)?;
    }
    // sshd keeps seconds in a C int.
    (!text.is_empty() && total <= i64::from(i32::MAX)).then_some(Span::from_secs(total))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(text: &str) -> Vec<(String, Vec<String>)> {
        parse(text.as_bytes()).unwrap().into_iter().map(|d| (d.keyword, d.arguments)).collect()
    }

    #[test]
    fn the_file_debian_installs() {
        let directives = parse(include_bytes!("../../../tests/samples/session_timeout/sshd_config")).unwrap();
        assert_eq!(directives[0].keyword, "include");
        assert_eq!(directives[0].arguments, ["/etc/ssh/sshd_config.d/*.conf"]);
        assert!(directives.iter().all(|directive| directive.keyword != "clientaliveinterval"));
        assert_eq!(directives.last().unwrap().arguments, ["sftp", "/usr/lib/openssh/sftp-server"]);
    }

    #[test]
    fn keywords_equals_quotes_and_comments() {
        assert_eq!(
            pairs(
                "clientALIVEinterval=10m # x\r\n\t\"ClientAliveCountMax\" \"2\"\nX #d\n #c\n\nY = 'a b' c\\\"d e#f g\\ h 'i\\ j'"
            ),
            [
                ("clientaliveinterval".to_owned(), vec!["10m".to_owned()]),
                ("clientalivecountmax".to_owned(), vec!["2".to_owned()]),
                ("x".to_owned(), vec![]),
                ("y".to_owned(), ["a b", "c\"d", "e#f", "g h", "i\\ j"].map(str::to_owned).to_vec()),
            ]
        );
        assert_eq!(pairs("\"A\" = no"), [("a".to_owned(), vec!["=".to_owned(), "no".to_owned()])]);
        assert_eq!(parse(b"\n\nA 1").unwrap()[0].line, 3);
        assert_eq!(parse(b"").unwrap(), []);
    }

    #[test]
    fn files_sshd_refuses() {
        assert_eq!(parse(b"A \"5m"), Err(SshdConfigError::Quote(1)));
        assert_eq!(parse(b"\nA 'x\n'"), Err(SshdConfigError::Quote(2)));
        assert_eq!(parse(b"\"A 1"), Err(SshdConfigError::Quote(1)));
        assert_eq!(parse(b"A 1 \x0c\r\n\x0c"), Err(SshdConfigError::Value(2)));
        assert_eq!(parse(b"A"), Err(SshdConfigError::Value(1)));
        assert_eq!(parse(b"A \xff"), Err(SshdConfigError::NotText));
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(SshdConfigError::TooLong));
    }

    #[test]
    fn times_as_sshd_reads_them() {
        for (text, secs) in [("0", 0), ("300", 300), ("10m", 600), ("1h30m", 5_400), ("1w2d3H", 788_400), ("2M5", 125)]
        {
            assert_eq!(time(text), Some(Span::from_secs(secs)), "{text}");
        }
        for bad in
            ["", "m", "none", "5x", "-5", "5 m", "1.5h", "99999999999", "2147483648", "99999999999999999999w", "é"]
        {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn never_panics_on_text(text in "[A-Za-z\"'#=\\\\ \t\né]{0,200}", number in "[0-9smhdwé]{0,30}") {
            let _ = parse(text.as_bytes());
            let _ = time(&number);
        }
    }
}
