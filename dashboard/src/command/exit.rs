//! What the end of the program says to whoever started it.

use std::fmt::Write as _;
use std::process::ExitCode;

use thiserror::Error;

use crate::authority::AuthorityError;
use crate::data_folder::FolderError;
use crate::store::StoreError;

/// How the program ended. The numbers are promised: scripts and the unit of systemd go by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// What was asked is done.
    Done,
    /// It is not done, or what was looked at is not as it should be.
    Failed,
    /// Nothing was tried, or not all could be looked at.
    Unclear,
    /// `serve` refused to start for a reason that starting it again cannot mend.
    Refused,
}

impl Exit {
    const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::Unclear, Self::Refused];

    /// The number of it.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Unclear => 2,
            // EX_CONFIG of sysexits.h, which systemd names so.
            Self::Refused => 78,
        }
    }

    const fn means(self) -> &'static str {
        match self {
            Self::Done => "done; of doctor and health: all is well",
            Self::Failed => {
                "failed, for the reason on standard error; of doctor, health and audit verify: a problem was found"
            }
            Self::Unclear => "the command line is not understood; of doctor: not all could be looked at",
            Self::Refused => {
                "serve refuses to start, and would again until somebody mends the configuration, the database of a newer version, the authority's files or a restore that was cut off: systemd does not start it again"
            }
        }
    }

    /// All of them for the manual page.
    pub(super) fn help() -> String {
        let mut text = "Exit codes:".to_owned();
        for exit in Self::ALL {
            let _never_fails = write!(text, "\n  {:<3} {}", exit.code(), exit.means());
        }
        text
    }

    /// That of `serve`, which did not start.
    pub(super) fn of_serve(error: &anyhow::Error) -> Self {
        let lasts = error.chain().any(|cause| {
            cause.is::<Misconfigured>()
                || cause.downcast_ref().is_some_and(of_store)
                || cause.downcast_ref().is_some_and(of_folder)
                || cause.downcast_ref().is_some_and(of_authority)
        });
        if lasts { Self::Refused } else { Self::Failed }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What is configured cannot be used.
#[derive(Debug, Error)]
#[error("{0:#}")]
pub(super) struct Misconfigured(pub(super) anyhow::Error);

/// What lasts of a database: a disk that is full and a server that is down may be well at the next start.
fn of_store(error: &StoreError) -> bool {
    match error {
        StoreError::Address { .. } | StoreError::Newer { .. } | StoreError::NoSuchSchema { .. } => true,
        StoreError::Folder { .. }
        | StoreError::Empty
        | StoreError::NotEmpty
        | StoreError::Copy { .. }
        | StoreError::Conflict(_)
        | StoreError::Damaged { .. }
        | StoreError::TooLarge(_)
        | StoreError::Database(_) => false,
    }
}

const fn of_folder(error: &FolderError) -> bool {
    match error {
        FolderError::Unfinished(_) => true,
        FolderError::File { .. } | FolderError::InUse(_) | FolderError::Restoring(_) => false,
    }
}

fn of_authority(error: &AuthorityError) -> bool {
    match error {
        AuthorityError::Open { .. } | AuthorityError::Damaged { .. } | AuthorityError::Another { .. } => true,
        AuthorityError::Store(error) => of_store(error),
        AuthorityError::File { .. } | AuthorityError::Making { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};

    use super::*;

    #[test]
    fn only_what_a_restart_cannot_mend_is_refused() {
        let newer = || StoreError::Newer { found: 9, known: 1, program: "9.0.0".into(), own: "0.1.0" };
        let damaged = AuthorityError::Damaged { path: "ca.key".into(), problem: "x".into() };
        let lasting = [
            anyhow::Error::from(newer()),
            anyhow::Error::from(newer()).context("starting"),
            AuthorityError::Store(newer()).into(),
            damaged.into(),
            FolderError::Unfinished("data".into()).into(),
            Misconfigured(anyhow!("dashboard.yaml:3:1: unknown field")).into(),
        ];
        for error in lasting {
            assert_eq!(Exit::of_serve(&error), Exit::Refused, "{error:#}");
        }
        let io = || std::io::Error::from(std::io::ErrorKind::AddrInUse);
        let passing = [
            anyhow!("something else"),
            anyhow::Error::from(io()).context("listening"),
            StoreError::Database(sqlx::Error::PoolTimedOut).into(),
            StoreError::Copy { copy: "tenken.db.schema-1".into(), problem: "no room".into() }.into(),
            AuthorityError::File { act: "reading", path: "ca.key".into(), source: io() }.into(),
            FolderError::Restoring("data".into()).into(),
        ];
        for error in passing {
            assert_eq!(Exit::of_serve(&error), Exit::Failed, "{error:#}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_configuration_is_told_in_full() {
        let error = Err::<(), _>(anyhow!("unknown field `x`")).context("reading dashboard.yaml").map_err(Misconfigured);
        let told = format!("{:#}", anyhow::Error::from(error.unwrap_err()));
        assert_eq!(told, "reading dashboard.yaml: unknown field `x`");
    }

    #[test]
    fn the_unit_of_systemd_goes_by_the_same_numbers() {
        let unit = include_str!("../../../packaging/systemd/tenken-dashboard.service");
        let prevented = format!("\nRestartPreventExitStatus={} {}\n", Exit::Unclear.code(), Exit::Refused.code());
        assert!(unit.contains(&prevented), "{prevented}");
        for exit in Exit::ALL {
            assert!(Exit::help().contains(&format!("\n  {:<3} ", exit.code())), "{exit:?}");
        }
    }
}
