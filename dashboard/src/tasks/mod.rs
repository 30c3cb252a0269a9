//! What people have to do, and until when: from the form, its proposals and waivers, statements that lapse, drifts, hosts that
//! are silent. Nothing is kept: a task is there while its cause is, and ends when its cause does.

mod due;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::checklist::Checklist;
use tenken_form::declaration::Answer;
use tenken_model::{HostId, Instant, ItemId, RuleId};

use crate::attest::{self, Standing};
use crate::correlate::Correlations;
use crate::declaration::publication::PublicAddress;
use crate::log_review::{self, Month};
use crate::policy::Parameters;
use crate::registers::{self, Register, approve::Waiting, due::DueRow};
use crate::status::Known;
use crate::store::{OpenDrift, Proposal, Publication, StoreError, Transaction, Version, Waiver};
use due::Deadlines;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Take in the form that is published.
    TakeIn,
    /// Say where the form is published.
    SetAddress,
    /// Update the home page.
    Publish {
        /// The version it is to show.
        version: i64,
    },
    /// Decide on changes that other people propose.
    Decide {
        /// How many.
        count: usize,
    },
    /// Repair what contradicts an answer, ask for a waiver, or change the answer.
    Settle {
        /// The item.
        item: ItemId,
    },
    /// Decide on waivers that other people ask for.
    DecideWaivers {
        /// How many.
        count: usize,
    },
    /// Decide on rules that other people wrote.
    DecideRules {
        /// How many.
        count: usize,
    },
    /// See to what a waiver covers before it ends.
    WaiverEnds {
        /// The waiver.
        waiver: i64,
        /// Its rule.
        rule: RuleId,
    },
    /// State again what a person stated.
    Attest {
        /// The item.
        item: ItemId,
    },
    /// State for the first time what is declared as done.
    AttestFirst {
        /// How many items.
        count: usize,
    },
    /// Do what was announced.
    Planned {
        /// The item.
        item: ItemId,
    },
    /// Repair what fails on hosts.
    Repair {
        /// The rule.
        rule: RuleId,
        /// The drifts, the oldest first.
        drifts: Vec<i64>,
        /// On how many hosts.
        hosts: usize,
    },
    /// Do what a row of a register says.
    Row(DueRow),
    /// Review the result and the log of maintenance work that was done.
    Review(DueRow),
    /// Approve what a row of a register asks for.
    Approve(Waiting),
    /// Review and sign the logs of a month.
    ReviewLogs(Month),
    /// Find out why a host does not report.
    Silent {
        /// The host.
        host: HostId,
        /// Its name.
        name: String,
    },
}

/// A task with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTask {
    /// The last day on which it is in time.
    pub due: NaiveDate,
    /// What is to be done.
    pub task: Task,
}

/// What tasks follow from.
#[derive(Debug, Clone)]
pub struct Causes {
    /// The form in force.
    pub version: Option<Version>,
    /// Its publication.
    pub publication: Option<Publication>,
    /// A public address is set.
    pub has_address: bool,
    /// The open proposals.
    pub proposals: Vec<Proposal>,
    /// The waivers that wait for a decision or are in force.
    pub waivers: Vec<Waiver>,
    /// When the approval of each own rule that waits for it was asked for.
    pub rules_waiting: Vec<Instant>,
    /// The open drifts.
    pub drifts: Vec<OpenDrift>,
    /// Until when the newest statement of each item holds as a whole.
    pub attested: BTreeMap<ItemId, Instant>,
    /// What registers say falls due.
    pub rows: Vec<DueRow>,
    /// What waits for approval in registers.
    pub waiting: Vec<Waiting>,
    /// The months whose logs nobody signed yet, of those that can be now.
    pub unsigned: Vec<Month>,
    /// Hosts that are silent, with since when.
    pub silent: Vec<(HostId, String, Instant)>,
    /// Business days within which the log of maintenance is reviewed, by the rule on it.
    pub review_days: i32,
}

impl Causes {
    /// Reads them.
    pub async fn read(
        transaction: &mut Transaction,
        known: &Known,
        correlations: &Correlations,
        checklist: &Checklist,
    ) -> Result<Self, StoreError> {
        let version = transaction.declaration().await?;
        let publication = match &version {
            Some(version) => transaction.publication(version.id).await?,
            None => None,
        };
        let settings: Parameters = transaction.setting().await?.unwrap_or_default();
        let standing = attest::standing(transaction, checklist).await?;
        let silent =
            known.hosts.iter().filter_map(|host| Some((host.id.clone(), host.name.clone(), host.silent_since?)));
        Ok(Self {
            publication,
            version,
            has_address: transaction.setting::<PublicAddress>().await?.is_some(),
            proposals: transaction.open_proposals().await?,
            waivers: transaction.waivers_standing(known.now).await?,
            rules_waiting: transaction.own_rules_waiting().await?,
            rows: registers::due::read(transaction, known.now).await?,
            waiting: registers::approve::waiting(transaction).await?,
            drifts: transaction.open_drift_lines().await?,
            unsigned: log_review::unsigned(transaction, known.now).await?,
            attested: standing.into_iter().map(holds_until).collect(),
            silent: silent.collect(),
            review_days: correlations.days_to_review(&settings).unwrap_or(due::REVIEW),
        })
    }
}

