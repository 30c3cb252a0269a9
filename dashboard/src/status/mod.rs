//! The state of every item, from what the store holds.

pub mod inventory;
mod presence;

use std::collections::BTreeMap;

use tenken_engine::checklist::{Checklist, Item};
use tenken_engine::item::{Attested, Contradiction, Declared, HostInScope, ItemInputs, ItemStatus, Standing, fold};
use tenken_model::{HostId, Instant, ItemId};

use crate::declaration;
use crate::store::{StoreError, Transaction};
use crate::working_calendar;

pub use presence::{PC_DAYS, PRESENT_WITHIN, Patience, Presence, SERVER_MINUTES, set};

/// What the states of all items rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The hosts that are not revoked, by name, with their findings.
    pub hosts: Vec<HostInScope>,
    /// Whether each of them reports.
    pub presence: BTreeMap<HostId, Presence>,
    /// Names of the hosts that the register has in use and that have no agent.
    pub without_agent: Vec<String>,
    /// The newest attestation of each item, unless it was withdrawn.
    pub attested: BTreeMap<ItemId, Attested>,
    /// The published answer of each item; empty while no form was taken in.
    pub declared: BTreeMap<ItemId, Declared>,
    /// What registers hold against the remarks of the published answers.
    pub contradicted: BTreeMap<ItemId, Vec<Contradiction>>,
    /// When it was read.
    pub now: Instant,
}

