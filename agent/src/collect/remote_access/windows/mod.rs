//! By what a Windows host can be reached and used from afar: Remote Desktop, OpenSSH's server of Windows, and other programs.

mod rdp;
pub mod tools;

use tenken_model::fact::remote_access::{RemoteAccess, SshServer};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason};

use super::ssh;
use crate::collect::windows_setting::{Services, begins};
use crate::collect::{Look, Needs};

/// The service of OpenSSH's server.
const SSHD: &str = "sshd";

/// Reads what this host can be reached by.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<RemoteAccess> {
    let services = match Services::read(look) {
        Ok(services) => services,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let rdp = rdp::read(look, &services);
    Outcome::Known(RemoteAccess {
        ssh: ssh(look, &services).into(),
        tools: tools::read(look, &services, &rdp).into(),
        rdp: Read::Measured(Some(rdp)),
    })
}

fn ssh(look: &Look<'_>, services: &Services) -> Result<Option<SshServer>, Reason> {
    if services.named(SSHD).is_none() {
        return Ok(None);
    }
    ssh::of_windows(look, begins(look, SSHD)?, services.runs(SSHD)).map(Some)
}