/// An item, and until when no part of its statement lapses: it is stated anew as a whole.
fn holds_until(one: Standing) -> (ItemId, Instant) {
    let first = one.holding.next_lapse(one.attestation.stated.attested_at);
    (one.attestation.stated.item, first.map_or(one.holding.whole, |(_, until)| until))
}

/// The tasks, the most urgent first.
pub fn tasks(causes: &Causes, checklist: &Checklist, calendar: &WorkingCalendar, now: Instant) -> Vec<DueTask> {
    let deadlines = Deadlines { calendar, now };
    let mut tasks = Vec::new();
    form(causes, &deadlines, &mut tasks);
    proposals(causes, &deadlines, &mut tasks);
    waivers(causes, &deadlines, &mut tasks);
    statements(causes, checklist, &deadlines, &mut tasks);
    machines(causes, &deadlines, &mut tasks);
    tasks.extend(causes.rows.iter().map(|row| of_row(row, causes.review_days, &deadlines)));
    let to_sign = causes.unsigned.iter().filter(|month| month.signed_from(calendar) <= deadlines.today());
    tasks.extend(to_sign.map(|month| DueTask { due: deadlines.logs(*month), task: Task::ReviewLogs(*month) }));
    let near = causes.waiting.iter().filter(|waiting| deadlines.is_near(waiting.day));
    tasks.extend(near.map(|waiting| DueTask { due: waiting.day, task: Task::Approve(waiting.clone()) }));
    tasks.sort_by_key(|task| task.due);
    tasks
}

/// What a row of a register says. Work that was done is reviewed within some days after it.
fn of_row(row: &DueRow, review_days: i32, deadlines: &Deadlines<'_>) -> DueTask {
    if row.definition.kind == Register::Maintenance && row.column.name == "work_on" && row.day <= deadlines.today() {
        return DueTask { due: deadlines.review(row.day, review_days), task: Task::Review(row.clone()) };
    }
    DueTask { due: row.day, task: Task::Row(row.clone()) }
}

fn form(causes: &Causes, deadlines: &Deadlines<'_>, tasks: &mut Vec<DueTask>) {
    let Some(version) = &causes.version else {
        tasks.push(DueTask { due: deadlines.today(), task: Task::TakeIn });
        return;
    };
    let accepted = version.kept.accepted_at;
    if !causes.has_address {
        tasks.push(DueTask { due: deadlines.publish(accepted), task: Task::SetAddress });
    } else if let Some(since) = unshown_since(causes.publication.as_ref(), accepted) {
        tasks.push(DueTask { due: deadlines.publish(since), task: Task::Publish { version: version.id } });
    }
    for (item, answer) in &version.declaration().answers {
        let last = answer.when().and_then(tenken_calendar::PlannedTime::last_day);
        if let Some(due) = last.filter(|day| !Answer::is_done(answer) && deadlines.is_near(*day)) {
            tasks.push(DueTask { due, task: Task::Planned { item: item.clone() } });
        }
    }
}

/// Since when the home page is not known to show the form; absent while it is.
fn unshown_since(publication: Option<&Publication>, accepted: Instant) -> Option<Instant> {
    match publication {
        Some(publication) if publication.is_shown() => None,
        // It was shown until the last look, which told nothing.
        Some(Publication { shown_at: Some(_), checked: Some((checked, _)), .. }) => Some(*checked),
        Some(_) | None => Some(accepted),
    }
}

fn proposals(causes: &Causes, deadlines: &Deadlines<'_>, tasks: &mut Vec<DueTask>) {
    let complete = || causes.proposals.iter().filter(|proposal| proposal.proposed.change.is_complete());
    if let Some(oldest) = complete().map(|proposal| proposal.proposed.proposed_at).min() {
        tasks.push(DueTask { due: deadlines.decide(oldest), task: Task::Decide { count: complete().count() } });
    }
    for proposal in &causes.proposals {
        let change = &proposal.proposed.change;
        if let (false, Some(item)) = (change.is_complete(), change.item()) {
            let due = deadlines.settle(proposal.proposed.proposed_at);
            tasks.push(DueTask { due, task: Task::Settle { item: item.clone() } });
        }
    }
}

