//! Hosts that are silent, and agents of another version.

use std::collections::BTreeMap;

use tenken_model::Language;

use super::super::{Answer, Check};

/// So many names are told.
const NAMES_MAX: usize = 5;

/// What was seen of the hosts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FleetSeen {
    /// How many there are.
    pub hosts: usize,
    /// The names of those that are silent.
    pub silent: Vec<String>,
    /// How many run each version of the agent.
    pub versions: BTreeMap<String, u64>,
}

/// Judges the hosts against the dashboard's own version; nothing was seen of them where the database cannot be opened.
pub fn fleet(seen: Option<&FleetSeen>, own: &str) -> Vec<Answer> {
    let Some(seen) = seen else {
        let needed = |check| Answer::not_checked(check, Language::doctor_database_needed);
        return vec![needed(Check::Hosts), needed(Check::Versions)];
    };
    let mut answers = vec![silent(seen)];
    answers.extend(versions(seen, own));
    answers
}

fn silent(seen: &FleetSeen) -> Answer {
    if seen.silent.is_empty() {
        return Answer::ok(Check::Hosts, |t| t.doctor_hosts_good(seen.hosts));
    }
    let told = seen.silent.iter().take(NAMES_MAX).cloned().collect::<Vec<_>>().join(", ");
    let names = if seen.silent.len() > NAMES_MAX { format!("{told}, …") } else { told };
    let says = |t: Language| t.doctor_hosts_silent(seen.silent.len(), seen.hosts, &names);
    Answer::problem(Check::Hosts, says, Language::doctor_hosts_act)
}

/// A version that can be compared.
type Number = [u64; 3];

fn number(version: &str) -> Option<Number> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let number = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(number)
}

fn versions(seen: &FleetSeen, own: &str) -> Vec<Answer> {
    let check = Check::Versions;
    if seen.versions.is_empty() {
        return vec![Answer::ok(check, Language::doctor_versions_none)];
    }
    let mut answers = Vec::new();
    let known: BTreeMap<Number, (&str, u64)> = seen
        .versions
        .iter()
        .filter_map(|(version, hosts)| Some((number(version)?, (version.as_str(), *hosts))))
        .collect();
    for version in seen.versions.keys().filter(|version| number(version).is_none()) {
        answers.push(Answer::not_checked(check, |t| t.doctor_versions_odd(version)));
    }
    let own_number = number(own);
    let sum = |others: &[(&str, u64)]| others.iter().fold(0, |sum: u64, (_, hosts)| sum.saturating_add(*hosts));
    let newer: Vec<(&str, u64)> = known.iter().filter(|(n, _)| Some(**n) > own_number).map(|(_, of)| *of).collect();
    let older: Vec<(&str, u64)> = known.iter().filter(|(n, _)| Some(**n) < own_number).map(|(_, of)| *of).collect();
    if let Some((newest, _)) = newer.last() {
        let says = |t: Language| t.doctor_versions_newer(own, sum(&newer), newest);
        answers.push(Answer::problem(check, says, Language::doctor_versions_newer_act));
    }
    if let Some((oldest, _)) = older.first() {
        let says = |t: Language| t.doctor_versions_older(own, sum(&older), oldest);
        answers.push(Answer::problem(check, says, Language::doctor_versions_older_act));
    }
    if answers.is_empty() {
        answers.push(Answer::ok(check, |t| t.doctor_versions_good(own)));
    }
    answers
}
