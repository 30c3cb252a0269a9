//! The SSH server's limits on this host.

use tenken_model::fact::session_timeout::SshTimeout;
use tenken_model::{Read, Reason, ReasonCode};

use super::sshd_limits::limits;
use crate::collect::Look;
use crate::collect::ssh_daemon::{CONFIGURATIONS, configuration, included};

/// Where distributions put OpenSSH's server.
const SERVERS: &[&str] = &["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];

/// Where dropbear is, whose limits are arguments of its command line.
const OTHER_SERVERS: &[&str] = &["/usr/sbin/dropbear", "/usr/local/sbin/dropbear"];

/// Reads the limits; absent when no SSH server is installed.
pub(super) fn read(look: &Look<'_>) -> Read<Option<SshTimeout>> {
    find(look).into()
}

fn find(look: &Look<'_>) -> Result<Option<SshTimeout>, Reason> {
    if any_there(look, SERVERS)? {
        return in_force(look).map(Some);
    }
    if any_there(look, OTHER_SERVERS)? {
        return Err(Reason::new(ReasonCode::Unsupported, "dropbear is recognised but its limits are not judged"));
    }
    Ok(None)
}

fn any_there(look: &Look<'_>, paths: &[&str]) -> Result<bool, Reason> {
    for path in paths {
        if look.exists(path).map_err(|error| error.reason())? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn in_force(look: &Look<'_>) -> Result<SshTimeout, Reason> {
    let Some((file, directives)) = configuration(look)? else {
        let detail = format!("an SSH server is installed, but {} is missing", CONFIGURATIONS.join(" and "));
        return Err(Reason::new(ReasonCode::Missing, detail));
    };
    limits(&file, &directives, &mut |argument| included(look, argument))
}
