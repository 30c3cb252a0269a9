//! `run`: watches this host until it is asked to end.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tenken_model::{Language, Topic};

use super::source;
use crate::first_start::{FirstStart, FirstStartError, Otherwise, Pace, Place};
use crate::host::live::service::{Manager, Stop};
use crate::host::live::{LiveHost, memory};
use crate::host::storage;
use crate::identity::Identity;
use crate::run::resident::Resident;
use crate::run::setup::Setup;

/// Opening a large spool on a slow disk may take so long.
const START_WITHIN: Duration = Duration::from_mins(3);

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the agent keeps its state
    #[arg(long, value_name = "FOLDER", default_value_os_t = storage::state_folder())]
    state_dir: PathBuf,
    /// Looks up every file below this folder, as in a mounted disk
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// Where a token may be left for a host that is not enrolled yet, in place of the usual file
    #[arg(long, value_name = "FILE", hide = true)]
    enrolment: Option<PathBuf>,
    /// How much is logged: error, warn, info, debug or trace; otherwise as TENKEN_LOG says
    #[arg(long, value_name = "LEVEL")]
    log: Option<tenken_log::Level>,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let manager = Manager::from_environment();
    manager.begin_log(super::log_level(arguments.log)?);
    let host = source::live(arguments.root.as_deref(), language)?;
    let place = super::place(arguments.enrolment.as_deref(), &arguments.state_dir)?;
    reside(arguments.state_dir.clone(), host, manager, &place).map(|()| ExitCode::SUCCESS)
}

/// Watches a host for `manager` until it is asked to end.
pub(super) fn reside(state_dir: PathBuf, host: LiveHost, manager: Manager, place: &impl Place) -> Result<()> {
    memory::share_one_heap();
    manager.starting(START_WITHIN);
    // As at enrolment, which reads no other disk.
    let machine = LiveHost::new();
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let mut stop = Stop::listen(&manager).context("listening to signals")?;
        let setup = Setup { machine, manager, ..Setup::new(state_dir, host) };
        tokio::select! {
            () = stop.asked() => {
                setup.manager.stopping();
                return Ok(());
            }
            () = signs_of_life(&setup.manager) => {}
            enrolled = enrolled(&setup, place) => enrolled?,
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
async fn enrolled(setup: &Setup, place: &impl Place) -> Result<(), FirstStartError> {
    let waits = setup.manager.waits_for_enrolment();
    if waits && Identity::load(&setup.state_dir)?.is_none() {
        // An installer that started it must not wait for the network.
        setup.manager.ready();
    }
    let first = FirstStart {
        state_dir: &setup.state_dir,
        place,
        host: &setup.machine,
        patience: setup.patience,
        pace: Pace::default(),
        otherwise: if waits { Otherwise::Wait } else { Otherwise::End },
        tell: &|text: &str| setup.manager.status(text),
    };
    first.enrol().await
}

/// Tells a manager that wants to hear it that the agent is alive, for as long as it waits to be enrolled.
async fn signs_of_life(manager: &Manager) {
    let Some(every) = manager.wants_sign_every() else { return std::future::pending().await };
    loop {
        manager.alive();
        tokio::time::sleep(every).await;
    }
}

/// One thread for the loop. Every collector may hang once, and names must still be looked up.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let threads = Topic::ALL.len() + 2;
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().max_blocking_threads(threads).build().context("starting")
}
