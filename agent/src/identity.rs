//! Who this host is to its dashboard, and whom it trusts.

mod kept;

use std::path::{Path, PathBuf};

use aws_lc_rs::signature::ED25519_PUBLIC_KEY_LEN;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rcgen::{CertificateParams, DnType, KeyPair};
use tenken_model::{HostId, Instant, Size, Span};
use thiserror::Error;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use self::kept::Kept;
use crate::durable::{self, DurableError};
use crate::host::live::Seal;
use crate::host::secret::Sealing;
use crate::host::storage;

const IDENTITY_BYTES: Size = Size::from_bytes(256 << 10);

/// Why there is no usable identity.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// The file could not be kept or read.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// The file is not what this agent writes.
    #[error("read {}: {why}; enrol this host again with a new token", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A certificate does not say what it must.
    #[error("{what}: {why}")]
    Certificate {
        /// Which certificate.
        what: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The platform does not seal the key.
    #[error("seal the private key: {0}")]
    Seal(std::io::Error),
    /// A key or certificate request could not be made.
    #[error("make a key: {0}")]
    Key(#[from] rcgen::Error),
}

/// What enrolment gave this host. The key never leaves it.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The host's id.
    pub host: HostId,
    /// The host's certificate in PEM.
    pub certificate_pem: String,
    /// Its private key in PEM.
    pub key_pem: String,
    /// The only authority whose servers this host talks to, in PEM.
    pub authority_pem: String,
    /// The key that signs policies: Ed25519, in base64.
    pub policy_key: String,
    /// Where reports go: `https://host:port`.
    pub report_url: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("host", &self.host)
            .field("report_url", &self.report_url)
            .finish_non_exhaustive()
    }
}

/// How long a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
}

impl Validity {
    /// When to renew: at two thirds of the life; at its end where it would end before it begins.
    pub fn renew_at(self) -> Instant {
        let life = Span::between(self.from, self.until);
        Span::from_millis(life.millis() / 3 * 2).after(self.from).min(self.until)
    }
}

impl Identity {
    /// The file in the state folder.
    pub fn path(state_dir: &Path) -> PathBuf {
        state_dir.join("identity.json")
    }

    /// The identity kept in the state folder; `None` if this host was never enrolled.
    pub fn load(state_dir: &Path) -> Result<Option<Self>, IdentityError> {
        // In somebody else's folder it would say whom to report to and whose policy to take.
        storage::check_private_folder(state_dir).map_err(|error| DurableError::from_io("use", state_dir, error))?;
        Self::load_with(state_dir, &Seal)
    }

    fn load_with(state_dir: &Path, seal: &impl Sealing) -> Result<Option<Self>, IdentityError> {
        let path = Self::path(state_dir);
        let Some(bytes) = durable::read(&path, IDENTITY_BYTES)? else { return Ok(None) };
        let (identity, plain) = Self::read(&bytes, &path, seal)?;
        if plain && seal.seal(b"?").map_err(IdentityError::Seal)?.is_some() {
            identity.store_with(state_dir, seal)?;
        }
        Ok(Some(identity))
    }

    /// What the file says, and whether its key was there without a seal.
    pub fn read(bytes: &[u8], path: &Path, seal: &impl Sealing) -> Result<(Self, bool), IdentityError> {
        let malformed = |why: String| IdentityError::Malformed { path: path.to_owned(), why };
        let kept: Kept = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        let plain = kept.is_plain();
        let identity = kept.open(path, seal)?;
        identity.check().map_err(|error| malformed(error.to_string()))?;
        Ok((identity, plain))
    }

    /// Keeps it in the state folder, for the agent's own user only.
    pub fn store(&self, state_dir: &Path) -> Result<(), IdentityError> {
        self.store_with(state_dir, &Seal)
    }

    fn store_with(&self, state_dir: &Path, seal: &impl Sealing) -> Result<(), IdentityError> {
        let path = Self::path(state_dir);
        let bytes = serde_json::to_vec_pretty(&Kept::of(self, seal)?)
            .map_err(|error| IdentityError::Malformed { path: path.clone(), why: error.to_string() })?;
        Ok(durable::replace(&path, &bytes)?)
    }

