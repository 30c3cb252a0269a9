//! The same news as signed JSON for a program of the agency's own.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url, header};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tenken_model::{Instant, Span};

use super::book::Book;
use super::render::letter;
use super::settings::MailSettings;
use super::transport::MailError;
use crate::routing::About;
use crate::store::{ClaimedMail, Setting};

/// How long reaching the receiver may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long one delivery may take from beginning to end.
const WHOLE: Duration = Duration::from_secs(30);
/// The fewest characters of a secret: with fewer it could be guessed.
const SECRET_CHARS_MIN: usize = 16;
/// The header with the signature.
const SIGNATURE: &str = "Tenken-Signature";

/// Where the news is posted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// The address: `https://…`, or `http://` of this machine alone.
    pub url: String,
    /// What sender and receiver share; at least 16 characters.
    pub secret: String,
}

/// Since when there is a webhook: what was told before is not posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    /// When it was first looked at.
    pub(super) at: Instant,
}

impl Setting for Begun {
    const NAME: &'static str = "webhook_begun";
}

impl Begun {
    /// The instant after which news is posted. What is older than a week is none: a webhook that was taken away for a time is
    /// not told all of it.
    pub(super) fn after(self, now: Instant) -> Instant {
        self.at.max(Span::from_days(-7).after(now))
    }
}

impl fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSettings").field("receiver", &self.receiver()).finish_non_exhaustive()
    }
}

impl WebhookSettings {
    /// What is wrong with it, if something is.
    pub(super) fn check(&self) -> Result<(), String> {
        let url = Url::parse(&self.url).map_err(|error| format!("webhook: url: {error}"))?;
        let here = url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        if !(url.scheme() == "https" || (url.scheme() == "http" && here)) {
            return Err("webhook: url: write https://; http:// is for this machine alone".to_owned());
        }
        if self.secret.chars().count() < SECRET_CHARS_MIN {
            return Err(format!("webhook: secret: it has fewer than {SECRET_CHARS_MIN} characters"));
        }
        Ok(())
    }

    /// The receiver's name and port: the rest of an address may be secret.
    fn receiver(&self) -> String {
        let url = Url::parse(&self.url).ok();
        let named = url.and_then(|url| {
            let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}{port}", url.host_str()?))
        });
        named.unwrap_or_default()
    }

    /// Posts a body under its name; when it returns, the receiver has it.
    pub(super) async fn post(&self, name: &str, body: String) -> Result<(), MailError> {
        let failed = |problem: String| MailError::Receiver { receiver: self.receiver(), problem };
        let client = client().map_err(|error| failed(error.to_string()))?;
        let request = client
            .post(&self.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(SIGNATURE, signature(&self.secret, body.as_bytes()))
            .header("Tenken-Delivery", name)
            .body(body);
        // The address is not told with the error: it may be secret.
        let response = request.send().await.map_err(|error| failed(told(&error.without_url())))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status if is_of_the_news(status) => {
                Err(MailError::NotTaken { receiver: self.receiver(), status: status.as_u16() })
            }
            status => Err(failed(status.to_string())),
        }
    }
}

/// The receiver does not like what it was sent, where another might be taken.
fn is_of_the_news(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY)
}

/// The value of the header: HMAC-SHA256 of the body's bytes (RFC 2104, FIPS 180-4) in hexadecimal.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, body).as_ref().iter().fold("sha256=".to_owned(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// What is posted of a mail.
pub(super) fn body(mail: &ClaimedMail, book: &Book, settings: &MailSettings, about: &About) -> String {
    let letter = letter(mail, book, settings);
    let news = json!({
        "id": mail.message_id,
        "thread": mail.thread.to_string(),
        "kind": mail.kind,
        "at": mail.created_at,
        "subject": letter.subject,
        "text": letter.text,
        "about": about,
        "url": format!("{}{}", settings.dashboard.trim_end_matches('/'), mail.thread.page()),
        "news": mail.body,
    });
    news.to_string()
}

/// Trusts what this machine trusts, and goes nowhere else than it was told.
fn client() -> anyhow::Result<Client> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .user_agent(concat!("Tenken/", env!("CARGO_PKG_VERSION")))
        .build()?)
}

/// An error with its causes, in one line.
fn told(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::render::tests::{book, mail, settings};
    use super::*;
    use crate::store::MailKind;

    fn hook(url: &str, secret: &str) -> WebhookSettings {
        WebhookSettings { url: url.into(), secret: secret.into() }
    }

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // RFC 4231, test case 2.
        let wanted = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", b"what do ya want for nothing?"), wanted);
    }

    #[test]
    fn addresses_are_encrypted_or_of_this_machine_and_secrets_are_long_and_not_told() {
        let secret = "0123456789abcdef";
        for good in
            ["https://alerts.example.jp/tenken", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/"]
        {
            assert_eq!(hook(good, secret).check(), Ok(()), "{good}");
        }
        for bad in ["http://alerts.example.jp/", "alerts.example.jp", "ftp://127.0.0.1/", ""] {
            assert!(hook(bad, secret).check().is_err(), "{bad}");
        }
        assert!(hook("https://alerts.example.jp/", "short").check().is_err());
        let shown = format!("{:?}", hook("https://alerts.example.jp/token-in-path", secret));
        assert!(
            shown.contains("alerts.example.jp:443") && !shown.contains(secret) && !shown.contains("token"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_posted_says_what_the_mail_says() {
        let about = About { sections: ["technical".to_owned()].into(), site: "本部".into(), group: "受付".into() };
        let posted = body(&mail(MailKind::Opened), &book(), &settings(), &about);
        let posted: serde_json::Value = serde_json::from_str(&posted).unwrap();
        assert_eq!(posted["about"], json!({"sections": ["technical"], "site": "本部", "group": "受付"}));
        assert_eq!(posted["id"], "tenken.drift.5.opened.0");
        assert_eq!((&posted["thread"], &posted["kind"]), (&"drift:5".into(), &"opened".into()));
        assert_eq!(posted["url"], "https://tenken.example.jp/drifts/5");
        assert_eq!(posted["news"]["drift"]["host_name"], "受付PC");
        assert!(posted["text"].as_str().unwrap().contains("機器: 受付PC"));
    }
}
