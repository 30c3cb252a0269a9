//! Answers of chronyd on its command socket (candm.h of chrony).

use super::addresses::Addresses;

/// An address in an answer: 16 bytes, the family in two and two empty ones.
const ADDRESS: usize = 20;
const INET4: [u8; 4] = [0, 1, 0, 0];
const INET6: [u8; 4] = [0, 2, 0, 0];

/// An answer whose addresses have their stand-ins, also where an IPv4 address serves as a reference id.
pub(super) fn chrony(bytes: &[u8], addresses: &mut Addresses) -> Vec<u8> {
    let mut written = bytes.to_vec();
    let mut found = Vec::new();
    for at in (0..bytes.len().saturating_sub(ADDRESS - 1)).step_by(4) {
        let Some((address, family)) = bytes.get(at..at + ADDRESS).and_then(|bytes| bytes.split_at_checked(16)) else {
            continue;
        };
        let (v4, empty) = address.split_at(4);
        if family == INET4 && empty.iter().all(|byte| *byte == 0) && v4 != [0; 4] {
            found.push((v4.to_vec(), addresses.bytes(v4)));
        } else if family == INET6
            && let Some(place) = written.get_mut(at..at + 16)
        {
            place.copy_from_slice(&addresses.bytes(address));
        }
    }
    for word in written.chunks_exact_mut(4) {
        if let Some((_, stand_in)) = found.iter().find(|(address, _)| address == word) {
            word.copy_from_slice(stand_in);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_and_reference_ids_are_replaced() {
        let v4 = [&[192, 168, 30, 7][..], &[0; 12], &INET4].concat();
        let v6 = [&[0xfd, 9][..], &[1; 14], &INET6].concat();
        let bytes = [&[6, 2, 0, 0][..], &[192, 168, 30, 7], &v4, &v6, &[9, 9, 9, 9, 9]].concat();
        let written = chrony(&bytes, &mut Addresses::default());
        let v4 = [&[192, 168, 0, 1][..], &[0; 12], &INET4].concat();
        let v6 = [&[0xfd, 0][..], &[0; 13], &[1], &INET6].concat();
        assert_eq!(written, [&[6, 2, 0, 0][..], &[192, 168, 0, 1], &v4, &v6, &[9, 9, 9, 9, 9]].concat());
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_the_length(bytes in proptest::collection::vec(0_u8..3, 0..100)) {
            prop_assert_eq!(chrony(&bytes, &mut Addresses::default()).len(), bytes.len());
        }
    }
}
