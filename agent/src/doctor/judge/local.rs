//! What is on the host itself.

use tenken_model::{Instant, Size, Span};

use super::{not_looked, ok, problem, time, unchecked};
use crate::doctor::answer::Body;
use crate::doctor::seen::{Enrolled, Folder, Policy, Running, Seen};
use crate::doctor::{Check, Found};
use crate::host::ReadErrorKind;
use crate::machine::Standing;
use crate::spool::Seen as Spool;

/// With less, a full spool and a policy no longer fit.
const FREE_MIN: Size = Size::from_bytes(64 << 20);
/// Changes are sent within seconds; what waits for longer waits for something.
const WAITS_MAX: Span = Span::from_secs(10 * 60);
/// A renewal is tried again every few minutes.
const RENEWED_WITHIN: Span = Span::from_days(1);

pub(super) fn judge(seen: &Seen) -> Vec<Found> {
    let mut found = vec![
        enrolled(seen),
        left_token(seen),
        folder(seen),
        space(seen),
        machine(seen),
        service(seen),
        one_agent(seen),
        rights(seen),
    ];
    found.extend(packet_filter(seen));
    found.extend([spool(seen), policy(seen), certificate(seen)]);
    found
}

/// The identity, or what a check that needs one says without it.
pub(super) fn identity(seen: &Seen, check: Check) -> Result<&Enrolled, Found> {
    match &seen.identity {
        Ok(Some(enrolled)) => Ok(enrolled),
        Ok(None) => Err(unchecked(check, tenken_model::Language::doctor_needs_identity)),
        Err(error) => Err(not_looked(check, error)),
    }
}

fn enrolled(seen: &Seen) -> Found {
    let check = Check::Enrolled;
    match &seen.identity {
        Ok(Some(enrolled)) => ok(check, |language| language.doctor_enrolled(&enrolled.host, &enrolled.report_url)),
        Ok(None) => problem(check, tenken_model::Language::doctor_not_enrolled),
        Err(error) if error.kind == ReadErrorKind::WrongKind => {
            problem(check, |language| language.doctor_identity_damaged(&error.to_string()))
        }
        Err(error) => not_looked(check, error),
    }
}

fn left_token(seen: &Seen) -> Found {
    let check = Check::LeftToken;
    let (place, waits) = &seen.left_token;
    match (waits, &seen.identity) {
        (Ok(false), _) => ok(check, tenken_model::Language::doctor_no_left_token),
        (Ok(true), Ok(Some(_))) => problem(check, |language| language.doctor_left_token_useless(place)),
        (Ok(true), Ok(None) | Err(_)) => problem(check, |language| language.doctor_left_token_waits(place)),
        (Err(error), _) if error.kind == ReadErrorKind::NotPermitted => not_looked(check, error),
        (Err(error), _) => problem(check, |language| language.doctor_left_token_unusable(&error.to_string())),
    }
}

fn folder(seen: &Seen) -> Found {
    let check = Check::Folder;
    let looked = match &seen.folder {
        Ok(Some(folder)) => folder,
        Ok(None) => return problem(check, |language| language.doctor_no_folder(&seen.state_dir)),
        Err(error) => return not_looked(check, error),
    };
    let Folder { files, foreign } = looked;
    if let Some(why) = foreign {
        return problem(check, |language| language.doctor_folder_foreign(why));
    }
    if let Some(open) = files.iter().find(|file| file.mode & 0o077 != 0) {
        let mode = format!("{:04o}", open.mode & 0o7777);
        return problem(check, |language| language.doctor_open_to_others(&open.path, &mode));
    }
    // Who runs the agent, or else whose the folder is.
    let running = own_agents(seen).find_map(|agent| agent.uid);
    let expected = running.or(files.first().map(|folder| folder.uid));
    if let Some((expected, file)) =
        expected.and_then(|uid| Some((uid, files.iter().find(|file| uid != 0 && file.uid != uid)?)))
    {
        return problem(check, |language| language.doctor_other_owner(&file.path, file.uid, expected));
    }
    let count = files.len().saturating_sub(1);
    ok(check, |language| language.doctor_folder_private(&seen.state_dir, count))
}

fn space(seen: &Seen) -> Found {
    let check = Check::Space;
    match &seen.room {
        Ok(room) if room.is_read_only => problem(check, |language| language.doctor_read_only(&seen.state_dir)),
        Ok(room) if room.free < FREE_MIN => {
            problem(check, |language| language.doctor_space_short(&seen.state_dir, &room.free.to_string()))
        }
        Ok(room) => ok(check, |language| language.doctor_space_enough(&room.free.to_string())),
        Err(error) => not_looked(check, error),
    }
}

fn machine(seen: &Seen) -> Found {
    let check = Check::Machine;
    match &seen.machine {
        Ok(Standing::Same) => ok(check, tenken_model::Language::doctor_same_machine),
        Ok(Standing::Another) => problem(check, |language| language.doctor_another_machine(&seen.state_dir)),
        Ok(Standing::Unmarked | Standing::NoId) => unchecked(check, tenken_model::Language::doctor_machine_unmarked),
        Err(error) => not_looked(check, error),
    }
}

/// Agents that use the folder, or may.
fn own_agents(seen: &Seen) -> impl Iterator<Item = &Running> {
    seen.agents.iter().flatten().filter(|agent| agent.is_of_folder != Some(false))
}

