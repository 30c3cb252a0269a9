//! Living through the year.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::{Catalog, Checklist, Inputs, ParameterSet, judge, judge_all};
use tenken_model::fact::KeptFact;
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::FindingSet;
use tenken_model::{Facts, Instant, Span, Topic};

use super::agent::Agent;
use super::chance::Chance;
use super::fleet::{Machine, machines, no_certificate};
use super::machine::Reading;
use super::office::{ADMINISTRATOR, Act, Year, act};
use super::story::{Event, Trouble, events, within};
use super::thresholds::thresholds;
use super::{DemoError, Demonstration, is_empty};
use crate::drift::{self, Terms};
use crate::ingest;
use crate::own_rules::InForce;
use crate::policy::Kept;
use crate::store::{AuditEntry, NewHost, Store, StoreError, Transaction};
use crate::{alert, correlate, declaration, trend};

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many hosts.
    pub hosts: u64,
    /// How many days back it begins.
    pub days: u64,
    /// What chance begins with.
    pub seed: u64,
    /// When it ends.
    pub until: Instant,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The day that was lived through.
    pub day: NaiveDate,
    /// How many of all days are done.
    pub done: u64,
    /// How many there are.
    pub days: u64,
}

/// So many hosts are there all the time. Further ones join in the last weeks, so that a large fleet has no larger past.
const FROM_THE_BEGINNING: usize = 100;
/// Within how many days before the end the others join.
const JOINING: i64 = 12;
/// Business days on which no dashboard ran: how many before the end the first is, and how many there are.
const NO_DASHBOARD: (i32, i32) = (140, 4);
/// When after the beginning of a failure it is looked whether a grace has run out, in minutes.
const GRACES: [i64; 4] = [16, 61, 241, 48 * 60 + 1];
/// Mails that are older are taken out of the outbox: nobody was there to be sent them.
const MAILS_KEPT: Span = Span::from_days(14);

/// Makes a demonstration in a store in which there is nothing. `told` hears of each day.
pub async fn fill(
    store: &Store,
    catalog: &Catalog,
    checklist: &Checklist,
    plan: Plan,
    mut told: impl FnMut(Progress),
) -> Result<(), DemoError> {
    if !is_empty(store).await? {
        return Err(DemoError::NotEmpty);
    }
    let last = japan::date_of(plan.until);
    let from = last.checked_sub_days(Days::new(plan.days)).unwrap_or(last);
    let mut transaction = store.write().await?;
    let mark = Demonstration { seed: plan.seed, until: plan.until, away: Vec::new() };
    transaction.set_setting(&mark).await?;
    let thresholds = thresholds(japan::end_of(from))?;
    transaction.set_setting(&thresholds).await?;
    transaction.save().await?;
    let parameters = ParameterSet::load(catalog, &thresholds.for_agency())
        .map_err(|errors| DemoError::Odd(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;

    let (chance, calendar, machines) = (Chance::new(plan.seed), WorkingCalendar::default(), machines(plan.hosts));
    let old = machines.get(..FROM_THE_BEGINNING.min(machines.len())).unwrap_or_default();
    let events = events(old, &calendar, from, plan.until, chance.part(1));
    let year = Year { checklist, machines: &machines, old, calendar: &calendar, from, until: plan.until };
    let mut life = Life {
        store,
        catalog,
        terms: Terms::of(catalog, None),
        checklist: checklist.clone(),
        agents: machines.iter().map(|_| Agent::default()).collect(),
        joined: vec![false; machines.len()],
        events: &events,
        year,
        parameters,
        kept: None,
    };
    let mut acts = year.acts(chance.part(2));
    let days: Vec<NaiveDate> =
        from.iter_days().take_while(|day| *day <= last).filter(|day| calendar.is_business_day(*day)).collect();
    let count = u64::try_from(days.len()).unwrap_or(u64::MAX);
    for (done, day) in (1..).zip(&days) {
        life.day(*day, &mut acts).await?;
        told(Progress { day: *day, done, days: count });
    }
    life.end(plan.until, mark).await
}

/// What dashboards keep of what an agent read.
fn kept_facts(facts: &Facts) -> Result<Vec<KeptFact>, DemoError> {
    let kept = Topic::ALL.iter().filter(|topic| topic.is_kept()).filter_map(|topic| facts.observation(*topic));
    kept.map(|observation| KeptFact::of(&observation).map_err(DemoError::odd)).collect()
}

/// The year as it goes on.
struct Life<'a> {
    store: &'a Store,
    catalog: &'a Catalog,
    terms: Terms,
    /// The items with the own rules in force.
    checklist: Checklist,
    agents: Vec<Agent>,
    joined: Vec<bool>,
    events: &'a [Event],
    year: Year<'a>,
    /// The thresholds that the agency set.
    parameters: ParameterSet,
    /// The registers as policies bring them, until somebody may have changed them.
    kept: Option<Arc<Kept>>,
}

/// Which agents judge at a time; the others only say that they are there, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Those on which something is or was wrong, and those that are to be looked at again.
    Some,
    /// Every one.
    All,
    /// None; every one says that it is there.
    Present,
}

