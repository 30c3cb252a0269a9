//! Pages of the public web, fetched within limits: of time, of size, and of where they may lead.

mod reach;

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, header};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};

pub use reach::Reach;
use reach::follow;
pub(crate) use reach::{Names, PRIVATE};

/// How long a fetch may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Why a page was not fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// It is not there.
    Gone(String),
    /// It could not be asked for.
    Failed(String),
}

/// A page as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the answer says of their encoding.
    pub charset: Option<String>,
}

/// Fetches pages of the public web.
#[derive(Debug, Clone)]
pub struct PublicWeb {
    client: Client,
    reach: Reach,
}

impl PublicWeb {
    /// Trusts what this machine trusts. Home pages stand on servers of others, many of which speak no newer TLS than 1.2.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(reach: Reach) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::custom(move |attempt| follow(reach, attempt)))
            .dns_resolver(Arc::new(Names { reach }))
            .no_proxy()
            .timeout(WITHIN)
            .user_agent(concat!("Tenken/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, reach })
    }

    /// Fetches a page of at most so many bytes.
    pub async fn fetch(&self, url: &str, most: usize) -> Result<Page, FetchError> {
        if !self.reach.allows_url(url) {
            return Err(FetchError::Failed(PRIVATE.to_owned()));
        }
        let request = self.client.get(url).header(header::CACHE_CONTROL, "no-cache");
        let mut response = request.send().await.map_err(|error| FetchError::Failed(told(&error)))?;
        if !response.status().is_success() {
            let status = response.status();
            let gone = matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE);
            let text = status.to_string();
            return Err(if gone { FetchError::Gone(text) } else { FetchError::Failed(text) });
        }
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let charset = kind.and_then(|kind| {
            kind.to_ascii_lowercase()
                .split_once("charset=")
                .map(|(_, label)| label.split(';').next().unwrap_or_default().trim_matches(['"', '\'', ' ']).to_owned())
        });
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| FetchError::Failed(told(&error)))? {
            if bytes.len() + chunk.len() > most {
                return Err(FetchError::Failed(format!("more than {most} bytes")));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Page { bytes, charset })
    }
}

/// An error with its causes, in one line.
pub(crate) fn told(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_or_a_name_that_leads_within_is_not_asked() {
        let web = PublicWeb::new(Reach::Public).unwrap();
        for url in ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/"] {
            let refused = web.fetch(url, 1 << 10).await;
            assert!(matches!(&refused, Err(FetchError::Failed(why)) if why.contains(PRIVATE)), "{url}: {refused:?}");
        }
    }
}
