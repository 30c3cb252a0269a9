//! Who comes in through the identity provider, and how a person is bound to an account of it.
//!
//! Only people whom an administrator made come in, each by the binding of a person to an issuer and a subject. A binding is
//! made by whoever has proved to be that person here: with the password, or with the link of the invitation. Nobody is ever
//! found by an e-mail address or a name that the provider tells: those are given to others when people leave, whoever
//! administers the provider or, at some, the person can set them at will, and providers send addresses that they never
//! verified. Whoever could choose the address could choose whom to be here.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};
use thiserror::Error;

use super::enter::Opened;
use super::origin::Origin;
use super::people::PeopleError;
use super::record::{LOG, record, record_own};
use super::secret::{NoRandom, Secret};
use super::tries;
use crate::identity::flow::FLOWS_MAX;
use crate::identity::{Flow, Proven, Provider, Purpose, Refusal, Strength};
use crate::plain::one_line;
use crate::store::{Identity, Store, StoreError, Transaction, User};

/// Who acts in the audit log while it is not known who the person is.
const NOBODY: &str = "—";
/// How much is kept of what the provider says with a refusal, in characters.
const ERROR_CHARS_MAX: usize = 100;

/// Why a sign-in through the provider did not come to its end.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// Nobody was let in.
    #[error("refused: {}", .0.text(Language::English))]
    Refused(Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

impl From<Refusal> for IdentityError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A sign-in that was begun.
#[derive(Debug)]
pub struct Begun {
    /// What the browser carries.
    pub secret: Secret,
    /// Where the person is sent.
    pub address: String,
}

/// What a browser brings back from the provider.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    /// Which sign-in it answers.
    pub state: String,
    /// What is redeemed for a token.
    pub code: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Who answers (RFC 9207), if the provider says so.
    pub issuer: Option<String>,
    /// What the browser carries.
    pub browser: Option<Secret>,
    /// Whoever is signed in there, and the session.
    pub signed: Option<(User, Digest)>,
}

/// How a sign-in through the provider came to its end.
#[derive(Debug)]
pub enum Ended {
    /// A session was opened.
    Session(Opened),
    /// A code is to be asked for; the secret is that of the half-open sign-in.
    Half(Secret),
    /// The person is bound.
    Bound,
    /// The session is confirmed.
    Confirmed,
    /// The person showed who it is, but with one factor alone: a code is needed besides.
    Shown,
}

/// Why nobody was let in, with what the person was there for.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub error: IdentityError,
    /// What for; absent if that is not known.
    pub purpose: Option<Purpose>,
    /// Where the person wanted to go.
    pub next: String,
}

/// Begins: keeps what is to come back, and says where the person is sent.
pub async fn begin(
    store: &Store,
    provider: &Provider,
    purpose: Purpose,
    next: &str,
    person: Option<&str>,
    origin: Origin,
    now: Instant,
) -> Result<Begun, IdentityError> {
    let begun = try_begin(store, provider, purpose, next, now).await;
    if let Err(IdentityError::Refused(refusal)) = &begun {
        refused(store, person.unwrap_or(NOBODY), refusal, origin, now).await?;
    }
    begun
}

async fn try_begin(
    store: &Store,
    provider: &Provider,
    purpose: Purpose,
    next: &str,
    now: Instant,
) -> Result<Begun, IdentityError> {
    if store.read().await?.flows().await? >= FLOWS_MAX {
        return Err(Refusal::Busy.into());
    }
    let (state, secret) = (Secret::new()?, Secret::new()?);
    let address = provider.address(&state, &secret, purpose.wants_fresh()).await?;
    let mut transaction = store.write().await?;
    let flow = Flow { browser: secret.digest(), purpose, next: next.to_owned(), begun_at: now };
    transaction.add_flow(&state.digest(), &flow).await?;
    transaction.save().await?;
    Ok(Begun { secret, address })
}

