//! A network bridge of Windows: adapters between which frames pass, below IP, so that no setting of IP tells of it.
//!
//! Its members are those to which the protocol of the bridge is bound (`MsBridge`), as NDIS notes it for every protocol
//! (`Linkage!Bind`, a list of `\Device\{GUID}`). A member has no address of its own and may be missing from the list of adapters; what
//! its driver calls it is in the class of adapters.

use tenken_model::{Reason, ReasonCode};

use super::windows::is_tunnel_called;
use crate::collect::Look;
use crate::collect::windows_setting::service_key;
use crate::host::windows_api::{Adapter, Guid, RegistryPath};

const PROTOCOL: &str = r"MsBridge\Linkage";
const DEVICE: &str = r"\Device\";
/// The class of network adapters.
const CLASS: &str = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e972-e325-11ce-bfc1-08002be10318}";
/// More adapters than any machine has, with those that were taken off.
const ADAPTERS_MAX: usize = 500;

/// A member of a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The adapter's name, or what its driver calls it.
    pub name: String,
    /// It leads through a tunnel; nothing where its driver is not found.
    pub tunnel: Option<bool>,
}

/// The members of the bridge; none where there is no bridge.
pub(super) fn members(look: &Look<'_>, adapters: &[Adapter]) -> Result<Vec<Member>, Reason> {
    let key = look.registry(&service_key(PROTOCOL)).map_err(|error| error.reason())?.unwrap_or_default();
    let bound = key.texts("Bind").unwrap_or_default();
    let guids: Vec<Guid> = bound.iter().filter_map(|device| guid(device.strip_prefix(DEVICE)?)).collect();
    if guids.len() != bound.len() {
        let detail = format!("read {PROTOCOL} Bind: it names no adapters");
        return Err(Reason::new(ReasonCode::Unparsable, detail));
    }
    // One alone has nobody to pass frames to.
    if guids.len() < 2 {
        return Ok(Vec::new());
    }
    let drivers = drivers(look)?;
    let member = |guid: &Guid| {
        let adapter = adapters.iter().find(|adapter| adapter.guid == *guid);
        let driver = drivers.iter().find(|(known, _)| known == guid).map(|(_, description)| description.clone());
        let description = adapter.map(|adapter| adapter.description.clone()).or(driver);
        let name = adapter.map(|adapter| adapter.name.clone()).or_else(|| description.clone());
        Member {
            name: name.unwrap_or_else(|| guid.as_str().to_owned()),
            tunnel: description.map(|description| is_tunnel_called(&description)),
        }
    };
    Ok(guids.iter().map(member).collect())
}

/// What the driver of each adapter calls it.
fn drivers(look: &Look<'_>) -> Result<Vec<(Guid, String)>, Reason> {
    let list = RegistryPath::machine(CLASS);
    // Adapters come and go with the bindings, which wake.
    let look = look.aside();
    let class = look.registry(&list).map_err(|error| error.reason())?.unwrap_or_default();
    let mut found = Vec::new();
    for number in
        class.subkeys.iter().filter(|name| name.bytes().all(|digit| digit.is_ascii_digit())).take(ADAPTERS_MAX)
    {
        let Ok(Some(key)) = look.registry(&list.join(number)) else { continue };
        let own = key.text("NetCfgInstanceId").and_then(guid);
        found.extend(own.zip(key.text("DriverDesc").map(str::to_owned)));
    }
    Ok(found)
}

/// In braces.
fn guid(text: &str) -> Option<Guid> {
    text.strip_prefix('{')?.strip_suffix('}')?.parse().ok()
}
