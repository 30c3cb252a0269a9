//! What stops a stranger from starting this machine, or from starting something else on it.

pub mod command_line;
pub(crate) mod firmware;
pub mod grub;
mod loaders;
pub(crate) mod sign_in;
pub mod smbios;

use std::path::Path;

use tenken_model::fact::boot_protection::BootProtection;
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode, Size};

pub use self::loaders::editor;
use super::devices::Devices;
use super::disk_encryption::crypttab::CrypttabEntry;
use super::disk_encryption::keys;
use super::{Look, Needs};

const COMMAND_LINE: &str = "/proc/cmdline";
const COMMAND_LINE_MAX: Size = Size::from_bytes(64 << 10);
/// What Clevis brings, which opens disks by the TPM or a server on the network while somebody is asked.
const OPENED_BY_CLEVIS: [&str; 2] = ["/usr/bin/clevis-luks-unlock", "/usr/libexec/clevis-luks-askpass"];

/// Reads what the firmware, the boot loader and the encrypted root ask for at start.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<BootProtection> {
    Outcome::Known(BootProtection {
        form: firmware::form(look),
        secure_boot: firmware::secure_boot(look),
        firmware: firmware::passwords(look),
        boot_loaders: loaders::read(look),
        disk_passphrase: disk_passphrase(look).into(),
        automatic_sign_in: sign_in::read(look),
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
    let asks = entries.iter().filter(|entry| opened.contains(&entry.mapping)).all(CrypttabEntry::asks);
    for program in OPENED_BY_CLEVIS {
        if asks && look.exists(program).map_err(|error| error.reason())? {
            let detail = format!("look at {program}: Clevis may open the disk before somebody types a passphrase");
            return Err(Reason::new(ReasonCode::Inconclusive, detail));
        }
    }
    Ok(asks)
}

#[cfg(test)]
mod tests;
