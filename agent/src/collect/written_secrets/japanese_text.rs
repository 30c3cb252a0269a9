//! Text in the code page 932 of Japanese Windows (Shift_JIS), as far as names of passwords are written in it.
//!
//! A character has one byte, or two of which the second may look like a letter or a backslash: `ソ` ends with `\`. Kana, letters and
//! signs follow from their place in JIS X 0208. Kanji do not, and would need a table of thousands: but for those that names of
//! passwords are written with, one sign stands for all.
//!
//! Source: [Unicode's mapping CP932.TXT](https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP932.TXT).

/// What stands for a kanji that is not known here: the sign that printers put in its place.
pub const SOME_KANJI: char = '〓';

/// Kanji of names of passwords.
const KANJI: [(u16, char); 14] = [
    (0x88c3, '暗'),
    (0x8fd8, '証'),
    (0x94d4, '番'),
    (0x8d86, '号'),
    (0x89bb, '化'),
    (0x94e9, '秘'),
    (0x96a7, '密'),
    (0x8cae, '鍵'),
    (0x8d87, '合'),
    (0x8cbe, '言'),
    (0x9774, '葉'),
    (0x8ac7, '管'),
    (0x979d, '理'),
    (0x8ed2, '者'),
];
/// Signs of the first row, by their second byte: `、。，．・：；？！` and the sign of a long vowel, brackets, `＝`, `￥`, `％`, `＃`, `＆`, `＊`, `＠`.
const SIGNS: [(u8, char); 26] = [
    (0x40, '\u{3000}'),
    (0x41, '、'),
    (0x42, '。'),
    (0x43, '，'),
    (0x44, '．'),
    (0x45, '・'),
    (0x46, '：'),
    (0x47, '；'),
    (0x48, '？'),
    (0x49, '！'),
    (0x51, '＿'),
    (0x5b, 'ー'),
    (0x5e, '／'),
    (0x69, '（'),
    (0x6a, '）'),
    (0x6d, '［'),
    (0x6e, '］'),
    (0x75, '「'),
    (0x76, '」'),
    (0x7b, '＋'),
    (0x81, '＝'),
    (0x8f, '￥'),
    (0x93, '％'),
    (0x94, '＃'),
    (0x95, '＆'),
    (0x97, '＠'),
];

/// The text, or nothing where the bytes are in another code.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        let (letter, left) = match first {
            0x00..=0x7f => (char::from(*first), behind),
            // Half-width katakana stand in the order of Unicode's.
            0xa1..=0xdf => (at(0xff61, u32::from(*first) - 0xa1)?, behind),
            0x81..=0x9f | 0xe0..=0xfc => match behind.split_first() {
                Some((second, left)) => (pair(*first, *second)?, left),
                // It is cut off within a character.
                None => (SOME_KANJI, behind),
            },
            0x80 | 0xa0 | 0xfd..=0xff => return None,
        };
        text.push(letter);
        rest = left;
    }
    Some(text)
}

/// The character of two bytes; nothing where the second can be none.
fn pair(first: u8, second: u8) -> Option<char> {
    if !matches!(second, 0x40..=0x7e | 0x80..=0xfc) {
        return None;
    }
    let from = |begin: u8, unicode: u32| at(unicode, u32::from(second) - u32::from(begin));
    match (first, second) {
        (0x81, _) => Some(SIGNS.iter().find(|(known, _)| *known == second).map_or(SOME_KANJI, |(_, sign)| *sign)),
        (0x82, 0x4f..=0x58) => from(0x4f, 0xff10),
        (0x82, 0x60..=0x79) => from(0x60, 0xff21),
        (0x82, 0x81..=0x9a) => from(0x81, 0xff41),
        (0x82, 0x9f..=0xf1) => from(0x9f, 0x3041),
        (0x83, 0x40..=0x7e) => from(0x40, 0x30a1),
        // There is no character at 0x7f.
        (0x83, 0x80..=0x96) => from(0x80, 0x30e0),
        _ => {
            let code = u16::from_be_bytes([first, second]);
            Some(KANJI.iter().find(|(known, _)| *known == code).map_or(SOME_KANJI, |(_, kanji)| *kanji))
        }
    }
}

fn at(begin: u32, offset: u32) -> Option<char> {
    char::from_u32(begin + offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn kana_letters_and_names_of_passwords() {
        for (bytes, text) in [
            (&b"\x83\x70\x83\x58\x83\x8f\x81\x5b\x83\x68=abc"[..], "パスワード=abc"),
            (b"\xca\xdf\xbd\xdc\xb0\xc4\xde:x", "ﾊﾟｽﾜｰﾄﾞ:x"),
            (b"\x88\xc3\x8f\xd8\x94\xd4\x8d\x86\x81\x461234", "暗証番号：1234"),
            (b"API\x83\x4c\x81\x5b\x81\x81x", "APIキー＝x"),
            (b"\x82\xd0\x82\xdd\x82\xc2", "ひみつ"),
            (b"\x82\x60\x82\x9a\x82\x4f", "Ａｚ０"),
            // The second byte of each is a backslash.
            (b"\x83\x5c\x95\x5c\\", "ソ〓\\"),
            (b"\x93\xfa\x96\x7b", "〓〓"),
            (b"", ""),
            (b"abc\x83", "abc〓"),
        ] {
            assert_eq!(decode(bytes).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_codes_are_none() {
        for bytes in [&b"\x80"[..], b"\xff\xfe", b"\xa0", b"\x83\x20", b"\x83\xff", b"caf\xe9 x"] {
            assert_eq!(decode(bytes), None, "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_ascii(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "[ -~]{0,40}") {
            let _ = decode(&bytes);
            prop_assert_eq!(decode(text.as_bytes()), Some(text));
        }
    }
}
