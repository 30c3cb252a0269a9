//! Which sessions a host told are kept: those of maintenance and emergency accounts. They stay when its records end, or
//! are made to end.

use std::collections::BTreeSet;

use tenken_model::observation::Outcome;
use tenken_model::register::AccountKind;
use tenken_model::{Facts, Instant, NameCase, Observation, Read, Reason, Span, Topic};

use super::agency::Agency;
use super::machine::{Fleet, Look, Machine, Records};
use super::{claims, rotated};
use crate::ingest;
use crate::registers::OnHost;
use crate::store::{HOST_SESSIONS_MAX, Host, HostSession, StoreError, Transaction};

/// Two records of one sign-in may differ by so much.
const SAME_WITHIN: Span = Span::from_secs(60);

/// Reads what is known of a host, and keeps the sessions that its facts show for the first time, or the end of.
pub(super) async fn take_in(
    transaction: &mut Transaction,
    agency: &Agency,
    host: &Host,
) -> Result<Machine, StoreError> {
    let facts = transaction.facts_of(&host.id, ingest::outdated_before(agency.now)).await?;
    let mut sessions = transaction.host_sessions(&host.id).await?;
    let room = usize::try_from(HOST_SESSIONS_MAX).unwrap_or(usize::MAX).saturating_sub(sessions.len());
    let fresh = fresh(agency, host.on_host(), &facts, &sessions);
    let (ended, new): (Vec<_>, Vec<_>) =
        fresh.into_iter().partition(|session| sessions.iter().any(|known| is_same(known, session)));
    let is_cut = new.len() > room || is_ahead(&facts);
    // What ended needs no more room than it had.
    for session in ended.into_iter().chain(new.into_iter().take(room)) {
        transaction.keep_host_session(&host.id, &session).await?;
        sessions.retain(|known| !is_same(known, &session));
        sessions.push(session);
    }
    for sign_in in told_since(host.on_host().accounts, &facts, &sessions) {
        transaction.forget_host_session(&host.id, &sign_in).await?;
        sessions.retain(|known| !is_same(known, &sign_in));
    }
    sessions.sort_by(|left, right| right.started.cmp(&left.started).then_with(|| left.account.cmp(&right.account)));
    let mut machine = machine(host, &facts, sessions, is_cut);
    machine.gaps = transaction.record_gaps(&host.id).await?;
    machine.media_seen = rotated::take_in(transaction, agency, host, &machine.media).await?;
    if transaction.is_eldest_host(host).await? {
        let hosts = transaction.hosts_in_brief().await?.into_iter();
        let heard = hosts.map(|host| (host.name.to_lowercase(), host.last_seen)).collect();
        machine.fleet = Some(Fleet { heard, claims: claims::read(transaction, agency.now).await? });
    }
    Ok(machine)
}

/// Some session began later than it was read: the clock of then was wrong, and when it was is not known.
fn is_ahead(facts: &Facts) -> bool {
    facts.sessions.as_deref().is_some_and(|Observation { read_at, outcome, .. }| match outcome {
        Outcome::Known(sessions) => sessions.entries.iter().any(|session| session.started > *read_at),
        Outcome::Absent(_) | Outcome::Failed(_) => false,
    })
}

/// What is known of a host.
pub(super) fn machine(host: &Host, facts: &Facts, sessions: Vec<HostSession>, is_cut: bool) -> Machine {
    let mut records = records(facts);
    if let (Look::Known(records, _), true) = (&mut records, is_cut) {
        records.complete = Read::Measured(false);
    }
    Machine {
        id: host.id.clone(),
        name: host.name.clone(),
        names: host.on_host().accounts,
        enrolled_at: host.enrolled_at,
        heard: host.last_seen,
        accounts: Look::of(Topic::Accounts, facts.accounts.as_deref()),
        events: Look::of(Topic::AccountEvents, facts.account_events.as_deref()),
        neighbours: Look::of(Topic::Neighbours, facts.neighbours.as_deref()),
        media: Look::of(Topic::RemovableMedia, facts.removable_media.as_deref()),
        remote_access: Look::of(Topic::RemoteAccess, facts.remote_access.as_deref()),
        records,
        sessions,
        gaps: Vec::new(),
        media_seen: Vec::new(),
        failing: BTreeSet::new(),
        fleet: None,
    }
}

