//! Drifts begin when a failure outlasts its rule's grace and end when the rule holds again. A drift and
//! the mail that tells of it are written in one transaction.

mod grace;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::catalog::Catalog;
use tenken_engine::rule::{Grace, SubjectOf};
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, Span};

use crate::correlate::Correlations;
use crate::own_rules::{self, Spared};
use crate::owner;
use crate::store::{
    AuditEntry, Drift, DriftNews, FailingFinding, FailingKey, MailBody, MailKind, NewDrift, NewMail, Resolution,
    StandingDrift, Thread, WaiverNews,
};
use crate::store::{Store, StoreError, Transaction, Waiver};
use crate::working_calendar;
use grace::allowance;

pub use step::{Allowance, Now, Step, patience, reminders, reminders_due, step};

/// When failures become drifts, and the rules by which the dashboard itself finds failures.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// How long a failure of each rule may last. A rule that is not here has no grace.
    pub graces: BTreeMap<RuleId, Grace>,
    /// A drift that comes back within this time after its end is opened again, in its mail thread.
    pub damping: Span,
    /// People are reminded of an open drift that nobody acknowledged each time this has passed.
    pub remind_every: Span,
    /// The rules whose subjects are the agency's: of one that drifts on many hosts people are told once.
    pub of_agency: BTreeSet<RuleId>,
    /// The rules that the dashboard judges.
    pub correlations: Correlations,
}

/// How long after its end a drift is opened again in place of a new one.
pub const DAMPING: Span = Span::from_secs(30 * 60);
/// How often people are reminded of an open drift that nobody acknowledged.
pub const REMIND_EVERY: Span = Span::from_days(7);

impl Terms {
    /// Terms with these graces and the usual damping and reminders, by which the dashboard itself finds nothing.
    pub fn new(graces: BTreeMap<RuleId, Grace>) -> Self {
        let (of_agency, correlations) = (BTreeSet::new(), Correlations::default());
        Self { graces, damping: DAMPING, remind_every: REMIND_EVERY, of_agency, correlations }
    }

    /// The graces of a catalogue, and its rules that the dashboard judges. `grace` replaces the grace of every rule.
    pub fn of(catalog: &Catalog, grace: Option<Span>) -> Self {
        let replaced = grace.map(Grace::Elapsed);
        let graces = catalog.rules().map(|rule| (rule.id.clone(), replaced.unwrap_or(rule.grace))).collect();
        let of_agency = catalog.rules().filter(|rule| rule.subject_of != SubjectOf::Host);
        let of_agency = of_agency.map(|rule| rule.id.clone()).collect();
        Self { of_agency, correlations: Correlations::of(catalog), ..Self::new(graces) }
    }

    /// An own rule that is in force nowhere any more. What hosts that did not hear of it still tell is no drift.
    pub fn is_withdrawn(&self, rule: &RuleId) -> bool {
        own_rules::is_own(rule) && !self.graces.contains_key(rule)
    }

    /// How long a failure of a rule may last.
    pub fn grace(&self, rule: &RuleId) -> Grace {
        self.graces.get(rule).copied().unwrap_or(Grace::NONE)
    }
}

/// Opens, updates and ends the drifts of one host, or of every host, as the findings stand. Returns
/// how many were opened or ended. Doing it again changes nothing.
pub async fn settle(
    transaction: &mut Transaction,
    terms: &Terms,
    host: Option<&HostId>,
    now: Instant,
) -> Result<usize, StoreError> {
    let plan = plan(transaction, terms, host, now).await?;
    let mut moved = 0;
    for (standing, step) in &plan.open {
        moved += usize::from(carry_on(transaction, terms, standing, *step, &plan.waivers, now).await?);
    }
    for (standing, reminders) in &plan.remind {
        let drift = &standing.drift;
        if speaks(transaction, terms, drift).await? {
            let body = told(drift, &standing.host_name, &drift.finding, drift.failing_since, now);
            tell(transaction, drift.thread(), MailKind::Reminder, *reminders, body, now).await?;
        }
        transaction.set_reminded(drift.id, *reminders).await?;
    }
    for (failing, last, step) in &plan.failing {
        begin(transaction, terms, failing, last.as_ref(), *step, now).await?;
        moved += 1;
    }
    Ok(moved)
}

