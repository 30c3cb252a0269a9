//! What a mapping of the device mapper is, by the uuid its maker gave it (`/sys/class/block/dm-0/dm/uuid`).
//!
//! cryptsetup writes `CRYPT-<type>-<uuid>-<name>` (lib/libdevmapper.c), LVM `LVM-`, multipath `mpath-`, kpartx `part1-mpath-`.

use tenken_model::fact::disk_encryption::Encryption;

/// What a mapping does with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapping {
    /// It encrypts them.
    Encrypts(Encryption),
    /// It only places them on the devices below.
    Places,
    /// Its maker gave it no name, so that nothing is known of it.
    Nameless,
}

/// Reads the uuid. Types of cryptsetup that do not encrypt, such as verity and integrity, only place.
pub fn mapping(uuid: &[u8]) -> Mapping {
    let uuid = String::from_utf8_lossy(uuid);
    let uuid = uuid.trim();
    if uuid.is_empty() {
        return Mapping::Nameless;
    }
    let Some(kind) = uuid.strip_prefix("CRYPT-") else { return Mapping::Places };
    match kind.split('-').next().unwrap_or_default() {
        "LUKS1" => Mapping::Encrypts(Encryption::Luks1),
        "LUKS2" => Mapping::Encrypts(Encryption::Luks2),
        "PLAIN" => Mapping::Encrypts(Encryption::PlainDmCrypt),
        "BITLK" => Mapping::Encrypts(Encryption::Bitlocker),
        "TCRYPT" | "LOOPAES" | "FVAULT2" => Mapping::Encrypts(Encryption::OtherDmCrypt),
        "VERITY" | "INTEGRITY" | "SUBDEV" => Mapping::Places,
        _ => Mapping::Nameless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_of_mappings() {
        for (uuid, expected) in [
            ("CRYPT-LUKS2-5f7a1c0a1a3b4c5d8e9f001122334455-luks-5f7a1c0a\n", Mapping::Encrypts(Encryption::Luks2)),
            ("CRYPT-LUKS1-5f7a1c0a1a3b4c5d8e9f001122334455-sda3_crypt", Mapping::Encrypts(Encryption::Luks1)),
            ("CRYPT-PLAIN-swap", Mapping::Encrypts(Encryption::PlainDmCrypt)),
            ("CRYPT-BITLK-9f-stick", Mapping::Encrypts(Encryption::Bitlocker)),
            ("CRYPT-TCRYPT-x", Mapping::Encrypts(Encryption::OtherDmCrypt)),
            ("CRYPT-VERITY-00-root", Mapping::Places),
            ("CRYPT-INTEGRITY-x", Mapping::Places),
            ("CRYPT-SUBDEV-5f7a-x_dif", Mapping::Places),
            ("CRYPT-TEMP-x", Mapping::Nameless),
            ("LVM-aaaa", Mapping::Places),
            ("LVM-CRYPT-LUKS2-x", Mapping::Places),
            ("crypt-luks2-x", Mapping::Places),
            ("mpath-3600", Mapping::Places),
            ("part1-mpath-3600", Mapping::Places),
            ("\n", Mapping::Nameless),
            ("", Mapping::Nameless),
        ] {
            assert_eq!(mapping(uuid.as_bytes()), expected, "{uuid}");
        }
        assert_eq!(mapping(b"\xff\xfe"), Mapping::Places);
    }
}
