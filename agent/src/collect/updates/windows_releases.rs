//! How far a Windows is updated, and until when it is supported, by its build alone.
//!
//! The build tells, because each cumulative update of a version raises its revision, whatever brought it: Windows Update, WSUS or
//! a file. A revision that is newer than the table has what the newest row brought, and nobody here knows what else.

use std::sync::LazyLock;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::Deserialize;
use tenken_model::fact::updates::{Pending, PendingUpdate, Support, SupportKind};
use tenken_model::{Instant, Reason, ReasonCode};

use super::os_release::end_of_day;

const TABLE: &str = include_str!("windows_releases.yaml");
/// Updates are published on a second Tuesday at 17:00 or 18:00 in UTC; a later start of the day in other parts, and their way to
/// the host, are no delay of anybody here.
const ARRIVES_AFTER: u64 = 2;
/// More months than a table is behind.
const MONTHS_MAX: u32 = 120;

static VERSIONS: LazyLock<Result<Vec<Version>, String>> = LazyLock::new(|| {
    let table: Result<Table, _> = serde_yaml::from_str(TABLE);
    table.map(|table| table.versions).map_err(|error| error.to_string())
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    versions: Vec<Version>,
}

/// A version of Windows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    name: String,
    builds: Vec<u32>,
    side: Side,
    ends: Ends,
    #[serde(default)]
    extended: Vec<NaiveDate>,
    /// Some editions may be updated without a restart, to revisions between those of two months.
    #[serde(default)]
    hotpatched: bool,
    #[serde(default)]
    releases: Vec<Release>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    Pc,
    Server,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    home: Option<NaiveDate>,
    enterprise: Option<NaiveDate>,
    ltsc: Option<NaiveDate>,
    iot: Option<NaiveDate>,
    server: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    on: NaiveDate,
    revision: u32,
}

/// A Windows as the registry tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// `CurrentBuildNumber`.
    pub number: u32,
    /// `UBR`.
    pub revision: u32,
    /// `EditionID`: `Professional`.
    pub edition: String,
    /// It is a server.
    pub is_server: bool,
}

impl Build {
    fn text(&self) -> String {
        format!("{}.{}", self.number, self.revision)
    }

    /// The edition without what marks a trial, or one without media functions (N).
    fn kind(&self) -> &str {
        let kind = self.edition.strip_suffix("Eval").unwrap_or(&self.edition);
        kind.strip_suffix('N').unwrap_or(kind)
    }

    fn is_enterprise(&self) -> bool {
        matches!(self.kind(), "Enterprise" | "Education" | "IoTEnterprise" | "ServerRdsh")
    }

    fn version(&self) -> Result<&'static Version, Reason> {
        let versions = VERSIONS.as_ref().map_err(|error| unknown(format!("read the table of versions: {error}")))?;
        let side = if self.is_server { Side::Server } else { Side::Pc };
        let found = versions.iter().find(|version| version.side == side && version.builds.contains(&self.number));
        found.ok_or_else(|| unknown(format!("nothing is known of Windows with the build {}", self.text())))
    }

    /// The end for its edition, without what is sold behind it.
    fn end(&self, version: &Version) -> Result<NaiveDate, Reason> {
        let end = match self.kind() {
            _ if self.is_server => version.ends.server,
            "Core"
            | "CoreSingleLanguage"
            | "CoreCountrySpecific"
            | "Professional"
            | "ProfessionalWorkstation"
            | "ProfessionalEducation" => version.ends.home,
            "EnterpriseS" => version.ends.ltsc,
            "IoTEnterpriseS" => version.ends.iot,
            _ if self.is_enterprise() => version.ends.enterprise,
            _ => None,
        };
        end.ok_or_else(|| unknown(format!("no end of support is known for {}, edition {}", version.name, self.edition)))
    }
}

/// What it calls itself, in words that are right: the registry calls Windows 11 by the name of Windows 10.
pub fn name(build: &Build) -> Option<String> {
    let version = build.version().ok()?;
    Some(format!("{} {} ({})", version.name, build.edition, build.text()))
}

/// Until when it is supported.
pub fn support(build: &Build) -> Result<Support, Reason> {
    let version = build.version()?;
    let end = build.end(version)?;
    let has = installed(version, build.revision).map(|release| release.on);
    let bought = version.extended.iter().find(|year| has.is_some_and(|on| on > end && on <= **year));
    let (day, kind) = match bought {
        Some(year) => (*year, SupportKind::Subscribed),
        None => (end, SupportKind::Standard),
    };
    let ends = end_of_day(&day.to_string()).ok_or_else(|| unknown(format!("{day} is no day")))?;
    Ok(Support { ends: Some(ends), kind })
}

/// The newest release that a revision has.
fn installed(version: &Version, revision: u32) -> Option<&Release> {
    version.releases.iter().rev().find(|release| release.revision <= revision)
}

