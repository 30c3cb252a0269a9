//! chrony's command protocol, version 6: the packets, and asking chronyd how it follows its source.
//!
//! Source: candm.h of chrony 4; numbers are in network order.

use tenken_model::{Instant, Span};
use thiserror::Error;

/// The reply is this long; chronyd answers no request that is shorter than its reply.
pub const TRACKING_BYTES: usize = 104;

const VERSION: u8 = 6;
const REQUEST: u8 = 1;
const REPLY: u8 = 2;
const REQ_TRACKING: u16 = 33;
const RPY_TRACKING: u16 = 5;
const STT_SUCCESS: u16 = 0;
const STT_UNAUTH: u16 = 2;
const STT_INVALID: u16 = 3;
const STT_NO_SUCH_SOURCE: u16 = 4;
/// The reference id of a chronyd that serves its own clock.
const LOCAL_REFERENCE: u32 = 0x7f7f_0101;
const LEAP_UNSYNCHRONISED: u16 = 3;
const FAMILY_IPV4: u16 = 1;
const FAMILY_IPV6: u16 = 2;
/// Coefficient bits of chrony's own floating numbers; the 7 bits before are the exponent.
const COEFFICIENT_BITS: i32 = 25;

/// Why a reply says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChronyError {
    /// It is cut off.
    #[error("chronyd's reply of {0} bytes is cut off")]
    Short(usize),
    /// It is no reply to this request.
    #[error("what was received is no reply of chronyd's protocol version {VERSION}")]
    Foreign,
    /// chronyd refused.
    #[error("chronyd does not tell this user")]
    Refused,
    /// This chronyd is too old for the question.
    #[error("this chronyd does not know the question")]
    Unknown,
    /// The source that was asked for is there no longer.
    #[error("chronyd has no such source")]
    Gone,
    /// chronyd failed.
    #[error("chronyd answered with status {0}")]
    Status(u16),
    /// A number in it is none.
    #[error("chronyd's reply holds a time or number out of range")]
    Number,
    /// A name in it is none.
    #[error("chronyd's reply holds a name that is none")]
    Name,
}

/// What chronyd says of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracking {
    /// The clock follows a source other than itself.
    pub synchronised: bool,
    /// The source's address, or the name of a reference clock; absent when it follows none.
    pub source: Option<String>,
    /// Distance from a reference clock.
    pub stratum: i64,
    /// When the source was last measured.
    pub last_sync: Option<Instant>,
    /// How far this clock is behind (positive) or ahead.
    pub offset: Span,
}

/// A request with that data, as long as its reply.
pub(super) fn request(command: u16, data: &[u8], bytes: usize, sequence: u32) -> Vec<u8> {
    let mut request = vec![VERSION, REQUEST, 0, 0];
    request.extend(command.to_be_bytes());
    request.extend(0_u16.to_be_bytes());
    request.extend(sequence.to_be_bytes());
    request.extend([0; 8]);
    request.extend(data);
    request.resize(bytes, 0);
    request
}

/// What stands behind the head of a reply of that kind to a request with that command and sequence number.
pub(super) fn body(reply: &[u8], command: u16, kind: u16, sequence: u32) -> Result<Fields<'_>, ChronyError> {
    let mut rest = Fields(reply);
    let (head, status) = head(&mut rest).ok_or(ChronyError::Short(reply.len()))?;
    if head != (VERSION, REPLY, command, sequence) {
        return Err(ChronyError::Foreign);
    }
    match status {
        (STT_SUCCESS, found) if found == kind => Ok(rest),
        (STT_SUCCESS, _) => Err(ChronyError::Foreign),
        (STT_UNAUTH, _) => Err(ChronyError::Refused),
        (STT_INVALID, _) => Err(ChronyError::Unknown),
        (STT_NO_SUCH_SOURCE, _) => Err(ChronyError::Gone),
        (other, _) => Err(ChronyError::Status(other)),
    }
}

/// Version, direction, command and sequence number of a reply; its status and kind.
type Head = ((u8, u8, u16, u32), (u16, u16));

fn head(rest: &mut Fields<'_>) -> Option<Head> {
    let [version, direction, _, _] = rest.take::<4>()?;
    let (command, kind, status) = (rest.u16()?, rest.u16()?, rest.u16()?);
    rest.take::<6>()?;
    let sequence = rest.u32()?;
    rest.take::<8>()?;
    Some(((version, direction, command, sequence), (status, kind)))
}

/// A request for tracking.
pub fn tracking_request(sequence: u32) -> Vec<u8> {
    request(REQ_TRACKING, &[], TRACKING_BYTES, sequence)
}

