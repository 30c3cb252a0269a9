//! logind's limit on idle sessions.

use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::{Read, Reason, ReasonCode, Span};

use super::files::file;
use super::systemd_config::{TimeSpan, time_span, values};
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;
use crate::host::{EntryKind, SystemReading};

/// Where logind is.
const DAEMONS: &[&str] = &["/usr/lib/systemd/systemd-logind", "/lib/systemd/systemd-logind"];

/// Folders of configuration; an earlier one hides a file of the same name in a later one.
const FOLDERS: &[&str] = &["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

/// Reads the limit; absent when there is none or no logind.
pub(super) fn read(look: &Look<'_>) -> Read<Option<Span>> {
    find(look).into()
}

fn find(look: &Look<'_>) -> Result<Option<Span>, Reason> {
    let mut installed = false;
    for daemon in DAEMONS {
        installed = installed || look.exists(daemon).map_err(|error| error.reason())?;
    }
    if !installed {
        return Ok(None);
    }
    let mut limit = None;
    for path in main_file(look)?.into_iter().chain(drop_ins(look)?) {
        if let Some((name, bytes)) = file(look, path)? {
            let found = values(&bytes, "Login", "StopIdleSessionSec")
                .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{name}: {error}")))?;
            // A value that systemd refuses leaves the one before in force.
            for span in found.iter().filter_map(|value| time_span(value)) {
                limit = match span {
                    TimeSpan::Finite(span) if span > Span::ZERO => Some(span),
                    TimeSpan::Finite(_) | TimeSpan::Infinite => None,
                };
            }
        }
    }
    if limit.is_some() && look.system().is_ok_and(|system| is_older(&system)) {
        return Ok(None);
    }
    Ok(limit)
}

/// Whether logind is older than the setting and passes it over. systemd has it since 252; RHEL took it into its 239 in 8.7.
fn is_older(system: &SystemReading) -> bool {
    let mut numbers = system.os_version.split('.').map(|number| number.parse::<u32>().ok());
    let (Some(major), minor) = (numbers.next().flatten(), numbers.next().flatten()) else { return false };
    match system.os.as_str() {
        "debian" => major < 12,
        "ubuntu" => major < 23,
        "rhel" | "almalinux" | "rocky" | "ol" => major < 8 || major == 8 && minor.is_some_and(|minor| minor < 7),
        _ => false,
    }
}

fn main_file(look: &Look<'_>) -> Result<Option<String>, Reason> {
    for folder in FOLDERS {
        let path = format!("{folder}/logind.conf");
        if look.exists(&path).map_err(|error| error.reason())? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The drop-in files in the order of their names over all folders. A link to /dev/null hides and says nothing.
fn drop_ins(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let mut by_name: BTreeMap<String, Option<String>> = BTreeMap::new();
    for folder in FOLDERS {
        let folder = format!("{folder}/logind.conf.d");
        for entry in look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if !fits(b"*.conf", entry.name.as_bytes())
                || entry.name.starts_with('.')
                || by_name.contains_key(&entry.name)
            {
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            let masked = entry.kind == EntryKind::Link
                && look.read_link(&path).map_err(|error| error.reason())? == Path::new("/dev/null");
            by_name.insert(entry.name, (!masked).then_some(path));
        }
    }
    Ok(by_name.into_values().flatten().collect())
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;

    #[test]
    fn versions_that_pass_the_setting_over() {
        let older = |os: &str, os_version: &str| {
            let [os, os_version, kernel, host_name] = [os, os_version, "", ""].map(str::to_owned);
            is_older(&SystemReading { os, os_version, kernel, host_name, booted_at: Instant::UNIX_EPOCH })
        };
        for (os, version) in [("debian", "11"), ("ubuntu", "22.04"), ("rhel", "8.6"), ("almalinux", "7.9")] {
            assert!(older(os, version), "{os} {version}");
        }
        for (os, version) in
            [("debian", "12"), ("debian", ""), ("ubuntu", "24.04"), ("rocky", "8.10"), ("rhel", "9.0"), ("arch", "1")]
        {
            assert!(!older(os, version), "{os} {version}");
        }
    }
}
