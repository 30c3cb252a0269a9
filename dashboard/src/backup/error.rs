//! What can go wrong with a backup.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error;
use zip::result::ZipError;

use crate::authority::AuthorityError;
use crate::data_folder::FolderError;
use crate::store::StoreError;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file cannot be written.
    #[error("writing {}: {source}{}; nothing of it is left", .path.display(), room(.source))]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A backup of that name is there.
    #[error("{0} is there already; a backup overwrites nothing: choose another name")]
    Exists(PathBuf),
    /// The backup cannot be read.
    #[error("reading {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is not whole.
    #[error("the backup is damaged or cut off: {0}; nothing was changed. Take another copy of it, or an older backup")]
    Damaged(String),
    /// It is of a newer program.
    #[error(
        "the backup was made by Tenken {program} with {what} {found}; this program knows {what}s up to {known}. Nothing was changed: install Tenken {program} or newer, and restore with that"
    )]
    Newer {
        /// The version that made it.
        program: String,
        /// Of what it has a newer one.
        what: &'static str,
        /// Which.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// The folder holds a dashboard.
    #[error(
        "{0} holds a dashboard already; nothing was changed. With --replace its state is kept beside, in a folder of {0}, and the backup takes its place"
    )]
    Occupied(PathBuf),
    /// The server's database has tables.
    #[error(
        "the database on the server has tables already; nothing was changed. Make an empty one beside it (`createdb tenken_restored`) and name that with --database"
    )]
    OccupiedServer,
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The authority failed.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What to do about a disk without room.
fn room(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            " (make room there, or choose another disk)"
        }
        _ => "",
    }
}

impl BackupError {
    /// Writing that file failed.
    pub(super) fn writing(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path: path.clone(), source }
    }

    /// Writing that file as a ZIP failed.
    pub(super) fn packing(path: &Path) -> impl Fn(ZipError) -> Self {
        let path = path.to_owned();
        move |error| Self::Write { path: path.clone(), source: error.into() }
    }

    /// It is not whole.
    pub(super) fn damaged(problem: impl Into<String>) -> Self {
        Self::Damaged(problem.into())
    }
}
