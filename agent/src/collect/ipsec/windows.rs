//! VPN connections of a Windows host: those of the machine and of each person that may use IPsec, and programs of other makers.
//!
//! By strategy (VS_* of ras.h): IKEv2 alone, or before SSTP, is version 2 of the key exchange; L2TP uses version 1, and each strategy
//! that tries one after another comes to L2TP. PPTP, SSTP and GRE are no IPsec. Which algorithms each takes up `windows_suites` says.
//! The other end of IKEv2 proves itself by its certificate, both ends of L2TP by certificates or by a shared key (`IpSecFlags`).
//!
//! Tunnels that are up (`MSFT_NetMainModeSA`) Windows tells to administrators alone, which the agent is not.

use tenken_model::fact::ipsec::{Ipsec, IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecService, IpsecStart};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Size, Topic};

use super::phone_book::{self, Entry, Policies};
use super::windows_suites::{OfMachine, Offer};
use super::{CONNECTIONS_MAX, windows_clients};
use crate::collect::windows_path::Variables;
use crate::collect::windows_setting::{Services, number, service_key};
use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryData, RegistryPath};

const OF_MACHINE: &str = "C:/ProgramData/Microsoft/Network/Connections/Pbk/rasphone.pbk";
const OF_PERSON: &str = "AppData/Roaming/Microsoft/Network/Connections/Pbk/rasphone.pbk";
const FILE_MAX: Size = Size::from_bytes(1024 * 1024);
const PEOPLE_MAX: usize = 300;
/// Services that a connection cannot be made without: the one that dials, and the one that exchanges keys.
const SERVICES: [&str; 2] = ["RasMan", "IKEEXT"];
/// `Start` of a service that nothing starts.
const DISABLED: u64 = 4;
const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";

/// Reads the connections. Absent where there is none, and no program of another maker.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Ipsec> {
    match read(look) {
        Ok(Some(ipsec)) => Outcome::Known(ipsec),
        Ok(None) => Outcome::Absent(Language::English.absent(Topic::Ipsec)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>) -> Result<Option<Ipsec>, Reason> {
    let (mut connections, mut unread, mut seen) = (Vec::new(), None, false);
    let mut split = Split::default();
    let machine = of_machine(look).unwrap_or_else(|reason| {
        unread.get_or_insert(reason);
        OfMachine::default()
    });
    let people = folders_of_people(look)?;
    for path in phone_books(&people) {
        let bytes = match look.read_if_there(&path, FILE_MAX) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => continue,
            Err(error) => {
                unread.get_or_insert(error.reason());
                continue;
            }
        };
        for entry in phone_book::parse(&bytes) {
            // One that is no IPsec, or of which that is not known, stands beside the others all the same.
            split.note(&entry, &path);
            seen = true;
            match connection(&entry, &path, machine) {
                Ok(connection) => connections.extend(connection),
                Err(reason) => {
                    unread.get_or_insert(reason);
                }
            }
        }
    }
    let services = Services::read(look).map_err(|error| error.reason());
    let others = services.as_ref().map_err(Reason::clone).and_then(|all| windows_clients::read(look, all, &people));
    let unjudged = match others {
        Ok(clients) => {
            seen |= clients.any;
            unread = unread.or(clients.unread);
            split.names.extend(clients.split);
            clients.unjudged
        }
        Err(reason) => {
            unread.get_or_insert(reason);
            Vec::new()
        }
    };
    if !seen && unread.is_none() {
        return Ok(None);
    }
    let left_out = connections.len().saturating_sub(CONNECTIONS_MAX);
    connections.truncate(CONNECTIONS_MAX);
    if left_out > 0 {
        let detail = format!("{left_out} more connections than are told");
        unread.get_or_insert(Reason::new(ReasonCode::TooLarge, detail));
    }
    let running = services.map(|services| services.runs("RasMan"));
    let service =
        IpsecService { program: IpsecProgram::WindowsVpn, enabled: may_start(look).into(), running: running.into() };
    Ok(Some(Ipsec {
        services: vec![service],
        connections,
        left_out: i64::try_from(left_out).unwrap_or(i64::MAX),
        complete: unread.map_or(Read::Measured(true), Read::NotRead),
        split: split.told(),
        unjudged: Some(unjudged),
    }))
}

/// Connections beside which other traffic goes.
#[derive(Default)]
struct Split {
    names: Vec<String>,
    /// Why that is not known of one.
    untold: Option<Reason>,
}

impl Split {
    fn note(&mut self, entry: &Entry, path: &str) {
        match entry.is_split() {
            Some(true) => self.names.push(entry.name.clone()),
            Some(false) => {}
            None => {
                let why = "a connection does not say what goes through it (IpPrioritizeRemote)";
                self.untold.get_or_insert(Reason::new(ReasonCode::Missing, format!("read {path}: {why}")));
            }
        }
    }

    /// What is surely beside a tunnel counts, whatever is not known of others.
    fn told(self) -> Read<Vec<String>> {
        match self.untold {
            Some(reason) if self.names.is_empty() => Read::NotRead(reason),
            _ => Read::Measured(self.names),
        }
    }
}

/// The files of the machine and of each person with a profile.
fn phone_books(people: &[String]) -> impl Iterator<Item = String> {
    let of_people = people.iter().map(|folder| format!("{folder}/{OF_PERSON}"));
    std::iter::once(OF_MACHINE.to_owned()).chain(of_people)
}

