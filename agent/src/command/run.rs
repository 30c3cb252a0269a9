//! `run`: watches this host until it is asked to end.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tenken_model::{Language, Topic};

use super::source;
use crate::first_start::{self, FirstStartError};
use crate::host::live::installer::Installer;
use crate::host::live::service::{Manager, Stop};
use crate::host::live::{LiveHost, memory};
use crate::host::storage;
use crate::identity::Identity;
use crate::run::resident::Resident;
use crate::run::setup::Setup;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the agent keeps its state
    #[arg(long, value_name = "FOLDER", default_value_os_t = storage::state_folder())]
    state_dir: PathBuf,
    /// Looks up every file below this folder, as in a mounted disk
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let manager = Manager::from_environment();
    manager.begin_log();
    let host = source::live(arguments.root.as_deref(), language)?;
    reside(arguments.state_dir.clone(), host, manager).map(|()| ExitCode::SUCCESS)
}

/// Watches a host for `manager` until it is asked to end.
pub(super) fn reside(state_dir: PathBuf, host: LiveHost, manager: Manager) -> Result<()> {
    memory::share_one_heap();
    // As at enrolment, which reads no other disk.
    let machine = LiveHost::new();
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let mut stop = Stop::listen(&manager).context("listening to signals")?;
        let setup = Setup { machine, manager, ..Setup::new(state_dir, host) };
        tokio::select! {
            () = stop.asked() => return Ok(()),
            enrolled = enrolled(&setup) => enrolled?,
        }
        let resident = Resident::open(setup)?;
        resident.run(stop.asked()).await;
        anyhow::Ok(())
    });
    // A collector that hangs in the system is not waited for.
    runtime.shutdown_background();
    done
}

/// Enrols this host if an installer left what is needed for it. A service of a host that is not enrolled waits until it is, so that
/// it can be installed before it has a token.
async fn enrolled(setup: &Setup) -> Result<(), FirstStartError> {
    let waits = setup.manager.waits_for_enrolment() && Identity::load(&setup.state_dir)?.is_none();
    if waits {
        // An installer that started it must not wait for the network.
        setup.manager.ready();
    }
    let place = Installer;
    match first_start::enrol(&setup.state_dir, &place, &setup.machine, setup.patience, &first_start::AGAIN).await {
        Err(error) if waits => tracing::error!(%error, "this host is not enrolled"),
        done => done?,
    }
    if waits {
        first_start::until_enrolled(&setup.state_dir).await?;
    }
    Ok(())
}

/// One thread for the loop. Every collector may hang once, and names must still be looked up.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let threads = Topic::ALL.len() + 2;
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().max_blocking_threads(threads).build().context("starting")
}
