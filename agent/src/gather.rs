//! One run of one topic's collector.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant as Stopwatch};

use tenken_model::fact::AnyObservation;
use tenken_model::fact::system::SystemFamily;
use tenken_model::observation::Outcome;
use tenken_model::report::CollectorCost;
use tenken_model::{Observation, Span, Topic};

use crate::collect::memory::Memory;
use crate::collect::{
    Look, Needs, Wake, account_events, accounts, antivirus, automatic_sign_in, backups, boot_protection, certificates,
    disk_encryption, exchange_endpoints, execution_control, firewall, forwarding, ipsec, listeners, logs, neighbours,
    network_protocols, office_macros, outbox, password_policy, password_storage, remote_access, removable_media,
    screen_lock, session_timeout, sessions, shares, software, system, time_sync, unread, updates, wireless,
    written_secrets,
};
use crate::host::{Host, clocks};

/// What a run brought.
#[derive(Debug)]
pub struct Gathered {
    /// The observation, with every place that was looked at.
    pub observation: AnyObservation,
    /// What wakes the collector again.
    pub wakes: BTreeSet<Wake>,
    /// What the run cost.
    pub cost: RunCost,
    /// What is to be remembered until the next run, if anything is.
    pub memory: Option<Memory>,
}

/// What one run cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunCost {
    /// How long it took.
    pub wall: Duration,
    /// Processor time.
    pub cpu: Duration,
    /// It could not look.
    pub failed: bool,
}

/// A topic's collector for the host's family. What is not read of a family is unknown there.
macro_rules! collector {
    ($topic:ident) => {
        |look: &Look<'_>, needs: &Needs| match look.family() {
            SystemFamily::Linux => $topic::collect(look, needs),
            SystemFamily::Windows => $topic::windows::collect(look, needs),
            SystemFamily::Macos => unread(look),
        }
    };
    ($topic:ident, macos) => {
        |look: &Look<'_>, needs: &Needs| match look.family() {
            SystemFamily::Linux => $topic::collect(look, needs),
            SystemFamily::Windows => $topic::windows::collect(look, needs),
            SystemFamily::Macos => $topic::macos::collect(look, needs),
        }
    };
}

/// Runs the topic's collector on a host of which nothing is remembered. Blocks as long as the collector does.
pub fn gather(topic: Topic, host: &dyn Host, needs: &Needs) -> Gathered {
    gather_after(topic, host, needs, None)
}