/// Whether time alone brought something that [`settle_due`] does: a grace has run out, or a reminder is due. Cheap enough
/// to be asked every second.
pub async fn is_due(store: &Store, terms: &Terms, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.read().await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let failing = transaction.failing_keys_without_drift().await?;
    let unseen = transaction.reminded_of().await?;
    let waivers = transaction.waivers_in_force(now).await?;
    transaction.abandon().await?;
    let outlasted = failing.iter().any(|FailingKey { host, key, failing, awake }| {
        allowance(terms.grace(&key.rule), *failing, *awake, &calendar, now) == Allowance::Over
            && !is_waived(&waivers, host, key)
            && !terms.is_withdrawn(&key.rule)
    });
    Ok(outlasted || unseen.iter().any(|told| reminders_due(*told, terms.remind_every, now) > told.reminded))
}

/// Settles every host, for the timer: a grace runs out without any report. Writes only if there is
/// something to write.
pub async fn settle_due(store: &Store, terms: &Terms, now: Instant) -> Result<usize, StoreError> {
    let mut transaction = store.read().await?;
    let due = !plan(&mut transaction, terms, None, now).await?.is_empty();
    transaction.abandon().await?;
    if !due {
        return Ok(0);
    }
    let mut transaction = store.write().await?;
    let moved = settle(&mut transaction, terms, None, now).await?;
    transaction.save().await?;
    Ok(moved)
}

/// Keeps that a person works on a drift, which ends its reminders; false if it has ended or somebody does.
pub async fn acknowledge(store: &Store, drift: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    if !transaction.acknowledge_drift(drift, person, now).await? {
        transaction.abandon().await?;
        return Ok(false);
    }
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "drift_acknowledged".to_owned(),
        subject: drift.to_string(),
        detail: String::new(),
    };
    transaction.audit(&entry).await?;
    transaction.save().await?;
    Ok(true)
}

/// Everything that is to be done, and nothing that is not.
struct Plan {
    open: Vec<(StandingDrift, Step)>,
    remind: Vec<(StandingDrift, u64)>,
    failing: Vec<(FailingFinding, Option<Drift>, Step)>,
    /// The waivers in force.
    waivers: Vec<Waiver>,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.remind.is_empty() && self.failing.is_empty()
    }
}

async fn plan(
    transaction: &mut Transaction,
    terms: &Terms,
    host: Option<&HostId>,
    now: Instant,
) -> Result<Plan, StoreError> {
    let waivers = transaction.waivers_in_force(now).await?;
    let calendar = working_calendar::read(transaction).await?;
    // What a host still tells of a rule that is for others alone now is no drift.
    let spared = Spared::read(transaction, now).await?;
    let (mut open, mut remind) = (Vec::new(), Vec::new());
    for standing in transaction.open_drifts_as_they_stand(host).await? {
        let is_spared = spared.holds(&standing.host_name, &standing.drift.finding.key.rule);
        let step = match of_open(&standing, &waivers, terms, now) {
            Step::Nothing | Step::Update if is_spared => Step::Resolve(Resolution::Cleared),
            step => step,
        };
        let reminders = reminders(&standing.drift, terms.remind_every, now);
        if step != Step::Nothing {
            open.push((standing, step));
        } else if reminders > standing.drift.reminded {
            remind.push((standing, reminders));
        }
    }
    let mut failing = Vec::new();
    for found in transaction.failing_without_drift(host).await? {
        let key = &found.finding.key;
        let grace = allowance(terms.grace(&key.rule), found.failing, found.awake, &calendar, now);
        let is_for_it = !terms.is_withdrawn(&key.rule) && !spared.holds(&found.host_name, &key.rule);
        let counts = grace != Allowance::Running && is_for_it;
        if !counts || is_waived(&waivers, &found.host, key) {
            continue;
        }
        let last = transaction.drift_of(&found.host, key).await?;
        let is = Now::Is { verdict: found.finding.verdict.kind(), failing_since: Some(found.failing.since), grace };
        let step = step(last.as_ref(), is, terms.damping, now);
        if step != Step::Nothing {
            failing.push((found, last, step));
        }
    }
    Ok(Plan { open, remind, failing, waivers })
}

