//! The second factor of a person: setting it up, trying its codes, taking it away.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};
use thiserror::Error;

use super::origin::Origin;
use super::record::record_own;
use super::recovery::{self, RecoveryCode, Typed};
use super::secret::NoRandom;
use super::totp::Key;
use super::tries;
use crate::store::{SecondFactor, Store, StoreError, Transaction, User};

/// Why a code or a second factor was not taken.
#[derive(Debug, Error)]
pub enum CodeError {
    /// The code is wrong, too old, or was used.
    #[error("the code is wrong or was used")]
    Wrong,
    /// Too many wrong codes: wait this long.
    #[error("too many wrong codes; wait {0}")]
    Wait(Span),
    /// The person has no second factor.
    #[error("the person has no second factor")]
    Absent,
    /// The person has a second factor already.
    #[error("the person has a second factor already")]
    Present,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

/// Tries a code of a person's authenticator, or a recovery code. A right one is used up by the transaction that is given
/// back, once it is saved; a wrong one is counted.
pub(super) async fn check(
    store: &Store,
    person: &User,
    typed: &str,
    origin: Origin,
    now: Instant,
) -> Result<Transaction, CodeError> {
    let mut transaction = store.write().await?;
    let factor = transaction.second_factor(person.id).await?.ok_or(CodeError::Absent)?;
    let from = [origin, Origin::ANYWHERE];
    if let Some(wait) = tries::count(&mut transaction, &person.name, &from, now).await? {
        return Err(CodeError::Wait(wait));
    }
    if !use_up(&mut transaction, person, &factor, typed, now).await? {
        transaction.save().await?;
        return Err(CodeError::Wrong);
    }
    for origin in from {
        transaction.clear_failures(&person.name, origin).await?;
    }
    Ok(transaction)
}

async fn use_up(
    transaction: &mut Transaction,
    person: &User,
    factor: &SecondFactor,
    typed: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    match recovery::read(typed) {
        Some(Typed::Code(code)) => match factor.key.step_of(code, Some(factor.last_step), now) {
            Some(step) => transaction.use_step(person.id, step).await,
            None => Ok(false),
        },
        Some(Typed::Recovery(code)) => {
            let used = transaction.use_recovery_code(person.id, &code.digest(person.id)).await?;
            if used {
                record_own(transaction, &person.name, "recovery_code_used", now).await?;
            }
            Ok(used)
        }
        None => Ok(false),
    }
}

/// Confirms a session with a code, for acts that want it fresh.
pub async fn confirm(
    store: &Store,
    person: &User,
    session: &Digest,
    typed: &str,
    origin: Origin,
    now: Instant,
) -> Result<(), CodeError> {
    let mut transaction = check(store, person, typed, origin, now).await?;
    transaction.confirm_session(session, now).await?;
    record_own(&mut transaction, &person.name, "code_confirmed", now).await?;
    Ok(transaction.save().await?)
}

/// Gives a person a second factor, once the first code shows that the app has its key. The other sessions end, since they
/// began without it. The recovery codes are shown once.
pub async fn set_up(
    store: &Store,
    person: &User,
    session: &Digest,
    key: Key,
    typed: &str,
    now: Instant,
) -> Result<Vec<RecoveryCode>, CodeError> {
    let Some(Typed::Code(code)) = recovery::read(typed) else { return Err(CodeError::Wrong) };
    let last_step = key.step_of(code, None, now).ok_or(CodeError::Wrong)?;
    let mut transaction = store.write().await?;
    if transaction.second_factor(person.id).await?.is_some() {
        return Err(CodeError::Present);
    }
    transaction.set_second_factor(person.id, &SecondFactor { key, last_step, set_at: now }).await?;
    let codes = give_codes(&mut transaction, person).await?;
    transaction.close_other_sessions(person.id, session).await?;
    transaction.confirm_session(session, now).await?;
    record_own(&mut transaction, &person.name, "second_factor_set", now).await?;
    transaction.save().await?;
    Ok(codes)
}

/// Takes a person's own second factor away.
pub async fn remove(store: &Store, person: &User, now: Instant) -> Result<(), CodeError> {
    let mut transaction = store.write().await?;
    transaction.remove_second_factor(person.id).await?;
    record_own(&mut transaction, &person.name, "second_factor_removed", now).await?;
    Ok(transaction.save().await?)
}

/// Makes new recovery codes; those before stop working.
pub async fn new_codes(store: &Store, person: &User, now: Instant) -> Result<Vec<RecoveryCode>, CodeError> {
    let mut transaction = store.write().await?;
    transaction.second_factor(person.id).await?.ok_or(CodeError::Absent)?;
    let codes = give_codes(&mut transaction, person).await?;
    record_own(&mut transaction, &person.name, "recovery_codes_made", now).await?;
    transaction.save().await?;
    Ok(codes)
}

async fn give_codes(transaction: &mut Transaction, person: &User) -> Result<Vec<RecoveryCode>, CodeError> {
    let codes = RecoveryCode::some()?;
    let digests: Vec<Digest> = codes.iter().map(|code| code.digest(person.id)).collect();
    transaction.set_recovery_codes(person.id, &digests).await?;
    Ok(codes)
}
