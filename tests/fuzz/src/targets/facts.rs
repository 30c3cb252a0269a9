//! Whole collectors, on hosts whose files say anything.

use tenken_agent::collect::Needs;
use tenken_agent::gather::gather;
use tenken_agent::host::Recording;
use tenken_model::register::Registers;
use tenken_model::{Facts, Topic};

use super::{now, parts};

/// Files that collectors read, by the first byte of each part of the input.
const PATHS: [&str; 23] = [
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/login.defs",
    "/etc/ssh/sshd_config",
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/systemd/logind.conf",
    "/etc/chrony/chrony.conf",
    "/etc/systemd/timesyncd.conf",
    "/etc/clamav/clamd.conf",
    "/etc/clamav/freshclam.conf",
    "/var/log/clamav/freshclam.log",
    "/var/log/wtmp",
    "/var/lib/misc/dnsmasq.leases",
    "/etc/dconf/profile/user",
    "/etc/xdg/kscreenlockerrc",
    "/root/.ssh/authorized_keys",
    "/run/utmp",
    "/run/systemd/sessions/1",
    "/var/lib/wtmpdb/wtmp.db",
];

pub(super) fn facts(data: &[u8]) {
    let mut host = Recording::new(now())
        .file("/usr/lib/systemd/systemd-logind", b"")
        .file("/usr/sbin/sshd", b"")
        .file("/usr/bin/gnome-shell", b"");
    for part in parts(data, 8) {
        let Some((chosen, file)) = part.split_first() else { continue };
        host = host.file(PATHS[usize::from(*chosen) % PATHS.len()], file);
    }
    let needs = Needs { registers: Registers::not_given("fuzz"), time_references: Vec::new(), now: now() };
    let mut facts = Facts::default();
    for topic in Topic::ALL {
        facts.insert(gather(*topic, &host, &needs).observation);
    }
    let text = serde_json::to_string(&facts).unwrap_or_default();
    assert!(text.len() <= 100 * data.len() + 100_000, "{} bytes gave {} of facts", data.len(), text.len());
}
