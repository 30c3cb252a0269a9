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
        "the database has schema {found}, made by Tenken {program}; this is Tenken {own}, which knows schemas up to {known}. Nothing was changed. Install Tenken {program} or newer again; or go back to what was before the update, without what came since: restore a backup made by Tenken {own} or older (`tenken-dashboard restore --replace FILE`), or put the copy tenken.db.schema-{known} of the data folder, if there is one, in the place of tenken.db while no dashboard runs, and remove tenken.db-wal and tenken.db-shm"
    )]
    Newer {
        /// The database's schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
        /// The version that made it.
        program: String,
        /// The version of this program.
        own: &'static str,
    },
    /// The database has no table of a dashboard.
    #[error("there is no dashboard's database there: check --data and --database")]
    Empty,
    /// The database has tables already.
    #[error("the database has tables already; name an empty one")]
    NotEmpty,
    /// No such schema is known.
    #[error(
        "schema {schema} is none of the schemas 1 to {known} that this program knows: it was made by a newer Tenken"
    )]
    NoSuchSchema {
        /// The schema that was asked for.
        schema: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// The database was to be updated, and cannot be copied before.
    #[error(
        "the database is to be updated and is copied to {copy} before, which failed: {problem}; nothing was changed. Make as much room as the database takes, and start again"
    )]
    Copy {
        /// The copy.
        copy: String,
        /// Why.
        problem: String,
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
