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
    let told: Vec<_> = past.iter().map(|past| (past.serial.as_deref(), past.last_attached)).collect();
    assert_eq!(told[0], (Some("07008A2B11C3"), Some(last)));
    assert!(told.contains(&(Some("FFFF"), None)), "a time that is still to come is none");
    assert!(told.contains(&(None, None)) && told.len() == 3, "a number that Windows made up is none");
    let medium = &found.media[0];
    assert_eq!(medium.serial, Read::Measured(Some("07008A2B11C3".to_owned())));
    assert_eq!((medium.vendor.as_deref(), medium.model.as_deref()), (Some("BUFFALO"), Some("USB Flash Disk")));
}

/// Record 1006, with the values that a test is about.
fn record(number: u64, at: &str, data: &[(&str, &str)]) -> String {
    let data: Vec<String> = data.iter().map(|(name, value)| format!("<Data Name='{name}'>{value}</Data>")).collect();
    let data = data.concat();
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider \
         Name='Microsoft-Windows-Partition'/><EventID>1006</EventID><TimeCreated \
         SystemTime='{at}'/><EventRecordID>{number}</EventRecordID><Channel>Microsoft-Windows-Partition/Diagnostic\
         </Channel><Computer>pc</Computer></System><EventData>{data}</EventData></Event>"
    )
}

fn recorded(records: &[&[(&str, &str)]]) -> Recording {
    let mut host = host(Vec::new());
    let records =
        records.iter().zip(1..).map(|(data, number)| record(number, &format!("2026-11-2{number}T05:00:00Z"), data));
    host.windows.records.insert("Microsoft-Windows-Partition/Diagnostic".to_owned(), records.collect());
    host
}

fn past(host: &Recording) -> Vec<(Option<String>, Option<String>, Option<String>)> {
    let Some(Read::Measured(past)) = fact(host).past else { panic!("not read") };
    let day = |at: Instant| at.format("%d").to_string();
    past.into_iter().map(|past| (past.serial, past.model, past.last_attached.map(day))).collect()
}

fn told(serial: Option<&str>, model: &str, day: Option<&str>) -> (Option<String>, Option<String>, Option<String>) {
    (serial.map(str::to_owned), Some(model.to_owned()), day.map(str::to_owned))
}

#[test]
fn records_tell_of_disks_on_usb_however_they_are_spoken_to_and_when() {
    let uasp: &[(&str, &str)] = &[
        ("BusType", "7"),
        ("Manufacturer", "Samsung "),
        ("Model", "Portable SSD T7"),
        ("SerialNumber", " S5T7NS0R "),
        ("ParentId", r"USB\VID_04E8&amp;PID_4001\S5T7NS0R"),
        ("Capacity", "1000204886016"),
    ];
    let mut host = recorded(&[
        uasp,
        &[("BusType", "7"), ("Model", "USB Flash Disk"), ("SerialNumber", "07008a2b11c3"), ("Capacity", "0")],
        &[("BusType", "17"), ("Model", "NVMe"), ("SerialNumber", "N1")],
        &[("BusType", "7"), ("IsSystemCritical", "true"), ("Model", "Windows To Go"), ("SerialNumber", "W1")],
        &[("BusType", "12"), ("Model", "SD32G"), ("SerialNumber", "0x1234abcd"), ("Capacity", "32000000000")],
        &[("Model", "none"), ("SerialNumber", "X")],
    ]);
    key(&mut host, &format!(r"{STICK}\07008A2B11C3&0"), Vec::new());
    assert_eq!(
        past(&host),
        [
            told(Some("0x1234abcd"), "SD32G", Some("25")),
            told(Some("07008A2B11C3"), "USB Flash Disk", Some("22")),
            told(Some("S5T7NS0R"), "Portable SSD T7", Some("21")),
        ]
    );
    assert_eq!(fact(&host).past_dated_since, None, "how far back the channel goes is not told");
}

