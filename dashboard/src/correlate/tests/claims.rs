//! Addresses that hosts see in two hands.

use tenken_model::fact::neighbours::{Neighbour, Neighbours, Sighting};

use super::disposed::seen;
use super::many::network;
use super::settle::Desk;
use super::*;
use crate::correlate::claims::Claims;

const NOW: &str = "2026-03-16 10:00";
const ROUTER: &str = "00:1b:44:11:3a:01";
const PRINTER: &str = "00:1b:44:11:3a:21";
const OTHER: &str = "00:1b:44:11:3a:99";
const ADDRESS: &str = "192.168.10.21";

fn device(mac: &str, address: &str, last: &str) -> Neighbour {
    Neighbour { mac: mac.into(), addresses: vec![address.into()], ..seen(Some(last), None) }
}

fn router() -> Neighbour {
    Neighbour { gateway: true, ..device(ROUTER, "192.168.10.1", "2026-03-16 09:59") }
}

fn told_by(hosts: &[(&str, Vec<Neighbour>)]) -> Vec<Finding> {
    let mut claims = Claims::default();
    for (host, devices) in hosts {
        claims.add(host, &network(devices.clone()));
    }
    let machine = Machine { fleet: Some(Fleet { claims, ..Fleet::default() }), ..machine(NOW, [], Vec::new()) };
    judge(Correlation::AddressesNotDuplicated, &agency(NOW), &machine)
}

/// PC-1 sees the printer, and PC-2 another device that answers for it.
fn two(change: impl FnOnce(&mut Neighbour, &mut Neighbour)) -> Vec<Finding> {
    let mut one = device(PRINTER, ADDRESS, "2026-03-16 09:41");
    let mut other = device(OTHER, ADDRESS, "2026-03-16 09:50");
    change(&mut one, &mut other);
    told_by(&[("PC-1", vec![router(), one]), ("PC-2", vec![router(), other])])
}

#[test]
fn two_devices_that_two_hosts_see_at_one_address_at_one_time_fail() {
    let found = two(|_, _| {});
    assert_eq!(told(&found), [format!("fail {ADDRESS}")]);
    assert_eq!(
        found[0].says.ja,
        format!("アドレス{ADDRESS}を、2台の機器が使っています({PRINTER}、{OTHER})。検知した機器: PC-1、PC-2")
    );
    let en = &found[0].says.en;
    assert!(en.contains(&format!("{PRINTER}, {OTHER}")) && en.contains("PC-1, PC-2"), "{en}");
    assert_eq!(found[0].evidence[1].value, "PC-2");
    assert_eq!(told(&two(|one, other| one.mac.clone_from(&other.mac))), ["pass"], "both see one");
    assert_eq!(told(&two(|_, other| other.addresses = vec!["192.168.10.22".into()])), ["pass"]);
}

#[test]
fn an_address_that_went_from_one_to_the_other_is_no_failure() {
    assert_eq!(told(&two(|one, _| one.last_seen = Some(at("2026-03-16 09:39")))), ["pass"], "eleven minutes");
    assert!(told(&two(|one, _| one.last_seen = Some(at("2026-03-16 09:40"))))[0].starts_with("fail"));
    assert_eq!(told(&two(|one, _| one.last_seen = None)), ["pass"], "nobody says when");
    let old = |it: &mut Neighbour| it.last_seen = Some(at("2026-03-16 06:59"));
    let long_ago = two(|one, other| {
        old(one);
        old(other);
    });
    assert_eq!(told(&long_ago), ["pass"]);
    let phone = two(|one, other| (one.randomised, other.randomised) = (true, true));
    assert_eq!(told(&phone), ["pass"], "a telephone changes its hardware address");
    assert!(told(&two(|_, other| other.randomised = true))[0].starts_with("fail"));
    assert_eq!(told(&two(|_, other| other.virtual_device = true)), ["pass"]);
    assert_eq!(told(&two(|_, other| other.seen_by = vec![Sighting::DhcpLease])), ["pass"], "a lease answers nobody");
}

