//! Instances of WMI, the network, storage, and what has a security descriptor.

use std::net::IpAddr;
use std::path::PathBuf;

use super::super::Scrubber;
use super::{Stands, descriptors, exclusions, numbers, programs, registry, texts, wireless};
use crate::collect::cim_time;
use crate::host::recorded::{Bytes, WindowsRecording};
use crate::host::windows_api::{
    Adapter, BoundSocket, IpNeighbour, SecuredObject, SharedFolder, Volume, WmiQuestion, WmiRow, WmiValue,
};

/// How Windows' own antivirus names the program that shows it.
const OF_WINDOWS: &str = "windowsdefender:";

/// A question to WMI.
pub(super) fn question(stands: &mut Stands, question: &WmiQuestion) -> WmiQuestion {
    match question {
        WmiQuestion::KeyProtectors { volume } => WmiQuestion::KeyProtectors { volume: device(stands, volume) },
        other => other.clone(),
    }
}

/// An instance of WMI: of what was asked for.
pub(super) fn row(scrubber: &mut Scrubber, stands: &mut Stands, question: &WmiQuestion, row: &WmiRow) -> WmiRow {
    let asked = |name: &str| question.properties().contains(&name);
    let own = row.iter().filter(|(name, _)| asked(name));
    own.map(|(name, value)| (name.clone(), property(scrubber, stands, name, value))).collect()
}

fn property(scrubber: &mut Scrubber, stands: &mut Stands, name: &str, value: &WmiValue) -> WmiValue {
    let text = match value {
        WmiValue::Truth(_) | WmiValue::Number(_) => return value.clone(),
        WmiValue::List(values) => {
            return WmiValue::List(values.iter().map(|value| property(scrubber, stands, name, value)).collect());
        }
        WmiValue::Text(text) => text,
    };
    WmiValue::Text(match name {
        _ if is_time(text) => text.clone(),
        "DeviceID" | "VolumeName" => device(stands, text),
        "SerialNumber" => programs::serial(scrubber, text),
        "pathToSignedProductExe" | "pathToSignedReportingExe" if text.starts_with(OF_WINDOWS) => {
            format!("{OF_WINDOWS}//")
        }
        _ => match exclusions::of_property(name) {
            Some(kind) => exclusions::one(scrubber, stands, kind, text),
            None => numbers::of_value(name, text).unwrap_or_else(|| texts::text(scrubber, stands, text)),
        },
    })
}

/// `20261126010203.000000+540`.
fn is_time(text: &str) -> bool {
    text.len() == 25 && text.is_ascii() && cim_time::parse(text).is_ok()
}

/// `\\?\Volume{…}\`.
fn device(stands: &mut Stands, text: &str) -> String {
    let inner = text.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(inner, _)| inner);
    match inner.and_then(|inner| inner.parse().ok()) {
        Some(guid) => format!("\\\\?\\Volume{{{}}}\\", stands.identifiers.guid(&guid)),
        None => String::new(),
    }
}

fn address(scrubber: &mut Scrubber, address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(scrubber.addresses.v4(address)),
        IpAddr::V6(address) => IpAddr::V6(scrubber.addresses.v6(address)),
    }
}

fn hardware(scrubber: &mut Scrubber, bytes: &Bytes) -> Bytes {
    match <[u8; 6]>::try_from(bytes.0.as_slice()) {
        Ok(address) => Bytes(scrubber.addresses.hardware(address).to_vec()),
        Err(_) => Bytes(vec![0; bytes.0.len()]),
    }
}

/// Ports, adapters, neighbours, wireless networks and shares.
pub(super) fn network(
    scrubber: &mut Scrubber,
    stands: &mut Stands,
    windows: &WindowsRecording,
    result: &mut WindowsRecording,
) {
    result.sockets = windows.sockets.as_ref().map(|answer| {
        scrubber.answer(answer, "list bound ports", |scrubber, sockets| {
            let one =
                |socket: &BoundSocket| BoundSocket { address: address(scrubber, socket.address), ..socket.clone() };
            sockets.iter().map(one).collect()
        })
    });
    result.adapters = windows.adapters.as_ref().map(|answer| {
        scrubber.answer(answer, "list network adapters", |scrubber, adapters| {
            adapters.iter().map(|adapter| one_adapter(scrubber, stands, adapter)).collect()
        })
    });
    result.neighbours = windows.neighbours.as_ref().map(|answer| {
        scrubber.answer(answer, "list neighbours", |scrubber, neighbours| {
            let one = |neighbour: &IpNeighbour| IpNeighbour {
                address: address(scrubber, neighbour.address),
                hardware: hardware(scrubber, &neighbour.hardware),
                ..neighbour.clone()
            };
            neighbours.iter().map(one).collect()
        })
    });
    result.wireless = windows.wireless.as_ref().map(|answer| {
        scrubber.answer(answer, "list wireless adapters", |scrubber, adapters| {
            adapters.iter().map(|adapter| wireless::adapter(scrubber, stands, adapter)).collect()
        })
    });
    result.shares = windows.shares.as_ref().map(|answer| {
        scrubber.answer(answer, "list shared folders", |scrubber, shares| {
            let one = |share: &SharedFolder| SharedFolder {
                name: texts::word(scrubber, &share.name),
                kind: share.kind,
                path: texts::path(scrubber, stands, &share.path),
                security: share.security.as_ref().map(|bytes| Bytes(descriptors::bytes(stands, &bytes.0))),
            };
            shares.iter().map(one).collect()
        })
    });
}

