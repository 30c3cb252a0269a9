//! The older protocols, by the registry.
//!
//! What no value says is as the version of Windows has it. Sources: Microsoft's security policy settings reference, "Detect, enable
//! and disable SMBv1, SMBv2, and SMBv3 in Windows", "Control SMB signing behavior", DNSClient.admx.

use tenken_model::fact::network_protocols::NetworkProtocols;
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode};

use crate::collect::windows_setting::{Services, number, service_key};
use crate::collect::{Look, Needs};
use crate::host::windows_api::RegistryPath;

/// NetbiosOptions: switched off. Otherwise it is on, or a DHCP server decides.
const NETBIOS_OFF: u64 = 2;
/// The start of a driver that is switched off.
const DISABLED: u64 = 4;
/// Since Vista, where no value says otherwise.
const NTLM_LEVEL_DEFAULT: u64 = 3;
/// The first build that asks for signing where no value says otherwise: Windows 11 24H2, and Windows Server 2025 as a client.
const SIGNING_BUILD: u32 = 26_100;
const ADAPTERS_MAX: usize = 64;

/// Reads them.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<NetworkProtocols> {
    let policy = RegistryPath::machine(r"SOFTWARE\Policies\Microsoft\Windows NT\DNSClient");
    let lsa = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Control\Lsa");
    let [server, workstation] =
        ["LanmanServer", "LanmanWorkstation"].map(|name| service_key(&format!(r"{name}\Parameters")));
    let signing = |path: &RegistryPath, default: fn(&Version) -> bool| match number(
        look,
        "RequireSecuritySignature",
        std::slice::from_ref(path),
    )? {
        Some(required) => Ok(required != 0),
        None => Version::read(look).map(|version| default(&version)),
    };
    let level = number(look, "LmCompatibilityLevel", &[lsa]);
    Outcome::Known(NetworkProtocols {
        llmnr: number(look, "EnableMulticast", &[policy]).map(|enabled| enabled != Some(0)).into(),
        netbios: netbios(look).into(),
        smb1_server: smb1_server(look, &server).into(),
        smb1_client: smb1_client(look).into(),
        server_needs_signing: signing(&server, Version::server_signs).into(),
        client_needs_signing: signing(&workstation, Version::client_signs).into(),
        ntlm_level: level.map(|level| i64::try_from(level.unwrap_or(NTLM_LEVEL_DEFAULT)).unwrap_or(i64::MAX)).into(),
    })
}

/// The adapters on which it is not switched off.
fn netbios(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let interfaces = service_key(r"NetBT\Parameters\Interfaces");
    let key = look.registry(&interfaces).map_err(|error| error.reason())?.unwrap_or_default();
    let mut found = Vec::new();
    for name in key.subkeys.iter().take(ADAPTERS_MAX) {
        let own = [interfaces.join(name)];
        if number(&look.aside(), "NetbiosOptions", &own)? != Some(NETBIOS_OFF) {
            found.push(name.strip_prefix("Tcpip_").unwrap_or(name).to_ascii_lowercase());
        }
    }
    Ok(found)
}

/// The server speaks version 1 where its driver is installed, which it is not on newer systems, and no value switches it off.
fn smb1_server(look: &Look<'_>, parameters: &RegistryPath) -> Result<bool, Reason> {
    let switched_off = number(look, "SMB1", std::slice::from_ref(parameters))? == Some(0);
    let services = Services::read(look).map_err(|error| error.reason())?;
    Ok(!switched_off && services.named("srv").is_some())
}

/// The client speaks version 1 where its driver is installed and not switched off.
fn smb1_client(look: &Look<'_>) -> Result<bool, Reason> {
    let driver = service_key("mrxsmb10");
    Ok(number(look, "Start", std::slice::from_ref(&driver))?.is_some_and(|start| start != DISABLED))
}

/// Which Windows it is.
struct Version {
    build: u32,
    is_server: bool,
    is_home: bool,
}

impl Version {
    fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let path = RegistryPath::machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion");
        let key = look.registry(&path).map_err(|error| error.reason())?.unwrap_or_default();
        let build = key.text("CurrentBuildNumber").or_else(|| key.text("CurrentBuild"));
        let unfit = || Reason::new(ReasonCode::Unparsable, format!("read {path}: it has no build"));
        Ok(Self {
            build: build.and_then(|build| build.parse().ok()).ok_or_else(unfit)?,
            is_server: key.text("InstallationType").is_some_and(|kind| kind != "Client"),
            is_home: key.text("EditionID").is_some_and(|edition| edition.starts_with("Core")),
        })
    }

    fn server_signs(&self) -> bool {
        self.client_signs() && !self.is_server
    }

    fn client_signs(&self) -> bool {
        self.build >= SIGNING_BUILD && !self.is_home
    }
}
