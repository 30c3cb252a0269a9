//! What kind of machine a Mac is. Never run on one.

use tenken_model::Read;
use tenken_model::fact::system::{System, SystemFamily, SystemKind};
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs};

/// Reads name, version and start of the machine. People sit before every Mac, unless a group of hosts says otherwise.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<System> {
    match look.system() {
        Ok(system) => Outcome::Known(System {
            family: SystemFamily::Macos,
            kind: SystemKind::Pc,
            os: system.os,
            os_version: system.os_version,
            kernel: system.kernel,
            host_name: system.host_name,
            container: false,
            booted_at: Read::Measured(system.booted_at),
        }),
        Err(error) => Outcome::Failed(error.reason()),
    }
}
