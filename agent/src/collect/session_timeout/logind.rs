//! logind's limit on idle sessions.

use tenken_model::{Read, Reason, Span};

use crate::collect::Look;
use crate::collect::systemd_config::files::Files;
use crate::collect::systemd_config::{TimeSpan, time_span};

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
    Ok(limit)
}
