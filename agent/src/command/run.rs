//! `run`: watches this host until it is asked to end.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tenken_model::{Language, Topic};

use super::source;
use crate::first_start;
use crate::host::live::installer::Installer;
use crate::host::live::service::{Manager, Stop};
use crate::host::live::{LiveHost, memory};
use crate::host::storage;
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
    memory::share_one_heap();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let host = source::live(arguments.root.as_deref(), language)?;
    // As at enrolment, which reads no other disk.
    let machine = LiveHost::new();
    let manager = Manager::from_environment();
    let setup = Setup { machine, manager, ..Setup::new(arguments.state_dir.clone(), host) };
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let mut stop = Stop::listen().context("listening to signals")?;
        tokio::select! {
            () = stop.asked() => return Ok(()),
            enrolled = first_start::enrol(&setup.state_dir, &Installer, &setup.machine, setup.patience, &first_start::AGAIN) => enrolled?,
        }
        let resident = Resident::open(setup)?;
        resident.run(stop.asked()).await;
        anyhow::Ok(())
    });
    // A collector that hangs in the system is not waited for.
    runtime.shutdown_background();
    done.map(|()| ExitCode::SUCCESS)
}

/// One thread for the loop. Every collector may hang once, and names must still be looked up.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let threads = Topic::ALL.len() + 2;
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().max_blocking_threads(threads).build().context("starting")
}