/// Reads the reply to a request with that sequence number.
pub fn tracking(reply: &[u8], sequence: u32) -> Result<Tracking, ChronyError> {
    let mut rest = body(reply, REQ_TRACKING, RPY_TRACKING, sequence)?;
    let short = || ChronyError::Short(reply.len());
    let reference = rest.u32().ok_or_else(short)?;
    let address = rest.take::<16>().ok_or_else(short)?;
    let family = rest.u16().ok_or_else(short)?;
    rest.u16().ok_or_else(short)?;
    let (stratum, leap) = (rest.u16().ok_or_else(short)?, rest.u16().ok_or_else(short)?);
    let (high, low, nanos) =
        (rest.u32().ok_or_else(short)?, rest.u32().ok_or_else(short)?, rest.u32().ok_or_else(short)?);
    let correction = rest.u32().ok_or_else(short)?;
    if reply.len() < TRACKING_BYTES {
        return Err(short());
    }
    let followed = reference != 0 && reference != LOCAL_REFERENCE && leap != LEAP_UNSYNCHRONISED;
    Ok(Tracking {
        synchronised: followed,
        source: if followed { source(reference, family, address) } else { None },
        stratum: i64::from(stratum),
        last_sync: if followed { Some(time(high, low, nanos).ok_or(ChronyError::Number)?) } else { None },
        offset: float(correction).and_then(Span::from_secs_f64).ok_or(ChronyError::Number)?,
    })
}

/// The address, or the four letters by which a reference clock is called.
fn source(reference: u32, family: u16, address: [u8; 16]) -> Option<String> {
    match family {
        FAMILY_IPV4 => {
            let [a, b, c, d, ..] = address;
            Some(std::net::Ipv4Addr::new(a, b, c, d).to_string())
        }
        FAMILY_IPV6 => Some(std::net::Ipv6Addr::from(address).to_string()),
        _ => {
            let name: String = reference
                .to_be_bytes()
                .iter()
                .filter(|byte| byte.is_ascii_alphanumeric())
                .map(|byte| char::from(*byte))
                .collect();
            (!name.is_empty()).then_some(name)
        }
    }
}

fn time(high: u32, low: u32, nanos: u32) -> Option<Instant> {
    // Old versions send all ones where the upper half of the seconds belongs.
    let high = if high == 0x7fff_ffff { 0 } else { high };
    let seconds = (i64::from(high) << 32) | i64::from(low);
    Instant::from_timestamp(seconds, nanos)
}

/// chrony's number: a signed 7 bit exponent and a signed 25 bit coefficient.
fn float(bits: u32) -> Option<f64> {
    let signed = |value: u32, width: u32| -> Option<i32> {
        let value = i64::from(value);
        let half = 1_i64 << (width - 1);
        i32::try_from(if value >= half { value - (half << 1) } else { value }).ok()
    };
    let exponent = signed(bits >> 25, 7)? - COEFFICIENT_BITS;
    let coefficient = signed(bits & 0x01ff_ffff, 25)?;
    Some(f64::from(coefficient) * 2_f64.powi(exponent))
}

/// Fixed fields from the front of a packet.
pub(super) struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reply laid out as candm.h says.
    pub(super) fn reply(sequence: u32, reference: u32, leap: u16, correction: u32) -> Vec<u8> {
        let mut reply = vec![VERSION, REPLY, 0, 0];
        for field in [REQ_TRACKING, RPY_TRACKING, STT_SUCCESS, 0, 0, 0] {
            reply.extend(field.to_be_bytes());
        }
        for field in [sequence, 0, 0, reference] {
            reply.extend(field.to_be_bytes());
        }
        reply.extend([192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for field in [FAMILY_IPV4, 0, 3, leap] {
            reply.extend(field.to_be_bytes());
        }
        for field in [0, 1_700_000_000, 5, correction] {
            reply.extend(u32::to_be_bytes(field));
        }
        reply.resize(TRACKING_BYTES, 0);
        reply
    }

    #[test]
    fn a_reply_tells_the_source_and_the_offset() {
        // 0.25 s: coefficient 2^23 with exponent 0 is 2^-2.
        let found = tracking(&reply(9, 0xc000_0207, 0, 1 << 23), 9).unwrap();
        assert!(found.synchronised);
        assert_eq!(found.source.as_deref(), Some("192.0.2.7"));
        assert_eq!((found.stratum, found.offset.millis()), (3, 250));
        assert_eq!(found.last_sync.unwrap().timestamp(), 1_700_000_000);
    }

    #[test]
    fn numbers_are_signed() {
        assert_eq!(float(0x01ff_ffff), Some(-(2_f64.powi(-25))));
        assert_eq!(float((1 << 25) | (1 << 24)), Some(-1.0));
        assert_eq!(float(0x7f << 25 | 1 << 23), Some(0.125));
    }

    #[test]
    fn following_itself_is_following_nobody() {
        for (reference, leap) in [(LOCAL_REFERENCE, 0), (0, 3), (0xc000_0207, 3)] {
            let found = tracking(&reply(1, reference, leap, 0), 1).unwrap();
            assert_eq!((found.synchronised, found.source, found.last_sync), (false, None, None));
        }
    }

    #[test]
    fn other_replies_are_told_apart() {
        let whole = reply(1, 1, 0, 0);
        for cut in 0..TRACKING_BYTES {
            assert!(matches!(tracking(&whole[..cut], 1), Err(ChronyError::Short(_) | ChronyError::Foreign)));
        }
        assert_eq!(tracking(&whole, 2), Err(ChronyError::Foreign), "the reply to another request");
        let mut refused = whole;
        refused[9] = 2;
        assert_eq!(tracking(&refused, 1), Err(ChronyError::Refused));
    }

    #[test]
    fn a_request_is_as_long_as_its_reply() {
        assert_eq!(tracking_request(1).len(), TRACKING_BYTES);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = tracking(&bytes, 0);
        }
    }
}
