//! Ways into hosts from afar, beside the register of access from afar.

use std::net::IpAddr;

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::remote_access::RemoteAccess;
use tenken_model::finding::Evidence;
use tenken_model::register::AccountRow;
use tenken_model::{Finding, Language, Read};

use super::agency::{Agency, rows, stood};
use super::machine::{Look, Machine};
use super::maintenance::{both, names, sessions, subject};
use super::verdicts::{Doubt, Verdicts, evidence, minute, row};
use crate::registers::belongings::Passage;
use crate::registers::fold;
use crate::registers::typed::Listed;
use crate::store::HostSession;

/// Each tool that lets somebody in from afar, and each sign-in for maintenance, must be one that the register allows.
pub(super) fn registered(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if !verdicts.needs(&agency.passages) {
        return verdicts.finish(Vec::new());
    }
    if machine.remote_access != Look::Absent
        && verdicts.needs_fact(&machine.remote_access, Language::correlate_remote_access)
        && let Some(known) = machine.remote_access.known()
    {
        tools(&mut verdicts, known);
    }
    if verdicts.needs(&agency.accounts) {
        let since = verdicts.back_to("looked_back");
        let found = sessions(agency, machine, since);
        for (session, account) in found.into_iter().filter(|(session, _)| !session.from.trim().is_empty()) {
            signed_in(&mut verdicts, session, account);
        }
    }
    verdicts.finish(Vec::new())
}

/// What lets somebody in.
fn tools(verdicts: &mut Verdicts<'_>, known: &RemoteAccess) {
    let unread = |language: Language| language.correlate_not_read(&language.correlate_remote_access());
    match &known.ssh {
        Read::Measured(Some(server)) => match &server.reachable {
            Read::Measured(true) => {
                let ports: Vec<String> = server.ports.iter().map(i64::to_string).collect();
                tool(verdicts, "SSH", vec![evidence("remote_access.ssh.ports", ports.join(", "))]);
            }
            Read::Measured(false) => {}
            Read::NotRead(reason) => verdicts.doubts(Doubt::new(reason.code, unread)),
        },
        Read::Measured(None) => {}
        Read::NotRead(reason) => verdicts.doubts(Doubt::new(reason.code, unread)),
    }
    match &known.tools {
        Read::Measured(tools) => {
            for found in tools.iter().filter(|it| it.enabled || it.running == Read::Measured(true)) {
                let path = format!("remote_access.tools[{}].found", found.name);
                tool(verdicts, &found.name, vec![evidence(path, &*found.found)]);
            }
        }
        Read::NotRead(reason) => verdicts.doubts(Doubt::new(reason.code, unread)),
    }
}

/// A tool by which the host is reached.
fn tool(verdicts: &mut Verdicts<'_>, name: &str, mut on: Vec<Evidence>) {
    let (agency, host) = (verdicts.agency, verdicts.machine.name.as_str());
    let today = agency.today();
    let meant = rows(&agency.passages).filter(|listed| listed.is_open() && is_of(&listed.row, host));
    let meant = meant.filter(|listed| fold(&listed.row.tool).contains(&fold(name)));
    let mut words = vec![("tool", name.to_owned())];
    // One that holds comes before one that held longest.
    let best = meant.max_by_key(|listed| (holds_on(&listed.row, today), listed.row.ends.unwrap_or(NaiveDate::MAX)));
    let Some(listed) = best else { return verdicts.fails(name, "not_registered", &words, on) };
    if holds_on(&listed.row, today) {
        return;
    }
    on.push(row(listed));
    match listed.row.ends.filter(|ended| *ended < today) {
        Some(ended) => {
            words.push(("day", ended.to_string()));
            verdicts.fails(name, "ended", &words, on);
        }
        None => verdicts.fails(name, "not_approved", &words, on),
    }
}

/// A sign-in from afar with a maintenance account.
fn signed_in(verdicts: &mut Verdicts<'_>, session: &HostSession, account: &Listed<AccountRow>) {
    let (agency, host) = (verdicts.agency, verdicts.machine.name.as_str());
    let day = japan::date_of(session.started);
    let counts = |listed: &&Listed<Passage>| {
        let named = &listed.row.account;
        stood(listed, session.started)
            && is_of(&listed.row, host)
            && holds_on(&listed.row, day)
            && (named.trim().is_empty() || names(named, verdicts.machine.on_host(), &session.account))
    };
    let mut by_name = None;
    for listed in rows(&agency.passages).filter(counts) {
        match lets_in(&listed.row.source, &session.from) {
            Some(true) => return,
            Some(false) => {}
            None => by_name = Some(listed),
        }
    }
    let words = [
        ("account", session.account.clone()),
        ("started", minute(session.started)),
        ("source", session.from.trim().to_owned()),
    ];
    let mut on = both(session, account, None);
    match by_name {
        Some(listed) => {
            on.push(row(listed));
            verdicts.is_unsure(&subject(session), "source_by_name", &words, on);
        }
        None => verdicts.fails(&subject(session), "not_allowed", &words, on),
    }
}

fn is_of(passage: &Passage, host: &str) -> bool {
    passage.host.trim().eq_ignore_ascii_case(host.trim())
}

/// It was approved, and had not ended by that day.
fn holds_on(passage: &Passage, day: NaiveDate) -> bool {
    let is_approved = !passage.approver.trim().is_empty() && passage.approved_on.is_some();
    is_approved && passage.ends.is_none_or(|ended| ended >= day)
}

/// Whether a source of the register is where a session came from. Absent where that is known by a name alone.
fn lets_in(source: &str, from: &str) -> Option<bool> {
    let (source, from) = (source.trim(), from.trim());
    if source.is_empty() || source.eq_ignore_ascii_case(from) {
        return Some(true);
    }
    let from: IpAddr = from.parse().ok()?;
    let (base, bits) = match source.split_once('/') {
        Some((base, bits)) => (base.parse().ok()?, bits.parse().ok()?),
        None => (source.parse().ok()?, u32::MAX),
    };
    Some(is_within(from, base, bits))
}

/// An address is of a network, or is that address.
fn is_within(address: IpAddr, base: IpAddr, bits: u32) -> bool {
    let (left, right, width): (u128, u128, u32) = match (address.to_canonical(), base.to_canonical()) {
        (IpAddr::V4(left), IpAddr::V4(right)) => (left.to_bits().into(), right.to_bits().into(), 32),
        (IpAddr::V6(left), IpAddr::V6(right)) => (left.to_bits(), right.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let away = width.saturating_sub(bits);
    left.checked_shr(away).unwrap_or(0) == right.checked_shr(away).unwrap_or(0)
}