/// The oldest open drift of the same thing on another host, if the rule's subjects are the agency's.
async fn elder(
    transaction: &mut Transaction,
    terms: &Terms,
    host: &HostId,
    key: &FindingKey,
) -> Result<Option<Drift>, StoreError> {
    if key.subject.is_none() || !terms.of_agency.contains(&key.rule) {
        return Ok(None);
    }
    transaction.eldest_of_same(host, key).await
}

/// Whether people are told of an open drift: not while an older one of the same thing is open on another host.
pub async fn speaks(transaction: &mut Transaction, terms: &Terms, drift: &Drift) -> Result<bool, StoreError> {
    let elder = elder(transaction, terms, &drift.host, &drift.finding.key).await?;
    Ok(elder.is_none_or(|elder| elder.id > drift.id))
}

/// An approved exception is in force for a finding.
fn is_waived(waivers: &[Waiver], host: &HostId, key: &FindingKey) -> bool {
    waivers.iter().any(|waiver| waiver.covers(host, key))
}

/// The waiver that covers a drift for the longest. One for every host is none that each of its drifts tells of: that would be
/// hundreds of mails about one decision, which the digest tells.
fn granted(drift: &Drift, waivers: &[Waiver]) -> Option<WaiverNews> {
    let covering = waivers.iter().filter(|waiver| waiver.covers(&drift.host, &drift.finding.key));
    let longest = covering.max_by_key(|waiver| waiver.asked.until)?;
    longest.asked.host.as_ref()?;
    let (_, granted_by, _) = longest.decided.clone()?;
    Some(WaiverNews { granted_by, until: longest.asked.until })
}

fn of_open(standing: &StandingDrift, waivers: &[Waiver], terms: &Terms, now: Instant) -> Step {
    if standing.revoked {
        return Step::Resolve(Resolution::Revoked);
    }
    let drift = &standing.drift;
    if is_waived(waivers, &drift.host, &drift.finding.key) {
        return Step::Resolve(Resolution::Waived);
    }
    let is = match &standing.finding {
        None => Now::Gone,
        Some(finding) => Now::Is {
            verdict: finding.verdict.kind(),
            failing_since: Some(drift.failing_since),
            // That it is a drift has been decided.
            grace: Allowance::Over,
        },
    };
    match step(Some(drift), is, terms.damping, now) {
        Step::Update if standing.finding.as_ref() == Some(&drift.finding) => Step::Nothing,
        other => other,
    }
}

/// Updates or ends an open drift; true if it ended.
async fn carry_on(
    transaction: &mut Transaction,
    terms: &Terms,
    standing: &StandingDrift,
    step: Step,
    waivers: &[Waiver],
    now: Instant,
) -> Result<bool, StoreError> {
    let drift = &standing.drift;
    match (step, &standing.finding) {
        (Step::Resolve(how), _) => {
            transaction.resolve_drift(drift.id, now, how).await?;
            owner::thank(transaction, drift, &standing.host_name, how, now).await?;
            if elder(transaction, terms, &drift.host, &drift.finding.key).await?.is_some() {
                // The same thing still drifts on another host, which tells when it has ended on all of them.
                return Ok(true);
            }
            let thread = drift.thread();
            transaction.drop_mail(&thread, MailKind::Reminder, now).await?;
            // If nobody was told that it came back, nobody needs to be told that it is gone.
            if transaction.drop_mail(&thread, MailKind::Reopened, now).await? == 0 {
                let body = told(drift, &standing.host_name, &drift.finding, drift.failing_since, now);
                let news = match how {
                    // A person decided it, so that it does not come and go.
                    Resolution::Waived => granted(drift, waivers)
                        .map(|waiver| (MailKind::Waived, DriftNews { waiver: Some(waiver), ..body }, now)),
                    Resolution::Passed | Resolution::Cleared | Resolution::NotApplicable => {
                        Some((MailKind::Resolved, body, patience(drift.reopened).after(now)))
                    }
                    // It is no news that all is well.
                    Resolution::Revoked => None,
                };
                if let Some((kind, body, due)) = news {
                    tell(transaction, thread, kind, drift.reopened, body, due).await?;
                }
            }
            Ok(true)
        }
        (Step::Update, Some(finding)) => transaction.update_drift(drift.id, finding).await.map(|()| false),
        (Step::Update | Step::Nothing | Step::Open(_) | Step::Reopen, _) => Ok(false),
    }
}

