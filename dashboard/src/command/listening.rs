//! Where a running dashboard listens, for those who started it on any free port.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::Place;

const FILE: &str = "listening.json";

/// The addresses of the listeners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listening {
    /// Agents report there.
    pub(super) agents: SocketAddr,
    /// People's browsers, and hosts to enrol.
    pub(super) people: SocketAddr,
    /// Browsers on this machine, without TLS.
    pub(super) local: Option<SocketAddr>,
}

impl Listening {
    /// Writes it once everything listens; a reader sees all of it or nothing.
    pub(super) fn write(&self, data: &Path) -> Result<()> {
        let beside = data.join(format!(".{FILE}"));
        std::fs::write(&beside, serde_json::to_vec(self)?)
            .and_then(|()| std::fs::rename(&beside, data.join(FILE)))
            .with_context(|| format!("writing {}", data.join(FILE).display()))
    }

    /// Reads what the running dashboard wrote.
    pub(super) fn read(data: &Path) -> Result<Self> {
        let path = data.join(FILE);
        let text =
            std::fs::read(&path).with_context(|| format!("reading {}: is the dashboard running?", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display()))
    }
}

/// How browsers reach the dashboard.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Reached {
    /// The dashboard's address as browsers reach it; otherwise where it listens
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

impl Reached {
    /// The address below which its pages are.
    pub(super) fn base(&self, place: &Place) -> Result<String> {
        if let Some(address) = &self.address {
            return Ok(address.clone());
        }
        let listening = Listening::read(&place.data)?;
        Ok(listening.local.map_or_else(|| format!("https://{}", listening.people), |local| format!("http://{local}")))
    }
}
