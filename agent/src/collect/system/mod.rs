//! What kind of machine this is.

pub mod macos;
pub mod windows;

use std::path::Path;

use tenken_model::fact::system::{System, SystemFamily, SystemKind};
use tenken_model::observation::Outcome;
use tenken_model::{Read, ReasonCode};

use super::{Look, Needs};
use crate::host::ReadError;

/// Where desktops announce themselves, as systemd, X.Org and Wayland display managers look for them.
const DESKTOPS: [&str; 2] = ["/usr/share/xsessions", "/usr/share/wayland-sessions"];
const DESKTOPS_MAX: usize = 1_000;
/// Written by systemd-nspawn and others, by Docker, and by Podman.
const CONTAINER_MARKS: [&str; 3] = ["/run/systemd/container", "/.dockerenv", "/run/.containerenv"];

/// Reads name, version, use and start of the machine.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<System> {
    match read(look) {
        Ok(system) => Outcome::Known(system),
        Err(error) => Outcome::Failed(error.reason()),
    }
}

fn read(look: &Look<'_>) -> Result<System, ReadError> {
    let system = look.system()?;
    let family = match system.os.as_str() {
        "windows" => SystemFamily::Windows,
        "macos" => SystemFamily::Macos,
        _ => SystemFamily::Linux,
    };
    let mut desktop = false;
    for folder in DESKTOPS {
        desktop |= look.list_if_there(folder, DESKTOPS_MAX)?.iter().any(|entry| {
            Path::new(&entry.name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("desktop"))
        });
    }
    let mut container = false;
    for mark in CONTAINER_MARKS {
        container |= look.exists(mark)?;
    }
    let booted_at = if system.booted_at.timestamp() > 0 {
        Read::Measured(system.booted_at)
    } else {
        Read::not_read(ReasonCode::Unsupported, "read when the machine was started: the kernel does not say")
    };
    Ok(System {
        family,
        kind: if desktop { SystemKind::Pc } else { SystemKind::Server },
        os: system.os,
        os_version: system.os_version,
        kernel: system.kernel,
        host_name: system.host_name,
        container,
        booted_at,
    })
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::{Recording, SystemReading};

    fn base() -> Recording {
        Recording::new(Instant::UNIX_EPOCH).system(SystemReading {
            os: "debian".into(),
            os_version: "12".into(),
            kernel: "6.1.0".into(),
            host_name: "sv-1".into(),
            booted_at: Instant::from_timestamp(1_700_000_000, 0).unwrap(),
        })
    }

    fn fact(host: &Recording) -> Outcome<System> {
        let needs =
            Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
        collect(&Look::new(host), &needs)
    }

    #[test]
    fn a_machine_with_a_desktop_is_a_pc() {
        let Outcome::Known(server) = fact(&base()) else { panic!() };
        assert_eq!((server.kind, server.family, server.container), (SystemKind::Server, SystemFamily::Linux, false));
        let host = base().file("/usr/share/xsessions/gnome.desktop", "x").file("/.dockerenv", "");
        let Outcome::Known(pc) = fact(&host) else { panic!() };
        assert_eq!((pc.kind, pc.container), (SystemKind::Pc, true));
    }

    #[test]
    fn what_may_not_be_read_is_not_guessed() {
        assert!(matches!(fact(&base().denied("/usr/share/xsessions")), Outcome::Failed(_)));
    }
}
