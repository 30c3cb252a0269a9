//! The newest observation of the topics that are kept, of every host.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use tenken_model::digest::Digest;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::{Facts, HostId, Instant, Reason, ReasonCode, Span, Topic};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};

/// What is known of a fact that is held, beside what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldFact {
    /// Its digest.
    pub digest: Digest,
    /// Since when its host says that it has another.
    pub outdated_since: Option<Instant>,
}

/// Adds a row to the facts of its host. A topic that is not kept any more is left out; a fact that has another form
/// since, because the program is another, was not read until its host tells it anew; nor is one that its host has said
/// before `outdated` to have changed.
fn add(facts: &mut Facts, row: &AnyRow, outdated: Instant) -> Result<(), StoreError> {
    let columns = Columns::of(row);
    let Some(topic) = Topic::from_name(&columns.text("topic")?).filter(|topic| topic.is_kept()) else {
        return Ok(());
    };
    let observed_at = columns.instant("observed_at")?;
    if columns.maybe_instant("outdated_since")?.is_some_and(|since| since <= outdated) {
        let detail = format!("the host said that {} changed, and did not tell how", topic.name());
        facts.insert_failure(topic, observed_at, Span::ZERO, Reason::new(ReasonCode::Stale, detail));
        return Ok(());
    }
    match AnyObservation::from_wire(topic, &columns.json("body")?) {
        Ok(observation) => facts.insert(observation.read_instead_at(observed_at)),
        Err(error) => {
            let detail = format!("read {} as stored: {error}", topic.name());
            facts.insert_failure(topic, observed_at, Span::ZERO, Reason::new(ReasonCode::Unparsable, detail));
        }
    }
    Ok(())
}

impl Transaction {
    /// Keeps an observation of a host in the place of the one before.
    pub async fn set_fact(&mut self, host: &HostId, fact: &KeptFact, received_at: Instant) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO facts (host, topic, body, digest, observed_at, received_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (host, topic) DO UPDATE SET body = excluded.body, digest = excluded.digest, \
             observed_at = excluded.observed_at, received_at = excluded.received_at, outdated_since = NULL",
        )
        .bind(host.as_str())
        .bind(fact.topic().name())
        .bind(json(fact.wire(), "a fact")?)
        .bind(fact.digest().to_string())
        .bind(millis(fact.read_at()))
        .bind(millis(received_at))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Keeps since when a fact of a host is known to be outdated, or that it is not.
    pub async fn set_fact_outdated(
        &mut self,
        host: &HostId,
        topic: &str,
        since: Option<Instant>,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE facts SET outdated_since = $3 WHERE host = $1 AND topic = $2")
            .bind(host.as_str())
            .bind(topic)
            .bind(since.map(millis))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The facts that are kept of a host, also of a revoked one; not read are those that are known to be outdated since
    /// before `outdated`.
    pub async fn facts_of(&mut self, host: &HostId, outdated: Instant) -> Result<Facts, StoreError> {
        let rows = sqlx::query("SELECT topic, body, observed_at, outdated_since FROM facts WHERE host = $1")
            .bind(host.as_str())
            .fetch_all(self.connection())
            .await?;
        let mut facts = Facts::default();
        rows.iter().try_for_each(|row| add(&mut facts, row, outdated))?;
        Ok(facts)
    }

    /// The facts of one topic that are kept of hosts that are not revoked: those of so many hosts after one, by id, each
    /// with the host and its name.
    pub async fn facts_on(
        &mut self,
        topic: Topic,
        after: Option<&HostId>,
        limit: u32,
        outdated: Instant,
    ) -> Result<Vec<(HostId, String, Facts)>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.topic, f.body, f.observed_at, f.outdated_since, h.id, h.name FROM facts f JOIN hosts h ON h.id = f.host \
             WHERE f.topic = $1 AND f.host > $2 AND h.revoked_at IS NULL ORDER BY f.host LIMIT $3",
        )
        .bind(topic.name())
        .bind(after.map_or("", HostId::as_str))
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?;
        let read = |row: &AnyRow| {
            let mut facts = Facts::default();
            add(&mut facts, row, outdated)?;
            Ok((Columns::of(row).parsed("id")?, Columns::of(row).text("name")?, facts))
        };
        rows.iter().map(read).collect()
    }

    /// What is held of a host's facts, by the topic's name.
    pub async fn held_facts_of(&mut self, host: &HostId) -> Result<BTreeMap<String, HeldFact>, StoreError> {
        sqlx::query("SELECT topic, digest, outdated_since FROM facts WHERE host = $1")
            .bind(host.as_str())
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                let outdated_since = columns.maybe_instant("outdated_since")?;
                Ok((columns.text("topic")?, HeldFact { digest: columns.parsed("digest")?, outdated_since }))
            })
            .collect()
    }
}
