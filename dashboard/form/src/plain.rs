//! Text of the form without what differs between its copies: markup, widths, spaces, marks of notes.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization as _;

/// The box that is chosen.
pub const MARKED: char = '■';
/// The box that is not.
pub const UNMARKED: char = '□';

/// What people and programs write for a box that is chosen.
const MARKED_TOO: [char; 11] = ['■', '☑', '☒', '✓', '✔', '●', '◼', '⬛', '▣', '✅', '🗹'];
/// What they write for one that is not.
const UNMARKED_TOO: [char; 5] = ['□', '☐', '◻', '⬜', '▢'];
/// What is a yes among blanks, and a no beside `●`.
const CIRCLES: [char; 2] = ['○', '◯'];

/// A box as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// It is chosen.
    Marked,
    /// It is not.
    Unmarked,
    /// A circle: what it means depends on what stands beside it.
    Circle,
}

/// The box that a character draws.
pub fn drawn(character: char) -> Option<Drawn> {
    if MARKED_TOO.contains(&character) {
        Some(Drawn::Marked)
    } else if UNMARKED_TOO.contains(&character) {
        Some(Drawn::Unmarked)
    } else {
        CIRCLES.contains(&character).then_some(Drawn::Circle)
    }
}

/// A text with compatibility forms unified (full-width digits and brackets, half-width kana) and its spaces made single.
pub fn tidy(text: &str) -> String {
    let unified: String = text.nfkc().map(|c| if c == '\u{301c}' || c == '\u{223c}' { '~' } else { c }).collect();
    unified.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without the signs of superscripts that converters leave: `^{注3)}` is `注3)`.
pub fn without_superscripts(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("^{") {
        kept.push_str(before);
        let Some((raised, behind)) = after.split_once('}') else {
            kept.push_str("^{");
            kept.push_str(after);
            return kept;
        };
        kept.push_str(raised);
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// A text in which only what it says is left, to be compared: no spaces, no marks of notes, no list signs.
pub fn essence(text: &str) -> String {
    without_note_marks(&tidy(text)).chars().filter(|c| !c.is_whitespace() && !matches!(c, '・' | '•' | '●')).collect()
}

/// A text that [`tidy`] has unified, without marks of notes such as `注3)`, `^{注3)}` and `※3`.
pub fn without_note_marks(text: &str) -> String {
    let text = without_superscripts(text).replace('^', "");
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('注') {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let after = from.get('注'.len_utf8()..).unwrap_or_default();
        let spaced = after.trim_start();
        let digits = spaced.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 2 {
            kept.push('注');
            rest = after;
            continue;
        }
        let after = spaced.get(digits..).unwrap_or_default();
        rest = after.strip_prefix([')', ':']).unwrap_or(after);
    }
    kept.push_str(rest);
    kept
}

/// How alike two texts are by the pairs of characters they share (the Sørensen-Dice coefficient), from 0 (nothing in common)
/// to 1000 (the same).
pub fn likeness(a: &str, b: &str) -> u16 {
    let (a, b) = (essence(a), essence(b));
    if a == b {
        return 1_000;
    }
    let (a, b) = (pairs(&a), pairs(&b));
    let (mut left, mut right, mut shared) = (a.iter().peekable(), b.iter().peekable(), 0_usize);
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        match one.cmp(other) {
            Ordering::Less => drop(left.next()),
            Ordering::Greater => drop(right.next()),
            Ordering::Equal => {
                shared += 1;
                left.next();
                right.next();
            }
        }
    }
    let alike = (2_000 * shared).checked_div(a.len() + b.len()).unwrap_or(0);
    u16::try_from(alike).unwrap_or(u16::MAX).min(999)
}

/// Every two characters that follow each other, sorted.
fn pairs(text: &str) -> Vec<(char, char)> {
    let mut pairs: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_copies_is_left_out() {
        for same in [
            "確認している。^{注2)}",
            "確認している。注2)",
            "確認している。 注２）",
            "確認 している。",
            "確認している。注2",
        ] {
            assert_eq!(essence(same), "確認している。", "{same}");
        }
        assert_eq!(essence("^{注15}の取扱い"), "の取扱い");
        assert_eq!(essence("17～20の基準"), essence("17〜20の基準"));
        assert_eq!(essence("（ＢＹＯＤ）"), "(BYOD)");
        assert_eq!(essence("注意する"), "注意する");
        assert_eq!(without_superscripts("a^{注3)}b^{"), "a注3)b^{");
        assert_eq!(essence("・ 監査 ・ 苦情"), "監査苦情");
    }

    #[test]
    fn texts_are_as_alike_as_their_pairs_of_letters() {
        assert_eq!(likeness("アクセスの記録", "アクセスの 記録"), 1_000);
        let near = likeness("アクセスの記録及び確認をしている。", "アクセスの記録と確認をしている。");
        assert!((700..1_000).contains(&near), "{near}");
        assert!(likeness("規程を作成している。", "訓練") < 200);
        assert_eq!(likeness("", ""), 1_000);
        assert_eq!(likeness("あ", ""), 0);
    }

    #[test]
    fn boxes_are_known_in_every_drawing() {
        assert_eq!(drawn('☑'), Some(Drawn::Marked));
        assert_eq!(drawn('☐'), Some(Drawn::Unmarked));
        assert_eq!(drawn('◯'), Some(Drawn::Circle));
        assert_eq!(drawn('あ'), None);
    }
}
