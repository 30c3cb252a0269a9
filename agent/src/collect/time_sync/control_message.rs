//! Control messages of NTP (mode 6): ntpd's system variables.
//!
//! Source: RFC 9327, section 2 and 4.

use std::collections::BTreeMap;

use tenken_model::{Instant, Span};
use thiserror::Error;

const HEADER: usize = 12;
/// Version 2, mode 6.
const VERSION_AND_MODE: u8 = 0x16;
const MODE: u8 = 6;
const RESPONSE: u8 = 0x80;
const ERROR: u8 = 0x40;
const READ_VARIABLES: u8 = 2;
const SEQUENCE: u16 = 0x746b;
/// Seconds from NTP's era to Unix's.
const ERA: i64 = 2_208_988_800;
const LEAP_UNSYNCHRONISED: i64 = 3;

/// Why an answer says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ControlError {
    /// It is cut off.
    #[error("the answer is cut off")]
    Short,
    /// It answers something else.
    #[error("what was received is no answer to this question")]
    Foreign,
    /// ntpd refused.
    #[error("ntpd refuses to tell (restrict noquery?)")]
    Refused,
}

/// ntpd's system variables by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

/// The question for all system variables.
pub fn request() -> Vec<u8> {
    let mut request = vec![VERSION_AND_MODE, READ_VARIABLES];
    request.extend(SEQUENCE.to_be_bytes());
    request.resize(HEADER, 0);
    request
}

/// Reads the first datagram of the answer; the variables that Tenken needs stand in it.
pub fn variables(answer: &[u8]) -> Result<Variables, ControlError> {
    let (header, data) = answer.split_first_chunk::<HEADER>().ok_or(ControlError::Short)?;
    let [mode, operation, sequence_high, sequence_low, .., count_high, count_low] = *header;
    let is_ours = mode & 7 == MODE
        && operation & RESPONSE != 0
        && operation & 0x1f == READ_VARIABLES
        && u16::from_be_bytes([sequence_high, sequence_low]) == SEQUENCE;
    if !is_ours {
        return Err(ControlError::Foreign);
    }
    if operation & ERROR != 0 {
        return Err(ControlError::Refused);
    }
    let count = usize::from(u16::from_be_bytes([count_high, count_low]));
    let text = String::from_utf8_lossy(data.get(..count).ok_or(ControlError::Short)?).into_owned();
    Ok(Variables(
        split(&text)
            .into_iter()
            .filter_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
            })
            .collect(),
    ))
}

/// Parts between commas that stand in no quotes.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}

impl Variables {
    /// A variable as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A variable as a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The clock follows a source; `None` if the answer does not say.
    pub fn synchronised(&self) -> Option<bool> {
        // The leap indicator is two binary digits in some versions and a number in others.
        let leap = self.text("leap")?;
        let unset = leap == "11" || leap.parse() == Ok(LEAP_UNSYNCHRONISED);
        Some(!unset && self.number("stratum").is_some_and(|stratum| (1..16).contains(&stratum)))
    }

    /// The offset, which is written in milliseconds.
    pub fn offset(&self) -> Option<Span> {
        Span::from_secs_f64(self.text("offset")?.parse::<f64>().ok()? / 1_000.0)
    }

    /// When the clock was last set: `0xe5d2c3a1.12345678` in seconds of NTP's era.
    pub fn reference_time(&self) -> Option<Instant> {
        let text = self.text("reftime")?.trim_start_matches("0x");
        let seconds = i64::from(u32::from_str_radix(text.split('.').next()?, 16).ok()?);
        Instant::from_timestamp(seconds.checked_sub(ERA)?, 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(text: &str) -> Vec<u8> {
        let mut answer = request();
        answer[1] |= RESPONSE;
        answer[10..12].copy_from_slice(&u16::try_from(text.len()).unwrap().to_be_bytes());
        answer.extend(text.as_bytes());
        answer
    }

    #[test]
    fn variables_are_read_with_quotes() {
        let text = "version=\"ntpd ntpsec-1.2.2, x\", leap=00, stratum=2, refid=192.0.2.7,\r\nreftime=0xe5d2c3a1.00000000, offset=-1.25";
        let found = variables(&answer(text)).unwrap();
        assert_eq!(found.synchronised(), Some(true));
        assert_eq!(found.text("refid"), Some("192.0.2.7"));
        assert_eq!(found.offset().unwrap().millis(), -1);
        assert_eq!(found.reference_time().unwrap().timestamp(), 0xe5d2_c3a1 - ERA);
        assert_eq!(variables(&answer("leap=3, stratum=16")).unwrap().synchronised(), Some(false));
        assert_eq!(variables(&answer("stratum=1")).unwrap().synchronised(), None);
    }

    #[test]
    fn refusals_and_cuts_are_told() {
        let mut refused = answer("");
        refused[1] |= ERROR;
        assert_eq!(variables(&refused), Err(ControlError::Refused));
        let whole = answer("leap=0");
        assert_eq!(variables(&whole[..14]), Err(ControlError::Short));
        assert_eq!(variables(&request()), Err(ControlError::Foreign));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(found) = variables(&bytes) {
                let _ = (found.synchronised(), found.offset(), found.reference_time());
            }
        }
    }
}