/// Like [`gather`], with what is remembered for the topic.
pub fn gather_after(topic: Topic, host: &dyn Host, needs: &Needs, before: Option<&Memory>) -> Gathered {
    match topic {
        Topic::TimeSync => observe(AnyObservation::TimeSync, host, needs, collector!(time_sync, macos)),
        Topic::ScreenLock => observe(AnyObservation::ScreenLock, host, needs, collector!(screen_lock, macos)),
        Topic::SessionTimeout => observe(AnyObservation::SessionTimeout, host, needs, collector!(session_timeout)),
        Topic::Antivirus => observe(AnyObservation::Antivirus, host, needs, collector!(antivirus)),
        Topic::AccountEvents => observe(AnyObservation::AccountEvents, host, needs, collector!(account_events)),
        Topic::Accounts => observe(AnyObservation::Accounts, host, needs, collector!(accounts, macos)),
        Topic::PasswordPolicy => observe(AnyObservation::PasswordPolicy, host, needs, collector!(password_policy)),
        Topic::PasswordStorage => observe(AnyObservation::PasswordStorage, host, needs, collector!(password_storage)),
        Topic::Sessions => observe(AnyObservation::Sessions, host, needs, collector!(sessions)),
        Topic::Neighbours => observe(AnyObservation::Neighbours, host, needs, collector!(neighbours)),
        Topic::Backups => {
            let before = before.and_then(Memory::backups);
            let mut memory = None;
            let gathered = observe(AnyObservation::Backups, host, needs, |look, needs| {
                let (outcome, kept) = match look.family() {
                    SystemFamily::Linux => backups::collect_after(look, needs, before),
                    SystemFamily::Windows => backups::windows::collect_after(look, needs, before),
                    SystemFamily::Macos => (unread(look), None),
                };
                memory = kept.map(Memory::Backups);
                outcome
            });
            Gathered { memory, ..gathered }
        }
        Topic::Wireless => observe(AnyObservation::Wireless, host, needs, collector!(wireless)),
        Topic::WrittenSecrets => observe(AnyObservation::WrittenSecrets, host, needs, collector!(written_secrets)),
        Topic::DiskEncryption => {
            observe(AnyObservation::DiskEncryption, host, needs, collector!(disk_encryption, macos))
        }
        Topic::BootProtection => observe(AnyObservation::BootProtection, host, needs, collector!(boot_protection)),
        Topic::RemovableMedia => observe(AnyObservation::RemovableMedia, host, needs, collector!(removable_media)),
        Topic::Software => {
            let before = before.and_then(Memory::software);
            let mut memory = None;
            let gathered = observe(AnyObservation::Software, host, needs, |look, needs| {
                let (outcome, kept) = match look.family() {
                    SystemFamily::Linux => (software::collect(look, needs), None),
                    SystemFamily::Windows => software::windows::collect_after(look, needs, before),
                    SystemFamily::Macos => (software::macos::collect(look, needs), None),
                };
                memory = kept.map(Memory::Software);
                outcome
            });
            Gathered { memory, ..gathered }
        }
        Topic::Updates => observe(AnyObservation::Updates, host, needs, collector!(updates, macos)),
        Topic::OfficeMacros => observe(AnyObservation::OfficeMacros, host, needs, collector!(office_macros)),
        Topic::RemoteAccess => observe(AnyObservation::RemoteAccess, host, needs, collector!(remote_access)),
        Topic::AutomaticSignIn => observe(AnyObservation::AutomaticSignIn, host, needs, collector!(automatic_sign_in)),
        Topic::Logs => {
            let before = before.and_then(Memory::logs);
            let mut memory = None;
            let gathered = observe(AnyObservation::Logs, host, needs, |look, needs| {
                let (outcome, kept) = match look.family() {
                    SystemFamily::Linux => logs::collect_after(look, needs, before),
                    SystemFamily::Windows => logs::windows::collect_after(look, needs, before),
                    SystemFamily::Macos => (unread(look), None),
                };
                memory = kept.map(Memory::Logs);
                outcome
            });
            Gathered { memory, ..gathered }
        }
        Topic::System => observe(AnyObservation::System, host, needs, collector!(system, macos)),
        Topic::Firewall => observe(AnyObservation::Firewall, host, needs, collector!(firewall, macos)),
        Topic::ExecutionControl => {
            observe(AnyObservation::ExecutionControl, host, needs, collector!(execution_control))
        }
        Topic::NetworkProtocols => {
            observe(AnyObservation::NetworkProtocols, host, needs, collector!(network_protocols))
        }
        Topic::Listeners => observe(AnyObservation::Listeners, host, needs, collector!(listeners)),
        Topic::Forwarding => observe(AnyObservation::Forwarding, host, needs, collector!(forwarding)),
        Topic::Ipsec => observe(AnyObservation::Ipsec, host, needs, collector!(ipsec)),
        Topic::Shares => observe(AnyObservation::Shares, host, needs, collector!(shares)),
        Topic::Outbox => observe(AnyObservation::Outbox, host, needs, collector!(outbox)),
        Topic::ExchangeEndpoints => {
            observe(AnyObservation::ExchangeEndpoints, host, needs, exchange_endpoints::collect)
        }
        Topic::Certificates => observe(AnyObservation::Certificates, host, needs, collector!(certificates)),
    }
}

