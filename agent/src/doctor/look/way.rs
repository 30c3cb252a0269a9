//! The way to the dashboard, step by step, as the agent goes it.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, StreamOwned};
use tenken_model::policy::POLICY_BYTES_MAX;
use tenken_model::{Instant, Size, Span};

use super::server;
use crate::doctor::answer::{self, Answer};
use crate::doctor::seen::{Fault, Session, Unconnected, Way};
use crate::host::{ReadError, ReadErrorKind, network};
use crate::identity::Identity;
use crate::run::clock::Clock;
use crate::transport;

/// Addresses of one name that are tried.
const ADDRESSES: usize = 4;
/// What is read at a time.
const CHUNK: usize = 16 << 10;

pub(super) fn look(identity: &Identity, clock: &dyn Clock, within: Duration) -> Way {
    let Some((name, port)) = server(&identity.report_url) else {
        let error =
            ReadError::new(ReadErrorKind::WrongKind, "read the address", "it is not of the form https://host:port");
        let name = identity.report_url.clone();
        return Way { name, addresses: Err(error), connections: Vec::new(), session: None };
    };
    let addresses =
        network::addresses(&name, port, Span::from_millis(i64::try_from(within.as_millis()).unwrap_or(i64::MAX)));
    let mut connections = Vec::new();
    let mut session = None;
    for address in addresses.iter().flatten().take(ADDRESSES) {
        match TcpStream::connect_timeout(address, within) {
            Ok(stream) => {
                connections.push((*address, Ok(())));
                session =
                    Some(Asking { identity, name: &name, port, address: *address, within, clock }.session(stream));
                break;
            }
            Err(error) => connections.push((*address, Err(unconnected(&error)))),
        }
    }
    Way { name, addresses, connections, session }
}

/// Why there is no connection.
pub(super) fn unconnected(error: &io::Error) -> Unconnected {
    match error.kind() {
        ErrorKind::ConnectionRefused => Unconnected::Refused,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Unconnected::TimedOut,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Unconnected::NoRoute,
        _ => Unconnected::Other(error.to_string()),
    }
}

struct Asking<'a> {
    identity: &'a Identity,
    name: &'a str,
    port: u16,
    address: SocketAddr,
    within: Duration,
    clock: &'a dyn Clock,
}

impl Asking<'_> {
    /// Asks by this host's clock, and where only that may be wrong, once more by a time that suits the certificate: authority
    /// and name are checked all the same, so that the dashboard's time can be believed.
    fn session(&self, stream: TcpStream) -> Session {
        let first = self.ask(stream, self.clock.wall());
        let answered_at = self.clock.wall();
        let fault = match first {
            Ok(answer) => return Session { fault: None, answer: Some(answer), answered_at },
            Err(fault) => fault,
        };
        let suits = match &fault {
            Fault::Ended(until) => Some(Span::from_secs(-1).after(*until)),
            Fault::Later(from) => Some(Span::from_secs(1).after(*from)),
            Fault::OtherAuthority | Fault::WrongName(_) | Fault::Refused(_) | Fault::Other(_) => None,
        };
        let again = suits.and_then(|at| {
            let stream = TcpStream::connect_timeout(&self.address, self.within).ok()?;
            self.ask(stream, at).ok()
        });
        Session { fault: Some(fault), answer: again, answered_at: self.clock.wall() }
    }

    fn ask(&self, stream: TcpStream, at: Instant) -> Result<Result<Answer, String>, Fault> {
        let other = |error: &dyn std::fmt::Display| Fault::Other(error.to_string());
        let name = ServerName::try_from(self.name.to_owned()).map_err(|error| other(&error))?;
        let config = self.config(at).map_err(|why| other(&why))?;
        let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| other(&error))?;
        let timed = stream.set_read_timeout(Some(self.within)).and(stream.set_write_timeout(Some(self.within)));
        timed.map_err(|error| other(&error))?;
        let mut stream = StreamOwned::new(connection, stream);
        let host = if self.name.contains(':') { format!("[{}]", self.name) } else { self.name.to_owned() };
        let request = format!(
            "GET /v1/policy HTTP/1.1\r\nhost: {host}:{}\r\nuser-agent: tenken-agent/{}\r\nconnection: close\r\n\r\n",
            self.port,
            env!("CARGO_PKG_VERSION")
        );
        stream.write_all(request.as_bytes()).and_then(|()| stream.flush()).map_err(|error| self.fault(&error))?;
        let limit = Size::from_bytes(u64::try_from(POLICY_BYTES_MAX).unwrap_or(u64::MAX).saturating_mul(2));
        let (mut read, mut chunk) = (Vec::new(), vec![0; CHUNK]);
        loop {
            match answer::whole_length(&read, limit) {
                Ok(Some(length)) if read.len() >= length => return Ok(answer::parse(&read)),
                Ok(_) => {}
                Err(why) => return Ok(Err(why)),
            }
            match stream.read(&mut chunk) {
                Ok(0) => return Ok(answer::parse(&read).and(Err("it was cut off".to_owned()))),
                Ok(count) => read.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(error) if read.is_empty() => return Err(self.fault(&error)),
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
    }

    fn config(&self, at: Instant) -> Result<ClientConfig, String> {
        transport::install_cryptography();
        let told = |error: &dyn std::fmt::Display| error.to_string();
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.identity.authority_pem.as_bytes()).map_err(|e| told(&e))?;
        roots.add(authority).map_err(|error| told(&error))?;
        let own = CertificateDer::from_pem_slice(self.identity.certificate_pem.as_bytes()).map_err(|e| told(&e))?;
        let key = PrivateKeyDer::from_pem_slice(self.identity.key_pem.as_bytes()).map_err(|e| told(&e))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_details(provider, Arc::new(At(at)))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| told(&error))?
            .with_root_certificates(roots);
        config.with_client_auth_cert(vec![own], key).map_err(|error| told(&error))
    }

    /// What is wrong, from what the connection ended with.
    fn fault(&self, error: &io::Error) -> Fault {
        let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
            let timed_out = matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock);
            return Fault::Other(if timed_out { "no answer in time".to_owned() } else { error.to_string() });
        };
        fault(tls, self.name)
    }
}

/// What is wrong, from what TLS says.
pub(super) fn fault(error: &Error, name: &str) -> Fault {
    let instant = |time: UnixTime| {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        chrono::DateTime::from_timestamp(seconds, 0).unwrap_or(Instant::MAX_UTC)
    };
    match error {
        Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. }) => {
            Fault::Ended(instant(*not_after))
        }
        Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. }) => {
            Fault::Later(instant(*not_before))
        }
        Error::InvalidCertificate(
            CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnhandledCriticalExtension,
        ) => Fault::OtherAuthority,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Fault::WrongName(name.to_owned()),
        Error::AlertReceived(alert) => Fault::Refused(format!("{alert:?}")),
        error => Fault::Other(error.to_string()),
    }
}

/// A time that does not pass.
#[derive(Debug)]
struct At(Instant);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
