//! What the network can reach: rules of nf_tables, files of firewalls, tables of sockets, settings of the kernel.

use tenken_agent::collect::firewall::holds::Holds;
use tenken_agent::collect::firewall::packet::{BEYOND, PORTS, Packet, SOURCES_V4};
use tenken_agent::collect::firewall::rule_set::{chains, elements};
use tenken_agent::collect::firewall::walk::fate;
use tenken_agent::collect::firewall::written::outcome;
use tenken_agent::collect::firewall::{addresses, firewalld, iptables_save, nft_file, ufw};
use tenken_agent::collect::forwarding::sysctl_file;
use tenken_agent::collect::listeners::passed_on::passed_on;
use tenken_agent::collect::listeners::{sctp_table, socket_table};
use tenken_agent::host::NetfilterDump;
use tenken_agent::host::packet_filter::Told;

/// Tables, chains, rules and elements, each behind its length of two bytes.
pub(super) fn nf_tables(data: &[u8]) {
    let mut rest = data;
    let mut dumps = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_le_bytes(*length)).min(behind.len());
        let (dump, behind) = behind.split_at(length);
        dumps.push(vec![dump.to_vec()]);
        rest = behind;
    }
    let dump = |at: usize| dumps.get(at).cloned().unwrap_or_default();
    let Ok(found) = chains(&dump(0), &dump(1), &dump(2)) else { return };
    let sets = |_: u8, _: &str, _: &str| elements(&dump(3)).map_err(|error| error.to_string());
    let _passed_on = passed_on(&found);
    for is_ipv6 in [false, true] {
        for way_out in [None, Some((3, "wg0".to_owned()))] {
            let packet = Packet {
                is_ipv6,
                is_udp: is_ipv6,
                port: PORTS[1],
                source: Some(SOURCES_V4[0].into()),
                source_port: None,
                target: Some(BEYOND.0.into()),
                interface: 2,
                interface_name: "eth0".to_owned(),
                way_out,
            };
            let _fate = fate(&found, &sets, &packet);
        }
    }
}

/// What a helper tells of the kernel's rules.
pub(super) fn told_packet_filter(data: &[u8]) {
    let Ok(mut told) = Told::parse(data, "a helper") else { return };
    let parts = [NetfilterDump::Tables, NetfilterDump::Chains, NetfilterDump::Rules].map(|part| told.give(&part, "it"));
    if let [Ok(tables), Ok(all), Ok(rules)] = &parts {
        let _chains = chains(tables, all, rules);
    }
}

pub(super) fn firewall_files(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // A file that includes itself.
    let included = |_: &str| Ok(vec![data.to_vec()]);
    let _inbound = nft_file::parse(data, Some("eth0"), &included);
    if let Ok(saved) = iptables_save::parse(data, Some("eth0")) {
        let _outcome = saved.outcome(false);
    }
    let _zone = firewalld::zone(data, &|_| Holds::Listed);
    let _set = firewalld::set(data);
    let _service = firewalld::service(data);
    let _direct = firewalld::direct_lets_in(data);
    let _own = (addresses::own_ipv4(&text), addresses::own_ipv6(&text));
    let _default = firewalld::value(data, "DefaultZone");
    let _policy = ufw::value(data, "DEFAULT_INPUT_POLICY");
    if let Ok(chains) = ufw::chains(&[data], true, true, None) {
        let _outcome = outcome(&chains, "INPUT", true);
    }
}

pub(super) fn network_settings(data: &[u8]) {
    if let Ok((sockets, _)) = socket_table::parse(data) {
        assert!(sockets.len() <= data.len());
    }
    let _waiting = sctp_table::waiting(data);
    if let Ok(lines) = sysctl_file::parse(data) {
        assert!(lines.len() <= data.len());
        let _value = sysctl_file::value(&lines, "net/ipv4/conf/all/rp_filter");
    }
}