/// The monthly security updates it does not have, without those that policy puts off for so many days.
pub fn pending(build: &Build, deferred: u32, now: Instant) -> Result<Pending, Reason> {
    let version = build.version()?;
    let supported_until = support(build)?.ends;
    let Some(newest) = version.releases.last() else {
        return Err(unknown(format!("no build of {} with security updates is known", version.name)));
    };
    let today = now.date_naive();
    let is_due = |on: NaiveDate| {
        let arrives = on.checked_add_days(Days::new(ARRIVES_AFTER + u64::from(deferred)));
        arrives.is_some_and(|arrives| arrives <= today) && supported_until.is_none_or(|until| on <= until.date_naive())
    };
    let mut missing: Vec<(NaiveDate, String)> = Vec::new();
    for release in version.releases.iter().filter(|release| release.revision > build.revision && is_due(release.on)) {
        missing.push((release.on, format!("{}.{}", build.number, release.revision)));
    }
    let later: Vec<NaiveDate> = second_tuesdays_after(newest.on, today).into_iter().filter(|on| is_due(*on)).collect();
    if build.revision > newest.revision && !later.is_empty() {
        let detail = format!(
            "judge the build {}: it is newer than {}.{}, the newest this agent knows; a newer agent knows more",
            build.text(),
            build.number,
            newest.revision
        );
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    if let [only] = missing.as_slice()
        && later.is_empty()
        && may_be_hotpatched(version, build)
    {
        let detail = format!("judge the build {}: it may have what {} brings without a restart", build.text(), only.1);
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    if let Some(until) = supported_until.filter(|until| *until < now && missing.is_empty()) {
        let detail = format!("look for security updates of {}: they ended on {}", version.name, until.date_naive());
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    // Who has the newest that is known, and no later build, has none of what came since.
    missing.extend(later.into_iter().map(|on| (on, format!("later than {}.{}", build.number, newest.revision))));
    let first = missing.iter().map(|(on, available)| update(build, *on, available)).take(super::NAMED_MAX).collect();
    Ok(Pending { count: u32::try_from(missing.len()).unwrap_or(u32::MAX), first, unread: None })
}

fn update(build: &Build, on: NaiveDate, available: &str) -> PendingUpdate {
    PendingUpdate {
        name: format!("{} cumulative update", on.format("%Y-%m")),
        installed: build.text(),
        available: available.to_owned(),
        published_by: on.and_hms_opt(18, 0, 0).unwrap_or_default().and_utc(),
        severity: None,
    }
}

/// Revisions that are no month's own may be those of an update without a restart.
fn may_be_hotpatched(version: &Version, build: &Build) -> bool {
    let is_a_months = version.releases.iter().any(|release| release.revision == build.revision);
    version.hotpatched && !is_a_months && (build.is_enterprise() || build.is_server)
}

/// The second Tuesdays behind one day and up to another.
fn second_tuesdays_after(day: NaiveDate, until: NaiveDate) -> Vec<NaiveDate> {
    let first = day.with_day(1).unwrap_or(day);
    let months = (1..=MONTHS_MAX).map_while(|months| first.checked_add_months(Months::new(months)));
    let tuesdays =
        months.filter_map(|month| NaiveDate::from_weekday_of_month_opt(month.year(), month.month(), Weekday::Tue, 2));
    tuesdays.take_while(|tuesday| *tuesday <= until).collect()
}

fn unknown(detail: String) -> Reason {
    Reason::new(ReasonCode::Unsupported, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(number: u32, revision: u32, edition: &str) -> Build {
        Build {
            number,
            revision,
            edition: edition.to_owned(),
            is_server: edition.starts_with("Server") && edition != "ServerRdsh",
        }
    }

    fn now(text: &str) -> Instant {
        format!("{text}T00:00:00Z").parse().unwrap()
    }

    fn ends(build: &Build) -> Option<(String, SupportKind)> {
        let support = support(build).ok()?;
        Some((support.ends?.date_naive().to_string(), support.kind))
    }

    fn count(build: &Build, deferred: u32, today: &str) -> Result<u32, ReasonCode> {
        pending(build, deferred, now(today)).map(|pending| pending.count).map_err(|reason| reason.code)
    }

    #[test]
    fn every_release_is_newer_than_the_one_before_and_of_a_second_tuesday() {
        let versions = VERSIONS.as_ref().unwrap();
        assert!(versions.len() > 25);
        for version in versions {
            for pair in version.releases.windows(2) {
                assert!(pair[0].on < pair[1].on && pair[0].revision < pair[1].revision, "{}", version.name);
            }
            for release in &version.releases {
                let second =
                    NaiveDate::from_weekday_of_month_opt(release.on.year(), release.on.month(), Weekday::Tue, 2);
                assert_eq!(second, Some(release.on), "{}", version.name);
            }
            assert_eq!(version.side == Side::Server, version.ends.server.is_some(), "{}", version.name);
            assert!(version.extended.is_sorted());
        }
    }

    #[test]
    fn support_ends_by_version_and_edition() {
        let standard = |day: &str| Some((day.to_owned(), SupportKind::Standard));
        assert_eq!(ends(&build(26_100, 1, "Professional")), standard("2026-10-13"));
        assert_eq!(ends(&build(26_100, 1, "Core")), standard("2026-10-13"));
        assert_eq!(ends(&build(26_100, 1, "Enterprise")), standard("2027-10-12"));
        assert_eq!(ends(&build(26_100, 1, "EducationN")), standard("2027-10-12"));
        assert_eq!(ends(&build(26_100, 1, "EnterpriseS")), standard("2029-10-09"));
        assert_eq!(ends(&build(26_100, 1, "IoTEnterpriseS")), standard("2034-10-10"));
        assert_eq!(ends(&build(26_100, 1, "ServerStandard")), standard("2034-10-10"));
        assert_eq!(ends(&build(14_393, 1, "ServerDatacenterEval")), standard("2027-01-12"));
        assert_eq!(ends(&build(19_044, 1, "EnterpriseS")), standard("2027-01-12"));
        assert_eq!(ends(&build(19_044, 1, "Professional")), standard("2023-06-13"));
        for odd in
            [build(26_100, 1, "CloudEdition"), build(99_999, 1, "Professional"), build(20_348, 1, "Professional")]
        {
            assert!(support(&odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn extended_updates_show_in_the_build() {
        let of = |revision| ends(&build(19_045, revision, "Professional")).unwrap();
        assert_eq!(of(6_456), ("2025-10-14".to_owned(), SupportKind::Standard), "the last one for everybody");
        assert_eq!(of(6_575), ("2026-10-13".to_owned(), SupportKind::Subscribed));
        assert_eq!(of(7_807), ("2026-10-13".to_owned(), SupportKind::Subscribed), "the last one of the first year");
        assert_eq!(of(7_846), ("2027-10-12".to_owned(), SupportKind::Subscribed));
    }

    #[test]
    fn months_that_are_missing_are_counted() {
        let pro = |revision| build(26_200, revision, "Professional");
        assert_eq!(count(&pro(9_974), 0, "2026-11-26"), Ok(0));
        assert_eq!(count(&pro(9_711), 0, "2026-11-26"), Ok(1));
        assert_eq!(count(&pro(9_711), 0, "2026-11-11"), Ok(0), "it was published the day before");
        assert_eq!(count(&pro(9_711), 30, "2026-11-26"), Ok(0), "policy puts it off");
        assert_eq!(count(&pro(9_445), 14, "2026-11-26"), Ok(2));
        assert_eq!(count(&pro(9_457), 0, "2026-10-01"), Ok(0), "one between two months");
        assert_eq!(count(&pro(1), 0, "2026-11-26"), Ok(7));
        let named = pending(&pro(9_445), 0, now("2026-11-26")).unwrap();
        assert_eq!(
            (named.first[0].name.as_str(), named.first[0].available.as_str()),
            ("2026-10 cumulative update", "26200.9711")
        );
    }

    #[test]
    fn a_table_that_is_behind_does_not_pass_anybody() {
        let of = |revision, today| count(&build(26_200, revision, "Professional"), 0, today);
        assert_eq!(of(9_974, "2026-12-09"), Ok(0), "the next one comes today");
        assert_eq!(of(9_974, "2026-12-20"), Ok(1), "what came in December is another build");
        assert_eq!(of(9_974, "2027-02-20"), Ok(3));
        assert_eq!(of(10_200, "2026-12-01"), Ok(0), "a preview of December");
        assert_eq!(of(10_200, "2026-12-20"), Err(ReasonCode::Inconclusive));
        assert_eq!(of(9_711, "2026-12-20"), Ok(2));
    }

    #[test]
    fn what_is_over_has_nothing_pending_behind_its_end() {
        let ended = Err(ReasonCode::Inconclusive);
        assert_eq!(
            count(&build(19_045, 6_456, "Professional"), 0, "2026-11-26"),
            ended,
            "who finds what is missing now?"
        );
        assert_eq!(
            count(&build(19_045, 7_725, "Professional"), 0, "2026-11-26"),
            Ok(1),
            "the first year of extended updates"
        );
        assert_eq!(count(&build(26_100, 9_711, "Professional"), 0, "2026-11-26"), ended);
        assert_eq!(count(&build(26_100, 9_711, "Professional"), 0, "2026-10-13"), Ok(0));
        assert_eq!(count(&build(22_631, 1, "Enterprise"), 0, "2026-12-20"), Ok(2));
    }

    #[test]
    fn updates_without_a_restart_are_not_taken_for_missing() {
        let enterprise = |revision| count(&build(26_100, revision, "Enterprise"), 0, "2026-11-26");
        assert_eq!(enterprise(9_900), Err(ReasonCode::Inconclusive));
        assert_eq!((enterprise(9_711), enterprise(9_500)), (Ok(1), Ok(2)));
        assert_eq!(count(&build(26_100, 9_900, "ProfessionalEducation"), 0, "2026-10-13"), Ok(0));
        assert_eq!(count(&build(20_348, 5_800, "ServerStandard"), 0, "2026-11-26"), Ok(1));
        assert_eq!(count(&build(7_601, 1, "Professional"), 0, "2026-11-26"), Err(ReasonCode::Unsupported));
    }
}