impl Known {
    /// Reads it.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        let drifting = transaction.drifting().await?;
        let waivers = transaction.waivers_in_force(now).await?;
        let mut by_host: BTreeMap<_, BTreeMap<_, Vec<Standing>>> = BTreeMap::new();
        for stored in transaction.findings().await? {
            let key = (stored.host, stored.finding.key);
            let standing = Standing {
                subject: key.1.subject.clone(),
                verdict: stored.finding.verdict.kind(),
                since: stored.since,
                unknown: stored.finding.verdict.reason().map(|reason| reason.code),
                says: stored.finding.says,
                drift: drifting.contains(&key),
                waived: waivers.iter().any(|waiver| waiver.covers(&key.0, &key.1)),
            };
            by_host.entry(key.0).or_default().entry(key.1.rule).or_default().push(standing);
        }
        let calendar = working_calendar::read(transaction).await?;
        let patience = transaction.setting().await?.unwrap_or_default();
        let (mut hosts, mut presence) = (Vec::new(), BTreeMap::new());
        for host in transaction.hosts().await?.into_iter().filter(|host| host.revoked_at.is_none()) {
            let of = Presence::of(&host, patience, &calendar, now);
            presence.insert(host.id.clone(), of);
            let findings = by_host.remove(&host.id).unwrap_or_default();
            hosts.push(HostInScope { id: host.id, name: host.name, silent_since: of.silent_since(), findings });
        }
        let known = hosts.iter().map(|host| (&host.id, host.name.as_str()));
        let inventory = inventory::read(transaction, known).await?.unwrap_or_default();
        let without_agent = inventory.without_agent.into_iter().map(|listed| listed.row.name).collect();
        let stated = transaction.newest_attestations().await?.into_iter();
        let stated = stated.filter(|newest| newest.withdrawn.is_none()).map(|newest| newest.stated);
        let attested = stated
            .map(|stated| (stated.item, Attested { valid_until: stated.valid_until, branch: stated.branch }))
            .collect();
        let version = transaction.declaration().await?;
        let answers = version.map(|version| version.kept.declaration.answers).unwrap_or_default();
        let contradicted = declaration::contradictions(transaction, &answers).await?;
        let declared = answers.iter().map(|(item, answer)| (item.clone(), answer.declared())).collect();
        Ok(Self { hosts, presence, without_agent, attested, declared, contradicted, now })
    }

    /// The state of an item.
    pub fn status(&self, item: &Item) -> ItemStatus {
        let attested = self.attested.get(&item.id);
        let inputs = ItemInputs {
            hosts: &self.hosts,
            without_agent: &self.without_agent,
            declared: self.declared.get(&item.id).copied(),
            contradicted: self.contradicted.get(&item.id).map(Vec::as_slice).unwrap_or_default(),
            attested,
            now: self.now,
        };
        fold(item, &inputs)
    }

    /// The state of every item of a checklist.
    pub fn statuses(&self, checklist: &Checklist) -> BTreeMap<ItemId, ItemStatus> {
        checklist.items().map(|item| (item.id.clone(), self.status(item))).collect()
    }

    /// How many hosts report.
    pub fn reporting(&self) -> usize {
        self.presence.values().filter(|presence| matches!(presence, Presence::Reporting)).count()
    }

    /// How many hosts are silent.
    pub fn silent(&self) -> usize {
        self.presence.values().filter(|presence| matches!(presence, Presence::Silent(_))).count()
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use tenken_engine::item::ItemState;
    use tenken_model::digest::Digest;
    use tenken_model::finding::Bilingual;
    use tenken_model::{Finding, FindingKey, HostId, RuleId, Span, Verdict};

    use super::*;
    use crate::drift::{Terms, settle};
    use crate::store::{Failing, Location, NewAttestation, NewHost, Store, StoredFinding};

    fn at(seconds: i64) -> Instant {
        Span::from_secs(seconds).after(Instant::UNIX_EPOCH)
    }

    async fn find(transaction: &mut Transaction, host: &str, rule: &RuleId, verdict: Verdict) {
        let failing = matches!(verdict, Verdict::Fail).then(|| Failing { since: at(0), awake: Span::ZERO });
        let finding = Finding {
            key: FindingKey { rule: rule.clone(), subject: None },
            verdict,
            says: Bilingual::default(),
            branch: None,
            evidence: Vec::new(),
            observed_at: at(0),
        };
        let stored = StoredFinding {
            host: HostId::new(host).unwrap(),
            digest: finding.digest(),
            finding,
            since: at(0),
            failing,
            changed_at: at(0),
        };
        transaction.set_finding(&stored).await.unwrap();
    }

    #[tokio::test]
    async fn items_follow_findings_drifts_silence_and_attestations() {
        let checklist = Checklist::embedded().unwrap();
        let measured = checklist
            .items()
            .find(|item| !item.rules.is_empty() && item.attestation.is_none() && item.unmeasured.is_none())
            .unwrap();
        let attested = checklist.items().find(|item| item.rules.is_empty() && item.attestation.is_some()).unwrap();
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        let state = |known: &Known, item: &Item| known.statuses(&checklist)[&item.id].state;

        let none = Known::read(&mut transaction, at(0)).await.unwrap();
        assert_eq!(state(&none, measured), ItemState::NotMeasured);
        assert_eq!(state(&none, attested), ItemState::Unattested);

        for host in ["h-1", "h-2"] {
            let new = NewHost {
                id: HostId::new(host).unwrap(),
                name: host.into(),
                enrolled_at: at(0),
                certificate: Digest::of(b"c"),
                certificate_until: at(1),
            };
            transaction.add_host(&new).await.unwrap();
        }
        transaction.revoke_host(&HostId::new("h-2").unwrap(), at(1)).await.unwrap();
        for rule in &measured.rules {
            find(&mut transaction, "h-1", rule, Verdict::Pass).await;
            find(&mut transaction, "h-2", rule, Verdict::Fail).await;
        }
        let stated = |valid_until| NewAttestation {
            item: attested.id.clone(),
            statement: "s".into(),
            evidence: "e".into(),
            person: "sato".into(),
            attested_at: at(0),
            valid_until,
            branch: None,
        };
        transaction.attest(&stated(at(10))).await.unwrap();
        transaction.attest(&stated(at(200))).await.unwrap();
        let met = Known::read(&mut transaction, at(100)).await.unwrap();
        assert_eq!(
            (state(&met, measured), state(&met, attested), met.reporting()),
            (ItemState::Met, ItemState::Met, 0)
        );

        find(&mut transaction, "h-1", &measured.rules[0], Verdict::Fail).await;
        let failing = Known::read(&mut transaction, at(100)).await.unwrap();
        assert_eq!(state(&failing, measured), ItemState::Grace);
        settle(&mut transaction, &Terms::new(BTreeMap::new()), None, at(100)).await.unwrap();
        let drifting = Known::read(&mut transaction, at(100)).await.unwrap();
        assert_eq!(state(&drifting, measured), ItemState::Drift);

        find(&mut transaction, "h-1", &measured.rules[0], Verdict::Pass).await;
        let silent = Known::read(&mut transaction, at(1_800)).await.unwrap();
        assert_eq!((state(&silent, measured), silent.silent()), (ItemState::Unknown, 1));
        assert_eq!(silent.hosts[0].silent_since, Some(at(0)));
        assert_eq!(state(&silent, attested), ItemState::Expired);
    }
}
