//! logind's limit on idle sessions.

use tenken_model::{Read, Reason, Span};

use crate::collect::Look;
use crate::collect::systemd_config::files::Files;
use crate::collect::systemd_config::{TimeSpan, time_span};
use crate::host::SystemReading;

/// Where logind is.
const DAEMONS: &[&str] = &["/usr/lib/systemd/systemd-logind", "/lib/systemd/systemd-logind"];

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
    // A value that systemd refuses leaves the one before in force.
    let found = Files::read(look, "logind.conf")?.values("Login", "StopIdleSessionSec")?;
    for span in found.iter().filter_map(|value| time_span(value)) {
        limit = match span {
            TimeSpan::Finite(span) if span > Span::ZERO => Some(span),
            TimeSpan::Finite(_) | TimeSpan::Infinite => None,
        };
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
