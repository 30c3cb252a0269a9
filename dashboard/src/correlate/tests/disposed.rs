//! Devices and hosts that are gone on paper.

use tenken_model::fact::neighbours::{Neighbour, Neighbours, Sighting};
use tenken_model::register::DeviceStatus;

use super::*;
use crate::registers::belongings::Device;
use crate::registers::hosts::{HostKind, HostRow, HostStatus};

const MAC: &str = "00:1b:44:11:3a:b7";

pub(super) fn device(id: i64, closed: Option<&str>, status: DeviceStatus) -> Listed<Device> {
    let empty = String::new;
    let row = Device {
        mac: MAC.into(),
        name: "血圧計 BP-07".into(),
        status,
        place: empty(),
        firmware: empty(),
        latest: empty(),
        checked_on: None,
        update_on: None,
        measure: empty(),
        support_ends: None,
    };
    Listed { closed_at: closed.map(at), ..listed(id, "血圧計 BP-07", row) }
}

pub(super) fn host(id: i64, name: &str, status: HostStatus, changed: &str) -> Listed<HostRow> {
    let empty = String::new;
    let row = HostRow {
        name: name.into(),
        kind: HostKind::Pc,
        status,
        site: empty(),
        group: empty(),
        user: empty(),
        holder: empty(),
        place: empty(),
        portable: false,
        personal_data: true,
        asset_number: empty(),
        note: empty(),
    };
    Listed { changed_at: at(changed), ..listed(id, name, row) }
}

pub(super) fn seen(last_seen: Option<&str>, name: Option<&str>) -> Neighbour {
    Neighbour {
        mac: MAC.into(),
        randomised: false,
        virtual_device: false,
        gateway: false,
        addresses: vec!["192.168.10.23".into()],
        interfaces: vec!["wlan0".into()],
        name: name.map(str::to_owned),
        seen_by: vec![Sighting::NeighbourTable],
        last_seen: last_seen.map(at),
    }
}

pub(super) fn sees(heard: &str, devices: Vec<Neighbour>) -> Machine {
    let neighbours = Neighbours {
        devices,
        randomised_count: 0,
        cut: 0,
        table: Read::Measured(true),
        leases: Read::Measured(true),
        lease_files: Vec::new(),
    };
    Machine { neighbours: Look::Known(neighbours, at(heard)), ..machine(heard, [], Vec::new()) }
}

fn absent(agency: &Agency, machine: &Machine) -> Vec<Finding> {
    judge(Correlation::DisposedDevicesAbsent, agency, machine)
}

#[test]
fn a_device_whose_row_was_closed_is_told_by_who_sees_it() {
    let mut agency = agency("2026-03-19 10:00");
    agency.devices = kept([device(7, Some("2026-03-12 17:00"), DeviceStatus::InUse)]);
    let of = |last: Option<&str>| absent(&agency, &sees("2026-03-19 10:00", vec![seen(last, None)]));
    let found = of(Some("2026-03-19 09:58"));
    assert_eq!(told(&found), [format!("fail {MAC}")]);
    let says = &found[0].says.ja;
    assert_eq!(
        says,
        &format!(
            "停止機器「血圧計 BP-07」が再び通信しています({MAC}、192.168.10.23。台帳では2026年3月12日に閉じています)。検知した機器: SV-KENSHIN01"
        )
    );
    assert!(paths(&found[0]).contains(&"registers.devices/7"));
    assert_eq!(told(&of(Some("2026-03-12 16:59"))), ["pass"], "it was alive before");
    assert_eq!(told(&of(Some("2026-03-18 09:59"))), ["pass"], "what lingers for a day counts no more");
    assert!(told(&of(None))[0].starts_with("fail"), "it does not linger for a week");
    let mut just = agency.clone();
    just.devices = kept([device(7, Some("2026-03-19 09:00"), DeviceStatus::InUse)]);
    assert_eq!(told(&absent(&just, &sees("2026-03-19 10:00", vec![seen(None, None)]))), ["pass"], "it may linger");
}

