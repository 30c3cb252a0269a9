//! The boot loaders of this host, by their configurations.

use tenken_model::fact::boot_protection::{BootLoader, BootLoaderKind};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::grub::{self, GrubConfiguration, GrubError};
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;

const CONFIGURATION_MAX: Size = Size::from_bytes(4 << 20);
/// Folders of GRUB: Debian's, RHEL's, and those that older systems have on the partition of the firmware.
const GRUB_FOLDERS: [&str; 9] = [
    "/boot/grub",
    "/boot/grub2",
    "/boot/efi/EFI/redhat",
    "/boot/efi/EFI/centos",
    "/boot/efi/EFI/rocky",
    "/boot/efi/EFI/almalinux",
    "/boot/efi/EFI/fedora",
    "/boot/efi/EFI/debian",
    "/boot/efi/EFI/ubuntu",
];
const ENTRIES: &str = "/boot/loader/entries";
/// systemd-boot's configuration, by where its partition is mounted.
const SYSTEMD_BOOT: [&str; 3] = ["/efi/loader/loader.conf", "/boot/loader/loader.conf", "/boot/efi/loader/loader.conf"];
/// What systemd-boot leaves on that partition; GRUB's entries lie in folders of the same names.
const SYSTEMD_BOOT_PROGRAMS: [&str; 3] = ["/efi/EFI/systemd", "/boot/EFI/systemd", "/boot/efi/EFI/systemd"];

/// The boot loaders whose configuration is there.
pub(super) fn read(look: &Look<'_>) -> Vec<BootLoader> {
    let mut found = Vec::new();
    for folder in GRUB_FOLDERS {
        found.extend(grub_in(look, folder));
    }
    for (path, program) in SYSTEMD_BOOT.iter().zip(SYSTEMD_BOOT_PROGRAMS) {
        found.extend(systemd_boot(look, path, program));
    }
    found
}

fn grub_in(look: &Look<'_>, folder: &str) -> Option<BootLoader> {
    let path = format!("{folder}/grub.cfg");
    let unread = |reason: Reason| BootLoader {
        kind: BootLoaderKind::Grub,
        edit_protected: Read::NotRead(reason.clone()),
        asks_at_start: Read::NotRead(reason),
        origin: path.clone(),
    };
    let configuration = match look.read_text_if_there(&path, CONFIGURATION_MAX) {
        Ok(None) => return None,
        Ok(Some(text)) => grub::parse(&text).map_err(|error| unparsable(&path, &error)),
        Err(error) => Err(error.reason()),
    };
    match configuration {
        Ok(configuration) if configuration.goes_on => None,
        Ok(configuration) => {
            let edit_protected = has_password(look, folder, &configuration);
            let asks = edit_protected.clone().and_then(|protected| {
                Ok(protected && !configuration.unrestricted && !has_open_entry(look, &configuration)?)
            });
            Some(BootLoader {
                kind: BootLoaderKind::Grub,
                edit_protected: edit_protected.into(),
                asks_at_start: asks.into(),
                origin: path,
            })
        }
        Err(reason) => Some(unread(reason)),
    }
}

fn has_password(look: &Look<'_>, folder: &str, configuration: &GrubConfiguration) -> Result<bool, Reason> {
    if configuration.has_password || !configuration.has_password_of_user_cfg {
        return Ok(configuration.has_password);
    }
    let path = format!("{folder}/user.cfg");
    let text = look.read_text_if_there(&path, CONFIGURATION_MAX).map_err(|error| error.reason())?;
    text.map_or(Ok(false), |text| grub::sets_password(&text).map_err(|error| unparsable(&path, &error)))
}

/// Whether some entry in a file of its own starts without a password. Without entries nothing is asked before anything.
fn has_open_entry(look: &Look<'_>, configuration: &GrubConfiguration) -> Result<bool, Reason> {
    if !configuration.separate_entries {
        return Ok(configuration.entries == 0);
    }
    let entries = look.list_if_there(ENTRIES, ENTRIES_MAX).map_err(|error| error.reason())?;
    let mut count = configuration.entries;
    for entry in entries.iter().filter(|entry| fits(b"*.conf", entry.name.as_bytes())) {
        let path = format!("{ENTRIES}/{}", entry.name);
        let text = look.read_text(&path, CONFIGURATION_MAX).map_err(|error| error.reason())?;
        count += 1;
        if grub::entry_is_unrestricted(&text).map_err(|error| unparsable(&path, &error))? {
            return Ok(true);
        }
    }
    Ok(count == 0)
}

/// systemd-boot asks for no password; it can only be kept from changing what it starts.
fn systemd_boot(look: &Look<'_>, path: &str, program: &str) -> Option<BootLoader> {
    let edit_protected = match (look.exists(program), look.read_text_if_there(path, CONFIGURATION_MAX)) {
        (Ok(false), _) | (Ok(true), Ok(None)) => return None,
        (Ok(true), Ok(Some(text))) => Ok(!editor(&text)),
        (Err(error), _) | (_, Err(error)) => Err(error.reason()),
    };
    Some(BootLoader {
        kind: BootLoaderKind::SystemdBoot,
        edit_protected: edit_protected.into(),
        asks_at_start: Read::Measured(false),
        origin: path.to_owned(),
    })
}

/// Whether entries can be changed before they are started. See loader.conf(5): on unless it is turned off.
pub fn editor(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let settings = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let mut editors = settings.filter_map(|line| {
        let (name, value) = line.split_once([' ', '\t'])?;
        (name == "editor").then(|| value.trim())
    });
    !editors.next_back().is_some_and(|value| ["no", "n", "false", "f", "0", "off"].contains(&value))
}

fn unparsable(path: &str, error: &GrubError) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::editor;

    #[test]
    fn the_editor_is_on_unless_turned_off() {
        for (text, expected) in [
            ("", true),
            ("editor no\n", false),
            ("timeout 3\neditor  0\n", false),
            ("editor\tno\neditor yes\n", true),
            ("# editor no\n", true),
            ("Editor no\n", true),
            ("editor=no\n", true),
            ("editor maybe\n", true),
        ] {
            assert_eq!(editor(text.as_bytes()), expected, "{text}");
        }
    }
}
