//! People who sign in, and wrong passwords.

use sqlx::any::AnyRow;
use tenken_model::{Instant, Language};

use super::value::{Columns, millis};
use super::{Identity, StoreError, Transaction};
use crate::auth::Role;
use crate::auth::backoff::Failures;
use crate::auth::origin::Origin;

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: i64,
    /// The name to sign in with, as [`crate::auth::name::read`] gives it.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// The password's hash in PHC form; absent until the person has followed the invitation.
    pub password: Option<String>,
    /// Where the person is written to.
    pub email: Option<String>,
    /// The language the person chose.
    pub language: Option<Language>,
    /// Since when the person has a second factor.
    pub second_factor: Option<Instant>,
    /// The account of the identity provider that the person is bound to.
    pub identity: Option<Identity>,
    /// When the person was added.
    pub created_at: Instant,
    /// Since when the person may not sign in.
    pub disabled_at: Option<Instant>,
    /// When the person last signed in.
    pub last_sign_in: Option<Instant>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A person to add.
#[derive(Clone)]
pub struct NewUser {
    /// The name to sign in with, as [`crate::auth::name::read`] gives it.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// The password's hash in PHC form; absent for one who is invited to choose it.
    pub password: Option<String>,
    /// Now.
    pub created_at: Instant,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("role", &self.role).finish_non_exhaustive()
    }
}

/// A person's columns of `users u` with `second_factors f` and `identities b`, and the rest of the statement.
macro_rules! people {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $more,
            "u.id, u.name, u.role, u.password, u.email, u.language, u.created_at, u.disabled_at, u.last_sign_in, ",
            "f.set_at AS second_factor, b.issuer, b.subject, b.account, b.bound_at ",
            $rest
        )
    };
    ($rest:literal) => {
        people!("", $rest)
    };
}
pub(super) use people;

/// The binding in the columns of `identities b`, all of which are there or none.
fn identity(columns: &Columns<'_>) -> Result<Option<Identity>, StoreError> {
    let Some(bound_at) = columns.maybe_instant("bound_at")? else { return Ok(None) };
    let [issuer, subject, account] = ["issuer", "subject", "account"].map(|name| columns.text(name));
    Ok(Some(Identity { issuer: issuer?, subject: subject?, account: account?, bound_at }))
}

pub(super) fn user(row: &AnyRow) -> Result<User, StoreError> {
    let columns = Columns::of(row);
    Ok(User {
        id: columns.int("id")?,
        name: columns.text("name")?,
        role: columns.word("role", Role::from_word)?,
        password: columns.maybe_text("password")?,
        email: columns.maybe_text("email")?,
        language: columns.maybe_text("language")?.as_deref().and_then(Language::from_tag),
        second_factor: columns.maybe_instant("second_factor")?,
        identity: identity(&columns)?,
        created_at: columns.instant("created_at")?,
        disabled_at: columns.maybe_instant("disabled_at")?,
        last_sign_in: columns.maybe_instant("last_sign_in")?,
    })
}

impl Transaction {
    /// Everybody, by name.
    pub async fn users(&mut self) -> Result<Vec<User>, StoreError> {
        sqlx::query(people!(
            "FROM users u LEFT JOIN second_factors f ON f.person = u.id LEFT JOIN identities b ON b.person = u.id \
             ORDER BY u.name"
        ))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(user)
        .collect()
    }

