//! What a person states for an item.

use std::collections::BTreeMap;

use tenken_engine::checklist::{AttestationAsk, Checklist, ElsewhereAsk, Holding, Item};
use tenken_model::{BranchId, Instant, ReasonCode};

use crate::evidence::{Kind, Scan, name_of};
use crate::store::{Attestation, AuditEntry, NewAttestation, NewEvidence, Store, StoreError, Transaction};

/// The most characters in which a person says where the evidence is.
pub const EVIDENCE_CHARS_MAX: usize = 2_000;

/// What a person states.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Where the evidence is, or what it shows.
    pub evidence: String,
    /// The way that holds, for an item that has several.
    pub branch: Option<BranchId>,
    /// It ends at this instant if that is before the item's usual time.
    pub until: Option<Instant>,
    /// The files that were attached and are clean as far as could be asked.
    pub files: Vec<Attached>,
}

/// A file that was attached.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Its name as it was sent.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What the scanner said.
    pub scanned: Scan,
}

/// A statement that counts, with until when its parts hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The statement.
    pub attestation: Attestation,
    /// Until when it holds. A part that stands for nothing on any host is left out: an agency that keeps nothing elsewhere is
    /// not to renew it.
    pub holding: Holding,
}

/// The statement that counts of each item that asks for one.
pub async fn standing(transaction: &mut Transaction, checklist: &Checklist) -> Result<Vec<Standing>, StoreError> {
    let newest = transaction.newest_attestations().await?.into_iter().filter(|newest| newest.withdrawn.is_none());
    let mut by_item: BTreeMap<_, _> = newest.map(|one| (one.stated.item.clone(), one)).collect();
    let elsewhere = transaction.rules_unknown_for(ReasonCode::Elsewhere).await?;
    let standing = checklist.items().filter_map(|item| {
        let ask = item.attestation.as_ref()?;
        let attestation = by_item.remove(&item.id)?;
        let mut holding = attestation.stated.holding(ask);
        let stands_for = |ask: &ElsewhereAsk| ask.rules.iter().any(|rule| elsewhere.contains(rule));
        holding.elsewhere = holding.elsewhere.filter(|_| ask.elsewhere.as_ref().is_some_and(stands_for));
        Some(Standing { attestation, holding })
    });
    Ok(standing.collect())
}

impl NewAttestation {
    /// Until when what was stated holds.
    pub fn holding(&self, ask: &AttestationAsk) -> Holding {
        ask.holding(&self.statement, self.attested_at, self.valid_until)
    }
}

/// Keeps a person's statement that an item is met, with its evidence, for as long as the item's
/// attestation holds. The newest statement counts; earlier ones stay.
pub async fn attest(
    store: &Store,
    item: &Item,
    ask: &AttestationAsk,
    statement: Statement,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    attest_in(&mut transaction, item, ask, statement, person, now).await?;
    transaction.save().await
}

/// Keeps a statement within what is saved by the caller.
pub(crate) async fn attest_in(
    transaction: &mut Transaction,
    item: &Item,
    ask: &AttestationAsk,
    statement: Statement,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let usual = ask.valid_for.after(now);
    let stated = NewAttestation {
        item: item.id.clone(),
        statement: ask.statement_ja(),
        evidence: statement.evidence,
        person: person.to_owned(),
        attested_at: now,
        valid_until: statement.until.map_or(usual, |until| until.min(usual)),
        branch: statement.branch,
    };
    let id = transaction.attest(&stated).await?;
    let mut detail = stated.evidence;
    for file in statement.files {
        let name = name_of(&file.name, file.kind);
        let new = NewEvidence {
            kind: file.kind,
            content: file.content,
            scanned: file.scanned,
            stored_at: now,
            stored_by: person.to_owned(),
        };
        // The log keeps the digest: a file that is changed in the database later shows.
        let digest = transaction.attach(id, &name, &new).await?;
        detail = format!("{detail}\n{digest} {name}");
    }
    let subject = item.id.to_string();
    let entry = AuditEntry { at: now, person: person.to_owned(), act: "item_attested".to_owned(), subject, detail };
    transaction.audit(&entry).await
}

/// Takes a statement back; false if it was taken back before or there is none.
pub async fn withdraw(store: &Store, item: &Item, id: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    let found = transaction.attestation(id).await?.filter(|attestation| attestation.stated.item == item.id);
    if found.is_none() || !transaction.withdraw_attestation(id, person, now).await? {
        transaction.abandon().await?;
        return Ok(false);
    }
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "attestation_withdrawn".to_owned(),
        subject: item.id.to_string(),
        detail: id.to_string(),
    };
    transaction.audit(&entry).await?;
    transaction.save().await?;
    Ok(true)
}
