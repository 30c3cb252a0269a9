//! How the dashboard is configured: by a file, and by flags that beat it.

mod options;
mod sample;
mod source;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use crate::settings_file;
use crate::store::Location;

pub use options::{Key, Options, PlaceFlags};
pub use sample::sample;
pub use source::Source;

/// Where the package keeps the configuration.
pub const USUAL_FILE: &str = "/etc/tenken-dashboard/dashboard.yaml";

/// Where the package keeps the data.
pub const USUAL_FOLDER: &str = "/var/lib/tenken-dashboard";

/// Where the dashboard keeps its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The data folder.
    pub data: PathBuf,
    /// The PostgreSQL server in place of the database in the data folder.
    pub database: Option<Location>,
}

/// The configuration file that counts: the one that was named, or the usual one if it is there. Who names a data folder means
/// another dashboard than the installed one, whose database and keys must not be mixed with it.
pub fn file_in_force(named: Option<&Path>, data: Option<&Path>, usual: &Path) -> Option<PathBuf> {
    match (named, data) {
        (Some(named), _) => Some(named.to_owned()),
        // One that cannot be looked for is read, so that the error is told.
        (None, None) => usual.try_exists().unwrap_or(true).then(|| usual.to_owned()),
        (None, Some(_)) => None,
    }
}

fn denied(error: &anyhow::Error) -> bool {
    let denied = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::PermissionDenied;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(denied))
}

impl Options {
    /// What is configured: flags, then the file, then the defaults.
    pub fn in_force(flags: Self, file: Option<&Path>) -> Result<Self> {
        let written = match file {
            Some(file) => settings_file::read::<Self>(file).map_err(|error| {
                let hint = "the configuration may not be read; run this as root or as the dashboard's account";
                if denied(&error) { error.context(hint) } else { error }
            })?,
            None => Self::default(),
        };
        Ok(flags.over(written).over(Self::defaults()?))
    }

    /// The defaults, as the sample shows them.
    pub fn defaults() -> Result<Self> {
        let lines: Vec<String> = Self::KEYS.iter().map(|key| format!("{}: {}\n", key.name, key.default)).collect();
        settings_file::parse("the defaults", &lines.concat()).map_err(|problem| anyhow!(problem))
    }

    /// Where the state is kept.
    pub fn place(&self) -> Result<Place> {
        let data = self.data.clone().context("data: no folder is configured")?;
        let database = self.database.as_deref().map(Location::server).transpose()?;
        let password = self.database_password_file.as_ref().map(|file| (file.read(), file));
        let database = match (database, password) {
            (database, None) => database,
            (None, Some((_, file))) => {
                return Err(anyhow!("database_password_file {file}: there is no `database` it belongs to"));
            }
            (Some(database), Some((password, _))) => {
                Some(database.with_password(&password.context("database_password_file")?)?)
            }
        };
        Ok(Place { data, database })
    }
}

#[cfg(test)]
mod tests;
