//! How hosts get their certificates, and whether a certificate still counts.

mod token;

use rustls::pki_types::CertificateDer;
use tenken_model::digest::Digest;
use tenken_model::enrol::{EnrolAnswer, EnrolRequest, RenewAnswer, RenewRequest};
use tenken_model::{HostId, Instant};
use thiserror::Error;

use crate::auth::secret::{NoRandom, Secret};
use crate::authority::{Authority, AuthorityError, HOST_VALID, Speaker, speaker};
use crate::backup::RestoredFrom;
use crate::ingest::{Refused, RequestError, known};
use crate::plain::hides_or_turns;
use crate::store::{AuditEntry, Host, NewHost, Store, StoreError, Transaction};

pub use token::{HOSTS_MAX, MadeToken, TOKEN_VALID, TokenTerms, make_token, withdraw_token};

/// The most characters of a host's name.
pub const NAME_CHARS_MAX: usize = 100;
/// Digits of a host's id: more than enough never to meet another.
const ID_DIGITS: usize = 16;

/// Why a host has no certificate.
#[derive(Debug, Error)]
pub enum EnrolError {
    /// The request is refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The authority failed.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

impl From<RequestError> for EnrolError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused(refused) => Self::Refused(refused),
            RequestError::Store(store) => Self::Store(store),
        }
    }
}

/// Enrols a host: uses its token, gives it an id and makes its certificate. `report_url` is where
/// it is to report.
pub async fn enrol(
    store: &Store,
    authority: &Authority,
    report_url: &str,
    request: &EnrolRequest,
    now: Instant,
) -> Result<EnrolAnswer, EnrolError> {
    let name = host_name(&request.host_name)?;
    let secret = Secret::from_text(&request.secret).ok_or(Refused::Token)?;
    let mut transaction = store.read().await?;
    let token = transaction.token(&secret.digest()).await?;
    transaction.abandon().await?;
    // A stranger makes neither the writers wait nor the authority work.
    if token.is_none_or(|token| !token.works(now)) {
        return Err(Refused::Token.into());
    }
    let host = new_id(&Secret::new()?)?;
    let mut transaction = store.write().await?;
    // It may have been used up meanwhile.
    let token = transaction.use_token(&secret.digest(), now).await?.ok_or(Refused::Token)?;
    let issued = authority.host_certificate(&request.request_pem, &host, now)?.map_err(Refused::Malformed)?;
    let new = NewHost {
        id: host.clone(),
        name: name.clone(),
        enrolled_at: now,
        certificate: issued.digest,
        certificate_until: issued.until,
    };
    transaction.add_host(&new).await?;
    transaction.add_enrolment(token.id, &host, now).await?;
    audit(&mut transaction, now, &token.made_by, "host_enrolled", host.as_str(), &name).await?;
    transaction.save().await?;
    Ok(EnrolAnswer {
        host,
        certificate_pem: issued.pem,
        authority_pem: authority.certificate_pem().to_owned(),
        policy_key: authority.policy_key(),
        report_url: report_url.to_owned(),
    })
}

/// Makes a new certificate for the host that speaks with `certificate`.
pub async fn renew(
    store: &Store,
    authority: &Authority,
    certificate: &CertificateDer<'_>,
    request: &RenewRequest,
    now: Instant,
) -> Result<RenewAnswer, EnrolError> {
    let mut transaction = store.write().await?;
    let (host, _) = check(&mut transaction, certificate, now).await?;
    let issued = authority.host_certificate(&request.request_pem, &host, now)?.map_err(Refused::Malformed)?;
    transaction.renew_certificate(&host, &Digest::of(certificate), &issued.digest, issued.until).await?;
    transaction.save().await?;
    Ok(RenewAnswer {
        certificate_pem: issued.pem,
        authority_pem: authority.certificate_pem().to_owned(),
        expires_at: issued.until,
    })
}

/// What a certificate is to the host that speaks with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The newest, and there is none before it that counts.
    Settled,
    /// The newest; its first use ends the one before it.
    Fresh,
    /// The one before the newest, which was not used yet.
    Before,
    /// One that was made between a backup and its restore.
    SinceBackup(Instant),
}

