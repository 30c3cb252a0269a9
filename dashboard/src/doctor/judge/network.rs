//! Names, certificates, the clock.

use std::net::IpAddr;

use tenken_model::{Instant, Language};

use super::super::{Answer, Check};

/// From so many seconds on the clock is wrong.
const WRONG_MILLIS: i64 = 5_000;
/// Below so many days an authority's end is near: a new one means to enrol every host again.
const AUTHORITY_DAYS: i64 = 180;
/// Below so many days the dashboard is to be started again.
const SERVER_DAYS: i64 = 30;
/// Milliseconds of a day.
const DAY_MILLIS: i64 = 86_400_000;

/// A name with its addresses or why it has none.
pub type NameSeen = (String, Result<Vec<IpAddr>, String>);

/// Judges the names.
pub fn names(seen: &[NameSeen]) -> Vec<Answer> {
    let check = Check::Names;
    if seen.is_empty() {
        return vec![Answer::problem(check, Language::doctor_names_none, Language::doctor_names_none_act)];
    }
    let unresolved = seen.iter().filter_map(|(name, addresses)| {
        let problem = addresses.as_ref().err()?;
        Some(Answer::problem(check, |t| t.doctor_name_unresolved(name, problem), Language::doctor_name_unresolved_act))
    });
    let mut answers: Vec<Answer> = unresolved.collect();
    if answers.is_empty() {
        let one = |(name, addresses): &NameSeen| {
            let addresses: Vec<String> = addresses.iter().flatten().map(ToString::to_string).collect();
            if addresses.as_slice() == [name.clone()] {
                name.clone()
            } else {
                format!("{name} = {}", addresses.join(" "))
            }
        };
        let list = seen.iter().map(one).collect::<Vec<_>>().join(", ");
        answers.push(Answer::ok(check, |t| t.doctor_names_good(&list)));
    }
    answers
}

/// What was seen of certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatesSeen {
    /// The end of the authority's.
    pub authority: Result<Instant, String>,
    /// The end of the one that the running dashboard shows by its first name; absent while it does not run.
    pub server: Option<Result<Instant, String>>,
}

/// Judges certificates.
pub fn certificates(seen: &CertificatesSeen, now: Instant) -> Vec<Answer> {
    let check = Check::Certificates;
    let left = |until: Instant| (until - now).num_milliseconds().div_euclid(DAY_MILLIS);
    let mut answers = Vec::new();
    let mut days = [None; 2];
    match &seen.authority {
        Err(problem) => answers.push(Answer::not_checked(check, |t| t.doctor_certificate_unread(problem))),
        Ok(until) if left(*until) < AUTHORITY_DAYS => {
            answers.push(ends(
                left(*until),
                Language::doctor_the_authority,
                Language::doctor_certificate_authority_act,
            ));
        }
        Ok(until) => days[0] = Some(left(*until)),
    }
    match seen.authority.as_ref().ok().and(Some(&seen.server)) {
        // Nothing is trusted without the authority's.
        None => {}
        Some(None) => answers.push(Answer::not_checked(check, Language::doctor_certificate_not_shown)),
        Some(Some(Err(problem))) => answers.push(Answer::problem(
            check,
            |t| t.doctor_certificate_refused(problem),
            Language::doctor_certificate_server_act,
        )),
        Some(Some(Ok(until))) if left(*until) < SERVER_DAYS => {
            answers.push(ends(left(*until), Language::doctor_the_listeners, Language::doctor_certificate_server_act));
        }
        Some(Some(Ok(until))) => days[1] = Some(left(*until)),
    }
    if let [Some(authority), Some(server)] = days {
        answers.push(Answer::ok(check, |t| t.doctor_certificates_good(authority, server)));
    }
    answers
}

fn ends(left: i64, which: impl Fn(Language) -> String, act: impl Fn(Language) -> String) -> Answer {
    let says = |t: Language| {
        if left < 0 { t.doctor_certificate_ended(&which(t)) } else { t.doctor_certificate_ends(&which(t), left) }
    };
    Answer::problem(Check::Certificates, says, act)
}

/// Judges the clock by how far it is off each time server, in milliseconds; the first that answered counts.
pub fn clock(seen: &[(String, Result<i64, String>)]) -> Answer {
    let check = Check::Clock;
    let answered = seen.iter().find_map(|(server, offset)| Some((server, offset.as_ref().ok()?)));
    let Some((server, offset)) = answered else {
        let problems: Vec<String> =
            seen.iter().filter_map(|(server, offset)| Some(format!("{server}: {}", offset.as_ref().err()?))).collect();
        return Answer::not_checked(check, |t| t.doctor_clock_not_checked(&problems.join("; ")));
    };
    let sign = if *offset < 0 { "-" } else { "+" };
    let seconds = format!("{sign}{}.{:03}", offset.unsigned_abs() / 1_000, offset.unsigned_abs() % 1_000);
    if offset.unsigned_abs() >= WRONG_MILLIS.unsigned_abs() {
        return Answer::problem(check, |t| t.doctor_clock_wrong(server, &seconds), Language::doctor_clock_wrong_act);
    }
    Answer::ok(check, |t| t.doctor_clock_good(server, &seconds))
}
