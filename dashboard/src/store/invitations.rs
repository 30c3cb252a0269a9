//! Links with which people choose their password. Only the digest of a secret is kept.

use std::collections::BTreeMap;

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::users::{people, user};
use super::value::{Columns, millis};
use super::{StoreError, Transaction, User};
use crate::auth::invitation::Invitation;

impl Transaction {
    /// Keeps a person's link; the one before stops working.
    pub async fn set_invitation(&mut self, person: i64, invitation: &Invitation) -> Result<(), StoreError> {
        self.clear_invitation(person).await?;
        sqlx::query("INSERT INTO invitations (person, digest, until) VALUES ($1, $2, $3)")
            .bind(person)
            .bind(invitation.digest.to_string())
            .bind(millis(invitation.until))
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Whom the link of that digest invites, who may sign in, and when it stops working.
    pub async fn invited(&mut self, digest: &Digest) -> Result<Option<(User, Instant)>, StoreError> {
        let row = sqlx::query(people!(
            "i.until, ",
            "FROM invitations i JOIN users u ON u.id = i.person LEFT JOIN second_factors f ON f.person = u.id LEFT JOIN identities b ON b.person = u.id \
             WHERE i.digest = $1 AND u.disabled_at IS NULL"
        ))
        .bind(digest.to_string())
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((user(&row)?, Columns::of(&row).instant("until")?)))
    }

    /// When the links of people stop working, by the people's numbers.
    pub async fn invitations(&mut self) -> Result<BTreeMap<i64, Instant>, StoreError> {
        let rows = sqlx::query("SELECT person, until FROM invitations").fetch_all(self.connection()).await?;
        let invitation = |row| {
            let columns = Columns::of(row);
            Ok((columns.int("person")?, columns.instant("until")?))
        };
        rows.iter().map(invitation).collect()
    }

    /// Removes a person's link.
    pub async fn clear_invitation(&mut self, person: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM invitations WHERE person = $1").bind(person).execute(self.connection()).await?;
        Ok(())
    }
}
