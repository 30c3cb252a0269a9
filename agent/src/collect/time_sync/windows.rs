//! The clock on Windows: the Windows Time service, which also takes the hypervisor's clock, and the zone.
//!
//! A PC that is in no domain does not let the service run all the time: the system starts it when it is due. What counts is
//! therefore when it last took a good sample, and the offset that the agent measures itself.
//!
//! Names of keys: <https://learn.microsoft.com/en-us/windows-server/networking/windows-time-service/windows-time-service-tools-and-settings>

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind, TimeSync};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::w32time::{self, Kind, Parameters, Sample};
use super::{measured, untold};
use crate::collect::accounts::windows::is_controller;
use crate::collect::event_record::{self, EventRecord};
use crate::collect::system::windows as system;
use crate::collect::{Look, Needs, Wake};
use crate::host::ReadError;
use crate::host::windows_api::{EventQuery, JoinKind, RegistryKey, RegistryPath, ServiceState, WmiQuestion};

const SERVICE: &str = r"SYSTEM\CurrentControlSet\Services\W32Time";
/// What an administrator of the domain decides goes before what is set on the machine, value by value.
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\W32Time";
/// The service through which Hyper-V hands its guests the time.
const HYPERVISOR_SERVICE: &str = "vmictimesync";
const ZONE: &str = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
/// The service of ntpd as Meinberg packs it for Windows.
const NTPD_SERVICE: &str = "NTP";
const PROVIDER: &str = "Microsoft-Windows-Time-Service";
/// It now follows a source (35), and takes good samples of it (37).
const FOLLOWS: [u32; 2] = [35, 37];
/// It has taken no good sample for long (36), or is so far off that it follows no more until it takes a good one (50).
const LOST: [u32; 2] = [36, 50];
/// A server that it was given does not answer any more, and is passed over.
const SILENT: u32 = 47;
/// One server of several may be silent, and a PC that wakes has no network at first. Where there was no good sample for so long
/// either, none is left that answers.
const SILENT_FOR: Span = Span::from_days(1);
/// How many records of the service are looked at.
const RECORDS_MAX: usize = 32;
/// Since Windows 10 1607 the time of the last good sample is kept in the registry.
const KEEPS_SAMPLES: u32 = 14_393;
/// A service that is not started by anything (SERVICE_DISABLED).
const DISABLED: u64 = 4;
/// "Primary Domain Controller": <https://learn.microsoft.com/en-us/windows/win32/cimwin32prov/win32-computersystem>.
const PDC_EMULATOR: i64 = 5;

/// Reads the clock's state.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<TimeSync> {
    look.wake_on(Wake::ClockStep);
    let services = match services(look) {
        Ok(services) => services,
        Err(reason) => return Outcome::Failed(reason),
    };
    let kernel = Read::not_read(ReasonCode::Unsupported, "read the kernel's clock: Windows has no such reading");
    Outcome::Known(TimeSync { services, kernel, measured: measured::read(look, needs), time_zone: zone(look).into() })
}

fn key(look: &Look<'_>, path: &str) -> Result<Option<RegistryKey>, Reason> {
    look.registry(&RegistryPath::machine(path)).map_err(|error| error.reason())
}

/// A key that changes with every sample, every 16 seconds where a hypervisor gives them: it does not wake.
fn busy(look: &Look<'_>, path: &str) -> Result<Option<RegistryKey>, Reason> {
    let path = RegistryPath::machine(path);
    match look.note(path.to_string(), look.windows().registry_key(&path)) {
        Ok(key) => Ok(Some(key)),
        Err(error) if error.is_not_there() => Ok(None),
        Err(error) => Err(error.reason()),
    }
}

