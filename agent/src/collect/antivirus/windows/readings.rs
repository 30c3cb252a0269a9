//! Where products write how they stand. What is not there, or has another form, is not read: it is never taken for good or bad.

use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::dates;
use crate::collect::Look;
use crate::collect::windows_path::Variables;
use crate::host::ReadError;
use crate::host::windows_api::{RegistryKey, RegistryPath};

/// The most files of a folder of patterns.
const ENTRIES_MAX: usize = 5_000;

/// How a product stands by what it writes.
pub(super) struct Reading {
    pub(super) version: Read<Option<String>>,
    pub(super) real_time: Read<bool>,
    pub(super) signatures_built: Read<Option<Instant>>,
    pub(super) signatures_version: Read<Option<String>>,
}

impl Reading {
    /// It writes nothing that is known.
    pub(super) fn untold(name: &str) -> Self {
        let reason = Reason::new(ReasonCode::Unsupported, format!("{name}: where it writes this is not known"));
        Self {
            version: Read::NotRead(reason.clone()),
            real_time: Read::NotRead(reason.clone()),
            signatures_built: Read::NotRead(reason.clone()),
            signatures_version: Read::NotRead(reason),
        }
    }

    fn refused(error: &ReadError) -> Self {
        let reason = error.reason();
        Self {
            version: Read::NotRead(reason.clone()),
            real_time: Read::NotRead(reason.clone()),
            signatures_built: Read::NotRead(reason.clone()),
            signatures_version: Read::NotRead(reason),
        }
    }
}

/// A key below SOFTWARE, or where programs of 32 bits have it.
fn key(look: &Look<'_>, below: &str) -> Result<Option<(String, RegistryKey)>, ReadError> {
    for root in ["SOFTWARE", r"SOFTWARE\WOW6432Node"] {
        let path = format!(r"{root}\{below}");
        if let Some(key) = look.registry(&RegistryPath::machine(path.clone()))? {
            return Ok(Some((path, key)));
        }
    }
    Ok(None)
}

fn missing<T>(what: &str) -> Read<T> {
    Read::not_read(ReasonCode::Missing, format!("read {what}: it is not there or has another form"))
}

fn version(text: Option<&str>, what: &str) -> Read<Option<String>> {
    text.map_or_else(|| missing(what), |text| Read::Measured(Some(text.trim().to_owned())))
}

/// A switch that is 1 or 0.
fn switch(number: Option<u64>, what: &str) -> Read<bool> {
    match number {
        Some(0) => Read::Measured(false),
        Some(1) => Read::Measured(true),
        Some(_) | None => missing(what),
    }
}

/// Apex One and Worry-Free. Agents with smart scan have no `lpt$vpn`; their pattern is `icrc$oth` (NonCrcPatternDate). Whichever
/// is newer is in use, because only the pattern in use is fetched.
pub(super) fn trend_micro(look: &Look<'_>, variables: &Variables) -> Reading {
    let (path, key) = match key(look, r"TrendMicro\PC-cillinNTCorp\CurrentVersion") {
        Ok(Some(found)) => found,
        Ok(None) => return Reading::untold("Trend Micro Apex One"),
        Err(error) => return Reading::refused(&error),
    };
    let below = |name: &str| match look.registry(&RegistryPath::machine(format!(r"{path}\{name}"))) {
        Ok(key) => Ok(key.unwrap_or_default()),
        Err(error) => Err(error.reason()),
    };
    let dates = ["PatternDate", "NonCrcPatternDate"];
    let written = dates.iter().filter_map(|name| key.text(name).and_then(dates::run_together)).max();
    let built = match written {
        Some(date) => Read::Measured(Some(date)),
        None => newest_pattern(look, &key, variables).into(),
    };
    let real_time = below("Real Time Scan Configuration").map(|key| switch(key.number("Enable"), "its real-time scan"));
    let program = below("Misc.").map(|key| version(key.text("TmListen_Ver"), "its version"));
    Reading {
        version: program.unwrap_or_else(Read::NotRead),
        real_time: real_time.unwrap_or_else(Read::NotRead),
        signatures_built: built,
        signatures_version: Read::Measured(None),
    }
}

/// When the newest file of patterns was made, by the time that it has from the vendor.
fn newest_pattern(look: &Look<'_>, key: &RegistryKey, variables: &Variables) -> Result<Option<Instant>, Reason> {
    let folder = key.text("Application Path").and_then(|text| variables.path(text));
    let folder = folder.ok_or_else(|| {
        Reason::new(ReasonCode::Missing, "read the folder of Trend Micro's patterns: it is not told".to_owned())
    })?;
    let mut newest: Option<Instant> = None;
    for entry in look.list(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        if is_pattern(&entry.name) {
            let path = folder.join(&entry.name);
            let modified = look.aside().metadata(&path).map_err(|error| error.reason())?.modified;
            newest = Some(newest.map_or(modified, |newest| newest.max(modified)));
        }
    }
    let unknown = || {
        let detail = format!("look for patterns in {}: there is none that is known", folder.display());
        Reason::new(ReasonCode::Inconclusive, detail)
    };
    newest.map(Some).ok_or_else(unknown)
}

