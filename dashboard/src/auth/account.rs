//! What people do with their own account.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};

use super::enter::{EnterError, check_password};
use super::origin::Origin;
use super::record::{record, record_own};
use super::secret::Secret;
use super::{email, password};
use crate::store::{Store, StoreError, User};

/// Makes sure that who asks knows the password of the account. Wrong ones are counted as when signing in.
pub async fn know_password(
    store: &Store,
    person: &User,
    given: String,
    origin: Origin,
    now: Instant,
) -> Result<(), EnterError> {
    check_password(store, &person.name, given, origin, now).await?;
    let mut transaction = store.write().await?;
    transaction.clear_failures(&person.name, origin).await?;
    Ok(transaction.save().await?)
}

/// Changes a person's password. All sessions end, and a new one is opened in place of the one that asks.
pub async fn change_password(
    store: &Store,
    person: &User,
    given: String,
    fresh: String,
    origin: Origin,
    now: Instant,
) -> Result<Secret, EnterError> {
    password::check(&fresh, &person.name).map_err(EnterError::Password)?;
    know_password(store, person, given, origin, now).await?;
    let hash = password::hash(fresh).await?;
    let secret = Secret::new()?;
    let mut transaction = store.write().await?;
    transaction.set_password(person.id, Some(&hash)).await?;
    transaction.open_session(&secret.digest(), person.id, now).await?;
    record_own(&mut transaction, &person.name, "password_changed", now).await?;
    transaction.save().await?;
    Ok(secret)
}

/// Ends the other sessions of a person.
pub async fn end_others(store: &Store, person: &User, session: &Digest, now: Instant) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    let ended = transaction.close_other_sessions(person.id, session).await?;
    record(&mut transaction, &person.name, "sessions_ended", &person.name, ended.to_string(), now).await?;
    transaction.save().await
}

/// Keeps where a person is written to, and in which language pages are shown. False if the address is none.
pub async fn set_profile(
    store: &Store,
    person: &User,
    typed: &str,
    language: Language,
    now: Instant,
) -> Result<bool, StoreError> {
    let Ok(email) = email::read(typed) else { return Ok(false) };
    let mut transaction = store.write().await?;
    transaction.set_language(person.id, language).await?;
    if email != person.email {
        transaction.set_email(person.id, email.as_deref()).await?;
        let detail = email.unwrap_or_default();
        record(&mut transaction, &person.name, "email_changed", &person.name, detail, now).await?;
    }
    transaction.save().await?;
    Ok(true)
}