fn services(look: &Look<'_>) -> Result<Vec<TimeService>, Reason> {
    let running = look.services();
    let runs = |name: &str| -> Result<bool, Reason> {
        let services = running.as_ref().map_err(ReadError::reason)?;
        let service = services.iter().find(|service| service.name.eq_ignore_ascii_case(name));
        Ok(service.is_some_and(|service| service.state == ServiceState::Running))
    };
    let mut found = Vec::new();
    let service = look.registry_values(&RegistryPath::machine(SERVICE)).map_err(|error| error.reason())?;
    if let Some(service) = service {
        found.push(windows_time(look, &service, &runs)?);
    }
    if runs(NTPD_SERVICE).unwrap_or(false) {
        let reason = Reason::new(ReasonCode::Unsupported, "ask ntpd on Windows: not by this version");
        found.push(untold(TimeServiceKind::Ntpd, Read::Measured(true), Read::NotRead(reason.clone()), &reason));
    }
    Ok(found)
}

fn windows_time(
    look: &Look<'_>,
    service: &RegistryKey,
    runs: &dyn Fn(&str) -> Result<bool, Reason>,
) -> Result<TimeService, Reason> {
    let parameters = parameters(look)?;
    let hypervisor = provider(look, "VMICTimeProvider")? && runs(HYPERVISOR_SERVICE).unwrap_or(false);
    let configured = is_root(look, &parameters).map(|is_root| w32time::configured(&parameters, is_root, hypervisor));
    let running = is_kept_running(look, service, runs);
    let follows = last_sample(look)?;
    let (last_sync, source, synchronised) = match &follows {
        Err(reason) => (Err(reason.clone()), Err(reason.clone()), Err(reason.clone())),
        Ok(None) => (Ok(None), Ok(None), Ok(false)),
        Ok(Some(sample)) => {
            let follows = parameters.kind != Some(Kind::NoSync) || hypervisor;
            let synchronised = if follows && sample.is_of_another() {
                // It may have lost its source since.
                is_lost(look, sample.at).map(|is_lost| !is_lost)
            } else {
                Ok(false)
            };
            (Ok(Some(sample.at)), Ok(sample.source.clone()), synchronised)
        }
    };
    let untold = |what: &str| Read::not_read(ReasonCode::Unsupported, format!("read {what}: Windows does not tell"));
    Ok(TimeService {
        kind: TimeServiceKind::W32Time,
        running: running.into(),
        synchronised: synchronised.into(),
        source: source.into(),
        stratum: untold("the distance from a reference clock").map(|()| None),
        last_sync: last_sync.into(),
        offset: untold("the offset that the service measured").map(|()| None),
        configured: configured.into(),
    })
}

/// It runs, or the system starts it when it is due: a scheduled task does so on a PC that is in no domain. A member of a domain has
/// it run all the time from its start on (`TriggerInfo`: joined to a domain), so that nothing starts it again there once it was
/// stopped. A service that is disabled is started by nothing.
fn is_kept_running(
    look: &Look<'_>,
    service: &RegistryKey,
    runs: &dyn Fn(&str) -> Result<bool, Reason>,
) -> Result<bool, Reason> {
    let is_due = service.number("Start") != Some(DISABLED) && service.has_subkey("TriggerInfo");
    match runs("W32Time") {
        Ok(false) if is_due => {
            let membership = look.membership().map_err(|error| error.reason())?;
            Ok(membership.kind != JoinKind::Domain)
        }
        runs => runs,
    }
}

/// What it is to follow: policy before the machine's own values.
fn parameters(look: &Look<'_>) -> Result<Parameters, Reason> {
    let policy = key(look, &format!(r"{POLICY}\Parameters"))?.unwrap_or_default();
    let own = key(look, &format!(r"{SERVICE}\Parameters"))?.unwrap_or_default();
    let value = |name: &str| policy.text(name).or_else(|| own.text(name)).unwrap_or_default().to_owned();
    let mut parameters = Parameters { kind: Kind::of(&value("Type")), servers: w32time::servers(&value("NtpServer")) };
    if !provider(look, "NtpClient")? {
        // The part that asks servers is switched off.
        parameters.kind = Some(Kind::NoSync);
    }
    Ok(parameters)
}

