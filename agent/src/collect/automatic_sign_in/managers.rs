//! Each display manager's own files, in the order in which it reads them.

use tenken_model::fact::automatic_sign_in::{AutomaticEntry, GuestSession, SignInProgram};
use tenken_model::{Reason, ReasonCode};

use super::super::Look;
use super::key_files::{Seats, add_lightdm, gdm, lightdm_flag, lightdm_user, lxdm};
use super::{Found, files, greetd, sddm, text};
use crate::collect::key_file::{self, KeyFile};

/// GDM's files; of one key the first file counts.
const GDM: [&str; 5] = [
    "/run/gdm3/custom.conf",
    "/run/gdm/custom.conf",
    "/etc/gdm3/custom.conf",
    "/etc/gdm3/daemon.conf",
    "/etc/gdm/custom.conf",
];
/// LightDM's folders and its file; the last counts.
const LIGHTDM_FOLDERS: [&str; 4] = [
    "/usr/share/lightdm/lightdm.conf.d",
    "/usr/local/share/lightdm/lightdm.conf.d",
    "/etc/xdg/lightdm/lightdm.conf.d",
    "/etc/lightdm/lightdm.conf.d",
];
const LIGHTDM: &str = "/etc/lightdm/lightdm.conf";
/// What makes the accounts of guests; without it there are none.
const GUEST_SCRIPTS: [&str; 3] = ["/usr/sbin/guest-account", "/usr/local/sbin/guest-account", "/usr/bin/guest-account"];
/// SDDM's folders and its file; the last counts.
const SDDM_FOLDERS: [&str; 2] = ["/usr/lib/sddm/sddm.conf.d", "/etc/sddm.conf.d"];
const SDDM: &str = "/etc/sddm.conf";
const GREETD: &str = "/etc/greetd/config.toml";
/// LXDM's; Debian's is a link to its own defaults where no other is chosen.
const LXDM: [&str; 2] = ["/etc/lxdm/lxdm.conf", "/etc/lxdm/default.conf"];

/// Reads the files of the display manager of that name.
pub(super) fn read(look: &Look<'_>, name: &str) -> Result<Found, Reason> {
    match name {
        "gdm" | "gdm3" => read_gdm(look),
        "lightdm" => read_lightdm(look),
        "sddm" => read_sddm(look),
        "greetd" => read_greetd(look),
        "lxdm" => read_lxdm(look),
        // It signs nobody in.
        "xdm" | "wdm" => Ok(Found::default()),
        other => {
            let detail = format!("the display manager {other} is installed, and its files are not followed");
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
    }
}

fn entry(program: SignInProgram, account: String, origin: &str) -> AutomaticEntry {
    AutomaticEntry { program, account, origin: origin.to_owned(), delayed: false }
}

fn keys(look: &Look<'_>, path: &str) -> Result<Option<KeyFile>, Reason> {
    let Some(bytes) = text(look, path)? else { return Ok(None) };
    let file = key_file::parse(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
    Ok(Some(file))
}

fn read_gdm(look: &Look<'_>) -> Result<Found, Reason> {
    let mut merged = KeyFile::new();
    let mut last = "";
    for path in GDM {
        let Some(file) = keys(look, path)? else { continue };
        last = path;
        for (group, entries) in file {
            let known = merged.entry(group).or_default();
            for (key, value) in entries {
                known.entry(key).or_insert(value);
            }
        }
    }
    let entries = gdm(&merged)
        .into_iter()
        .map(|(account, delayed)| AutomaticEntry { delayed, ..entry(SignInProgram::Gdm, account, last) });
    Ok(Found { entries: entries.collect(), guests: Vec::new() })
}

fn read_lightdm(look: &Look<'_>) -> Result<Found, Reason> {
    let mut seats = Seats::new();
    let mut paths = Vec::new();
    for folder in LIGHTDM_FOLDERS {
        paths.extend(files(look, folder, ".conf")?);
    }
    paths.push(LIGHTDM.to_owned());
    for path in paths {
        if let Some(file) = keys(look, &path)? {
            add_lightdm(&mut seats, &path, &file);
        }
    }
    let mut found = Found::default();
    for (user, origin) in seats.values().filter_map(lightdm_user) {
        found.entries.push(entry(SignInProgram::Lightdm, user.clone(), origin));
    }
    let mut script = None;
    for path in GUEST_SCRIPTS {
        if script.is_none() && look.exists(path).map_err(|error| error.reason())? {
            script = Some(path);
        }
    }
    // Guests are let in unless somebody says no, where a program makes their accounts.
    let all = seats.get("Seat:*").and_then(|seat| lightdm_flag(seat, "allow-guest")).unwrap_or(true);
    let some = seats.values().any(|seat| lightdm_flag(seat, "allow-guest") == Some(true));
    if let Some(script) = script.filter(|_| all || some) {
        found.guests.push(GuestSession { program: SignInProgram::Lightdm, origin: script.to_owned() });
        for seat in seats.values().filter(|seat| lightdm_flag(seat, "autologin-guest") == Some(true)) {
            let origin = seat.get("autologin-guest").map(|(_, origin)| origin.as_str()).unwrap_or_default();
            found.entries.push(entry(SignInProgram::Lightdm, "guest".to_owned(), origin));
        }
    }
    Ok(found)
}

fn read_sddm(look: &Look<'_>) -> Result<Found, Reason> {
    let mut paths = Vec::new();
    for folder in SDDM_FOLDERS {
        paths.extend(files(look, folder, "")?);
    }
    paths.push(SDDM.to_owned());
    let mut user = None;
    for path in paths {
        let Some(bytes) = text(look, &path)? else { continue };
        let said = sddm::value(&String::from_utf8_lossy(&bytes), "Autologin", "User");
        user = said.map(|user| (user, path)).or(user);
    }
    let user = user.filter(|(user, _)| !user.is_empty());
    let entries = user.into_iter().map(|(user, path)| entry(SignInProgram::Sddm, user, &path));
    Ok(Found { entries: entries.collect(), guests: Vec::new() })
}

fn read_greetd(look: &Look<'_>) -> Result<Found, Reason> {
    let bytes = text(look, GREETD)?.unwrap_or_default();
    let user = greetd::initial_user(&String::from_utf8_lossy(&bytes));
    let entries = user.into_iter().map(|user| entry(SignInProgram::Greetd, user, GREETD));
    Ok(Found { entries: entries.collect(), guests: Vec::new() })
}

fn read_lxdm(look: &Look<'_>) -> Result<Found, Reason> {
    for path in LXDM {
        if let Some(file) = keys(look, path)? {
            let entries = lxdm(&file).into_iter().map(|user| entry(SignInProgram::Lxdm, user, path));
            return Ok(Found { entries: entries.collect(), guests: Vec::new() });
        }
    }
    Ok(Found::default())
}