/// Ends what was begun; where the person wanted to go.
pub async fn end(
    store: &Store,
    provider: &Provider,
    brought: Brought,
    origin: Origin,
    now: Instant,
) -> Result<(Ended, String), Failed> {
    let over = |error| Failed { error, purpose: None, next: "/".to_owned() };
    let flow = match take(store, &brought, now).await {
        Ok(flow) => flow,
        // What anybody can send without having begun anything is not written down, so that nobody fills the log with it.
        Err(error) => return Err(over(error)),
    };
    let failed = |error| Failed { error, purpose: Some(flow.purpose), next: flow.next.clone() };
    match redeem_and_act(store, provider, &brought, &flow, now).await {
        Ok(ended) => Ok((ended, flow.next)),
        Err(IdentityError::Refused(refusal)) => {
            let person = brought.signed.as_ref().map_or(NOBODY, |(user, _)| user.name.as_str());
            match refused(store, person, &refusal, origin, now).await {
                Ok(()) => Err(failed(refusal.into())),
                Err(error) => Err(failed(error.into())),
            }
        }
        Err(error) => Err(failed(error)),
    }
}

/// The sign-in that the browser answers. It is taken before anything is asked, and so once, whatever comes of it.
async fn take(store: &Store, brought: &Brought, now: Instant) -> Result<Flow, IdentityError> {
    let state = Secret::from_text(&brought.state).ok_or(Refusal::Over)?;
    let mut transaction = store.write().await?;
    let flow = transaction.take_flow(&state.digest()).await?;
    transaction.save().await?;
    let flow = flow.filter(|flow| flow.stands(now)).ok_or(Refusal::Over)?;
    let browser = brought.browser.as_ref().map(Secret::digest);
    if browser == Some(flow.browser) { Ok(flow) } else { Err(Refusal::OtherBrowser.into()) }
}

async fn redeem_and_act(
    store: &Store,
    provider: &Provider,
    brought: &Brought,
    flow: &Flow,
    now: Instant,
) -> Result<Ended, IdentityError> {
    if let Some(error) = &brought.error {
        return Err(Refusal::Denied(one_line(error, ERROR_CHARS_MAX)).into());
    }
    if let Some(issuer) = brought.issuer.as_ref().filter(|issuer| **issuer != provider.settings().issuer) {
        return Err(Refusal::Issuer(one_line(&format!("iss {issuer}"), ERROR_CHARS_MAX)).into());
    }
    let code = brought.code.as_deref().ok_or_else(|| Refusal::Answer("code".to_owned()))?;
    let browser = brought.browser.as_ref().ok_or(Refusal::OtherBrowser)?;
    let proven = provider.redeem(code, browser, flow, now).await?;
    let mut transaction = store.write().await?;
    let signed = brought.signed.as_ref();
    let ended = match flow.purpose {
        Purpose::SignIn => enter(&mut transaction, &proven, now).await?,
        Purpose::Join(invitation) => join(&mut transaction, &invitation, &proven, now).await?,
        Purpose::Bind(session) => bind_in(&mut transaction, signed, &session, &proven, now).await?,
        Purpose::Confirm(session) => confirm(&mut transaction, signed, &session, &proven, now).await?,
    };
    transaction.save().await?;
    Ok(ended)
}

/// The person who is bound to what was proved and may sign in.
async fn bound(transaction: &mut Transaction, proven: &Proven) -> Result<User, IdentityError> {
    let found = transaction.person_bound_to(&proven.issuer, &proven.subject).await?;
    let user = found.ok_or_else(|| Refusal::Unknown(proven.account.clone()))?;
    if user.disabled_at.is_some() { Err(Refusal::Disabled(user.name).into()) } else { Ok(user) }
}

/// Opens a session whose secret nobody has seen before. Wrong passwords stay counted: the provider proves nothing of them.
async fn open(transaction: &mut Transaction, user: &User, now: Instant) -> Result<Opened, IdentityError> {
    let secret = Secret::new()?;
    transaction.set_last_sign_in(user.id, now).await?;
    transaction.open_session(&secret.digest(), user.id, now).await?;
    Ok(Opened { secret, language: user.language })
}

async fn enter(transaction: &mut Transaction, proven: &Proven, now: Instant) -> Result<Ended, IdentityError> {
    let user = bound(transaction, proven).await?;
    if user.second_factor.is_some() && proven.strength == Strength::Single {
        let secret = Secret::new()?;
        transaction.open_half(&secret.digest(), user.id, now).await?;
        return Ok(Ended::Half(secret));
    }
    let opened = open(transaction, &user, now).await?;
    record(transaction, &user.name, "signed_in_by_provider", &user.name, proven.account.clone(), now).await?;
    Ok(Ended::Session(opened))
}

