//! Media that were attached once, as Windows remembers them: below `Enum\\USBSTOR`, and in the records of its driver of partitions.
//!
//! `Microsoft-Windows-Partition/Diagnostic` is on by default since Windows 10 1607 and has record 1006 whenever a disk comes or goes,
//! however it is attached: so it tells also of disks that USB is spoken to in the fast way (UASP), which are not below `USBSTOR`,
//! and when. `BusType` is that of STORAGE_BUS_TYPE, and `ParentId` the id of the device on USB.

use tenken_model::fact::removable_media::PastMedium;
use tenken_model::{Instant, Reason};

use super::super::usb_storage_key::{self, StorageName, comparable};
use crate::collect::event_record::EventRecord;
use crate::collect::{Look, Wake, event_record, file_time};
use crate::host::ReadError;
use crate::host::windows_api::{EventQuery, RegistryData, RegistryPath};

/// The most that are remembered by name: a PC that has seen more is a workshop's.
const KNOWN_MAX: usize = 2_000;
/// The most that are told of.
const PAST_MAX: usize = 300;
const DEVICES: &str = r"SYSTEM\CurrentControlSet\Enum\USBSTOR";
/// DEVPKEY_Device_LastArrivalDate, `{83da6326-97a6-4088-9453-a1923f573b29}` 102 (0x66).
const LAST_ARRIVAL: &str = r"Properties\{83da6326-97a6-4088-9453-a1923f573b29}\0066";
const CHANNEL: &str = "Microsoft-Windows-Partition/Diagnostic";
/// A disk came or went.
const DISK: u32 = 1006;
/// The most records that are looked at. Each holds the table of partitions.
const RECORDS_MAX: usize = 200;
/// STORAGE_BUS_TYPE: USB, and cards in a slot of their own.
const BUSES: [u64; 2] = [7, 12];

/// A disk that Windows remembers.
pub(super) struct Known {
    /// Its own serial number; absent where it has none, or is a slot for cards.
    pub(super) serial: Option<String>,
    /// The number of the device on USB, where that is a bridge whose number is not the disk's.
    of_bridge: Option<String>,
    pub(super) name: StorageName,
    /// When it was last seen; absent where that is not told.
    last: Option<Instant>,
    /// It is a slot for cards.
    reader: bool,
}

impl Known {
    fn new(serial: Option<&str>, name: StorageName, last: Option<Instant>) -> Self {
        let reader = name.model.as_deref().is_some_and(usb_storage_key::is_reader);
        Self { serial: serial.filter(|_| !reader).map(str::to_owned), of_bridge: None, name, last, reader }
    }

    /// What it calls itself, as it is compared.
    fn kind(&self) -> String {
        [&self.name.vendor, &self.name.model].into_iter().flatten().map(|part| comparable(part)).collect()
    }
}

/// What Windows remembers.
pub(super) struct Memory {
    pub(super) disks: Vec<Known>,
    /// Since when each has its time.
    pub(super) dated_since: Option<Instant>,
}

/// Every disk on USB that was ever attached.
pub(super) fn read(look: &Look<'_>, now: Instant) -> Result<Memory, Reason> {
    let mut disks = by_device(look).map_err(|error| error.reason())?;
    for disk in &mut disks {
        disk.last = disk.last.filter(|last| *last <= now);
    }
    // Without records much has no time.
    let (records, dated_since) = records(look).unwrap_or_default();
    for record in &records {
        if let Some(seen) = record.time.filter(|seen| *seen <= now) {
            take(&mut disks, record, seen);
        }
    }
    // What is in a slot is told when there was something.
    disks.retain(|disk| !disk.reader || disk.last.is_some());
    Ok(Memory { disks, dated_since })
}

fn by_device(look: &Look<'_>) -> Result<Vec<Known>, ReadError> {
    let root = RegistryPath::machine(DEVICES);
    let mut found = Vec::new();
    let devices = look.registry(&root)?.unwrap_or_default();
    for device in &devices.subkeys {
        let Some(name) = usb_storage_key::device(device) else { continue };
        let path = root.join(device);
        let instances = look.aside().registry(&path)?.unwrap_or_default();
        for instance in &instances.subkeys {
            if found.len() >= KNOWN_MAX {
                return Ok(found);
            }
            let mut known = Known::new(usb_storage_key::serial(instance), name.clone(), None);
            // When a slot arrived tells nothing of cards.
            if !known.reader {
                known.last = last_arrival(look, &path.join(instance));
            }
            found.push(known);
        }
    }
    Ok(found)
}