    /// Its parts fit together: the certificate speaks for this host and belongs to its key, and the policy
    /// key is one.
    pub fn check(&self) -> Result<(), IdentityError> {
        const WHAT: &str = "the host's certificate";
        let wrong = |why: String| IdentityError::Certificate { what: WHAT, why };
        let der = certificate_der(&self.certificate_pem, WHAT)?;
        let certificate = parse(&der, WHAT)?;
        let names: Vec<&str> = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok()).collect();
        if names != [self.host.as_str()] {
            return Err(wrong(format!("it speaks for {names:?}, not for {}", self.host)));
        }
        let key = KeyPair::from_pem(&self.key_pem)?;
        if certificate.public_key().subject_public_key.data.as_ref() != key.public_key_raw() {
            return Err(wrong("it belongs to another key".to_owned()));
        }
        certificate_der(&self.authority_pem, "the authority's certificate")?;
        self.policy_key_bytes().map(drop)
    }

    /// How long the host's certificate is valid.
    pub fn validity(&self) -> Result<Validity, IdentityError> {
        const WHAT: &str = "the host's certificate";
        let der = certificate_der(&self.certificate_pem, WHAT)?;
        let certificate = parse(&der, WHAT)?;
        let instant = |time: x509_parser::time::ASN1Time| {
            DateTime::<Utc>::from_timestamp(time.timestamp(), 0)
                .ok_or_else(|| IdentityError::Certificate { what: WHAT, why: "its dates are no dates".to_owned() })
        };
        let validity = certificate.validity();
        Ok(Validity { from: instant(validity.not_before)?, until: instant(validity.not_after)? })
    }

    /// The key that signs policies.
    pub fn policy_key_bytes(&self) -> Result<Vec<u8>, IdentityError> {
        let bytes = STANDARD.decode(&self.policy_key).ok().filter(|bytes| bytes.len() == ED25519_PUBLIC_KEY_LEN);
        bytes.ok_or_else(|| IdentityError::Certificate {
            what: "the policy key",
            why: "it is no Ed25519 key in base64".to_owned(),
        })
    }
}

/// A fresh key and a request for a certificate of it, both in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// The private key.
    pub key_pem: String,
    /// The request, of which the dashboard takes only the public key.
    pub request_pem: String,
}

impl KeyRequest {
    /// Makes a key (ECDSA on P-256) from the system's randomness.
    pub fn make(name: &str) -> Result<Self, IdentityError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        let request_pem = params.serialize_request(&key)?.pem()?;
        Ok(Self { key_pem: key.serialize_pem(), request_pem })
    }
}

/// The one certificate in a PEM text, as DER.
pub fn certificate_der(text: &str, what: &'static str) -> Result<Vec<u8>, IdentityError> {
    let wrong = |why: String| IdentityError::Certificate { what, why };
    let blocks = pem::parse_many(text).map_err(|error| wrong(format!("no PEM: {error}")))?;
    match <[pem::Pem; 1]>::try_from(blocks) {
        Ok([block]) if block.tag() == "CERTIFICATE" => {
            parse(block.contents(), what)?;
            Ok(block.into_contents())
        }
        Ok(_) | Err(_) => Err(wrong("not exactly one certificate in PEM".to_owned())),
    }
}

fn parse<'a>(der: &'a [u8], what: &'static str) -> Result<X509Certificate<'a>, IdentityError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) => Err(IdentityError::Certificate { what, why: "something follows it".to_owned() }),
        Err(error) => Err(IdentityError::Certificate { what, why: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::server::Authority;

    fn identity() -> Identity {
        Authority::make().identity("h-1", "https://127.0.0.1:1")
    }

    #[test]
    fn an_identity_is_kept_and_hides_its_key() {
        let scratch = tempfile::tempdir().unwrap();
        assert_eq!(Identity::load(scratch.path()).unwrap(), None);
        let identity = identity();
        identity.store(scratch.path()).unwrap();
        assert_eq!(Identity::load(scratch.path()).unwrap(), Some(identity.clone()));
        assert!(!format!("{identity:?}").contains("PRIVATE"));
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let (one, two) = (identity(), identity());
        let odd = [
            Identity { host: HostId::new("h-2").unwrap(), ..one.clone() },
            Identity { key_pem: two.key_pem.clone(), ..one.clone() },
            Identity { certificate_pem: two.certificate_pem.clone(), ..one.clone() },
            Identity { certificate_pem: String::new(), ..one.clone() },
            Identity { certificate_pem: format!("{0}{0}", one.certificate_pem), ..one.clone() },
            Identity { authority_pem: one.key_pem.clone(), ..one.clone() },
            Identity { policy_key: "AAAA".into(), ..one.clone() },
        ];
        for identity in odd {
            assert!(identity.check().is_err(), "{identity:?}");
        }
        let scratch = tempfile::tempdir().unwrap();
        for text in ["", "{}", "{\"host\":\"h-1\"", "[]"] {
            durable::replace(&Identity::path(scratch.path()), text.as_bytes()).unwrap();
            let error = Identity::load(scratch.path()).unwrap_err().to_string();
            assert!(error.contains("enrol this host again"), "{error}");
        }
    }

    #[test]
    fn renewal_is_due_at_two_thirds_of_the_life() {
        let day = |days| Span::from_days(days).after(Instant::UNIX_EPOCH);
        assert_eq!(Validity { from: day(10), until: day(40) }.renew_at(), day(30));
        assert_eq!(Validity { from: day(40), until: day(10) }.renew_at(), day(10));
        let validity = identity().validity().unwrap();
        assert!(validity.from < validity.renew_at() && validity.renew_at() < validity.until);
    }
}
