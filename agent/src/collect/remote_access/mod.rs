//! By what this host can be reached and used from afar.

mod begun;
pub mod inetd;
mod ssh;
mod started;
#[cfg(test)]
mod tests;
pub mod tools;
pub mod windows;

use tenken_model::Read;
use tenken_model::fact::remote_access::RemoteAccess;
use tenken_model::observation::Outcome;

use self::started::Started;
use super::{Look, Needs};

/// Reads what this host can be reached by.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<RemoteAccess> {
    match Started::read(look) {
        Ok(started) => {
            let begun = begun::services(look);
            Outcome::Known(RemoteAccess {
                ssh: ssh::read(look, &started, &begun).into(),
                rdp: Read::Measured(None),
                tools: begun.and_then(|begun| tools::read(look, &started, &begun)).into(),
            })
        }
        Err(reason) => Outcome::Failed(reason),
    }
}
