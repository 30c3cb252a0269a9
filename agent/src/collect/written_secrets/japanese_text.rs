//! Text in the code page 932 of Japanese Windows.

use encoding_rs::SHIFT_JIS;

/// The text, or nothing where the bytes are in another code. A file may end within a character, which is left out.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let strictly = |bytes| SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
    let but_the_last = || bytes.split_last().and_then(|(_, bytes)| strictly(bytes));
    strictly(bytes).or_else(but_the_last).map(std::borrow::Cow::into_owned)
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
            (b"\x83\x5c\x95\x5c\\", "ソ表\\"),
            (b"\x93\xfa\x96\x7b", "日本"),
            (b"", ""),
            (b"abc\x83", "abc"),
        ] {
            assert_eq!(decode(bytes).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_codes_are_none() {
        for bytes in [&b"\xff\xfe"[..], b"\xa0x", b"\x83\x20x", b"\x83\xffx", b"caf\xe9 x"] {
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
