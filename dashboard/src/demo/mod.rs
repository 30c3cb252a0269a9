//! A demonstration: a year of an agency that does not exist, so that every page can be looked at full.
//!
//! Its facts are made up; nothing that follows from them is. They are judged by the rules in force, reported, taken, settled and
//! recorded by the code that does so for an agency, with the time of each step given to it. The same seed gives the same year.

mod agent;
mod chance;
mod fill;
mod fleet;
mod form;
mod live;
mod machine;
mod office;
mod own_rules;
mod rows;
mod story;
mod thresholds;

use serde::{Deserialize, Serialize};
use tenken_model::{HostId, Instant};
use thiserror::Error;

use crate::auth::people::{self, Invited, PeopleError};
use crate::ingest::RequestError;
use crate::store::{Setting, Store, StoreError, Transaction};

pub use fill::{Plan, Progress, fill};
pub use live::keep_alive;

/// The agency's name.
pub const AGENCY: &str = "さくら健診センター(デモ)";
/// What every printed form says of itself.
pub const MARK: &str = "【デモ】デモ用のデータです。実在の機関・人・機器ではありません。公表しないでください。";

/// That a store holds a demonstration. Nothing makes it but [`fill()`], and nothing takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demonstration {
    /// From which seed it was made.
    pub seed: u64,
    /// Up to when its year goes.
    pub until: Instant,
    /// The hosts that have stopped to report.
    pub away: Vec<HostId>,
}

impl Setting for Demonstration {
    const NAME: &'static str = "demonstration";
}

/// Why there is no demonstration.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The store holds something.
    #[error("there is data already; a demonstration is only made where there is nothing")]
    NotEmpty,
    /// What was made up is not taken by the code that takes it from people and agents.
    #[error("the demonstration's own data is not taken: {0}")]
    Odd(String),
    /// A report was refused.
    #[error(transparent)]
    Report(#[from] RequestError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DemoError {
    fn odd(error: impl std::fmt::Display) -> Self {
        Self::Odd(error.to_string())
    }
}

/// Whether the store holds a demonstration.
pub async fn is_one(transaction: &mut Transaction) -> Result<bool, StoreError> {
    Ok(transaction.setting::<Demonstration>().await?.is_some())
}

/// Whether nothing was ever done with the store.
pub async fn is_empty(store: &Store) -> Result<bool, StoreError> {
    let mut transaction = store.read().await?;
    let audited = transaction.audit_head().await?.entries;
    let (people, hosts) = (transaction.people().await?, transaction.hosts().await?.len());
    let demonstration = is_one(&mut transaction).await?;
    transaction.abandon().await?;
    Ok(audited == 0 && people == 0 && hosts == 0 && !demonstration)
}

/// A link with which the demonstration's administrator chooses a password, as for everybody who is added.
pub async fn invite(store: &Store, now: Instant) -> Result<Invited, PeopleError> {
    people::reset_on_console(store, office::ADMINISTRATOR, now).await
}

#[cfg(test)]
mod tests;
