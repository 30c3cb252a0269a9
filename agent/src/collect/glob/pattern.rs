//! A pattern for names as glob(7) has them: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a sign that means itself.
//!
//! A sign is a byte, as in the C locale that daemons run in. What systems read differently is refused.

use thiserror::Error;

use super::wildcard;

/// Why a pattern is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PatternError {
    /// A set that does not end, or ends in another part of the path.
    #[error("a `[` has no `]`")]
    Open,
    /// A backslash with nothing behind it.
    #[error("it ends in a backslash")]
    Backslash,
    /// `[^`: not these for some, these and `^` for others.
    #[error("`[^` is not the same everywhere; `[!` is")]
    Caret,
    /// A class such as `[:digit:]`, whose members a locale decides.
    #[error("classes of signs are not followed")]
    Class,
}

/// A pattern for one part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Sign>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    /// `*`
    Any,
    /// `?`
    One,
    Itself(u8),
    /// From and to, both in it.
    Set {
        negated: bool,
        ranges: Vec<(u8, u8)>,
    },
}

impl wildcard::Sign for Sign {
    fn is_any(&self) -> bool {
        *self == Self::Any
    }

    fn fits(&self, byte: u8) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Itself(wanted) => *wanted == byte,
            Self::Set { negated, ranges } => ranges.iter().any(|(from, to)| (*from..=*to).contains(&byte)) != *negated,
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut signs = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            signs.push(match byte {
                b'*' => Sign::Any,
                b'?' => Sign::One,
                b'[' => set(&mut rest)?,
                b'\\' => Sign::Itself(take(&mut rest).ok_or(PatternError::Backslash)?),
                byte => Sign::Itself(*byte),
            });
        }
        Ok(Self(signs))
    }

    /// The one name that a pattern without `*`, `?` and sets means.
    pub fn name(&self) -> Option<String> {
        let bytes = self.0.iter().map(|sign| if let Sign::Itself(byte) = sign { Some(*byte) } else { None });
        String::from_utf8(bytes.collect::<Option<_>>()?).ok()
    }

    /// Whether it fits a name. A dot that hides a name is fitted by a dot only.
    pub fn fits(&self, name: &str) -> bool {
        let hidden = name.starts_with('.') && self.0.first() != Some(&Sign::Itself(b'.'));
        !hidden && self.fits_hidden_too(name)
    }

    /// The same where hidden names are like others; in time linear in the product of both lengths.
    pub fn fits_hidden_too(&self, name: &str) -> bool {
        wildcard::signs_fit(&self.0, name.as_bytes())
    }
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (byte, behind) = rest.split_first()?;
    *rest = behind;
    Some(*byte)
}

/// A set, behind its `[`. A `]` that comes first is a member.
fn set(rest: &mut &[u8]) -> Result<Sign, PatternError> {
    let negated = rest.first() == Some(&b'!');
    if negated {
        take(rest);
    } else if rest.first() == Some(&b'^') {
        return Err(PatternError::Caret);
    }
    let mut ranges = Vec::new();
    loop {
        let from = match take(rest).ok_or(PatternError::Open)? {
            b']' if !ranges.is_empty() => return Ok(Sign::Set { negated, ranges }),
            b'[' if matches!(rest.first(), Some(b':' | b'.' | b'=')) => return Err(PatternError::Class),
            b'\\' => take(rest).ok_or(PatternError::Open)?,
            byte => byte,
        };
        let to = match rest {
            [b'-', behind, ..] if *behind != b']' => {
                take(rest);
                match take(rest).ok_or(PatternError::Open)? {
                    b'[' if matches!(rest.first(), Some(b':' | b'.' | b'=')) => return Err(PatternError::Class),
                    b'\\' => take(rest).ok_or(PatternError::Open)?,
                    byte => byte,
                }
            }
            _ => from,
        };
        ranges.push((from, to));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fits(pattern: &str, name: &str) -> bool {
        Pattern::parse(pattern).unwrap().fits(name)
    }

    #[test]
    fn signs_of_patterns() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("?", "", false),
            ("**?", "a", true),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[!a-c]x", "dx", true),
            ("[!a-c]x", "bx", false),
            ("[]-]", "]", true),
            ("[]-]", "-", true),
            ("[!]]", "]", false),
            ("[c-a]", "b", false),
            ("[a\\]b]", "]", true),
            ("[!\\!]", "!", false),
            ("*[0-9].conf", "a10.conf", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("a{b,c}", "ab", false),
            ("a{b,c}", "a{b,c}", true),
            ("~", "~", true),
            ("a]", "a]", true),
            ("??", "é", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
        assert!(!fits(&"*a".repeat(5_000), &"a".repeat(4_000)));
    }

    #[test]
    fn hidden_names_are_fitted_by_a_dot_only() {
        for pattern in ["*", "?x", "[.]x", "[!a]x"] {
            assert!(!fits(pattern, ".x"), "{pattern}");
            assert!(Pattern::parse(pattern).unwrap().fits_hidden_too(".x"), "{pattern}");
        }
        assert!(fits(".*", ".x") && fits("\\.x", ".x") && fits("a*", "a.x"));
    }

    #[test]
    fn what_is_not_the_same_everywhere_is_refused() {
        for (pattern, error) in [
            ("[a", PatternError::Open),
            ("[]", PatternError::Open),
            ("[a-", PatternError::Open),
            ("a\\", PatternError::Backslash),
            ("[^a]", PatternError::Caret),
            ("[[:alpha:]]", PatternError::Class),
            ("[a-[.z.]]", PatternError::Class),
        ] {
            assert_eq!(Pattern::parse(pattern), Err(error), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_one_name() {
        let name = |pattern: &str| Pattern::parse(pattern).unwrap().name();
        assert_eq!(name("sshd\\*é{a}").as_deref(), Some("sshd*é{a}"));
        assert_eq!((name("a*"), name("?"), name("[a]")), (None, None, None));
    }

    proptest! {
        #[test]
        fn agrees_with_its_definition(pattern in "[ab*?]{0,6}", name in "[ab]{0,6}") {
            fn defined(p: &[u8], t: &[u8]) -> bool {
                match (p.split_first(), t.split_first()) {
                    (None, None) => true,
                    (Some((b'*', rest)), None) => defined(rest, t),
                    (Some((b'*', rest)), Some((_, shorter))) => defined(rest, t) || defined(p, shorter),
                    (Some((want, rest)), Some((got, shorter))) => (*want == b'?' || want == got) && defined(rest, shorter),
                    _ => false,
                }
            }
            prop_assert_eq!(fits(&pattern, &name), defined(pattern.as_bytes(), name.as_bytes()));
        }

        #[test]
        fn never_panics(pattern in "[ab*?\\[\\]!^:.=\\\\é-]{0,20}", name in ".{0,20}") {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                let _ = (pattern.name(), pattern.fits(&name));
            }
        }
    }
}
