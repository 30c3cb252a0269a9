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
pub mod rpm_header;
pub mod rpm_version;

use tenken_model::{Reason, ReasonCode, Size};

use self::rpm::PackagesError;
use super::Look;
use super::sqlite::{SqliteError, table_of};
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

/// The names of the packages in rpm's database of SQLite.
pub fn rpm_names(look: &Look<'_>, path: &str) -> Result<Vec<String>, FileError> {
    let read = |at: u64, bytes: usize| {
        look.read_part(path, at, Size::from_bytes(u64::try_from(bytes).unwrap_or(u64::MAX))).map(Into::into)
    };
    match table_of(&read, rpm::NAMES.0) {
        Ok(table) => Ok(rpm::names(&table)),
        Err(SqliteError::Read(error)) => Err(FileError::Read(error)),
        Err(error) => Err(FileError::Reason(Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))),
    }
}

/// The packages in rpm's database of SQLite, with their versions.
pub fn rpm_packages(look: &Look<'_>, path: &str) -> Result<Vec<rpm_header::Package>, Reason> {
    let read = |at: u64, bytes: usize| {
        look.read_part(path, at, Size::from_bytes(u64::try_from(bytes).unwrap_or(u64::MAX))).map(Into::into)
    };
    rpm::packages(&read).map_err(|error| match error {
        PackagesError::Database(SqliteError::Read(error)) => error.reason(),
        error => Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")),
    })
}
