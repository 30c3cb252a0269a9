//! Reads an assessment from the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenken_engine::checklist::Item;
use tenken_engine::{Catalog, Checklist};
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, Span};

use super::{Assessment, Bounded, DRIFTS_MAX, DRIFTS_OF_RULE_MAX, Judged, LOOK_BACK, Stated};
use crate::status::Known;
use crate::store::{AuditHead, Drift, DriftMark, Host, MeasuredFile, StoreError, StoredFinding, Transaction, Waiver};
use crate::web::site::Agency;

/// How much of what is known is read.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Everything.
    All,
    /// What the sheet of one item tells: its rules' findings, waivers and drifts, its statements and its state. With thousands
    /// of hosts that is a small part of everything.
    Item(&'a Item),
}

impl Scope<'_> {
    /// The rules of the item, none twice; absent for everything.
    fn rules(&self) -> Option<BTreeSet<&RuleId>> {
        match self {
            Self::All => None,
            Self::Item(item) => Some(item.all_rules().collect()),
        }
    }

    async fn findings(&self, transaction: &mut Transaction) -> Result<Vec<StoredFinding>, StoreError> {
        let Some(rules) = self.rules() else { return transaction.findings().await };
        let mut found = Vec::new();
        for rule in rules {
            found.extend(transaction.findings_of_rule(rule).await?);
        }
        found.sort_by(|one, other| (&one.host, &one.finding.key).cmp(&(&other.host, &other.finding.key)));
        Ok(found)
    }

    async fn open(
        &self,
        transaction: &mut Transaction,
    ) -> Result<BTreeMap<(HostId, FindingKey), DriftMark>, StoreError> {
        let Some(rules) = self.rules() else { return transaction.open_drift_marks().await };
        let mut open = BTreeMap::new();
        for rule in rules {
            open.extend(transaction.open_drifts_of_rule(rule).await?);
        }
        Ok(open)
    }

    async fn waivers(&self, transaction: &mut Transaction) -> Result<Vec<Waiver>, StoreError> {
        let Some(rules) = self.rules() else { return transaction.waivers().await };
        let mut waivers = Vec::new();
        for rule in rules {
            waivers.extend(transaction.waivers_of_rule(rule).await?);
        }
        waivers.sort_by_key(|waiver| std::cmp::Reverse(waiver.id));
        Ok(waivers)
    }

    async fn drifts(&self, transaction: &mut Transaction, since: Instant) -> Result<Bounded<Drift>, StoreError> {
        let Some(rules) = self.rules() else {
            let drifts = transaction.drifts_since(since, DRIFTS_MAX).await?;
            return Ok(Bounded::of(drifts, transaction.drift_count_since(since).await?));
        };
        let (mut drifts, mut count) = (Vec::new(), 0_u64);
        for rule in rules {
            drifts.extend(transaction.drifts_of_rule(rule, since, DRIFTS_OF_RULE_MAX).await?);
            count = count.saturating_add(transaction.drift_count_of_rule(rule, since).await?);
        }
        drifts.sort_by_key(|drift| std::cmp::Reverse(drift.id));
        Ok(Bounded::of(drifts, count))
    }

    async fn stated(&self, transaction: &mut Transaction) -> Result<Vec<Stated>, StoreError> {
        let (attestations, attached) = match self {
            Self::All => (transaction.attestations().await?, transaction.attached_files().await?),
            Self::Item(item) => {
                let mut attestations = transaction.attestations_of(&item.id).await?;
                attestations.reverse();
                (attestations, transaction.attached_files_of(&item.id).await?)
            }
        };
        let mut files: BTreeMap<i64, Vec<MeasuredFile>> = BTreeMap::new();
        for measured in attached {
            files.entry(measured.file.attestation).or_default().push(measured);
        }
        let stated = attestations.into_iter();
        Ok(stated
            .map(|attestation| Stated { files: files.remove(&attestation.id).unwrap_or_default(), attestation })
            .collect())
    }
}

impl Assessment {
    /// Reads as much of it as `scope` says.
    pub async fn read(
        transaction: &mut Transaction,
        checklist: Arc<Checklist>,
        catalog: Arc<Catalog>,
        scope: Scope<'_>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let known = Known::read(transaction, now).await?;
        let hosts: BTreeMap<HostId, Host> =
            transaction.hosts().await?.into_iter().map(|host| (host.id.clone(), host)).collect();
        let open = scope.open(transaction).await?;
        let in_force = transaction.waivers_in_force(now).await?;
        let judged = |stored: StoredFinding| {
            let found = (stored.host.clone(), stored.finding.key.clone());
            let (drift, host) = (open.get(&found), hosts.get(&stored.host));
            let covering = in_force.iter().filter(|waiver| waiver.covers(&found.0, &found.1));
            Judged {
                host_name: host.map_or_else(|| stored.host.to_string(), |host| host.name.clone()),
                silent_since: known.presence.get(&stored.host).and_then(|presence| presence.silent_since()),
                drift: drift.map(|drift| drift.id),
                acknowledged: drift.is_some_and(|drift| drift.acknowledged),
                waivers: covering.map(|waiver| waiver.id).collect(),
                stored,
            }
        };
        let findings: Vec<Judged> = scope.findings(transaction).await?.into_iter().map(judged).collect();
        let mut statuses = match scope {
            Scope::All => known.statuses(&checklist),
            Scope::Item(item) => BTreeMap::from([(item.id.clone(), known.status(item))]),
        };
        let by_key: BTreeMap<(&HostId, &FindingKey), &Finding> =
            findings.iter().map(|it| ((&it.stored.host, &it.stored.finding.key), &it.stored.finding)).collect();
        Known::tell_all(&mut statuses, |host, key| by_key.get(&(host, key)).copied());
        let since = Span::from_millis(-LOOK_BACK.millis()).after(now);
        let first = transaction.audit_digest(1).await?;
        Ok(Self {
            at: now,
            // The first entry never changes; a log without one belongs to a dashboard that nobody has used yet.
            seed: first.unwrap_or(AuditHead::beginning().digest),
            agency: transaction.setting::<Agency>().await?.map(|agency| agency.name),
            version: transaction.declaration().await?,
            statuses,
            without_agent: known.without_agent,
            stated: scope.stated(transaction).await?,
            waivers: scope.waivers(transaction).await?,
            drifts: scope.drifts(transaction, since).await?,
            head: transaction.audit_head().await?,
            checklist,
            catalog,
            hosts,
            findings,
        })
    }
}
