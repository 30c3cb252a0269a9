//! Which programs for IPsec are installed, begin with the system, and run.

use std::collections::BTreeSet;

use tenken_model::fact::ipsec::{IpsecProgram, IpsecService};
use tenken_model::{Read, Reason};

use crate::collect::systemd_unit;
use crate::collect::{Look, Wake};

/// A program by its files, units and processes.
struct Program {
    which: IpsecProgram,
    files: &'static [&'static str],
    units: &'static [&'static str],
    processes: &'static [&'static str],
}

/// What older versions call the unit of the older form is the newer form's today; which it is, its command says.
const PROGRAMS: [Program; 3] = [
    Program {
        which: IpsecProgram::Swanctl,
        files: &["/usr/sbin/swanctl", "/usr/bin/swanctl"],
        units: &["strongswan.service", "strongswan-swanctl.service"],
        processes: &["charon-systemd", "charon"],
    },
    Program {
        which: IpsecProgram::Stroke,
        files: &["/usr/lib/ipsec/starter", "/usr/libexec/ipsec/starter", "/usr/libexec/strongswan/starter"],
        units: &["strongswan-starter.service", "ipsec.service", "strongswan.service"],
        processes: &["charon"],
    },
    Program {
        which: IpsecProgram::Libreswan,
        files: &[LIBRESWAN[0], LIBRESWAN[1]],
        units: &["ipsec.service"],
        processes: &["pluto"],
    },
];
/// The end of the path of the daemon that goes with `swanctl`.
pub(crate) const CHARON_SYSTEMD: &str = "/charon-systemd";
/// Where the daemon of Libreswan is.
pub(crate) const LIBRESWAN: [&str; 2] = ["/usr/libexec/ipsec/pluto", "/usr/lib/ipsec/pluto"];

/// The programs that are installed.
pub(super) fn services(look: &Look<'_>) -> Result<Vec<IpsecService>, Reason> {
    let mut found = Vec::new();
    for program in &PROGRAMS {
        for file in program.files {
            if look.exists(file).map_err(|error| error.reason())? {
                found.push(program);
                break;
            }
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = systemd_unit::wanted(look).map(|wanted| wanted.units);
    let processes = look.processes().map_err(|error| error.reason());
    let service = |program: &&Program| {
        let running = processes.as_ref().map_err(Clone::clone).map(|processes| {
            let own = processes.iter().filter(|process| program.processes.contains(&process.name.as_str()));
            own.map(|process| look.wake_on(Wake::ProcessExit(process.pid))).count() > 0
        });
        let enabled = wanted.as_ref().map_err(Clone::clone).and_then(|wanted| enabled(look, program, wanted));
        IpsecService { program: program.which, enabled: Read::from(enabled), running: Read::from(running) }
    };
    Ok(found.iter().map(service).collect())
}

fn enabled(look: &Look<'_>, program: &Program, wanted: &BTreeSet<String>) -> Result<bool, Reason> {
    for unit in program.units.iter().filter(|unit| wanted.contains(**unit)) {
        // The link is left where a package was taken off.
        if !systemd_unit::is_masked(look, unit)?
            && let Some(files) = systemd_unit::files(look, unit)?
        {
            let commands = systemd_unit::listed(&files, "Service", "ExecStart")?;
            let starts_charon = commands.iter().any(|(_, command)| {
                systemd_unit::words(command).first().is_some_and(|path| path.ends_with(CHARON_SYSTEMD))
            });
            let fits = match program.which {
                IpsecProgram::Swanctl => starts_charon,
                IpsecProgram::Stroke | IpsecProgram::Libreswan => !starts_charon,
                IpsecProgram::WindowsVpn => false,
            };
            if fits {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
