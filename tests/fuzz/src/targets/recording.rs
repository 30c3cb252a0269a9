//! Recorded hosts, and what is left of them when personal data is taken out.

use tenken_agent::host::{Recording, scrub};

use super::{now, parts};

/// Paths of forms the scrubber knows.
const PATHS: [&str; 40] = [
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/var/log/wtmp",
    "/var/log/btmp",
    "/var/log/lastlog",
    "/etc/machine-id",
    "/etc/hostname",
    "/sys/class/dmi/id/product_serial",
    "/home/sato/.config/dconf/user.txt",
    "/home/sato/.config/kdeglobals",
    "/home/sato/.profile",
    "/home/sato/.config/dconf/user",
    "/etc/nsswitch.conf",
    "/etc/chrony/chrony.conf",
    "/etc/ntpsec/ntp.conf",
    "/etc/dnsmasq.conf",
    "/etc/dhcp/dhcpd.conf",
    "/etc/kea/kea-dhcp4.conf",
    "/var/lib/kea/kea-leases4.csv",
    "/etc/cron.d/clamav-freshclam",
    "/var/lib/lastlog/lastlog2.db",
    "/var/lib/wtmpdb/wtmp.db",
    "/proc/self/mountinfo",
    "/etc/crypttab",
    "/run/udev/data/b8:16",
    "/sys/class/block/dm-0/dm/uuid",
    "/sys/firmware/dmi/tables/DMI",
    "/boot/grub/grub.cfg",
    "/etc/usbguard/usbguard-daemon.conf",
    "/etc/usbguard/rules.conf",
    "/etc/modprobe.d/x.conf",
    "/etc/app.conf",
    "/etc/samba/smb.conf",
    "/var/lib/samba/usershares/out",
    "/var/lib/samba/share_info.tdb",
    "/etc/exports",
    "/etc/swanctl/swanctl.conf",
    "/etc/ipsec.conf",
    "/usr/libexec/ipsec/pluto",
];

pub(super) fn recording(data: &[u8]) {
    if let Ok(recording) = Recording::from_json(data) {
        let text = recording.to_json().unwrap_or_default();
        assert!(Recording::from_json(text.as_bytes()).is_ok_and(|again| again == recording));
    }
}

pub(super) fn scrubbed_recording(data: &[u8]) {
    if let Ok(recording) = Recording::from_json(data) {
        bounded(&recording);
    }
}

/// The first byte of each part chooses its path, the rest is the file.
pub(super) fn scrubbed_files(data: &[u8]) {
    const PERSON: &str = "kanarienvogel";
    let passwd = format!("root:x:0:0::/root:/bin/sh\n{PERSON}:x:1000:1000::/home/{PERSON}:/bin/sh\n");
    let mut host = Recording::new(now());
    for part in parts(data, 8) {
        let Some((chosen, file)) = part.split_first() else { continue };
        host = host.file(PATHS[usize::from(*chosen) % PATHS.len()], file);
    }
    let text = [data, b"\nowner is ", PERSON.as_bytes(), b" of here\n"].concat();
    let host = host.file("/etc/passwd", passwd).file("/etc/app.conf", &text);
    let scrubbed = bounded(&host);
    // Whatever stood before it in the file, the person's name is gone.
    let read = tenken_agent::host::Host::read(
        &scrubbed,
        std::path::Path::new("/etc/app.conf"),
        tenken_model::Size::from_bytes(u64::MAX),
    );
    if let Ok(left) = read {
        let told = format!("owner is {PERSON} of here");
        assert!(!left.windows(told.len()).any(|window| window == told.as_bytes()));
    }
}

fn bounded(recording: &Recording) -> Recording {
    let scrubbed = scrub(recording);
    let before = recording.to_json().map_or(0, |text| text.len());
    let after = scrubbed.to_json().map_or(0, |text| text.len());
    // A name of one letter may become `host.example.invalid`.
    assert!(after <= 40 * before + 10_000, "{before} bytes became {after}");
    scrubbed
}
