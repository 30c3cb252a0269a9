//! What can go wrong with the store.

use thiserror::Error;

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The address is none that the store can open.
    #[error("database `{shown}`: {problem}")]
    Address {
        /// The address without its password.
        shown: String,
        /// What is wrong with it and what to do.
        problem: &'static str,
    },
    /// The data folder cannot be made or read.
    #[error("data folder {folder}: {source}; make it readable and writable for the account the dashboard runs under")]
    Folder {
        /// The folder.
        folder: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The database was written by a newer Tenken.
    #[error(
        "the database has schema {found}, this program knows schemas up to {known}: it was written by a newer Tenken; start that version, or restore the backup made before the update"
    )]
    Newer {
        /// The database's schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// Something of that name is there already, or was changed by somebody else in the meantime.
    #[error("{0} was added or changed by somebody else in the meantime; load it again")]
    Conflict(&'static str),
    /// A stored value cannot be read back.
    #[error("{what} in the database cannot be read: {problem}")]
    Damaged {
        /// Which value.
        what: &'static str,
        /// Why.
        problem: String,
    },
    /// A number does not fit.
    #[error("{0} is too large to be stored")]
    TooLarge(&'static str),
    /// The database refused or did not answer.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Says `what` was in the way if the database found it there already.
    pub(super) fn taken(error: sqlx::Error, what: &'static str) -> Self {
        if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
            Self::Conflict(what)
        } else {
            Self::Database(error)
        }
    }
}
