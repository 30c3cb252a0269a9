//! What kind of machine this is, on Windows.

use tenken_model::fact::system::{System, SystemFamily, SystemKind};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryKey, RegistryPath};

/// Whether it is a workstation, a server or a domain controller; Windows itself reads it at its start.
const OPTIONS: &str = r"SYSTEM\CurrentControlSet\Control\ProductOptions";
/// What is said of this version.
pub(crate) const VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
/// Windows that runs inside a container has `ContainerType` here.
const CONTROL: &str = r"SYSTEM\CurrentControlSet\Control";
/// Windows 10 and 11 Enterprise multi-session: desktops of people on what otherwise is a server.
const MULTI_SESSION: &str = "ServerRdsh";

/// Reads name, version, use and start of the machine.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<System> {
    read(look).map_or_else(Outcome::Failed, Outcome::Known)
}

fn read(look: &Look<'_>) -> Result<System, Reason> {
    let system = look.system().map_err(|error| error.reason())?;
    let version = version(look)?;
    let booted_at = if system.booted_at.timestamp() > 0 {
        Read::Measured(system.booted_at)
    } else {
        Read::not_read(ReasonCode::Unsupported, "read when the machine was started: the system does not say")
    };
    Ok(System {
        family: SystemFamily::Windows,
        kind: kind(look, &version)?,
        os: system.os,
        os_version: system.os_version,
        kernel: system.kernel,
        host_name: system.host_name,
        container: values(look, CONTROL)?.value("ContainerType").is_some(),
        booted_at,
    })
}

/// What the registry says of this version of Windows. It does not wake: much below it changes all the time, and itself only with
/// an update, after which the machine starts anew.
pub(crate) fn version(look: &Look<'_>) -> Result<RegistryKey, Reason> {
    values(look, VERSION)
}

/// Whether this Windows is a server.
pub(crate) fn is_server(look: &Look<'_>) -> Result<bool, Reason> {
    Ok(kind(look, &version(look)?)? == SystemKind::Server)
}

/// What it is made for: of workstations people sit before, and before desktops of several people at a time, too.
fn kind(look: &Look<'_>, version: &RegistryKey) -> Result<SystemKind, Reason> {
    let edition = version.text("EditionID").unwrap_or_default();
    let options = look.registry(&RegistryPath::machine(OPTIONS)).map_err(|error| error.reason())?;
    let product = options.as_ref().and_then(|key| key.text("ProductType")).unwrap_or_default();
    let installation = version.text("InstallationType").unwrap_or_default();
    let is = |text: &str, other: &str| text.eq_ignore_ascii_case(other);
    if is(edition, MULTI_SESSION) || is(product, "WinNT") || (product.is_empty() && is(installation, "Client")) {
        return Ok(SystemKind::Pc);
    }
    let is_server = is(product, "ServerNT") || is(product, "LanmanNT");
    if is_server || (product.is_empty() && installation.to_ascii_lowercase().starts_with("server")) {
        return Ok(SystemKind::Server);
    }
    let detail = format!("read HKLM\\{OPTIONS}: `{product}` is no known ProductType");
    Err(Reason::new(ReasonCode::Unparsable, detail))
}

/// Of keys below which much changes all the time.
fn values(look: &Look<'_>, key: &str) -> Result<RegistryKey, Reason> {
    let key = look.registry_values(&RegistryPath::machine(key)).map_err(|error| error.reason())?;
    Ok(key.unwrap_or_default())
}
