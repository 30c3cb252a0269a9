//! Gateways as hosts see them.

use tenken_model::fact::neighbours::{Neighbour, Sighting};

use super::disposed::{host, seen, sees};
use super::*;
use crate::registers::belongings::Network;
use crate::registers::hosts::HostStatus;

const NOW: &str = "2026-03-16 10:00";
const ROUTER: &str = "00:1b:44:11:3a:01";
const OTHER: &str = "00:1b:44:11:3a:99";
const ADDRESS: &str = "192.168.10.1";

fn device(mac: &str, address: &str, gateway: bool) -> Neighbour {
    Neighbour { mac: mac.into(), addresses: vec![address.into()], gateway, ..seen(None, None) }
}

fn network(id: i64, gateway: &str, mac: &str) -> Listed<Network> {
    listed(id, "院内LAN", Network { name: "院内LAN".into(), gateway: gateway.into(), gateway_mac: mac.into() })
}

fn of(rows: Vec<Listed<Network>>, devices: Vec<Neighbour>) -> Vec<Finding> {
    let agency = Agency { networks: kept(rows), ..agency(NOW) };
    judge(Correlation::GatewayUnchanged, &agency, &sees(NOW, devices))
}

#[test]
fn a_gateway_has_the_hardware_address_of_the_register() {
    let row = || vec![network(2, ADDRESS, ROUTER)];
    assert_eq!(told(&of(row(), vec![device(ROUTER, ADDRESS, true)])), ["pass"]);
    let found = of(row(), vec![device(OTHER, ADDRESS, true)]);
    assert_eq!(told(&found), [format!("fail {ADDRESS}")]);
    assert_eq!(
        found[0].says.ja,
        format!(
            "「院内LAN」のゲートウェイ({ADDRESS})のMACアドレスが台帳と違います(台帳 {ROUTER}、検知 {OTHER})。検知した機器: SV-KENSHIN01"
        )
    );
    assert!(paths(&found[0]).contains(&"registers.networks/2"));
    let both = vec![device(ROUTER, ADDRESS, true), device(OTHER, ADDRESS, false)];
    assert_eq!(told(&of(row(), both)), [format!("fail {ADDRESS}")], "another claims it beside the gateway");
    let mut leased = device(OTHER, ADDRESS, false);
    leased.seen_by = vec![Sighting::DhcpLease];
    assert_eq!(told(&of(row(), vec![device(ROUTER, ADDRESS, true), leased])), ["pass"], "a lease answers nobody");
    let closed = Listed { closed_at: Some(at("2026-03-02 10:00")), ..network(2, ADDRESS, ROUTER) };
    assert_eq!(told(&of(vec![closed], vec![device(OTHER, ADDRESS, true)])), [format!("unknown {ADDRESS}")]);
}

#[test]
fn two_sites_may_have_the_same_addresses() {
    let rows = || vec![network(2, ADDRESS, ROUTER), network(3, ADDRESS, OTHER)];
    for mac in [ROUTER, OTHER] {
        assert_eq!(told(&of(rows(), vec![device(mac, ADDRESS, true)])), ["pass"], "{mac}");
    }
    assert_eq!(told(&of(rows(), vec![device("00:1b:44:11:3a:77", ADDRESS, true)])), [format!("fail {ADDRESS}")]);
}

#[test]
fn what_the_register_lacks_is_unknown_and_two_claims_fail_all_the_same() {
    let gateway = || device(ROUTER, ADDRESS, true);
    for rows in [vec![], vec![network(2, ADDRESS, "")], vec![network(2, "192.168.20.1", ROUTER)]] {
        assert_eq!(told(&of(rows.clone(), vec![gateway()])), [format!("unknown {ADDRESS}")]);
        let found = of(rows.clone(), vec![gateway(), device(OTHER, ADDRESS, false)]);
        assert_eq!(told(&found), [format!("fail {ADDRESS}")]);
        assert!(found[0].says.ja.contains(&format!("2台の機器が名乗っています({ROUTER}, {OTHER})")));
        let mut elsewhere = device(OTHER, ADDRESS, false);
        elsewhere.interfaces = vec!["eth1".into()];
        assert_eq!(told(&of(rows, vec![gateway(), elsewhere])), [format!("unknown {ADDRESS}")], "another network");
    }
    let mut dual = gateway();
    dual.addresses.insert(0, "fe80::1".into());
    assert_eq!(told(&of(vec![network(2, ADDRESS, ROUTER)], vec![dual])), ["pass"], "one of its addresses is known");
    assert_eq!(told(&of(vec![], vec![device(OTHER, ADDRESS, false)])), ["pass"], "no gateway was seen");
}

#[test]
fn a_host_that_is_carried_about_may_be_on_networks_of_others() {
    let mut carried = host(5, "sv-kenshin01", HostStatus::InUse, "2026-03-01 09:00");
    carried.row.portable = true;
    let agency = Agency { networks: kept([network(2, ADDRESS, ROUTER)]), hosts: kept([carried]), ..agency(NOW) };
    let of = |device| told(&judge(Correlation::GatewayUnchanged, &agency, &sees(NOW, vec![device])));
    assert_eq!(of(device(OTHER, ADDRESS, true)), [format!("unknown {ADDRESS}")]);
    assert_eq!(of(device(OTHER, "10.0.0.1", true)), ["pass"]);
    assert_eq!(of(device(ROUTER, ADDRESS, true)), ["pass"]);
}

#[test]
fn what_was_not_read_is_unknown() {
    let rows = || kept([network(2, ADDRESS, ROUTER)]);
    let agency = Agency { networks: rows(), ..agency(NOW) };
    let judge = |agency: &Agency, machine: &Machine| told(&judge(Correlation::GatewayUnchanged, agency, machine));
    for cut in [true, false] {
        let mut machine = sees(NOW, vec![device(ROUTER, ADDRESS, true)]);
        if let Look::Known(neighbours, _) = &mut machine.neighbours {
            neighbours.cut = i64::from(cut);
            neighbours.table = Read::Measured(cut);
        }
        assert_eq!(judge(&agency, &machine), ["unknown"]);
    }
    let machine = machine(NOW, [], Vec::new());
    assert_eq!(judge(&agency, &machine), ["pass"], "it is on no network");
    let other = Machine { fleet: None, ..machine };
    assert_eq!(judge(&agency, &other), ["not_applicable"]);
}