/// `lpt$vpn.743`, `icrc$oth.743`.
fn is_pattern(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let number = name.strip_prefix("lpt$vpn.").or_else(|| name.strip_prefix("icrc$oth."));
    number.is_some_and(|number| number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// ESET: `ScannerVersion` is the number of its detection engine and the date of it in brackets.
pub(super) fn eset(look: &Look<'_>, _variables: &Variables) -> Reading {
    let info = match key(look, r"ESET\ESET Security\CurrentVersion\Info") {
        Ok(Some((_, key))) => key,
        Ok(None) => return Reading::untold("ESET"),
        Err(error) => return Reading::refused(&error),
    };
    let scanner = info.text("ScannerVersion");
    let built =
        scanner.and_then(dates::in_brackets).map_or_else(|| missing("ScannerVersion"), |at| Read::Measured(Some(at)));
    let number = scanner.and_then(|scanner| scanner.split_ascii_whitespace().next());
    Reading {
        version: version(info.text("ProductVersion"), "ProductVersion"),
        signatures_built: built,
        signatures_version: version(number, "ScannerVersion"),
        ..Reading::untold("ESET")
    }
}

/// Symantec Endpoint Protection: `LatestVirusDefsDate` (as the STIG for it checks), or the bytes of `PatternFileDate`.
pub(super) fn symantec(look: &Look<'_>, _variables: &Variables) -> Reading {
    let product = r"Symantec\Symantec Endpoint Protection";
    let read = |below: &str| Ok(key(look, &format!(r"{product}\{below}"))?.map(|(_, key)| key).unwrap_or_default());
    let keys: Result<_, ReadError> = (|| {
        let real_time = read(r"AV\Storages\FileSystem\RealTimeScan")?;
        Ok((read("CurrentVersion")?, read(r"CurrentVersion\public-opstate")?, read("AV")?, real_time))
    })();
    let (current, state, engine, real_time) = match keys {
        Ok(keys) => keys,
        Err(error) => return Reading::refused(&error),
    };
    let date = state.text("LatestVirusDefsDate").and_then(dates::with_dashes);
    let date = date.or_else(|| engine.bytes("PatternFileDate").and_then(dates::of_bytes));
    let on = switch(real_time.number("OnOff"), r"RealTimeScan\OnOff");
    Reading {
        version: version(current.text("PRODUCTVERSION"), "PRODUCTVERSION"),
        real_time: match state.number("AVRunningStatus") {
            Some(0) => Read::Measured(false),
            Some(_) | None => on,
        },
        signatures_built: date.map_or_else(|| missing("LatestVirusDefsDate"), |date| Read::Measured(Some(date))),
        signatures_version: Read::Measured(None),
    }
}

/// Kaspersky, by what its Network Agent writes (klnag_registry.h): `Protection_RtpState` is 4 to 8 where it protects.
pub(super) fn kaspersky(look: &Look<'_>, _variables: &Variables) -> Reading {
    let state = match key(look, r"KasperskyLab\Components\34\1103\1.0.0.0\Statistics\AVState") {
        Ok(Some((_, key))) => key,
        Ok(None) => return Reading::untold("Kaspersky Endpoint Security"),
        Err(error) => return Reading::refused(&error),
    };
    let date = state.text("Protection_BasesDate").and_then(dates::day_first);
    let real_time = match (state.number("Protection_AvRunning"), state.number("Protection_RtpState")) {
        (Some(0), _) | (_, Some(1 | 2 | 9)) => Read::Measured(false),
        (_, Some(4..=8)) => Read::Measured(true),
        (_, Some(_) | None) => missing("Protection_RtpState"),
    };
    Reading {
        real_time,
        signatures_built: date.map_or_else(|| missing("Protection_BasesDate"), |date| Read::Measured(Some(date))),
        ..Reading::untold("Kaspersky Endpoint Security")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_patterns() {
        for name in ["lpt$vpn.743", "ICRC$OTH.001"] {
            assert!(is_pattern(name), "{name}");
        }
        for name in ["lpt$vpn", "lpt$vpn.tmp", "icrc$tbl.743", "lpt$vpn.7433", "ssapiptn.da6", ""] {
            assert!(!is_pattern(name), "{name}");
        }
    }
}
