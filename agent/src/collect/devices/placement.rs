//! Where a block device is, by the link that sysfs has for it.
//!
//! `/sys/class/block/sdb1` and `/sys/dev/block/8:17` are links to
//! `../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb/sdb1`: buses from the left,
//! then the disk and its part. See the kernel's Documentation/admin-guide/sysfs-rules.rst.

/// The longest link that is taken apart; deeper trees of hubs than USB allows are still shorter.
const LINK_BYTES_MAX: usize = 4_096;

/// How a disk is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    /// USB.
    Usb,
    /// A slot for memory cards, or memory that is soldered in and spoken to in the same way.
    Mmc,
    /// No device at all: device mapper, md, loop, zram.
    Virtual,
    /// Any other.
    Other,
}

/// A block device and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The kernel's name of it.
    pub name: String,
    /// The whole disk: itself, or what it is a part of.
    pub disk: String,
    /// How it is attached.
    pub bus: Bus,
    /// The folder of sysfs of the USB device that the disk is in.
    pub usb_device: Option<String>,
}

/// Takes the link apart; nothing when it leads to no device.
pub fn placement(link: &str) -> Option<Placement> {
    let below = Some(link).filter(|link| link.len() <= LINK_BYTES_MAX)?.trim_start_matches("../");
    let below = below.strip_prefix("devices/")?;
    let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
    let (name, above) = parts.split_last()?;
    let disk = above.last().filter(|disk| is_part_of(name, disk)).unwrap_or(name);
    let usb_at = parts.iter().rposition(|part| is_usb_device(part));
    let is_usb = parts.iter().any(|part| is_numbered(part, "usb"));
    let bus = if is_usb {
        Bus::Usb
    } else if parts.contains(&"mmc_host") {
        Bus::Mmc
    } else if parts.starts_with(&["virtual", "block"]) {
        Bus::Virtual
    } else {
        Bus::Other
    };
    let usb_device = usb_at.filter(|_| is_usb).and_then(|at| parts.get(..=at));
    Some(Placement {
        name: (*name).to_owned(),
        disk: (*disk).to_owned(),
        bus,
        usb_device: usb_device.map(|parts| format!("/sys/devices/{}", parts.join("/"))),
    })
}

/// `sda1` of `sda`, `nvme0n1p2` of `nvme0n1`.
fn is_part_of(name: &str, disk: &str) -> bool {
    let Some(number) = name.strip_prefix(disk).filter(|_| !disk.is_empty()) else { return false };
    let number = if disk.ends_with(|letter: char| letter.is_ascii_digit()) {
        number.strip_prefix('p').unwrap_or_default()
    } else {
        number
    };
    is_number(number)
}

/// `1-2` and `1-2.4`: a port of a bus or hub. `1-2:1.0` is an interface of that device.
fn is_usb_device(part: &str) -> bool {
    part.split_once('-').is_some_and(|(bus, ports)| is_number(bus) && ports.split('.').all(is_number))
}

fn is_numbered(part: &str, kind: &str) -> bool {
    part.strip_prefix(kind).is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STICK: &str =
        "../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4/2-1.4:1.0/host6/target6:0:0/6:0:0:0/block/sdb/sdb1";

    #[test]
    fn a_stick_behind_a_hub() {
        let found = placement(STICK).unwrap();
        assert_eq!((found.name.as_str(), found.disk.as_str(), found.bus), ("sdb1", "sdb", Bus::Usb));
        assert_eq!(found.usb_device.as_deref(), Some("/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4"));
    }

    #[test]
    fn other_disks() {
        for (link, name, disk, bus) in [
            ("../../devices/pci0000:00/0000:00:1d.0/0000:3d:00.0/nvme/nvme0/nvme0n1", "nvme0n1", "nvme0n1", Bus::Other),
            (
                "../../devices/pci0000:00/0000:00:1d.0/0000:3d:00.0/nvme/nvme0/nvme0n1/nvme0n1p3",
                "nvme0n1p3",
                "nvme0n1",
                Bus::Other,
            ),
            (
                "../../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda",
                "sda",
                "sda",
                Bus::Other,
            ),
            (
                "../../devices/platform/fe340000.mmc/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0/mmcblk0p2",
                "mmcblk0p2",
                "mmcblk0",
                Bus::Mmc,
            ),
            // A disk that several paths may lead to.
            ("../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/nvme0n1p1", "nvme0n1p1", "nvme0n1", Bus::Other),
            ("../../devices/virtual/block/dm-0", "dm-0", "dm-0", Bus::Virtual),
            ("../../devices/virtual/block/loop3/loop3p1", "loop3p1", "loop3", Bus::Virtual),
            ("../../devices/pci0000:00/0000:00:06.0/virtio2/block/vda/vda15", "vda15", "vda", Bus::Other),
            ("../../devices/virtual/block/md127", "md127", "md127", Bus::Virtual),
        ] {
            let found = placement(link).unwrap();
            assert_eq!((found.name.as_str(), found.disk.as_str(), found.bus), (name, disk, bus), "{link}");
            assert_eq!(found.usb_device, None, "{link}");
        }
    }

    #[test]
    fn what_leads_to_no_device() {
        for link in ["", "/", "../..", "../../class/block/sda", "sda", "../../devices/", &"../".repeat(3_000)] {
            assert_eq!(placement(link), None, "{link}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(link in "(\\.\\./|devices/|usb1/|1-2|:|block/|sda|é|[0-9]){0,12}") {
            let _ = placement(&link);
        }
    }
}
