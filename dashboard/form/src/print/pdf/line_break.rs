//! Where lines of Japanese text end (行頭・行末禁則): no closing mark begins one, no opening mark ends one, and words and numbers
//! in Latin letters stay whole.

use std::ops::Range;

/// What may not begin a line (JIS X 4051: 終わり括弧類, 句読点, 中点, 繰返し記号, 長音, 小書きの仮名).
const NOT_FIRST: &str = "、。，．,.・：；:;？！?!‼⁇⁈⁉」』）)】〕》〉］]｝}〗〙〟’”｠»ヽヾゝゞ々〻ー゛゜ぁぃぅぇぉっゃゅょゎゕゖ\
                         ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯｰ､｡･｣%％‰℃°′″-‐–〜～~/／\u{3099}\u{309a}";
/// What may not end a line: 始め括弧類, and a box, whose answer follows.
const NOT_LAST: &str = "「『（(【〔《〈［[｛{〖〘〝‘“｟«￥¥＄$＃#№■□";
/// What may begin a line if a space stands before it: it then begins an entry or a span of time.
const AFTER_SPACE: &str = "・‐–〜～";
/// What is not torn apart when it is doubled (分離禁止文字).
const DOUBLED: &str = "―—…‥";
/// After what a word too long for a line is rather torn.
const SOFT: &str = "/-_.?&=:;,@+#%";

/// The lines of a text that fit into a width. `advances` are the widths of its characters. Spaces at the end of a line do not
/// count. A word that fits into no line is torn.
pub fn lines(text: &[char], advances: &[f32], width: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut filled) = (0, 0.0_f32);
    let mut from = 0;
    for to in ends(text) {
        let seen = bare_width(text, advances, from..to);
        if from > start && filled + seen > width {
            lines.push(start..from);
            (start, filled) = (from, 0.0);
        }
        if from == start && seen > width {
            (start, filled) = tear(text, advances, from..to, width, &mut lines);
        } else {
            filled += sum(advances, from..to);
        }
        from = to;
    }
    if start < text.len() || lines.is_empty() {
        lines.push(start..text.len());
    }
    lines
}

/// How wide the widest part is that no line may end in.
pub fn widest_part(text: &[char], advances: &[f32]) -> f32 {
    let mut from = 0;
    let mut widest = 0.0_f32;
    for to in ends(text) {
        widest = widest.max(bare_width(text, advances, from..to));
        from = to;
    }
    widest
}

/// Tears a part that is wider than a line. Returns where its last line begins and how wide that is.
fn tear(
    text: &[char],
    advances: &[f32],
    part: Range<usize>,
    width: f32,
    lines: &mut Vec<Range<usize>>,
) -> (usize, f32) {
    let mut start = part.start;
    loop {
        let mut filled = 0.0;
        let fits = advances.get(start..part.end).unwrap_or_default().iter().take_while(|advance| {
            filled += **advance;
            filled <= width
        });
        let end = start + fits.count().max(1);
        if end >= part.end {
            return (start, sum(advances, start..part.end));
        }
        let half = start + (end - start) / 2;
        let soft = (half..end).rev().find(|at| text.get(*at).is_some_and(|character| SOFT.contains(*character)));
        let end = soft.map_or(end, |at| at + 1);
        lines.push(start..end);
        start = end;
    }
}

/// Every place at which a line may end, the end of the text included.
fn ends(text: &[char]) -> impl Iterator<Item = usize> {
    let inner = (1..text.len()).filter(|at| may_end(text, *at));
    inner.chain((!text.is_empty()).then_some(text.len()))
}

/// Whether a line may end before the character at that place.
fn may_end(text: &[char], at: usize) -> bool {
    let character = |at: Option<usize>| at.and_then(|at| text.get(at)).copied();
    let (Some(before), Some(after)) = (character(at.checked_sub(1)), character(Some(at))) else { return false };
    if is_space(after) {
        return false;
    }
    let second = character(at.checked_sub(2));
    if is_space(before) {
        // A box stays with the first word of its answer.
        let boxed = matches!(second, Some('■' | '□'));
        return !boxed && (after.is_ascii() || AFTER_SPACE.contains(after) || !NOT_FIRST.contains(after));
    }
    if before == '・' && second.is_none_or(is_space) {
        // It begins an entry of a list, and does not stand between two words.
        return false;
    }
    let torn = before == after && DOUBLED.contains(before);
    let word = is_of_word(before) && is_of_word(after);
    !torn && !word && !NOT_LAST.contains(before) && !NOT_FIRST.contains(after) && !is_combining(after)
}

