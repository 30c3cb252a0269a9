//! VPN connections of a Windows host that may use IPsec: those of the machine, and of each person.
//!
//! By strategy (VS_* of ras.h): IKEv2 only is version 2 of the key exchange; L2TP uses version 1, and each strategy that tries one
//! after another comes to L2TP. PPTP and SSTP only are no IPsec. The algorithms are those of the version of Windows, or of a policy
//! of the connection in a form that is not followed.

use tenken_model::fact::ipsec::{Ipsec, IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecService, IpsecStart};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Size, Topic};

use super::CONNECTIONS_MAX;
use super::phone_book::{self, Entry};
use crate::collect::windows_path::Variables;
use crate::collect::windows_setting::{Services, begins};
use crate::collect::{Look, Needs};
use crate::host::windows_api::RegistryPath;

const OF_MACHINE: &str = "C:/ProgramData/Microsoft/Network/Connections/Pbk/rasphone.pbk";
const OF_PERSON: &str = "AppData/Roaming/Microsoft/Network/Connections/Pbk/rasphone.pbk";
const FILE_MAX: Size = Size::from_bytes(1024 * 1024);
const PEOPLE_MAX: usize = 300;
const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";

/// Reads the connections. Absent where there is none.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Ipsec> {
    match read(look) {
        Ok(Some(ipsec)) => Outcome::Known(ipsec),
        Ok(None) => Outcome::Absent(Language::English.absent(Topic::Ipsec)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>) -> Result<Option<Ipsec>, Reason> {
    let (mut connections, mut unread, mut seen) = (Vec::new(), None, false);
    let mut split = Ok(Vec::new());
    for path in phone_books(look)? {
        let bytes = match look.read_if_there(&path, FILE_MAX) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => continue,
            Err(error) => {
                unread.get_or_insert(error.reason());
                continue;
            }
        };
        for entry in phone_book::parse(&bytes) {
            match connection(&entry, &path) {
                Ok(connection) => {
                    // One that is no IPsec stands beside the others all the same.
                    note_split(&entry, &path, &mut split);
                    seen |= connection.is_some();
                    connections.extend(connection);
                }
                Err(reason) => {
                    unread.get_or_insert(reason);
                }
            }
        }
    }
    if !seen && unread.is_none() {
        return Ok(None);
    }
    let left_out = connections.len().saturating_sub(CONNECTIONS_MAX);
    connections.truncate(CONNECTIONS_MAX);
    if left_out > 0 {
        let detail = format!("{left_out} more connections than are told");
        unread.get_or_insert(Reason::new(ReasonCode::TooLarge, detail));
    }
    let running = Services::read(look).map(|services| services.runs("RasMan")).map_err(|error| error.reason());
    let service = IpsecService {
        program: IpsecProgram::WindowsVpn,
        enabled: begins(look, "RasMan").into(),
        running: running.into(),
    };
    Ok(Some(Ipsec {
        services: vec![service],
        connections,
        left_out: i64::try_from(left_out).unwrap_or(i64::MAX),
        complete: unread.map_or(Read::Measured(true), Read::NotRead),
        split: split.into(),
    }))
}

/// Adds the connection to those beside which other traffic goes. One that does not say leaves that unknown of all.
fn note_split(entry: &Entry, path: &str, split: &mut Result<Vec<String>, Reason>) {
    match (entry.is_split(), split.as_mut()) {
        (Some(true), Ok(names)) => names.push(entry.name.clone()),
        (None, Ok(_)) => {
            let detail = format!("read {path}: a connection does not say what goes through it (IpPrioritizeRemote)");
            *split = Err(Reason::new(ReasonCode::Missing, detail));
        }
        (Some(false), Ok(_)) | (_, Err(_)) => {}
    }
}

/// The files of the machine and of each person with a profile.
fn phone_books(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let list = RegistryPath::machine(PROFILES);
    let profiles = look.registry(&list).map_err(|error| error.reason())?.unwrap_or_default();
    let variables = Variables::read(look).unwrap_or_default();
    let mut paths = vec![OF_MACHINE.to_owned()];
    for sid in profiles
        .subkeys
        .iter()
        .filter(|name| name.starts_with("S-1-5-21-") || name.starts_with("S-1-12-1-"))
        .take(PEOPLE_MAX)
    {
        let profile = look.aside().registry(&list.join(sid)).map_err(|error| error.reason())?.unwrap_or_default();
        let folder = profile.text("ProfileImagePath").and_then(|text| variables.path(text));
        paths.extend(folder.map(|folder| format!("{}/{OF_PERSON}", folder.display())));
    }
    Ok(paths)
}

fn connection(entry: &Entry, path: &str) -> Result<Option<IpsecConnection>, Reason> {
    let ikev1 = match entry.strategy {
        // PPTP only, and SSTP only.
        Some(1 | 5) => return Ok(None),
        Some(7) => false,
        Some(0 | 2 | 3 | 4 | 6 | 8) => true,
        other => {
            let told = other.map_or_else(|| "none".to_owned(), |number| number.to_string());
            let detail = format!("read {path}: the VPN strategy {told} of a connection is not known");
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
    };
    let algorithms = if entry.has_own_algorithms { "CustomIPSecPolicies" } else { "default" };
    let remote = if ikev1 { IpsecAuthentication::Unspecified } else { IpsecAuthentication::PublicKey };
    Ok(Some(IpsecConnection {
        name: entry.name.clone(),
        program: IpsecProgram::WindowsVpn,
        origin: path.to_owned(),
        start: IpsecStart::WhenAsked,
        ikev1,
        // Windows takes the main mode only.
        aggressive: false,
        ike: Vec::new(),
        esp: Vec::new(),
        unknown: vec![format!("ike: {algorithms}"), format!("esp: {algorithms}")],
        local: vec![IpsecAuthentication::Unspecified],
        remote: vec![remote],
    }))
}