/// It follows a domain and is itself the controller that the others follow (`DomainRole` 5 of `Win32_ComputerSystem`).
fn is_root(look: &Look<'_>, parameters: &Parameters) -> Result<bool, Reason> {
    if !matches!(parameters.kind, Some(Kind::Hierarchy | Kind::All)) || !is_controller(look)? {
        return Ok(false);
    }
    let rows = look.wmi(&WmiQuestion::ComputerSystem).map_err(|error| error.reason())?;
    let role = rows.iter().find_map(|row| row.get("DomainRole")?.number());
    let untold =
        || Reason::new(ReasonCode::Missing, "see whether this controller is the PDC emulator: DomainRole is missing");
    Ok(role.ok_or_else(untold)? == PDC_EMULATOR)
}

/// A part of the service that takes samples is switched on.
fn provider(look: &Look<'_>, name: &str) -> Result<bool, Reason> {
    let policy = key(look, &format!(r"{POLICY}\TimeProviders\{name}"))?.unwrap_or_default();
    let own = key(look, &format!(r"{SERVICE}\TimeProviders\{name}"))?.unwrap_or_default();
    Ok(policy.number("Enabled").or_else(|| own.number("Enabled")) == Some(1))
}

/// The last good sample: as the registry keeps it, or as the event log tells it where the registry does not.
fn last_sample(look: &Look<'_>) -> Result<Result<Option<Sample>, Reason>, Reason> {
    let status = busy(look, &format!(r"{SERVICE}\Config\Status"))?.unwrap_or_default();
    if let Some(text) = status.text("LastGoodSampleInfo") {
        let unparsable = || {
            let detail = format!(r"read HKLM\{SERVICE}\Config\Status LastGoodSampleInfo: it has another form");
            Reason::new(ReasonCode::Unparsable, detail)
        };
        return Ok(w32time::sample(text).map(Some).ok_or_else(unparsable));
    }
    let records = match newest(look, &FOLLOWS, 1) {
        Ok(records) => records,
        Err(reason) => return Ok(Err(reason)),
    };
    let told = records.first().and_then(|record| Some((record.time?, record)));
    if let Some((at, record)) = told {
        return Ok(Ok(Some(Sample { at, source: record.value("TimeSource").map(w32time::without_flags) })));
    }
    let build = system::version(look)?.text("CurrentBuildNumber").and_then(|build| build.parse::<u32>().ok());
    if build.is_some_and(|build| build >= KEEPS_SAMPLES) {
        return Ok(Ok(None));
    }
    let detail = "read when the clock was last set: this version of Windows keeps it in no place that was found";
    Ok(Err(Reason::new(ReasonCode::Inconclusive, detail)))
}

/// It lost its source after that good sample, and has not said since that it follows one again.
fn is_lost(look: &Look<'_>, sample: Instant) -> Result<bool, Reason> {
    let ids: Vec<u32> = FOLLOWS.iter().chain(&LOST).copied().chain([SILENT]).collect();
    for record in newest(look, &ids, RECORDS_MAX)? {
        let Some(time) = record.time.filter(|time| *time > sample) else { continue };
        if FOLLOWS.contains(&record.id) {
            return Ok(false);
        }
        if LOST.contains(&record.id) || Span::between(sample, time) >= SILENT_FOR {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The newest of these records of the service in the System log.
fn newest(look: &Look<'_>, ids: &[u32], most: usize) -> Result<Vec<EventRecord>, Reason> {
    let query = EventQuery::newest("System", most).provider(PROVIDER).ids(ids.iter().copied());
    let page = match look.events(&query) {
        Ok(page) => page,
        Err(error) if error.is_not_there() => return Ok(Vec::new()),
        Err(error) => return Err(error.reason()),
    };
    event_record::all(&page, "System")
}

/// The zone's name, which is not translated.
fn zone(look: &Look<'_>) -> Result<String, Reason> {
    let zone = key(look, ZONE)?.unwrap_or_default();
    // What stands behind the first NUL is left over from a longer name.
    let name = zone.text("TimeZoneKeyName").and_then(|name| name.split('\0').next()).unwrap_or_default();
    if name.is_empty() {
        return Err(Reason::new(ReasonCode::Missing, format!("read HKLM\\{ZONE}: no TimeZoneKeyName")));
    }
    Ok(name.to_owned())
}
