//! Accounts of the identity provider that people are bound to, and sign-ins that are under way there.

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::users::{people, user};
use super::value::{Columns, millis};
use super::{StoreError, Transaction, User};
use crate::identity::flow::{Flow, Purpose};

/// The account of the identity provider that a person is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Whom the provider means. With the issuer it is unique, and alone decides who signs in.
    pub subject: String,
    /// What people called the account when it was bound.
    pub account: String,
    /// Since when.
    pub bound_at: Instant,
}

impl Transaction {
    /// Binds a person, who must be bound to none, to an account of the provider, to which nobody else may be bound.
    pub async fn bind_identity(&mut self, person: i64, identity: &Identity) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO identities (person, issuer, subject, account, bound_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(person)
            .bind(identity.issuer.as_str())
            .bind(identity.subject.as_str())
            .bind(identity.account.as_str())
            .bind(millis(identity.bound_at))
            .execute(self.connection())
            .await
            .map_err(|error| StoreError::taken(error, "the account of the identity provider"))?;
        self.touch();
        Ok(())
    }

    /// Whoever is bound to that account of that provider, also a person who may not sign in.
    pub async fn person_bound_to(&mut self, issuer: &str, subject: &str) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(people!(
            "FROM users u JOIN identities b ON b.person = u.id LEFT JOIN second_factors f ON f.person = u.id \
             WHERE b.issuer = $1 AND b.subject = $2"
        ))
        .bind(issuer)
        .bind(subject)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(user).transpose()
    }

    /// Takes a person's binding away. What its sessions confirmed by it no longer counts.
    pub async fn unbind_identity(&mut self, person: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM identities WHERE person = $1").bind(person).execute(self.connection()).await?;
        self.touch();
        self.unconfirm_sessions_of(person).await
    }

    /// Keeps a sign-in that was begun.
    pub async fn add_flow(&mut self, state: &Digest, flow: &Flow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO identity_flows (state, browser, purpose, about, next, begun_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(state.to_string())
        .bind(flow.browser.to_string())
        .bind(flow.purpose.word())
        .bind(flow.purpose.about().map(|about| about.to_string()))
        .bind(flow.next.as_str())
        .bind(millis(flow.begun_at))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Takes the sign-in of that `state`, which nobody can take again once this is saved.
    pub async fn take_flow(&mut self, state: &Digest) -> Result<Option<Flow>, StoreError> {
        let row = sqlx::query(
            "DELETE FROM identity_flows WHERE state = $1 RETURNING browser, purpose, about, next, begun_at",
        )
        .bind(state.to_string())
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        let about = columns.maybe_parsed("about")?;
        Ok(Some(Flow {
            browser: columns.parsed("browser")?,
            purpose: columns.word("purpose", |word| Purpose::read(word, about))?,
            next: columns.text("next")?,
            begun_at: columns.instant("begun_at")?,
        }))
    }

    /// How many sign-ins are under way.
    pub async fn flows(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS flows FROM identity_flows").fetch_one(self.connection()).await?;
        Columns::of(&row).count("flows")
    }

    /// Removes sign-ins that were begun before an instant.
    pub async fn forget_flows(&mut self, begun: Instant) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM identity_flows WHERE begun_at < $1")
            .bind(millis(begun))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
