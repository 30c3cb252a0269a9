//! Idle limits of Remote Desktop on Windows. Shells there have none of their own.
//!
//! Policy of the machine goes before the setting of the connection. Limits of single persons, by their policy or in their
//! accounts, hold only where the machine has none; they are not read.
//! <https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-admx-terminalserver>

use tenken_model::fact::session_timeout::{RemoteDesktopTimeout, SessionTimeout};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Span};

use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryKey, RegistryPath, ServiceState};

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const SERVER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
/// OpenSSH's server, which is a feature of Windows since Windows 10 1809.
const SSH_SERVICE: &str = "sshd";

/// Reads the limits that are set on this host.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<SessionTimeout> {
    let remote_desktop = match remote_desktop(look) {
        Ok(remote_desktop) => remote_desktop,
        Err(reason) => return Outcome::Failed(reason),
    };
    let ssh = match look.services() {
        Ok(services) => {
            let runs = |service: &crate::host::windows_api::Service| {
                service.name.eq_ignore_ascii_case(SSH_SERVICE) && service.state != ServiceState::Stopped
            };
            if services.iter().any(runs) {
                Read::not_read(ReasonCode::Unsupported, "read the limits of sshd on Windows: not by this version")
            } else {
                Read::Measured(None)
            }
        }
        Err(error) => Read::NotRead(error.reason()),
    };
    Outcome::Known(SessionTimeout { shell: Read::Measured(None), ssh, logind: Read::Measured(None), remote_desktop })
}

/// The limits of Remote Desktop; nothing where connections are refused.
fn remote_desktop(look: &Look<'_>) -> Result<Option<RemoteDesktopTimeout>, Reason> {
    let key = |path: &str| -> Result<RegistryKey, Reason> {
        Ok(look.registry(&RegistryPath::machine(path)).map_err(|error| error.reason())?.unwrap_or_default())
    };
    let (policy, server) = (key(POLICY)?, key(SERVER)?);
    let denies = policy.number("fDenyTSConnections").or_else(|| server.number("fDenyTSConnections"));
    // Without the value none are taken.
    if denies.unwrap_or(1) != 0 {
        return Ok(None);
    }
    let connection = key(&format!(r"{SERVER}\WinStations\RDP-Tcp"))?;
    Ok(Some(RemoteDesktopTimeout {
        idle: Read::Measured(limit(&policy, &connection, "MaxIdleTime", "fInheritMaxIdleTime")),
        disconnected: Read::Measured(limit(
            &policy,
            &connection,
            "MaxDisconnectionTime",
            "fInheritMaxDisconnectionTime",
        )),
    }))
}

/// A limit in milliseconds; 0 is none. That of the connection counts where it does not leave it to each account.
fn limit(policy: &RegistryKey, connection: &RegistryKey, name: &str, inherits: &str) -> Option<Span> {
    let own = || connection.number(name).filter(|_| connection.number(inherits) == Some(0));
    let millis = policy.number(name).or_else(own).filter(|millis| *millis > 0)?;
    i64::try_from(millis).ok().map(Span::from_millis)
}
