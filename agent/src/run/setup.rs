//! What the agent runs with, and why it cannot.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tenken_model::HostId;
use thiserror::Error;

use super::clock::{Clock, LiveClock};
use super::collecting::COLLECT_WITHIN;
use super::link::Bounds;
use crate::durable::DurableError;
use crate::host::live::LiveHost;
use crate::host::live::service::Manager;
use crate::identity::IdentityError;
use crate::machine::MachineError;
use crate::policy::PolicyError;
use crate::schedule::Pace;
use crate::spool::{Opened, Spool, SpoolError};
use crate::transport::{CallError, Patience};

/// Why the agent cannot run.
#[derive(Debug, Error)]
pub enum RunError {
    /// This host has no identity.
    #[error(
        "read {}: this host is not enrolled; make a token on the dashboard and run `tenken-agent enrol` here",
        .0.display()
    )]
    NotEnrolled(PathBuf),
    /// Its identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The state folder is somebody else's.
    #[error(transparent)]
    Folder(#[from] DurableError),
    /// The state folder is another machine's.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// Not even the built-in rules can be loaded.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The spool cannot be opened.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// Calls cannot be prepared.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// What the agent runs with.
pub struct Setup {
    /// Where it keeps its state.
    pub state_dir: PathBuf,
    /// What it reads.
    pub host: LiveHost,
    /// The machine that the state folder has to be of, whatever disk is read.
    pub machine: LiveHost,
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// Bounds of collecting.
    pub pace: Pace,
    /// How long a collector may take.
    pub collect_within: Duration,
    /// Bounds of calling.
    pub bounds: Bounds,
    /// The patience of one call.
    pub patience: Patience,
    /// The first report waits for the first judgement, but no longer than this.
    pub first_report_within: Duration,
    /// Who started the agent and wants to hear of it.
    pub manager: Manager,
}

impl Setup {
    /// On defaults.
    pub fn new(state_dir: PathBuf, host: LiveHost) -> Self {
        Self {
            state_dir,
            machine: host.clone(),
            host,
            clock: Arc::new(LiveClock),
            pace: Pace::default(),
            collect_within: COLLECT_WITHIN,
            bounds: Bounds::default(),
            patience: Patience::default(),
            first_report_within: Duration::from_secs(15),
            manager: Manager::default(),
        }
    }
}

/// Logs how the spool was opened.
pub(super) fn say_opened(opened: &Opened, spool: &Spool) {
    match opened {
        Opened::Fresh => tracing::info!(epoch = spool.epoch(), "a spool was begun"),
        Opened::Continued { cut: false } => {}
        Opened::Continued { cut: true } => tracing::info!("an interrupted write at the spool's end was cut"),
        Opened::Restarted { why } => {
            tracing::warn!(why, epoch = spool.epoch(), "the spool was damaged; a new epoch begins with a snapshot");
        }
    }
}

/// A number that spreads hosts.
pub(super) fn seed(host: &HostId) -> u64 {
    host.as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
