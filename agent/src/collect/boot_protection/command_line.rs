//! The kernel's command line (`/proc/cmdline`), as far as it opens encrypted disks without asking. See dracut.cmdline(7),
//! systemd-cryptsetup-generator(8), and mkinitcpio's `encrypt`.

/// Whether some disk is opened by a key, a TPM or a token that the command line names.
pub fn names_a_key(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.split_ascii_whitespace().any(|word| {
        let Some((name, value)) = word.split_once('=') else { return false };
        match name {
            "rd.luks.key" | "luks.key" | "cryptkey" => !value.is_empty(),
            "rd.luks.options" | "luks.options" => {
                let has = |option: &str| value.contains(option);
                // A passphrase of no letters is tried before somebody is asked.
                let empty = value.split([',', '=']).any(|word| word == "try-empty-password");
                let empty =
                    empty && !["no", "false", "0", "off"].iter().any(|off| has(&format!("try-empty-password={off}")));
                (has("tpm2-device=") && !has("tpm2-pin=")) || has("fido2-device=") || has("pkcs11-uri=") || empty
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::names_a_key;

    #[test]
    fn what_opens_without_asking() {
        for (text, expected) in [
            ("BOOT_IMAGE=/vmlinuz root=/dev/mapper/x ro rd.luks.uuid=luks-1 rhgb quiet\n", false),
            ("root=/dev/x rd.luks.key=/key:UUID=1\n", true),
            ("rd.luks.options=tpm2-device=auto\n", true),
            ("rd.luks.options=1-2=discard,tpm2-device=auto,tpm2-pin=yes\n", false),
            ("luks.options=fido2-device=auto", true),
            ("rd.luks.options=discard", false),
            ("rd.luks.options=discard,try-empty-password", true),
            ("rd.luks.options=1-2=try-empty-password=yes", true),
            ("rd.luks.options=try-empty-password=no,discard", false),
            ("cryptdevice=UUID=1:root cryptkey=/dev/sdb1:ext4:/key", true),
            ("rd.luks.key=", false),
            ("xrd.luks.key=/k rd.luks.key", false),
            ("", false),
        ] {
            assert_eq!(names_a_key(text.as_bytes()), expected, "{text}");
        }
        assert!(!names_a_key(b"\xff=\xff"));
    }
}
