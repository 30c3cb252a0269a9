//! The firmware's own description of the machine (`/sys/firmware/dmi/tables/DMI`, `RSMB` on Windows), as far as it tells of
//! passwords, who made the machine, and of its case.
//!
//! DMTF DSP0134 (SMBIOS reference specification): a structure is a type, its length, a handle, its fields, then texts that
//! end in NUL, and a second NUL behind the last. Type 1 is the machine, type 3 its case. Type 24 is hardware security: one byte of four settings of two bits.

use thiserror::Error;

/// The most structures of one table; a server of many disks and slots has some hundreds.
const STRUCTURES_MAX: usize = 20_000;
const HEADER_BYTES: usize = 4;
const MACHINE: u8 = 1;
const CASE: u8 = 3;
const HARDWARE_SECURITY: u8 = 24;
const END_OF_TABLE: u8 = 127;

/// Why a table cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SmbiosError {
    /// It ends within a structure, or a structure is shorter than its header.
    #[error("it is broken off at byte {0}")]
    Broken(usize),
    /// It has too many structures.
    #[error("it has more than {STRUCTURES_MAX} structures")]
    TooLong,
}

/// The state of one password (SMBIOS 7.25.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordStatus {
    /// None is set.
    Disabled,
    /// One is set.
    Enabled,
    /// The firmware has no such password.
    NotImplemented,
    /// It does not say.
    Unknown,
}

/// The passwords of the firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HardwareSecurity {
    /// Asked for at start.
    pub power_on: PasswordStatus,
    /// Asked for before settings change.
    pub administrator: PasswordStatus,
}

/// Who made a machine and what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its maker; empty where it says none.
    pub maker: String,
    /// What its maker calls it; empty where it says nothing.
    pub product: String,
    /// The number of its case (SMBIOS 7.4.1).
    pub case: Option<u8>,
}

/// The table's statement on hardware security; nothing when it makes none, as of most newer machines.
pub fn hardware_security(table: &[u8]) -> Result<Option<HardwareSecurity>, SmbiosError> {
    let mut found = None;
    walk(table, |at, structure| {
        if structure.kind == HARDWARE_SECURITY {
            let settings = *structure.fields.first().ok_or(SmbiosError::Broken(at))?;
            found = Some(HardwareSecurity { power_on: status(settings >> 6), administrator: status(settings >> 2) });
        }
        Ok(found.is_some())
    })?;
    Ok(found)
}

/// Who made the machine, and its case. The first structure of a kind counts.
pub fn identity(table: &[u8]) -> Result<Identity, SmbiosError> {
    let mut found = Identity::default();
    let mut named = false;
    walk(table, |_, structure| {
        match structure.kind {
            MACHINE if !named => {
                named = true;
                found.maker = structure.text(0);
                found.product = structure.text(1);
            }
            CASE if found.case.is_none() => found.case = structure.fields.get(1).copied(),
            _ => {}
        }
        Ok(named && found.case.is_some())
    })?;
    Ok(found)
}

/// One structure of a table.
struct Structure<'a> {
    kind: u8,
    fields: &'a [u8],
    texts: &'a [u8],
}

impl Structure<'_> {
    /// The text whose number a field holds; empty where there is none.
    fn text(&self, field: usize) -> String {
        let number = self.fields.get(field).copied().map_or(0, usize::from);
        let text = number.checked_sub(1).and_then(|index| self.texts.split(|byte| *byte == 0).nth(index));
        String::from_utf8_lossy(text.unwrap_or_default()).trim().to_owned()
    }
}