fn one_adapter(scrubber: &mut Scrubber, stands: &mut Stands, adapter: &Adapter) -> Adapter {
    Adapter {
        guid: stands.identifiers.guid(&adapter.guid),
        name: texts::word(scrubber, &adapter.name),
        description: programs::adapter(scrubber, &adapter.description),
        hardware: hardware(scrubber, &adapter.hardware),
        addresses: adapter.addresses.iter().map(|one| address(scrubber, *one)).collect(),
        gateways: adapter.gateways.iter().map(|one| address(scrubber, *one)).collect(),
        ..adapter.clone()
    }
}

/// Volumes and tables of the firmware.
pub(super) fn storage(
    scrubber: &mut Scrubber,
    stands: &mut Stands,
    windows: &WindowsRecording,
    result: &mut WindowsRecording,
) {
    result.volumes = windows.volumes.as_ref().map(|answer| {
        scrubber.answer(answer, "list volumes", |scrubber, volumes| {
            let one = |volume: &Volume| Volume {
                device: device(stands, &volume.device),
                serial: u32::from(volume.serial != 0),
                file_system: file_system(&volume.file_system),
                disk_serial: volume.disk_serial.as_ref().map(|serial| programs::serial(scrubber, serial)),
                ..volume.clone()
            };
            volumes.iter().map(one).collect()
        })
    });
    for (table, answer) in &windows.firmware {
        let bytes = scrubber
            .answer(answer, &format!("read the firmware table {table:?}"), |_, bytes: &Bytes| Bytes(smbios(&bytes.0)));
        result.firmware.insert(*table, bytes);
    }
}

/// A file system that Windows knows.
fn file_system(name: &str) -> String {
    const KNOWN: [&str; 9] = ["", "NTFS", "FAT", "FAT32", "exFAT", "ReFS", "CDFS", "UDF", "RAW"];
    (if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) { name } else { "x" }).to_owned()
}

/// SMBIOS with all texts gone and the machine's own number: structures are a length, what is formatted, and texts that each end
/// with a zero, with one more behind the last (DMTF DSP0134, 6.1).
fn smbios(bytes: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    let mut at = 0;
    while let Some([kind, length]) = bytes.get(at..at + 2).and_then(|head| <[u8; 2]>::try_from(head).ok()) {
        let Some(formatted) = bytes.get(at..at + usize::from(length).max(4)) else { break };
        let mut kept = formatted.to_vec();
        // The number of the machine itself, and what makers put into structures of their own.
        let personal = match kind {
            1 => 8..24,
            128.. => 4..usize::MAX,
            _ => 0..0,
        };
        for (_, byte) in kept.iter_mut().enumerate().filter(|(at, _)| personal.contains(at)) {
            *byte = 0;
        }
        let texts = bytes.get(at + formatted.len()..).unwrap_or_default();
        let Some(end) = texts.windows(2).position(|two| two == [0, 0]) else { break };
        let count =
            texts.get(..end).unwrap_or_default().split(|byte| *byte == 0).filter(|text| !text.is_empty()).count();
        written.extend(kept);
        written.extend(std::iter::repeat_n([b'x', 0], count).flatten());
        written.extend(if count == 0 { [0, 0].as_slice() } else { [0].as_slice() });
        at += formatted.len() + end + 2;
    }
    written
}

/// What has a security descriptor.
pub(super) fn secured(scrubber: &mut Scrubber, stands: &mut Stands, object: &SecuredObject) -> SecuredObject {
    match object {
        SecuredObject::File(path) => {
            SecuredObject::File(PathBuf::from(texts::path(scrubber, stands, &path.to_string_lossy())))
        }
        SecuredObject::RegistryKey(path) => SecuredObject::RegistryKey(registry::path(scrubber, stands, path)),
        SecuredObject::Service(name) => SecuredObject::Service(texts::word(scrubber, name)),
    }
}