/// The host that speaks with `certificate`, which the listener found to be of our authority. It is asked
/// at every request, so that a revocation counts from the next one on, and that a connection does not outlive its
/// certificate. The first use of a renewed certificate ends the one before it.
pub async fn authenticate(
    store: &Store,
    certificate: &CertificateDer<'_>,
    now: Instant,
) -> Result<HostId, RequestError> {
    let mut transaction = store.read().await?;
    let (host, standing) = check(&mut transaction, certificate, now).await?;
    transaction.abandon().await?;
    match standing {
        Standing::Settled | Standing::Before => {}
        Standing::Fresh => {
            let mut transaction = store.write().await?;
            transaction.settle_certificate(&host).await?;
            transaction.save().await?;
        }
        Standing::SinceBackup(until) => {
            let mut transaction = store.write().await?;
            transaction.adopt_certificate(&host, &Digest::of(certificate), until).await?;
            transaction.save().await?;
        }
    }
    Ok(host)
}

async fn check(
    transaction: &mut Transaction,
    certificate: &CertificateDer<'_>,
    now: Instant,
) -> Result<(HostId, Standing), RequestError> {
    let Speaker { host, until } = speaker(certificate).ok_or(Refused::WrongHost)?;
    if now > until {
        return Err(Refused::ExpiredCertificate(until).into());
    }
    let known = known(transaction, &host).await?;
    let digest = Digest::of(certificate);
    if digest == known.certificate {
        let standing = if known.certificate_before.is_some() { Standing::Fresh } else { Standing::Settled };
        return Ok((host, standing));
    }
    if Some(digest) == known.certificate_before {
        return Ok((host, Standing::Before));
    }
    if is_since_backup(transaction, &known, until).await? {
        return Ok((host, Standing::SinceBackup(until)));
    }
    Err(Refused::ReplacedCertificate.into())
}

/// A restored database does not know the certificates that were made after the backup. One of our authority that ends when
/// one of those would, and later than the one that is known, is one of them.
async fn is_since_backup(transaction: &mut Transaction, known: &Host, until: Instant) -> Result<bool, StoreError> {
    let restored: Option<RestoredFrom> = transaction.setting().await?;
    Ok(restored.is_some_and(|restored| {
        let (first, last) = (HOST_VALID.after(restored.made_at), HOST_VALID.after(restored.restored_at));
        // Certificates tell whole seconds.
        until > known.certificate_until && until.timestamp() >= first.timestamp() && until <= last
    }))
}

/// Revokes a host; false if it was. Its open drifts end.
pub async fn revoke(store: &Store, host: &HostId, person: &str, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    if !transaction.revoke_host(host, now).await? {
        return Ok(false);
    }
    let name = transaction.host(host).await?.map_or_else(String::new, |host| host.name);
    audit(&mut transaction, now, person, "host_revoked", host.as_str(), &name).await?;
    let terms = crate::drift::Terms::new(std::collections::BTreeMap::new());
    crate::drift::settle(&mut transaction, &terms, Some(host), now).await?;
    transaction.save().await?;
    Ok(true)
}

async fn audit(
    transaction: &mut Transaction,
    at: Instant,
    person: &str,
    act: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at,
        person: person.to_owned(),
        act: act.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_owned(),
    };
    transaction.audit(&entry).await
}

/// The name a host proposes, if it can be one.
pub fn host_name(proposed: &str) -> Result<String, Refused> {
    let name = proposed.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(hides_or_turns);
    // `*` means every host in registers.
    if fits && name != "*" {
        Ok(name.to_owned())
    } else {
        Err(Refused::Malformed(format!("the host's name must have 1 to {NAME_CHARS_MAX} characters and not be `*`")))
    }
}

/// An id that no host has had: the beginning of the digest of fresh random bytes.
fn new_id(random: &Secret) -> Result<HostId, Refused> {
    let digits = random.digest().to_string();
    HostId::new(format!("h-{}", digits.get(..ID_DIGITS).unwrap_or(&digits)))
        .map_err(|error| Refused::Malformed(error.to_string()))
}

#[cfg(test)]
mod tests;
