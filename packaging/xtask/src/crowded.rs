//! A host that has far too much of everything, made in a folder, to see that reading it stays bounded.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};

/// How large a made host is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowd {
    accounts: u32,
    leases: u32,
    log_bytes: u64,
    packages: u32,
    files: u32,
}

/// A host as most are.
pub(crate) const ORDINARY: Crowd = Crowd { accounts: 5, leases: 20, log_bytes: 1 << 20, packages: 500, files: 5 };

/// A host that nobody should have: 5,000 accounts, 200,000 leases, a log of 20 GB.
pub(crate) const CROWDED: Crowd =
    Crowd { accounts: 5_000, leases: 200_000, log_bytes: 20 << 30, packages: 20_000, files: 5_000 };

/// What the end of a log really holds; all before it is a hole.
const LOG_TAIL: u64 = 16 << 20;

impl Crowd {
    /// Makes the host in an empty folder.
    ///
    /// # Errors
    ///
    /// What cannot be written.
    pub(crate) fn make(self, root: &Path) -> Result<()> {
        let put = |path: &str, text: &str| put(root, path, text);
        put("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n")?;
        put("etc/hostname", "crowded\n")?;
        put("etc/machine-id", "0123456789abcdef0123456789abcdef\n")?;
        self.accounts(root)?;
        self.logs(root)?;
        put("etc/dnsmasq.conf", "dhcp-range=10.0.0.2,10.255.255.254\n")?;
        put("var/lib/misc/dnsmasq.leases", &self.lease_list())?;
        put("var/lib/dpkg/status", &self.package_list())?;
        self.configuration(root)
    }

    fn accounts(self, root: &Path) -> Result<()> {
        let mut passwd = "root:x:0:0:root:/root:/bin/bash\n".to_owned();
        let mut shadow = "root:*:20000:0:99999:7:::\n".to_owned();
        let mut group = "root:x:0:\nsudo:x:27:".to_owned();
        for number in 0..self.accounts {
            let id = number + 1_000;
            writeln!(passwd, "staff{number}:x:{id}:{id}::/home/staff{number}:/bin/bash")?;
            writeln!(shadow, "staff{number}:$y$j9T$salt$hash{number}:20000:0:99999:7:::")?;
            write!(group, "{}staff{number}", if number == 0 { "" } else { "," })?;
            let home = format!("home/staff{number}");
            put(root, &format!("{home}/.ssh/authorized_keys"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA staff\n")?;
            put(root, &format!("{home}/.netrc"), "machine example.jp login staff password none\n")?;
            put(root, &format!("{home}/Desktop/notes{number}.txt"), "")?;
        }
        group.push('\n');
        put(root, "etc/passwd", &passwd)?;
        put(root, "etc/shadow", &shadow)?;
        put(root, "etc/group", &group)
    }

    fn logs(self, root: &Path) -> Result<()> {
        for name in ["auth.log", "syslog"] {
            let path = root.join("var/log").join(name);
            folder_of(&path)?;
            let mut file = File::create(&path)?;
            let tail = LOG_TAIL.min(self.log_bytes);
            file.seek(SeekFrom::Start(self.log_bytes - tail))?;
            let mut text = String::from("\n");
            let mut number = 0_u32;
            while u64::try_from(text.len())? < tail {
                writeln!(
                    text,
                    "2026-11-{:02}T{:02}:{:02}:{:02}.000000+09:00 crowded sshd[{number}]: Failed password for staff{} from \
                     203.0.113.{} port 50000 ssh2",
                    number / 86_400 % 28 + 1,
                    number / 3_600 % 24,
                    number / 60 % 60,
                    number % 60,
                    number % self.accounts,
                    number % 250
                )?;
                number += 1;
            }
            file.write_all(text.as_bytes())?;
        }
        for number in 1..=self.files {
            put(
                root,
                &format!("var/log/auth.log.{number}"),
                "2026-10-01T00:00:00.000000+09:00 crowded sshd[1]: none\n",
            )?;
        }
        Ok(())
    }

    fn lease_list(self) -> String {
        let leases = (0..self.leases).map(|number| {
            let [_, a, b, c] = number.to_be_bytes();
            format!("1795000000 02:00:00:{a:02x}:{b:02x}:{c:02x} 10.{a}.{b}.{c} device{number} *\n")
        });
        leases.collect()
    }

    fn package_list(self) -> String {
        let packages = (0..self.packages).map(|number| {
            format!(
                "Package: package{number}\nStatus: install ok installed\nPriority: optional\nSection: misc\n\
                 Installed-Size: 100\nMaintainer: none <none@example.jp>\nArchitecture: amd64\nVersion: 1.{number}-1\n\
                 Description: {}\n\n",
                "one of many ".repeat(40)
            )
        });
        packages.collect()
    }

    fn configuration(self, root: &Path) -> Result<()> {
        put(root, "etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n")?;
        put(root, "etc/sudoers", "root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n")?;
        for number in 0..self.files {
            let put = |path: String, text: &str| put(root, &path, text);
            put(format!("etc/ssh/sshd_config.d/{number}.conf"), "PasswordAuthentication no\n")?;
            put(format!("etc/sudoers.d/{number}"), &format!("staff{number} ALL=(ALL) ALL\n"))?;
            put(format!("etc/cron.d/job{number}"), "0 3 * * * root /usr/local/bin/job --password=none\n")?;
            put(format!("etc/application{number}/settings.conf"), &"password = none\n".repeat(200))?;
            put(
                format!("etc/ssl/private/{number}.pem"),
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
            )?;
            put(format!("etc/sysctl.d/{number}.conf"), "net.ipv4.ip_forward = 0\n")?;
            put(format!("etc/modprobe.d/{number}.conf"), "install usb-storage /bin/false\n")?;
            put(format!("etc/systemd/system/unit{number}.service"), "[Service]\nExecStart=/usr/bin/true\n")?;
            put(format!("opt/application{number}/run.sh"), "#!/bin/sh\n")?;
            let network = format!("[connection]\nid=net{number}\ntype=wifi\n[wifi]\nssid=net{number}\n");
            put(format!("etc/NetworkManager/system-connections/{number}.nmconnection"), &network)?;
            put(format!("srv/backup/set{}/file{number}", number % 50), "")?;
        }
        Ok(())
    }
}

fn put(root: &Path, path: &str, text: &str) -> Result<()> {
    let path = root.join(path);
    folder_of(&path)?;
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

fn folder_of(path: &Path) -> Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}