fn service(seen: &Seen) -> Found {
    let check = Check::Service;
    let pid = own_agents(seen).next().map(|agent| agent.pid.to_string());
    match (pid, &seen.lock, &seen.agents) {
        (Some(pid), _, _) => ok(check, |language| language.doctor_running(&pid)),
        (None, Ok(true), _) => ok(check, tenken_model::Language::doctor_running_somewhere),
        (None, Ok(false), Ok(_)) => problem(check, tenken_model::Language::doctor_not_running),
        (None, Err(error), _) | (None, Ok(false), Err(error)) => not_looked(check, error),
    }
}

fn one_agent(seen: &Seen) -> Found {
    let check = Check::OneAgent;
    if let Err(error) = &seen.agents {
        return not_looked(check, error);
    }
    let pids: Vec<String> = own_agents(seen).map(|agent| agent.pid.to_string()).collect();
    match pids.as_slice() {
        [] | [_] => ok(check, tenken_model::Language::doctor_one_agent),
        several => problem(check, |language| language.doctor_several_agents(&several.join(", "))),
    }
}

fn rights(seen: &Seen) -> Found {
    let check = Check::Rights;
    let agent = match &seen.agents {
        Ok(_) => own_agents(seen).next(),
        Err(error) => return not_looked(check, error),
    };
    let Some(agent) = agent else {
        let service = Check::Service;
        return unchecked(check, |language| language.doctor_rests_on(&service.title(language)));
    };
    match agent.reads_everything {
        Some(true) => ok(check, tenken_model::Language::doctor_rights_enough),
        Some(false) if seen.guarded.is_empty() => ok(check, tenken_model::Language::doctor_rights_enough),
        Some(false) => {
            let names: Vec<&str> = seen.guarded.iter().map(|topic| topic.name()).collect();
            problem(check, |language| language.doctor_rights_missing(&names.join(", ")))
        }
        None => unchecked(check, |language| language.doctor_not_permitted(&format!("process {}", agent.pid))),
    }
}

/// By the agent's own right if it has it, else by the helper.
fn packet_filter(seen: &Seen) -> Option<Found> {
    let check = Check::PacketFilter;
    let helper = seen.filter_helper.as_ref()?;
    if own_agents(seen).next().and_then(|agent| agent.reads_filter) == Some(true) {
        return Some(ok(check, tenken_model::Language::doctor_filter_own_right));
    }
    Some(match helper {
        Ok(()) => ok(check, tenken_model::Language::doctor_filter_helper),
        Err(error) if error.kind == ReadErrorKind::NotThere => {
            problem(check, tenken_model::Language::doctor_filter_no_helper)
        }
        Err(error) if error.kind == ReadErrorKind::NotPermitted => not_looked(check, error),
        Err(error) => problem(check, |language| language.doctor_filter_helper_fails(&error.to_string())),
    })
}

fn spool(seen: &Seen) -> Found {
    let check = Check::Spool;
    match &seen.spool {
        Ok(Spool::Fresh) => ok(check, tenken_model::Language::doctor_spool_fresh),
        Ok(Spool::Damaged(why)) => problem(check, |language| language.doctor_spool_damaged(why)),
        Ok(Spool::Whole { waiting: 0, .. }) => ok(check, tenken_model::Language::doctor_spool_empty),
        Ok(Spool::Whole { waiting, size, oldest }) => match oldest {
            Some(since) if Span::between(*since, seen.now) > WAITS_MAX => {
                problem(check, |language| language.doctor_spool_old(*waiting, &time(*since)))
            }
            _ => ok(check, |language| language.doctor_spool_waits(*waiting, &size.to_string())),
        },
        Err(error) => not_looked(check, error),
    }
}

/// The version that the dashboard offers, if it answered with one.
fn offered(seen: &Seen) -> Option<u64> {
    let session = seen.way.as_ref()?.session.as_ref()?;
    match &session.answer.as_ref()?.as_ref().ok()?.body {
        Body::Policy(signed) => crate::policy::version_of(signed),
        Body::Refusal(_) | Body::Foreign => None,
    }
}

fn policy(seen: &Seen) -> Found {
    let check = Check::Policy;
    if let Err(found) = identity(seen, check) {
        return found;
    }
    let (version, received_at) = match &seen.policy {
        Ok(Some(Policy { version: Ok(version), received_at })) => (*version, Some(*received_at)),
        Ok(Some(Policy { version: Err(why), .. })) => {
            return problem(check, |language| language.doctor_policy_refused(why));
        }
        Ok(None) => (0, None),
        Err(error) => return not_looked(check, error),
    };
    match (received_at, offered(seen)) {
        (_, Some(offered)) if offered > version => {
            problem(check, |language| language.doctor_policy_behind(version, offered))
        }
        (Some(at), _) => ok(check, |language| language.doctor_policy(version, &time(at))),
        (None, _) => unchecked(check, tenken_model::Language::doctor_policy_none),
    }
}

fn certificate(seen: &Seen) -> Found {
    let check = Check::Certificate;
    let validity = match identity(seen, check) {
        Ok(enrolled) => enrolled.validity,
        Err(found) => return found,
    };
    let (until, due) = (time(validity.until), validity.renew_at());
    let late = |at: Instant| RENEWED_WITHIN.after(at);
    if seen.now < validity.from {
        problem(check, |language| language.doctor_certificate_later(&time(validity.from)))
    } else if seen.now >= validity.until {
        problem(check, |language| language.doctor_own_certificate_ended(&until))
    } else if seen.now >= late(due) {
        problem(check, |language| language.doctor_certificate_overdue(&time(due), &until))
    } else {
        ok(check, |language| language.doctor_certificate(&until, &time(due)))
    }
}
