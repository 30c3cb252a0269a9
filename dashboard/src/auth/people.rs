//! Adding people, changing what they are, and letting them in for the first time.

use tenken_model::Instant;
use thiserror::Error;

use super::invitation;
use super::password::{self, HashError, Weak};
use super::record::{LOG, record, record_own};
use super::role::Role;
use super::secret::{NoRandom, Secret};
use super::{email, name};
use crate::store::{NewUser, Store, StoreError, Transaction, User};

/// Who acts on the console, in the audit log.
pub const CONSOLE: &str = "console";

/// Why nothing was done with a person.
#[derive(Debug, Error)]
pub enum PeopleError {
    /// There is no such person.
    #[error("there is no such person")]
    Unknown,
    /// Nobody decides on the own role or access.
    #[error("nobody decides on the own role or access")]
    Myself,
    /// Without this person nobody could administer the dashboard.
    #[error("this is the last administrator who can sign in")]
    LastAdministrator,
    /// The name cannot be one.
    #[error("the user name cannot be used")]
    Name,
    /// The name is taken.
    #[error("the user name is taken")]
    Taken,
    /// The address is none.
    #[error("the e-mail address is none")]
    Email,
    /// The link does not work, or no longer.
    #[error("the link does not work")]
    Link,
    /// The password is too weak.
    #[error("the password is too weak")]
    Password(Weak),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// Hashing failed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// There are no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

impl From<StoreError> for PeopleError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Taken,
            other => Self::Store(other),
        }
    }
}

/// A link that was just made. Its secret is shown once.
#[derive(Debug)]
pub struct Invited {
    /// The person's number.
    pub person: i64,
    /// The person's name.
    pub name: String,
    /// The link's secret.
    pub secret: Secret,
    /// When the link stops working.
    pub until: Instant,
}

/// Adds a person, who chooses a password by the link.
pub async fn add(
    store: &Store,
    by: &User,
    typed: &str,
    role: Role,
    address: &str,
    now: Instant,
) -> Result<Invited, PeopleError> {
    let name = name::read(typed).ok_or(PeopleError::Name)?;
    let email = email::read(address).map_err(|_| PeopleError::Email)?;
    let mut transaction = store.write().await?;
    let new = NewUser { name: name.clone(), role, password: None, created_at: now };
    let person = transaction.add_user(&new).await?;
    transaction.set_email(person, email.as_deref()).await?;
    let (secret, invitation) = invitation::make(now)?;
    transaction.set_invitation(person, &invitation).await?;
    record(&mut transaction, &by.name, "person_added", &name, role.label(LOG), now).await?;
    transaction.save().await?;
    Ok(Invited { person, name, secret, until: invitation.until })
}

/// The person of that number, whom `by` may decide on.
async fn other(transaction: &mut Transaction, by: &User, person: i64) -> Result<User, PeopleError> {
    if person == by.id {
        return Err(PeopleError::Myself);
    }
    transaction.user(person).await?.ok_or(PeopleError::Unknown)
}

/// Refuses to lose the last administrator who can sign in.
async fn keep_an_administrator(transaction: &mut Transaction, person: &User) -> Result<(), PeopleError> {
    let is_one = person.role == Role::Admin && person.disabled_at.is_none() && person.password.is_some();
    if is_one && transaction.people_with(Role::Admin).await? <= 1 {
        return Err(PeopleError::LastAdministrator);
    }
    Ok(())
}

/// Changes what a person is to the agency.
pub async fn set_role(store: &Store, by: &User, person: i64, role: Role, now: Instant) -> Result<(), PeopleError> {
    let mut transaction = store.write().await?;
    let person = other(&mut transaction, by, person).await?;
    if person.role == role {
        return Ok(());
    }
    keep_an_administrator(&mut transaction, &person).await?;
    transaction.set_role(person.id, role).await?;
    let detail = LOG.cell_changed(&LOG.role(), &person.role.label(LOG), &role.label(LOG));
    record(&mut transaction, &by.name, "role_changed", &person.name, detail, now).await?;
    Ok(transaction.save().await?)
}

/// Keeps a person out, whose sessions end.
pub async fn disable(store: &Store, by: &User, person: i64, now: Instant) -> Result<(), PeopleError> {
    let mut transaction = store.write().await?;
    let person = other(&mut transaction, by, person).await?;
    if person.disabled_at.is_some() {
        return Ok(());
    }
    keep_an_administrator(&mut transaction, &person).await?;
    transaction.set_disabled(person.id, Some(now)).await?;
    record(&mut transaction, &by.name, "person_disabled", &person.name, String::new(), now).await?;
    Ok(transaction.save().await?)
}

/// Lets a person in again who was kept out.
pub async fn enable(store: &Store, by: &User, person: i64, now: Instant) -> Result<(), PeopleError> {
    let mut transaction = store.write().await?;
    let person = other(&mut transaction, by, person).await?;
    if person.disabled_at.is_none() {
        return Ok(());
    }
    transaction.set_disabled(person.id, None).await?;
    record(&mut transaction, &by.name, "person_enabled", &person.name, String::new(), now).await?;
    Ok(transaction.save().await?)
}

