//! What the system asks of a new password, and of who signs in with one.

pub mod key_values;
mod lockout;
mod new_passwords;
pub mod pwquality;
mod sign_ins;
pub mod sshd;
#[cfg(test)]
mod tests;
pub mod windows;

use tenken_model::fact::password_policy::PasswordPolicy;
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode, Size};

use super::pam::Pam;
use super::{Look, Needs};

const FILE_MAX: Size = Size::from_bytes(256 * 1024);

/// Where modules look for their files: the administrator's folder, then those of vendors.
const FOLDERS: [&str; 4] = ["/etc/security", "/usr/etc/security", "/usr/share/security", "/usr/lib/security"];

/// What this host asks of passwords of local accounts.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<PasswordPolicy> {
    let mut pam = Pam::of(look);
    let (new_passwords, history) = new_passwords::read(look, &mut pam);
    Outcome::Known(PasswordPolicy { new_passwords, history, entry_ways: sign_ins::read(look, &mut pam).into() })
}

/// A module's own file: that of an argument `conf=`, or the one of `name` in the first folder that has it.
fn module_file(look: &Look<'_>, named: Option<&str>, name: &str) -> Result<Option<(String, Vec<u8>)>, Reason> {
    if let Some(path) = named {
        let bytes = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
        let missing = || Reason::new(ReasonCode::Missing, format!("read {path}: PAM names it, and it is not there"));
        return bytes.map(|bytes| Some((path.to_owned(), bytes))).ok_or_else(missing);
    }
    for folder in FOLDERS {
        let path = format!("{folder}/{name}");
        if let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? {
            return Ok(Some((path, bytes)));
        }
    }
    Ok(None)
}
