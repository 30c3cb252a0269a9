//! What stops a stranger from starting this machine, or from starting something else on it.

pub mod command_line;
pub(crate) mod firmware;
pub mod grub;
mod loaders;
pub mod smbios;
pub mod windows;

use std::path::Path;

use tenken_model::fact::boot_protection::BootProtection;
use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode, Size};

pub use self::loaders::editor;
use super::devices::{Devices, Opened};
use super::disk_encryption::keys;
use super::{Look, Needs};

const COMMAND_LINE: &str = "/proc/cmdline";
const COMMAND_LINE_MAX: Size = Size::from_bytes(64 << 10);
/// What Clevis brings, which opens disks by the TPM or a server on the network while somebody is asked.
const OPENED_BY_CLEVIS: [&str; 2] = ["/usr/bin/clevis-luks-unlock", "/usr/libexec/clevis-luks-askpass"];
/// Debian's scripts that open the root, which take a passphrase or a key file and pass over what the header of LUKS 2 offers.
const DEBIANS_SCRIPT: &str = "/usr/share/initramfs-tools/hooks/cryptroot";
/// Where dracut is installed, it may have made the initial RAM disk in place of them, and systemd opens the root.
const DRACUT: [&str; 2] = ["/usr/bin/dracut", "/usr/sbin/dracut"];

/// Reads what the firmware, the boot loader and the encrypted root ask for at start.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<BootProtection> {
    Outcome::Known(BootProtection {
        form: firmware::form(look),
        secure_boot: firmware::secure_boot(look),
        firmware: firmware::passwords(look),
        boot_loaders: loaders::read(look),
        disk_passphrase: disk_passphrase(look).into(),
    })
}

/// Whether the root's encrypted disk asks for a passphrase. One that the table does not name is asked for by whatever the
/// kernel's command line says, which asks unless it names a key.
fn disk_passphrase(look: &Look<'_>) -> Result<bool, Reason> {
    let devices = Devices::read(look)?;
    let root = devices.holding(Path::new("/")).ok_or_else(|| {
        Reason::new(ReasonCode::Missing, "look for / in /proc/self/mountinfo: it is not there".to_owned())
    })?;
    let opened = devices.opened_under(root)?;
    if opened.is_empty() {
        return Ok(false);
    }
    let entries = keys::entries(look)?;
    let command_line = look.read(COMMAND_LINE, COMMAND_LINE_MAX).map_err(|error| error.reason())?;
    if command_line::names_a_key(&command_line) {
        return Ok(false);
    }
    let mut unknown = None;
    for entry in entries.iter().filter(|entry| opened.iter().any(|opened| opened.name == entry.mapping)) {
        match entry.asks() {
            Some(true) => {}
            Some(false) => return Ok(false),
            None => {
                let detail =
                    format!("read /etc/crypttab: whether the keyscript of {} asks is not known", entry.mapping);
                unknown = Some(detail);
            }
        }
    }
    for program in OPENED_BY_CLEVIS {
        if unknown.is_none() && look.exists(program).map_err(|error| error.reason())? {
            unknown = Some(format!("look at {program}: Clevis may open the disk before somebody types a passphrase"));
        }
    }
    let is_luks2 = |opened: &&Opened| opened.encryption == Encryption::Luks2;
    if unknown.is_none() && opened.iter().any(|opened| is_luks2(&opened)) && !is_opened_by_debians_script(look)? {
        unknown = opened.iter().filter(is_luks2).find_map(|opened| may_open_by_itself(&devices, opened));
    }
    unknown.map_or(Ok(true), |detail| Err(Reason::new(ReasonCode::Inconclusive, detail)))
}

/// Why systemd may open a volume of LUKS 2 before it asks: its header names what does, or could not be read.
fn may_open_by_itself(devices: &Devices<'_, '_>, opened: &Opened) -> Option<String> {
    let name = &opened.name;
    match devices.luks_header(&opened.place) {
        Ok(Some(header)) if header.tokens.iter().all(|token| token.asks()) => None,
        Ok(Some(_)) => Some(format!(
            "look at {name}: systemd opens it by a TPM or token that its header names, maybe before it asks"
        )),
        Ok(None) => {
            Some(format!("look at {name}: systemd may open it by a TPM or token, and it has no header that tells"))
        }
        Err(reason) => Some(format!(
            "look at {name}: systemd opens it by a TPM or token that its header names before it asks, and the header is not \
             read: {}",
            reason.detail
        )),
    }
}

fn is_opened_by_debians_script(look: &Look<'_>) -> Result<bool, Reason> {
    let is_there = |path: &str| look.exists(path).map_err(|error| error.reason());
    Ok(is_there(DEBIANS_SCRIPT)? && !is_there(DRACUT[0])? && !is_there(DRACUT[1])?)
}

#[cfg(test)]
mod tests;