/// Takes an invitation with an account of the provider in place of a password.
async fn join(
    transaction: &mut Transaction,
    invitation: &Digest,
    proven: &Proven,
    now: Instant,
) -> Result<Ended, IdentityError> {
    let invited = transaction.invited(invitation).await?.filter(|(_, until)| now < *until);
    let (user, _) = invited.ok_or(Refusal::Invitation)?;
    bind(transaction, &user, proven, now).await?;
    transaction.clear_invitation(user.id).await?;
    let opened = open(transaction, &user, now).await?;
    record_own(transaction, &user.name, "person_joined", now).await?;
    Ok(Ended::Session(opened))
}

/// Binds who is signed in, in the session in which the password was given.
async fn bind_in(
    transaction: &mut Transaction,
    signed: Option<&(User, Digest)>,
    session: &Digest,
    proven: &Proven,
    now: Instant,
) -> Result<Ended, IdentityError> {
    let (user, _) = signed.filter(|(_, here)| here == session).ok_or(Refusal::Over)?;
    bind(transaction, user, proven, now).await?;
    Ok(Ended::Bound)
}

async fn bind(transaction: &mut Transaction, user: &User, proven: &Proven, now: Instant) -> Result<(), IdentityError> {
    let Proven { issuer, subject, account, .. } = proven.clone();
    if transaction.user(user.id).await?.is_none_or(|user| user.identity.is_some()) {
        return Err(Refusal::Bound.into());
    }
    if transaction.person_bound_to(&issuer, &subject).await?.is_some() {
        return Err(Refusal::Taken(account).into());
    }
    let identity = Identity { issuer, subject, account: account.clone(), bound_at: now };
    transaction.bind_identity(user.id, &identity).await?;
    Ok(record(transaction, &user.name, "identity_bound", &user.name, account, now).await?)
}

/// Confirms a session: by who it is, and as fresh as [`Provider::redeem`] demands of this purpose.
async fn confirm(
    transaction: &mut Transaction,
    signed: Option<&(User, Digest)>,
    session: &Digest,
    proven: &Proven,
    now: Instant,
) -> Result<Ended, IdentityError> {
    let other = || Refusal::OtherPerson(proven.account.clone());
    let (user, session) = signed.filter(|(_, here)| here == session).ok_or_else(other)?;
    if bound(transaction, proven).await?.id != user.id {
        return Err(other().into());
    }
    transaction.show_session(session, now).await?;
    if proven.strength == Strength::Single {
        return Ok(Ended::Shown);
    }
    transaction.confirm_session(session, now).await?;
    record_own(transaction, &user.name, "confirmed_by_provider", now).await?;
    Ok(Ended::Confirmed)
}

/// Takes the own binding away. Who has no password keeps it, who could not come in again.
pub async fn unbind_own(store: &Store, person: &User, session: &Digest, now: Instant) -> Result<bool, StoreError> {
    let Some(identity) = person.identity.as_ref().filter(|_| person.password.is_some()) else { return Ok(false) };
    let mut transaction = store.write().await?;
    transaction.unbind_identity(person.id).await?;
    transaction.close_other_sessions(person.id, session).await?;
    record(&mut transaction, &person.name, "identity_unbound", &person.name, identity.account.clone(), now).await?;
    transaction.save().await?;
    Ok(true)
}

/// Takes the binding of a person away, whose sessions end.
pub async fn unbind(store: &Store, by: &User, person: i64, now: Instant) -> Result<(), PeopleError> {
    let mut transaction = store.write().await?;
    let person = transaction.user(person).await?.ok_or(PeopleError::Unknown)?;
    if person.id == by.id {
        return Err(PeopleError::Myself);
    }
    let Some(identity) = person.identity else { return Ok(()) };
    transaction.unbind_identity(person.id).await?;
    transaction.close_sessions_of(person.id).await?;
    record(&mut transaction, &by.name, "identity_unbound", &person.name, identity.account, now).await?;
    Ok(transaction.save().await?)
}

/// Writes down that nobody was let in, and why; as seldom as wrong passwords may be tried, so that nobody fills the log.
async fn refused(
    store: &Store,
    person: &str,
    refusal: &Refusal,
    origin: Origin,
    now: Instant,
) -> Result<(), StoreError> {
    tracing::warn!(reason = refusal.text(Language::English), "nobody was let in through the identity provider");
    let mut transaction = store.write().await?;
    if tries::count(&mut transaction, NOBODY, &[origin], now).await?.is_some() {
        return Ok(());
    }
    record(&mut transaction, person, "identity_refused", person, refusal.text(LOG), now).await?;
    transaction.save().await
}
