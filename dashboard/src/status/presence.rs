//! Whether a host reports, and how long it may not. Pure.
//!
//! A PC that is switched off over the New Year is no news; a server that does not answer for half an hour is.

use tenken_calendar::{WorkingCalendar, japan};
use tenken_model::fact::system::SystemKind;
use tenken_model::{Instant, Span};

use crate::store::{Host, HostInBrief};

/// A host is reporting while it was heard of within this time. Agents without news report each minute.
pub const PRESENT_WITHIN: Span = Span::from_secs(5 * 60);
/// How long a server may not be heard of, day and night. So may a host that has not yet said what it is.
const SERVER_AWAY: Span = Span::from_secs(30 * 60);
/// For how many business days a PC may not be heard of: two weeks of work. The agency's days off do not count.
const PC_AWAY_DAYS: i32 = 10;

/// Whether a host reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It does.
    Reporting,
    /// It was last heard of then, which is not too long ago: it may be switched off. What was found last counts.
    Away(Instant),
    /// It was last heard of then, and should have been since: nobody knows how it is.
    Silent(Instant),
}

impl Presence {
    /// That of a host. One that was just enrolled has as long for its first report.
    pub fn of(host: &Host, calendar: &WorkingCalendar, now: Instant) -> Self {
        Self::of_brief(&host.in_brief(), calendar, now)
    }

    /// The same of what is known of a host in brief.
    pub fn of_brief(host: &HostInBrief, calendar: &WorkingCalendar, now: Instant) -> Self {
        let heard = host.last_seen.unwrap_or(host.enrolled_at);
        if Span::between(heard, now) < PRESENT_WITHIN && host.last_seen.is_some() {
            return Self::Reporting;
        }
        let kind = host.kind.unwrap_or(SystemKind::Server);
        if now < longest(kind, calendar, heard) { Self::Away(heard) } else { Self::Silent(heard) }
    }

    /// Since when it is silent.
    pub const fn silent_since(self) -> Option<Instant> {
        match self {
            Self::Silent(since) => Some(since),
            Self::Reporting | Self::Away(_) => None,
        }
    }
}

/// Until when a host that was heard of then may stay away. In years whose holidays are not known every day counts.
fn longest(kind: SystemKind, calendar: &WorkingCalendar, heard: Instant) -> Instant {
    match kind {
        SystemKind::Server => SERVER_AWAY.after(heard),
        SystemKind::Pc => {
            let last = calendar.add_business_days(japan::date_of(heard), PC_AWAY_DAYS);
            let close = last.and_then(|last| calendar.end_of_business_day(last));
            close.unwrap_or_else(|| Span::from_days(i64::from(PC_AWAY_DAYS)).after(heard))
        }
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::digest::Digest;
    use tenken_model::fact::system::{System, SystemFamily};
    use tenken_model::report::Heartbeat;
    use tenken_model::{HostId, Read, ReasonCode};

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn system(kind: SystemKind) -> System {
        System {
            family: SystemFamily::Linux,
            kind,
            os: "debian".into(),
            os_version: "13".into(),
            kernel: "6.12".into(),
            host_name: "pc".into(),
            container: false,
            booted_at: Read::not_read(ReasonCode::Failed, "x"),
        }
    }

    fn host(kind: Option<SystemKind>, enrolled: &str, seen: Option<&str>) -> Host {
        let heartbeat = Heartbeat {
            sent_at: at(enrolled),
            agent_version: "0.1.0".into(),
            uptime: Span::ZERO,
            awake: Span::ZERO,
            state_digest: Digest::of(b""),
            state_seq: 0,
            policy_version: 0,
            policy_refused: None,
            folded: 0,
            system: kind.map_or_else(|| Read::not_read(ReasonCode::Failed, "x"), |kind| Read::Measured(system(kind))),
            costs: Vec::new(),
            facts: std::collections::BTreeMap::new(),
        };
        Host {
            id: HostId::new("h-1").unwrap(),
            name: "PC".into(),
            enrolled_at: at(enrolled),
            revoked_at: None,
            certificate: Digest::of(b"c"),
            certificate_until: at(enrolled),
            certificate_before: None,
            epoch: 1,
            acknowledged: 0,
            state_digest: Digest::of(b""),
            last_seen: seen.map(at),
            awake: Span::ZERO,
            heartbeat: seen.map(|_| heartbeat),
            refused: None,
            policy_held: None,
        }
    }

    #[test]
    fn a_pc_may_be_off_over_the_new_year_and_a_server_may_not() {
        // Monday 2026-12-28 17:00 in Japan; the agency is closed until January 3rd.
        let seen = "2026-12-28T08:00:00Z";
        let of = |kind, now: &str| {
            Presence::of(&host(kind, "2026-01-01T00:00:00Z", Some(seen)), &WorkingCalendar::default(), at(now))
        };
        let (away, silent) = (Presence::Away(at(seen)), Presence::Silent(at(seen)));
        for (kind, now, presence) in [
            (Some(SystemKind::Pc), "2026-12-28T08:04:59Z", Presence::Reporting),
            (Some(SystemKind::Pc), "2026-12-28T08:05:00Z", away),
            (Some(SystemKind::Pc), "2027-01-15T08:59:59Z", away),
            // Ten business days: January 4th to 8th, then, after 成人の日 on the 11th, to the 18th.
            (Some(SystemKind::Pc), "2027-01-18T08:59:59Z", away),
            (Some(SystemKind::Pc), "2027-01-18T09:00:00Z", silent),
            (Some(SystemKind::Server), "2026-12-28T08:29:59Z", away),
            (Some(SystemKind::Server), "2026-12-28T08:30:00Z", silent),
            (None, "2026-12-28T08:30:00Z", silent),
        ] {
            assert_eq!(of(kind, now), presence, "{kind:?} {now}");
        }
        assert_eq!((silent.silent_since(), away.silent_since()), (Some(at(seen)), None));
    }

    #[test]
    fn a_host_that_never_reported_is_not_reporting() {
        let new = host(None, "2026-12-28T08:00:00Z", None);
        let of = |now: &str| Presence::of(&new, &WorkingCalendar::default(), at(now));
        assert_eq!(of("2026-12-28T08:01:00Z"), Presence::Away(at("2026-12-28T08:00:00Z")));
        assert_eq!(of("2026-12-28T08:30:00Z"), Presence::Silent(at("2026-12-28T08:00:00Z")));
    }
}
