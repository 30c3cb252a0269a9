//! The newest observation of the topics that are kept, of every host.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use tenken_model::digest::Digest;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::{Facts, HostId, Instant, Reason, ReasonCode, Span, Topic};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};

/// Adds a row to the facts of its host. A topic that is not kept any more is left out; a fact that has another form
/// since, because the program is another, was not read until its host tells it anew.
fn add(facts: &mut Facts, row: &AnyRow) -> Result<(), StoreError> {
    let columns = Columns::of(row);
    let Some(topic) = Topic::from_name(&columns.text("topic")?).filter(|topic| topic.is_kept()) else {
        return Ok(());
    };
    let observed_at = columns.instant("observed_at")?;
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
             observed_at = excluded.observed_at, received_at = excluded.received_at",
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

    /// The facts that are kept of every host that is not revoked. A host that has told none is not among them.
    pub async fn facts(&mut self) -> Result<BTreeMap<HostId, Facts>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.host, f.topic, f.body, f.observed_at FROM facts f JOIN hosts h ON h.id = f.host \
             WHERE h.revoked_at IS NULL ORDER BY f.host, f.topic",
        )
        .fetch_all(self.connection())
        .await?;
        let mut facts: BTreeMap<HostId, Facts> = BTreeMap::new();
        for row in &rows {
            add(facts.entry(Columns::of(row).parsed("host")?).or_default(), row)?;
        }
        Ok(facts)
    }

    /// The facts that are kept of a host, also of a revoked one.
    pub async fn facts_of(&mut self, host: &HostId) -> Result<Facts, StoreError> {
        let rows = sqlx::query("SELECT topic, body, observed_at FROM facts WHERE host = $1")
            .bind(host.as_str())
            .fetch_all(self.connection())
            .await?;
        let mut facts = Facts::default();
        rows.iter().try_for_each(|row| add(&mut facts, row))?;
        Ok(facts)
    }

    /// The digest of each fact that is kept of a host, by the topic's name.
    pub async fn fact_digests_of(&mut self, host: &HostId) -> Result<BTreeMap<String, Digest>, StoreError> {
        sqlx::query("SELECT topic, digest FROM facts WHERE host = $1")
            .bind(host.as_str())
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.text("topic")?, columns.parsed("digest")?))
            })
            .collect()
    }
}