/// The profile of each person.
fn folders_of_people(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let list = RegistryPath::machine(PROFILES);
    let profiles = look.registry(&list).map_err(|error| error.reason())?.unwrap_or_default();
    let variables = Variables::read(look).unwrap_or_default();
    let mut folders = Vec::new();
    for sid in profiles
        .subkeys
        .iter()
        .filter(|name| name.starts_with("S-1-5-21-") || name.starts_with("S-1-12-1-"))
        .take(PEOPLE_MAX)
    {
        let profile = look.aside().registry(&list.join(sid)).map_err(|error| error.reason())?.unwrap_or_default();
        let folder = profile.text("ProfileImagePath").and_then(|text| variables.path(text));
        folders.extend(folder.map(|folder| folder.display().to_string()));
    }
    Ok(folders)
}

/// What `RasMan` is told of the algorithms of all connections. A value that is no REG_DWORD counts as nothing, as RasMan takes it.
fn of_machine(look: &Look<'_>) -> Result<OfMachine, Reason> {
    let path = service_key(r"RasMan\Parameters");
    let key = look.registry(&path).map_err(|error| error.reason())?.unwrap_or_default();
    let number = |name: &str| match key.value(name) {
        Some(RegistryData::Number(number)) => Some(*number),
        _ => None,
    };
    Ok(OfMachine {
        larger_group: number("NegotiateDH2048_AES256"),
        weak_l2tp: number("AllowL2TPWeakCrypto").is_some_and(|allowed| allowed != 0),
        no_ipsec_for_l2tp: number("ProhibitIpSec").is_some_and(|prohibited| prohibited != 0),
    })
}

/// Windows starts the services of connections when one is made, unless they are disabled.
fn may_start(look: &Look<'_>) -> Result<bool, Reason> {
    for name in SERVICES {
        if number(look, "Start", &[service_key(name)])?.is_none_or(|start| start >= DISABLED) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Which of the two a strategy may use.
struct Kinds {
    ikev2: bool,
    l2tp: bool,
}

fn kinds(entry: &Entry, path: &str) -> Result<Kinds, Reason> {
    let (ikev2, l2tp) = match entry.strategy {
        // PPTP, SSTP and GRE alone, and PPTP before SSTP.
        Some(1 | 5 | 9 | 12) => (false, false),
        // Alone, or before SSTP.
        Some(3 | 13) => (false, true),
        Some(7 | 14) => (true, false),
        Some(0 | 2 | 4 | 6 | 8) => (true, true),
        other => {
            let told = other.map_or_else(|| "none".to_owned(), |number| number.to_string());
            let detail = format!("read {path}: the VPN strategy {told} of a connection is not known");
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
    };
    Ok(Kinds { ikev2, l2tp })
}

fn connection(entry: &Entry, path: &str, machine: OfMachine) -> Result<Option<IpsecConnection>, Reason> {
    let kinds = kinds(entry, path)?;
    if !kinds.ikev2 && !kinds.l2tp {
        return Ok(None);
    }
    let of_ikev2 = match &entry.policies {
        Policies::None => Offer::of_ikev2(machine),
        Policies::Suites(suites) => Offer::of_suites(suites),
        Policies::Unclear => Offer::unclear(),
    };
    let offer = match (kinds.ikev2, kinds.l2tp) {
        (true, false) => of_ikev2,
        (false, _) => Offer::of_l2tp(machine),
        (true, true) => of_ikev2.or(Offer::of_l2tp(machine)),
    };
    let (local, remote) = ends(entry, &kinds, machine);
    let start = match (entry.is_of_device, entry.dials_itself) {
        (true, _) => IpsecStart::AtBoot,
        (false, true) => IpsecStart::OnTraffic,
        (false, false) => IpsecStart::WhenAsked,
    };
    Ok(Some(IpsecConnection {
        name: entry.name.clone(),
        program: IpsecProgram::WindowsVpn,
        origin: path.to_owned(),
        start,
        ikev1: kinds.l2tp,
        // Windows takes the main mode only.
        aggressive: false,
        ike: offer.ike,
        esp: offer.esp,
        unknown: offer.unknown,
        local,
        remote,
    }))
}

/// How this end proves itself, and how the other does.
fn ends(entry: &Entry, kinds: &Kinds, machine: OfMachine) -> (Vec<IpsecAuthentication>, Vec<IpsecAuthentication>) {
    let (mut local, mut remote) = (Vec::new(), Vec::new());
    let mut add = |here: IpsecAuthentication, there: IpsecAuthentication| {
        for (ways, way) in [(&mut local, here), (&mut remote, there)] {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    };
    if kinds.ikev2 {
        match (entry.by_shared_key, entry.by_person) {
            (Some(true), _) => add(IpsecAuthentication::SharedKey, IpsecAuthentication::SharedKey),
            (_, Some(true)) => add(IpsecAuthentication::Eap, IpsecAuthentication::PublicKey),
            (_, Some(false)) => add(IpsecAuthentication::PublicKey, IpsecAuthentication::PublicKey),
            (_, None) => add(IpsecAuthentication::Unspecified, IpsecAuthentication::PublicKey),
        }
    }
    if kinds.l2tp {
        let way = match (machine.no_ipsec_for_l2tp, entry.by_shared_key) {
            (true, _) => IpsecAuthentication::Nothing,
            (false, Some(true)) => IpsecAuthentication::SharedKey,
            (false, Some(false)) => IpsecAuthentication::PublicKey,
            (false, None) => IpsecAuthentication::Unspecified,
        };
        add(way, way);
    }
    (local, remote)
}