impl Life<'_> {
    /// A business day from its morning to its evening.
    async fn day(&mut self, day: NaiveDate, acts: &mut BTreeMap<Instant, Vec<Act>>) -> Result<(), DemoError> {
        let (morning, evening) = (within(day, 5), within(day, 510));
        if self.is_without_dashboard(day) {
            return Ok(());
        }
        let mut points: BTreeSet<Instant> = self.points().filter(|at| morning < *at && *at < evening).collect();
        points.extend([morning, evening]);
        points.extend(acts.keys().filter(|at| **at <= evening));
        let until = self.year.until;
        for point in points.into_iter().filter(|at| *at <= until) {
            for todo in acts.remove(&point).unwrap_or_default() {
                act(self.store, &self.year, &todo, point).await?;
                self.kept = None;
                if matches!(todo, Act::RollOutOwnRule(_)) {
                    self.read_own_rules().await?;
                }
            }
            let who = match point {
                _ if point == morning => Who::Some,
                _ if point == evening => Who::Present,
                _ if self.points().any(|at| at == point) => Who::Some,
                // Only people did something.
                _ => continue,
            };
            self.report(point, who, point == morning).await?;
            drift::settle_due(self.store, &self.terms, point).await?;
            if point == evening {
                self.evening(point).await?;
            }
        }
        Ok(())
    }

    /// When something begins or ends, and when a grace runs out.
    fn points(&self) -> impl Iterator<Item = Instant> {
        self.events.iter().flat_map(|event| {
            let graces = GRACES.iter().map(|minutes| Span::from_secs(minutes * 60).after(event.begins));
            graces.filter(|at| event.ends.is_none_or(|ends| *at < ends)).chain([event.begins]).chain(event.ends)
        })
    }

    fn is_without_dashboard(&self, day: NaiveDate) -> bool {
        let (back, many) = NO_DASHBOARD;
        let to_come = self.year.calendar.business_days_between(day, self.year.last());
        to_come <= back && to_come > back - many
    }

    /// The agency has rules of its own now: all goes by them too.
    async fn read_own_rules(&mut self) -> Result<(), StoreError> {
        let mut transaction = self.store.read().await?;
        let in_force = InForce::read(&mut transaction, self.catalog, self.year.checklist).await?;
        (self.terms, self.checklist) = (Terms::of(&in_force.catalog, None), in_force.checklist);
        Ok(())
    }

    /// What the jobs do that are not told of by an agent.
    async fn evening(&self, now: Instant) -> Result<(), StoreError> {
        correlate::settle_due(self.store, &self.terms, now).await?;
        alert::settle(self.store, &self.terms, &self.checklist, now).await?;
        declaration::settle(self.store, &self.checklist, now).await?;
        trend::keep(self.store, &self.checklist, now).await?;
        Ok(())
    }

    fn machine(&self, index: usize) -> Option<&Machine> {
        self.year.machines.get(index)
    }

    fn troubles(&self, index: usize, now: Instant) -> Vec<(Trouble, Instant)> {
        let here = self.events.iter().filter(|event| event.machine == index && event.holds(now));
        here.map(|event| (event.trouble, event.begins)).collect()
    }

    /// Something is wrong on a machine, or was until lately.
    fn is_restless(&self, index: usize, now: Instant) -> bool {
        let lately = Span::from_days(-4).after(now);
        let recent = |at: Instant| lately < at && at <= now;
        self.events.iter().any(|event| {
            event.machine == index && (event.holds(now) || recent(event.begins) || event.ends.is_some_and(recent))
        })
    }

    /// The day on which a machine joins.
    fn joins(&self, index: usize) -> Instant {
        let machine = i64::try_from(index).unwrap_or(0);
        let old = i64::try_from(FROM_THE_BEGINNING).unwrap_or(0);
        if machine < old {
            return within(self.year.from, machine % 8 * 24 * 60 + 60);
        }
        Span::from_days(-JOINING + machine % 8).after(self.year.until)
    }

    /// Takes the reports of a time, all in one transaction.
    async fn report(&mut self, now: Instant, who: Who, is_morning: bool) -> Result<(), DemoError> {
        let mut transaction = self.store.write().await?;
        for index in 0..self.agents.len() {
            if self.joins(index) > now {
                continue;
            }
            let troubles = self.troubles(index, now);
            if troubles.iter().any(|(trouble, _)| *trouble == Trouble::Away) {
                continue;
            }
            let new = self.join(&mut transaction, index, now).await?;
            let weekly =
                is_morning && (japan::date_of(now).to_epoch_days() + i32::try_from(index).unwrap_or(0)) % 7 == 0;
            let judges = match who {
                Who::All => true,
                Who::Some => new || weekly || self.is_restless(index, now),
                Who::Present => new,
            };
            if judges || who == Who::Present {
                self.send(&mut transaction, index, &troubles, judges, now).await?;
            }
        }
        Ok(transaction.save().await?)
    }

    /// Adds a machine that was not there before; true if it was not.
    async fn join(&mut self, transaction: &mut Transaction, index: usize, now: Instant) -> Result<bool, DemoError> {
        let (Some(machine), Some(joined)) = (self.year.machines.get(index), self.joined.get_mut(index)) else {
            return Ok(false);
        };
        if std::mem::replace(joined, true) {
            return Ok(false);
        }
        let new = NewHost {
            id: machine.id.clone(),
            name: machine.name.clone(),
            enrolled_at: now,
            certificate: no_certificate(&machine.id),
            certificate_until: Span::from_days(90).after(self.year.until),
        };
        transaction.add_host(&new).await?;
        let entry = AuditEntry {
            at: now,
            person: ADMINISTRATOR.to_owned(),
            act: "host_enrolled".to_owned(),
            subject: machine.id.to_string(),
            detail: machine.name.clone(),
        };
        transaction.audit(&entry).await?;
        Ok(true)
    }

    /// Reads, judges and reports as the agent of a machine does.
    async fn send(
        &mut self,
        transaction: &mut Transaction,
        index: usize,
        troubles: &[(Trouble, Instant)],
        judges: bool,
        now: Instant,
    ) -> Result<(), DemoError> {
        let Some(machine) = self.machine(index).cloned() else { return Ok(()) };
        let vendor_until = japan::end_of(self.year.vendor_until(japan::date_of(now)));
        let reading = Reading { machine: &machine, troubles, vendor_until, until: self.year.until, now };
        let facts = judges.then(|| reading.facts());
        let found = match &facts {
            Some(facts) => Some(self.judge(transaction, &machine, facts, now).await?),
            None => None,
        };
        let Some(agent) = self.agents.get_mut(index) else { return Ok(()) };
        let kept = facts.as_ref().map(kept_facts).transpose()?.unwrap_or_default();
        let report = agent.report(found, kept, reading.system(), now);
        // It goes the whole way, also the part that distrusts what agents send.
        let body = serde_json::to_vec(&report).map_err(DemoError::odd)?;
        let report = ingest::read(&body, now).map_err(ingest::RequestError::Refused)?;
        let answer = ingest::take(transaction, &self.terms, &machine.id, report, now).await?;
        if answer.resync {
            Err(DemoError::Odd(format!("{} would have to send a snapshot", machine.name)))
        } else {
            Ok(())
        }
    }

    async fn judge(
        &mut self,
        transaction: &mut Transaction,
        machine: &Machine,
        facts: &Facts,
        now: Instant,
    ) -> Result<FindingSet, DemoError> {
        let kept = match &self.kept {
            Some(kept) => Arc::clone(kept),
            None => Arc::clone(self.kept.insert(Arc::new(Kept::read(transaction, now).await?))),
        };
        let registers = kept.for_host(&machine.name);
        let parameters = &self.parameters;
        let inputs = Inputs { facts, registers: &registers, parameters, system: SystemFamily::Linux, now };
        let mut found = judge_all(self.catalog, &inputs);
        let placement = kept.placements.of(&machine.name);
        for (rule, scopes) in &kept.own {
            if scopes.iter().any(|scope| scope.covers(placement)) {
                found.extend(judge(rule, &inputs).into_iter().map(|finding| (finding.key.clone(), finding)));
            }
        }
        Ok(found)
    }

    /// Everything as it stands at the end.
    async fn end(&mut self, until: Instant, mark: Demonstration) -> Result<(), DemoError> {
        self.report(until, Who::All, false).await?;
        self.report(until, Who::Present, false).await?;
        correlate::settle_due(self.store, &self.terms, until).await?;
        drift::settle_due(self.store, &self.terms, until).await?;
        self.evening(until).await?;
        let ids = self.year.machines.iter().enumerate();
        let away =
            ids.filter(|(index, _)| self.troubles(*index, until).iter().any(|(trouble, _)| *trouble == Trouble::Away));
        let away = away.map(|(_, machine)| machine.id.clone()).collect();
        let mut transaction = self.store.write().await?;
        let before = Span::from_millis(MAILS_KEPT.millis().saturating_neg()).after(until);
        transaction.drop_mails_before(before, until).await?;
        transaction.set_setting(&Demonstration { away, ..mark }).await?;
        Ok(transaction.save().await?)
    }
}
