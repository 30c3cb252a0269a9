//! By what stored data is encrypted: the walk from what is mounted down to the disks.

use std::path::Path;

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::{Read, Reason, ReasonCode};

use super::mapping::{Mapping, mapping};
use super::{Bus, Devices, Placement};
use crate::collect::backups::mounts::Mount;
use crate::host::VendorCommand;

/// Devices on devices on devices: deeper is no storage that somebody built on purpose.
const DEPTH_MAX: usize = 12;
/// The most devices that one device lies on.
const BELOW_MAX: usize = 64;
/// The most file systems of Btrfs on one host.
const BTRFS_MAX: usize = 200;
/// The most devices of one host.
const DEVICES_MAX: usize = 2_000;

/// How mappings are called that cryptsetup needs while it encrypts a device in use.
pub(crate) const UNFINISHED: [&str; 3] = ["-overlay", "-hotzone-forward", "-hotzone-backward"];

/// How data are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// By what they are encrypted.
    pub encryption: Read<Encryption>,
    /// Some disk of theirs can be pulled out.
    pub removable: Read<bool>,
    /// They are only in memory.
    pub in_memory: bool,
}

impl Stored {
    fn unknown(reason: Reason) -> Self {
        Self { encryption: Read::NotRead(reason.clone()), removable: Read::NotRead(reason), in_memory: false }
    }

    /// Data that lie on several devices: what one gives away is given away, and what was not read of one decides
    /// nothing but then.
    fn together(parts: Vec<Self>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let first = parts.next()?;
        Some(parts.fold(first, |one, other| Self {
            encryption: match (one.encryption, other.encryption) {
                (Read::Measured(Encryption::None), _) | (_, Read::Measured(Encryption::None)) => {
                    Read::Measured(Encryption::None)
                }
                (Read::NotRead(reason), _) | (Read::Measured(_), Read::NotRead(reason)) => Read::NotRead(reason),
                (Read::Measured(kind), Read::Measured(_)) => Read::Measured(kind),
            },
            removable: match (one.removable, other.removable) {
                (Read::Measured(true), _) | (_, Read::Measured(true)) => Read::Measured(true),
                (Read::NotRead(reason), _) | (_, Read::NotRead(reason)) => Read::NotRead(reason),
                (Read::Measured(false), Read::Measured(false)) => Read::Measured(false),
            },
            in_memory: one.in_memory && other.in_memory,
        }))
    }
}

impl Devices<'_, '_> {
    /// How data on a mounted file system are stored.
    pub fn stored_on(&self, mount: &Mount) -> Stored {
        self.of_mount(mount, 0)
    }

    /// How data of a file or folder are stored.
    pub fn stored_at(&self, path: &Path) -> Stored {
        self.of_path(path, 0)
    }

    /// How data on a device are stored.
    pub fn stored(&self, place: &Placement) -> Stored {
        self.of_device(place, 0)
    }

    fn of_path(&self, path: &Path, depth: usize) -> Stored {
        match self.holding(path) {
            Some(mount) => self.of_mount(mount, depth),
            None => Stored::unknown(Reason::new(
                ReasonCode::Missing,
                format!("look at {}: the table of mounts has nothing that holds it", path.display()),
            )),
        }
    }

    fn of_mount(&self, mount: &Mount, depth: usize) -> Stored {
        match mount.kind.as_str() {
            "btrfs" | "bcachefs" => self.of_several(mount, depth),
            "zfs" => self.of_dataset(&mount.source),
            "ecryptfs" => {
                let below = Path::new(&mount.source);
                let removable = if self.holding(below).is_some_and(|other| other.kind != "ecryptfs") {
                    self.of_path(below, depth + 1).removable
                } else {
                    Read::Measured(false)
                };
                Stored { encryption: Read::Measured(Encryption::Ecryptfs), removable, in_memory: false }
            }
            "tmpfs" | "ramfs" | "devtmpfs" => Stored {
                encryption: Read::Measured(Encryption::None),
                removable: Read::Measured(false),
                in_memory: true,
            },
            _ if mount.number.starts_with("0:") => Stored::unknown(Reason::new(
                ReasonCode::Unsupported,
                format!("look at {}: what {} lies on cannot be told", mount.point, mount.kind),
            )),
            _ => self.numbered(&mount.number).map_or_else(Stored::unknown, |place| self.of_device(&place, depth)),
        }
    }

