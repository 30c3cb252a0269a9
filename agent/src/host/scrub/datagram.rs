//! Questions to chronyd on its command socket and its answers (candm.h of chrony).

use super::Scrubber;
use super::addresses::Addresses;

/// An address in an answer: 16 bytes, the family in two and two empty ones.
const ADDRESS: usize = 20;
const INET4: [u8; 4] = [0, 1, 0, 0];
const INET6: [u8; 4] = [0, 2, 0, 0];
const QUESTION: u8 = 1;
/// How long the heads of questions and answers are.
const QUESTION_HEAD: usize = 20;
const ANSWER_HEAD: usize = 28;
const TRACKING: [u8; 2] = [0, 33];
const NUMBER_OF_SOURCES: [u8; 2] = [0, 14];
const SOURCE: [u8; 2] = [0, 15];
const NAME_OF_SOURCE: [u8; 2] = [0, 65];

/// A question or an answer without addresses and names of hosts; nothing of an answer that nobody asks for.
pub(super) fn chrony(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Some([_, direction, _, _, command @ ..]) = bytes.first_chunk::<6>() else { return bytes.to_vec() };
    match (*direction, *command) {
        (QUESTION, NAME_OF_SOURCE) => address_at(QUESTION_HEAD, bytes, &mut scrubber.addresses),
        (QUESTION, _) | (_, NUMBER_OF_SOURCES) => bytes.to_vec(),
        (_, SOURCE) => address_at(ANSWER_HEAD, bytes, &mut scrubber.addresses),
        (_, NAME_OF_SOURCE) => name(scrubber, bytes),
        (_, TRACKING) => tracking(bytes, &mut scrubber.addresses),
        (_, _) => Vec::new(),
    }
}

/// The name of a source by its stand-in.
fn name(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Some((head, text)) = bytes.split_at_checked(ANSWER_HEAD) else { return bytes.to_vec() };
    let name = text.split(|byte| *byte == 0).next().unwrap_or_default();
    // What is no name stays none.
    let stand_in = std::str::from_utf8(name).map_or("\n".to_owned(), |name| scrubber.host(name));
    let mut written = stand_in.into_bytes();
    written.resize(text.len(), 0);
    [head, &written].concat()
}

/// The packet with a stand-in for the one address in it.
fn address_at(place: usize, bytes: &[u8], addresses: &mut Addresses) -> Vec<u8> {
    let mut written = bytes.to_vec();
    if let Some((address, family)) = written.get_mut(place..place + ADDRESS).and_then(|at| at.split_at_mut_checked(16))
    {
        let length = if family == INET4 { 4 } else { 16 };
        if (family == INET4 || family == INET6)
            && let Some(address) = address.get_mut(..length)
        {
            address.copy_from_slice(&addresses.bytes(address));
        }
    }
    written
}

/// How chronyd follows its source: the address of that, which also serves as reference id where it is of IPv4.
fn tracking(bytes: &[u8], addresses: &mut Addresses) -> Vec<u8> {
    const PLACE: usize = ANSWER_HEAD + 4;
    let mut written = address_at(PLACE, bytes, addresses);
    if bytes.get(ANSWER_HEAD..PLACE) == bytes.get(PLACE..PLACE + 4) && bytes.len() > PLACE + 4 {
        written.copy_within(PLACE..PLACE + 4, ANSWER_HEAD);
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_and_reference_ids_are_replaced() {
        let head = [&[6, 2, 0, 0, 0, 33][..], &[0; 22]].concat();
        // Stratum and leap behind the address look like the family of another.
        let rest = [0, 2, 0, 0, 9, 9, 9, 9, 9];
        let v4 = [&[192, 168, 30, 7][..], &[0; 12], &INET4].concat();
        let v6 = [&[0xfd, 9][..], &[1; 14], &INET6].concat();
        let none = [&[0; 16][..], &[0; 4]].concat();
        let answer = |reference: [u8; 4], address: &[u8]| [&head, &reference[..], address, &rest].concat();
        let mut scrubber = Scrubber::of_nothing();
        let mut written = |answer: Vec<u8>| chrony(&mut scrubber, &answer);
        let stand_in = [&[192, 168, 0, 1][..], &[0; 12], &INET4].concat();
        assert_eq!(written(answer([192, 168, 30, 7], &v4)), answer([192, 168, 0, 1], &stand_in));
        let stand_in = [&[0xfd, 0][..], &[0; 13], &[1], &INET6].concat();
        assert_eq!(written(answer([1, 2, 3, 4], &v6)), answer([1, 2, 3, 4], &stand_in));
        assert_eq!(written(answer(*b"GPS\0", &none)), answer(*b"GPS\0", &none));
        assert!(written([&[6, 2, 0, 0, 0, 57][..], &[1; 40]].concat()).is_empty());
    }

    #[test]
    fn a_source_has_one_stand_in_in_questions_and_answers() {
        let mut scrubber = Scrubber::of_nothing();
        let address = [&[192, 168, 30, 7][..], &[0; 12], &INET4].concat();
        // State and mode of a source look like the family of an address.
        let about = [&[6, 2, 0, 0, 0, 15][..], &[0; 22], &address, &[0, 6, 0, 2, 0, 2, 0, 0], &[0; 20]].concat();
        let written = chrony(&mut scrubber, &about);
        let stand_in = [&[192, 168, 0, 1][..], &[0; 12], &INET4].concat();
        assert_eq!(written, [&about[..28], &stand_in, &about[48..]].concat());
        let question = [&[6, 1, 0, 0, 0, 65][..], &[0; 14], &address, &[0; 9]].concat();
        assert_eq!(chrony(&mut scrubber, &question)[20..40], stand_in);
        let answer = [&[6, 2, 0, 0, 0, 65][..], &[0; 22], b"nas.clinic.example\0sato", &[0; 20]].concat();
        let written = chrony(&mut scrubber, &answer);
        assert!(written[28..].starts_with(b"host2.example.invalid\0\0") && written.len() == answer.len());
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_the_length(bytes in proptest::collection::vec(0_u8..3, 0..100)) {
            for command in [14, 15, 33, 65] {
                let packet = [&[6, 1 + bytes.first().unwrap_or(&0) % 2, 0, 0, 0, command], &bytes[..]].concat();
                prop_assert_eq!(chrony(&mut Scrubber::of_nothing(), &packet).len(), packet.len());
            }
        }
    }
}
