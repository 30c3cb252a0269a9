//! Until when systems are supported.

use std::sync::LazyLock;

use serde::Deserialize;
use tenken_model::fact::updates::{Support, SupportKind};
use tenken_model::{Instant, Reason, ReasonCode};

use super::os_release::{OsRelease, end_of_day};

/// The table, with the day it was last gone through and where each row comes from.
const TABLE: &str = include_str!("support.yaml");

static SYSTEMS: LazyLock<Result<Vec<Row>, String>> = LazyLock::new(|| {
    let table: Result<Table, _> = serde_yaml::from_str(TABLE);
    table.map(|table| table.systems).map_err(|error| error.to_string())
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    systems: Vec<Row>,
}

/// The versions of a system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Its `ID`, or several.
    ids: Vec<String>,
    /// How its `NAME` begins, where several systems have one `ID`.
    #[serde(default)]
    name: String,
    #[expect(dead_code, reason = "it is written for those who check the table")]
    source: String,
    /// It has no versions.
    #[serde(default)]
    rolling: bool,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    /// `VERSION_ID`, or what stands before its first dot.
    #[serde(rename = "version")]
    id: String,
    standard: String,
    #[serde(default)]
    long_term: Option<String>,
    #[serde(default)]
    subscribed: Option<String>,
}

/// The ids of systems in the table.
pub fn knows(id: &str) -> bool {
    SYSTEMS.as_ref().is_ok_and(|rows| rows.iter().any(|row| row.ids.iter().any(|known| known == id)))
}

/// The support of a system. `subscribed` tells until when this host has what its maker sells after the standard support,
/// and is asked only where that decides.
pub fn of(
    system: &OsRelease,
    subscribed: &mut dyn FnMut() -> Result<Option<Instant>, Reason>,
) -> Result<Support, Reason> {
    if let Some(ends) = system.support_end {
        return Ok(Support { ends: Some(ends), kind: SupportKind::Declared });
    }
    let row = row_of(system)?;
    if row.rolling {
        return Ok(Support { ends: None, kind: SupportKind::Rolling });
    }
    let version = version_of(row, system)?;
    let standard = dated(&version.standard)?;
    if let Some(text) = &version.subscribed
        && let Some(until) = subscribed()?
    {
        // What is sold ends with the contract, and standard support does not.
        let ends = dated(text)?.min(until);
        if ends > standard {
            return Ok(Support { ends: Some(ends), kind: SupportKind::Subscribed });
        }
    }
    Ok(match &version.long_term {
        Some(text) => Support { ends: Some(dated(text)?), kind: SupportKind::LongTerm },
        None => Support { ends: Some(standard), kind: SupportKind::Standard },
    })
}

/// The end of the standard support, where it is known.
pub fn standard_end(system: &OsRelease) -> Option<Instant> {
    dated(&version_of(row_of(system).ok()?, system).ok()?.standard).ok()
}

fn row_of(system: &OsRelease) -> Result<&'static Row, Reason> {
    let rows = SYSTEMS.as_ref().map_err(|error| unknown(format!("read the table of supported systems: {error}")))?;
    rows.iter()
        .find(|row| row.ids.contains(&system.id) && system.name.starts_with(&row.name))
        .ok_or_else(|| unknown(format!("no end of support is known for {}", system.pretty_name)))
}

fn version_of<'r>(row: &'r Row, system: &OsRelease) -> Result<&'r Version, Reason> {
    let major = system.version.split('.').next().unwrap_or_default();
    let of = |wanted: &str| row.versions.iter().find(|version| version.id == wanted);
    of(&system.version)
        .or_else(|| of(major))
        .ok_or_else(|| unknown(format!("no end of support is known for {}", system.pretty_name)))
}

fn dated(text: &str) -> Result<Instant, Reason> {
    end_of_day(text).ok_or_else(|| unknown(format!("{text} in the table of systems is no date")))
}

