//! What package managers keep on a host.

pub mod apt_conf;
pub mod apt_lists;
pub mod debian_version;
pub mod dnf_config;
pub mod dpkg;
pub mod paragraphs;
pub mod release_file;
pub mod repodata;
pub mod rpm;
pub mod rpm_berkeley;
pub mod rpm_header;
pub mod rpm_macros;
pub mod rpm_ndb;
pub mod rpm_version;

use std::collections::BTreeSet;

use tenken_model::{Reason, ReasonCode, Size};

use self::rpm::{Database, Form, PackagesError};
use self::rpm_header::Package;
use super::Look;
use super::sqlite::{Bytes, table_of};
use crate::host::ReadError;
use crate::host::recorded::node::length;

/// How much of a file is read at once.
const PART: Size = Size::from_bytes(256 << 10);
/// A file that has changed while it was read is read once more.
const TRIES: usize = 2;

/// Why a package manager's file could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// It could not be read.
    Read(ReadError),
    /// It could, and means nothing or too much.
    Reason(Reason),
}

impl FileError {
    /// There is no such file.
    pub fn is_not_there(&self) -> bool {
        matches!(self, Self::Read(error) if error.is_not_there())
    }

    /// As a fact gives it.
    pub fn reason(self) -> Reason {
        match self {
            Self::Read(error) => error.reason(),
            Self::Reason(reason) => reason,
        }
    }
}

impl From<ReadError> for FileError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// Gives the whole of a file of at most `limit` to `take`, part by part, so that no more than one part is in memory.
///
/// `begin` makes what takes the parts; a file that was replaced meanwhile is begun anew.
pub fn in_parts<T>(
    look: &Look<'_>,
    path: &str,
    limit: Size,
    begin: impl Fn() -> T,
    mut take: impl FnMut(&mut T, &[u8]),
) -> Result<T, FileError> {
    for _ in 0..TRIES {
        let before = look.metadata(path)?;
        if before.size > limit {
            let detail = format!("read {path}: larger than {limit}");
            return Err(FileError::Reason(Reason::new(ReasonCode::TooLarge, detail)));
        }
        let mut taken = begin();
        let mut offset = 0;
        while offset <= limit.bytes() {
            let part = look.read_part(path, offset, PART)?;
            take(&mut taken, &part);
            offset += length(&part);
            if length(&part) < PART.bytes() {
                break;
            }
        }
        let after = look.metadata(path)?;
        if (after.size, after.modified) == (before.size, before.modified) {
            return Ok(taken);
        }
    }
    Err(FileError::Reason(Reason::new(ReasonCode::Failed, format!("read {path}: it changed while it was read"))))
}

/// The names of the packages in rpm's database, each once.
pub fn rpm_names(look: &Look<'_>, database: &Database) -> Result<Vec<String>, Reason> {
    if database.form != Form::Sqlite {
        let packages = rpm_packages(look, database)?;
        return Ok(packages.into_iter().map(|package| package.name).collect::<BTreeSet<_>>().into_iter().collect());
    }
    let names = |read: Bytes<'_>| table_of(read, rpm::NAMES.0).map(|table| rpm::names(&table));
    unchanged(look, &database.path, names)?.map_err(|error| PackagesError::Database(error).reason(&database.path))
}

/// The packages in rpm's database, with their versions.
pub fn rpm_packages(look: &Look<'_>, database: &Database) -> Result<Vec<Package>, Reason> {
    let packages = unchanged(look, &database.path, |read| rpm::packages(database.form, read))?;
    packages.map_err(|error| error.reason(&database.path))
}

/// What is read of a file in parts, once more if it has changed meanwhile: rpm changes its database in place.
fn unchanged<T>(look: &Look<'_>, path: &str, take: impl Fn(Bytes<'_>) -> T) -> Result<T, Reason> {
    let read = |at: u64, bytes: usize| {
        look.read_part(path, at, Size::from_bytes(u64::try_from(bytes).unwrap_or(u64::MAX))).map(Into::into)
    };
    let state =
        || look.metadata(path).map(|metadata| (metadata.size, metadata.modified)).map_err(|error| error.reason());
    for _ in 0..TRIES {
        let before = state()?;
        let taken = take(&read);
        if state()? == before {
            return Ok(taken);
        }
    }
    Err(Reason::new(ReasonCode::Failed, format!("read {path}: it changed while it was read")))
}
