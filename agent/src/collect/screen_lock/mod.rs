//! The screen lock each person gets on each desktop.

mod dconf;
pub mod dconf_database;
pub mod dconf_key_file;
pub mod dconf_layers;
mod dconf_outdated;
pub mod dconf_profile;
pub mod desktop_entry;
pub mod environment;
mod gnome;
pub mod gnome_key;
pub mod gvariant;
pub mod gvariant_text;
pub mod gvdb;
pub mod gvdb_writer;
pub mod kconfig;
pub(crate) mod kde;
pub mod macos;
pub(crate) mod people;
mod rows;
mod schema_defaults;
pub mod schemas;
mod sessions;
pub mod windows;
pub mod windows_lock;
pub mod windows_wake;
pub(crate) mod xfce;
pub mod xfconf;

use tenken_model::fact::screen_lock::{Desktop, ScreenLock};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Topic};

use self::rows::EVERYBODY;
use super::{Look, Needs};

/// Reads the screen locks of this host.
///
/// Settings are those in files: a session that began before they changed may still have others.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<ScreenLock> {
    find(look).unwrap_or_else(Outcome::Failed)
}

fn find(look: &Look<'_>) -> Result<Outcome<ScreenLock>, Reason> {
    let desktops = sessions::installed(look)?;
    if desktops.is_empty() {
        return Ok(Outcome::Absent(Language::English.absent(Topic::ScreenLock)));
    }
    let people = people::all(look)?;
    let mut fact = ScreenLock {
        desktops: desktops.iter().copied().collect(),
        users: Vec::new(),
        outdated_databases: Read::Measured(Vec::new()),
    };
    for desktop in desktops {
        match desktop {
            Desktop::Gnome => {
                let found = gnome::read(look, &people);
                fact.users.extend(found.users);
                fact.outdated_databases = found.outdated;
            }
            Desktop::Kde => fact.users.extend(kde::read(look, &people)),
            Desktop::Xfce => fact.users.extend(xfce::read(look, &people)),
            // Without a row nobody would miss the lock of a desktop that is not read.
            Desktop::Windows | Desktop::Macos | Desktop::Other => {
                let detail =
                    "read the screen lock of a desktop other than GNOME, KDE Plasma and XFCE: not read by this build";
                fact.users.push(rows::unread(EVERYBODY, desktop, &Reason::new(ReasonCode::Unsupported, detail)));
            }
        }
    }
    Ok(Outcome::Known(fact))
}

#[cfg(test)]
mod tests;
