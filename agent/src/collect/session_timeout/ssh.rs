//! The SSH server's limits on this host.

use tenken_model::fact::session_timeout::SshTimeout;
use tenken_model::{Read, Reason, ReasonCode};

use super::files::files_of;
use super::sshd_config::{Directive, parse};
use super::sshd_limits::{Included, limits};
use crate::collect::Look;

/// Where distributions put OpenSSH's server.
const SERVERS: &[&str] = &["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];

/// Where dropbear is, whose limits are arguments of its command line.
const OTHER_SERVERS: &[&str] = &["/usr/sbin/dropbear", "/usr/local/sbin/dropbear"];

/// The server's configuration: the administrator's, then the vendor's.
const CONFIGURATIONS: &[&str] = &["/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"];

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
    for path in CONFIGURATIONS {
        if let Some((file, bytes)) = files_of(look, path)?.first() {
            let directives = directives(file, bytes)?;
            return limits(file, &directives, &mut |pattern| included(look, pattern));
        }
    }
    Err(Reason::new(
        ReasonCode::Missing,
        format!("an SSH server is installed, but {} is missing", CONFIGURATIONS.join(" and ")),
    ))
}

/// The files of an `Include`; relative ones are below /etc/ssh.
fn included(look: &Look<'_>, pattern: &str) -> Result<Included, Reason> {
    let path = if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/ssh/{pattern}") };
    let files = files_of(look, &path)?;
    files.into_iter().map(|(name, bytes)| directives(&name, &bytes).map(|found| (name, found))).collect()
}

fn directives(file: &str, bytes: &[u8]) -> Result<Vec<Directive>, Reason> {
    parse(bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{file}: {error}")))
}
