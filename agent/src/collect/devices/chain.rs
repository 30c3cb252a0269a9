//! The encrypted mappings that a file system lies on, by the names they were opened under.

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::{Reason, ReasonCode};

use super::mapping::{Mapping, mapping};
use super::{Devices, Placement};
use crate::collect::backups::mounts::Mount;

/// The most devices that are looked at below one.
const LOOKED_AT_MAX: usize = 64;

/// An encrypted mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The name it was opened under.
    pub name: String,
    /// Where it is.
    pub place: Placement,
    /// By what it is encrypted.
    pub encryption: Encryption,
}

impl Devices<'_, '_> {
    /// The encrypted mappings below a mounted file system.
    pub fn opened_under(&self, mount: &Mount) -> Result<Vec<Opened>, Reason> {
        let mut found = Vec::new();
        self.each_below(mount, |devices, place| {
            if place.name.starts_with("dm-") {
                let uuid = devices.attribute(&place.name, "dm/uuid")?.unwrap_or_default();
                if let Mapping::Encrypts(encryption) = mapping(uuid.as_bytes()) {
                    let name = devices.attribute(&place.name, "dm/name")?;
                    found.extend(name.map(|name| Opened { name, place: place.clone(), encryption }));
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The disks, and all between, that a mounted file system lies on.
    pub fn disks_of(&self, mount: &Mount) -> Result<Vec<String>, Reason> {
        let mut disks = Vec::new();
        self.each_below(mount, |_, place| {
            disks.push(place.disk.clone());
            Ok(())
        })?;
        Ok(disks)
    }

    /// The devices that a mounted file system lies on: parts by their own names.
    pub fn parts_of(&self, mount: &Mount) -> Result<Vec<String>, Reason> {
        let mut parts = Vec::new();
        self.each_below(mount, |_, place| {
            parts.push(place.name.clone());
            Ok(())
        })?;
        Ok(parts)
    }

    fn each_below(
        &self,
        mount: &Mount,
        mut visit: impl FnMut(&Self, &Placement) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        let mut left = match mount.kind.as_str() {
            "btrfs" => self.together_with(&self.at(&mount.source)?)?,
            "bcachefs" => mount.source.split(':').map(|path| self.at(path)).collect::<Result<Vec<_>, _>>()?,
            "zfs" => {
                let detail = format!(
                    "look at {}: which disks the pool of {} lies on, only ZFS tells",
                    mount.point, mount.source
                );
                return Err(Reason::new(ReasonCode::Unsupported, detail));
            }
            _ if mount.number.starts_with("0:") => Vec::new(),
            _ => vec![self.numbered(&mount.number)?],
        };
        let mut looked_at = 0;
        while let Some(place) = left.pop() {
            looked_at += 1;
            if looked_at > LOOKED_AT_MAX {
                let detail = format!("follow {}: more than {LOOKED_AT_MAX} devices lie below", place.name);
                return Err(Reason::new(ReasonCode::TooLarge, detail));
            }
            visit(self, &place)?;
            let slaves = format!("/sys/class/block/{}/slaves", place.disk);
            for slave in self.look.list_if_there(slaves, LOOKED_AT_MAX).map_err(|error| error.reason())? {
                left.push(self.named(&slave.name)?);
            }
        }
        Ok(())
    }
}
