//! Fitting texts to patterns with `*`: those of names are [`super::Pattern`], and here are those of `*` and `?` alone, as
//! sshd uses them for channels and users, and sudo and logind for theirs.

/// One sign of a pattern.
pub(super) trait Sign {
    /// It fits any number of bytes.
    fn is_any(&self) -> bool;

    /// It fits that byte.
    fn fits(&self, byte: u8) -> bool;
}

impl Sign for u8 {
    fn is_any(&self) -> bool {
        *self == b'*'
    }

    fn fits(&self, byte: u8) -> bool {
        *self == b'?' || *self == byte
    }
}

/// Whether a pattern of `*` and `?` fits the whole text, in time linear in their product.
pub fn fits(pattern: &[u8], text: &[u8]) -> bool {
    signs_fit(pattern, text)
}

/// Whether signs fit the whole text, in time linear in the product of both lengths.
pub(super) fn signs_fit<S: Sign>(pattern: &[S], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match (pattern.get(p), retry) {
            (Some(sign), _) if sign.is_any() => {
                retry = Some((p, t));
                p += 1;
            }
            (Some(sign), _) if sign.fits(*byte) => {
                p += 1;
                t += 1;
            }
            (_, Some((star, from))) => {
                retry = Some((star, from + 1));
                p = star + 1;
                t = from + 1;
            }
            (_, None) => return false,
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(Sign::is_any))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("?", "", false),
            ("**?", "a", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
        assert!(!fits("*a".repeat(5_000).as_bytes(), "a".repeat(4_000).as_bytes()));
    }

    proptest! {
        #[test]
        fn fits_agrees_with_its_definition(pattern in "[ab*?]{0,6}", text in "[ab]{0,6}") {
            fn defined(p: &[u8], t: &[u8]) -> bool {
                match (p.split_first(), t.split_first()) {
                    (None, None) => true,
                    (Some((b'*', rest)), None) => defined(rest, t),
                    (Some((b'*', rest)), Some((_, shorter))) => defined(rest, t) || defined(p, shorter),
                    (Some((want, rest)), Some((got, shorter))) => (*want == b'?' || want == got) && defined(rest, shorter),
                    _ => false,
                }
            }
            prop_assert_eq!(fits(pattern.as_bytes(), text.as_bytes()), defined(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
