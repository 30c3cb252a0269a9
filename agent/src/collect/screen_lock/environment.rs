//! Who names another dconf profile than `user`, by the variable DCONF_PROFILE.
//!
//! With another profile the system databases and their locks are not read at all, so that whoever can set the variable
//! for a session escapes them.

use tenken_model::{Reason, ReasonCode, Size};

use super::people::Person;
use crate::collect::Look;

/// The variable.
pub const VARIABLE: &str = "DCONF_PROFILE";

/// What PAM sets for every session: a variable and its value a line. See pam_env(8).
const OF_PAM: &str = "/etc/environment";

/// Other files and folders that set variables for everybody.
const OF_EVERYBODY: [&str; 2] = ["/etc/profile", "/etc/security/pam_env.conf"];
const FOLDERS_OF_EVERYBODY: [&str; 4] =
    ["/etc/profile.d", "/etc/environment.d", "/usr/lib/environment.d", "/etc/X11/Xsession.d"];

/// Files below a home that set variables when a graphical session begins, and a folder of such files.
pub const OF_A_PERSON: [&str; 7] =
    [".profile", ".bash_profile", ".bash_login", ".zprofile", ".zshenv", ".xprofile", ".xsessionrc"];
/// See environment.d(5).
pub const FOLDER_OF_A_PERSON: &str = "environment.d";

const FILE_MAX: Size = Size::from_bytes(256 * 1024);
const ENTRIES_MAX: usize = 1_000;

/// The profile that is named for everybody; an error where one is named in a way that is not followed.
pub(super) fn of_everybody(look: &Look<'_>) -> Result<Option<String>, Reason> {
    for path in OF_EVERYBODY {
        refuse_if_named(look, path)?;
    }
    for folder in FOLDERS_OF_EVERYBODY {
        refuse_if_named_in(look, folder)?;
    }
    let bytes = look.read_text_if_there(OF_PAM, FILE_MAX).map_err(|error| error.reason())?;
    Ok(bytes.and_then(|bytes| assigned(&bytes)))
}

/// An error where a person names a profile, or where that could not be read.
pub(super) fn of_a_person(look: &Look<'_>, person: &Person) -> Result<(), Reason> {
    for name in OF_A_PERSON {
        refuse_if_named(look, &person.file(name))?;
    }
    refuse_if_named_in(look, &person.configuration(FOLDER_OF_A_PERSON))
}

fn refuse_if_named_in(look: &Look<'_>, folder: &str) -> Result<(), Reason> {
    for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        refuse_if_named(look, &format!("{folder}/{}", entry.name))?;
    }
    Ok(())
}

fn refuse_if_named(look: &Look<'_>, path: &str) -> Result<(), Reason> {
    let bytes = match look.read_text_if_there(path, FILE_MAX) {
        Ok(bytes) => bytes.unwrap_or_default(),
        // A folder or a device sets nothing.
        Err(error) if error.kind == crate::host::ReadErrorKind::WrongKind => return Ok(()),
        Err(error) => return Err(error.reason()),
    };
    if mentioned(&bytes) {
        let detail = format!("read {path}: it sets {VARIABLE}, which is not followed");
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    Ok(())
}

/// Whether a line that is no comment names the variable.
pub fn mentioned(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains(VARIABLE))
}

/// The value that `/etc/environment` gives the variable; of several the last counts.
pub fn assigned(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut values = text.lines().filter_map(|line| {
        let line = line.split('#').next().unwrap_or_default().trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let value = line.strip_prefix(VARIABLE)?.strip_prefix('=')?.trim();
        Some(value.trim_matches(['"', '\'']).to_owned())
    });
    values.next_back().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn assignments_as_pam_reads_them() {
        assert_eq!(assigned(b"PATH=/bin\nDCONF_PROFILE=kiosk\n"), Some("kiosk".to_owned()));
        assert_eq!(assigned(b"export DCONF_PROFILE=\"/etc/x\" # why\n"), Some("/etc/x".to_owned()));
        assert_eq!(assigned(b"DCONF_PROFILE=a\nDCONF_PROFILE=b"), Some("b".to_owned()));
        for none in
            [&b""[..], b"#DCONF_PROFILE=a", b"DCONF_PROFILE=", b"XDCONF_PROFILE=a", b"DCONF_PROFILES=a", b"\xff"]
        {
            assert_eq!(assigned(none), None);
        }
    }

    #[test]
    fn mentions() {
        assert!(mentioned(b"if x; then export DCONF_PROFILE; fi"));
        assert!(!mentioned(b"# DCONF_PROFILE is not set\nPATH=x\n\xff"));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (mentioned(&bytes), assigned(&bytes));
        }
    }
}
