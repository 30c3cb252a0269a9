//! What an ID token proves, once everything in it was verified. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{ClaimsVerificationError, ClientId, IssuerUrl, Nonce};
use tenken_model::{Instant, Span};

use super::refusal::{Refusal, seconds};
use super::settings::ProviderSettings;
use super::strength::{Strength, strength};
use crate::plain::one_line;

/// How far the provider's clock may be off.
const SKEW: Span = Span::from_secs(2 * 60);
/// How much the provider's times lose, which are in whole seconds.
const ROUNDING: Span = Span::from_secs(2);
/// Methods of signing that are taken. None of them is symmetric, and `none` is not among them.
const METHODS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
];
/// The longest subject, in characters (OpenID Connect Core 1.0 section 2).
const SUBJECT_CHARS_MAX: usize = 255;
/// How much is kept of what others say, in characters.
pub(super) const SAID_CHARS_MAX: usize = 200;

/// What the provider proved of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Who says so.
    pub issuer: String,
    /// Whom the provider means, for ever and for nobody else.
    pub subject: String,
    /// What people call the account, as the provider says now. Whoever administers the provider may give it to somebody else:
    /// it is shown and never compared.
    pub account: String,
    /// How many factors were shown.
    pub strength: Strength,
}

/// What the token must be for.
pub(super) struct Expected<'a> {
    pub settings: &'a ProviderSettings,
    pub nonce: String,
    /// When the person was sent to the provider.
    pub begun_at: Instant,
    pub now: Instant,
    /// The person must have shown the provider who it is since then.
    pub fresh: bool,
}

/// What a token proves. The signature is verified before any claim counts.
pub(super) fn check(token: &CoreIdToken, keys: CoreJsonWebKeySet, expected: &Expected<'_>) -> Result<Proven, Refusal> {
    let settings = expected.settings;
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| Refusal::Issuer(error.to_string()))?;
    // Without the client's secret no method of signing with it can be taken, whatever the list below says.
    let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(settings.client_id.clone()), issuer, keys)
        .set_allowed_algs(METHODS)
        .set_time_fn(|| Span::from_millis(-SKEW.millis()).after(expected.now))
        .set_issue_time_verifier_fn(|issued| issued_now(issued, expected));
    let claims = token.claims(&verifier, &Nonce::new(expected.nonce.clone())).map_err(|error| refused(&error))?;
    let party = claims.authorized_party().map(|party| party.as_str());
    if party.is_some_and(|party| party != settings.client_id) {
        return Err(Refusal::Audience(said(&format!("azp {}", party.unwrap_or_default()))));
    }
    if expected.fresh {
        shown_anew(claims, expected)?;
    }
    let subject = claims.subject().as_str().to_owned();
    if subject.is_empty() || subject.chars().count() > SUBJECT_CHARS_MAX {
        return Err(Refusal::Answer("sub".to_owned()));
    }
    let amr: Vec<String> =
        claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str().to_owned()).collect();
    let acr = claims.auth_context_ref().map(|acr| acr.as_str());
    let account = account(token, &settings.account_claim).unwrap_or_else(|| said(&subject));
    Ok(Proven {
        issuer: settings.issuer.clone(),
        subject,
        account,
        strength: strength(&amr, acr, &settings.acr_values, settings.factors),
    })
}

/// A token is issued when its code is redeemed: not before the person was sent away, nor later than now.
fn issued_now(issued: Instant, expected: &Expected<'_>) -> Result<(), String> {
    let early = Span::between(issued, expected.begun_at) > SKEW;
    let late = Span::between(expected.now, issued) > SKEW;
    if early || late { Err(format!("iat {issued}")) } else { Ok(()) }
}

/// Whether the person showed the provider anew who it is. Both times compared are the provider's own, so that a clock that is off
/// makes no old session look fresh: between that moment and the token no more may have passed than since the person was sent
/// there.
fn shown_anew(claims: &CoreIdTokenClaims, expected: &Expected<'_>) -> Result<(), Refusal> {
    let shown = claims.auth_time().ok_or(Refusal::NoAuthTime)?;
    let age = Span::between(shown, claims.issue_time());
    let away = Span::between(expected.begun_at, expected.now);
    if age.millis() < -SKEW.millis() {
        return Err(Refusal::Time(format!("auth_time {shown}")));
    }
    if age.millis() > away.millis().saturating_add(ROUNDING.millis()) {
        return Err(Refusal::Stale(seconds(age)));
    }
    Ok(())
}

/// What people call the account. The token's signature was verified before.
fn account(token: &CoreIdToken, claim: &str) -> Option<String> {
    let text = token.to_string();
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    let account = claims.get(claim)?.as_str()?.trim();
    (!account.is_empty()).then(|| said(account))
}

/// What others say, as one bounded line.
pub(super) fn said(text: &str) -> String {
    one_line(text, SAID_CHARS_MAX)
}

fn refused(error: &ClaimsVerificationError) -> Refusal {
    match error {
        ClaimsVerificationError::Expired(why) | ClaimsVerificationError::InvalidAuthTime(why) => {
            Refusal::Time(said(why))
        }
        ClaimsVerificationError::InvalidAudience(why) => Refusal::Audience(said(why)),
        ClaimsVerificationError::InvalidIssuer(why) => Refusal::Issuer(said(why)),
        ClaimsVerificationError::InvalidNonce(_) => Refusal::Nonce,
        ClaimsVerificationError::SignatureVerification(why) => Refusal::Signature(said(&why.to_string())),
        other => Refusal::Answer(said(&other.to_string())),
    }
}
