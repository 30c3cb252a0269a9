//! Codes for a person whose authenticator is lost: each works once, and only its digest is stored. Also how any code is read.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use tenken_model::digest::Digest;

use super::base32;
use super::secret::NoRandom;
use super::totp::DIGITS;

/// How many codes a person gets at once.
pub const CODES: usize = 10;
/// Characters of a code: 50 random bits, tried against a lock-out.
const CHARS: usize = 10;
/// Bytes that give so many characters.
const BYTES: usize = 7;

/// A recovery code.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    /// New codes.
    pub fn some() -> Result<Vec<Self>, NoRandom> {
        (0..CODES).map(|_| Self::new()).collect()
    }

    fn new() -> Result<Self, NoRandom> {
        let mut bytes = [0; BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
        Ok(Self(base32::encode(&bytes).chars().take(CHARS).collect()))
    }

    /// The code as people read it, in two groups. Shown once, never logged.
    pub fn text(&self) -> String {
        let (one, two) = self.0.split_at_checked(CHARS / 2).unwrap_or((&self.0, ""));
        format!("{one}-{two}")
    }

    /// What is stored and looked up, of that person's code.
    pub fn digest(&self, person: i64) -> Digest {
        Digest::of_parts([b"tenken recovery v1".as_slice(), &person.to_be_bytes(), self.0.as_bytes()])
    }
}

/// What a person typed as a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// The code of an authenticator.
    Code(u32),
    /// A recovery code.
    Recovery(RecoveryCode),
}

/// Reads a code as people type it: in groups, in either case, with full-width digits; `None` if it cannot be one.
pub fn read(typed: &str) -> Option<Typed> {
    let signs = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | 'ー' | '－' | '‐'));
    let text: String = signs.map(half_width).take(CHARS + 1).collect();
    if text.len() == usize::try_from(DIGITS).ok()? && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Typed::Code);
    }
    let text = text.to_ascii_uppercase();
    let is_base32 = text.bytes().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte));
    (text.len() == CHARS && is_base32).then_some(Typed::Recovery(RecoveryCode(text)))
}

/// Letters and digits as the input of Japanese leaves them, in their usual width.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        for code in ["012345", " 012 345 ", "012-345", "０１２３４５"] {
            assert_eq!(read(code), Some(Typed::Code(12_345)), "{code}");
        }
        let recovery = RecoveryCode("ABCDE23456".into());
        assert_eq!(recovery.text(), "ABCDE-23456");
        for code in ["ABCDE-23456", "abcde23456", "ａｂｃｄｅ－２３４５６"] {
            assert_eq!(read(code), Some(Typed::Recovery(recovery.clone())), "{code}");
        }
        for bad in ["", "12345", "1234567", "+12345", "ABCDE-23451", "ABCDE-234567", "あいうえお", &"1".repeat(9_999)]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn recovery_codes_differ_hide_and_belong_to_a_person() {
        let codes = RecoveryCode::some().unwrap();
        let texts: std::collections::BTreeSet<String> = codes.iter().map(RecoveryCode::text).collect();
        assert_eq!(texts.len(), CODES);
        for code in codes {
            assert_eq!(read(&code.text()), Some(Typed::Recovery(code.clone())));
            assert_ne!(code.digest(1), code.digest(2));
            assert!(!format!("{code:?}").contains(&code.text()[..5]));
        }
    }
}
