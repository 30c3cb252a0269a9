//! A small real TLS server for tests: a certificate authority, and answers given by the test.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tenken_model::HostId;
use tenken_model::digest::Digest;
use tenken_model::report::VERSION_HEADER;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::identity::{Identity, KeyRequest};

/// A certificate authority of one test.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
    der: CertificateDer<'static>,
}

impl Authority {
    pub(crate) fn make() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.der)
    }

    /// A host's certificate for the public key of a request.
    pub(crate) fn sign(&self, request_pem: &str, host: &str) -> String {
        let mut request = CertificateSigningRequestParams::from_pem(request_pem).unwrap();
        request.params = CertificateParams::default();
        request.params.distinguished_name.push(DnType::CommonName, host);
        request.params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        request.signed_by(&self.issuer).unwrap().pem()
    }

    /// A host that was enrolled here.
    pub(crate) fn identity(&self, host: &str, report_url: &str) -> Identity {
        let request = KeyRequest::make(host).unwrap();
        Identity {
            host: HostId::new(host).unwrap(),
            certificate_pem: self.sign(&request.request_pem, host),
            key_pem: request.key_pem,
            authority_pem: self.pem.clone(),
            policy_key: STANDARD.encode([7; 32]),
            report_url: report_url.to_owned(),
        }
    }

    fn acceptor(&self, clients: bool, params: &CertificateParams) -> TlsAcceptor {
        super::install_cryptography();
        let key = KeyPair::generate().unwrap();
        let chain = vec![params.signed_by(&key, &self.issuer).unwrap().der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let builder = ServerConfig::builder_with_protocol_versions(&[&rustls::version::TLS13]);
        let config = if clients {
            let mut roots = RootCertStore::empty();
            roots.add(self.der.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
            builder.with_client_cert_verifier(verifier).with_single_cert(chain, key)
        } else {
            builder.with_no_client_auth().with_single_cert(chain, key)
        };
        TlsAcceptor::from(Arc::new(config.unwrap()))
    }

    /// Answers requests on a free port of the loopback address until the test ends.
    pub(crate) async fn serve(
        self: &Arc<Self>,
        clients: bool,
        answer: impl FnMut(&Request) -> (u16, Vec<u8>) + Send + 'static,
    ) -> String {
        self.serve_as(for_name("127.0.0.1"), clients, answer).await
    }

    /// The same with a certificate that says something else.
    pub(crate) async fn serve_as(
        self: &Arc<Self>,
        params: CertificateParams,
        clients: bool,
        answer: impl FnMut(&Request) -> (u16, Vec<u8>) + Send + 'static,
    ) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let acceptor = self.acceptor(clients, &params);
        let answer = Arc::new(Mutex::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
                tokio::spawn(async move {
                    // A client that gives up is what some tests are about.
                    let _ = converse(stream, acceptor, |request| (answer.lock().unwrap())(request)).await;
                });
            }
        });
        url
    }
}

/// A server's certificate for a name or an address.
pub(crate) fn for_name(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// When every answer says that it was written.
pub(crate) const DATE: &str = "Thu, 26 Nov 2026 01:00:00 GMT";

/// A request as it came.
#[derive(Debug)]
pub(crate) struct Request {
    /// Method and path: `GET /v1/policy`.
    pub(crate) line: String,
    /// The other end of the connection it came over.
    pub(crate) from: SocketAddr,
    pub(crate) body: Vec<u8>,
}

async fn converse(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    mut answer: impl FnMut(&Request) -> (u16, Vec<u8>),
) -> std::io::Result<()> {
    let from = stream.peer_addr()?;
    let mut stream = acceptor.accept(stream).await?;
    let mut read = Vec::new();
    loop {
        let mut end = None;
        while end.is_none() {
            if stream.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
            end = read.windows(4).position(|window| window == b"\r\n\r\n");
        }
        let begin = end.unwrap() + 4;
        let head = String::from_utf8_lossy(&read[..begin]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        let length: usize = length.trim().parse().unwrap();
        while read.len() < begin + length {
            stream.read_buf(&mut read).await?;
        }
        let first = String::from_utf8_lossy(&read[..begin]).lines().next().unwrap_or_default().to_owned();
        let line = first.trim_end_matches(" HTTP/1.1").to_owned();
        let request = Request { line, from, body: read[begin..begin + length].to_vec() };
        read.drain(..begin + length);
        let (status, body) = answer(&request);
        let (version, length) = (env!("CARGO_PKG_VERSION"), body.len());
        let head = format!(
            "HTTP/1.1 {status} x\r\ndate: {DATE}\r\n{VERSION_HEADER}: {version}\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
        stream.flush().await?;
    }
}