/// Makes a new link for a person whose password or second factor is lost: both are taken away with the binding to the identity
/// provider, and the sessions end.
pub async fn reset(store: &Store, by: &User, person: i64, now: Instant) -> Result<Invited, PeopleError> {
    let mut transaction = store.write().await?;
    let person = other(&mut transaction, by, person).await?;
    keep_an_administrator(&mut transaction, &person).await?;
    take_away(transaction, person, &by.name, now).await
}

/// Makes a new link as [`reset`] does, for whoever administers the dashboard's machine: also for the last administrator, whom
/// nobody else could let in again.
pub async fn reset_on_console(store: &Store, typed: &str, now: Instant) -> Result<Invited, PeopleError> {
    let name = name::read(typed).ok_or(PeopleError::Unknown)?;
    let mut transaction = store.write().await?;
    let person = transaction.user_named(&name).await?.ok_or(PeopleError::Unknown)?;
    take_away(transaction, person, CONSOLE, now).await
}

async fn take_away(mut transaction: Transaction, person: User, by: &str, now: Instant) -> Result<Invited, PeopleError> {
    transaction.set_password(person.id, None).await?;
    transaction.remove_second_factor(person.id).await?;
    transaction.unbind_identity(person.id).await?;
    let (secret, invitation) = invitation::make(now)?;
    transaction.set_invitation(person.id, &invitation).await?;
    record(&mut transaction, by, "person_reset", &person.name, String::new(), now).await?;
    transaction.save().await?;
    Ok(Invited { person: person.id, name: person.name, secret, until: invitation.until })
}

/// Keeps where a person is written to.
pub async fn set_email(store: &Store, by: &User, person: i64, address: &str, now: Instant) -> Result<(), PeopleError> {
    let email = email::read(address).map_err(|_| PeopleError::Email)?;
    let mut transaction = store.write().await?;
    let person = transaction.user(person).await?.ok_or(PeopleError::Unknown)?;
    if person.email == email {
        return Ok(());
    }
    transaction.set_email(person.id, email.as_deref()).await?;
    let detail = email.unwrap_or_default();
    record(&mut transaction, &by.name, "email_changed", &person.name, detail, now).await?;
    Ok(transaction.save().await?)
}

/// Whom a link would let choose a password.
pub async fn invited(store: &Store, key: &str, now: Instant) -> Result<Option<User>, StoreError> {
    let Some(secret) = Secret::from_text(key) else { return Ok(None) };
    let found = store.read().await?.invited(&secret.digest()).await?;
    Ok(found.filter(|(_, until)| now < *until).map(|(user, _)| user))
}

/// Takes the password that an invited person chose, and signs them in.
pub async fn join(store: &Store, key: &str, given: String, now: Instant) -> Result<Secret, PeopleError> {
    let user = invited(store, key, now).await?.ok_or(PeopleError::Link)?;
    password::check(&given, &user.name).map_err(PeopleError::Password)?;
    let hash = password::hash(given).await?;
    let secret = Secret::new()?;
    let mut transaction = store.write().await?;
    // The link may have been used or replaced meanwhile.
    let key = Secret::from_text(key).ok_or(PeopleError::Link)?;
    if transaction.invited(&key.digest()).await?.is_none() {
        return Err(PeopleError::Link);
    }
    transaction.clear_invitation(user.id).await?;
    transaction.set_password(user.id, Some(&hash)).await?;
    transaction.set_last_sign_in(user.id, now).await?;
    transaction.open_session(&secret.digest(), user.id, now).await?;
    record_own(&mut transaction, &user.name, "person_joined", now).await?;
    transaction.save().await?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::totp::Key;
    use crate::store::SecondFactor;

    #[tokio::test]
    async fn the_console_lets_the_last_administrator_in_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path()).await.unwrap();
        let now = Instant::UNIX_EPOCH;
        let password = Some("$argon2id$x".to_owned());
        let new = NewUser { name: "sato".into(), role: Role::Admin, password, created_at: now };
        let mut transaction = store.write().await.unwrap();
        let id = transaction.add_user(&new).await.unwrap();
        let factor = SecondFactor { key: Key::new().unwrap(), last_step: 0, set_at: now };
        transaction.set_second_factor(id, &factor).await.unwrap();
        transaction.save().await.unwrap();
        for unknown in ["ito", ""] {
            assert!(matches!(reset_on_console(&store, unknown, now).await, Err(PeopleError::Unknown)), "{unknown}");
        }
        let invited = reset_on_console(&store, " Sato ", now).await.unwrap();
        let late = join(&store, invited.secret.text(), "correct horse battery".into(), invited.until).await;
        assert!(matches!(late, Err(PeopleError::Link)));
        let session = join(&store, invited.secret.text(), "correct horse battery".into(), now).await.unwrap();
        let user = store.read().await.unwrap().session(&session.digest()).await.unwrap().unwrap().user;
        assert_eq!((user.id, user.role, user.second_factor), (id, Role::Admin, None));
    }
}
