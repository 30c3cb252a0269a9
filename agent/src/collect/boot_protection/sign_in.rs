//! Whether a desktop or console signs somebody in without asking.

use tenken_model::{Read, Reason, ReasonCode, Size};

use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;
use crate::collect::systemd_config::values;

const CONFIGURATION_MAX: Size = Size::from_bytes(1 << 20);
/// GDM: Debian's, Ubuntu's, Fedora's.
const GDM: [&str; 3] = ["/etc/gdm3/daemon.conf", "/etc/gdm3/custom.conf", "/etc/gdm/custom.conf"];
/// LightDM and SDDM: folders of drop-ins in the order in which they are read, then the file itself.
const LIGHTDM: [&str; 3] =
    ["/usr/share/lightdm/lightdm.conf.d", "/etc/lightdm/lightdm.conf.d", "/etc/lightdm/lightdm.conf"];
const SDDM: [&str; 3] = ["/usr/lib/sddm/sddm.conf.d", "/etc/sddm.conf.d", "/etc/sddm.conf"];
/// Sections of LightDM that hold for the seat before the screen.
const SEATS: [&str; 3] = ["Seat:*", "Seat:seat0", "SeatDefaults"];
/// Consoles, where systemd is told to sign in by a changed command.
const CONSOLES: [&str; 3] = [
    "/etc/systemd/system/getty@tty1.service.d",
    "/etc/systemd/system/getty@.service.d",
    "/etc/systemd/system/serial-getty@.service.d",
];

/// The file that says so; absent when none does.
pub(super) fn read(look: &Look<'_>) -> Read<Option<String>> {
    find(look).into()
}

fn find(look: &Look<'_>) -> Result<Option<String>, Reason> {
    for path in GDM {
        let Some(text) = text(look, path)? else { continue };
        let last = |key: &str| Ok::<_, Reason>(of(&text, path, "daemon", key)?.pop().unwrap_or_default());
        for (enabled, user) in [("AutomaticLoginEnable", "AutomaticLogin"), ("TimedLoginEnable", "TimedLogin")] {
            if is_on(&last(enabled)?) && !last(user)?.trim().is_empty() {
                return Ok(Some(path.to_owned()));
            }
        }
    }
    for (places, sections, key) in [(LIGHTDM, SEATS.as_slice(), "autologin-user"), (SDDM, &["Autologin"], "User")] {
        if let Some(path) = last_of(look, places, sections, key)? {
            return Ok(Some(path));
        }
    }
    for folder in CONSOLES {
        for path in files(look, folder)? {
            let Some(text) = text(look, &path)? else { continue };
            if of(&text, &path, "Service", "ExecStart")?.last().is_some_and(|command| signs_in(command)) {
                return Ok(Some(path));
            }
        }
    }
    Ok(None)
}

/// A switch of GDM.
pub(crate) fn is_on(value: &str) -> bool {
    ["true", "1", "yes"].contains(&value.trim().to_ascii_lowercase().as_str())
}

/// Whether a console's command signs somebody in.
pub(crate) fn signs_in(command: &str) -> bool {
    command.split_ascii_whitespace().any(|word| word == "-a" || word.starts_with("--autologin"))
}

/// The file that last names a user, unless a later one takes the name away.
fn last_of(look: &Look<'_>, places: [&str; 3], sections: &[&str], key: &str) -> Result<Option<String>, Reason> {
    let [vendor, drop_ins, main] = places;
    let mut paths = files(look, vendor)?;
    paths.extend(files(look, drop_ins)?);
    paths.push(main.to_owned());
    let mut decided = None;
    for path in paths {
        let Some(text) = text(look, &path)? else { continue };
        for section in sections {
            if let Some(user) = of(&text, &path, section, key)?.pop() {
                decided = Some(path.clone()).filter(|_| !user.trim().is_empty());
            }
        }
    }
    Ok(decided)
}

fn files(look: &Look<'_>, folder: &str) -> Result<Vec<String>, Reason> {
    let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
    let named = entries.into_iter().filter(|entry| fits(b"*.conf", entry.name.as_bytes()));
    Ok(named.map(|entry| format!("{folder}/{}", entry.name)).collect())
}

fn text(look: &Look<'_>, path: &str) -> Result<Option<Vec<u8>>, Reason> {
    look.read_text_if_there(path, CONFIGURATION_MAX).map_err(|error| error.reason())
}

fn of(text: &[u8], path: &str, section: &str, key: &str) -> Result<Vec<String>, Reason> {
    values(text, section, key).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))
}