fn waivers(causes: &Causes, deadlines: &Deadlines<'_>, tasks: &mut Vec<DueTask>) {
    let waiting = || causes.waivers.iter().filter(|waiver| waiver.decided.is_none());
    if let Some(oldest) = waiting().map(|waiver| waiver.asked.asked_at).min() {
        tasks.push(DueTask { due: deadlines.decide(oldest), task: Task::DecideWaivers { count: waiting().count() } });
    }
    if let Some(oldest) = causes.rules_waiting.iter().min() {
        let task = Task::DecideRules { count: causes.rules_waiting.len() };
        tasks.push(DueTask { due: deadlines.decide(*oldest), task });
    }
    for waiver in causes.waivers.iter().filter(|waiver| waiver.holds(deadlines.now)) {
        let due = japan::last_day_before(waiver.asked.until);
        if deadlines.is_near(due) {
            let rule = waiver.asked.rule.clone();
            tasks.push(DueTask { due, task: Task::WaiverEnds { waiver: waiver.id, rule } });
        }
    }
}

fn statements(causes: &Causes, checklist: &Checklist, deadlines: &Deadlines<'_>, tasks: &mut Vec<DueTask>) {
    let mut never = 0;
    for item in checklist.items().filter(|item| item.attestation.is_some()) {
        let Some(until) = causes.attested.get(&item.id) else {
            let declared = causes.version.as_ref().and_then(|version| version.declaration().answer(&item.id));
            never += usize::from(declared.is_some_and(Answer::is_done));
            continue;
        };
        let due = japan::last_day_before(*until);
        if deadlines.is_near(due) {
            tasks.push(DueTask { due, task: Task::Attest { item: item.id.clone() } });
        }
    }
    if let (Some(version), true) = (&causes.version, never > 0) {
        let due = deadlines.settle(version.kept.accepted_at);
        tasks.push(DueTask { due, task: Task::AttestFirst { count: never } });
    }
}

fn machines(causes: &Causes, deadlines: &Deadlines<'_>, tasks: &mut Vec<DueTask>) {
    let mut by_rule: BTreeMap<&RuleId, Vec<&OpenDrift>> = BTreeMap::new();
    for drift in &causes.drifts {
        by_rule.entry(&drift.rule).or_default().push(drift);
    }
    for (rule, mut drifts) in by_rule {
        drifts.sort_by_key(|drift| drift.opened_at);
        let Some(oldest) = drifts.first() else { continue };
        let hosts: std::collections::BTreeSet<&HostId> = drifts.iter().map(|drift| &drift.host).collect();
        let (due, hosts) = (deadlines.repair(oldest.opened_at), hosts.len());
        let drifts = drifts.iter().map(|drift| drift.id).collect();
        tasks.push(DueTask { due, task: Task::Repair { rule: rule.clone(), drifts, hosts } });
    }
    for (host, name, since) in &causes.silent {
        let task = Task::Silent { host: host.clone(), name: name.clone() };
        tasks.push(DueTask { due: deadlines.decide(*since), task });
    }
}

/// How many tasks end a term that is near and not over: statements, announced times, waivers, rows of registers.
pub fn ending_soon(tasks: &[DueTask], now: Instant) -> usize {
    let today = japan::date_of(now);
    let near = |day: NaiveDate| (0..=due::NEAR_DAYS).contains(&day.signed_duration_since(today).num_days());
    let is_term = |task: &Task| match task {
        Task::Attest { .. } | Task::Planned { .. } | Task::WaiverEnds { .. } | Task::Row(_) => true,
        Task::TakeIn
        | Task::SetAddress
        | Task::Publish { .. }
        | Task::Decide { .. }
        | Task::Settle { .. }
        | Task::DecideWaivers { .. }
        | Task::DecideRules { .. }
        | Task::AttestFirst { .. }
        | Task::Repair { .. }
        | Task::Review(_)
        | Task::Approve(_)
        | Task::ReviewLogs(_)
        | Task::Silent { .. } => false,
    };
    tasks.iter().filter(|it| is_term(&it.task) && near(it.due)).count()
}

/// How pressing a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressing {
    /// It is past.
    Late,
    /// It is today.
    Today,
    /// It is within a week.
    Week,
    /// It is later.
    Later,
}

/// How pressing a day is now.
pub fn pressing(due: NaiveDate, now: Instant) -> Pressing {
    let days = due.signed_duration_since(japan::date_of(now)).num_days();
    match days {
        ..0 => Pressing::Late,
        0 => Pressing::Today,
        1..=7 => Pressing::Week,
        8.. => Pressing::Later,
    }
}

#[cfg(test)]
mod tests;
