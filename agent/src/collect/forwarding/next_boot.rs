//! What `systemd-sysctl` sets at the next boot.

use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::fact::forwarding::BootDifference;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::sysctl_file::{Assignment, parse, path, place, value};
use crate::collect::Look;
use crate::collect::firewall::configured;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;
use crate::host::EntryKind;

/// Folders; a file of an earlier one hides one of the same name in a later one. `/etc/sysctl.conf` is read where a file of
/// these links to it.
const FOLDERS: [&str; 5] =
    ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
const VALUE_MAX: Size = Size::from_bytes(4096);

/// Two names of one setting: the line that comes last counts, whichever it names.
const SAME: [&str; 2] = ["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"];

/// The settings that are compared.
pub(crate) const KEYS: [&str; 18] = [
    SAME[0],
    SAME[1],
    "net.ipv4.tcp_syncookies",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.send_redirects",
    "net.ipv4.conf.all.log_martians",
    "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.default.accept_redirects",
    "net.ipv6.conf.all.accept_source_route",
    "net.ipv6.conf.default.accept_source_route",
];

/// The settings that are now other than the files say.
pub fn differences(look: &Look<'_>) -> Read<Vec<BootDifference>> {
    compare(look).into()
}

fn compare(look: &Look<'_>) -> Result<Vec<BootDifference>, Reason> {
    let assignments = assignments(look)?;
    let mut found = Vec::new();
    let last = SAME.into_iter().filter(|key| place(&assignments, &path(key)).is_some());
    let last = last.max_by_key(|key| place(&assignments, &path(key)).map(|(at, _)| at));
    for key in KEYS {
        if SAME.contains(&key) && last != Some(key) {
            continue;
        }
        let Some(configured) = value(&assignments, &path(key)) else { continue };
        let file = format!("/proc/sys/{}", path(key));
        let Some(running) = look.aside().read_if_there(&file, VALUE_MAX).map_err(|error| error.reason())? else {
            continue;
        };
        let running = String::from_utf8_lossy(&running).trim().to_owned();
        if running != configured {
            found.push(BootDifference {
                key: key.to_owned(),
                running: running.chars().take(32).collect(),
                configured: configured.chars().take(32).collect(),
            });
        }
    }
    Ok(found)
}

fn assignments(look: &Look<'_>) -> Result<Vec<Assignment>, Reason> {
    let mut by_name: BTreeMap<String, Option<String>> = BTreeMap::new();
    for folder in FOLDERS {
        for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if !fits(b"*.conf", entry.name.as_bytes())
                || entry.name.starts_with('.')
                || by_name.contains_key(&entry.name)
            {
                continue;
            }
            let file = format!("{folder}/{}", entry.name);
            let hidden = entry.kind == EntryKind::Link
                && look.read_link(&file).map_err(|error| error.reason())? == Path::new("/dev/null");
            by_name.insert(entry.name, (!hidden).then_some(file));
        }
    }
    let mut found = Vec::new();
    for file in by_name.into_values().flatten() {
        let Some(bytes) = look.read_text_if_there(&file, FILE_MAX).map_err(|error| error.reason())? else { continue };
        let lines =
            parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {file}: {error}")))?;
        found.extend(lines);
    }
    found.extend(of_ufw(look)?);
    Ok(found)
}

/// What ufw sets when it starts, after the files of `sysctl.d`: the file that `IPT_SYSCTL` names in its defaults.
fn of_ufw(look: &Look<'_>) -> Result<Vec<Assignment>, Reason> {
    if !configured::ufw_starts(look)? {
        return Ok(Vec::new());
    }
    let Some(file) = configured::ufw_setting(look, "IPT_SYSCTL")?.filter(|file| !file.is_empty()) else {
        return Ok(Vec::new());
    };
    let bytes = look.read_text_if_there(&file, FILE_MAX).map_err(|error| error.reason())?.unwrap_or_default();
    parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {file}: {error}")))
}