#[test]
fn where_a_device_stood_and_who_saw_it_is_said() {
    let mut agency = agency("2026-03-19 10:00");
    let mut gone = device(7, Some("2026-03-12 17:00"), DeviceStatus::InUse);
    gone.row.place = "2F 測定室".into();
    agency.devices = kept([gone]);
    let stands = |id, status, site: &str, place: &str| {
        let mut host = host(id, "sv-kenshin01", status, "2026-03-01 09:00");
        host.row.kind = HostKind::Server;
        (host.row.site, host.row.place) = (site.into(), place.into());
        host
    };
    let mut old = host(3, "PC-OLD", HostStatus::Disposed, "2026-03-12 17:00");
    old.row.place = "倉庫".into();
    agency.hosts =
        kept([stands(1, HostStatus::Prepared, "支所", ""), stands(2, HostStatus::InUse, "本部", "3F サーバー室"), old]);
    let found = absent(&agency, &sees("2026-03-19 10:00", vec![seen(Some("2026-03-19 09:58"), Some("pc-old"))]));
    let said = |subject: &str| {
        let of = |it: &&Finding| it.key.subject.as_ref().is_some_and(|it| it.as_str() == subject);
        found.iter().find(of).unwrap().says.clone()
    };
    let seen = said(MAC);
    assert!(seen.ja.starts_with("停止機器「血圧計 BP-07(2F 測定室)」が再び通信しています("), "{}", seen.ja);
    assert!(seen.ja.ends_with("検知したサーバー: SV-KENSHIN01(本部 3F サーバー室)"), "{}", seen.ja);
    assert!(seen.en.starts_with("Stopped device \"血圧計 BP-07 (2F 測定室)\" is on the network again"), "{}", seen.en);
    assert!(
        seen.en.contains("closed in the register on 2026-03-12). Seen by server: SV-KENSHIN01 (本部"),
        "{}",
        seen.en
    );
    assert!(said("PC-OLD").ja.contains("「PC-OLD(倉庫)」"), "{}", said("PC-OLD").ja);
}

#[test]
fn what_an_open_row_says_is_told_by_agents_and_what_was_not_seen_is_unknown() {
    let mut agency = agency("2026-03-19 10:00");
    let last = || vec![seen(Some("2026-03-19 09:58"), None)];
    agency.devices =
        kept([device(8, None, DeviceStatus::Retired), device(7, Some("2026-03-12 17:00"), DeviceStatus::InUse)]);
    assert_eq!(told(&absent(&agency, &sees("2026-03-19 10:00", last()))), ["pass"]);
    agency.devices = kept([device(7, Some("2026-03-12 17:00"), DeviceStatus::InUse)]);
    let mut bridge = last();
    bridge[0].virtual_device = true;
    assert_eq!(told(&absent(&agency, &sees("2026-03-19 10:00", bridge))), ["pass"]);
    for change in [
        |it: &mut Neighbours| it.cut = 3,
        |it: &mut Neighbours| it.table = Read::Measured(false),
        |it: &mut Neighbours| it.leases = Read::not_read(ReasonCode::NotPermitted, "x"),
    ] {
        for (devices, expected) in [(Vec::new(), vec!["unknown"]), (last(), vec!["unknown", "fail"])] {
            let mut machine = sees("2026-03-19 10:00", devices);
            if let Look::Known(neighbours, _) = &mut machine.neighbours {
                change(neighbours);
            }
            let found = absent(&agency, &machine);
            let verdicts: Vec<&str> = found.iter().map(|finding| finding.verdict.kind().word()).collect();
            assert_eq!(verdicts, expected);
        }
    }
    let alone = machine("2026-03-19 10:00", [], Vec::new());
    assert_eq!(told(&absent(&agency, &alone)), ["pass"], "it is on no network");
    let half = Agency { hosts: not_kept(), ..agency };
    assert_eq!(told(&absent(&half, &alone)), ["unknown"], "one register is not kept");
}

#[test]
fn a_host_that_is_disposed_of_neither_reports_nor_gives_its_name() {
    let of = |hosts: Vec<Listed<HostRow>>, heard: &str, name: Option<&str>| {
        let agency = Agency { hosts: kept(hosts), ..agency("2026-03-19 10:00") };
        told(&absent(&agency, &sees(heard, vec![seen(Some("2026-03-19 09:58"), name)])))
    };
    let disposed = |name: &str| host(3, name, HostStatus::Disposed, "2026-03-12 17:00");
    let now = "2026-03-19 10:00";
    assert_eq!(of(vec![disposed("sv-kenshin01")], now, None), ["fail sv-kenshin01"]);
    assert_eq!(of(vec![disposed("SV-KENSHIN01")], "2026-03-12 16:00", None), ["pass"], "it reported before");
    assert_eq!(of(vec![disposed("SV-KENSHIN01")], "2026-03-18 09:00", None), ["pass"], "it is silent since");
    let again = host(4, "SV-KENSHIN01", HostStatus::InUse, "2026-03-01 09:00");
    assert_eq!(of(vec![disposed("SV-KENSHIN01"), again], now, None), ["pass"], "another of that name is in use");
    assert_eq!(of(vec![disposed("PC-OLD")], now, Some("pc-old")), ["fail PC-OLD"]);
    assert_eq!(of(vec![disposed("PC-OLD")], now, Some("pc-new")), ["pass"]);
    let stored = host(3, "PC-OLD", HostStatus::Stored, "2026-03-12 17:00");
    assert_eq!(of(vec![stored], now, Some("pc-old")), ["pass"], "put away is not disposed of");
}
