//! The resident agent: collects what changed, judges it, keeps it, reports it.
//!
//! A kill at any moment loses and doubles nothing:
//!
//! - Before a change is in the spool, it is only a difference between the host and the spool's state. The next
//!   agent reads the host again and finds the same difference.
//! - Once the spool has returned from writing it, it survives under its number. Cut in the middle of a write, it
//!   is not there, which is the case above.
//! - Once sent, it stays in the spool until the dashboard says that it has stored the number. Sent again, the
//!   dashboard knows the number and skips it.
//! - An acknowledgement that is not written down is given again with the answer to the next report.
//!
//! What was collected is not kept: it is on the host.

mod calls;
pub mod collecting;
mod judgement;
pub mod link;
pub mod report;
mod resident;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::path::PathBuf;

use tenken_model::Size;
use thiserror::Error;

use crate::host::linux::LiveHost;
use crate::identity::{Identity, IdentityError};
use crate::policy::{self, PolicyError};
use crate::schedule::Pace;
use crate::spool::{SPOOL_BYTES, Spool, SpoolError};
use crate::transport::{CallError, Patience, Transport};

pub use link::Bounds;

/// How an agent runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it keeps its identity, policy and spool.
    pub state_dir: PathBuf,
    /// The host it reads.
    pub host: LiveHost,
    /// What bounds collecting.
    pub pace: Pace,
    /// What bounds calls.
    pub bounds: Bounds,
    /// How long a call may take.
    pub patience: Patience,
    /// How large the spool grows before it folds.
    pub spool_bytes: Size,
}

impl Settings {
    /// The usual settings.
    pub fn new(state_dir: PathBuf, host: LiveHost) -> Self {
        Self {
            state_dir,
            host,
            pace: Pace::default(),
            bounds: Bounds::default(),
            patience: Patience::default(),
            spool_bytes: SPOOL_BYTES,
        }
    }
}

/// Why an agent cannot run.
#[derive(Debug, Error)]
pub enum RunError {
    /// This host was never enrolled.
    #[error(
        "read {}: this host is not enrolled; run `tenken-agent enrol` with the line that the dashboard shows under 機器を追加",
        .0.display()
    )]
    NotEnrolled(PathBuf),
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The built-in rules cannot be loaded.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The spool cannot be opened.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The dashboard's address or certificates cannot be used.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Runs until `stop` comes. Lives on a tokio runtime with I/O and time.
pub async fn run(settings: Settings, stop: impl Future<Output = ()>) -> Result<(), RunError> {
    use crate::host::Host as _;

    let state_dir = &settings.state_dir;
    let identity = Identity::load(state_dir)?.ok_or_else(|| RunError::NotEnrolled(Identity::path(state_dir)))?;
    let (spool, opened) = Spool::open(&state_dir.join("spool"), settings.spool_bytes, settings.host.now())?;
    tracing::info!(?opened, epoch = spool.epoch(), pending = spool.pending(), "the spool is open");
    let (in_force, why_not) = policy::restore(state_dir, &identity)?;
    if let Some(error) = &why_not {
        tracing::warn!(%error, "the policy that was kept is not in force; judging by the built-in rules");
    }
    let transport = Transport::new(&identity, settings.patience)?;
    let parts = resident::Parts { identity, in_force, spool, transport };
    tracing::info!(policy = parts.in_force.version, "running");
    resident::Resident::new(settings, parts).run(stop).await;
    tracing::info!("asked to end");
    Ok(())
}
