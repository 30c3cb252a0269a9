//! Where a running dashboard listens, for those who started it on any free port.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

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
