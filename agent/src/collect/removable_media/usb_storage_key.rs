//! What the names of keys below `Enum\USBSTOR` tell of a disk on USB: `Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_4000`, and below
//! it `0123456789AB&0`, its serial number with the number of its unit.

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

    proptest! {
        #[test]
        fn never_panics(name in ".{0,60}") {
            let _ = (device(&name), serial(&name));
        }
    }
}
