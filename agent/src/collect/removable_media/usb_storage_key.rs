//! What the names of keys below `Enum\USBSTOR` tell of a disk on USB: `Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_4000`, and below
//! it `0123456789AB&0`, its serial number with the number of its unit. The device on USB itself, which a disk names as its parent,
//! has the same without that number: `USB\VID_0411&PID_00F6\0123456789AB`.

/// What a disk calls itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorageName {
    /// Its maker; absent where it says none.
    pub vendor: Option<String>,
    /// What it is; absent where it says nothing.
    pub model: Option<String>,
}

/// The longest name; a disk has at most 8 letters for its maker and 16 for what it is.
const NAME_MAX: usize = 100;

/// Reads the name of a device; nothing for what is no disk.
pub fn device(name: &str) -> Option<StorageName> {
    let mut parts = name.split('&');
    parts.next().filter(|kind| kind.eq_ignore_ascii_case("Disk"))?;
    let mut found = StorageName::default();
    for part in parts {
        let Some((kind, value)) = part.split_once('_') else { continue };
        let value: String = value.replace('_', " ").trim().chars().take(NAME_MAX).collect();
        let value = (!value.is_empty()).then_some(value);
        if kind.eq_ignore_ascii_case("Ven") {
            found.vendor = value;
        } else if kind.eq_ignore_ascii_case("Prod") {
            found.model = value;
        }
    }
    Some(found)
}

/// The serial number in the name of an instance; nothing where Windows made one up, whose second letter is `&`.
pub fn serial(instance: &str) -> Option<&str> {
    let serial = instance.rsplit_once('&').map_or(instance, |(serial, _)| serial);
    (!serial.is_empty() && instance.as_bytes().get(1) != Some(&b'&')).then_some(serial)
}

/// The serial number in the id of a device on USB; nothing where Windows made it up, and `None` for what is no such id.
pub fn of_device(id: &str) -> Option<Option<&str>> {
    let mut parts = id.split('\\');
    let is_usb = parts.next().is_some_and(|bus| bus.eq_ignore_ascii_case("USB"));
    let (_, instance, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
    is_usb.then(|| serial(instance))
}

/// A text without what differs between what a disk says and the name of its key: case, and what cannot be in one.
pub fn comparable(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Words by which slots for cards call themselves. Their serial number is the reader's, whatever card is in it.
const OF_READERS: [&str; 15] = [
    "CARD",
    "CARDREADER",
    "CF",
    "COMPACTFLASH",
    "CRW",
    "MICROSD",
    "MMC",
    "MS",
    "READER",
    "SD",
    "SDHC",
    "SDMMC",
    "SDXC",
    "SM",
    "XD",
];

/// A name is that of a slot for cards: `SD/MMC`, `USB2.0-CRW`, `Multiple Card Reader`.
pub fn is_reader(model: &str) -> bool {
    let mut words = model.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| OF_READERS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_disks() {
        let named = |vendor: Option<&str>, model: Option<&str>| {
            Some(StorageName { vendor: vendor.map(str::to_owned), model: model.map(str::to_owned) })
        };
        let full = named(Some("BUFFALO"), Some("USB Flash Disk"));
        assert_eq!(device("Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_4000"), full);
        assert_eq!(device("Disk&Ven_&Prod_USB_DISK_2.0&Rev_PMAP"), named(None, Some("USB DISK 2.0")));
        assert_eq!(device("Disk"), named(None, None));
        for odd in ["CdRom&Ven_HL-DT-ST&Prod_DVDRAM&Rev_1.00", "Other&Ven_x", ""] {
            assert_eq!(device(odd), None, "{odd}");
        }
    }

    #[test]
    fn serial_numbers() {
        assert_eq!(serial("07008A2B11C3&0"), Some("07008A2B11C3"));
        assert_eq!(serial("07008A2B11C3"), Some("07008A2B11C3"));
        for made_up in ["7&2b63d3c7&0", "6&1b4ab2cf&0&_&0", "&0", ""] {
            assert_eq!(serial(made_up), None, "{made_up}");
        }
    }

    #[test]
    fn devices_and_slots_for_cards() {
        assert_eq!(of_device(r"USB\VID_0411&PID_00F6\07008A2B11C3"), Some(Some("07008A2B11C3")));
        assert_eq!(of_device(r"USB\VID_0411&PID_00F6\5&2b63d3c7&0&3"), Some(None));
        for other in [r"PCI\VEN_144D&DEV_A808\4&1", r"USB\VID_0411&PID_00F6", "USB", "", r"USB\a\b\c"] {
            assert_eq!(of_device(other), None, "{other}");
        }
        for reader in ["SD/MMC", "USB2.0-CRW", "Multiple Card Reader", "SM/xD-Picture", "MS/MS-Pro", "microSD"] {
            assert!(is_reader(reader), "{reader}");
        }
        for disk in ["USB Flash Disk", "Cruzer Glide", "SSD-PGM960U3", "Portable SSD T7", "HD-LDS4.0U3", ""] {
            assert!(!is_reader(disk), "{disk}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(name in ".{0,60}") {
            let _ = (device(&name), serial(&name), of_device(&name), is_reader(&name));
        }
    }
}
