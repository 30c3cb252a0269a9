//! The header of a mapping that is open: on what it lies on, or in a file of its own.

use std::path::Path;

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::{Reason, ReasonCode, Size};

use super::{Header, LuksError, read};
use crate::collect::Look;
use crate::collect::devices::mapping::{Mapping, mapping};
use crate::collect::devices::{Devices, Placement};
use crate::collect::disk_encryption::keys;
use crate::host::{ReadError, ReadErrorKind};

/// How many devices are looked at for one header: integrity and a running change put mappings of their own between.
const LOOKED_AT_MAX: usize = 16;

/// Whether a mapping is stopped for the moment.
const SUSPENDED: &str = "dm/suspended";

/// What a mapping of LUKS is called.
struct Names {
    /// The name it was opened under.
    mapping: String,
    /// Which volume it is, without dashes.
    uuid: String,
}

impl Devices<'_, '_> {
    /// What the header of an open mapping says; nothing where it is no mapping of LUKS.
    pub fn luks_header(&self, place: &Placement) -> Result<Option<Header>, Reason> {
        if !place.name.starts_with("dm-") {
            return Ok(None);
        }
        if let Some(known) = self.headers.borrow().get(&place.name) {
            return known.clone();
        }
        let found = self.find_header(place);
        self.headers.borrow_mut().insert(place.name.clone(), found.clone());
        found
    }

    fn find_header(&self, place: &Placement) -> Result<Option<Header>, Reason> {
        let Some(names) = self.names(place)? else { return Ok(None) };
        let mut missing = None;
        for disk in self.disks_below(place)? {
            match self.header_on(&disk) {
                Ok(Ok(header)) if header.uuid.eq_ignore_ascii_case(&names.uuid) => return Ok(Some(header)),
                Ok(Ok(_) | Err(LuksError::NoHeader)) => {}
                Ok(Err(error)) => {
                    let detail = format!("read the header of LUKS on {}: {error}", path_of(&disk).display());
                    missing = Some(Reason::new(ReasonCode::Unparsable, detail));
                }
                Err(error) => missing = Some(error.reason()),
            }
        }
        if let Some(header) = self.detached(&names)? {
            return Ok(Some(header));
        }
        Err(missing.unwrap_or_else(|| {
            let detail = format!(
                "look for the header of {}: the devices below have none of that volume, and /etc/crypttab names no file \
                 that has it",
                names.mapping
            );
            Reason::new(ReasonCode::Inconclusive, detail)
        }))
    }

    fn names(&self, place: &Placement) -> Result<Option<Names>, Reason> {
        let uuid = self.attribute(&place.name, "dm/uuid")?.unwrap_or_default();
        if !matches!(mapping(uuid.as_bytes()), Mapping::Encrypts(Encryption::Luks1 | Encryption::Luks2)) {
            return Ok(None);
        }
        // CRYPT-LUKS2-<uuid>-<name>
        let of_volume = uuid.split('-').nth(2).unwrap_or_default().to_owned();
        let name = self.attribute(&place.name, "dm/name")?.unwrap_or_default();
        Ok(Some(Names { mapping: name, uuid: of_volume }))
    }

    /// The devices that a mapping lies on, past those that only cryptsetup puts between.
    fn disks_below(&self, place: &Placement) -> Result<Vec<Placement>, Reason> {
        let mut disks = Vec::new();
        let mut left = vec![place.clone()];
        let mut looked_at = 0;
        while let Some(place) = left.pop() {
            let slaves = format!("/sys/class/block/{}/slaves", place.name);
            for slave in self.look.list_if_there(slaves, LOOKED_AT_MAX).map_err(|error| error.reason())? {
                looked_at += 1;
                if looked_at > LOOKED_AT_MAX {
                    let detail = format!("follow {}: more than {LOOKED_AT_MAX} devices lie below", place.name);
                    return Err(Reason::new(ReasonCode::TooLarge, detail));
                }
                let slave = self.named(&slave.name)?;
                let uuid = self.attribute(&slave.name, "dm/uuid")?.unwrap_or_default();
                if uuid.starts_with("CRYPT-SUBDEV-") || uuid.starts_with("CRYPT-INTEGRITY-") {
                    left.push(slave);
                } else {
                    disks.push(slave);
                }
            }
        }
        Ok(disks)
    }

    /// The header on a device, whether it is open or not.
    pub fn header_on(&self, place: &Placement) -> Result<Result<Header, LuksError>, ReadError> {
        let path = path_of(place);
        // Reading from a suspended one would wait until somebody resumes it, and nothing ends a process that waits so.
        if place.name.starts_with("dm-") && matches!(self.attribute(&place.name, SUSPENDED), Ok(Some(is)) if is == "1")
        {
            let tried = format!("read the header of LUKS on {}", path.display());
            return Err(ReadError::new(ReadErrorKind::Failed, tried, "the device is suspended"));
        }
        read(|offset, length| self.look.read_device(&path, offset, Size::from_bytes(length)))
    }

    /// The header in the file that /etc/crypttab names for the mapping.
    fn detached(&self, names: &Names) -> Result<Option<Header>, Reason> {
        for entry in keys::entries(self.look)?.iter().filter(|entry| entry.mapping == names.mapping) {
            let Some(path) = entry.header() else { continue };
            let found =
                read(|offset, length| header_part(self.look, path, offset, length)).map_err(|error| error.reason())?;
            match found {
                Ok(header) if header.uuid.eq_ignore_ascii_case(&names.uuid) => return Ok(Some(header)),
                Ok(_) => {}
                Err(error) => {
                    let detail = format!("read the header of LUKS in {path}: {error}");
                    return Err(Reason::new(ReasonCode::Unparsable, detail));
                }
            }
        }
        Ok(None)
    }
}

/// A header in a file, or on a device of its own.
fn header_part(look: &Look<'_>, path: &str, offset: u64, length: u64) -> Result<Vec<u8>, ReadError> {
    let length = Size::from_bytes(length);
    if path.starts_with("/dev/") {
        look.read_device(path, offset, length)
    } else {
        look.read_part(path, offset, length)
    }
}

/// Where a device is opened. The kernel writes `!` for `/` in names such as that of `/dev/cciss/c0d0`.
fn path_of(place: &Placement) -> std::path::PathBuf {
    Path::new("/dev").join(place.name.replace('!', "/"))
}