#[test]
fn a_repeater_that_the_agency_knows_answers_for_others() {
    let rule = tenken_model::RuleId::new("addresses_not_duplicated").unwrap();
    // PC-2 sits behind a repeater, which it sees in place of the printer.
    let judged = |repeaters: &[&str]| {
        let mut claims = Claims::default();
        claims.add("PC-1", &network(vec![router(), device(PRINTER, ADDRESS, "2026-03-16 09:41")]));
        claims.add("PC-2", &network(vec![router(), device(OTHER, ADDRESS, "2026-03-16 09:50")]));
        let machine = Machine { fleet: Some(Fleet { claims, ..Fleet::default() }), ..machine(NOW, [], Vec::new()) };
        let mut agency = agency(NOW);
        let set = [("repeaters".to_owned(), serde_json::json!(repeaters))].into();
        agency.parameters = [(rule.clone(), set)].into();
        told(&judge(Correlation::AddressesNotDuplicated, &agency, &machine))
    };
    assert_eq!(judged(&[OTHER]), ["pass"]);
    assert_eq!(judged(&["00-1B-44-11-3A-99 "]), ["pass"], "as its label writes it");
    assert_eq!(judged(&[]), [format!("fail {ADDRESS}")], "who takes the printer's place looks like it");
    assert_eq!(judged(&[ROUTER]), [format!("fail {ADDRESS}")], "another one is known");
}

#[test]
fn networks_of_others_have_the_same_addresses() {
    let one = || vec![router(), device(PRINTER, ADDRESS, "2026-03-16 09:41")];
    let other = || device(OTHER, ADDRESS, "2026-03-16 09:50");
    let home = Neighbour { mac: "00:1b:44:11:3a:77".into(), ..router() };
    assert_eq!(told(&told_by(&[("PC-1", one()), ("PC-2", vec![home, other()])])), ["pass"], "another gateway");
    assert_eq!(told(&told_by(&[("PC-1", one()), ("PC-2", vec![other()])])), ["pass"], "no gateway");
    let mut bridged = other();
    bridged.interfaces = vec!["br0".into()];
    assert_eq!(told(&told_by(&[("PC-1", one()), ("PC-2", vec![router(), bridged])])), ["pass"], "another interface");
    let shared = || Neighbour { virtual_device: true, ..router() };
    let printer = device(PRINTER, ADDRESS, "2026-03-16 09:41");
    let apart = told_by(&[("PC-1", vec![shared(), printer]), ("PC-2", vec![shared(), other()])]);
    assert_eq!(told(&apart), ["pass"], "virtual gateways are alike everywhere");
}

#[test]
fn nobody_who_sees_is_unknown_and_only_one_host_tells() {
    assert_eq!(told(&told_by(&[])), ["unknown"]);
    assert_eq!(told(&told_by(&[("PC-1", Vec::new())])), ["pass"]);
    let other = Machine { fleet: None, ..machine(NOW, [], Vec::new()) };
    assert_eq!(told(&judge(Correlation::AddressesNotDuplicated, &agency(NOW), &other)), ["not_applicable"]);
}

#[test]
fn of_many_sightings_the_newest_count() {
    let mut hosts: Vec<(String, Vec<Neighbour>)> = (0..40)
        .map(|minute| {
            let at = format!("2026-03-16 09:{minute:02}");
            (format!("PC-{minute}"), vec![router(), device(PRINTER, ADDRESS, &at)])
        })
        .collect();
    hosts.push(("PC-X".into(), vec![router(), device(OTHER, ADDRESS, "2026-03-16 09:38")]));
    let hosts: Vec<(&str, Vec<Neighbour>)> = hosts.iter().map(|(host, seen)| (host.as_str(), seen.clone())).collect();
    let found = told_by(&hosts);
    assert_eq!(told(&found), [format!("fail {ADDRESS}")]);
    assert!(
        found[0].says.ja.ends_with("PC-39、PC-X") || found[0].says.ja.ends_with("PC-38、PC-X"),
        "{}",
        found[0].says.ja
    );
}

#[tokio::test]
async fn what_two_hosts_tell_is_told_on_the_eldest() {
    let desk = Desk::new(&["h-1", "h-2", "h-3"]).await;
    let tell = async |host: &str, devices: Vec<Neighbour>| {
        let seen: Neighbours = network(devices);
        desk.tell_seen(host, seen, NOW).await;
    };
    tell("h-2", vec![router(), device(PRINTER, ADDRESS, "2026-03-16 09:41")]).await;
    tell("h-3", vec![router(), device(OTHER, ADDRESS, "2026-03-16 09:50")]).await;
    tell("h-1", vec![router()]).await;
    let fails = |it: &String| it.starts_with("addresses_not_duplicated");
    for (host, expected) in [("h-1", 1), ("h-2", 0), ("h-3", 0)] {
        let found = desk.state(host).await.0;
        assert_eq!(found.iter().filter(|it| fails(it)).count(), expected, "{host}: {found:?}");
    }
}
