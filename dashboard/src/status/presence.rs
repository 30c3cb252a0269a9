//! Whether a host reports, and how long it may not. Pure.
//!
//! A PC that is switched off over the New Year is no news; a server that does not answer for half an hour is.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use tenken_calendar::{WorkingCalendar, japan};
use tenken_model::fact::system::SystemKind;
use tenken_model::{Instant, Span};

use crate::store::{AuditEntry, Host, HostInBrief, Setting, Store, StoreError};

/// A host is reporting while it was heard of within this time. Agents without news report each minute.
pub const PRESENT_WITHIN: Span = Span::from_secs(5 * 60);
/// How long a server may not be heard of, in minutes: at least what an agent without news takes, at most a week.
pub const SERVER_MINUTES: RangeInclusive<u32> = 5..=10_080;
/// For how many business days a PC may not be heard of: at most three months of work.
pub const PC_DAYS: RangeInclusive<u16> = 1..=60;

/// How long hosts may not be heard of, as administrators set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patience {
    /// A server, day and night, in minutes. So may a host that has not yet said what it is.
    pub server_minutes: u32,
    /// A PC, in business days: the agency's days off do not count.
    pub pc_days: u16,
}

impl Setting for Patience {
    const NAME: &'static str = "presence";
}

impl Default for Patience {
    /// Half an hour, and two weeks of work.
    fn default() -> Self {
        Self { server_minutes: 30, pc_days: 10 }
    }
}

impl Patience {
    /// Whether the numbers are within their limits.
    pub fn is_valid(self) -> bool {
        SERVER_MINUTES.contains(&self.server_minutes) && PC_DAYS.contains(&self.pc_days)
    }

    /// Until when a host that was heard of then may stay away. In years whose holidays are not known every day counts.
    fn ends(self, kind: SystemKind, calendar: &WorkingCalendar, heard: Instant) -> Instant {
        match kind {
            SystemKind::Server => Span::from_secs(i64::from(self.server_minutes) * 60).after(heard),
            SystemKind::Pc => {
                let last = calendar.add_business_days(japan::date_of(heard), i32::from(self.pc_days));
                let close = last.and_then(|last| calendar.end_of_business_day(last));
                close.unwrap_or_else(|| Span::from_days(i64::from(self.pc_days)).after(heard))
            }
        }
    }
}

/// Keeps how long hosts may not be heard of, with who set it so.
pub async fn set(store: &Store, patience: Patience, person: &str, now: Instant) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "presence_set".to_owned(),
        subject: String::new(),
        detail: format!("servers {} minutes, PCs {} business days", patience.server_minutes, patience.pc_days),
    };
    let mut transaction = store.write().await?;
    transaction.set_setting(&patience).await?;
    transaction.audit(&entry).await?;
    transaction.save().await
}

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
    pub fn of(host: &Host, patience: Patience, calendar: &WorkingCalendar, now: Instant) -> Self {
        Self::of_brief(&host.in_brief(), patience, calendar, now)
    }

    /// The same of what is known of a host in brief.
    pub fn of_brief(host: &HostInBrief, patience: Patience, calendar: &WorkingCalendar, now: Instant) -> Self {
        let heard = host.last_seen.unwrap_or(host.enrolled_at);
        if Span::between(heard, now) < PRESENT_WITHIN && host.last_seen.is_some() {
            return Self::Reporting;
        }
        let kind = host.kind.unwrap_or(SystemKind::Server);
        if now < patience.ends(kind, calendar, heard) { Self::Away(heard) } else { Self::Silent(heard) }
    }

    /// Since when it is silent.
    pub const fn silent_since(self) -> Option<Instant> {
        match self {
            Self::Silent(since) => Some(since),
            Self::Reporting | Self::Away(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::digest::Digest;
    use tenken_model::fact::system::{System, SystemFamily};
    use tenken_model::report::Heartbeat;
    use tenken_model::{HostId, NameCase, Read, ReasonCode};

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
            rules_unread: Some(Vec::new()),
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
            Presence::of(
                &host(kind, "2026-01-01T00:00:00Z", Some(seen)),
                Patience::default(),
                &WorkingCalendar::default(),
                at(now),
            )
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
        let of = |now: &str| Presence::of(&new, Patience::default(), &WorkingCalendar::default(), at(now));
        assert_eq!(of("2026-12-28T08:01:00Z"), Presence::Away(at("2026-12-28T08:00:00Z")));
        assert_eq!(of("2026-12-28T08:30:00Z"), Presence::Silent(at("2026-12-28T08:00:00Z")));
    }

    #[test]
    fn administrators_set_how_long_within_limits() {
        let of = |patience, kind, seen: &str, now: &str| {
            Presence::of(
                &host(Some(kind), "2026-01-01T00:00:00Z", Some(seen)),
                patience,
                &WorkingCalendar::default(),
                at(now),
            )
            .silent_since()
            .is_some()
        };
        let strict = Patience { server_minutes: 10, pc_days: 1 };
        // Friday noon in Japan; Monday is a holiday, and Tuesday's close is the end of the next business day.
        for (kind, now, silent) in [
            (SystemKind::Server, "2026-11-20T03:09:59Z", false),
            (SystemKind::Server, "2026-11-20T03:10:00Z", true),
            (SystemKind::Pc, "2026-11-24T08:59:59Z", false),
            (SystemKind::Pc, "2026-11-24T09:00:00Z", true),
        ] {
            assert_eq!(of(strict, kind, "2026-11-20T03:00:00Z", now), silent, "{kind:?} {now}");
        }
        assert!(strict.is_valid() && Patience::default().is_valid());
        for (server_minutes, pc_days) in [(4, 10), (10_081, 10), (30, 0), (30, 61)] {
            assert!(!Patience { server_minutes, pc_days }.is_valid(), "{server_minutes} {pc_days}");
        }
    }

    #[test]
    fn how_names_of_accounts_compare_is_told_by_the_system() {
        let mut told = host(Some(SystemKind::Pc), "2026-11-01T00:00:00Z", Some("2026-11-01T00:00:00Z"));
        let case = |host: &Host| host.on_host().accounts;
        assert_eq!(case(&told), NameCase::Matters);
        let windows = System { family: SystemFamily::Windows, ..system(SystemKind::Pc) };
        told.heartbeat = told.heartbeat.map(|heartbeat| Heartbeat { system: Read::Measured(windows), ..heartbeat });
        assert_eq!(case(&told), NameCase::Ignored);
        assert_eq!(
            case(&host(None, "2026-11-01T00:00:00Z", Some("2026-11-01T00:00:00Z"))),
            NameCase::Matters,
            "it did not say"
        );
    }
}
