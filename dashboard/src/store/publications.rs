//! Whether the agency's home page shows the form in force.

use serde::{Deserialize, Serialize};
use tenken_form::compare::Difference;
use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};

/// What a look at the home page gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It shows the form in force.
    Shown,
    /// It serves a file that cannot be compared item by item, and a person saw the form in force in it.
    Confirmed(Confirmation),
    /// It shows another form.
    Differs(Vec<Difference>),
    /// There is a page, but no form could be read of it.
    NoForm(String),
    /// It could not be fetched.
    Failed(String),
}

/// That a person saw the form in force on the home page. It holds while the page serves the very same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Who.
    pub person: String,
    /// When.
    pub at: Instant,
    /// SHA-256 of what the page served.
    pub file: Digest,
}

/// The publication of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The version.
    pub version: i64,
    /// Since when it is to be published.
    pub opened_at: Instant,
    /// The last look at the home page.
    pub checked: Option<(Instant, Outcome)>,
    /// Since when the home page shows it; absent while it does not.
    pub shown_at: Option<Instant>,
    /// What a person confirmed last, unless the page is known to serve anything else since.
    pub confirmed: Option<Confirmation>,
}

impl Publication {
    /// The last look found it there.
    pub const fn is_shown(&self) -> bool {
        self.shown_at.is_some() && matches!(self.checked, Some((_, Outcome::Shown | Outcome::Confirmed(_))))
    }
}

impl Transaction {
    /// Forgets what was seen of a version, because another page is to show it.
    pub async fn reopen_publication(&mut self, version: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE publications SET checked_at = NULL, outcome = NULL, shown_at = NULL, confirmed = NULL WHERE declaration = $1",
        )
        .bind(version)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// A version is to be published from now on.
    pub async fn open_publication(&mut self, version: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO publications (declaration, opened_at) VALUES ($1, $2)")
            .bind(version)
            .bind(millis(now))
            .execute(self.connection())
            .await
            .map_err(|error| StoreError::taken(error, "the publication"))?;
        self.touch();
        Ok(())
    }

    /// The publication of a version.
    pub async fn publication(&mut self, version: i64) -> Result<Option<Publication>, StoreError> {
        let row = sqlx::query(
            "SELECT declaration, opened_at, checked_at, outcome, shown_at, confirmed FROM publications WHERE declaration = $1",
        )
        .bind(version)
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        Ok(Some(Publication {
            version: columns.int("declaration")?,
            opened_at: columns.instant("opened_at")?,
            checked: columns.maybe_instant("checked_at")?.zip(columns.maybe_json("outcome")?),
            shown_at: columns.maybe_instant("shown_at")?,
            confirmed: columns.maybe_json("confirmed")?,
        }))
    }

    /// Keeps what a look at the home page gave. A page that shows the form since before keeps that time; one that could not be
    /// fetched this once is not taken for one that shows something else.
    pub async fn set_published(&mut self, version: i64, outcome: &Outcome, now: Instant) -> Result<(), StoreError> {
        let confirmed = match outcome {
            Outcome::Confirmed(confirmation) => Some(json(confirmation, "a confirmation")?),
            Outcome::Shown | Outcome::Differs(_) | Outcome::NoForm(_) | Outcome::Failed(_) => None,
        };
        sqlx::query(match outcome {
            Outcome::Shown | Outcome::Confirmed(_) => {
                "UPDATE publications SET checked_at = $2, outcome = $3, shown_at = COALESCE(shown_at, $2), confirmed = $4 \
                 WHERE declaration = $1"
            }
            // Nothing is told of a confirmation by a page that did not answer.
            Outcome::Failed(_) => {
                "UPDATE publications SET checked_at = $2, outcome = $3, confirmed = COALESCE($4, confirmed) \
                 WHERE declaration = $1"
            }
            Outcome::Differs(_) | Outcome::NoForm(_) => {
                "UPDATE publications SET checked_at = $2, outcome = $3, shown_at = NULL, confirmed = $4 WHERE declaration = $1"
            }
        })
        .bind(version)
        .bind(millis(now))
        .bind(json(outcome, "a publication")?)
        .bind(confirmed)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }
}
