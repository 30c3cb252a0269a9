//! Which file is of which form.

use std::path::Path;

use super::form::Form;
use super::ipsec::IpsecForm;
use super::repositories;
use super::shares::SharesForm;
use crate::collect::glob::Glob;
use crate::collect::packages::rpm;
use crate::collect::screen_lock::environment::{FOLDER_OF_A_PERSON, OF_A_PERSON};
use crate::collect::systemd_unit;

/// Files that a configuration names, by a path with patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    files: Glob,
    pub(super) form: Form,
}

impl Named {
    /// The files of an absolute path that may have patterns. In one that is not followed every sign means itself.
    pub(super) fn of(path: &str, form: Form) -> Self {
        Self { files: Glob::parse(path).unwrap_or_else(|_| Glob::plain(path)), form }
    }

    pub(super) fn means(&self, path: &Path) -> bool {
        self.files.covers(path)
    }
}

impl Form {
    /// The form by where a file is; nothing for one that is read by no collector, unless a configuration names it.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let text = path.to_str()?;
        let name = path.file_name()?.to_str()?;
        let folder = path.parent()?.to_str()?;
        let form = match text {
            "/etc/passwd" | "/etc/passwd-" => Self::Passwd,
            "/etc/shadow" | "/etc/shadow-" => Self::Shadow,
            "/etc/group" | "/etc/group-" | "/etc/gshadow" | "/etc/gshadow-" => Self::Group,
            "/etc/login.defs" | "/usr/etc/login.defs" => Self::LoginDefs,
            "/etc/pam.conf" => Self::PamOfAll,
            "/etc/security/pwquality.conf" => Self::PasswordQuality,
            "/etc/security/opasswd" => Self::FormerPasswords,
            "/etc/shells" => Self::Shells,
            "/etc/nsswitch.conf" => Self::NameServices,
            "/etc/sudoers" | "/usr/etc/sudoers" => Self::Sudoers,
            "/etc/ssh/sshd_config" | "/usr/etc/ssh/sshd_config" | "C:/ProgramData/ssh/sshd_config" => Self::Sshd,
            "/etc/environment" | "/etc/profile" | "/etc/bash.bashrc" => Self::Shell,
            "/etc/security/pam_env.conf" => Self::Variables,
            "/etc/chrony/chrony.conf" | "/etc/chrony.conf" => Self::Chrony,
            "/etc/ntpsec/ntp.conf" | "/etc/ntp.conf" | "/etc/openntpd/ntpd.conf" | "/run/ntpsec/ntp.conf.dhcp" => {
                Self::Ntp
            }
            "/etc/default/ntpsec" => Self::NtpDefaults,
            "/etc/systemd/timesyncd.conf" => Self::Timesyncd,
            "/etc/localtime" => Self::TimeZone,
            "/etc/timezone" => Self::TimeZoneName,
            "/run/chrony/chronyd.pid" | "/run/chronyd.pid" => Self::ProcessNumber,
            "/run/utmp" | "/var/run/utmp" => Self::SignIns,
            "/var/log/lastlog" => Self::LastSignIns,
            "/var/lib/lastlog/lastlog2.db" => Self::Lastlog2,
            "/var/lib/wtmpdb/wtmp.db" => Self::Wtmpdb,
            "/etc/dnsmasq.conf" => Self::Dnsmasq,
            "/etc/dhcp/dhcpd.conf" | "/etc/dhcpd.conf" => Self::Dhcpd,
            "/etc/kea/kea-dhcp4.conf" => Self::Kea,
            "/etc/wpa_supplicant.conf" => Self::WpaSupplicant,
            "/etc/rsyslog.conf" => Self::Rsyslog,
            "/etc/logrotate.conf" => Self::Logrotate,
            "/etc/audit/auditd.conf" => Self::Auditd,
            "/etc/audit/audit.rules" => Self::AuditRules,
            "/etc/machine-id" | "/proc/sys/kernel/random/boot_id" => Self::Identity,
            "/etc/cron.d/clamav-freshclam"
            | "/etc/cron.d/clamav-update"
            | "/etc/cron.daily/freshclam"
            | "/etc/cron.hourly/freshclam" => Self::UpdaterSchedule,
            "/etc/os-release" | "/usr/lib/os-release" => Self::OsRelease,
            "/var/lib/ubuntu-advantage/status.json" => Self::Pro,
            "/var/lib/dpkg/status" => Self::DpkgStatus,
            "/etc/apt/apt.conf" => Self::AptConf,
            "/var/lib/apt/extended_states" => Self::AutomaticPackages,
            "/var/lib/rpm/rpmdb.sqlite" | "/usr/lib/sysimage/rpm/rpmdb.sqlite" => Self::RpmDatabase,
            "/var/lib/rpm/Packages.db" | "/usr/lib/sysimage/rpm/Packages.db" => Self::RpmHeaders(rpm::Form::Ndb),
            "/var/lib/rpm/Packages" | "/usr/lib/sysimage/rpm/Packages" => Self::RpmHeaders(rpm::Form::Berkeley),
            "/usr/lib/rpm/macros" | "/usr/lib/rpm/redhat/macros" | "/usr/lib/rpm/suse/macros" | "/etc/rpm/macros" => {
                Self::RpmMacros
            }
            "/etc/default/ssh" | "/etc/sysconfig/sshd" => Self::UnitVariables,
            "/etc/inetd.conf" => Self::Inetd,
            "/etc/xinetd.conf" => Self::Xinetd,
            "/etc/X11/default-display-manager" => Self::DefaultDisplayManager,
            "/etc/lightdm/lightdm.conf" => Self::Lightdm,
            "/etc/sddm.conf" => Self::Sddm,
            "/etc/greetd/config.toml" => Self::Greetd,
            "/proc/self/mountinfo" | "/proc/mounts" => Self::Mounts,
            "/proc/swaps" => Self::Swaps,
            "/proc/cmdline" => Self::CommandLine,
            "/proc/cpuinfo" => Self::Processors,
            "/etc/crypttab" => Self::Crypttab,
            "/sys/firmware/dmi/tables/DMI" => Self::Smbios,
            "/etc/usbguard/usbguard-daemon.conf" => Self::Usbguard,
            "/etc/usbguard/rules.conf" => Self::UsbguardRules,
            "/proc/net/tcp" | "/proc/net/tcp6" | "/proc/net/udp" | "/proc/net/udp6" => Self::Sockets,
            "/proc/modules" | "/proc/net/ip_tables_names" | "/proc/net/ip6_tables_names" => Self::Modules,
            "/proc/net/if_inet6" => Self::Inet6,
            "/proc/net/fib_trie" => Self::Routes,
            "/proc/net/sctp/eps" => Self::Sctp,
            "/etc/ufw/ufw.conf" | "/etc/default/ufw" => Self::Ufw,
            "/etc/ufw/sysctl.conf" => Self::Sysctl,
            "/etc/firewalld/firewalld.conf" => Self::Firewalld,
            "/etc/nftables.conf" | "/etc/sysconfig/nftables.conf" => Self::Nft,
            "/etc/iptables/rules.v4"
            | "/etc/iptables/rules.v6"
            | "/etc/sysconfig/iptables"
            | "/etc/sysconfig/ip6tables" => Self::Iptables,
            _ if let Some(form) = IpsecForm::of(text) => Self::Ipsec(form),
            _ => return Self::of_folder(text, folder, name).or_else(|| Self::of_person(folder, name)),
        };
        Some(form)
    }

    fn of_folder(text: &str, folder: &str, name: &str) -> Option<Self> {
        let form = match folder {
            "/var/log" if name.starts_with("wtmp") || name.starts_with("btmp") => Self::SignIns,
            "/run/systemd/sessions" => Self::Session,
            "/etc/pam.d" | "/usr/lib/pam.d" | "/usr/etc/pam.d" | "/usr/share/pam.d" => Self::Pam,
            "/etc/security/pwquality.conf.d" => Self::PasswordQuality,
            _ if folder.ends_with("/security") && ["faillock.conf", "pwhistory.conf"].contains(&name) => {
                Self::PamSettings
            }
            "/etc/apt/apt.conf.d" => Self::AptConf,
            "/var/lib/dpkg/status.d" => Self::DpkgStatus,
            "/usr/lib/rpm/macros.d" | "/etc/rpm" if name.starts_with("macros.") => Self::RpmMacros,
            "/var/lib/apt/lists" if name.ends_with("Release") => Self::Release,
            "/var/lib/apt/lists" => Self::PackageList,
            _ if folder.ends_with("/share/registry") || folder.contains("/share/registry/") => Self::OfficeRegistry,
            _ if let Some(form) = repositories::form_of_dnf(folder, name) => form,
            "/etc/profile.d" => Self::Shell,
            "/run/udev/data" => Self::Udev,
            _ if text.starts_with("/dev/") => Self::Device,
            "/sys/class/dmi/id" => Self::Make,
            "/sys/firmware/efi/efivars" => Self::FirmwareVariable,
            _ if text.starts_with("/sys/class/") || text.starts_with("/sys/devices/") => Self::Attribute,
            _ if text.starts_with("/boot/") && name == "grub.cfg" => Self::Grub,
            _ if text.starts_with("/boot/") && name == "user.cfg" => Self::GrubUser,
            "/boot/loader/entries" => Self::GrubEntry,
            _ if name == "loader.conf" && folder.ends_with("/loader") => Self::SystemdBoot,
            "/etc/usbguard/rules.d" => Self::UsbguardRules,
            _ if folder.ends_with("/modprobe.d") => Self::Modprobe,
            "/etc/environment.d" | "/usr/lib/environment.d" | "/etc/X11/Xsession.d" => Self::Variables,
            "/etc/ntpsec/ntp.d" | "/etc/ntp.d" => Self::Ntp,
            "/etc/dnsmasq.d" => Self::Dnsmasq,
            "/var/lib/misc"
            | "/var/lib/dnsmasq"
            | "/var/lib/dnsmasq/dnsmasq"
            | "/var/lib/libvirt/dnsmasq"
            | "/var/lib/NetworkManager"
                if name.ends_with(".leases") =>
            {
                Self::DnsmasqLeases
            }
            "/var/lib/dhcp" | "/var/lib/dhcpd" if name == "dhcpd.leases" => Self::DhcpdLeases,
            "/var/lib/kea" if name.starts_with("kea-leases4.csv") => Self::KeaLeases,
            "/var/lib/clamav" if name.starts_with("daily.") => Self::SignatureHeader,
            "/etc/wpa_supplicant" | "/run/netplan"
                if Path::new(name).extension().is_some_and(|ending| ending == "conf") =>
            {
                Self::WpaSupplicant
            }
            "/var/lib/iwd" => Self::Iwd,
            "/etc/inetd.d" => Self::Inetd,
            "/etc/xinetd.d" => Self::Xinetd,
            "/run/gdm3" | "/run/gdm" | "/etc/gdm3" | "/etc/gdm" => Self::Gdm,
            "/etc/lxdm" => Self::Lxdm,
            _ if folder.ends_with("/lightdm/lightdm.conf.d") => Self::Lightdm,
            _ if folder.ends_with("/sddm.conf.d") => Self::Sddm,
            _ if systemd_unit::is_file(folder, name) => Self::Unit,
            "/etc/sysconfig/network-scripts" if name.starts_with("ifcfg-") => Self::NetworkScript,
            _ if folder.ends_with("/NetworkManager/system-connections") => Self::NetworkManager,
            "/etc/dconf/profile"
            | "/usr/local/share/dconf/profile"
            | "/usr/share/dconf/profile"
            | "/run/dconf/user" => Self::DconfProfile,
            _ if text.starts_with("/run/user/") && text.ends_with("/dconf/profile") => Self::DconfProfile,
            "/usr/share/glib-2.0/schemas" | "/usr/local/share/glib-2.0/schemas" if name == "gschemas.compiled" => {
                Self::Settings
            }
            "/etc/dconf/db" => Self::Settings,
            _ if text.starts_with("/etc/dconf/db/") && folder.ends_with(".d/locks") => Self::DconfLocks,
            _ if text.starts_with("/etc/dconf/db/") && Path::new(folder).extension().is_some_and(|end| end == "d") => {
                Self::KeyFile
            }
            "/etc/ufw" => Self::UfwRules,
            _ if text.starts_with("/etc/firewalld/") || text.starts_with("/usr/lib/firewalld/") => Self::FirewalldXml,
            _ if text.starts_with("/proc/sys/net/") => Self::KernelNumbers,
            _ if folder.ends_with("/sysctl.d") => Self::Sysctl,
            _ if folder.ends_with("sessions") && name.ends_with(".desktop") => Self::DesktopEntry,
            _ if folder.ends_with("/polkit-1/rules.d") => Self::PolkitRules,
            _ if folder.ends_with("/polkit-1/localauthority.conf.d") => Self::PolkitConfiguration,
            _ if let Some(form) = Self::of_systemd(text, folder) => form,
            "/etc/rsyslog.d" => Self::Rsyslog,
            "/etc/logrotate.d" => Self::Logrotate,
            "/etc/audit/rules.d" => Self::AuditRules,
            _ if folder.starts_with("/var/log/journal/") && name.trim_end_matches('~').ends_with(".journal") => {
                Self::Journal
            }
            "/etc/clamav" | "/etc/clamd.d" | "/etc" | "/usr/local/etc"
                if ["clamd.conf", "scan.conf", "freshclam.conf"].contains(&name) =>
            {
                Self::Clamav
            }
            _ => return SharesForm::of(text, folder, name).map(Self::Shares),
        };
        Some(form)
    }

    /// A file of settings of systemd's own services, or a drop-in for one.
    fn of_systemd(text: &str, folder: &str) -> Option<Self> {
        let (_, file) = text.rsplit_once("/systemd/")?;
        let is = |name: &str| file == name || folder.ends_with(&format!("/systemd/{name}.d"));
        let forms = [
            ("logind.conf", Self::Logind),
            ("journald.conf", Self::Journald),
            ("journal-upload.conf", Self::JournalUpload),
        ];
        if folder.ends_with("/systemd/timesyncd.conf.d") {
            return Some(Self::Timesyncd);
        }
        forms.into_iter().find_map(|(name, form)| is(name).then_some(form))
    }

    /// Whether it is read as text, so that a byte of zero makes it no such file; see
    /// [`Look::read_text`](crate::collect::Look::read_text).
    #[expect(clippy::too_many_lines, reason = "a line for each form")]
    pub(super) fn is_text(self) -> bool {
        match self {
            Self::Shares(form) => form.is_text(),
            Self::SignIns
            | Self::LastSignIns
            | Self::Device
            | Self::Lastlog2
            | Self::Wtmpdb
            | Self::Session
            | Self::TimeZone
            | Self::TimeZoneName
            | Self::ProcessNumber
            | Self::DnsmasqLeases
            | Self::DhcpdLeases
            | Self::KeaLeases
            | Self::Dnsmasq
            | Self::Dhcpd
            | Self::Kea
            | Self::UpdaterSchedule
            | Self::FreshclamLog
            | Self::SignatureHeader
            | Self::Mounts
            | Self::Swaps
            | Self::CommandLine
            | Self::Processors
            | Self::Attribute
            | Self::Make
            | Self::Udev
            | Self::Smbios
            | Self::FirmwareVariable
            | Self::Repository
            | Self::Settings
            | Self::Sockets
            | Self::KernelNumbers
            | Self::Modules
            | Self::Inet6
            | Self::Routes
            | Self::Sctp
            | Self::Pro
            | Self::DpkgStatus
            | Self::AutomaticPackages
            | Self::Release
            | Self::PackageList
            | Self::RpmDatabase
            | Self::RpmHeaders(_)
            | Self::Advisories
            | Self::Journal
            | Self::Log
            | Self::Identity => false,
            Self::Passwd
            | Self::Shadow
            | Self::Group
            | Self::LoginDefs
            | Self::Shells
            | Self::NameServices
            | Self::Sudoers
            | Self::PolkitRules
            | Self::PolkitConfiguration
            | Self::AuthorizedKeys
            | Self::Pam
            | Self::PamOfAll
            | Self::PamSettings
            | Self::PasswordQuality
            | Self::FormerPasswords
            | Self::Sshd
            | Self::Shell
            | Self::Variables
            | Self::Logind
            | Self::Chrony
            | Self::Ntp
            | Self::NtpDefaults
            | Self::Timesyncd
            | Self::Clamav
            | Self::Crypttab
            | Self::Grub
            | Self::GrubUser
            | Self::GrubEntry
            | Self::SystemdBoot
            | Self::Usbguard
            | Self::UsbguardRules
            | Self::Modprobe
            | Self::DconfProfile
            | Self::KeyFile
            | Self::DconfLocks
            | Self::KConfig
            | Self::Xfconf
            | Self::DesktopEntry
            | Self::NetworkManager
            | Self::Iwd
            | Self::WpaSupplicant
            | Self::NetworkScript
            | Self::Sysctl
            | Self::Ufw
            | Self::UfwRules
            | Self::Firewalld
            | Self::FirewalldXml
            | Self::Nft
            | Self::Iptables
            | Self::OsRelease
            | Self::DnfSettings
            | Self::AptConf
            | Self::RepositoryIndex
            | Self::OfficeRegistry
            | Self::Unit
            | Self::UnitVariables
            | Self::Inetd
            | Self::Xinetd
            | Self::DefaultDisplayManager
            | Self::Gdm
            | Self::Lightdm
            | Self::Sddm
            | Self::Lxdm
            | Self::Greetd
            | Self::Ipsec(_)
            | Self::Journald
            | Self::JournalUpload
            | Self::Rsyslog
            | Self::Logrotate
            | Self::Auditd
            | Self::AuditRules
            | Self::RpmMacros => true,
        }
    }

    /// The form of what is among the logs and has no other.
    pub(super) fn of_log(path: &Path) -> Option<Self> {
        path.starts_with("/var/log").then_some(Self::Log)
    }

    /// The form of a file that may be a person's. Homes may be anywhere.
    fn of_person(folder: &str, name: &str) -> Option<Self> {
        let form = match name {
            "authorized_keys" | "authorized_keys2" if folder.ends_with("/.ssh") => Self::AuthorizedKeys,
            _ if folder.ends_with("/.config/dconf") && Path::new(name).extension().is_some_and(|end| end == "txt") => {
                Self::KeyFile
            }
            _ if folder.ends_with("/.config/dconf") => Self::Settings,
            "kdeglobals" | "kscreenlockerrc" if folder.ends_with("/.config") || folder == "/etc/xdg" => Self::KConfig,
            "xfce4-screensaver.xml" => Self::Xfconf,
            "registrymodifications.xcu" => Self::OfficeRegistry,
            _ if OF_A_PERSON.contains(&name) => Self::Variables,
            _ if folder.ends_with(&format!("/.config/{FOLDER_OF_A_PERSON}")) => Self::Variables,
            "config" => Self::Repository,
            _ => return None,
        };
        Some(form)
    }
}
