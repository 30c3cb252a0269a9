//! The listeners: those that systemd handed over, and those that are opened.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, anyhow};
use tokio::net::TcpListener;

use super::exit::Misconfigured;
use super::listening::Listening;
use crate::configuration::Options;
use crate::service::sockets::Sockets;

/// The listeners, bound but not yet served.
#[derive(Debug)]
pub(super) struct Listeners {
    pub(super) agents: Vec<TcpListener>,
    pub(super) people: Vec<TcpListener>,
    pub(super) local: Option<TcpListener>,
    pub(super) metrics: Option<TcpListener>,
}

impl Listeners {
    /// Opens those that are configured and were not handed over.
    pub(super) async fn open(options: &Options, handed: Sockets) -> Result<Self> {
        if let Some(local) = options.local.filter(|local| !local.ip().is_loopback()) {
            let problem = anyhow!("--local {local}: only a loopback address may be served without TLS");
            return Err(Misconfigured(problem).into());
        }
        if let Some(metrics) = options.metrics.filter(|metrics| !metrics.ip().is_loopback()) {
            tracing::warn!(%metrics, "whoever reaches this address can read the metrics; they hold no names");
        }
        let (local, metrics) = (maybe(options.local).await?, maybe(options.metrics).await?);
        Ok(Self {
            agents: handed_or("agents", handed.agents, options.agents).await?,
            people: handed_or("people", handed.people, options.people).await?,
            local,
            metrics,
        })
    }

    pub(super) fn addresses(&self) -> Result<Listening> {
        let first = |listeners: &[TcpListener]| {
            listeners.first().context("no listener")?.local_addr().map_err(anyhow::Error::from)
        };
        let maybe = |listener: &Option<TcpListener>| listener.as_ref().map(TcpListener::local_addr).transpose();
        Ok(Listening {
            agents: first(&self.agents)?,
            people: first(&self.people)?,
            local: maybe(&self.local)?,
            metrics: maybe(&self.metrics)?,
        })
    }
}

async fn handed_or(
    key: &'static str,
    handed: Vec<std::net::TcpListener>,
    address: Option<SocketAddr>,
) -> Result<Vec<TcpListener>> {
    if handed.is_empty() {
        return Ok(vec![bind(address.context(key)?).await?]);
    }
    tracing::info!(listener = key, sockets = handed.len(), "systemd handed sockets over");
    handed.into_iter().map(|listener| TcpListener::from_std(listener).context(key)).collect()
}

async fn maybe(address: Option<SocketAddr>) -> Result<Option<TcpListener>> {
    match address {
        Some(address) => Ok(Some(bind(address).await?)),
        None => Ok(None),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    let what = || {
        format!(
            "listening on {address}: is another dashboard running? `tenken-dashboard doctor` says who uses the port"
        )
    };
    TcpListener::bind(address).await.with_context(what)
}
