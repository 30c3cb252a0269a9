//! Wireless networks a Windows host knows, by its WLAN service.
//!
//! The key of a profile is encrypted for the system, and the files of profiles
//! (`C:/ProgramData/Microsoft/Wlansvc/Profiles/Interfaces/{adapter}/{profile}.xml`) are closed to all but the system and the
//! administrators. Whoever may read them gets no key by that alone; all the same nobody else has to.

use std::path::PathBuf;

use tenken_model::fact::wireless::{Wireless, WirelessLink, WirelessProfile, WirelessSecurity, WirelessStore};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Topic};

use super::{PROFILES_MAX, label, windows_profile};
use crate::collect::security_descriptor::{self, ADMINISTRATORS, READ_DATA, SYSTEM};
use crate::collect::{Look, Needs, Wake};
use crate::host::windows_api::{Guid, RegistryPath, SecuredObject, WirelessAdapter, WirelessConnection};

const FOLDER: &str = "C:/ProgramData/Microsoft/Wlansvc/Profiles/Interfaces";
/// DOT11_CIPHER_ALGO_TKIP.
const TKIP: u32 = 0x02;
/// DOT11_CIPHER_ALGO_WEP40, WEP104 and WEP of any length.
const WEP: [u32; 3] = [0x01, 0x05, 0x101];

/// Reads the networks of this host. Absent without a wireless adapter.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Wireless> {
    let adapters = match look.wireless_adapters() {
        Ok(adapters) => adapters,
        // There is no WLAN service: on servers it is a feature of its own.
        Err(error) if error.is_not_there() => Vec::new(),
        Err(error) => return Outcome::Failed(error.reason()),
    };
    if adapters.is_empty() {
        return Outcome::Absent(Language::English.absent(Topic::Wireless));
    }
    match read(look, &adapters) {
        Ok(wireless) => Outcome::Known(wireless),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>, adapters: &[WirelessAdapter]) -> Result<Wireless, Reason> {
    let machine_id = machine_id(look);
    let (mut profiles, mut unread, mut left_out) = (Vec::new(), None, 0_i64);
    for adapter in adapters {
        let (folder, is_closed) = folder(look, &adapter.guid)?;
        for profile in &adapter.profiles {
            if profiles.len() >= PROFILES_MAX {
                left_out += 1;
                continue;
            }
            match windows_profile::parse(&profile.xml) {
                Ok(found) => profiles.push(WirelessProfile {
                    store: WirelessStore::Windows,
                    file: folder.clone(),
                    label: label(&found.network, machine_id.as_deref()),
                    ssid: found.network.ssid,
                    security: found.network.security,
                    tkip: found.network.tkip,
                    automatic: found.network.automatic,
                    protected: is_closed && !found.has_plain_key,
                    server_checked: found.network.server_checked,
                }),
                Err(error) => {
                    unread.get_or_insert(Reason::new(
                        ReasonCode::Unparsable,
                        format!("read a profile of {folder}: {error}"),
                    ));
                }
            }
        }
    }
    if left_out > 0 {
        let detail = format!("read wireless networks: {left_out} profiles were left out");
        unread.get_or_insert(Reason::new(ReasonCode::TooLarge, detail));
    }
    Ok(Wireless {
        interfaces: adapters.iter().map(|adapter| adapter.description.clone()).collect(),
        profiles,
        left_out,
        complete: unread.map_or(Read::Measured(true), Read::NotRead),
        links: links(adapters),
    })
}

/// What stand-ins of names rest on: what tells this machine from others.
fn machine_id(look: &Look<'_>) -> Option<Vec<u8>> {
    let key = look.registry(&RegistryPath::machine(r"SOFTWARE\Microsoft\Cryptography")).ok().flatten()?;
    key.text("MachineGuid").filter(|guid| guid.len() >= 32).map(|guid| guid.as_bytes().to_vec())
}

/// The folder of an adapter's profiles, and whether only the system and administrators may read what is in it.
fn folder(look: &Look<'_>, adapter: &Guid) -> Result<(String, bool), Reason> {
    let folder = format!("{FOLDER}/{{{}}}", adapter.as_str().to_ascii_uppercase());
    let object = SecuredObject::File(PathBuf::from(&folder));
    // Windows keeps what it joins in there.
    look.wake_on(Wake::Path(folder.as_str().into()));
    let bytes = match look.security_descriptor(&object) {
        Ok(bytes) => bytes,
        // Nothing was ever kept for this adapter.
        Err(error) if error.is_not_there() => return Ok((folder, true)),
        Err(error) => return Err(error.reason()),
    };
    let unfit = |error| Reason::new(ReasonCode::Unparsable, format!("read who may use {object}: {error}"));
    let descriptor = security_descriptor::decode(&bytes).map_err(unfit)?;
    let is_own = |sid: &str| [SYSTEM, ADMINISTRATORS].contains(&sid) || sid.starts_with("S-1-5-80-");
    let is_closed = descriptor.holders(READ_DATA).is_some_and(|holders| holders.iter().all(|sid| is_own(sid.as_str())));
    Ok((folder, is_closed))
}

fn links(adapters: &[WirelessAdapter]) -> Read<Vec<WirelessLink>> {
    let mut links = Vec::new();
    if adapters.iter().any(|adapter| adapter.connection_refused) {
        let why = "access is denied: since Windows 11 24H2 the location service must be on for it";
        return Read::not_read(ReasonCode::NotPermitted, format!("ask what a wireless adapter is joined to: {why}"));
    }
    for connection in adapters.iter().filter_map(|adapter| adapter.connection.as_ref()) {
        let Some(security) = security(connection) else {
            let number = connection.authentication;
            return Read::not_read(
                ReasonCode::Unsupported,
                format!("read what is joined: authentication {number} is not known"),
            );
        };
        links.push(WirelessLink {
            ssid: String::from_utf8_lossy(&connection.ssid.0).into_owned(),
            security,
            // WPA of the first version has authentications of its own.
            tkip: connection.cipher == TKIP || matches!(connection.authentication, 3..=5),
        });
    }
    Read::Measured(links)
}

/// DOT11_AUTH_ALGORITHM and DOT11_CIPHER_ALGORITHM of windot11.h.
fn security(connection: &WirelessConnection) -> Option<WirelessSecurity> {
    Some(match connection.authentication {
        1 | 2 if WEP.contains(&connection.cipher) => WirelessSecurity::Wep,
        1 => WirelessSecurity::Open,
        2 => WirelessSecurity::Wep,
        3 | 6 | 8 | 11 => WirelessSecurity::Enterprise,
        4 | 7 => WirelessSecurity::Psk,
        9 => WirelessSecurity::Sae,
        10 => WirelessSecurity::Owe,
        _ => return None,
    })
}
