//! What udev keeps of a block device (`/run/udev/data/b8:16`): a line a property, `E:ID_SERIAL_SHORT=…`.

use tenken_model::Size;

/// The most that is read of one file.
pub const FILE_MAX: Size = Size::from_bytes(256 << 10);
/// The longest text that is kept of a property.
const TEXT_MAX: usize = 120;

/// What a disk says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    /// Its serial number.
    pub serial: Option<String>,
    /// Who made it.
    pub vendor: Option<String>,
    /// What it is.
    pub model: Option<String>,
    /// A disc lies in a drive.
    pub has_disc: bool,
    /// What was found on it, such as `ext4` or `crypto_LUKS`.
    pub file_system: Option<String>,
    /// What kind of partition it is: a UUID by GPT, `0x83` by MBR.
    pub partition: Option<String>,
}

/// Reads the properties. A disk in an enclosure has two serial numbers; the enclosure's is what the USB device says, and
/// what the label on it shows.
pub fn properties(bytes: &[u8]) -> Properties {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Properties::default();
    let mut of_usb = None;
    for (name, value) in text.lines().filter_map(|line| line.strip_prefix("E:")?.split_once('=')) {
        match name {
            "ID_SERIAL_SHORT" => found.serial = said(value),
            "ID_USB_SERIAL_SHORT" => of_usb = said(value),
            "ID_VENDOR" => found.vendor = said(value),
            "ID_MODEL" => found.model = said(value),
            "ID_FS_TYPE" => found.file_system = said(value),
            "ID_PART_ENTRY_TYPE" => found.partition = said(value),
            "ID_CDROM_MEDIA" => found.has_disc = value.trim() == "1",
            _ => {}
        }
    }
    found.serial = of_usb.or(found.serial);
    found
}

/// A text without what is no letter, or nothing.
pub fn said(value: &str) -> Option<String> {
    let letters = value.trim().chars().filter(|letter| !letter.is_control()).take(TEXT_MAX);
    Some(letters.collect::<String>()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stick() {
        let text = "S:disk/by-id/usb-BUFFALO_USB_Flash_Disk_A5000000000001-0:0\nI:81524\nE:ID_BUS=usb\nE:ID_VENDOR=BUFFALO\n\
            E:ID_MODEL=USB_Flash_Disk\nE:ID_SERIAL=BUFFALO_USB_Flash_Disk_A5-0:0\nE:ID_SERIAL_SHORT=A5000000000001\nG:systemd\n";
        let found = properties(text.as_bytes());
        assert_eq!(found.serial.as_deref(), Some("A5000000000001"));
        assert_eq!((found.vendor.as_deref(), found.model.as_deref()), (Some("BUFFALO"), Some("USB_Flash_Disk")));
        assert!(!found.has_disc);
    }

    #[test]
    fn odd_files() {
        let enclosure = properties(b"E:ID_SERIAL_SHORT=WD-1\nE:ID_USB_SERIAL_SHORT=0123\nE:ID_CDROM_MEDIA=1\n");
        assert_eq!((enclosure.serial.as_deref(), enclosure.has_disc), (Some("0123"), true));
        for text in [
            "",
            "E:ID_SERIAL_SHORT=\n",
            "E:ID_SERIAL_SHORT\n",
            "ID_SERIAL_SHORT=x",
            "E:id_serial_short=x",
            "E:ID_SERIAL_SHORT= \u{1}",
        ] {
            assert_eq!(properties(text.as_bytes()), Properties::default(), "{text}");
        }
        let long = format!("E:ID_MODEL={}", "x".repeat(1_000));
        assert_eq!(properties(long.as_bytes()).model.unwrap().len(), TEXT_MAX);
        let part = properties(b"E:ID_FS_TYPE=ext4\nE:ID_PART_ENTRY_TYPE=0x83\n");
        assert_eq!((part.file_system.as_deref(), part.partition.as_deref()), (Some("ext4"), Some("0x83")));
        assert_eq!(properties(b"E:ID_MODEL=\xff\n").model.as_deref(), Some("\u{fffd}"));
    }
}
