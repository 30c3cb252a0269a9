//! The tools that are compared with, all from Debian's packages. None of them is needed by any test.

use std::process::Command;

use anyhow::Result;

use crate::packages;
use crate::process::{installed, output};

/// A tool.
pub(super) struct Peer {
    /// What people call it.
    pub(super) name: &'static str,
    /// A program of it.
    program: &'static str,
    /// What is installed for it.
    pub(super) packages: &'static [&'static str],
}

/// All of them.
pub(super) const PEERS: [Peer; 6] = [
    Peer { name: "lynis", program: "lynis", packages: &["lynis"] },
    Peer { name: "OpenSCAP", program: "oscap", packages: &["openscap-scanner", "ssg-debian"] },
    Peer { name: "zabbix-agent", program: "zabbix_agentd", packages: &["zabbix-agent"] },
    Peer { name: "node exporter", program: "prometheus-node-exporter", packages: &["prometheus-node-exporter"] },
    Peer { name: "monit", program: "monit", packages: &["monit"] },
    Peer { name: "netdata", program: "netdata", packages: &["netdata"] },
];

/// What the measuring itself needs.
const TOOLS: [(&str, &str); 2] = [("strace", "strace"), ("dh", "debhelper")];

/// Installs what is missing.
pub(super) fn ensure() -> Result<()> {
    let mut missing: Vec<&str> =
        PEERS.iter().flat_map(|peer| peer.packages).copied().filter(|package| version(package).is_none()).collect();
    missing.extend(PEERS.iter().filter(|peer| !installed(peer.program)).flat_map(|peer| peer.packages));
    missing.extend(TOOLS.iter().filter(|(program, _)| !installed(program)).map(|(_, package)| *package));
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() { Ok(()) } else { packages::install(&missing) }
}

/// The version of a package that is installed.
pub(super) fn version(package: &str) -> Option<String> {
    let told =
        output(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status} ${Version}", package]));
    told.ok()?.strip_prefix("installed ").map(|version| version.trim().to_owned())
}
