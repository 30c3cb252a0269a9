//! Signing in and out, and the first administrator.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Language, Span};
use thiserror::Error;

use super::origin::Origin;
use super::password::{HashError, Weak};
use super::record::record_own;
use super::role::Role;
use super::second_factor::{self, CodeError};
use super::secret::{NoRandom, Secret};
use super::{name, password, session, tries};
use crate::identity::LocalSignIn;
use crate::store::{NewUser, Store, StoreError, Transaction, User};

/// Why a person did not get in.
#[derive(Debug, Error)]
pub enum EnterError {
    /// Name or password is wrong; which of them is not told.
    #[error("the user name or password is wrong")]
    Wrong,
    /// Too many wrong passwords: wait this long.
    #[error("too many wrong passwords; wait {0}")]
    Wait(Span),
    /// The person signs in through the identity provider alone.
    #[error("the person signs in through the identity provider")]
    ByProvider,
    /// The half-open sign-in has ended.
    #[error("the half-open sign-in has ended")]
    Over,
    /// The code was not taken.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The first-run link does not work, or no longer.
    #[error("the first-run link does not work")]
    Link,
    /// The name cannot be one.
    #[error("the user name cannot be used")]
    Name,
    /// The password is too weak.
    #[error("the password is too weak")]
    Password(Weak),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Hashing failed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// There are no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

/// A session that was just opened.
#[derive(Debug)]
pub struct Opened {
    /// What the browser carries.
    pub secret: Secret,
    /// The language the person chose.
    pub language: Option<Language>,
}

/// How far a name and a password lead.
#[derive(Debug)]
pub enum Entered {
    /// Into a session.
    Session(Opened),
    /// To the question for a code; the secret is that of the half-open sign-in.
    Half(Secret),
}

/// Opens a session for a name and a password, or a half-open one for a person with a second factor. `local` says for whom a
/// password is enough where there is an identity provider.
pub async fn sign_in(
    store: &Store,
    typed: &str,
    given: String,
    local: LocalSignIn,
    origin: Origin,
    now: Instant,
) -> Result<Entered, EnterError> {
    let Some(name) = name::read(typed) else {
        password::verify(given, None).await?;
        return Err(EnterError::Wrong);
    };
    let user = check_password(store, &name, given, origin, now).await?;
    let mut transaction = store.write().await?;
    if local == LocalSignIn::Administrators && user.role != Role::Admin && user.identity.is_some() {
        // Told to whom knows the password alone.
        record_own(&mut transaction, &user.name, "local_sign_in_refused", now).await?;
        transaction.save().await?;
        return Err(EnterError::ByProvider);
    }
    if user.second_factor.is_some() {
        // The right password alone takes no wrong try back: the code does.
        let secret = Secret::new()?;
        transaction.open_half(&secret.digest(), user.id, now).await?;
        transaction.save().await?;
        return Ok(Entered::Half(secret));
    }
    let opened = open(&mut transaction, &user, origin, now).await?;
    transaction.save().await?;
    Ok(Entered::Session(opened))
}

/// The person of that name, if the password is right. Wrong ones are counted by name, whether it exists or not, and by where
/// they come from, so that a stranger who guesses keeps nobody out but themselves.
pub(super) async fn check_password(
    store: &Store,
    name: &str,
    given: String,
    origin: Origin,
    now: Instant,
) -> Result<User, EnterError> {
    let mut transaction = store.write().await?;
    if let Some(wait) = tries::count(&mut transaction, name, &[origin], now).await? {
        return Err(EnterError::Wait(wait));
    }
    let user = transaction.user_named(name).await?.filter(|user| user.disabled_at.is_none());
    transaction.save().await?;
    let is_right = password::verify(given, user.as_ref().and_then(|user| user.password.clone())).await?;
    user.filter(|_| is_right).ok_or(EnterError::Wrong)
}

/// Opens a session whose secret nobody has seen before.
async fn open(transaction: &mut Transaction, user: &User, origin: Origin, now: Instant) -> Result<Opened, EnterError> {
    let secret = Secret::new()?;
    transaction.signed_in(user, origin, now).await?;
    transaction.open_session(&secret.digest(), user.id, now).await?;
    record_own(transaction, &user.name, "signed_in", now).await?;
    Ok(Opened { secret, language: user.language })
}

/// The person whose half-open sign-in that is, while it stands.
pub async fn half_open(store: &Store, half: &Digest, now: Instant) -> Result<Option<User>, StoreError> {
    let found = store.read().await?.half_open(half).await?;
    Ok(found.filter(|(_, opened)| session::stands(*opened, session::HALF_OPEN, now)).map(|(user, _)| user))
}

/// Opens a session for a half-open sign-in and a code.
pub async fn enter_code(
    store: &Store,
    half: &Digest,
    typed: &str,
    origin: Origin,
    now: Instant,
) -> Result<Opened, EnterError> {
    let user = half_open(store, half, now).await?.ok_or(EnterError::Over)?;
    let mut transaction = second_factor::check(store, &user, typed, origin, now).await?;
    // It may have ended meanwhile.
    if transaction.half_open(half).await?.is_none() {
        return Err(EnterError::Over);
    }
    transaction.close_half(half).await?;
    let opened = open(&mut transaction, &user, origin, now).await?;
    transaction.confirm_session(&opened.secret.digest(), now).await?;
    transaction.save().await?;
    Ok(opened)
}

/// Ends a session.
pub async fn sign_out(store: &Store, session: &Digest, person: &str, now: Instant) -> Result<(), EnterError> {
    let mut transaction = store.write().await?;
    transaction.close_session(session).await?;
    record_own(&mut transaction, person, "signed_out", now).await?;
    Ok(transaction.save().await?)
}

/// Whether a first-run link would still work.
pub async fn link_works(store: &Store, key: &str, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.read().await?;
    let people = transaction.people().await?;
    Ok(transaction.first_run().await?.is_some_and(|link| link.opens(key, people, now)))
}

/// Makes the first administrator by a first-run link, and signs them in.
pub async fn first_administrator(
    store: &Store,
    key: &str,
    typed: &str,
    given: String,
    now: Instant,
) -> Result<Secret, EnterError> {
    let name = name::read(typed).ok_or(EnterError::Name)?;
    password::check(&given, &name).map_err(EnterError::Password)?;
    if !link_works(store, key, now).await? {
        return Err(EnterError::Link);
    }
    let hash = password::hash(given).await?;
    let secret = Secret::new()?;
    let mut transaction = store.write().await?;
    let people = transaction.people().await?;
    if !transaction.first_run().await?.is_some_and(|link| link.opens(key, people, now)) {
        return Err(EnterError::Link);
    }
    let new = NewUser { name: name.clone(), role: Role::Admin, password: Some(hash), created_at: now };
    let id = transaction.add_user(&new).await?;
    transaction.clear_first_run().await?;
    transaction.set_last_sign_in(id, now).await?;
    transaction.open_session(&secret.digest(), id, now).await?;
    record_own(&mut transaction, &name, "first_administrator", now).await?;
    transaction.save().await?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::first_run;
    use crate::auth::totp::Key;
    use crate::store::SecondFactor;

    const PASSWORD: &str = "correct horse battery";

    async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(&folder.path().join("data")).await.unwrap();
        (folder, store)
    }

