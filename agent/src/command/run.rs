//! `run`: the resident agent.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use super::runtime;
use crate::host::linux::LiveHost;
use crate::run::{self, Settings};
use crate::transport;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the agent keeps its state
    #[arg(long, value_name = "FOLDER", default_value = super::STATE_DIR)]
    state_dir: PathBuf,
    /// Looks up every file below this folder, as in a mounted disk
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments) -> Result<ExitCode> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    transport::install_cryptography();
    let host = arguments.root.map_or_else(LiveHost::new, LiveHost::with_root);
    let runtime = runtime()?;
    runtime.block_on(async {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        run::run(Settings::new(arguments.state_dir, host), stop).await?;
        anyhow::Ok(())
    })?;
    // A collector that hangs in the kernel must not keep the program from ending.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}
