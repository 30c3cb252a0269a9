//! Further servers of OpenSSH that begin with the system under units of another name, such as a copy with a file of its own.

use tenken_model::{Reason, ReasonCode};

use super::{SERVICES, SOCKETS, commanded, is_server, socket_addresses};
use crate::collect::remote_access::begun::inetd_begins;
use crate::collect::remote_access::inetd::Service;
use crate::collect::remote_access::started::Started;
use crate::collect::ssh_daemon::command_line::{self, CommandLine};
use crate::collect::{Look, systemd_unit};

/// The most further servers that are told.
const OTHERS_MAX: usize = 20;

/// The port of a service of that name.
const SSH: (&str, u16) = ("ssh", 22);

/// A further server.
pub(super) struct Other {
    pub(super) told: CommandLine,
    pub(super) by_socket: bool,
    /// What its socket waits on.
    pub(super) sockets: Vec<String>,
}

/// Looks for them among the units that no package put there. Which programs units begin that packages bring is known.
pub(super) fn read(look: &Look<'_>, started: &Started<'_, '_>) -> Result<Vec<Other>, Reason> {
    let aside = look.aside();
    let mut found = Vec::new();
    for unit in started.own() {
        let unit = unit.as_str();
        if SERVICES.contains(&unit) || SOCKETS.contains(&unit) {
            continue;
        }
        let services = match unit.rsplit_once('.') {
            Some((_, "service")) => vec![unit.to_owned()],
            // A socket begins the service of its name, or one of a template for each connection.
            Some((name, "socket")) => vec![format!("{name}.service"), format!("{name}@.service")],
            _ => continue,
        };
        for service in services {
            let Some(files) = systemd_unit::files(&aside, &service)? else { continue };
            let server = commanded(&aside, &files)?.filter(|(program, _)| is_server(program));
            let Some((_, told)) = server else { continue };
            if systemd_unit::is_masked(look, &service)? {
                continue;
            }
            if found.len() >= OTHERS_MAX {
                let detail = format!("more than {OTHERS_MAX} units begin a server of OpenSSH");
                return Err(Reason::new(ReasonCode::TooLarge, detail));
            }
            // What it rests on wakes, unlike the units of everything else.
            if let Some(files) = systemd_unit::files(look, &service)? {
                commanded(look, &files)?;
            }
            let by_socket = service != unit;
            let sockets = if by_socket { socket_addresses(look, &[unit])? } else { Vec::new() };
            found.push(Other { told, by_socket, sockets });
        }
    }
    Ok(found)
}

/// Those that inetd or xinetd begins with a connection. Where they wait their services say, not their configuration.
pub(super) fn by_inetd(started: &Started<'_, '_>, begun: &Result<Vec<Service>, Reason>) -> Result<Vec<Other>, Reason> {
    let is_ssh = |service: &&Service| service.programs.iter().any(|program| is_server(program));
    let services: Vec<&Service> = match begun {
        Ok(services) => services.iter().filter(is_ssh).collect(),
        // What cannot be read begins nothing where nothing reads it.
        Err(reason) => return if inetd_begins(started) == Ok(false) { Ok(Vec::new()) } else { Err(reason.clone()) },
    };
    if services.is_empty() || !inetd_begins(started)? {
        return Ok(Vec::new());
    }
    let other = |service: &&Service| {
        let told = command_line::read(&service.arguments).ok_or_else(|| {
            let detail = format!("sshd refuses an option that service {} of inetd gives it", service.name);
            Reason::new(ReasonCode::Unparsable, detail)
        })?;
        let by_name = (service.name == SSH.0).then_some(SSH.1);
        let port = service.port.or(by_name).map_or_else(|| service.name.clone(), |port| port.to_string());
        let address = service.address.as_deref().unwrap_or("*");
        Ok(Other { told, by_socket: true, sockets: vec![format!("[{address}]:{port}")] })
    };
    if services.len() > OTHERS_MAX {
        let detail = format!("inetd begins more than {OTHERS_MAX} servers of OpenSSH");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    services.iter().map(other).collect()
}
