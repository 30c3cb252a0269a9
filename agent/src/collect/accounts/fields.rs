//! Lines of fields between colons, as `/etc/passwd` and its relatives have them.

/// The lines that say something: neither blank nor a comment, without the blanks before them.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| line.trim_start_matches([' ', '\t']))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether a file ends in the middle of an entry, with fewer fields than every program writes and without the end of its
/// line. Only the field behind the last colon may be cut without that showing, which none of the readings rests on.
pub fn cut_off(text: &str, fields: usize) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default().trim_start_matches([' ', '\t']);
    !last.is_empty() && !last.starts_with(['#', '+', '-']) && last.split(':').count() < fields
}

/// A number as the C library reads it: blanks and a plus sign before it do not matter, so that they cannot hide uid 0.
pub fn number(field: &str) -> Option<u32> {
    let field = field.trim_start_matches([' ', '\t']);
    let digits = field.strip_prefix('+').unwrap_or(field);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // What does not fit is held at the largest number, which is what the C library does.
    Some(digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_the_c_library_reads_them() {
        assert_eq!(number("1000"), Some(1000));
        assert_eq!(number("00"), Some(0));
        assert_eq!(number(" +0"), Some(0));
        assert_eq!(number("99999999999999999999"), Some(u32::MAX));
        for bad in ["", " ", "+", "-1", "0x0", "1 ", "1a", "一"] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }

    #[test]
    fn blank_and_comment_lines_say_nothing() {
        assert_eq!(lines("\n  \n# a\n \t#b\n\tc:d\r\ne").collect::<Vec<_>>(), ["c:d", "e"]);
    }
}
