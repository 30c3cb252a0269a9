//! The running dashboard: whether it answers, with which certificate, and what its store knows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tenken_model::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::judge::{BackupSeen, CertificatesSeen, FleetSeen, OutboxSeen, ServiceSeen};
use super::WITHIN;
use crate::authority::valid_until;
use crate::configuration::Place;
use crate::status::Known;
use crate::store::{Store, StoreError};

/// The longest answer of monitoring that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// How a greeting by TLS went.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Greeted {
    /// Nobody answered.
    Silence(String),
    /// Somebody did, with a certificate that is not accepted.
    Refused(String),
    /// With one that is, good until then.
    Known(Instant),
}

/// Looks whether the dashboard answers where people come, and which certificate it shows for `name`.
pub async fn service(
    data: &Path,
    people: Option<SocketAddr>,
    metrics: Option<SocketAddr>,
    name: &str,
) -> (ServiceSeen, CertificatesSeen) {
    let authority = authority(data);
    let until = authority
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|certificate| valid_until(certificate).ok_or_else(|| "it is no certificate".to_owned()));
    let Some(people) = people else {
        let never = "it has not listened yet".to_owned();
        return (ServiceSeen::Down(never), CertificatesSeen { authority: until, server: None });
    };
    let address = reachable(people);
    let greeted = tokio::time::timeout(WITHIN, greet(address, name, authority.ok())).await;
    let greeted = greeted.unwrap_or_else(|_| Greeted::Silence("no answer in time".to_owned()));
    let server = match greeted {
        Greeted::Silence(problem) => {
            let down = ServiceSeen::Down(format!("{address}: {problem}"));
            return (down, CertificatesSeen { authority: until, server: None });
        }
        Greeted::Refused(problem) => Err(problem),
        Greeted::Known(until) => Ok(until),
    };
    let ill = match metrics {
        Some(metrics) => tokio::time::timeout(WITHIN * 3, ill(reachable(metrics)))
            .await
            .unwrap_or_else(|_| Some("no answer in time".to_owned())),
        None => None,
    };
    (ServiceSeen::Up { address, ill }, CertificatesSeen { authority: until, server: Some(server) })
}

/// An address that can be connected to: on all addresses of a machine its own is one.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn authority(data: &Path) -> Result<CertificateDer<'static>, String> {
    let path = data.join("authority/ca.pem");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parsed = pem::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(CertificateDer::from(parsed.into_contents()))
}

async fn greet(address: SocketAddr, name: &str, authority: Option<CertificateDer<'static>>) -> Greeted {
    let mut roots = RootCertStore::empty();
    if let Some(authority) = authority
        && let Err(error) = roots.add(authority)
    {
        tracing::debug!(%error, "the authority's certificate is not taken");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = match ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13])
    {
        Ok(builder) => builder.with_root_certificates(roots).with_no_client_auth(),
        Err(error) => return Greeted::Refused(error.to_string()),
    };
    let name = match ServerName::try_from(name.to_owned()) {
        Ok(name) => name,
        Err(error) => return Greeted::Refused(error.to_string()),
    };
    let stream = match TcpStream::connect(address).await {
        Ok(stream) => stream,
        Err(error) => return Greeted::Silence(error.to_string()),
    };
    match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(stream) => {
            let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
            let until = shown.and_then(valid_until);
            until.map_or_else(|| Greeted::Refused("it shows no certificate".to_owned()), Greeted::Known)
        }
        Err(error) if error.get_ref().is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some()) => {
            Greeted::Refused(error.to_string())
        }
        Err(error) => Greeted::Silence(error.to_string()),
    }
}

/// What monitoring says is not ready.
async fn ill(address: SocketAddr) -> Option<String> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let question = format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(question.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    match asked.await {
        Ok(answer) => not_ready(&answer),
        Err(error) => Some(format!("{address}: {error}")),
    }
}

/// What an answer says is not ready.
fn not_ready(answer: &str) -> Option<String> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    if head.starts_with("HTTP/1.1 200") {
        return None;
    }
    let said: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let part = |check: &serde_json::Value| {
        let problem = check.get("problem")?.as_str()?;
        Some(format!("{}: {problem}", check.get("part")?.as_str()?))
    };
    let parts: Vec<String> =
        said.get("checks").and_then(|checks| checks.as_array()).into_iter().flatten().filter_map(part).collect();
    Some(if parts.is_empty() { head.lines().next().unwrap_or_default().to_owned() } else { parts.join("; ") })
}

/// What the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The outbox.
    pub outbox: OutboxSeen,
    /// The backups.
    pub backup: BackupSeen,
    /// The hosts.
    pub fleet: FleetSeen,
    /// The time servers that hosts measure against.
    pub time_references: Vec<String>,
}

/// Reads what the store knows. Only a store that is as this program knows it may be opened: opening brings an older one up to date.
pub async fn kept(place: &Place, now: Instant) -> Result<Kept, StoreError> {
    let store = match &place.database {
        Some(location) => Store::open(location).await?,
        None => Store::open_folder(&place.data).await?,
    };
    let mut transaction = store.read().await?;
    let known = Known::read(&mut transaction, now).await?;
    let silent = known.hosts.iter().filter(|host| host.silent_since.is_some()).map(|host| host.name.clone()).collect();
    let mut fleet = FleetSeen { hosts: known.hosts.len(), silent, ..FleetSeen::default() };
    for host in transaction.hosts().await?.into_iter().filter(|host| host.revoked_at.is_none()) {
        if let Some(heartbeat) = host.heartbeat {
            *fleet.versions.entry(heartbeat.agent_version).or_default() += 1;
        }
    }
    let mails = transaction.mail_counts(now).await?;
    let last_error = transaction.mail_trouble().await?.last_error;
    let backup =
        BackupSeen { last: transaction.audit_last("backup_made").await?, since: transaction.audit_first().await? };
    let settings: crate::policy::PolicySettings = transaction.setting().await?.unwrap_or_default();
    transaction.abandon().await?;
    store.close().await;
    Ok(Kept { outbox: OutboxSeen { mails, last_error }, backup, fleet, time_references: settings.time_references })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ready_is_read_from_the_answer() {
        let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\r\n\
                      {\"ready\":false,\"checks\":[{\"part\":\"jobs\",\"works\":true},\
                      {\"part\":\"store_writable\",\"works\":false,\"problem\":\"disk full\"}]}";
        assert_eq!(not_ready(answer).unwrap(), "store_writable: disk full");
        assert_eq!(not_ready("HTTP/1.1 200 OK\r\n\r\n{}"), None);
        assert_eq!(not_ready("HTTP/1.1 404 Not Found\r\n\r\nx").unwrap(), "HTTP/1.1 404 Not Found");
    }

    #[test]
    fn an_address_of_all_is_asked_for_on_this_machine() {
        for (listening, asked) in
            [("0.0.0.0:7742", "127.0.0.1:7742"), ("[::]:1", "[::1]:1"), ("192.0.2.1:1", "192.0.2.1:1")]
        {
            assert_eq!(reachable(listening.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
