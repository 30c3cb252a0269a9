//! Changes of the form that somebody, or Tenken itself, proposes.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use tenken_form::declaration::Answer;
use tenken_form::header::Header;
use tenken_model::{Instant, ItemId, choice};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The answer of an item.
    Answer {
        /// The item.
        item: ItemId,
        /// The answer in force as it was proposed.
        before: Answer,
        /// The answer that is proposed; absent where Tenken found that the one in force does not hold, and a person is to say
        /// what will be done until when.
        after: Option<Answer>,
    },
    /// The part about the agency.
    Header {
        /// The part in force as it was proposed.
        before: Header,
        /// The part that is proposed.
        after: Header,
    },
}

impl Change {
    /// The item whose answer is to be changed.
    pub const fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Answer { item, .. } => Some(item),
            Self::Header { .. } => None,
        }
    }

    /// It says what is to stand in the form.
    pub const fn is_complete(&self) -> bool {
        !matches!(self, Self::Answer { after: None, .. })
    }
}

choice! {
    /// What became of a proposal.
    pub enum Decision {
        /// It was accepted, and the form changed.
        Accepted = "accepted",
        /// It was refused: what it is about is to be repaired instead.
        Refused = "refused",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// What it was about is repaired, or waived.
        Settled = "settled",
        /// Another proposal about the same stands in its place.
        Replaced = "replaced",
    }
}

/// A proposal to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// What is to be changed.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// Who proposes it; absent for Tenken.
    pub proposed_by: Option<String>,
}

/// A proposal as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub id: i64,
    /// What is proposed.
    pub proposed: NewProposal,
    /// When, by whom (absent for Tenken) and how it was decided.
    pub decided: Option<(Instant, Option<String>, Decision)>,
    /// What the person who decided said.
    pub note: String,
    /// The version that came of it.
    pub version: Option<i64>,
}

fn proposal(row: &AnyRow) -> Result<Proposal, StoreError> {
    let columns = Columns::of(row);
    let decided = match columns.maybe_instant("decided_at")? {
        Some(at) => Some((at, columns.maybe_text("decided_by")?, columns.word("decision", Decision::from_word)?)),
        None => None,
    };
    Ok(Proposal {
        id: columns.int("id")?,
        proposed: NewProposal {
            change: columns.json("body")?,
            reason: columns.text("reason")?,
            proposed_at: columns.instant("proposed_at")?,
            proposed_by: columns.maybe_text("proposed_by")?,
        },
        decided,
        note: columns.text("note")?,
        version: columns.maybe_int("declaration")?,
    })
}

/// The item column of a change.
fn about(change: &Change) -> &str {
    change.item().map_or("", ItemId::as_str)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, body, reason, proposed_at, proposed_by, decided_at, decided_by, decision, note, declaration ",
            "FROM proposals ",
            $rest
        )
    };
}

impl Transaction {
    /// Keeps a proposal. There is one open for each item, and one for the part about the agency.
    pub async fn propose(&mut self, new: &NewProposal) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO proposals (item, body, reason, proposed_at, proposed_by, note) \
             VALUES ($1, $2, $3, $4, $5, '') RETURNING id",
        )
        .bind(about(&new.change))
        .bind(json(&new.change, "a proposal")?)
        .bind(new.reason.as_str())
        .bind(millis(new.proposed_at))
        .bind(new.proposed_by.as_deref())
        .fetch_one(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "the proposal"))?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// Keeps what became of an open proposal; false if it was decided before. Without a person it was Tenken.
    pub async fn decide_proposal(
        &mut self,
        id: i64,
        decision: Decision,
        person: Option<&str>,
        note: &str,
        version: Option<i64>,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE proposals SET decided_at = $2, decided_by = $3, decision = $4, note = $5, declaration = $6 \
             WHERE id = $1 AND decided_at IS NULL",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .bind(decision.word())
        .bind(note)
        .bind(version)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// The proposal of that number.
    pub async fn proposal(&mut self, id: i64) -> Result<Option<Proposal>, StoreError> {
        let row = sqlx::query(select!("WHERE id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(proposal).transpose()
    }

    /// Every open proposal, the oldest first.
    pub async fn open_proposals(&mut self) -> Result<Vec<Proposal>, StoreError> {
        let rows = sqlx::query(select!("WHERE decided_at IS NULL ORDER BY id")).fetch_all(self.connection()).await?;
        rows.iter().map(proposal).collect()
    }

    /// The proposals that were decided last, the newest first.
    pub async fn decided_proposals(&mut self, limit: u32) -> Result<Vec<Proposal>, StoreError> {
        let rows = sqlx::query(select!("WHERE decided_at IS NOT NULL ORDER BY decided_at DESC, id DESC LIMIT $1"))
            .bind(i64::from(limit))
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(proposal).collect()
    }

    /// Every proposal about an item, the newest first.
    pub async fn proposals_of(&mut self, item: &ItemId) -> Result<Vec<Proposal>, StoreError> {
        let rows = sqlx::query(select!("WHERE item = $1 ORDER BY id DESC"))
            .bind(item.as_str())
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(proposal).collect()
    }

    /// The proposals that a version came of.
    pub async fn proposals_behind(&mut self, version: i64) -> Result<Vec<Proposal>, StoreError> {
        let rows = sqlx::query(select!("WHERE declaration = $1 ORDER BY id"))
            .bind(version)
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(proposal).collect()
    }
}
