//! ClamAV on this host.

use tenken_model::fact::antivirus::AntivirusProduct;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::options::{Options, parse};
use super::running::Running;
use super::time_zone::{FILE_MAX as ZONE_MAX, Zone};
use super::{clamd, signatures, time_zone, updater};
use crate::collect::Look;

/// Programs whose presence means that ClamAV is installed; configuration alone may be a remainder.
const PROGRAMS: &[&str] =
    &["/usr/sbin/clamd", "/usr/bin/clamscan", "/usr/local/sbin/clamd", "/usr/local/bin/clamscan", "/usr/bin/clamd"];

/// Where distributions put the engine's configuration.
const CLAMD_FILES: &[&str] =
    &["/etc/clamav/clamd.conf", "/etc/clamd.d/scan.conf", "/etc/clamd.conf", "/usr/local/etc/clamd.conf"];

/// Where distributions put the updater's configuration.
const FRESHCLAM_FILES: &[&str] =
    &["/etc/clamav/freshclam.conf", "/etc/freshclam.conf", "/usr/local/etc/freshclam.conf"];

/// Where signatures are if no configuration says otherwise.
const DATABASE_FOLDER: &str = "/var/lib/clamav";

const OPTIONS_MAX: Size = Size::from_bytes(256 * 1024);

/// Reads ClamAV's state; `None` when it is not installed.
pub(super) fn read(look: &Look<'_>, running: &Running<'_>) -> Result<Option<AntivirusProduct>, Reason> {
    let engine_process = running.any(&["clamd"]);
    let mut installed = engine_process == Read::Measured(true);
    for program in PROGRAMS {
        installed = installed || look.exists(program).map_err(|error| error.reason())?;
    }
    if !installed {
        return Ok(None);
    }
    let engine_options = options(look, CLAMD_FILES);
    let updater_options = options(look, FRESHCLAM_FILES);
    let zone = zone(look);
    let engine = clamd::ask(look, &engine_process, &engine_options);
    let on_disk =
        database_folder(&engine_options, &updater_options).and_then(|folder| signatures::newest_daily(look, &folder));
    let header = Read::from(on_disk.clone());
    Ok(Some(AntivirusProduct {
        name: "ClamAV".to_owned(),
        judged: true,
        by_signatures: true,
        version: engine.version.clone().map(|version| version.map(|version| version.engine)),
        real_time: real_time(&running.any(&["clamonacc"]), &engine_options),
        signatures_built: header.clone().map(|header| header.map(|header| header.built)),
        signatures_declared: None,
        settings: None,
        loaded_built: clamd::loaded_built(&engine.version, &on_disk, &zone),
        signatures_version: header.map(|header| header.map(|header| header.version.to_string())),
        updater_running: updater::running(look, &running.any(&["freshclam"])),
        updater_last_success: updater::last_success_time(look, &updater_options, &zone),
        running: engine.running,
    }))
}

/// The first of these files that is there.
fn options(look: &Look<'_>, files: &[&str]) -> Result<Options, Reason> {
    for file in files {
        if let Some(bytes) = look.read_text_if_there(file, OPTIONS_MAX).map_err(|error| error.reason())? {
            return parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{file}: {error}")));
        }
    }
    Err(Reason::new(ReasonCode::Missing, format!("none of {} is there", files.join(", "))))
}

/// The folder of signatures. A configuration that is missing has the default; one that is broken does not.
fn database_folder(engine: &Result<Options, Reason>, updater: &Result<Options, Reason>) -> Result<String, Reason> {
    for options in [engine, updater] {
        match options {
            Ok(options) => return Ok(options.first("DatabaseDirectory").unwrap_or(DATABASE_FOLDER).to_owned()),
            Err(reason) if reason.code == ReasonCode::Missing => {}
            Err(reason) => return Err(reason.clone()),
        }
    }
    Ok(DATABASE_FOLDER.to_owned())
}

/// clamonacc lives, and clamd.conf names what it watches.
fn real_time(process: &Read<bool>, options: &Result<Options, Reason>) -> Read<bool> {
    match (process, options) {
        (Read::NotRead(reason), _) | (Read::Measured(true), Err(reason)) => Read::NotRead(reason.clone()),
        (Read::Measured(false), _) => Read::Measured(false),
        (Read::Measured(true), Ok(options)) => {
            let watched = options.first("OnAccessIncludePath").or_else(|| options.first("OnAccessMountPath"));
            match watched {
                Some(_) => Read::Measured(true),
                None => Read::not_read(
                    ReasonCode::Inconclusive,
                    "clamonacc runs, but clamd.conf names no OnAccessIncludePath and no OnAccessMountPath",
                ),
            }
        }
    }
}

/// The zone of times in answers and logs. A host without one keeps Coordinated Universal Time.
fn zone(look: &Look<'_>) -> Result<Zone, Reason> {
    const FILE: &str = "/etc/localtime";
    match look.read_if_there(FILE, Size::from_bytes(ZONE_MAX)).map_err(|error| error.reason())? {
        None => Ok(Zone::utc()),
        Some(bytes) => {
            time_zone::parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{FILE}: {error}")))
        }
    }
}
