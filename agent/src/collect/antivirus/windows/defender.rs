//! Microsoft Defender Antivirus, by `MSFT_MpComputerStatus`.

use tenken_model::fact::antivirus::AntivirusProduct;
use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::defender_settings;
use super::product_state::Activity;
use super::security_center::Center;
use super::services::Services;
use crate::collect::{Look, cim_time, file_time};
use crate::host::windows_api::{RegistryPath, WmiQuestion, WmiRow, WmiValue};

const NAME: &str = "Microsoft Defender";
/// The service; Windows Server from which the feature was taken has none.
const SERVICES: &[&str] = &["WinDefend"];
const SIGNATURES: &str = r"SOFTWARE\Microsoft\Windows Defender\Signature Updates";
/// Holds `DisableRealtimeMonitoring`; only its change is of interest, because WMI tells what holds.
const REAL_TIME: &str = r"SOFTWARE\Microsoft\Windows Defender\Real-Time Protection";

/// Reads how Defender stands; nothing where it is not installed.
pub(super) fn read(look: &Look<'_>, services: &Services<'_>, center: &Center) -> Option<AntivirusProduct> {
    let installed = services.running(SERVICES);
    let signatures = Signatures::of_registry(look);
    _ = look.registry(&RegistryPath::machine(REAL_TIME));
    let reason = match look.wmi(&WmiQuestion::DefenderStatus) {
        Ok(rows) => match rows.first() {
            Some(row) => {
                let product = of_status(row, &signatures);
                // Where another product protects, nothing of this one's settings counts.
                let settings =
                    (product.running != Read::Measured(false)).then(|| defender_settings::read(look, Some(row)));
                return Some(AntivirusProduct { settings, ..product });
            }
            None => Reason::new(ReasonCode::Missing, "ask WMI for Microsoft Defender: it has no status"),
        },
        Err(error) => error.reason(),
    };
    match installed {
        Read::Measured(None) => None,
        Read::Measured(Some(false)) => {
            Some(product(&reason, Read::Measured(false), Read::Measured(false), &signatures))
        }
        Read::Measured(Some(true)) | Read::NotRead(_) => {
            // Where WMI is broken, Security Center may still know. Nothing that it says makes a stopped service run.
            let own = center.registered.iter().find(|registered| registered.of_windows);
            let activity = own.and_then(|own| own.state.measured()).map(|state| state.activity);
            let is_on = match (activity, &installed) {
                (Some(Activity::On), Read::Measured(_)) => Read::Measured(true),
                (Some(Activity::Off | Activity::Snoozed | Activity::Expired), _) => Read::Measured(false),
                (Some(Activity::On | Activity::Unknown) | None, _) => Read::NotRead(reason.clone()),
            };
            let settings = (is_on != Read::Measured(false)).then(|| defender_settings::read(look, None));
            Some(AntivirusProduct { settings, ..product(&reason, is_on.clone(), is_on, &signatures) })
        }
    }
}

/// What the registry says of signatures: the answer where WMI has none.
struct Signatures {
    built: Read<Option<Instant>>,
    version: Read<Option<String>>,
}

impl Signatures {
    /// `AVSignatureApplied` is a FILETIME of when the signatures were made, as the service has loaded them.
    fn of_registry(look: &Look<'_>) -> Self {
        let key = match look.registry(&RegistryPath::machine(SIGNATURES)) {
            Ok(key) => key.unwrap_or_default(),
            Err(error) => {
                return Self { built: Read::NotRead(error.reason()), version: Read::NotRead(error.reason()) };
            }
        };
        let missing = |value: &str| {
            Reason::new(
                ReasonCode::Missing,
                format!(r"read HKLM\{SIGNATURES}: {value} is not there or no value of its kind"),
            )
        };
        let applied = key.bytes("AVSignatureApplied").and_then(file_time::of_bytes);
        Self {
            built: applied.map(Some).ok_or_else(|| missing("AVSignatureApplied")).into(),
            version: key
                .text("AVSignatureVersion")
                .map(|version| Some(version.to_owned()))
                .ok_or_else(|| missing("AVSignatureVersion"))
                .into(),
        }
    }
}

fn of_status(row: &WmiRow, signatures: &Signatures) -> AntivirusProduct {
    let missing = |property: &str| {
        Reason::new(ReasonCode::Missing, format!("ask WMI for Microsoft Defender: it does not tell {property}"))
    };
    let truth = |property: &str| row.get(property).and_then(WmiValue::truth).ok_or_else(|| missing(property));
    let text = |property: &str| row.get(property).and_then(WmiValue::text).filter(|text| !text.is_empty());
    let enabled = truth("AMServiceEnabled").and_then(|service| Ok(service && truth("AntivirusEnabled")?));
    let running = match (text("AMRunningMode").map(mode), enabled) {
        (Some(Mode::Aside), _) | (_, Ok(false)) => Ok(false),
        (Some(Mode::Unknown(mode)), Ok(true)) => {
            let detail = format!("ask WMI for Microsoft Defender: its mode `{mode}` is not known");
            Err(Reason::new(ReasonCode::Unparsable, detail))
        }
        // Older versions tell no mode.
        (Some(Mode::Normal) | None, Ok(true)) => Ok(true),
        (_, Err(reason)) => Err(reason),
    };
    let real_time = match (&running, truth("RealTimeProtectionEnabled"), truth("OnAccessProtectionEnabled")) {
        (Ok(false), _, _) | (_, Ok(false), _) | (_, _, Ok(false)) => Ok(false),
        (_, Ok(true), Ok(true) | Err(_)) => Ok(true),
        (_, Err(reason), _) => Err(reason),
    };
    let made = text("AntivirusSignatureLastUpdated").and_then(|text| cim_time::parse(text).ok());
    let built = made.map_or_else(|| signatures.built.clone(), |made| Read::Measured(Some(made)));
    let version = text("AntivirusSignatureVersion").map(str::to_owned);
    AntivirusProduct {
        version: Read::Measured(text("AMProductVersion").map(str::to_owned)),
        running: running.into(),
        real_time: real_time.into(),
        loaded_built: built.clone(),
        signatures_built: built,
        signatures_version: version.map_or_else(|| signatures.version.clone(), |version| Read::Measured(Some(version))),
        ..super::told_by_windows(NAME, true)
    }
}

enum Mode {
    Normal,
    /// It stands aside for another product, or does not run.
    Aside,
    Unknown(String),
}

/// `AMRunningMode`. Microsoft documents Normal, Passive, SxS Passive and EDR Block; `Not running` is seen where another product
/// has taken its place.
fn mode(text: &str) -> Mode {
    let is = |known: &str| text.eq_ignore_ascii_case(known);
    if is("Normal") || is("Normal Mode") {
        Mode::Normal
    } else if ["Passive Mode", "SxS Passive Mode", "EDR Block Mode", "EDR Blocked", "Not running", "Passive"]
        .iter()
        .any(|known| is(known))
    {
        Mode::Aside
    } else {
        Mode::Unknown(text.chars().take(40).collect())
    }
}

fn product(reason: &Reason, running: Read<bool>, real_time: Read<bool>, signatures: &Signatures) -> AntivirusProduct {
    AntivirusProduct {
        version: Read::NotRead(reason.clone()),
        running,
        real_time,
        loaded_built: signatures.built.clone(),
        signatures_built: signatures.built.clone(),
        signatures_version: signatures.version.clone(),
        ..super::told_by_windows(NAME, true)
    }
}
