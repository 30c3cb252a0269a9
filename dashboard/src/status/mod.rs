//! The state of every item, from what the store holds.

pub mod inventory;
mod presence;

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::checklist::{Checklist, Item};
use tenken_engine::item::{
    Attested, Cause, CauseReason, Contradiction, Declared, HostInScope, ItemInputs, ItemStatus, Reach, Standing,
    Unjudged, fold,
};
use tenken_model::finding::Bilingual;
use tenken_model::{Finding, FindingKey, HostId, Instant, ItemId, RuleId};

use crate::declaration;
use crate::own_rules::Spared;
use crate::store::{FindingCounts, HostInBrief, LoudFinding, StoreError, Transaction};
use crate::working_calendar;

pub use presence::{PC_DAYS, PRESENT_WITHIN, Patience, Presence, SERVER_MINUTES, set};

/// What the states of all items rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The hosts that are not revoked, by name, with their findings that fail or are unknown. What these say is read when it
    /// is to be told: see [`Known::tell`].
    pub hosts: Vec<HostInScope>,
    /// The rules of which some of them was judged.
    pub judged: BTreeMap<RuleId, Reach>,
    /// How many findings of each rule there are.
    pub counts: BTreeMap<RuleId, FindingCounts>,
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
        let brief = transaction.hosts_in_brief().await?;
        let known = brief.iter().map(|host| (&host.id, host.name.as_str()));
        let inventory = inventory::read(transaction, known).await?;
        Self::read_of(transaction, &brief, inventory.as_ref(), now).await
    }

    /// Reads the rest of it for who has read the hosts that count and the register beside them.
    pub async fn read_of(
        transaction: &mut Transaction,
        brief: &[HostInBrief],
        inventory: Option<&inventory::Inventory>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let (mut loud, judged) = (loud(transaction, now).await?, Judged::read(transaction).await?);
        let spared = Spared::read(transaction, now).await?;
        let calendar = working_calendar::read(transaction).await?;
        let patience = transaction.setting().await?.unwrap_or_default();
        let (mut hosts, mut presence) = (Vec::new(), BTreeMap::new());
        for host in brief {
            let of = Presence::of_brief(host, patience, &calendar, now);
            presence.insert(host.id.clone(), of);
            let findings = loud.remove(&host.id).unwrap_or_default();
            let unjudged = judged.not_on(&host.id);
            hosts.push(HostInScope {
                id: host.id.clone(),
                name: host.name.clone(),
                silent_since: of.silent_since(),
                findings,
                unjudged,
                spared: spared.of(&host.name),
            });
        }
        let without_agent = inventory.map(|inventory| inventory.without_agent.as_slice()).unwrap_or_default();
        let without_agent = without_agent.iter().map(|listed| listed.row.name.clone()).collect();
        let stated = transaction.newest_attestations().await?.into_iter();
        let stated = stated.filter(|newest| newest.withdrawn.is_none()).map(|newest| newest.stated);
        let attested = stated
            .map(|stated| {
                let (valid_until, at) = (stated.valid_until, stated.attested_at);
                (stated.item, Attested { valid_until, branch: stated.branch, at, statement: stated.statement })
            })
            .collect();
        let version = transaction.declaration().await?;
        let answers = version.map(|version| version.kept.declaration.answers).unwrap_or_default();
        let contradicted = declaration::contradictions(transaction, &answers).await?;
        let declared = answers.iter().map(|(item, answer)| (item.clone(), answer.declared())).collect();
        Ok(Self {
            hosts,
            judged: judged.reach,
            counts: judged.counts,
            presence,
            without_agent,
            attested,
            declared,
            contradicted,
            now,
        })
    }

    /// The state of an item. Causes that are findings say nothing until [`Known::tell`] gave them their words.
    pub fn status(&self, item: &Item) -> ItemStatus {
        let attested = self.attested.get(&item.id);
        let inputs = ItemInputs {
            hosts: &self.hosts,
            judged: &self.judged,
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

    /// Gives the first causes of each state, so many of each, what their findings say.
    pub async fn tell(
        transaction: &mut Transaction,
        statuses: impl IntoIterator<Item = &mut ItemStatus>,
        most: usize,
    ) -> Result<(), StoreError> {
        let first = statuses.into_iter().flat_map(|status| status.causes.iter_mut().take(most)).collect();
        Self::tell_causes(transaction, first).await
    }

    /// Gives causes what their findings say.
    pub async fn tell_causes(transaction: &mut Transaction, causes: Vec<&mut Cause>) -> Result<(), StoreError> {
        for cause in causes {
            if let Some((host, key)) = found_by(cause) {
                let stored = transaction.finding_of(&host, &key).await?;
                if let Some(stored) = stored {
                    say(cause, &stored.finding);
                }
            }
        }
        Ok(())
    }

    /// The same for every cause, of findings that are known.
    pub fn tell_all<'f>(
        statuses: &mut BTreeMap<ItemId, ItemStatus>,
        finding: impl Fn(&HostId, &FindingKey) -> Option<&'f Finding>,
    ) {
        for cause in statuses.values_mut().flat_map(|status| &mut status.causes) {
            if let Some(finding) = found_by(cause).and_then(|(host, key)| finding(&host, &key)) {
                say(cause, finding);
            }
        }
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

/// The finding that a cause is.
fn found_by(cause: &Cause) -> Option<(HostId, FindingKey)> {
    let CauseReason::Finding { host, rule, subject, .. } = &cause.reason else { return None };
    Some((host.clone(), FindingKey { rule: rule.clone(), subject: subject.clone() }))
}

/// Gives a cause what its finding says.
fn say(cause: &mut Cause, finding: &Finding) {
    if let CauseReason::Finding { says, unknown, .. } = &mut cause.reason {
        *unknown = finding.verdict.reason().map(|reason| reason.code);
        says.clone_from(&finding.says);
    }
}

/// The findings that fail or are unknown, by host and rule.
async fn loud(
    transaction: &mut Transaction,
    now: Instant,
) -> Result<BTreeMap<HostId, BTreeMap<RuleId, Vec<Standing>>>, StoreError> {
    let drifting = transaction.drifting().await?;
    let waivers = transaction.waivers_in_force(now).await?;
    let mut by_host: BTreeMap<HostId, BTreeMap<RuleId, Vec<Standing>>> = BTreeMap::new();
    for LoudFinding { host, key, verdict, unknown, since } in transaction.loud_findings().await? {
        let waived = waivers.iter().any(|waiver| waiver.covers(&host, &key));
        let found = (host, key);
        let drift = drifting.contains(&found);
        let (host, key) = found;
        let standing =
            Standing { subject: key.subject, verdict, since, says: Bilingual::default(), unknown, drift, waived };
        by_host.entry(host).or_default().entry(key.rule).or_default().push(standing);
    }
    Ok(by_host)
}

/// Where which rule was judged.
struct Judged {
    reach: BTreeMap<RuleId, Reach>,
    counts: BTreeMap<RuleId, FindingCounts>,
    /// By host, the rules of which some other host was judged.
    missing: BTreeMap<HostId, BTreeSet<RuleId>>,
    nothing: BTreeSet<HostId>,
}

impl Judged {
    /// Reads it. Rules are counted first, since mostly every host is judged by every one.
    async fn read(transaction: &mut Transaction) -> Result<Self, StoreError> {
        let findings = transaction.rule_findings().await?;
        let loud = transaction.hosts_loud_on_part().await?;
        let nothing = transaction.hosts_without_finding().await?;
        let hosts = u64::try_from(nothing.len()).unwrap_or(u64::MAX);
        let expected = transaction.standing_hosts().await?.saturating_sub(hosts);
        let (mut reach, mut counts) = (BTreeMap::new(), BTreeMap::new());
        let mut missing: BTreeMap<HostId, BTreeSet<RuleId>> = BTreeMap::new();
        for (rule, of) in findings {
            let on_part = loud.get(&rule).copied().unwrap_or(0);
            if of.whole.saturating_add(on_part) < expected {
                let unjudged = transaction.hosts_unjudged(&rule).await?;
                for host in unjudged.into_iter().filter(|host| !nothing.contains(host)) {
                    missing.entry(host).or_default().insert(rule.clone());
                }
            }
            let applies = of.counts.total() > of.counts.not_applicable;
            counts.insert(rule.clone(), of.counts);
            reach.insert(rule, if applies { Reach::Applies } else { Reach::AppliesNowhere });
        }
        Ok(Self { reach, counts, missing, nothing })
    }

    fn not_on(&self, host: &HostId) -> Unjudged {
        if self.nothing.contains(host) {
            return Unjudged::OfAll;
        }
        Unjudged::Of(self.missing.get(host).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use tenken_engine::item::ItemState;
    use tenken_model::digest::Digest;
    use tenken_model::finding::Bilingual;
    use tenken_model::{Finding, FindingKey, HostId, Reason, ReasonCode, RuleId, Span, Verdict};

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

    #[tokio::test]
    async fn a_statement_stands_for_what_the_store_says_is_unknown_for_its_reason_alone() {
        let checklist = Checklist::embedded().unwrap();
        let asks = |item: &&Item| item.attestation.as_ref().is_some_and(|ask| ask.elsewhere.is_some());
        let item = checklist.items().find(|item| asks(item) && item.unmeasured.is_none()).unwrap();
        let ask = item.attestation.as_ref().unwrap();
        let rule = &ask.elsewhere.as_ref().unwrap().rules[0];
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        let new = NewHost {
            id: HostId::new("h-1").unwrap(),
            name: "h-1".into(),
            enrolled_at: at(0),
            certificate: Digest::of(b"c"),
            certificate_until: at(1),
        };
        transaction.add_host(&new).await.unwrap();
        for other in &item.rules {
            find(&mut transaction, "h-1", other, Verdict::Pass).await;
        }
        let stated = NewAttestation {
            item: item.id.clone(),
            statement: ask.statement_ja(),
            evidence: "e".into(),
            person: "sato".into(),
            attested_at: at(0),
            valid_until: at(1_000),
            branch: None,
        };
        transaction.attest(&stated).await.unwrap();
        for (code, expected) in
            [(ReasonCode::Elsewhere, (ItemState::Met, 1)), (ReasonCode::NotPermitted, (ItemState::Unknown, 0))]
        {
            find(&mut transaction, "h-1", rule, Verdict::Unknown(Reason::new(code, "x"))).await;
            let status = Known::read(&mut transaction, at(100)).await.unwrap().status(item);
            assert_eq!((status.state, status.vouched), expected, "{code}");
        }
    }
}
