//! Devices of LUKS that are open, and what their headers say.

use tenken_model::Reason;
use tenken_model::fact::disk_encryption::{Cipher, LuksDevice, LuksHeader};

use crate::collect::Look;
use crate::collect::devices::Devices;
use crate::collect::devices::luks::Header;

const BLOCK_DEVICES: &str = "/sys/class/block";
/// The most block devices of one host.
const DEVICES_MAX: usize = 2_000;

/// Every one, whether a file system on it is mounted or not.
pub(super) fn read(look: &Look<'_>, devices: &Devices<'_, '_>) -> Result<Vec<LuksDevice>, Reason> {
    let mut found = Vec::new();
    let entries = look.list(BLOCK_DEVICES, DEVICES_MAX).map_err(|error| error.reason())?;
    for entry in entries.iter().filter(|entry| entry.name.starts_with("dm-")) {
        // A device that went away while the others were read is not there.
        let Ok(place) = devices.named(&entry.name) else { continue };
        let header = match devices.luks_header(&place) {
            Ok(Some(header)) => Ok(told(&header)),
            Ok(None) => continue,
            Err(reason) => Err(reason),
        };
        let mapping = devices.attribute(&place.name, "dm/name")?.unwrap_or_else(|| place.name.clone());
        found.push(LuksDevice { mapping, header: header.into() });
    }
    Ok(found)
}

fn told(header: &Header) -> LuksHeader {
    let cipher = |cipher: &crate::collect::devices::luks::Cipher| Cipher {
        name: cipher.name.clone(),
        key_bits: cipher.key_bits.map(i64::from),
    };
    let mut key_derivations = header.key_slots.clone();
    key_derivations.sort_unstable();
    key_derivations.dedup();
    LuksHeader {
        version: i64::from(header.version),
        ciphers: header.ciphers().into_iter().map(cipher).collect(),
        has_plain_data: header.has_plain_data(),
        unfinished: header.unfinished,
        key_slots: i64::try_from(header.key_slots.len()).unwrap_or(i64::MAX),
        key_derivations,
    }
}
