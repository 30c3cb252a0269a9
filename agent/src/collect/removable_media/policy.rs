//! What may be attached: USBGuard, and whether the drivers of USB storage may be loaded.

use std::collections::BTreeMap;

use tenken_model::fact::removable_media::{StorageDriver, UsbGuard};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::modprobe::{self, Effect, Install};
use super::{usbguard_conf, usbguard_rules};
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;
use crate::host::EntryKind;

const DAEMON: &str = "/etc/usbguard/usbguard-daemon.conf";
/// The name that the kernel keeps of a process ends after 15 letters; this one has as many.
const PROCESS: &str = "usbguard-daemon";
/// Where systemd notes that the daemon starts with the system: Debian's and Fedora's unit, and an older one.
const WANTED: [&str; 2] = [
    "/etc/systemd/system/basic.target.wants/usbguard.service",
    "/etc/systemd/system/multi-user.target.wants/usbguard.service",
];
const CONFIGURATION_MAX: Size = Size::from_bytes(1 << 20);
/// Drivers of USB storage by the kernel's names. The second needs the first.
pub(crate) const DRIVERS: [&str; 2] = ["usb_storage", "uas"];
/// Folders of modprobe; an earlier one hides a file of the same name in a later one.
const FOLDERS: [&str; 5] =
    ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];

/// USBGuard; absent when it has no configuration, without which its daemon does not start.
pub(super) fn usb_guard(look: &Look<'_>) -> Read<Option<UsbGuard>> {
    let running = match look.processes() {
        Ok(processes) => processes.iter().any(|process| process.name == PROCESS),
        Err(error) => return Read::NotRead(error.reason()),
    };
    let text = match look.read_text_if_there(DAEMON, CONFIGURATION_MAX) {
        Ok(Some(text)) => text,
        Ok(None) => return Read::Measured(None),
        Err(error) => return Read::NotRead(error.reason()),
    };
    let conf = usbguard_conf::parse(&text)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {DAEMON}: {error}")));
    let lets_storage_in = conf.as_ref().map_err(Clone::clone).and_then(|conf| lets_in(look, conf));
    let enabled = WANTED.iter().try_fold(false, |enabled, path| {
        // A link counts wherever it leads.
        let there = match look.read_link(path) {
            Ok(_) => true,
            Err(error) if error.is_not_there() => false,
            Err(_) => look.exists(path).map_err(|error| error.reason())?,
        };
        Ok::<_, Reason>(enabled || there)
    });
    Read::Measured(Some(UsbGuard {
        running,
        enabled: enabled.into(),
        unnamed: conf.map(|conf| conf.unnamed).into(),
        lets_storage_in: lets_storage_in.into(),
    }))
}

fn lets_in(look: &Look<'_>, conf: &usbguard_conf::UsbguardConf) -> Result<bool, Reason> {
    if conf.present_may_stay {
        return Ok(true);
    }
    let mut files = Vec::new();
    let mut places: Vec<String> = conf.rule_file.iter().cloned().collect();
    if let Some(folder) = conf.rule_folder.as_deref().map(|folder| folder.trim_end_matches('/')) {
        for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            let is_rules = fits(b"*.conf", entry.name.as_bytes()) && !entry.name.starts_with('.');
            if is_rules && matches!(entry.kind, EntryKind::File | EntryKind::Link) {
                places.push(format!("{folder}/{}", entry.name));
            }
        }
    }
    for place in &places {
        files.extend(look.read_text_if_there(place, CONFIGURATION_MAX).map_err(|error| error.reason())?);
    }
    let unclear = |code, why: &str| Err(Reason::new(code, format!("read {}: {why}", places.join(", "))));
    match usbguard_rules::answer(files.iter().map(Vec::as_slice)) {
        Ok(usbguard_rules::Answer::In) => Ok(true),
        Ok(usbguard_rules::Answer::Out | usbguard_rules::Answer::Silent) => Ok(false),
        Ok(usbguard_rules::Answer::Unclear) => {
            unclear(ReasonCode::Inconclusive, "whether storage is let in depends on a condition")
        }
        Err(error) => unclear(ReasonCode::Unparsable, &error.to_string()),
    }
}

/// The drivers, by what modprobe is told and what the kernel has.
pub fn drivers(look: &Look<'_>) -> Vec<StorageDriver> {
    let configured = configured(look);
    let driver = |module: &&str| {
        let (blocked, origin) = match &configured {
            Ok(files) => blocked(files, module),
            Err(reason) => (Err(reason.clone()), None),
        };
        let loaded = look.exists(format!("/sys/module/{module}")).map_err(|error| error.reason());
        StorageDriver { module: (*module).to_owned(), blocked: blocked.into(), loaded: loaded.into(), origin }
    };
    DRIVERS.iter().map(driver).collect()
}

fn blocked(files: &[(String, Vec<Install>)], module: &str) -> (Result<bool, Reason>, Option<String>) {
    let found = files.iter().find_map(|(path, installs)| Some((path, modprobe::command(installs, module)?)));
    let Some((path, command)) = found else { return (Ok(false), None) };
    let blocked = match modprobe::effect(command) {
        Effect::Refuses => Ok(true),
        Effect::Loads => Ok(false),
        Effect::Unclear => {
            let detail = format!("read {path}: what its command in place of loading {module} does cannot be told");
            Err(Reason::new(ReasonCode::Inconclusive, detail))
        }
    };
    (blocked, Some(path.clone()))
}

/// What modprobe is told, by file, in the order of their names over all folders.
fn configured(look: &Look<'_>) -> Result<Vec<(String, Vec<Install>)>, Reason> {
    let mut by_name: BTreeMap<String, String> = BTreeMap::new();
    for folder in FOLDERS {
        for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if fits(b"*.conf", entry.name.as_bytes()) && !entry.name.starts_with('.') && entry.kind != EntryKind::Folder
            {
                by_name.entry(entry.name.clone()).or_insert_with(|| format!("{folder}/{}", entry.name));
            }
        }
    }
    let mut files = Vec::new();
    for path in by_name.into_values() {
        // A link to /dev/null hides and says nothing.
        if look.read_link(&path).is_ok_and(|target| target == std::path::Path::new("/dev/null")) {
            continue;
        }
        let text = look.read_text_if_there(&path, CONFIGURATION_MAX).map_err(|error| error.reason())?;
        files.extend(text.map(|text| (path, modprobe::parse(&text))));
    }
    Ok(files)
}