fn observe<T>(
    name: fn(Observation<T>) -> AnyObservation,
    host: &dyn Host,
    needs: &Needs,
    collect: impl FnOnce(&Look<'_>, &Needs) -> Outcome<T>,
) -> Gathered {
    let look = Look::new(host);
    let (begin, cpu) = (Stopwatch::now(), clocks::thread_cpu());
    let outcome = collect(&look, needs);
    let wall = begin.elapsed();
    let cpu = clocks::thread_cpu().saturating_sub(cpu);
    let (sources, wakes) = look.finish();
    let cost = RunCost { wall, cpu, failed: matches!(outcome, Outcome::Failed(_)) };
    let observation = name(Observation { read_at: needs.now, took: span(wall), sources, outcome });
    Gathered { observation, wakes, cost, memory: None }
}

/// What each collector cost since the agent started.
#[derive(Debug, Clone, Default)]
pub struct Costs {
    topics: BTreeMap<Topic, CollectorCost>,
}

impl Costs {
    /// Counts a run.
    pub fn count(&mut self, topic: Topic, run: RunCost) {
        let none =
            CollectorCost { topic, runs: 0, failures: 0, wall: Span::ZERO, longest: Span::ZERO, cpu: Span::ZERO };
        let cost = self.topics.entry(topic).or_insert(none);
        cost.runs += 1;
        cost.failures += u64::from(run.failed);
        cost.wall = Span::from_millis(cost.wall.millis().saturating_add(span(run.wall).millis()));
        cost.longest = cost.longest.max(span(run.wall));
        cost.cpu = Span::from_millis(cost.cpu.millis().saturating_add(span(run.cpu).millis()));
    }

    /// As a report carries them.
    pub fn report(&self) -> Vec<CollectorCost> {
        self.topics.values().cloned().collect()
    }
}

/// A duration in the model's words; rounded up, so that something that ran never cost nothing.
pub fn span(duration: Duration) -> Span {
    Span::from_millis(i64::try_from(duration.as_micros().div_ceil(1_000)).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use tenken_model::Facts;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::recorded::Recording;

    #[test]
    fn every_topic_is_observed_on_an_empty_host_and_none_is_taken_for_read() {
        let now = tenken_model::Instant::UNIX_EPOCH;
        let host = Recording::new(now);
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now };
        let mut facts = Facts::default();
        for topic in Topic::ALL {
            let gathered = gather(*topic, &host, &needs);
            assert_eq!(gathered.observation.topic(), *topic);
            facts.insert(gathered.observation);
            assert_eq!(facts.seen(*topic).unwrap().read_at, now);
        }
    }

    /// Which topics are read where is told to people, and must be so.
    #[test]
    fn what_is_said_to_be_read_on_a_system_has_a_collector_there() {
        let now = tenken_model::Instant::UNIX_EPOCH;
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now };
        let systems = [SystemFamily::Linux, SystemFamily::Windows, SystemFamily::Macos];
        for (topic, family) in Topic::ALL.iter().flat_map(|topic| systems.map(|family| (topic, family))) {
            let host = Recording { family, ..Recording::new(now) };
            let mut facts = Facts::default();
            facts.insert(gather(*topic, &host, &needs).observation);
            let unread = match facts.seen(*topic).unwrap().outcome {
                Outcome::Failed(reason) => reason.detail.ends_with("not by this version"),
                Outcome::Known(_) | Outcome::Absent(_) => false,
            };
            assert_eq!(unread, !topic.is_read_on(family), "{} on {family:?}", topic.name());
        }
    }

    #[test]
    fn costs_add_up() {
        let mut costs = Costs::default();
        let run =
            |micros, failed| RunCost { wall: Duration::from_micros(micros), cpu: Duration::from_micros(1), failed };
        costs.count(Topic::System, run(1_500, false));
        costs.count(Topic::System, run(10_000, true));
        let reported = costs.report();
        assert_eq!(reported.len(), 1);
        assert_eq!((reported[0].runs, reported[0].failures, reported[0].wall.millis()), (2, 1, 12));
        assert_eq!((reported[0].longest.millis(), reported[0].cpu.millis()), (10, 2));
    }
}