    fn from(host: u8) -> Origin {
        Origin::of([192, 0, 2, host].into())
    }

    async fn link(store: &Store, now: Instant) -> Secret {
        let (secret, link) = first_run::make(now).unwrap();
        let mut transaction = store.write().await.unwrap();
        transaction.set_first_run(&link).await.unwrap();
        transaction.save().await.unwrap();
        secret
    }

    #[tokio::test]
    async fn a_link_makes_one_administrator_who_can_sign_in() {
        let (_folder, store) = store().await;
        let now = Instant::UNIX_EPOCH;
        let key = link(&store, now).await;
        let make = |name: &'static str, password: &'static str| {
            first_administrator(&store, key.text(), name, password.to_owned(), now)
        };
        assert!(matches!(make("", PASSWORD).await, Err(EnterError::Name)));
        assert!(matches!(make("sato", "short").await, Err(EnterError::Password(_))));
        let session = make("Sato", PASSWORD).await.unwrap();
        assert!(matches!(make("second", PASSWORD).await, Err(EnterError::Link)), "it works once");
        let found = store.read().await.unwrap().session(&session.digest()).await.unwrap().unwrap();
        assert_eq!((found.user.name.as_str(), found.user.role), ("sato", Role::Admin));
        sign_in(&store, "SATO", PASSWORD.to_owned(), LocalSignIn::Everybody, from(1), now).await.unwrap();
        sign_out(&store, &session.digest(), "sato", now).await.unwrap();
        assert!(store.read().await.unwrap().session(&session.digest()).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn wrong_passwords_cost_time_for_any_name() {
        let (_folder, store) = store().await;
        let now = Instant::UNIX_EPOCH;
        for name in ["nobody", "sato"] {
            for _ in 0..5 {
                let tried = sign_in(&store, name, "wrong".to_owned(), LocalSignIn::Everybody, from(1), now).await;
                assert!(matches!(tried, Err(EnterError::Wrong)), "{tried:?}");
            }
            let again = sign_in(&store, name, "wrong".to_owned(), LocalSignIn::Everybody, from(1), now).await;
            assert!(matches!(again, Err(EnterError::Wait(_))));
            let elsewhere = sign_in(&store, name, "wrong".to_owned(), LocalSignIn::Everybody, from(2), now).await;
            assert!(matches!(elsewhere, Err(EnterError::Wrong)), "nobody else is kept out");
        }
    }

    #[tokio::test]
    async fn a_half_open_sign_in_ends_and_wrong_codes_count_wherever_they_come_from() {
        let (_folder, store) = store().await;
        let now = Instant::UNIX_EPOCH;
        let mut transaction = store.write().await.unwrap();
        let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
        let new = NewUser { name: "sato".into(), role: Role::Viewer, password: Some(hash), created_at: now };
        let id = transaction.add_user(&new).await.unwrap();
        let key = Key::new().unwrap();
        transaction.set_second_factor(id, &SecondFactor { key, last_step: -9, set_at: now }).await.unwrap();
        transaction.save().await.unwrap();
        let Entered::Half(half) =
            sign_in(&store, "sato", PASSWORD.to_owned(), LocalSignIn::Everybody, from(1), now).await.unwrap()
        else {
            panic!("no code was asked for")
        };
        let half = half.digest();
        let try_code = |host, now| enter_code(&store, &half, "nothing", from(host), now);
        assert!(half_open(&store, &half, now).await.unwrap().is_some());
        let late = session::HALF_OPEN.after(now);
        assert!(half_open(&store, &half, late).await.unwrap().is_none());
        assert!(matches!(try_code(2, late).await, Err(EnterError::Over)));
        for host in 2..7 {
            let tried = try_code(host, now).await;
            assert!(matches!(tried, Err(EnterError::Code(CodeError::Wrong))), "{tried:?}");
        }
        let elsewhere = try_code(9, now).await;
        assert!(matches!(elsewhere, Err(EnterError::Code(CodeError::Wait(_)))), "{elsewhere:?}");
        let mut transaction = store.write().await.unwrap();
        transaction.set_disabled(id, Some(now)).await.unwrap();
        transaction.save().await.unwrap();
        assert!(half_open(&store, &half, now).await.unwrap().is_none(), "who is kept out loses it");
    }
}