fn unknown(detail: String) -> Reason {
    Reason::new(ReasonCode::Unsupported, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(id: &str, version: &str, name: &str) -> OsRelease {
        let pretty_name = format!("{name} {version}");
        OsRelease { id: id.into(), version: version.into(), name: name.into(), pretty_name, ..OsRelease::default() }
    }

    fn ends(system: &OsRelease, subscribed: bool) -> (String, SupportKind) {
        until(system, subscribed.then_some(Instant::MAX_UTC))
    }

    fn until(system: &OsRelease, contract: Option<Instant>) -> (String, SupportKind) {
        let support = of(system, &mut || Ok(contract)).unwrap();
        (support.ends.map_or("never".to_owned(), |ends| ends.date_naive().to_string()), support.kind)
    }

    #[test]
    fn every_row_has_dates_in_their_order() {
        let rows = SYSTEMS.as_ref().unwrap();
        assert!(rows.iter().map(|row| row.versions.len()).sum::<usize>() > 50);
        for version in rows.iter().flat_map(|row| &row.versions) {
            let standard = end_of_day(&version.standard).unwrap();
            for later in [&version.long_term, &version.subscribed].into_iter().flatten() {
                assert!(end_of_day(later).unwrap() > standard, "{version:?}");
            }
        }
        for row in rows {
            assert_eq!(row.rolling, row.versions.is_empty(), "{row:?}");
        }
    }

    #[test]
    fn systems_with_long_and_subscribed_support() {
        assert_eq!(ends(&system("debian", "12", ""), false), ("2028-06-30".into(), SupportKind::LongTerm));
        assert_eq!(ends(&system("ubuntu", "20.04", ""), false), ("2025-05-29".into(), SupportKind::Standard));
        assert_eq!(ends(&system("ubuntu", "20.04", ""), true), ("2030-04-23".into(), SupportKind::Subscribed));
        assert_eq!(ends(&system("rocky", "9.4", ""), false), ("2032-05-31".into(), SupportKind::Standard));
        assert_eq!(ends(&system("centos", "8", "CentOS Linux"), false).0, "2021-12-31");
        assert_eq!(ends(&system("centos", "8", "CentOS Stream"), false).0, "2024-05-31");
        assert_eq!(ends(&system("arch", "", ""), false), ("never".into(), SupportKind::Rolling));
        let declared = OsRelease { support_end: end_of_day("2030-01-01"), ..system("debian", "12", "") };
        assert_eq!(ends(&declared, false), ("2030-01-01".into(), SupportKind::Declared));
    }

    #[test]
    fn what_is_sold_ends_with_its_contract() {
        let contract = end_of_day("2027-03-31");
        let focal = system("ubuntu", "20.04", "");
        assert_eq!(until(&focal, contract), ("2027-03-31".into(), SupportKind::Subscribed));
        assert_eq!(until(&focal, end_of_day("2025-01-31")), ("2025-05-29".into(), SupportKind::Standard));
        let noble = system("ubuntu", "24.04", "");
        assert_eq!(until(&noble, contract).1, SupportKind::Standard, "the contract ends before the standard support");
        assert_eq!(standard_end(&focal), end_of_day("2025-05-29"));
        assert_eq!(standard_end(&system("homemade", "1", "")), None);
    }

    #[test]
    fn what_is_not_in_the_table_is_unknown() {
        for (id, version) in [("debian", ""), ("debian", "99"), ("ubuntu", "24"), ("amzn", "1"), ("homemade", "1")] {
            assert!(of(&system(id, version, "X"), &mut || Ok(None)).is_err(), "{id} {version}");
        }
        let denied = || Err(Reason::new(ReasonCode::NotPermitted, "x"));
        assert!(of(&system("ubuntu", "20.04", ""), &mut { denied }).is_err());
        assert!(of(&system("debian", "12", ""), &mut { denied }).is_ok(), "nothing is sold there");
    }
}