#[test]
fn a_disk_behind_a_bridge_has_the_number_that_it_has_while_it_is_attached() {
    // My Passport: the bridge's number is that of the disk, letter by letter in hexadecimal.
    let passport: &[(&str, &str)] = &[
        ("BusType", "7"),
        ("Manufacturer", "WD"),
        ("Model", "My Passport 25E2"),
        ("SerialNumber", "WXD1A93N5TKL"),
        ("ParentId", r"USB\VID_1058&amp;PID_25E2\5758443141393335"),
        ("Capacity", "1000204886016"),
    ];
    let of_bridge: &[(&str, &str)] =
        &[("BusType", "7"), ("Model", "My Passport 25E2"), ("SerialNumber", "5758443141393335")];
    let mut host = recorded(&[of_bridge, passport, of_bridge]);
    let of_key = r"SYSTEM\CurrentControlSet\Enum\USBSTOR\Disk&Ven_WD&Prod_My_Passport_25E2&Rev_4005";
    key(&mut host, &format!(r"{of_key}\5758443141393335&0"), Vec::new());
    assert_eq!(past(&host), [told(Some("WXD1A93N5TKL"), "My Passport 25E2", Some("23"))]);
    host.windows.volumes =
        Some(Answer::Given(vec![Volume { disk_serial: Some("WXD1A93N5TKL".to_owned()), ..stick('E', 1) }]));
    let found = fact(&host);
    assert_eq!(found.media[0].serial, Read::Measured(Some("WXD1A93N5TKL".to_owned())));
    assert_eq!(found.media[0].model.as_deref(), Some("My Passport 25E2"));
}

#[test]
fn a_number_that_windows_made_up_is_none_in_records_as_well() {
    let made_up: &[(&str, &str)] = &[
        ("BusType", "7"),
        ("Manufacturer", "BUFFALO"),
        ("Model", "USB Flash Disk"),
        ("SerialNumber", "AA00000000000489"),
        ("ParentId", r"USB\VID_0411&amp;PID_00F6\5&amp;2b63d3c7&amp;0&amp;3"),
    ];
    let mut host = recorded(&[made_up, made_up]);
    assert_eq!(past(&host), [told(None, "USB Flash Disk", Some("22"))]);
    key(&mut host, &format!(r"{STICK}\7&2b63d3c7&0"), Vec::new());
    key(&mut host, &format!(r"{STICK}\07008A2B11C3&0"), Vec::new());
    assert_eq!(
        past(&host),
        [told(None, "USB Flash Disk", Some("22")), told(Some("07008A2B11C3"), "USB Flash Disk", None)],
        "it is the one without a number"
    );
}

#[test]
fn a_slot_counts_only_while_a_card_is_in_it() {
    let slot =
        |capacity| [("BusType", "7"), ("Model", "SD/MMC"), ("SerialNumber", "058F63646476"), ("Capacity", capacity)];
    let reader = r"SYSTEM\CurrentControlSet\Enum\USBSTOR\Disk&Ven_Generic-&Prod_SD/MMC&Rev_1.00\058F63646476&0";
    let mut empty = recorded(&[&slot("0")]);
    key(&mut empty, reader, Vec::new());
    assert_eq!(past(&empty), []);
    let mut used = recorded(&[&slot("32000000000"), &slot("0")]);
    key(&mut used, reader, Vec::new());
    let expected = (None, Some("SD/MMC".to_owned()), Some("21".to_owned()));
    assert_eq!(past(&used), [expected], "the number is the reader's");
}

