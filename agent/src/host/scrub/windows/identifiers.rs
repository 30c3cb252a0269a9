//! SIDs and GUIDs, and what stands for them.

use std::collections::BTreeMap;

use crate::host::windows_api::{Guid, Sid};

/// How the bytes of a SID of a domain or machine begin (MS-DTYP 2.4.2.2): five numbers of authority 5, the first of them 21.
const OF_MACHINE: [u8; 12] = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0];
/// The same of Entra ID: five numbers of authority 12, the first of them 1.
const OF_ENTRA: [u8; 12] = [1, 5, 0, 0, 0, 0, 0, 12, 1, 0, 0, 0];
/// The bytes of the four numbers that follow.
const NUMBERS: usize = 16;

/// Identifiers and their stand-ins.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    /// Machines and domains, by their three numbers.
    authorities: BTreeMap<[u32; 3], u32>,
    entra: BTreeMap<[u32; 4], u32>,
    guids: BTreeMap<Guid, usize>,
}

impl Identifiers {
    /// The stand-in of a SID. Those that every Windows has stay.
    pub(super) fn sid(&mut self, sid: &Sid) -> Sid {
        let numbers: Vec<u32> = sid.as_str().split('-').skip(3).filter_map(|part| part.parse().ok()).collect();
        let stand_in = match (sid.as_str(), numbers.as_slice()) {
            (text, [21, one, two, three]) if text.starts_with("S-1-5-") => {
                let number = self.authority([*one, *two, *three]);
                format!("S-1-5-21-{number}-{number}-{number}")
            }
            (text, [21, one, two, three, rid]) if text.starts_with("S-1-5-") => {
                let number = self.authority([*one, *two, *three]);
                // A RID says how many accounts were made before, of whomever.
                format!("S-1-5-21-{number}-{number}-{number}-{rid}")
            }
            (text, [1, one, two, three, four]) if text.starts_with("S-1-12-") => {
                let number = self.of_entra([*one, *two, *three, *four]);
                format!("S-1-12-1-{number}-{number}-{number}-{number}")
            }
            // Of services and packages: made of their names, which are the system's or a product's.
            _ => sid.as_str().to_owned(),
        };
        stand_in.parse().unwrap_or_else(|_| sid.clone())
    }

    fn authority(&mut self, numbers: [u32; 3]) -> u32 {
        next(&mut self.authorities, numbers)
    }

    fn of_entra(&mut self, numbers: [u32; 4]) -> u32 {
        next(&mut self.entra, numbers)
    }

    /// The stand-in of a GUID that is not one of the system's.
    pub(super) fn guid(&mut self, guid: &Guid) -> Guid {
        let next = self.guids.len() + 1;
        let number = *self.guids.entry(guid.clone()).or_insert(next);
        format!("00000000-0000-0000-0000-{number:012x}").parse().unwrap_or_else(|_| guid.clone())
    }

    /// A text with the stand-ins of the SIDs in it.
    pub(super) fn sids_in_text(&mut self, text: &str) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("S-1-") {
            let (before, from) = rest.split_at(at);
            let end = from.char_indices().skip(1).find(|(_, letter)| !letter.is_ascii_digit() && *letter != '-');
            let (sid, behind) = from.split_at(end.map_or(from.len(), |(end, _)| end));
            result.push_str(before);
            match sid.parse::<Sid>() {
                Ok(sid) => result.push_str(self.sid(&sid).as_str()),
                Err(_) => result.push_str("S-1-0-0"),
            }
            rest = behind;
        }
        result.push_str(rest);
        result
    }

    /// Bytes with the stand-ins of the SIDs in them, as security descriptors hold them.
    pub(super) fn sids_in_bytes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut result = bytes.to_vec();
        let mut at = 0;
        while let Some(window) = bytes.get(at..at + OF_MACHINE.len() + NUMBERS) {
            let (head, numbers) = window.split_at(OF_MACHINE.len());
            let words: Vec<u32> = numbers.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
            let stand_in = match (<[u8; 12]>::try_from(head), words.as_slice()) {
                (Ok(OF_MACHINE), [one, two, three, rid]) => {
                    let number = self.authority([*one, *two, *three]);
                    Some([number, number, number, *rid])
                }
                (Ok(OF_ENTRA), [one, two, three, four]) => Some([self.of_entra([*one, *two, *three, *four]); 4]),
                _ => None,
            };
            let Some(stand_in) = stand_in else {
                at += 1;
                continue;
            };
            let place = at + OF_MACHINE.len();
            let written: Vec<u8> = stand_in.iter().flat_map(|word| word.to_le_bytes()).collect();
            if let Some(place) = result.get_mut(place..place + NUMBERS) {
                place.copy_from_slice(&written);
            }
            at += OF_MACHINE.len() + NUMBERS;
        }
        result
    }
}

fn next<K: Ord>(known: &mut BTreeMap<K, u32>, key: K) -> u32 {
    let number = u32::try_from(known.len()).unwrap_or(u32::MAX).saturating_add(1);
    *known.entry(key).or_insert(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_of_the_same_kind_in_text_and_in_bytes() {
        let mut identifiers = Identifiers::default();
        let sid = |text: &str| text.parse::<Sid>().unwrap();
        let hanako = sid("S-1-5-21-100-200-300-1001");
        assert_eq!(identifiers.sid(&hanako).as_str(), "S-1-5-21-1-1-1-1001");
        assert_eq!(identifiers.sid(&sid("S-1-5-21-9-9-9-500")).as_str(), "S-1-5-21-2-2-2-500");
        assert_eq!(identifiers.sid(&sid("S-1-5-32-544")).as_str(), "S-1-5-32-544");
        assert_eq!(identifiers.sid(&sid("S-1-12-1-7-8-9-10")).as_str(), "S-1-12-1-1-1-1-1");
        let text = "O:BAG:SYD:(A;;FA;;;S-1-5-21-100-200-300-1001)(A;;FR;;;S-1-1-0)";
        assert_eq!(identifiers.sids_in_text(text), "O:BAG:SYD:(A;;FA;;;S-1-5-21-1-1-1-1001)(A;;FR;;;S-1-1-0)");
        let mut bytes = vec![7];
        bytes.extend(OF_MACHINE);
        bytes.extend([100_u32, 200, 300, 1001].iter().flat_map(|word| word.to_le_bytes()));
        bytes.push(9);
        let written = identifiers.sids_in_bytes(&bytes);
        assert_eq!((written.len(), written[0], written[29]), (30, 7, 9));
        assert_eq!(written[13..17], 1_u32.to_le_bytes());
        assert_eq!(written[25..29], 1001_u32.to_le_bytes());
    }
}
