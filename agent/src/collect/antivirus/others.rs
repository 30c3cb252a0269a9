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
}

const KNOWN: &[Known] = &[
    Known { name: "Microsoft Defender for Endpoint", processes: &["wdavdaemon"], folders: &["/opt/microsoft/mdatp"] },
    Known { name: "Trend Micro Deep Security Agent", processes: &["ds_agent", "ds_am"], folders: &["/opt/ds_agent"] },
    Known { name: "Trend Micro ServerProtect", processes: &["splxcore"], folders: &["/opt/TrendMicro/SProtectLinux"] },
    Known {
        name: "ESET",
        processes: &["oaeventd", "esets_daemon", "ekrn"],
        folders: &["/opt/eset/eea", "/opt/eset/efs", "/opt/eset/esets"],
    },
    Known { name: "Sophos", processes: &["sophos_watchdog", "savd"], folders: &["/opt/sophos-spl", "/opt/sophos-av"] },
    Known { name: "Kaspersky Endpoint Security", processes: &["kesl"], folders: &["/opt/kaspersky/kesl"] },
    Known {
        name: "CrowdStrike Falcon",
        processes: &["falcon-sensor", "falcon-sensor-bpf"],
        folders: &["/opt/CrowdStrike"],
    },
    Known { name: "SentinelOne", processes: &["s1-agent", "sentinelone-agent"], folders: &["/opt/sentinelone"] },
    Known {
        name: "WithSecure",
        processes: &["fsaccd", "fsicd", "fsma"],
        folders: &["/opt/f-secure/linuxsecurity", "/opt/f-secure/fsav", "/opt/withsecure"],
    },
    Known {
        name: "Trellix Endpoint Security",
        processes: &["mfetpd", "mfeespd"],
        folders: &["/opt/McAfee/ens", "/opt/isec/ens"],
    },
    Known {
        name: "Symantec Endpoint Protection",
        processes: &["rtvscand", "sisamddaemon"],
        folders: &["/opt/Symantec/symantec_antivirus", "/usr/lib/symantec"],
    },
    Known { name: "Cybereason", processes: &["CybereasonSensor"], folders: &["/opt/cybereason"] },
    Known { name: "Cortex XDR", processes: &["pmd"], folders: &["/opt/traps"] },
    Known { name: "Bitdefender", processes: &["bdsecd"], folders: &["/opt/bitdefender-security-tools"] },
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
            others.products.push(recognised(known.name));
        }
    }
    others
}

fn recognised(name: &str) -> AntivirusProduct {
    let detail = format!("{name} is recognised but not judged");
    unjudged(name, &Reason::new(ReasonCode::Unsupported, detail))
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
        version: Read::NotRead(reason.clone()),
        running: Read::NotRead(reason.clone()),
        real_time: Read::NotRead(reason.clone()),
        signatures_built: Read::NotRead(reason.clone()),
        loaded_built: Read::NotRead(reason.clone()),
        signatures_version: Read::NotRead(reason.clone()),
        updater_running: Read::NotRead(reason.clone()),
        updater_last_success: Read::NotRead(reason.clone()),
    }
}
