//! Debian packages that the tests talk to.

use std::process::Command;

use anyhow::Result;

use crate::process::{installed, must, output};
use crate::report::line;

/// A program some test talks to, and the package that brings it.
struct Peer {
    program: &'static str,
    package: &'static str,
}

const PEERS: &[Peer] = &[
    Peer { program: "chronyd", package: "chrony" },
    Peer { program: "clamd", package: "clamav-daemon" },
    Peer { program: "sigtool", package: "clamav" },
    Peer { program: "faketime", package: "faketime" },
    Peer { program: "dconf", package: "dconf-cli" },
    Peer { program: "gsettings", package: "libglib2.0-bin" },
    Peer { program: "restic", package: "restic" },
    Peer { program: "borg", package: "borgbackup" },
    Peer { program: "rsnapshot", package: "rsnapshot" },
    Peer { program: "dnsmasq", package: "dnsmasq-base" },
    Peer { program: "ip", package: "iproute2" },
    Peer { program: "nft", package: "nftables" },
    Peer { program: "iptables", package: "iptables" },
    Peer { program: "openssl", package: "openssl" },
    Peer { program: "augenrules", package: "auditd" },
    Peer { program: "cryptsetup", package: "cryptsetup-bin" },
    Peer { program: "rsyslogd", package: "rsyslog" },
    Peer { program: "logrotate", package: "logrotate" },
    Peer { program: "visudo", package: "sudo" },
    Peer { program: "modprobe", package: "kmod" },
    Peer { program: "sshd", package: "openssh-server" },
    Peer { program: "nmcli", package: "network-manager" },
    Peer { program: "wpa_passphrase", package: "wpasupplicant" },
    Peer { program: "swanctl", package: "strongswan-swanctl" },
    Peer { program: "sqlite3", package: "sqlite3" },
    Peer { program: "rpm", package: "rpm" },
    Peer { program: "rpmlint", package: "rpmlint" },
    Peer { program: "dh", package: "debhelper" },
    Peer { program: "dh_apparmor", package: "dh-apparmor" },
    Peer { program: "po2debconf", package: "po-debconf" },
    Peer { program: "lintian", package: "lintian" },
    Peer { program: "msgfmt", package: "gettext" },
    Peer { program: "apparmor_parser", package: "apparmor" },
    Peer { program: "db5.3_load", package: "db5.3-util" },
    Peer { program: "pdftotext", package: "poppler-utils" },
    Peer { program: "chromium", package: "chromium" },
    Peer { program: "chromedriver", package: "chromium-driver" },
    Peer { program: "npm", package: "npm" },
    Peer { program: "node", package: "nodejs" },
    Peer { program: "x86_64-w64-mingw32-gcc", package: "gcc-mingw-w64-x86-64" },
    Peer { program: "wine", package: "wine" },
    Peer { program: "wixl", package: "wixl" },
    Peer { program: "msiinfo", package: "msitools" },
    Peer { program: "osslsigncode", package: "osslsigncode" },
    Peer { program: "mmdebstrap", package: "mmdebstrap" },
    Peer { program: "systemd-nspawn", package: "systemd-container" },
];

/// Packages without a program on the path: found by a file.
const FILES: &[(&str, &str)] = &[
    ("/usr/lib/postgresql", "postgresql"),
    ("/usr/share/glib-2.0/schemas/gschemas.compiled", "gsettings-desktop-schemas"),
    ("/usr/lib/systemd/systemd-journal-remote", "systemd-journal-remote"),
    ("/usr/lib/systemd/systemd-sysctl", "systemd"),
    ("/usr/libexec/ipsec/readwriteconf", "libreswan"),
    ("/usr/lib/wine/wine64", "wine64"),
    ("/usr/share/i18n/locales/ja_JP", "locales"),
    ("/usr/share/fonts/opentype/ipafont-gothic", "fonts-ipafont-gothic"),
    ("/usr/lib/python3/dist-packages/aiosmtpd", "python3-aiosmtpd"),
];

/// Installs the packages that are missing when this is root on Debian; otherwise names them. Returns what is
/// still missing.
pub(crate) fn ensure() -> Result<Vec<&'static str>> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(missing);
    }
    if !can_install()? {
        line(format_args!(
            "These packages are needed for every test to run; tests without them say so and are skipped:\n  apt-get install {}",
            missing.join(" ")
        ));
        return Ok(missing);
    }
    if let Err(error) = install(&missing) {
        line(format_args!("{error}"));
    }
    Ok(self::missing())
}

/// Whether this is root on Debian.
pub(crate) fn can_install() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0" && installed("apt-get"))
}

/// Installs packages, none of whose daemons then runs.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    line(format_args!("Installing {}", packages.join(" ")));
    must(Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // A package's daemon must not start: who needs it starts one that is its own.
        .env("RUNLEVEL", "1")
        .stdout(std::process::Stdio::null());
    must(&mut install)
}

fn missing() -> Vec<&'static str> {
    let programs = PEERS.iter().filter(|peer| !installed(peer.program)).map(|peer| peer.package);
    let files = FILES.iter().filter(|(path, _)| !std::path::Path::new(path).exists()).map(|(_, package)| *package);
    programs.chain(files).collect()
}
