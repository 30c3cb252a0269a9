//! Products that are recognised and not judged.

use tenken_model::fact::antivirus::AntivirusProduct;
use tenken_model::{Read, Reason, ReasonCode};

use super::running::Running;
use crate::collect::Look;

/// How a product is recognised.
struct Known {
    name: &'static str,
    /// Its programs.
    processes: &'static [&'static str],
    /// Where it is installed.
    folders: &'static [&'static str],
    /// It watches what programs do, and has no signatures that grow old.
    sensor: bool,
}

impl Known {
    const fn scanner(name: &'static str, processes: &'static [&'static str], folders: &'static [&'static str]) -> Self {
        Self { name, processes, folders, sensor: false }
    }

    const fn sensor(name: &'static str, processes: &'static [&'static str], folders: &'static [&'static str]) -> Self {
        Self { name, processes, folders, sensor: true }
    }
}

const KNOWN: &[Known] = &[
    Known::scanner("Microsoft Defender for Endpoint", &["wdavdaemon"], &["/opt/microsoft/mdatp"]),
    Known::scanner("Trend Micro Deep Security Agent", &["ds_agent", "ds_am"], &["/opt/ds_agent"]),
    Known::scanner("Trend Micro ServerProtect", &["splxcore"], &["/opt/TrendMicro/SProtectLinux"]),
    Known::scanner(
        "ESET",
        &["oaeventd", "esets_daemon", "ekrn"],
        &["/opt/eset/eea", "/opt/eset/efs", "/opt/eset/esets"],
    ),
    Known::scanner("Sophos", &["sophos_watchdog", "savd"], &["/opt/sophos-spl", "/opt/sophos-av"]),
    Known::scanner("Kaspersky Endpoint Security", &["kesl"], &["/opt/kaspersky/kesl"]),
    Known::sensor("CrowdStrike Falcon", &["falcon-sensor", "falcon-sensor-bpf"], &["/opt/CrowdStrike"]),
    Known::sensor("SentinelOne", &["s1-agent", "sentinelone-agent"], &["/opt/sentinelone"]),
    Known::scanner(
        "WithSecure",
        &["fsaccd", "fsicd", "fsma"],
        &["/opt/f-secure/linuxsecurity", "/opt/f-secure/fsav", "/opt/withsecure"],
    ),
    Known::scanner("Trellix Endpoint Security", &["mfetpd", "mfeespd"], &["/opt/McAfee/ens", "/opt/isec/ens"]),
    Known::scanner(
        "Symantec Endpoint Protection",
        &["rtvscand", "sisamddaemon"],
        &["/opt/Symantec/symantec_antivirus", "/usr/lib/symantec"],
    ),
    Known::sensor("Cybereason", &["CybereasonSensor"], &["/opt/cybereason"]),
    Known::sensor("Cortex XDR", &["pmd"], &["/opt/traps"]),
    Known::scanner("Bitdefender", &["bdsecd"], &["/opt/bitdefender-security-tools"]),
];

/// What looking for other products gave.
pub(super) struct Others {
    /// Those found.
    pub(super) products: Vec<AntivirusProduct>,
    /// A place that could not be looked at, so that more may be installed.
    pub(super) refused: Option<Reason>,
}

/// Looks for the products of the list by their folders and processes.
pub(super) fn find(look: &Look<'_>, running: &Running<'_>) -> Others {
    let mut others = Others { products: Vec::new(), refused: None };
    for known in KNOWN {
        let mut found = match running.any(known.processes) {
            Read::Measured(found) => found,
            Read::NotRead(reason) => {
                others.refused = Some(reason);
                false
            }
        };
        for folder in known.folders {
            match look.exists(folder) {
                Ok(there) => found = found || there,
                Err(error) => others.refused = Some(error.reason()),
            }
        }
        if found {
            others.products.push(recognised(known));
        }
    }
    others
}

fn recognised(known: &Known) -> AntivirusProduct {
    let name = known.name;
    let detail = if known.sensor {
        format!("{name} is recognised but not judged: only its console tells how its sensor stands")
    } else {
        format!("{name} is recognised but not judged")
    };
    let reason = Reason::new(ReasonCode::Unsupported, detail);
    AntivirusProduct { by_signatures: !known.sensor, ..unjudged(name, &reason) }
}

/// What stands for products that may be there where could not be looked: without it, a host whose only known
/// product is stopped would surely fail.
pub(super) fn unseen(reason: &Reason) -> AntivirusProduct {
    unjudged("?", reason)
}

fn unjudged(name: &str, reason: &Reason) -> AntivirusProduct {
    AntivirusProduct {
        name: name.to_owned(),
        judged: false,
        by_signatures: true,
        version: Read::NotRead(reason.clone()),
        running: Read::NotRead(reason.clone()),
        real_time: Read::NotRead(reason.clone()),
        signatures_built: Read::NotRead(reason.clone()),
        signatures_declared: None,
        settings: None,
        loaded_built: Read::NotRead(reason.clone()),
        signatures_version: Read::NotRead(reason.clone()),
        updater_running: Read::NotRead(reason.clone()),
        updater_last_success: Read::NotRead(reason.clone()),
    }
}