#[test]
fn since_when_all_have_a_time_is_told_by_the_channel() {
    let mut host = recorded(&[&[("BusType", "7"), ("Model", "Stick"), ("SerialNumber", "1")]]);
    let oldest: Instant = "2026-10-02T00:00:00Z".parse().unwrap();
    let mut setup = crate::host::windows_api::EventChannel {
        enabled: true,
        max_size: tenken_model::Size::from_bytes(1 << 20),
        retention: false,
        auto_backup: false,
        access: None,
        file_size: tenken_model::Size::from_bytes(1 << 20),
        oldest_record: Some(1),
        oldest: Some(oldest),
        records: 1,
        full: true,
    };
    let channel = "Microsoft-Windows-Partition/Diagnostic";
    host.windows.channels.insert(channel.to_owned(), Answer::Given(setup.clone()));
    assert_eq!(fact(&host).past_dated_since, Some(oldest));
    setup.enabled = false;
    host.windows.channels.insert(channel.to_owned(), Answer::Given(setup));
    assert_eq!(fact(&host).past_dated_since, None);
    let many: Vec<String> = (1..=300)
        .map(|number| {
            record(number, &format!("2026-11-20T0{}:{:02}:00Z", number / 60, number % 60), &[("BusType", "11")])
        })
        .collect();
    host.windows.records.insert(channel.to_owned(), many);
    assert_eq!(fact(&host).past_dated_since, Some("2026-11-20T01:41:00Z".parse().unwrap()), "more than are looked at");
}

#[test]
fn a_disk_without_a_letter_is_attached() {
    const THERE: &str = r"SYSTEM\CurrentControlSet\Services\disk\Enum";
    let text = |name: &str, id: &str| RegistryValue { name: name.to_owned(), data: RegistryData::Text(id.to_owned()) };
    let devices = |host: &Recording| -> Vec<(String, Read<Option<String>>, i64)> {
        fact(host).media.into_iter().map(|medium| (medium.device, medium.serial, medium.mounts)).collect()
    };
    let lettered = ("E:".to_owned(), Read::Measured(Some("07008A2B11C3".to_owned())), 1);
    let mut host = host(vec![stick('E', 1)]);
    let all = vec![
        text("0", r"SCSI\Disk&Ven_NVMe&Prod_SAMSUNG\5&1ec51bf7&0&000000"),
        text("1", r"USBSTOR\Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_4000\07008A2B11C3&0"),
        text("2", r"USBSTOR\Disk&Ven_IODATA&Prod_HDPZ-UT&Rev_0113\0A1B2C3D&0"),
        text("3", r"USBSTOR\Disk&Ven_Generic-&Prod_SD/MMC&Rev_1.00\058F63646476&0"),
        RegistryValue { name: "Count".to_owned(), data: RegistryData::Number(4) },
    ];
    key(&mut host, THERE, all);
    let second = ("disk 2".to_owned(), Read::Measured(Some("0A1B2C3D".to_owned())), 0);
    assert_eq!(devices(&host), [lettered.clone(), second]);
    // A volume that tells no number of its disk may be of the one that is left.
    let of_another = Volume { letter: 'F', disk: Some(2), disk_serial: None, ..stick('F', 2) };
    host.windows.volumes = Some(Answer::Given(vec![stick('E', 1), of_another.clone()]));
    assert_eq!(devices(&host), [lettered.clone(), ("F:".to_owned(), Read::Measured(None), 1)]);
    let made_up = text("4", r"USBSTOR\Disk&Ven_&Prod_USB_DISK_2.0&Rev_PMAP\7&2b63d3c7&0");
    key(&mut host, THERE, vec![made_up]);
    host.windows.volumes = Some(Answer::Given(vec![stick('E', 1)]));
    assert_eq!(devices(&host), [lettered], "it may be the one with the letter, by another number");
    host.windows.volumes = Some(Answer::Given(Vec::new()));
    assert_eq!(devices(&host), [("disk 4".to_owned(), Read::Measured(None), 0)]);
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read HKLM", "access is denied");
    host.windows.registry.insert(RegistryPath::machine(THERE), Answer::Refused(refused));
    let registers = tenken_model::register::Registers::not_given("test");
    let needs = Needs { registers, time_references: Vec::new(), now: now() };
    assert!(matches!(collect(&Look::new(&host), &needs), Outcome::Failed(_)));
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
            && wakes.contains(&Wake::Registry(RegistryPath::machine(r"SYSTEM\CurrentControlSet\Services\disk\Enum")))
    );
    host.windows.volumes = None;
    let registers = tenken_model::register::Registers::not_given("test");
    let needs = Needs { registers, time_references: Vec::new(), now: now() };
    assert!(matches!(collect(&Look::new(&host), &needs), Outcome::Failed(_)));
}
