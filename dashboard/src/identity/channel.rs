//! The way to the provider: HTTPS alone, no redirections, bounded in time and bytes.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use reqwest::{Client, Request};
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::public_web::{Names, PRIVATE, Reach};

/// How long one answer may take.
const WITHIN: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 256 << 10;

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum ChannelError {
    /// The provider could not be asked, or not in time.
    #[error("{0}")]
    Unreachable(String),
    /// It answered more than is read.
    #[error("an answer of more than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
}

/// The way to the provider.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    client: Client,
    reach: Reach,
}

impl Channel {
    /// Trusts what this machine trusts, and the agency's own authority. Providers are run by others, not all of which speak
    /// TLS 1.3 everywhere.
    pub(super) fn new(authority: Option<&Path>, reach: Reach) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = authority {
            for certificate in certificates(path).with_context(|| format!("authority_file {}", path.display()))? {
                roots.add(certificate).with_context(|| format!("authority_file {}", path.display()))?;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .dns_resolver(Arc::new(Names { reach }))
            .https_only(true)
            .no_proxy()
            .timeout(WITHIN)
            .user_agent(concat!("Tenken/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, reach })
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ChannelError> {
        let failed = |error: reqwest::Error| ChannelError::Unreachable(crate::public_web::told(&error));
        if !self.reach.allows_url(&request.uri().to_string()) {
            return Err(ChannelError::Unreachable(format!("{}: {PRIVATE}; see private_network", request.uri())));
        }
        let mut answer = self.client.execute(Request::try_from(request).map_err(failed)?).await.map_err(failed)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(ChannelError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(bytes);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Channel {
    type Error = ChannelError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ChannelError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

/// The certificates in a PEM file, at least one.
fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let blocks = pem::parse_many(std::fs::read(path)?)?;
    let certificates: Vec<_> = blocks
        .into_iter()
        .filter(|block| block.tag() == "CERTIFICATE")
        .map(|block| CertificateDer::from(block.into_contents()))
        .collect();
    anyhow::ensure!(!certificates.is_empty(), "there is no certificate in it");
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_of_ones_own_network_are_asked_only_where_the_settings_say_so() {
        let ask = async |reach, url: &str| {
            let request = HttpRequest::new(Vec::new());
            let (mut parts, body) = request.into_parts();
            parts.uri = url.parse().unwrap();
            let channel = Channel::new(None, reach).unwrap();
            channel.ask(HttpRequest::from_parts(parts, body)).await.unwrap_err().to_string()
        };
        for url in
            ["https://127.0.0.1:9/", "https://[::1]:9/", "https://localhost:9/", "https://169.254.169.254/latest"]
        {
            assert!(ask(Reach::Public, url).await.contains(PRIVATE), "{url}");
        }
        for url in ["https://127.0.0.1:9/", "http://127.0.0.1:9/"] {
            assert!(!ask(Reach::Anywhere, url).await.contains(PRIVATE), "{url}");
        }
    }

    #[test]
    fn an_authority_file_without_a_certificate_is_said_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        for (content, told) in [
            ("nothing", "no certificate"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ca.pem"),
        ] {
            std::fs::write(&file, content).unwrap();
            let error = format!("{:#}", Channel::new(Some(&file), Reach::Public).unwrap_err());
            assert!(error.contains(told), "{error}");
        }
        assert!(Channel::new(Some(&folder.path().join("none.pem")), Reach::Public).is_err());
    }
}