/// Shows each structure, with where it begins, until one is enough or the table ends.
fn walk(
    table: &[u8],
    mut seen: impl FnMut(usize, &Structure<'_>) -> Result<bool, SmbiosError>,
) -> Result<(), SmbiosError> {
    let mut at = 0;
    for _ in 0..STRUCTURES_MAX {
        let Some(rest) = table.get(at..).filter(|rest| !rest.is_empty()) else { return Ok(()) };
        let [kind, length, _, _, ..] = *rest else { return Err(SmbiosError::Broken(at)) };
        let length = usize::from(length);
        let fields = rest.get(HEADER_BYTES..length).ok_or(SmbiosError::Broken(at))?;
        let texts = rest.get(length..).unwrap_or_default();
        let end = texts.windows(2).position(|pair| pair == [0, 0]);
        let own = texts.get(..end.unwrap_or_default()).unwrap_or_default();
        if seen(at, &Structure { kind, fields, texts: own })? || kind == END_OF_TABLE {
            return Ok(());
        }
        at += length + end.ok_or(SmbiosError::Broken(at))? + 2;
    }
    Err(SmbiosError::TooLong)
}

fn status(bits: u8) -> PasswordStatus {
    match bits & 0b11 {
        0 => PasswordStatus::Disabled,
        1 => PasswordStatus::Enabled,
        2 => PasswordStatus::NotImplemented,
        _ => PasswordStatus::Unknown,
    }
}

/// A table that says only that.
pub fn table(settings: Option<u8>) -> Vec<u8> {
    let mut written = Vec::new();
    if let Some(settings) = settings {
        written.extend([HARDWARE_SECURITY, 5, 0, 0x18, settings, 0, 0]);
    }
    written.extend([END_OF_TABLE, 4, 0xff, 0xfe, 0, 0]);
    written
}

/// The byte that says so.
pub fn settings(security: HardwareSecurity) -> u8 {
    let bits = |status| match status {
        PasswordStatus::Disabled => 0,
        PasswordStatus::Enabled => 1,
        PasswordStatus::NotImplemented => 2,
        PasswordStatus::Unknown => 3_u8,
    };
    bits(security.power_on) << 6 | 2 << 4 | bits(security.administrator) << 2 | 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Structures 0 and 3 as a notebook writes them, without what names it.
    fn notebook(settings: Option<u8>) -> Vec<u8> {
        let firmware = b"\x00\x1a\x00\x00\x01\x02\x00\xf0\x03\xff\x80\x98\x8b\x3f\x01\x00\x00\x00\x03\x0d\x01\x22\x01\x11\xff\xffVendor\0R1(1.30)\x0001/01/2024\0\0";
        let case =
            b"\x03\x16\x03\x00\x01\x0a\x02\x03\x04\x03\x03\x03\x03\x00\x00\x00\x00\x00\x01\x00\x00\x05Vendor\0None\0\0";
        let memory =
            b"\x10\x17\x04\x00\x03\x03\x03\x00\x00\x00\x02\xfe\xff\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\0\0";
        [firmware.as_slice(), case, memory, &table(settings)].concat()
    }

    #[test]
    fn passwords() {
        use PasswordStatus::{Disabled, Enabled, NotImplemented, Unknown};
        for (settings, power_on, administrator) in [
            (0b0110_0110, Enabled, Enabled),
            (0b0000_0000, Disabled, Disabled),
            (0b1010_1010, NotImplemented, NotImplemented),
            (0b1111_1111, Unknown, Unknown),
            (0b0010_0110, Disabled, Enabled),
        ] {
            let found = hardware_security(&notebook(Some(settings)));
            assert_eq!(found, Ok(Some(HardwareSecurity { power_on, administrator })), "{settings:b}");
        }
        assert_eq!(hardware_security(&notebook(None)), Ok(None));
        assert_eq!(hardware_security(b""), Ok(None));
    }

    #[test]
    fn who_made_it() {
        let machine = b"\x01\x1b\x01\x00\x01\x02\x03\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x06\x05\x06LENOVO\x0020XX\x00T14\0\0";
        let table = [machine.as_slice(), &notebook(None)].concat();
        let found = identity(&table).unwrap();
        assert_eq!((found.maker.as_str(), found.product.as_str(), found.case), ("LENOVO", "20XX", Some(10)));
        assert_eq!(identity(b""), Ok(Identity::default()));
        assert_eq!(identity(b"\x01\x04\x00\x00\0\0\x03\x05\x00\x00\x01\0\0"), Ok(Identity::default()), "too short");
        assert!(identity(&table[..10]).is_err());
    }

    #[test]
    fn broken_tables() {
        let whole = notebook(Some(0));
        assert_eq!(hardware_security(&whole[..20]), Err(SmbiosError::Broken(0)));
        assert_eq!(hardware_security(b"\x18\x04\x00\x00\0\0"), Err(SmbiosError::Broken(0)), "no settings");
        assert_eq!(hardware_security(b"\x18\x03\x00\x00\0\0"), Err(SmbiosError::Broken(0)), "shorter than its header");
        assert_eq!(hardware_security(b"\x01\x04\x00\x00Vendor"), Err(SmbiosError::Broken(0)), "texts without an end");
        assert_eq!(hardware_security(&b"\x01\x04\x00\x00\0\0".repeat(20_001)), Err(SmbiosError::TooLong));
        assert_eq!(hardware_security(b"\x7f\x04\x00\x00\0\0\x18\x05\x00\x00\x40\0\0"), Ok(None), "behind the end");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(settings_byte in any::<u8>(), bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (hardware_security(&bytes), identity(&bytes));
            let found = hardware_security(&table(Some(settings_byte))).unwrap().unwrap();
            prop_assert_eq!(hardware_security(&table(Some(settings(found)))), Ok(Some(found)));
        }
    }
}
