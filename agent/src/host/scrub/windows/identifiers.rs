//! SIDs and GUIDs, and what stands for them.

use std::collections::BTreeMap;

use crate::host::windows_api::{Guid, Sid};

/// Beginnings of SIDs that stand for the same on every Windows: Nobody, Everyone and the like, the system's own, integrity levels.
const OF_EVERY_WINDOWS: [&str; 8] =
    ["S-1-0-", "S-1-1-", "S-1-2-", "S-1-3-", "S-1-16-", "S-1-15-2-", "S-1-18-", "S-1-5-32-"];
/// Of these, the numbers are sums of a name.
const OF_NAMES: [&str; 4] = ["S-1-15-2-", "S-1-15-3-", "S-1-5-80-", "S-1-5-82-"];
/// The most digits of a number that is one of the system's own.
const DIGITS_MAX: usize = 5;

/// Identifiers and their stand-ins.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    /// Machines and domains, by their three numbers.
    authorities: BTreeMap<[u32; 3], u32>,
    entra: BTreeMap<[u32; 4], u32>,
    others: BTreeMap<String, u32>,
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
            (text, [21, one, two, three, rid, ..]) if text.starts_with("S-1-5-") => {
                let number = self.authority([*one, *two, *three]);
                // A RID says how many accounts were made before, of whomever.
                format!("S-1-5-21-{number}-{number}-{number}-{rid}")
            }
            (text, [1, one, two, three, four]) if text.starts_with("S-1-12-") => {
                let number = self.of_entra([*one, *two, *three, *four]);
                format!("S-1-12-1-{number}-{number}-{number}-{number}")
            }
            (text, _) if is_of_every_windows(text) => text.to_owned(),
            // Of whomever: a Microsoft account, a session, a virtual machine.
            (text, _) => {
                let beginning: Vec<&str> = text.splitn(5, '-').take(4).collect();
                let number = next(&mut self.others, text.to_owned());
                // An authority, and what of it, are small numbers.
                let is_own = beginning.iter().all(|part| part.len() <= 3 && (*part == "0" || !part.starts_with('0')));
                format!("{}-{number}", if is_own { beginning.join("-") } else { "S-1-0-0".to_owned() })
            }
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
        // In decimal digits, which have no case.
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap_or_else(|_| guid.clone())
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
}

/// Every Windows may have it.
fn is_of_every_windows(text: &str) -> bool {
    let is_canonical = !text.split('-').any(|number| number.len() > 1 && number.starts_with('0'));
    let begins = |list: &[&str]| list.iter().any(|begin| text.starts_with(begin));
    // A single number behind the system's authority is one of its own groups.
    let is_single = text.strip_prefix("S-1-5-").is_some_and(|number| number.len() <= 3 && !number.contains('-'));
    let is_short = text.split('-').all(|number| number.len() <= DIGITS_MAX);
    is_canonical && (is_single || begins(&OF_NAMES) || begins(&OF_EVERY_WINDOWS) && is_short)
}

fn next<K: Ord>(known: &mut BTreeMap<K, u32>, key: K) -> u32 {
    let number = u32::try_from(known.len()).unwrap_or(u32::MAX).saturating_add(1);
    *known.entry(key).or_insert(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_of_the_same_kind_alone_and_in_a_text() {
        let mut identifiers = Identifiers::default();
        let sid = |text: &str| text.parse::<Sid>().unwrap();
        let hanako = sid("S-1-5-21-100-200-300-1001");
        assert_eq!(identifiers.sid(&hanako).as_str(), "S-1-5-21-1-1-1-1001");
        assert_eq!(identifiers.sid(&sid("S-1-5-21-9-9-9-500")).as_str(), "S-1-5-21-2-2-2-500");
        assert_eq!(identifiers.sid(&sid("S-1-5-32-544")).as_str(), "S-1-5-32-544");
        assert_eq!(identifiers.sid(&sid("S-1-12-1-7-8-9-10")).as_str(), "S-1-12-1-1-1-1-1");
        let text = "O:BAG:SYD:(A;;FA;;;S-1-5-21-100-200-300-1001)(A;;FR;;;S-1-1-0)";
        assert_eq!(identifiers.sids_in_text(text), "O:BAG:SYD:(A;;FA;;;S-1-5-21-1-1-1-1001)(A;;FR;;;S-1-1-0)");
        for (own, stand_in) in [
            ("S-1-5-18", "S-1-5-18"),
            ("S-1-5-113", "S-1-5-113"),
            (
                "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
                "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
            ),
            ("S-1-11-96-3623454863-58364-18864-2661722203", "S-1-11-96-1"),
            ("S-1-5-5-0-123456", "S-1-5-5-2"),
            ("S-1-0312345678-1", "S-1-0-0-3"),
            ("S-1-5-32-0312345678", "S-1-5-32-4"),
            ("S-1-5-21-100-200-300-1001-7", "S-1-5-21-1-1-1-1001"),
        ] {
            assert_eq!(identifiers.sid(&sid(own)).as_str(), stand_in);
        }
        let guid = |text: &str| text.parse::<Guid>().unwrap();
        for _ in 0..2 {
            assert_eq!(
                identifiers.guid(&guid("1b5e3a20-7c1d-4f63-9f0a-3c2d1e0f9a8b")).as_str(),
                "00000000-0000-0000-0000-000000000001"
            );
        }
    }
}
