//! User names.

use crate::plain::hides_or_turns;

/// The most characters.
pub const CHARS_MAX: usize = 64;

/// The name as it is stored; `None` if it cannot be one. Names are compared without case, because
/// people write them either way.
pub fn read(typed: &str) -> Option<String> {
    let name = typed.trim();
    let count = name.chars().count();
    // Two names must not look like one.
    let odd = |c: char| c.is_whitespace() || hides_or_turns(c);
    (1..=CHARS_MAX).contains(&count).then_some(())?;
    (!name.chars().any(odd)).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form_and_no_hidden_signs() {
        assert_eq!(read(" Sato ").as_deref(), Some("sato"));
        assert_eq!(read("佐藤").as_deref(), Some("佐藤"));
        assert_eq!(read(&"a".repeat(64)).map(|name| name.len()), Some(64));
        for bad in ["", "  ", "a b", "a\u{3000}b", "a\u{0}", "sa\u{200b}to", "\u{202e}otas", &"a".repeat(65)] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
