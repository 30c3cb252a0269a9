//! Idle limits of terminals and remote shells.

pub(crate) mod files;
mod logind;
mod shell_assignment;
mod shell_condition;
pub mod shell_limit;
pub mod shell_script;
pub mod shell_words;
mod ssh;
pub mod sshd_limits;
#[cfg(test)]
mod tests;
pub mod windows;

use tenken_model::fact::session_timeout::SessionTimeout;
use tenken_model::observation::Outcome;

use super::{Look, Needs};

/// What a login shell of the sh family reads: the variables of PAM, then the profile and what it sources.
const SHELL_ROOTS: &[&str] = &["/etc/environment", "/etc/profile"];

/// Reads the limits that are set on this host.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<SessionTimeout> {
    let shell = shell_limit::limit(SHELL_ROOTS, &mut |path| files::files_of(look, path));
    Outcome::Known(SessionTimeout {
        shell: shell.into(),
        ssh: ssh::read(look),
        logind: logind::read(look),
        remote_desktop: None,
    })
}
