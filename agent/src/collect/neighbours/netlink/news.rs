//! What of the neighbour table's events is news: a device that comes, goes, changes its hardware or answers after a long
//! silence, and not that a known one was asked and answered again, of which a quiet network tells several times a minute.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use tenken_model::Span;

use super::{DumpError, Hardware, NEW_NEIGHBOUR, NeighbourEntry, messages, neighbour_entries, neighbour_entry};

const GONE_NEIGHBOUR: u16 = 29;
/// So many neighbours are told apart; in a table with more, every event is news.
const KNOWN_MAX: usize = 4_096;
/// A device that was silent for so long is news when it answers: an entry stays in the table for days after its device was
/// switched off, and rules ask when a device was last alive.
const SILENCE: Duration = Duration::from_mins(30);

/// The devices the table held when it was last told of.
#[derive(Debug, Clone, Default)]
pub struct Known {
    devices: BTreeMap<(u32, IpAddr), Device>,
    /// There are no others.
    whole: bool,
}

#[derive(Debug, Clone, Copy)]
struct Device {
    hardware: Hardware,
    alive: Instant,
}

impl Known {
    /// Those of a dump taken `now`. Of one that says nothing, or of more than are told apart, none is known.
    pub fn new(datagrams: &[Vec<u8>], now: Instant) -> Self {
        let entries = neighbour_entries(datagrams).ok().filter(|entries| entries.len() <= KNOWN_MAX);
        let whole = entries.is_some();
        let devices = entries.unwrap_or_default().into_iter();
        Self { devices: devices.filter_map(|entry| Some((entry.place(), Device::of(&entry, now)?))).collect(), whole }
    }

    /// Whether a datagram of events, received `now`, changes which devices there are. One that cannot be read may.
    pub fn is_news(&mut self, datagram: &[u8], now: Instant) -> bool {
        let mut news = !self.whole;
        for message in messages(datagram) {
            news |= message.and_then(|(kind, body)| self.note(kind, body, now)).unwrap_or(true);
        }
        news
    }

    fn note(&mut self, kind: u16, body: &[u8], now: Instant) -> Result<bool, DumpError> {
        if kind != NEW_NEIGHBOUR && kind != GONE_NEIGHBOUR {
            return Ok(false);
        }
        let Some(entry) = neighbour_entry(body)? else { return Ok(false) };
        let device = Device::of(&entry, now).filter(|_| kind == NEW_NEIGHBOUR);
        if device.is_some() && self.devices.len() >= KNOWN_MAX && !self.devices.contains_key(&entry.place()) {
            self.devices.clear();
            self.whole = false;
            return Ok(true);
        }
        let before = match device {
            Some(device) => self.devices.insert(entry.place(), device),
            None => self.devices.remove(&entry.place()),
        };
        Ok(match (before, device) {
            (Some(before), Some(device)) => {
                before.hardware != device.hardware || device.alive.duration_since(before.alive) >= SILENCE
            }
            (before, device) => before.is_some() != device.is_some(),
        })
    }
}

impl Device {
    /// The device of an entry, if one answered. What does not say since when it is alive was alive just now.
    fn of(entry: &NeighbourEntry, now: Instant) -> Option<Self> {
        let ago = entry.confirmed.map_or(Duration::ZERO, Span::to_std);
        Some(Self { hardware: entry.device()?, alive: now.checked_sub(ago).unwrap_or(now) })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::super::{ANSWERED, FAMILY_IPV4, neighbours};
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

    /// Known devices and the time.
    struct Watching {
        known: Known,
        now: Instant,
    }

    impl Watching {
        fn news(&mut self, datagram: &[u8]) -> bool {
            self.known.is_news(datagram, self.now)
        }
    }

    fn watching(known: Known) -> Watching {
        Watching { known, now: Instant::now() }
    }

    fn empty() -> Known {
        Known { devices: BTreeMap::new(), whole: true }
    }

    #[test]
    fn a_device_is_news_once() {
        let mut watching = watching(empty());
        assert!(watching.news(&seen(7, REACHABLE)));
        for state in [STALE, 0x08, 0x10, REACHABLE] {
            watching.now += SILENCE / 2;
            assert!(!watching.news(&seen(7, state)), "{state}");
        }
        let exchanged = event(NEW_NEIGHBOUR, FAMILY_IPV4, 7, REACHABLE, Some([0, 0x22, 0x58, 1, 1, 1]));
        assert!(watching.news(&exchanged), "another device has its address");
    }

    #[test]
    fn one_that_answers_after_a_long_silence_is_news() {
        let mut watching = watching(empty());
        watching.news(&seen(7, REACHABLE));
        watching.now += SILENCE;
        let mut stale = event(NEW_NEIGHBOUR, FAMILY_IPV4, 7, STALE, Some(DEVICE));
        let silent = u32::try_from(SILENCE.as_secs() * 100).unwrap();
        stale.extend(attribute(3, &[silent.to_ne_bytes(), [0; 4], [0; 4], [0; 4]].concat()));
        let length = u32::try_from(stale.len()).unwrap();
        stale[..4].copy_from_slice(&length.to_ne_bytes());
        assert!(!watching.news(&stale), "it was not heard of since");
        assert!(watching.news(&seen(7, REACHABLE)));
        assert!(!watching.news(&seen(7, REACHABLE)));
    }

    #[test]
    fn one_that_goes_is_news_once() {
        let mut watching = watching(empty());
        for gone in [seen(7, FAILED), event(GONE_NEIGHBOUR, FAMILY_IPV4, 7, STALE, Some(DEVICE))] {
            assert!(!watching.news(&gone), "it was never there");
            assert!(watching.news(&seen(7, REACHABLE)));
            assert!(watching.news(&gone));
            assert!(!watching.news(&gone));
        }
    }

    #[test]
    fn the_devices_of_the_dump_are_known() {
        let dump = [DUMP.to_vec()];
        let mut watching = watching(Known::new(&dump, Instant::now()));
        assert!(!watching.news(DUMP), "every message of the dump is an event of what is there");
        assert_eq!(watching.known.devices.len(), neighbours(&dump).unwrap().len());
    }

    #[test]
    fn what_a_bridge_learns_of_its_ports_is_no_neighbour() {
        assert!(!watching(empty()).news(&event(NEW_NEIGHBOUR, 7, 7, REACHABLE, Some(DEVICE))));
    }

    #[test]
    fn where_not_all_are_known_every_event_is_news() {
        let now = Instant::now();
        let mut unread = watching(Known::new(&[DUMP[..DUMP.len() - 30].to_vec()], now));
        let mut full = watching(empty());
        let host = |number: usize| (3, Ipv4Addr::from(u32::try_from(number).unwrap()).into());
        let device = Device { hardware: Hardware::from_bytes(&DEVICE).unwrap(), alive: now };
        full.known.devices.extend((0..KNOWN_MAX).map(|number| (host(number), device)));
        for watching in [&mut unread, &mut full] {
            for state in [REACHABLE, REACHABLE, FAILED, FAILED] {
                assert!(watching.news(&seen(7, state)), "{state}");
            }
        }
    }

    #[test]
    fn an_event_that_is_cut_off_may_be_news() {
        let whole = seen(7, REACHABLE);
        for end in 1..whole.len() {
            assert!(watching(empty()).news(&whole[..end]), "{end}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = watching(empty()).news(&bytes);
        }
    }
}