    /// Of a file system on several devices the table of mounts names one.
    fn of_several(&self, mount: &Mount, depth: usize) -> Stored {
        let devices = mount.source.split(':').map(|path| self.at(path)).collect::<Result<Vec<_>, _>>();
        let devices = devices.and_then(|devices| match (mount.kind.as_str(), devices.first()) {
            ("btrfs", Some(first)) => self.together_with(first),
            _ => Ok(devices),
        });
        match devices {
            Ok(devices) => {
                let parts = devices.iter().map(|place| self.of_device(place, depth)).collect();
                Stored::together(parts).unwrap_or_else(|| nothing_below(&mount.source))
            }
            Err(reason) => Stored::unknown(reason),
        }
    }

    /// The devices of the file system of Btrfs that one is part of (`/sys/fs/btrfs/UUID/devices/`).
    pub(super) fn together_with(&self, first: &Placement) -> Result<Vec<Placement>, Reason> {
        const ROOT: &str = "/sys/fs/btrfs";
        let systems = self.look.list(ROOT, BTRFS_MAX).map_err(|error| error.reason())?;
        for system in systems {
            let devices = format!("{ROOT}/{}/devices", system.name);
            let devices = self.look.list_if_there(devices, BELOW_MAX).map_err(|error| error.reason())?;
            if devices.iter().any(|device| device.name == first.name) {
                return devices.iter().map(|device| self.named(&device.name)).collect();
            }
        }
        Err(Reason::new(ReasonCode::Missing, format!("look for {} in {ROOT}: no file system has it", first.name)))
    }

    /// A dataset of ZFS, of which only its command tells. One that is not encrypted may lie in a pool whose disks are.
    fn of_dataset(&self, dataset: &str) -> Stored {
        let encryption = self.dataset_encryption(dataset).and_then(|encryption| {
            if encryption == Encryption::None && self.has_encrypted_device()? {
                let detail = format!("look at dataset {dataset}: its pool may lie on one of the encrypted devices");
                return Err(Reason::new(ReasonCode::Inconclusive, detail));
            }
            Ok(encryption)
        });
        Stored { encryption: encryption.into(), removable: Read::Measured(false), in_memory: false }
    }

    fn dataset_encryption(&self, dataset: &str) -> Result<Encryption, Reason> {
        let command = VendorCommand::ZfsEncryption { dataset: dataset.to_owned() };
        let output = self.look.run(&command).map_err(|error| error.reason())?;
        if output.code != Some(0) {
            let first = output.stderr.lines().next().unwrap_or_default();
            return Err(Reason::new(ReasonCode::Failed, format!("run {command}: it failed: {first}")));
        }
        match String::from_utf8_lossy(&output.stdout).trim() {
            "off" => Ok(Encryption::None),
            kind if kind.starts_with("aes-") || kind == "on" => Ok(Encryption::Zfs),
            _ => Err(Reason::new(ReasonCode::Unparsable, format!("run {command}: it named no kind of encryption"))),
        }
    }

