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
    /// Monitoring.
    #[serde(default)]
    pub(super) metrics: Option<SocketAddr>,
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
    /// The address below which its pages are. A dashboard with a name is reached by it; where it listens on every address of the
    /// machine, none of them is one that a browser can ask for.
    pub(super) fn base(&self, place: &Place, names: Option<&[String]>) -> Result<String> {
        if let Some(address) = &self.address {
            return Ok(address.clone());
        }
        let listening = Listening::read(&place.data)?;
        Ok(match (listening.local, names.and_then(<[String]>::first)) {
            (_, Some(name)) => url(name, listening.people.port()),
            (Some(local), None) => format!("http://{local}"),
            (None, None) if listening.people.ip().is_unspecified() => url("localhost", listening.people.port()),
            (None, None) => format!("https://{}", listening.people),
        })
    }
}

/// A listener with TLS as others reach it by a name or address.
pub(super) fn url(name: &str, port: u16) -> String {
    if name.contains(':') { format!("https://[{name}]:{port}") } else { format!("https://{name}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_can_be_asked_for_by_a_browser() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { data: folder.path().to_owned(), database: None };
        let base = |people: &str, local: Option<&str>, names: &[&str]| {
            let local = local.map(|local| local.parse().unwrap());
            let people = people.parse().unwrap();
            Listening { agents: people, people, local, metrics: None }.write(&place.data).unwrap();
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            Reached { address: None }.base(&place, Some(&names)).unwrap()
        };
        assert_eq!(base("0.0.0.0:7742", None, &["tenken.example.jp", "192.0.2.1"]), "https://tenken.example.jp:7742");
        assert_eq!(base("[::]:443", None, &["2001:db8::1"]), "https://[2001:db8::1]:443");
        assert_eq!(base("0.0.0.0:7742", None, &[]), "https://localhost:7742");
        assert_eq!(base("192.0.2.1:7742", None, &[]), "https://192.0.2.1:7742");
        assert_eq!(base("0.0.0.0:7742", Some("127.0.0.1:7744"), &[]), "http://127.0.0.1:7744");
    }
}