async fn begin(
    transaction: &mut Transaction,
    terms: &Terms,
    failing: &FailingFinding,
    last: Option<&Drift>,
    step: Step,
    now: Instant,
) -> Result<(), StoreError> {
    let body = DriftNews {
        host: failing.host.clone(),
        host_name: failing.host_name.clone(),
        finding: failing.finding.clone(),
        failing_since: failing.failing.since,
        at: now,
        waiver: None,
        stands: None,
    };
    if let (Step::Reopen, Some(last)) = (step, last) {
        let elder = elder(transaction, terms, &failing.host, &failing.finding.key).await?;
        transaction.reopen_drift(last.id, &failing.finding).await?;
        owner::back(transaction, last.id, now).await?;
        if elder.is_some() {
            return Ok(());
        }
        let thread = last.thread();
        let mut untold = transaction.drop_mail(&thread, MailKind::Resolved, now).await?;
        untold += transaction.drop_mail(&thread, MailKind::Waived, now).await?;
        if untold > 0 {
            // Nobody was told that it had ended, so that for people it never did: nobody needs to be told that it is back, who
            // had seen it has, and a reminder that was taken back stands.
            transaction.restore_mail(&thread, MailKind::Reminder, last.reminded).await?;
            return Ok(());
        }
        let round = last.reopened.saturating_add(1);
        tell(transaction, thread, MailKind::Reopened, round, body, patience(round).after(now)).await?;
        // That news is reminder enough for what became due while it had ended.
        let unseen = Drift { acknowledged: None, ..last.clone() };
        transaction.set_reminded(last.id, reminders(&unseen, terms.remind_every, now)).await?;
        transaction.forget_acknowledged(last.id).await?;
        return Ok(());
    }
    let elder = elder(transaction, terms, &failing.host, &failing.finding.key).await?;
    let new = NewDrift {
        host: failing.host.clone(),
        failing_since: failing.failing.since,
        opened_at: now,
        told_by: elder.map(|elder| elder.told_by.unwrap_or(elder.id)),
        finding: failing.finding.clone(),
    };
    let drift = transaction.open_drift(&new).await?;
    let (of, rule) = ((&failing.host, failing.host_name.as_str()), &failing.finding.key.rule);
    owner::ask_at_once(transaction, drift, of, rule, now).await?;
    match new.told_by {
        Some(_) => Ok(()),
        None => tell(transaction, Thread::Drift(drift), MailKind::Opened, 0, body, now).await,
    }
}

fn told(drift: &Drift, host_name: &str, finding: &Finding, failing_since: Instant, at: Instant) -> DriftNews {
    let (host, host_name, finding) = (drift.host.clone(), host_name.to_owned(), finding.clone());
    DriftNews { host, host_name, finding, failing_since, at, waiver: None, stands: None }
}

async fn tell(
    transaction: &mut Transaction,
    thread: Thread,
    kind: MailKind,
    round: u64,
    body: DriftNews,
    due: Instant,
) -> Result<(), StoreError> {
    let created_at = body.at;
    let body = MailBody::Drift(body);
    transaction.add_mail(&NewMail { thread, kind, round, body, created_at, due }).await.map(drop)
}
