//! Codes that change every half minute: TOTP of RFC 6238 with SHA-1 and six digits, as every authenticator app knows it. Pure.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use tenken_model::Instant;

use super::base32;
use super::secret::NoRandom;

/// Seconds for which a code stands.
const STEP_SECONDS: i64 = 30;
/// Codes of so many steps before and after now are taken, for clocks that differ and people who type slowly.
const STEPS_OFF: i64 = 1;
/// Bytes of a key, as RFC 4226 recommends.
const KEY_BYTES: usize = 20;
/// Digits of a code.
pub const DIGITS: u32 = 6;

/// What a person's app and the dashboard share.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new key.
    pub fn new() -> Result<Self, NoRandom> {
        let mut bytes = [0; KEY_BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
        Ok(Self(bytes.to_vec()))
    }

    /// A key that came back; `None` if it cannot be one.
    pub fn from_text(text: &str) -> Option<Self> {
        base32::decode(text).filter(|bytes| bytes.len() == KEY_BYTES).map(Self)
    }

    /// The text that an app takes. Never logged.
    pub fn text(&self) -> String {
        base32::encode(&self.0)
    }

    /// The step whose code that is, if it is one of now and later than `last`, the step of the code that was used last: no
    /// code is taken twice.
    pub fn step_of(&self, code: u32, last: Option<i64>, now: Instant) -> Option<i64> {
        let current = step(now);
        let mut steps = (current.saturating_sub(STEPS_OFF))..=(current.saturating_add(STEPS_OFF));
        steps.find(|step| last.is_none_or(|last| *step > last) && self.code(*step) == Some(code))
    }

    /// The code of a step.
    pub fn code(&self, step: i64) -> Option<u32> {
        self.truncated(step).map(|number| number % 10_u32.pow(DIGITS))
    }

    /// Section 5.3 of RFC 4226.
    fn truncated(&self, step: i64) -> Option<u32> {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let offset = usize::from(tag.as_ref().last()? & 0xf);
        let four: [u8; 4] = tag.as_ref().get(offset..offset + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four) & 0x7fff_ffff)
    }

    /// What an app reads as a picture: the key, whose account it is for (`issuer`) and the person's name.
    pub fn address(&self, issuer: &str, name: &str, encoded: impl Fn(&str) -> String) -> String {
        let (issuer, name) = (encoded(issuer), encoded(name));
        format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}", self.text())
    }
}

/// The step of an instant.
pub fn step(now: Instant) -> i64 {
    now.timestamp().div_euclid(STEP_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    fn key() -> Key {
        Key(b"12345678901234567890".to_vec())
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let vectors = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ];
        for (seconds, code) in vectors {
            assert_eq!(key().truncated(step(at(seconds))).map(|number| number % 100_000_000), Some(code), "{seconds}");
            assert_eq!(key().code(step(at(seconds))), Some(code % 1_000_000), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_once() {
        let (key, now) = (key(), at(1_234_567_890));
        let current = step(now);
        let code = |step| key.code(step).unwrap();
        for off in -1..=1 {
            assert_eq!(key.step_of(code(current + off), None, now), Some(current + off));
        }
        for off in [-2, 2] {
            assert_eq!(key.step_of(code(current + off), None, now), None);
        }
        assert_eq!(key.step_of(code(current), Some(current), now), None, "used");
        assert_eq!(key.step_of(code(current - 1), Some(current), now), None, "older than the one that was used");
        assert_eq!(key.step_of(code(current + 1), Some(current), now), Some(current + 1));
    }

    #[test]
    fn keys_differ_come_back_and_hide() {
        let (one, two) = (Key::new().unwrap(), Key::new().unwrap());
        assert_ne!(one, two);
        assert_eq!(Key::from_text(&one.text()), Some(one.clone()));
        assert!(!format!("{one:?}").contains(&one.text()));
        for bad in ["", "MZXW6YTB", "あ"] {
            assert_eq!(Key::from_text(bad), None);
        }
        let address = key().address("A B", "佐藤", |text| text.replace(' ', "%20"));
        assert_eq!(address, "otpauth://totp/A%20B:佐藤?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%20B");
    }
}
