//! Block devices as sysfs shows them, and by what stored data is encrypted on the way down to the disk.

mod chain;
#[cfg(test)]
pub(crate) mod composed;
pub mod luks;
pub mod mapping;
pub mod placement;
pub mod stored;
pub mod swaps;
pub mod udev;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::{Reason, ReasonCode, Size};

pub use self::chain::Opened;
use self::placement::placement;
pub use self::placement::{Bus, Placement};
pub use self::stored::Stored;
use super::Look;
use super::backups::mounts::{self, Mount};

/// The most that is read of a file of sysfs.
const ATTRIBUTE_MAX: Size = Size::from_bytes(4_096);
/// The most that is read of the table of mounts.
const MOUNTS_MAX: Size = Size::from_bytes(4 << 20);
const SECTOR: u64 = 512;
/// A folder of names made by udev and the device mapper, in which every new disk shows itself: sysfs tells nobody.
const NAMES_OF_DISKS: [&str; 3] = ["/dev/disk/by-id", "/dev/disk/by-path", "/dev/mapper"];

/// The block devices and mounts of a host.
pub struct Devices<'a, 'h> {
    look: &'a Look<'h>,
    mounts: Vec<Mount>,
    /// What the headers of the open mappings of LUKS say, by the kernel's name of each.
    headers: RefCell<BTreeMap<String, Result<Option<luks::Header>, Reason>>>,
}

impl<'a, 'h> Devices<'a, 'h> {
    /// Reads what is mounted.
    pub fn read(look: &'a Look<'h>) -> Result<Self, Reason> {
        for folder in NAMES_OF_DISKS {
            // Only to be woken by: what is attached is read from sysfs.
            _ = look.exists(folder);
        }
        let table = look.read("/proc/self/mountinfo", MOUNTS_MAX).map_err(|error| error.reason())?;
        Ok(Self { look, mounts: mounts::parse(&table), headers: RefCell::default() })
    }

    /// What is mounted, in the order of mounting.
    pub fn mounts(&self) -> &[Mount] {
        &self.mounts
    }

    /// The device with that number, as `8:1`.
    pub fn numbered(&self, number: &str) -> Result<Placement, Reason> {
        self.placed(&format!("/sys/dev/block/{number}"))
    }

    /// The device of that name.
    pub fn named(&self, name: &str) -> Result<Placement, Reason> {
        self.placed(&format!("/sys/class/block/{name}"))
    }

    /// The device of a path in /dev, which may be a link such as those of LVM and cryptsetup.
    pub fn at(&self, path: &str) -> Result<Placement, Reason> {
        let unknown = || {
            let detail = format!("look at {path}: it leads to no block device that the kernel names");
            Reason::new(ReasonCode::Missing, detail)
        };
        let below = path.strip_prefix("/dev/").ok_or_else(unknown)?;
        if !below.contains('/') {
            return self.named(below);
        }
        let target = self.look.read_link(path).map_err(|error| error.reason())?;
        let name = target.file_name().and_then(|name| name.to_str()).ok_or_else(unknown)?;
        self.named(name)
    }

    fn placed(&self, link: &str) -> Result<Placement, Reason> {
        let target = self.look.read_link(link).map_err(|error| error.reason())?;
        placement(&target.to_string_lossy()).ok_or_else(|| {
            let detail = format!("read link {link}: it leads to no device");
            Reason::new(ReasonCode::Unparsable, detail)
        })
    }

    /// A file of a device in sysfs; nothing when the device has none.
    pub fn attribute(&self, name: &str, attribute: &str) -> Result<Option<String>, Reason> {
        let path = format!("/sys/class/block/{name}/{attribute}");
        let bytes = self.look.read_if_there(path, ATTRIBUTE_MAX).map_err(|error| error.reason())?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    /// The size of a device.
    pub fn size(&self, name: &str) -> Result<Size, Reason> {
        let sectors = self.attribute(name, "size")?.and_then(|text| text.parse::<u64>().ok());
        let bytes = sectors.and_then(|sectors| sectors.checked_mul(SECTOR));
        bytes.map(Size::from_bytes).ok_or_else(|| {
            Reason::new(
                ReasonCode::Unparsable,
                format!("read /sys/class/block/{name}/size: it is no number of sectors"),
            )
        })
    }

    /// Whether the disk can be pulled out. Disks on USB say `removable` only of what lies in them, and memory that is
    /// soldered in is spoken to like a card.
    pub fn removable(&self, place: &Placement) -> Result<bool, Reason> {
        let says_so = || Ok(self.attribute(&place.disk, "removable")?.as_deref() == Some("1"));
        match place.bus {
            Bus::Usb => Ok(true),
            Bus::Mmc => Ok(self.attribute(&place.disk, "device/type")?.as_deref() != Some("MMC") || says_so()?),
            Bus::Virtual => Ok(false),
            Bus::Other => says_so(),
        }
    }

    /// The mount a path is on.
    pub fn holding(&self, path: &Path) -> Option<&Mount> {
        mounts::holding(&self.mounts, path)
    }
}
