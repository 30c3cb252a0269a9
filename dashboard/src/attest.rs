//! What a person states for an item.

use tenken_engine::checklist::{AttestationAsk, Item};
use tenken_model::Instant;

use crate::store::{AuditEntry, NewAttestation, Store, StoreError};

/// The most characters in which a person says where the evidence is.
pub const EVIDENCE_CHARS_MAX: usize = 2_000;

/// Keeps a person's statement that an item is met, with where its evidence is, for as long as the item's
/// attestation holds. The newest statement counts; earlier ones stay.
pub async fn attest(
    store: &Store,
    item: &Item,
    ask: &AttestationAsk,
    evidence: &str,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let stated = NewAttestation {
        item: item.id.clone(),
        statement: ask.asks.ja.clone(),
        evidence: evidence.to_owned(),
        person: person.to_owned(),
        attested_at: now,
        valid_until: ask.valid_for.after(now),
    };
    let mut transaction = store.write().await?;
    transaction.attest(&stated).await?;
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "item_attested".to_owned(),
        subject: item.id.to_string(),
        detail: evidence.to_owned(),
    };
    transaction.audit(&entry).await?;
    transaction.save().await
}