    fn has_encrypted_device(&self) -> Result<bool, Reason> {
        let devices = self.look.list("/sys/class/block", DEVICES_MAX).map_err(|error| error.reason())?;
        for device in devices.iter().filter(|device| device.name.starts_with("dm-")) {
            let uuid = self.attribute(&device.name, "dm/uuid")?.unwrap_or_default();
            if matches!(mapping(uuid.as_bytes()), Mapping::Encrypts(_)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn of_device(&self, place: &Placement, depth: usize) -> Stored {
        if depth >= DEPTH_MAX {
            let detail = format!("follow {}: more than {DEPTH_MAX} devices lie on each other", place.name);
            return Stored::unknown(Reason::new(ReasonCode::TooLarge, detail));
        }
        let encryption = match place.disk.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
            "zram" | "ram" => {
                return Stored {
                    encryption: Read::Measured(Encryption::None),
                    removable: Read::Measured(false),
                    in_memory: true,
                };
            }
            "loop" => return self.of_loop(place, depth),
            "nbd" | "rbd" | "drbd" => {
                let detail = format!("look at {}: what it lies on elsewhere cannot be told", place.name);
                return Stored::unknown(Reason::new(ReasonCode::Unsupported, detail));
            }
            "dm-" => self.attribute(&place.name, "dm/uuid").map(|uuid| mapping(uuid.unwrap_or_default().as_bytes())),
            _ => Ok(Mapping::Places),
        };
        let below = self.below(place, depth);
        let removable = below.as_ref().map_or_else(|| self.removable(place).into(), |below| below.removable.clone());
        let of_itself = |reason: &Reason| Stored {
            encryption: Read::NotRead(reason.clone()),
            removable: removable.clone(),
            in_memory: false,
        };
        match encryption {
            // A header that tells decides; of one that does not, its device is what the mapping is called.
            Ok(Mapping::Encrypts(kind)) if let Ok(Some(header)) = self.luks_header(place) => Stored {
                encryption: Read::Measured(if header.has_plain_data() { Encryption::None } else { kind }),
                removable,
                in_memory: false,
            },
            Ok(Mapping::Encrypts(kind)) => match self.unfinished(place) {
                Ok(false) => Stored { encryption: Read::Measured(kind), removable, in_memory: false },
                Ok(true) => {
                    let detail =
                        format!("look at {}: it is being encrypted anew; parts may still be plain", place.name);
                    of_itself(&Reason::new(ReasonCode::Inconclusive, detail))
                }
                Err(reason) => of_itself(&reason),
            },
            Ok(Mapping::Places) => below.unwrap_or(Stored {
                encryption: if place.bus == Bus::Virtual {
                    nothing_below(&place.name).encryption
                } else {
                    Read::Measured(Encryption::None)
                },
                removable,
                in_memory: false,
            }),
            Ok(Mapping::Nameless) => below
                .filter(|below| matches!(below.encryption, Read::Measured(kind) if kind != Encryption::None))
                .unwrap_or_else(|| {
                    let detail = format!("read /sys/class/block/{}/dm/uuid: it does not say what it is", place.name);
                    of_itself(&Reason::new(ReasonCode::Inconclusive, detail))
                }),
            Err(reason) => of_itself(&reason),
        }
    }

    /// Whether cryptsetup is at work below it: while it encrypts a device in use, it puts mappings of its own between
    /// (lib/luks2/luks2_reencrypt.c).
    fn unfinished(&self, place: &Placement) -> Result<bool, Reason> {
        let slaves = format!("/sys/class/block/{}/slaves", place.name);
        for slave in self.look.list_if_there(slaves, BELOW_MAX).map_err(|error| error.reason())? {
            let name = self.attribute(&slave.name, "dm/name")?.unwrap_or_default();
            if UNFINISHED.iter().any(|ending| name.ends_with(ending)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The file a loop device reads, which lies on another file system.
    fn of_loop(&self, place: &Placement, depth: usize) -> Stored {
        match self.attribute(&place.disk, "loop/backing_file") {
            Ok(Some(file)) if file.starts_with('/') => self.of_path(Path::new(&file), depth + 1),
            Ok(_) => nothing_below(&place.name),
            Err(reason) => Stored::unknown(reason),
        }
    }

    /// How the devices are stored that one lies on; nothing when it lies on none. Parts lie where their disk does.
    fn below(&self, place: &Placement, depth: usize) -> Option<Stored> {
        let slaves = format!("/sys/class/block/{}/slaves", place.disk);
        let slaves = match self.look.list_if_there(slaves, BELOW_MAX) {
            Ok(slaves) => slaves,
            Err(error) => return Some(Stored::unknown(error.reason())),
        };
        let parts = slaves.iter().map(|slave| match self.named(&slave.name) {
            Ok(place) => self.of_device(&place, depth + 1),
            Err(reason) => Stored::unknown(reason),
        });
        Stored::together(parts.collect())
    }
}

fn nothing_below(name: &str) -> Stored {
    Stored::unknown(Reason::new(ReasonCode::Missing, format!("look at {name}: nothing is known that it lies on")))
}