    /// The person of that name.
    pub async fn user_named(&mut self, name: &str) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(people!(
            "FROM users u LEFT JOIN second_factors f ON f.person = u.id LEFT JOIN identities b ON b.person = u.id \
             WHERE u.name = $1"
        ))
        .bind(name)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(user).transpose()
    }

    /// The person of that number.
    pub async fn user(&mut self, id: i64) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(people!(
            "FROM users u LEFT JOIN second_factors f ON f.person = u.id LEFT JOIN identities b ON b.person = u.id \
             WHERE u.id = $1"
        ))
        .bind(id)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(user).transpose()
    }

    /// How many people may sign in.
    pub async fn people(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS people FROM users WHERE disabled_at IS NULL")
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).count("people")
    }

    /// How many people of that role can sign in with a password, so that the last administrator is not locked out, also not
    /// while the identity provider is down.
    pub async fn people_with(&mut self, role: Role) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS people FROM users WHERE disabled_at IS NULL AND password IS NOT NULL AND role = $1",
        )
        .bind(role.word())
        .fetch_one(self.connection())
        .await?;
        Columns::of(&row).count("people")
    }

    /// Adds a person; names are unique.
    pub async fn add_user(&mut self, new: &NewUser) -> Result<i64, StoreError> {
        let row =
            sqlx::query("INSERT INTO users (name, role, password, created_at) VALUES ($1, $2, $3, $4) RETURNING id")
                .bind(new.name.as_str())
                .bind(new.role.word())
                .bind(new.password.as_deref())
                .bind(millis(new.created_at))
                .fetch_one(self.connection())
                .await
                .map_err(|error| StoreError::taken(error, "a person of that name"))?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// Sets a person's password, or takes it away, and ends the person's sessions.
    pub async fn set_password(&mut self, id: i64, hash: Option<&str>) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET password = $2 WHERE id = $1")
            .bind(id)
            .bind(hash)
            .execute(self.connection())
            .await?;
        self.touch();
        self.close_sessions_of(id).await
    }

    /// Sets what a person may do; it holds from the next request.
    pub async fn set_role(&mut self, id: i64, role: Role) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
            .bind(id)
            .bind(role.word())
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Sets where a person is written to.
    pub async fn set_email(&mut self, id: i64, email: Option<&str>) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET email = $2 WHERE id = $1")
            .bind(id)
            .bind(email)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Sets the language a person chose.
    pub async fn set_language(&mut self, id: i64, language: Language) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET language = $2 WHERE id = $1")
            .bind(id)
            .bind(language.tag())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Lets a person sign in or not. Who may not loses the open sessions.
    pub async fn set_disabled(&mut self, id: i64, since: Option<Instant>) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET disabled_at = $2 WHERE id = $1")
            .bind(id)
            .bind(since.map(millis))
            .execute(self.connection())
            .await?;
        self.touch();
        if since.is_some() { self.close_sessions_of(id).await } else { Ok(()) }
    }

    /// A person has signed in from there: wrong passwords before it are forgotten.
    pub async fn signed_in(&mut self, user: &User, origin: Origin, now: Instant) -> Result<(), StoreError> {
        self.set_last_sign_in(user.id, now).await?;
        self.clear_failures(&user.name, origin).await
    }

    /// Keeps when a person signed in.
    pub async fn set_last_sign_in(&mut self, id: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET last_sign_in = $2 WHERE id = $1")
            .bind(id)
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets the wrong passwords and codes of a name from there.
    pub async fn clear_failures(&mut self, name: &str, origin: Origin) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sign_in_failures WHERE name = $1 AND origin = $2")
            .bind(name)
            .bind(origin.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The wrong passwords of a name from there, whether or not there is such a person.
    pub async fn failures(&mut self, name: &str, origin: Origin) -> Result<Failures, StoreError> {
        let row = sqlx::query("SELECT failures, last FROM sign_in_failures WHERE name = $1 AND origin = $2")
            .bind(name)
            .bind(origin.to_string())
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(Failures::default()) };
        let columns = Columns::of(&row);
        let count = u32::try_from(columns.count("failures")?).unwrap_or(u32::MAX);
        Ok(Failures { count, last: Some(columns.instant("last")?) })
    }

    /// Keeps the wrong passwords of a name from there.
    pub async fn set_failures(&mut self, name: &str, origin: Origin, failures: Failures) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sign_in_failures (name, origin, failures, last) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name, origin) DO UPDATE SET failures = excluded.failures, last = excluded.last",
        )
        .bind(name)
        .bind(origin.to_string())
        .bind(i64::from(failures.count))
        .bind(failures.last.map_or(0, millis))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Forgets wrong passwords before an instant.
    pub async fn forget_failures(&mut self, before: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sign_in_failures WHERE last < $1")
            .bind(millis(before))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
