//! The way to the dashboard.

use std::net::SocketAddr;

use tenken_model::{Language, Span};

use super::local::identity;
use super::{ok, problem, time, unchecked};
use crate::doctor::answer::{Answer, Body};
use crate::doctor::seen::{Fault, Seen, Session, Unconnected, Way};
use crate::doctor::{Check, Found};

/// Clocks that agree by this are not what keeps an agent from its dashboard. How well they have to agree is for the rules to say.
const CLOCK_OFF_MAX: Span = Span::from_secs(60);

pub(super) fn judge(seen: &Seen) -> Vec<Found> {
    let Some(way) = &seen.way else {
        let checks = [Check::Name, Check::Connection, Check::Tls, Check::Answer, Check::Clock, Check::Version];
        let without = |check| identity(seen, check).err().unwrap_or_else(|| rests_on(check, Check::Enrolled));
        return std::iter::once(proxy(seen, "")).chain(checks.into_iter().map(without)).collect();
    };
    let session = way.session.as_ref();
    vec![
        proxy(seen, &way.name),
        name(way),
        connection(way),
        tls(session),
        answer(session),
        clock(session),
        version(session),
    ]
}

fn rests_on(check: Check, on: Check) -> Found {
    unchecked(check, |language| language.doctor_rests_on(&on.title(language)))
}

fn proxy(seen: &Seen, host: &str) -> Found {
    let named = |excepted: bool| {
        let mut names: Vec<&str> = seen
            .proxies
            .iter()
            .filter(|proxy| proxy.is_excepted == excepted)
            .map(|proxy| proxy.variable.as_str())
            .collect();
        names.dedup();
        names.join(", ")
    };
    let (in_the_way, excepted) = (named(false), named(true));
    if !in_the_way.is_empty() {
        return problem(Check::Proxy, |language| language.doctor_proxy_in_the_way(&in_the_way, host));
    }
    if excepted.is_empty() {
        return ok(Check::Proxy, Language::doctor_no_proxy);
    }
    ok(Check::Proxy, |language| language.doctor_proxy_excepted(&excepted))
}

fn name(way: &Way) -> Found {
    let check = Check::Name;
    match &way.addresses {
        Ok(addresses) if !addresses.is_empty() => {
            let addresses: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
            ok(check, |language| language.doctor_name(&way.name, &addresses.join(", ")))
        }
        Ok(_) => problem(check, |language| language.doctor_name_unknown(&way.name, "-")),
        Err(error) => problem(check, |language| language.doctor_name_unknown(&way.name, &error.why)),
    }
}

fn connection(way: &Way) -> Found {
    let check = Check::Connection;
    let connected = way.connections.iter().find(|(_, done)| done.is_ok());
    if let Some((address, _)) = connected {
        return ok(check, |language| language.doctor_connected(&address.to_string()));
    }
    match way.connections.first() {
        Some((address, Err(why))) => problem(check, |language| unconnected(language, *address, why)),
        Some((_, Ok(()))) | None => rests_on(check, Check::Name),
    }
}

fn unconnected(language: Language, address: SocketAddr, why: &Unconnected) -> String {
    let address = address.to_string();
    match why {
        Unconnected::Refused => language.doctor_refused(&address),
        Unconnected::TimedOut => language.doctor_timed_out(&address),
        Unconnected::NoRoute => language.doctor_no_route(&address),
        Unconnected::Other(why) => language.doctor_not_connected(&address, why),
    }
}

