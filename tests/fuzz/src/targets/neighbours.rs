//! The kernel's tables of neighbours, and the leases of DHCP servers.

use tenken_agent::collect::neighbours::hardware::Hardware;
use tenken_agent::collect::neighbours::{leases, netlink as dumps};
use tenken_agent::host::linux::{netlink as socket, processes};

use super::{now, parts};

pub(super) fn netlink(data: &[u8]) {
    let dump: Vec<Vec<u8>> =
        if data.len().is_multiple_of(2) { vec![data.to_vec()] } else { parts(data, 4).map(<[u8]>::to_vec).collect() };
    let _state = socket::state(data);
    let _links = dumps::links(&dump);
    if let Ok(entries) = dumps::neighbours(&dump) {
        assert!(entries.len() <= data.len());
    }
    let _gateways = dumps::gateways(&dump);
    let now = std::time::Instant::now();
    let _news = dumps::news::Known::new(&dump, now).is_news(data, now);
    let _process = processes::parse_stat(data);
}

pub(super) fn lease_files(data: &[u8]) {
    let _dnsmasq = leases::dnsmasq::leases(data, now());
    let _dhcpd = leases::dhcpd::leases(data, now());
    let mut known = leases::kea::Lines::new();
    // The file and what was added to it since.
    for part in parts(data, 2) {
        let _kea = leases::kea::read(part, now(), &mut known);
    }
    if let Some(hardware) = Hardware::from_text(&String::from_utf8_lossy(data)) {
        assert_eq!(Hardware::from_text(&hardware.to_string()), Some(hardware));
        let _kinds = (hardware.is_device(), hardware.is_randomised(), hardware.is_virtual());
    }
}
