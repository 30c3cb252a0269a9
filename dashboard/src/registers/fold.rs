//! Texts as they are compared where width, spaces and case do not matter.

use unicode_normalization::UnicodeNormalization as _;

/// A text without what people do not see as a difference: `ＭＡＣ アドレス` and `macｱﾄﾞﾚｽ` are one.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && *c != '\u{feff}').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_spaces_and_case_are_no_difference() {
        for text in ["MACアドレス", "ＭＡＣ　アドレス", " mac ｱﾄﾞﾚｽ\u{feff}"] {
            assert_eq!(fold(text), "macアドレス");
        }
        assert_ne!(fold("佐藤 花子"), fold("佐藤 花"));
    }
}
