//! A session by TLS 1.3, and what becomes of a request in it.
//!
//! A client of TLS 1.3 has ended its handshake before the server has seen that no certificate came. Only what the server
//! sends afterwards tells, so that a request is sent and the answer read.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, ClientConfig, ClientConnection, DigitallySignedStruct, Error, PeerIncompatible, SignatureScheme,
    Stream,
};
use tenken_model::{Instant, Reason};

use super::super::deadline::Deadline;
use super::{Timed, is_timeout};
use crate::collect::exchange_endpoints::{chain, reply};
use crate::host::tls::{AfterRequest, TlsSession};
use crate::host::{ReadError, ReadErrorKind};

/// The most bytes of an answer: its first line is enough.
const REPLY_MAX: usize = 4 << 10;

/// A question to one server.
pub(super) struct Asking<'a> {
    pub(super) name: ServerName<'static>,
    pub(super) host: &'a str,
    pub(super) authorities: Result<&'a chain::Authorities, &'a Reason>,
    pub(super) deadline: Deadline,
    pub(super) tried: &'a str,
    pub(super) now: Instant,
}

impl Asking<'_> {
    /// The session; nothing where the server refuses this version.
    pub(super) fn ask(self, stream: TcpStream) -> Result<Option<TlsSession>, ReadError> {
        let failed = |why: String| ReadError::new(ReadErrorKind::Failed, self.tried, why);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let (shown, asked) = (Arc::new(Shown::new(&provider)), Arc::new(Asked::default()));
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| failed(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::<Shown>::clone(&shown))
            .with_client_cert_resolver(Arc::<Asked>::clone(&asked));
        let mut connection =
            ClientConnection::new(Arc::new(config), self.name.clone()).map_err(|error| failed(error.to_string()))?;
        let mut stream = Timed { stream, deadline: self.deadline };

        let mut early = None;
        while connection.is_handshaking() && early.is_none() {
            if let Err(error) = connection.complete_io(&mut stream) {
                // What arrived with the end of the handshake belongs to what came after it.
                if connection.is_handshaking() {
                    return self.not_made(&error);
                }
                early = Some(after(&error));
            }
        }
        let chain = shown.chain.lock().unwrap_or_else(PoisonError::into_inner);
        let algorithms = &provider.signature_verification_algorithms;
        let certificate = chain::read(&chain, self.authorities, &self.name, algorithms, self.now);
        let unreadable = || ReadError::new(ReadErrorKind::WrongKind, self.tried, "its certificate cannot be read");
        let asked = asked.0.load(Ordering::Relaxed);
        Ok(Some(TlsSession {
            certificate: certificate.ok_or_else(unreadable).into(),
            asked,
            request: asked.then(|| early.unwrap_or_else(|| self.request(&mut connection, &mut stream))),
        }))
    }

    /// Why no session was made.
    fn not_made(&self, error: &std::io::Error) -> Result<Option<TlsSession>, ReadError> {
        match tls(error) {
            // It says so, or answers with a version that was not offered.
            Some(
                Error::AlertReceived(AlertDescription::ProtocolVersion)
                | Error::PeerIncompatible(
                    PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                    | PeerIncompatible::ServerDoesNotSupportTls12Or13
                    | PeerIncompatible::Tls12NotOffered
                    | PeerIncompatible::Tls12NotOfferedOrEnabled,
                ),
            ) => Ok(None),
            Some(Error::InvalidMessage(_)) => {
                Err(ReadError::new(ReadErrorKind::WrongKind, self.tried, "it speaks no TLS"))
            }
            Some(other) => Err(ReadError::new(ReadErrorKind::NoAnswer, self.tried, other.to_string())),
            None if is_timeout(error) => {
                Err(ReadError::new(ReadErrorKind::TimedOut, self.tried, "no session by TLS 1.3 in time"))
            }
            None => {
                Err(ReadError::new(ReadErrorKind::NoAnswer, self.tried, "it closed the connection in the handshake"))
            }
        }
    }

    /// Sends a request and reads until the server shows what it makes of it.
    fn request(&self, connection: &mut ClientConnection, stream: &mut Timed) -> AfterRequest {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.to_owned() };
        let request = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tenken\r\nConnection: close\r\n\r\n");
        let mut stream = Stream::new(connection, stream);
        // A server that has closed already said why before: that is read below.
        let sent = stream.write_all(request.as_bytes()).and_then(|()| stream.flush());
        if let Some(told) = sent.err().filter(|error| tls(error).is_some()) {
            return after(&told);
        }
        let mut reply = Vec::new();
        let mut part = [0_u8; 1_024];
        loop {
            match stream.read(&mut part) {
                Ok(0) if reply.is_empty() => return AfterRequest::Ended(None),
                Ok(0) => return AfterRequest::Answered(reply::status(&reply)),
                Ok(length) => reply.extend(part.get(..length).unwrap_or_default()),
                Err(error) if reply.is_empty() => return after(&error),
                Err(_) => return AfterRequest::Answered(reply::status(&reply)),
            }
            if reply.contains(&b'\n') || reply.len() >= REPLY_MAX {
                return AfterRequest::Answered(reply::status(&reply));
            }
        }
    }
}

/// What an error of the library says, where it is one.
fn tls(error: &std::io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// What became of a request that ended with an error.
fn after(error: &std::io::Error) -> AfterRequest {
    match tls(error) {
        Some(Error::AlertReceived(alert)) => {
            let said = format!("{alert:?}");
            let of_certificates = matches!(
                alert,
                AlertDescription::CertificateRequired
                    | AlertDescription::NoCertificate
                    | AlertDescription::BadCertificate
                    | AlertDescription::UnsupportedCertificate
                    | AlertDescription::CertificateUnknown
                    | AlertDescription::UnknownCA
                    | AlertDescription::AccessDenied
                    | AlertDescription::HandshakeFailure
            );
            if of_certificates { AfterRequest::Ended(Some(said)) } else { AfterRequest::OtherAlert(said) }
        }
        Some(other) => AfterRequest::OtherAlert(other.to_string()),
        None if is_timeout(error) => AfterRequest::Silent,
        None => AfterRequest::Ended(None),
    }
}

/// Takes whatever certificates a server shows, and keeps them. That it has the key is proven all the same; whether they are
/// to be trusted is judged afterwards, because that is what is to be found out.
#[derive(Debug)]
struct Shown {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl Shown {
    fn new(provider: &Arc<CryptoProvider>) -> Self {
        Self { provider: Arc::clone(provider), chain: Mutex::default() }
    }
}

impl ServerCertVerifier for Shown {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _stapled: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(own).chain(between).map(|one| one.clone().into_owned()).collect();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Shows no certificate, and notes that one was asked for.
#[derive(Debug, Default)]
struct Asked(AtomicBool);

impl ResolvesClientCert for Asked {
    fn resolve(&self, _authorities: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}