/// How far the records of sign-ins go.
fn records(facts: &Facts) -> Look<Records> {
    let Some(Observation { read_at, outcome, .. }) = facts.sessions.as_deref() else {
        return Look::missing(Topic::Sessions);
    };
    match outcome {
        Outcome::Known(sessions) => {
            let complete = match (&sessions.complete, sessions.left_out) {
                (Read::Measured(true), 1..) => Read::Measured(false),
                (complete, _) => complete.clone(),
            };
            Look::Known(Records { since: sessions.since.clone(), complete }, *read_at)
        }
        Outcome::Absent(how) => Look::Failed(Reason::new(tenken_model::ReasonCode::Missing, how.clone())),
        Outcome::Failed(reason) => Look::Failed(reason.clone()),
    }
}

/// The sessions that are to be kept and are not yet, or not with their end.
pub(super) fn fresh(agency: &Agency, host: OnHost<'_>, facts: &Facts, known: &[HostSession]) -> Vec<HostSession> {
    let is_asked = |account: &str, at: Instant| {
        let row = agency.account(host, account, at);
        row.is_some_and(|row| matches!(row.row.kind, AccountKind::Maintenance | AccountKind::Emergency))
    };
    let latest = facts.sessions.as_deref().map_or(Instant::UNIX_EPOCH, |observation| observation.read_at);
    let told = match facts.sessions.as_deref().map(|observation| &observation.outcome) {
        Some(Outcome::Known(sessions)) => sessions.entries.as_slice(),
        Some(Outcome::Absent(_) | Outcome::Failed(_)) | None => &[],
    };
    let asked = told.iter().filter(|session| session.started <= latest && is_asked(&session.account, session.started));
    let mut found: Vec<HostSession> = asked.map(HostSession::of).filter(|session| !known.contains(session)).collect();
    // What is known as going on and is told no more ended, nobody knows when.
    if matches!(facts.sessions.as_deref().map(|observation| &observation.outcome), Some(Outcome::Known(_))) {
        let ended = known.iter().filter(|session| session.goes_on);
        let ended = ended.filter(|session| !told.iter().any(|told| is_same(&HostSession::of(told), session)));
        found.extend(ended.map(|session| HostSession { goes_on: false, ..session.clone() }));
    }
    let Some(Outcome::Known(accounts)) = facts.accounts.as_deref().map(|observation| &observation.outcome) else {
        return found;
    };
    // A sign-in that left no session on record all the same moved the account's last one.
    for account in &accounts.entries {
        let Read::Measured(Some(started)) = &account.last_sign_in else { continue };
        let is_told = |session: &HostSession| {
            host.accounts.is_same(&session.account, &account.name)
                && Span::between(session.started, *started).abs() <= SAME_WITHIN
        };
        if is_asked(&account.name, *started) && !found.iter().chain(known).any(is_told) {
            found.push(HostSession {
                account: account.name.clone(),
                terminal: String::new(),
                from: String::new(),
                started: *started,
                ended: None,
                goes_on: false,
            });
        }
    }
    found
}

/// What was known as an account's last sign-in alone, and whose session was told since: one sign-in is kept once.
fn told_since(case: NameCase, facts: &Facts, sessions: &[HostSession]) -> Vec<HostSession> {
    let told: Vec<HostSession> = match facts.sessions.as_deref().map(|observation| &observation.outcome) {
        Some(Outcome::Known(sessions)) => sessions.entries.iter().map(HostSession::of).collect(),
        Some(Outcome::Absent(_) | Outcome::Failed(_)) | None => Vec::new(),
    };
    let is_alone = |session: &&HostSession| {
        session.terminal.is_empty() && session.from.is_empty() && session.ended.is_none() && !session.goes_on
    };
    let is_of = |sign_in: &HostSession, session: &HostSession| {
        case.is_same(&session.account, &sign_in.account)
            && Span::between(session.started, sign_in.started).abs() <= SAME_WITHIN
            && !is_same(session, sign_in)
    };
    let alone = sessions.iter().filter(is_alone).filter(|sign_in| !told.iter().any(|it| is_same(it, sign_in)));
    alone.filter(|sign_in| told.iter().any(|session| is_of(sign_in, session))).cloned().collect()
}

fn is_same(left: &HostSession, right: &HostSession) -> bool {
    (left.account.as_str(), left.started, left.terminal.as_str())
        == (right.account.as_str(), right.started, right.terminal.as_str())
}
