//! The two encodings in which spreadsheets exchange CSV here.

use encoding_rs::SHIFT_JIS;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; written with a byte order mark, which spreadsheets need to recognise it.
    Utf8,
    /// Windows code page 932, the Shift_JIS of Japanese Windows.
    Cp932,
}

/// A file that is neither UTF-8 nor CP932: another encoding or no text at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText;

/// Reads a file as UTF-8 with or without byte order mark, or else, strictly, as CP932.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), NotText> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if body.contains(&0) {
        return Err(NotText);
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok((text.to_owned(), Encoding::Utf8));
    }
    SHIFT_JIS
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| (text.into_owned(), Encoding::Cp932))
        .ok_or(NotText)
}

/// Writes text; `Err` names the first character that CP932 does not have.
pub fn encode(text: &str, encoding: Encoding) -> Result<Vec<u8>, char> {
    match encoding {
        Encoding::Utf8 => Ok([b"\xef\xbb\xbf", text.as_bytes()].concat()),
        Encoding::Cp932 => {
            let (bytes, _, lost) = SHIFT_JIS.encode(text);
            if !lost {
                return Ok(bytes.into_owned());
            }
            let unwritable = text.chars().find(|c| SHIFT_JIS.encode(c.encode_utf8(&mut [0; 4])).2);
            Err(unwritable.unwrap_or(char::REPLACEMENT_CHARACTER))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_survive() {
        for encoding in [Encoding::Utf8, Encoding::Cp932] {
            let bytes = encode("髙橋 ①㈱ 表～", encoding).unwrap();
            assert_eq!(decode(&bytes), Ok(("髙橋 ①㈱ 表～".to_owned(), encoding)));
        }
        assert_eq!(decode("山".as_bytes()).unwrap().1, Encoding::Utf8);
    }

    #[test]
    fn what_cannot_be_written_or_read_is_refused() {
        assert_eq!(encode("𠮷野家", Encoding::Cp932), Err('𠮷'));
        assert_eq!(decode(b"\x82"), Err(NotText), "a lead byte without its trail");
        assert_eq!(decode(b"PK\x03\x04\x00\x00"), Err(NotText), "an xlsx file");
        assert_eq!(decode(b"\xff\xfea\x00"), Err(NotText), "UTF-16");
    }
}