/// A space at which a line may end; the one of the width of a kanji is a character like others, except that no line begins
/// with it.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\u{3000}')
}

/// A letter, digit or mark of a word that is written in narrow characters.
fn is_of_word(character: char) -> bool {
    character.is_ascii_graphic() || (character < '\u{2e80}' && character.is_alphanumeric()) || character == '\u{a0}'
}

fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn sum(advances: &[f32], range: Range<usize>) -> f32 {
    advances.get(range).unwrap_or_default().iter().sum()
}

/// The width without the spaces at the end.
fn bare_width(text: &[char], advances: &[f32], range: Range<usize>) -> f32 {
    let characters = text.get(range.clone()).unwrap_or_default();
    let spaces = characters.iter().rev().take_while(|character| is_space(**character)).count();
    sum(advances, range.start..range.end - spaces)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The lines of a text in which narrow characters are half as wide as others.
    fn broken(text: &str, width: f32) -> Vec<String> {
        let text: Vec<char> = text.chars().collect();
        let advances: Vec<f32> = text.iter().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).collect();
        lines(&text, &advances, width).into_iter().map(|line| text[line].iter().collect()).collect()
    }

    #[test]
    fn closing_marks_begin_no_line_and_opening_ones_end_none() {
        assert_eq!(broken("あいうえ、お", 4.0), ["あいう", "え、お"]);
        assert_eq!(broken("あいうえ」。お", 4.0), ["あいう", "え」。お"]);
        assert_eq!(broken("あいう「えお」", 4.0), ["あいう", "「えお」"]);
        assert_eq!(broken("あいう(え)お", 4.0), ["あいう", "(え)お"]);
        assert_eq!(broken("サーバー", 3.0), ["サー", "バー"]);
        assert_eq!(broken("チェック", 3.0), ["チェッ", "ク"]);
        assert_eq!(broken("あいう ・えお", 5.0), ["あいう ", "・えお"]);
        assert_eq!(broken("あい・うえ", 3.0), ["あい・", "うえ"]);
        assert_eq!(broken("あい 」うえ", 3.0), ["あ", "い 」", "うえ"]);
        assert_eq!(broken("あい……う", 3.0), ["あい", "……う"]);
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(broken("項目TLS1.3のみ", 4.0), ["項目", "TLS1.3の", "み"]);
        assert_eq!(broken("約1,234件", 3.0), ["約", "1,234", "件"]);
        assert_eq!(broken("use IPsec here", 5.0), ["use IPsec ", "here"]);
        assert_eq!(broken("あい ■ うえ", 4.0), ["あい ", "■ うえ"]);
    }

    #[test]
    fn spaces_at_the_end_do_not_count() {
        assert_eq!(broken("あいう   え", 3.0), ["あいう   ", "え"]);
        assert_eq!(broken("", 3.0), [""]);
        assert_eq!(broken("   ", 1.0), ["   "]);
    }

    #[test]
    fn a_word_too_long_for_a_line_is_torn() {
        assert_eq!(broken("aaaaaaaaaa", 2.0), ["aaaa", "aaaa", "aa"]);
        assert_eq!(broken("https://example.jp/page", 8.0), ["https://example.", "jp/page"]);
        assert_eq!(broken("あ。。。。い", 2.0), ["あ。", "。。", "。い"]);
        assert_eq!(broken("漢字", 0.1), ["漢", "字"]);
    }

    #[test]
    fn the_widest_part_is_told() {
        let text: Vec<char> = "あいTLS、う".chars().collect();
        assert!((widest_part(&text, &[1.0; 7]) - 4.0).abs() < 0.001);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_line_fits(text in "([ぁ-ん。、「」（）a-z0-9 ]|[ -~]{1,9}|\\PC){0,80}", width in 2_u8..20) {
            let characters: Vec<char> = text.chars().collect();
            let advances = vec![1.0; characters.len()];
            let lines = lines(&characters, &advances, f32::from(width));
            let mut at = 0;
            for line in &lines {
                prop_assert_eq!(line.start, at);
                prop_assert!(bare_width(&characters, &advances, line.clone()) <= f32::from(width));
                at = line.end;
            }
            prop_assert_eq!(at, characters.len());
        }
    }
}
