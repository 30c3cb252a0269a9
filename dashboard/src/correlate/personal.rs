//! Devices that belong to people and are used at work.

use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::{Finding, Instant, Read, Span};

use super::agency::{Agency, rows};
use super::located::{is_word_of, names_host};
use super::machine::{Fleet, Machine};
use super::verdicts::{Verdicts, minute, row};
use crate::registers::belongings::Takeout;
use crate::registers::typed::Listed;

/// Each personal device must be approved, within its time, and managed: its agent reports, or its owner has attested.
pub(super) fn managed(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let Some(fleet) = &machine.fleet else { return verdicts.not_applicable() };
    if !verdicts.needs(&agency.takeouts) {
        return verdicts.finish(Vec::new());
    }
    let all: Vec<&Listed<Takeout>> = rows(&agency.takeouts).filter(|listed| listed.row.personal).collect();
    let (in_use, ended): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|listed| listed.is_open() && listed.row.returned_on.is_none());
    for listed in &ended {
        still_reports(&mut verdicts, fleet, listed, &in_use);
    }
    let today = agency.today();
    for listed in in_use.iter().filter(|listed| listed.row.starts <= today) {
        device(&mut verdicts, fleet, listed);
    }
    if in_use.is_empty() && verdicts.is_silent() {
        return verdicts.not_applicable();
    }
    verdicts.finish(Vec::new())
}

/// A device in use.
fn device(verdicts: &mut Verdicts<'_>, fleet: &Fleet, listed: &Listed<Takeout>) {
    let Takeout { person, what, ends, attested_on, approver, approved_on, .. } = &listed.row;
    let today = verdicts.agency.today();
    let subject = subject(listed);
    let words =
        |more: Vec<(&'static str, String)>| [vec![("person", person.clone()), ("device", what.clone())], more].concat();
    let mut fails = |sentence: &str, more: Vec<(&'static str, String)>| {
        verdicts.fails(&subject, sentence, &words(more), vec![row(listed)]);
    };
    if approver.trim().is_empty() || approved_on.is_none() {
        return fails("not_approved", Vec::new());
    }
    if let Some(ended) = ends.filter(|ended| *ended < today) {
        return fails("ended", vec![("day", ended.to_string())]);
    }
    let heard = heard(fleet, what);
    let first = japan::date_of(verdicts.back_to("attested_within"));
    // A day that is still to come was mistyped.
    let attested = attested_on.filter(|attested| *attested <= today);
    let reports = heard.is_some_and(|heard| heard >= verdicts.back_to("heard_within"));
    if reports || attested.is_some_and(|attested| attested >= first) {
        return;
    }
    let mut fails = |sentence: &str, more: Vec<(&'static str, String)>| {
        verdicts.fails(&subject, sentence, &words(more), vec![row(listed)]);
    };
    match (heard, attested) {
        (Some(heard), _) => fails("silent", vec![("heard", minute(heard))]),
        (None, Some(attested)) => fails("attested_long_ago", vec![("day", attested.to_string())]),
        (None, None) => fails("not_attested", Vec::new()),
    }
}

/// A device whose use has ended by its row, and whose agent reports all the same. Not one that another row lets in, or
/// that has become the agency's.
fn still_reports(verdicts: &mut Verdicts<'_>, fleet: &Fleet, listed: &Listed<Takeout>, in_use: &[&Listed<Takeout>]) {
    let agency = verdicts.agency;
    let ended = match (listed.closed_at, listed.row.returned_on) {
        (_, Some(day)) => japan::end_of(day),
        (Some(closed), None) => closed,
        (None, None) => return,
    };
    let what = &listed.row.what;
    let is_let_in = |name: &str| {
        let hosts = rows(&agency.hosts).filter(|listed| listed.is_open());
        in_use.iter().any(|listed| names_host(&listed.row.what, name))
            || hosts.into_iter().any(|listed| listed.row.name.trim().eq_ignore_ascii_case(name))
    };
    let newest = named(fleet, what).filter(|(name, _)| !is_let_in(name)).filter_map(|(_, heard)| heard).max();
    let lately = verdicts.back_to("heard_within");
    let Some(heard) = newest.filter(|heard| *heard > Span::from_days(1).after(ended) && *heard >= lately) else {
        return;
    };
    if matches!(agency.hosts, Read::NotRead(_)) {
        return;
    }
    let words = [
        ("person", listed.row.person.clone()),
        ("device", what.clone()),
        ("day", japan::date_of(ended).to_string()),
        ("heard", minute(heard)),
    ];
    verdicts.fails(&subject(listed), "still_reports", &words, vec![row(listed)]);
}

/// When an agent that the device is named by was last heard of.
fn heard(fleet: &Fleet, what: &str) -> Option<Instant> {
    named(fleet, what).filter_map(|(_, heard)| heard).max()
}

/// The agents that a device is named by, with when each was last heard of.
fn named<'a>(fleet: &'a Fleet, what: &str) -> impl Iterator<Item = (&'a str, Option<Instant>)> {
    let what = what.to_lowercase();
    let all = fleet.heard.iter().map(|(name, heard)| (name.as_str(), *heard));
    all.filter(move |(name, _)| is_word_of(&what, name))
}

/// What a device is called: `見本 まつ / PC-1`.
fn subject(listed: &Listed<Takeout>) -> String {
    format!("{} / {}", listed.row.person.trim(), listed.row.what.trim())
}