/// The time is kept where only the system may look; then it is not told.
fn last_arrival(look: &Look<'_>, instance: &RegistryPath) -> Option<Instant> {
    let key = look.aside().registry(&instance.join(LAST_ARRIVAL)).ok().flatten()?;
    match key.value("")? {
        RegistryData::Binary(bytes) | RegistryData::Other { bytes, .. } => file_time::of_bytes(bytes.0.get(..8)?),
        RegistryData::LongNumber(units) => file_time::instant(*units),
        RegistryData::Text(_) | RegistryData::Expandable(_) | RegistryData::Texts(_) | RegistryData::Number(_) => None,
    }
}

/// The records of disks, and since when there are all of them.
fn records(look: &Look<'_>) -> Option<(Vec<EventRecord>, Option<Instant>)> {
    look.wake_on(Wake::EventChannel(CHANNEL.to_owned()));
    let page = look.events(&EventQuery::newest(CHANNEL, RECORDS_MAX).ids([DISK])).ok()?;
    let records = event_record::all(&page, CHANNEL).ok()?;
    let since = if page.more {
        records.iter().filter_map(|record| record.time).min()
    } else {
        look.event_channel(CHANNEL).ok().filter(|channel| channel.enabled).and_then(|channel| channel.oldest)
    };
    Some((records, since))
}

/// Takes in that a disk was seen.
fn take(disks: &mut Vec<Known>, record: &EventRecord, seen: Instant) {
    let is_of_system = record.value("IsSystemCritical").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is_of_system || !record.number("BusType").is_some_and(|bus| BUSES.contains(&bus)) {
        return;
    }
    let text = |name: &str| record.value(name).map(str::trim).filter(|text| !comparable(text).is_empty());
    let name = StorageName { vendor: text("Manufacturer").map(str::to_owned), model: text("Model").map(str::to_owned) };
    let told = text("SerialNumber");
    let of_device = record.value("ParentId").and_then(usb_storage_key::of_device);
    // Of a device without a number of its own no other is believed either.
    let own = if of_device == Some(None) { None } else { told.or(of_device.flatten()) };
    let new = Known::new(own, name, Some(seen));
    if new.reader && record.number("Capacity").unwrap_or_default() == 0 {
        return;
    }
    let numbers: Vec<String> =
        [own, of_device.flatten()].into_iter().flatten().map(comparable).filter(|number| !number.is_empty()).collect();
    let is_same = |known: &&mut Known| match &known.serial {
        Some(serial) => {
            let own = [Some(serial), known.of_bridge.as_ref()];
            !new.reader && own.into_iter().flatten().any(|own| numbers.contains(&comparable(own)))
        }
        None => new.serial.is_none() && known.reader == new.reader && known.kind() == new.kind(),
    };
    if let Some(known) = disks.iter_mut().find(is_same) {
        known.last = known.last.max(Some(seen));
        // What is told while it is attached is the disk's own number.
        let numbers = known.serial.as_deref().zip(new.serial.as_deref());
        let differ = numbers.is_some_and(|(of_key, own)| comparable(of_key) != comparable(own));
        if differ && known.of_bridge.is_none() {
            known.of_bridge = std::mem::replace(&mut known.serial, new.serial);
        }
    } else if disks.len() < KNOWN_MAX {
        disks.push(new);
    }
}

/// Those of which it is known when they were attached first, the latest before the rest, and how many were left out.
pub(super) fn past(memory: &Memory) -> (Vec<PastMedium>, i64) {
    let mut told: Vec<PastMedium> = memory
        .disks
        .iter()
        .map(|known| PastMedium {
            serial: known.serial.clone(),
            vendor: known.name.vendor.clone(),
            model: known.name.model.clone(),
            last_attached: known.last,
        })
        .collect();
    told.sort_by_key(|past| std::cmp::Reverse(past.last_attached));
    let left_out = told.len().saturating_sub(PAST_MAX);
    told.truncate(PAST_MAX);
    (told, i64::try_from(left_out).unwrap_or(i64::MAX))
}
