//! What the hosts of the corpus do not show: what Windows remembers, and limits.

use tenken_model::Instant;
use tenken_model::fact::system::SystemFamily;

use super::*;
use crate::collect::{Wake, file_time};
use crate::host::recorded::{Answer, Bytes};
use crate::host::windows_api::{RegistryData, RegistryKey, RegistryPath, RegistryValue, Volume};
use crate::host::{ReadError, ReadErrorKind, Recording};

const STICK: &str = r"SYSTEM\CurrentControlSet\Enum\USBSTOR\Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_4000";

fn now() -> Instant {
    "2026-11-26T01:00:00Z".parse().unwrap()
}

fn host(volumes: Vec<Volume>) -> Recording {
    let mut host = Recording::new(now());
    host.family = SystemFamily::Windows;
    host.windows.volumes = Some(Answer::Given(volumes));
    host.windows.services = Some(Answer::Given(Vec::new()));
    host
}

fn key(host: &mut Recording, path: &str, values: Vec<RegistryValue>) {
    let key = RegistryKey { values, ..RegistryKey::default() };
    host.windows.registry.insert(RegistryPath::machine(path), Answer::Given(key));
}

fn arrived(host: &mut Recording, instance: &str, at: Instant) {
    let path = format!(r"{STICK}\{instance}\Properties\{{83da6326-97a6-4088-9453-a1923f573b29}}\0066");
    let bytes = file_time::units(at).unwrap().to_le_bytes().to_vec();
    // The type of properties is none of the registry's own.
    let data = RegistryData::Other { kind: 0xffff_0010, bytes: Bytes(bytes) };
    key(host, &path, vec![RegistryValue { name: String::new(), data }]);
}

fn fact(host: &Recording) -> RemovableMedia {
    let registers = tenken_model::register::Registers::not_given("test");
    let needs = Needs { registers, time_references: Vec::new(), now: host.now };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn stick(letter: char, disk: u32) -> Volume {
    Volume {
        letter,
        device: format!(r"\\?\Volume{{{disk}}}\"),
        kind: 2,
        file_system: "FAT32".to_owned(),
        size: tenken_model::Size::from_bytes(1 << 30),
        serial: 1,
        bus: Some(7),
        removable_medium: Some(true),
        disk: Some(disk),
        disk_serial: Some("07008A2B11C3 ".to_owned()),
    }
}

#[test]
fn what_was_attached_once_is_told_by_its_serial_number() {
    let mut host = host(vec![stick('E', 1)]);
    let last: Instant = "2026-11-20T05:00:00Z".parse().unwrap();
    arrived(&mut host, "07008A2B11C3&0", last);
    arrived(&mut host, "FFFF&0", "2030-01-01T00:00:00Z".parse().unwrap());
    key(&mut host, &format!(r"{STICK}\7&2b63d3c7&0"), Vec::new());
    let found = fact(&host);
    let Some(Read::Measured(past)) = &found.past else { panic!("{found:?}") };
    let told: Vec<_> = past.iter().map(|past| (past.serial.as_str(), past.last_attached)).collect();
    assert_eq!(told, [("07008A2B11C3", Some(last)), ("FFFF", None)], "one that Windows made up is none");
    let medium = &found.media[0];
    assert_eq!(medium.serial, Read::Measured(Some("07008A2B11C3".to_owned())));
    assert_eq!((medium.vendor.as_deref(), medium.model.as_deref()), (Some("BUFFALO"), Some("USB Flash Disk")));
}

#[test]
fn more_than_are_told_of_are_counted() {
    let volumes = ('A'..='Z').chain('a'..='z').zip(0..).map(|(letter, disk)| stick(letter, disk)).collect();
    let found = fact(&host(volumes));
    assert_eq!((found.media.len(), found.media_left_out), (50, 2));
}

#[test]
fn what_may_not_be_listed_is_not_taken_for_nothing() {
    let mut host = host(Vec::new());
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read HKLM", "access is denied");
    let devices = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Enum\USBSTOR");
    host.windows.registry.insert(devices.clone(), Answer::Refused(refused));
    let look = Look::new(&host);
    assert!(matches!(fact(&host).past, Some(Read::NotRead(_))));
    let registers = tenken_model::register::Registers::not_given("test");
    _ = collect(&look, &Needs { registers, time_references: Vec::new(), now: now() });
    let (_, wakes) = look.finish();
    assert!(
        wakes.contains(&Wake::Registry(devices))
            && wakes.contains(&Wake::Registry(RegistryPath::machine(r"SYSTEM\MountedDevices")))
    );
    host.windows.volumes = None;
    let registers = tenken_model::register::Registers::not_given("test");
    let needs = Needs { registers, time_references: Vec::new(), now: now() };
    assert!(matches!(collect(&Look::new(&host), &needs), Outcome::Failed(_)));
}
