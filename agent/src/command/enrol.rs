//! `enrol`: gives this host its identity.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use tenken_model::Language;
use tenken_model::enrol::EnrolToken;

use super::{print, runtime};
use crate::enrol;
use crate::host::Host as _;
use crate::host::linux::LiveHost;
use crate::identity::Identity;
use crate::transport::{self, Patience};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The dashboard's address as browsers reach it: `https://tenken.example:7742`
    #[arg(long, value_name = "URL")]
    dashboard: String,
    /// The token that the dashboard showed; it is used once
    #[arg(long, value_name = "TOKEN")]
    token: String,
    /// Where the agent keeps its state
    #[arg(long, value_name = "FOLDER", default_value = super::STATE_DIR)]
    state_dir: PathBuf,
    /// The name by which people know this host; otherwise its own
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let token: EnrolToken =
        arguments.token.trim().parse().map_err(|error| anyhow::anyhow!("read the token: {error}"))?;
    if let Some(identity) = Identity::load(&arguments.state_dir)? {
        bail!(
            "this host is enrolled already as {}; remove {} to enrol it anew",
            identity.host,
            Identity::path(&arguments.state_dir).display()
        );
    }
    std::fs::create_dir_all(&arguments.state_dir)
        .with_context(|| format!("making {}", arguments.state_dir.display()))?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => LiveHost::new().system()?.host_name,
    };
    transport::install_cryptography();
    let enrolled = enrol::enrol(&arguments.dashboard, &token, &name, Patience::default());
    let identity = runtime()?.block_on(enrolled)?;
    identity.store(&arguments.state_dir)?;
    print(&language.enrol_done(identity.host.as_str(), &identity.report_url))?;
    Ok(ExitCode::SUCCESS)
}
