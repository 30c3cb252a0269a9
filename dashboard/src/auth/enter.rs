//! Signing in and out, and the first administrator.

use tenken_model::{Instant, Span};
use thiserror::Error;

use super::origin::Origin;
use super::password::{HashError, Weak};
use super::role::Role;
use super::secret::{NoRandom, Secret};
use super::{name, password};
use crate::store::{AuditEntry, NewUser, Store, StoreError, Transaction};

/// Why a person did not get in.
#[derive(Debug, Error)]
pub enum EnterError {
    /// Name or password is wrong; which of them is not told.
    #[error("the user name or password is wrong")]
    Wrong,
    /// Too many wrong passwords: wait this long.
    #[error("too many wrong passwords; wait {0}")]
    Wait(Span),
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

/// Opens a session for a name and a password. Wrong ones are counted by name, whether it exists or not, and by where they
/// come from, so that a stranger who guesses keeps nobody out but themselves.
pub async fn sign_in(
    store: &Store,
    typed: &str,
    given: String,
    origin: Origin,
    now: Instant,
) -> Result<Secret, EnterError> {
    let Some(name) = name::read(typed) else {
        password::verify(given, None).await?;
        return Err(EnterError::Wrong);
    };
    // Every try counts before its password is looked at, so that many at once are no more than one after the other.
    // A right one takes all of them back.
    let mut transaction = store.write().await?;
    let failures = transaction.failures(&name, origin).await?;
    if let Some(wait) = failures.wait(now) {
        return Err(EnterError::Wait(wait));
    }
    transaction.set_failures(&name, origin, failures.more(now)).await?;
    let user = transaction.user_named(&name).await?.filter(|user| user.disabled_at.is_none());
    transaction.save().await?;
    let is_right = password::verify(given, user.as_ref().map(|user| user.password.clone())).await?;
    let Some(user) = user.filter(|_| is_right) else {
        return Err(EnterError::Wrong);
    };
    let mut transaction = store.write().await?;
    let secret = Secret::new()?;
    transaction.signed_in(&user, origin, now).await?;
    transaction.open_session(&secret.digest(), user.id, now).await?;
    audit(&mut transaction, &user.name, "signed_in", now).await?;
    transaction.save().await?;
    Ok(secret)
}

/// Ends a session.
pub async fn sign_out(
    store: &Store,
    session: &tenken_model::digest::Digest,
    person: &str,
    now: Instant,
) -> Result<(), EnterError> {
    let mut transaction = store.write().await?;
    transaction.close_session(session).await?;
    audit(&mut transaction, person, "signed_out", now).await?;
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
    let new = NewUser { name: name.clone(), role: Role::Admin, password: hash, created_at: now };
    let id = transaction.add_user(&new).await?;
    transaction.clear_first_run().await?;
    transaction.open_session(&secret.digest(), id, now).await?;
    audit(&mut transaction, &name, "first_administrator", now).await?;
    transaction.save().await?;
    Ok(secret)
}

async fn audit(transaction: &mut Transaction, person: &str, act: &str, now: Instant) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: act.to_owned(),
        subject: person.to_owned(),
        detail: String::new(),
    };
    transaction.audit(&entry).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::first_run;

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
        sign_in(&store, "SATO", PASSWORD.to_owned(), from(1), now).await.unwrap();
        sign_out(&store, &session.digest(), "sato", now).await.unwrap();
        assert!(store.read().await.unwrap().session(&session.digest()).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn wrong_passwords_cost_time_for_any_name() {
        let (_folder, store) = store().await;
        let now = Instant::UNIX_EPOCH;
        for name in ["nobody", "sato"] {
            for _ in 0..5 {
                let tried = sign_in(&store, name, "wrong".to_owned(), from(1), now).await;
                assert!(matches!(tried, Err(EnterError::Wrong)), "{tried:?}");
            }
            let again = sign_in(&store, name, "wrong".to_owned(), from(1), now).await;
            assert!(matches!(again, Err(EnterError::Wait(_))));
            let elsewhere = sign_in(&store, name, "wrong".to_owned(), from(2), now).await;
            assert!(matches!(elsewhere, Err(EnterError::Wrong)), "nobody else is kept out");
        }
    }
}