fn tls(session: Option<&Session>) -> Found {
    let check = Check::Tls;
    let Some(session) = session else { return rests_on(check, Check::Connection) };
    let Some(fault) = &session.fault else { return ok(check, Language::doctor_tls) };
    let clock_is_wrong = off(session).is_some_and(|off| off.abs() > CLOCK_OFF_MAX);
    problem(check, |language| match fault {
        Fault::Ended(_) | Fault::Later(_) if clock_is_wrong => language.doctor_tls_clock(),
        Fault::Ended(until) => language.doctor_tls_ended(&time(*until)),
        Fault::Later(from) => language.doctor_tls_later(&time(*from)),
        Fault::OtherAuthority => language.doctor_tls_other_authority(),
        Fault::WrongName(name) => language.doctor_tls_wrong_name(name),
        Fault::Refused(why) => language.doctor_tls_refused(why),
        Fault::Other(why) => language.doctor_tls_failed(why),
    })
}

/// What the dashboard said, or what a check that needs it says without it.
fn answered(session: Option<&Session>, check: Check) -> Result<&Answer, Found> {
    match session.map(|session| &session.answer) {
        None => Err(rests_on(check, Check::Connection)),
        Some(None) => Err(rests_on(check, Check::Tls)),
        Some(Some(Err(why))) if check == Check::Answer => {
            Err(problem(check, |language| language.doctor_answer_broken(why)))
        }
        Some(Some(Err(_))) => Err(rests_on(check, Check::Answer)),
        Some(Some(Ok(answer))) => Ok(answer),
    }
}

fn answer(session: Option<&Session>) -> Found {
    let check = Check::Answer;
    let answer = match answered(session, check) {
        Ok(answer) => answer,
        Err(found) => return found,
    };
    let refusal = match &answer.body {
        Body::Policy(_) => return ok(check, Language::doctor_answered),
        Body::Foreign => return problem(check, |language| language.doctor_answer_foreign(answer.status)),
        Body::Refusal(refusal) => refusal,
    };
    match refusal.code.as_str() {
        "revoked" => problem(check, Language::doctor_answer_revoked),
        "wrong_host" => problem(check, Language::doctor_answer_unknown),
        "replaced_certificate" => problem(check, Language::doctor_answer_replaced),
        "expired_certificate" => problem(check, Language::doctor_answer_expired),
        "too_often" => unchecked(check, Language::doctor_answer_too_often),
        code => problem(check, |language| language.doctor_answer_refused(code, &refusal.message)),
    }
}

/// How far this host's clock is ahead of the dashboard's, whose answers name whole seconds.
fn off(session: &Session) -> Option<Span> {
    let at = session.answer.as_ref()?.as_ref().ok()?.at?;
    Some(Span::between(at, session.answered_at))
}

fn clock(session: Option<&Session>) -> Found {
    let check = Check::Clock;
    if let Err(found) = answered(session, check) {
        return found;
    }
    let Some(off) = session.and_then(off) else { return unchecked(check, Language::doctor_not_said) };
    let seconds = off.millis() / 1_000;
    if off > CLOCK_OFF_MAX {
        problem(check, |language| language.doctor_clock_ahead(seconds))
    } else if off.abs() > CLOCK_OFF_MAX {
        problem(check, |language| language.doctor_clock_behind(-seconds))
    } else {
        ok(check, |language| language.doctor_clock_differs(seconds.abs()))
    }
}

fn version(session: Option<&Session>) -> Found {
    let check = Check::Version;
    let answer = match answered(session, check) {
        Ok(answer) => answer,
        Err(found) => return found,
    };
    let own = env!("CARGO_PKG_VERSION");
    let Some(dashboard) = &answer.version else { return unchecked(check, Language::doctor_not_said) };
    match (numbers(own), numbers(dashboard)) {
        (Some(agent), Some(other)) if agent < other => {
            problem(check, |language| language.doctor_version_older(own, dashboard))
        }
        (Some(_), Some(_)) => ok(check, |language| language.doctor_version(own, dashboard)),
        (_, None) | (None, _) => unchecked(check, |language| language.doctor_failed(dashboard)),
    }
}

/// The numbers of a version; what follows them (`-rc.1`) does not count.
pub(super) fn numbers(version: &str) -> Option<[u64; 3]> {
    let plain = version.split(['-', '+']).next()?;
    let mut parts = plain.split('.').map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}
