//! The dashboard's own certificate authority and the key that signs policies.
//!
//! Both lie as files for one account alone in the folder `authority` of the data folder, never in the
//! database, so that no dump of it holds a private key. Several dashboards on one PostgreSQL server
//! share them as a copy of that folder; the database remembers whose it is and refuses another.

mod certificates;
mod error;
mod files;

use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{Issuer, KeyPair};
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use tenken_model::Instant;
use tenken_model::digest::Digest;
use tenken_model::policy::{SIGNATURE_CONTEXT, SignedPolicy};

use crate::store::{Setting, Store, Transaction};

pub use certificates::{
    HOST_VALID, Issued, REQUEST_BYTES_MAX, SERVER_VALID, ServerName, Speaker, public_key, speaker, valid_until,
};
pub use error::AuthorityError;

const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca.key";
const POLICY_KEY: &str = "policy.key";
/// The label of the policy key's PEM.
const POLICY_LABEL: &str = "PRIVATE KEY";

/// The authority.
pub struct Authority {
    certificate: CertificateDer<'static>,
    certificate_pem: String,
    issuer: Issuer<'static, KeyPair>,
    policy: Ed25519KeyPair,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority({})", self.digest())
    }
}

/// Whose database it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    certificate: Digest,
    policy_key: String,
}

impl Setting for Owner {
    const NAME: &'static str = "authority";
}

impl Authority {
    /// The folder's name below the data folder.
    pub const FOLDER: &'static str = "authority";
    /// The files in it.
    pub const FILES: [&'static str; 3] = [KEY, POLICY_KEY, CERTIFICATE];

    /// The digest and the files of the authority in the data folder, which must be the one the database belongs to.
    pub async fn files(
        data: &Path,
        transaction: &mut Transaction,
    ) -> Result<(Digest, Vec<(&'static str, String)>), AuthorityError> {
        let folder = data.join(Self::FOLDER);
        let own = Self::read(&folder)?;
        own.belongs(transaction).await?;
        let text = |name| Ok((name, files::read(&folder.join(name), name != CERTIFICATE)?));
        let texts: Result<Vec<_>, AuthorityError> = Self::FILES.into_iter().map(text).collect();
        Ok((own.digest(), texts?))
    }

    /// Makes the authority of a folder of files from a backup; the database that was restored must belong to it.
    pub async fn put(
        folder: &Path,
        files: &[(&'static str, String)],
        transaction: &mut Transaction,
    ) -> Result<Self, AuthorityError> {
        let folder = folder.join(Self::FOLDER);
        files::make_folder(&folder, files)?;
        let own = Self::read(&folder)?;
        own.belongs(transaction).await?;
        Ok(own)
    }

    /// Fails if the database belongs to another authority, or to none yet.
    async fn belongs(&self, transaction: &mut Transaction) -> Result<(), AuthorityError> {
        let owner: Option<Owner> = transaction.setting().await?;
        let own = self.owner();
        match owner {
            Some(owner) if owner == own => Ok(()),
            other => {
                let stored = other.map_or_else(|| "of nobody".to_owned(), |owner| owner.certificate.to_string());
                Err(AuthorityError::Another { stored, found: format!("this folder has {}", own.certificate) })
            }
        }
    }

    fn owner(&self) -> Owner {
        Owner { certificate: self.digest(), policy_key: self.policy_key() }
    }

    /// Opens the authority in the data folder, or makes it when neither the folder nor the database
    /// has one.
    pub async fn open(data: &Path, store: &Store, now: Instant) -> Result<Self, AuthorityError> {
        let folder = data.join(Self::FOLDER);
        // The lock for writing is held, so that of two dashboards that begin together one makes it.
        let mut transaction = store.write().await?;
        let owner: Option<Owner> = transaction.setting().await?;
        if !folder.exists() {
            if let Some(owner) = owner {
                let stored = owner.certificate.to_string();
                return Err(AuthorityError::Another { stored, found: format!("{} is not there", folder.display()) });
            }
            files::make_folder(&folder, &fresh(now)?)?;
        }
        let authority = Self::read(&folder)?;
        let own = authority.owner();
        match owner {
            Some(owner) if owner != own => {
                let (stored, found) = (owner.certificate.to_string(), format!("this folder has {}", own.certificate));
                Err(AuthorityError::Another { stored, found })
            }
            Some(_) => Ok(authority),
            None => {
                transaction.set_setting(&own).await?;
                transaction.save().await?;
                Ok(authority)
            }
        }
    }

    fn read(folder: &Path) -> Result<Self, AuthorityError> {
        let damaged = |name: &str| {
            let path = folder.join(name);
            move |problem: String| AuthorityError::Damaged { path: path.clone(), problem }
        };
        let certificate_pem = files::read(&folder.join(CERTIFICATE), false)?;
        let parsed = pem::parse(&certificate_pem).map_err(|error| damaged(CERTIFICATE)(error.to_string()))?;
        let certificate = CertificateDer::from(parsed.into_contents());
        let key = files::read(&folder.join(KEY), true)?;
        let key = KeyPair::from_pem(&key).map_err(|error| damaged(KEY)(error.to_string()))?;
        if !certificates::certifies(&certificate, &key) {
            return Err(damaged(CERTIFICATE)(format!("it is not the certificate of {KEY}")));
        }
        let issuer =
            Issuer::from_ca_cert_der(&certificate, key).map_err(|error| damaged(CERTIFICATE)(error.to_string()))?;
        let policy = files::read(&folder.join(POLICY_KEY), true)?;
        let policy = pem::parse(&policy).map_err(|error| damaged(POLICY_KEY)(error.to_string()))?;
        let policy =
            Ed25519KeyPair::from_pkcs8(policy.contents()).map_err(|error| damaged(POLICY_KEY)(error.to_string()))?;
        Ok(Self { certificate, certificate_pem, issuer, policy })
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The authority's certificate in PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// SHA-256 of the authority's certificate in DER: what enrolment tokens carry.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.certificate)
    }

    /// The public key that agents pin, Ed25519 in base64.
    pub fn policy_key(&self) -> String {
        STANDARD.encode(self.policy.public_key().as_ref())
    }

    /// Signs a policy's text as it is sent.
    pub fn sign(&self, body: String) -> SignedPolicy {
        let signature = self.policy.sign(&[SIGNATURE_CONTEXT, body.as_bytes()].concat());
        SignedPolicy { body, signature: STANDARD.encode(signature.as_ref()) }
    }
}

/// The files of a new authority.
fn fresh(now: Instant) -> Result<Vec<(&'static str, String)>, AuthorityError> {
    let (certificate, key) = certificates::authority(now)?;
    let making = |problem: String| AuthorityError::Making { what: "the policy key", problem };
    let policy = Ed25519KeyPair::generate().map_err(|error| making(error.to_string()))?;
    let policy = policy.to_pkcs8().map_err(|error| making(error.to_string()))?;
    let policy = pem::encode(&pem::Pem::new(POLICY_LABEL, policy.as_ref()));
    Ok(vec![(KEY, key), (POLICY_KEY, policy), (CERTIFICATE, certificate)])
}

#[cfg(test)]
mod tests;
