//! What of the neighbour table's events is news: a device that comes, goes or changes its hardware, and not that a known
//! one was asked and answered again, of which a quiet network tells several times a minute.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{DumpError, Hardware, NEW_NEIGHBOUR, messages, neighbour_entry, neighbours};

const GONE_NEIGHBOUR: u16 = 29;
/// So many neighbours are told apart; in a table with more, every event is news.
const KNOWN_MAX: usize = 4_096;

/// The devices the table held when it was last told of.
#[derive(Debug, Clone, Default)]
pub struct Known {
    devices: BTreeMap<(u32, IpAddr), Hardware>,
    /// There are no others.
    whole: bool,
}

impl Known {
    /// Those of a dump. Of one that says nothing, or of more than are told apart, none is known.
    pub fn new(datagrams: &[Vec<u8>]) -> Self {
        let entries = neighbours(datagrams).ok().filter(|entries| entries.len() <= KNOWN_MAX);
        let whole = entries.is_some();
        let devices = entries.unwrap_or_default().into_iter();
        Self { devices: devices.map(|entry| ((entry.link, entry.address), entry.hardware)).collect(), whole }
    }

    /// Whether a datagram of events changes which devices there are. One that cannot be read may.
    pub fn is_news(&mut self, datagram: &[u8]) -> bool {
        let mut news = !self.whole;
        for message in messages(datagram) {
            news |= message.and_then(|(kind, body)| self.note(kind, body)).unwrap_or(true);
        }
        news
    }

    fn note(&mut self, kind: u16, body: &[u8]) -> Result<bool, DumpError> {
        if kind != NEW_NEIGHBOUR && kind != GONE_NEIGHBOUR {
            return Ok(false);
        }
        let Some(entry) = neighbour_entry(body)? else { return Ok(false) };
        let place = (entry.link, entry.address);
        let now = entry.device().filter(|_| kind == NEW_NEIGHBOUR);
        let before = match now {
            Some(hardware) if self.devices.len() < KNOWN_MAX || self.devices.contains_key(&place) => {
                self.devices.insert(place, hardware)
            }
            // Not kept, so it is news each time.
            Some(_) => None,
            None => self.devices.remove(&place),
        };
        Ok(before != now)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::super::{ANSWERED, FAMILY_IPV4};
    use super::*;

    const DUMP: &[u8] = include_bytes!("../../../../tests/samples/neighbours/neighbours.bin");
    const REACHABLE: u16 = 0x02;
    const STALE: u16 = 0x04;
    const FAILED: u16 = 0x20;
    const DEVICE: [u8; 6] = [0x00, 0x22, 0x58, 0xaa, 0xbb, 0x02];

    fn attribute(name: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = [&length.to_ne_bytes(), &name.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// As the kernel tells of the neighbour 192.0.2.`host`.
    fn event(kind: u16, family: u8, host: u8, state: u16, hardware: Option<[u8; 6]>) -> Vec<u8> {
        let mut body = vec![family, 0, 0, 0];
        body.extend_from_slice(&2_u32.to_ne_bytes());
        body.extend_from_slice(&state.to_ne_bytes());
        body.extend_from_slice(&[0, 1]);
        body.extend(attribute(1, &Ipv4Addr::new(192, 0, 2, host).octets()));
        body.extend(hardware.iter().flat_map(|hardware| attribute(2, hardware)));
        let length = u32::try_from(body.len() + 16).unwrap();
        [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &[0; 10], &body].concat()
    }

    fn seen(host: u8, state: u16) -> Vec<u8> {
        event(NEW_NEIGHBOUR, FAMILY_IPV4, host, state, (state & ANSWERED != 0).then_some(DEVICE))
    }

    fn empty() -> Known {
        Known { devices: BTreeMap::new(), whole: true }
    }

    #[test]
    fn a_device_is_news_once() {
        let mut known = empty();
        assert!(known.is_news(&seen(7, REACHABLE)));
        for state in [STALE, 0x08, 0x10, REACHABLE] {
            assert!(!known.is_news(&seen(7, state)), "{state}");
        }
        let exchanged = event(NEW_NEIGHBOUR, FAMILY_IPV4, 7, REACHABLE, Some([0, 0x22, 0x58, 1, 1, 1]));
        assert!(known.is_news(&exchanged), "another device has its address");
    }

    #[test]
    fn one_that_goes_is_news_once() {
        let mut known = empty();
        for gone in [seen(7, FAILED), event(GONE_NEIGHBOUR, FAMILY_IPV4, 7, STALE, Some(DEVICE))] {
            assert!(!known.is_news(&gone), "it was never there");
            assert!(known.is_news(&seen(7, REACHABLE)));
            assert!(known.is_news(&gone));
            assert!(!known.is_news(&gone));
        }
    }

    #[test]
    fn the_devices_of_the_dump_are_known() {
        let dump = [DUMP.to_vec()];
        let entries = neighbours(&dump).unwrap();
        let mut known = Known::new(&dump);
        assert!(!known.is_news(DUMP), "every message of the dump is an event of what is there");
        assert_eq!(known.devices.len(), entries.len());
    }

    #[test]
    fn what_a_bridge_learns_of_its_ports_is_no_neighbour() {
        assert!(!empty().is_news(&event(NEW_NEIGHBOUR, 7, 7, REACHABLE, Some(DEVICE))));
    }

    #[test]
    fn where_not_all_are_known_every_event_is_news() {
        let mut unread = Known::new(&[DUMP[..DUMP.len() - 30].to_vec()]);
        assert!(unread.is_news(&seen(7, REACHABLE)) && unread.is_news(&seen(7, REACHABLE)));
        let mut full = empty();
        let host = |number: usize| (3, Ipv4Addr::from(u32::try_from(number).unwrap()).into());
        full.devices.extend((0..KNOWN_MAX).map(|number| (host(number), Hardware::from_bytes(&DEVICE).unwrap())));
        assert!(full.is_news(&seen(7, REACHABLE)) && full.is_news(&seen(7, REACHABLE)));
        assert_eq!(full.devices.len(), KNOWN_MAX);
    }

    #[test]
    fn an_event_that_is_cut_off_may_be_news() {
        let whole = seen(7, REACHABLE);
        for end in 1..whole.len() {
            assert!(empty().is_news(&whole[..end]), "{end}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = empty().is_news(&bytes);
        }
    }
}
