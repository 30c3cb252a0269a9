//! chrony's command protocol, version 6: asking chronyd which sources it has, also those that were added by hand while it
//! runs.
//!
//! Source: candm.h of chrony 4; numbers are in network order.

use super::chrony_packet::{ChronyError, body, request};

/// The reply to a question for the number of sources is this long.
pub const COUNT_BYTES: usize = 32;
/// The reply about one source.
pub const SOURCE_BYTES: usize = 76;
/// The reply with a source's name.
pub const NAME_BYTES: usize = 284;

const REQ_N_SOURCES: u16 = 14;
const RPY_N_SOURCES: u16 = 2;
const REQ_SOURCE_DATA: u16 = 15;
const RPY_SOURCE_DATA: u16 = 3;
const REQ_NTP_SOURCE_NAME: u16 = 65;
const RPY_NTP_SOURCE_NAME: u16 = 19;
const MODE_REFERENCE_CLOCK: u16 = 2;

/// A source that is asked over the network, as chronyd knows it: by address, or by number until its name is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    address: [u8; 20],
}

/// Asks how many sources there are.
pub fn count_request(sequence: u32) -> Vec<u8> {
    request(REQ_N_SOURCES, &[], COUNT_BYTES, sequence)
}

/// How many there are.
pub fn count(reply: &[u8], sequence: u32) -> Result<u32, ChronyError> {
    let mut rest = body(reply, REQ_N_SOURCES, RPY_N_SOURCES, sequence)?;
    rest.u32().ok_or(ChronyError::Short(reply.len()))
}

/// Asks for the source of that number, from 0.
pub fn source_request(index: u32, sequence: u32) -> Vec<u8> {
    request(REQ_SOURCE_DATA, &index.to_be_bytes(), SOURCE_BYTES, sequence)
}

/// The source; nothing for a reference clock, which only the configuration can name.
pub fn source(reply: &[u8], sequence: u32) -> Result<Option<Server>, ChronyError> {
    let mut rest = body(reply, REQ_SOURCE_DATA, RPY_SOURCE_DATA, sequence)?;
    let fields = (rest.take::<20>(), rest.take::<6>(), rest.u16());
    let (Some(address), Some(_poll_stratum_and_state), Some(mode)) = fields else {
        return Err(ChronyError::Short(reply.len()));
    };
    Ok((mode != MODE_REFERENCE_CLOCK).then_some(Server { address }))
}

/// Asks for the name of a source. chronyd answers it from version 4.0 on.
pub fn name_request(server: &Server, sequence: u32) -> Vec<u8> {
    request(REQ_NTP_SOURCE_NAME, &server.address, NAME_BYTES, sequence)
}

/// The name or address under which a source was given to chronyd.
pub fn name(reply: &[u8], sequence: u32) -> Result<String, ChronyError> {
    let mut rest = body(reply, REQ_NTP_SOURCE_NAME, RPY_NTP_SOURCE_NAME, sequence)?;
    let name = rest.take::<256>().ok_or(ChronyError::Short(reply.len()))?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && !name.contains(char::is_control));
    name.map(str::to_owned).ok_or(ChronyError::Name)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reply laid out as candm.h says.
    pub(in crate::collect::time_sync) fn reply(question: &[u8], kind: u16, status: u16, data: &[u8]) -> Vec<u8> {
        let mut reply = vec![6, 2, 0, 0, question[4], question[5]];
        for field in [kind, status, 0, 0, 0] {
            reply.extend(field.to_be_bytes());
        }
        reply.extend(&question[8..12]);
        reply.extend([0; 8]);
        reply.extend(data);
        reply
    }

    fn data(address: [u8; 4], family: u8, mode: u8) -> Vec<u8> {
        let mut data = address.to_vec();
        data.extend([0; 12]);
        data.extend([0, family, 0, 0, 0, 6, 0, 2, 0, 0, 0, mode]);
        data.resize(SOURCE_BYTES - 28, 0);
        data
    }

    /// What a chronyd answers that has those servers and a reference clock: each question with its answer.
    pub(in crate::collect::time_sync) fn told(names: &[&str], sequence: u32) -> Vec<(Vec<u8>, Vec<u8>)> {
        let question = count_request(sequence);
        let clock = u32::try_from(names.len()).unwrap();
        let mut told = vec![(question.clone(), reply(&question, RPY_N_SOURCES, 0, &(clock + 1).to_be_bytes()))];
        for (index, name) in (0..).zip(names) {
            let question = source_request(index, sequence);
            let address = [192, 0, 2, u8::try_from(index).unwrap()];
            let answer = reply(&question, RPY_SOURCE_DATA, 0, &data(address, 1, 0));
            let server = source(&answer, sequence).unwrap().unwrap();
            told.push((question, answer));
            let question = name_request(&server, sequence);
            let mut text = name.as_bytes().to_vec();
            text.resize(256, 0);
            told.push((question.clone(), reply(&question, RPY_NTP_SOURCE_NAME, 0, &text)));
        }
        let question = source_request(clock, sequence);
        told.push((question.clone(), reply(&question, RPY_SOURCE_DATA, 0, &data(*b"SHM0", 1, 2))));
        told
    }

    #[test]
    fn questions_are_as_long_as_their_answers() {
        for (question, answer) in told(&["ntp.nict.jp"], 7) {
            assert_eq!(question.len(), answer.len());
        }
        let server = Server { address: [1; 20] };
        assert_eq!(name_request(&server, 7)[20..40], [1; 20]);
        assert_eq!(source_request(3, 7)[20..24], [0, 0, 0, 3]);
    }

    #[test]
    fn answers_are_read() {
        let [(_, number), (_, server), (_, named), (_, clock)] = told(&["ntp.nict.jp"], 7).try_into().unwrap();
        assert_eq!(count(&number, 7), Ok(2));
        assert!(source(&server, 7).unwrap().is_some());
        assert_eq!(name(&named, 7).as_deref(), Ok("ntp.nict.jp"));
        assert_eq!(source(&clock, 7), Ok(None));
        assert_eq!(count(&number, 8), Err(ChronyError::Foreign));
        assert_eq!(count(&server, 7), Err(ChronyError::Foreign));
        for cut in 28..named.len() {
            assert_eq!(name(&named[..cut], 7), Err(ChronyError::Short(cut)));
        }
        let question = source_request(9, 7);
        assert_eq!(source(&reply(&question, 1, 4, &[]), 7), Err(ChronyError::Gone));
        let question = name_request(&Server { address: [0; 20] }, 7);
        assert_eq!(name(&reply(&question, 1, 3, &[]), 7), Err(ChronyError::Unknown));
        for odd in [[0; 256], [0xff; 256], [b'\n'; 256]] {
            assert_eq!(name(&reply(&question, RPY_NTP_SOURCE_NAME, 0, &odd), 7), Err(ChronyError::Name));
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (count(&bytes, 0), source(&bytes, 0), name(&bytes, 0));
        }
    }
}
