//! Plain text: what stays in its place in a line. Pure.

/// It ends a line, steers a terminal, turns the order of what follows (UAX #9), or is one of the format characters that
/// have no width: a text with it may look like more than one, or like another. That letters look alike is not told by it.
pub fn hides_or_turns(c: char) -> bool {
    let format = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    c.is_control() || format
}

/// What somebody else says, in one line of at most so many characters.
pub fn one_line(text: &str, chars: usize) -> String {
    let plain = text.chars().map(|c| if hides_or_turns(c) { char::REPLACEMENT_CHARACTER } else { c });
    let mut line: String = plain.take(chars).collect();
    if text.chars().nth(chars).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_and_bounded() {
        assert_eq!(one_line("受付 PC-1 (2F)", 99), "受付 PC-1 (2F)");
        assert_eq!(one_line("a\r\nb\u{2028}c\u{202e}d\u{61c}e\u{2066}f", 99), "a��b�c�d�e�f");
        assert_eq!((one_line("abc", 3).as_str(), one_line("abcd", 3).as_str()), ("abc", "abc…"));
    }
}
