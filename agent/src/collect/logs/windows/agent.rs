//! Who may change the agent itself: its service, its program and the folder that lies in. Whoever may can have it tell what they
//! like, or nothing.
//!
//! Rights on services: <https://learn.microsoft.com/en-us/windows/win32/services/service-security-and-access-rights>.

use tenken_model::fact::logs::{AgentPart, AgentRight};
use tenken_model::{Reason, ReasonCode};

use crate::collect::Look;
use crate::collect::security_descriptor::{
    self, ADMINISTRATORS, CHANGE, CREATOR_OWNER, DELETE, OWNER_RIGHTS, SYSTEM, TRUSTED_INSTALLER, WRITE_DAC,
    WRITE_OWNER,
};
use crate::collect::windows_path::Variables;
use crate::host::registration::SERVICE;
use crate::host::windows_api::{RegistryPath, SecuredObject, Sid};

const SERVICES: &str = r"SYSTEM\CurrentControlSet\Services";
/// SERVICE_CHANGE_CONFIG and SERVICE_STOP, and what gives them.
const CHANGE_SERVICE: u32 = 0x0002 | 0x0020 | DELETE | WRITE_DAC | WRITE_OWNER;
/// Who may: the system and its administrators, and the makers and owners of the object, which are looked at by themselves.
const TRUSTED: [&str; 5] = [SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER, CREATOR_OWNER, OWNER_RIGHTS];
/// Whoever there is, where there is no list.
const EVERYBODY: &str = "S-1-1-0";
/// The most that are told.
const TOLD_MAX: usize = 20;

/// Who beside them may; nothing where the agent is no service of this machine.
pub(super) fn read(look: &Look<'_>) -> Result<Option<Vec<AgentRight>>, Reason> {
    let path = RegistryPath::machine(SERVICES).join(SERVICE);
    let Some(key) = look.registry(&path).map_err(|error| error.reason())? else { return Ok(None) };
    let Some(command) = key.text("ImagePath") else { return Ok(None) };
    let variables = Variables::read(look).map_err(|error| error.reason())?;
    let unknown = || Reason::new(ReasonCode::Unparsable, format!("find the program of the service {SERVICE}: no path"));
    let program = variables.program(command, true).ok_or_else(unknown)?;
    let folder = program.parent().ok_or_else(unknown)?.to_path_buf();
    let parts = [
        (AgentPart::Service, SecuredObject::Service(SERVICE.to_owned()), CHANGE_SERVICE),
        (AgentPart::Program, SecuredObject::File(program), CHANGE),
        (AgentPart::Folder, SecuredObject::File(folder), CHANGE),
    ];
    let mut found = Vec::new();
    for (part, object, wanted) in parts {
        let bytes = look.security_descriptor(&object).map_err(|error| error.reason())?;
        let broken = |error| Reason::new(ReasonCode::Unparsable, format!("read rights on {object}: {error}"));
        let descriptor = security_descriptor::decode(&bytes).map_err(broken)?;
        let right = |by: &str| AgentRight { part, by: by.to_owned() };
        match descriptor.holders(wanted) {
            None => found.push(right(EVERYBODY)),
            Some(holders) => found.extend(holders.into_iter().chain(&descriptor.owner).map(Sid::as_str).map(right)),
        }
    }
    found.retain(|right| !TRUSTED.contains(&right.by.as_str()));
    found.sort_by(|a, b| (a.part, &a.by).cmp(&(b.part, &b.by)));
    found.dedup();
    found.truncate(TOLD_MAX);
    Ok(Some(found))
}
