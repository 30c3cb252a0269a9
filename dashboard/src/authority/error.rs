//! What can go wrong with the authority.

use std::path::PathBuf;

use thiserror::Error;

use crate::store::StoreError;

/// Why the authority cannot be used.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("{act} {path}: {source}; the folder must belong to the account the dashboard runs under")]
    File {
        /// What was tried.
        act: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A private key can be read by others.
    #[error(
        "{path} can be read by others (mode {mode:03o}); run `chmod 600 {path}` and think about who may have a copy"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its rights.
        mode: u32,
    },
    /// A file does not hold what it should.
    #[error("{path} does not hold what it should: {problem}; restore the folder from a backup")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The database belongs to another authority, or this folder has none.
    #[error(
        "the database belongs to the authority {stored}, {found}; copy its folder `authority` from a dashboard that has it, or from a backup"
    )]
    Another {
        /// The digest of the authority's certificate in the database.
        stored: String,
        /// What the folder has.
        found: String,
    },
    /// A certificate or signature cannot be made.
    #[error("making {what}: {problem}")]
    Making {
        /// Of what.
        what: &'static str,
        /// Why.
        problem: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthorityError {
    pub(super) fn making(what: &'static str) -> impl Fn(rcgen::Error) -> Self {
        move |error| Self::Making { what, problem: error.to_string() }
    }
}
