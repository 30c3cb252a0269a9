//! Which file is of which form, and by what it is scrubbed. A file of no form is not captured.

use std::path::Path;

use super::{
    Scrubber, accounts, answers, antivirus, boot, clocks, disks, lease_configuration, leases, logins, network, office,
    packages, pam, secret_lines, settings, shell, sign_in_databases, sshd, sudoers, wireless,
};
use crate::collect::antivirus::time_zone;
use crate::collect::glob::Glob;
use crate::collect::screen_lock::environment::{FOLDER_OF_A_PERSON, OF_A_PERSON};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Passwd,
    Shadow,
    Group,
    LoginDefs,
    Shells,
    NameServices,
    Sudoers,
    PolkitRules,
    PolkitConfiguration,
    AuthorizedKeys,
    SignIns,
    LastSignIns,
    /// A database of sign-ins: lastlog2's or wtmpdb's.
    Lastlog2,
    Wtmpdb,
    /// What logind keeps of one session.
    Session,
    /// PAM's modules of a service, of every service, and what modules are set to.
    Pam,
    PamOfAll,
    PamSettings,
    /// What a new password must be.
    PasswordQuality,
    /// Former passwords.
    FormerPasswords,
    Sshd,
    Shell,
    /// Sets variables of which only one matters.
    Variables,
    Logind,
    Chrony,
    Ntp,
    /// What Debian's service of ntpd is told.
    NtpDefaults,
    Timesyncd,
    TimeZone,
    TimeZoneName,
    ProcessNumber,
    DnsmasqLeases,
    DhcpdLeases,
    KeaLeases,
    /// Configurations of servers of leases.
    Dnsmasq,
    Dhcpd,
    Kea,
    Clamav,
    /// A table or script of cron for ClamAV's updater.
    UpdaterSchedule,
    FreshclamLog,
    SignatureHeader,
    Mounts,
    Swaps,
    /// The kernel's command line.
    CommandLine,
    Processors,
    /// A small file of sysfs.
    Attribute,
    /// What names the machine.
    Identity,
    Udev,
    Crypttab,
    /// The firmware's description of the machine, and a variable of it.
    Smbios,
    FirmwareVariable,
    Grub,
    GrubUser,
    GrubEntry,
    SystemdBoot,
    /// Settings of a login screen or console.
    LoginScreen,
    Usbguard,
    UsbguardRules,
    Modprobe,
    Repository,
    DconfProfile,
    /// A compiled database of settings or schemas.
    Settings,
    /// Settings of dconf as text.
    KeyFile,
    DconfLocks,
    KConfig,
    Xfconf,
    DesktopEntry,
    /// Wireless networks, and what stand-ins of their names rest on.
    MachineId,
    NetworkManager,
    Iwd,
    WpaSupplicant,
    NetworkScript,
    /// A table of sockets.
    Sockets,
    /// A setting of the kernel below `/proc/sys/net`.
    KernelNumbers,
    /// What sets those at boot.
    Sysctl,
    /// Names of the kernel's modules or tables for rules.
    Modules,
    Inet6,
    /// Configurations of firewalls.
    Ufw,
    UfwRules,
    Firewalld,
    Zone,
    Nft,
    Iptables,
    OsRelease,
    /// What Ubuntu's Pro client tells of itself.
    Pro,
    /// Settings of office programs.
    OfficeRegistry,
    /// What dpkg has installed.
    DpkgStatus,
    /// Which packages are there for others only.
    AutomaticPackages,
    /// The head of a repository's files.
    Release,
    PackageList,
    RpmDatabase,
}

/// What stands for a file that is read as text and is none.
const NO_TEXT: &[u8] = b"\0";

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
            "/etc/ssh/sshd_config" | "/usr/etc/ssh/sshd_config" => Self::Sshd,
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
            "/etc/cron.d/clamav-freshclam"
            | "/etc/cron.d/clamav-update"
            | "/etc/cron.daily/freshclam"
            | "/etc/cron.hourly/freshclam" => Self::UpdaterSchedule,
            "/etc/machine-id" => Self::MachineId,
            "/etc/os-release" | "/usr/lib/os-release" => Self::OsRelease,
            "/var/lib/ubuntu-advantage/status.json" => Self::Pro,
            "/var/lib/dpkg/status" => Self::DpkgStatus,
            "/var/lib/apt/extended_states" => Self::AutomaticPackages,
            "/var/lib/rpm/rpmdb.sqlite" | "/usr/lib/sysimage/rpm/rpmdb.sqlite" => Self::RpmDatabase,
            "/proc/self/mountinfo" | "/proc/mounts" => Self::Mounts,
            "/proc/swaps" => Self::Swaps,
            "/proc/cmdline" => Self::CommandLine,
            "/proc/cpuinfo" => Self::Processors,
            "/etc/crypttab" => Self::Crypttab,
            "/sys/firmware/dmi/tables/DMI" => Self::Smbios,
            "/etc/usbguard/usbguard-daemon.conf" => Self::Usbguard,
            "/etc/usbguard/rules.conf" => Self::UsbguardRules,
            "/etc/gdm3/daemon.conf"
            | "/etc/gdm3/custom.conf"
            | "/etc/gdm/custom.conf"
            | "/etc/lightdm/lightdm.conf"
            | "/etc/sddm.conf" => Self::LoginScreen,
            "/proc/net/tcp" | "/proc/net/tcp6" | "/proc/net/udp" | "/proc/net/udp6" => Self::Sockets,
            "/proc/modules" | "/proc/net/ip_tables_names" | "/proc/net/ip6_tables_names" => Self::Modules,
            "/proc/net/if_inet6" => Self::Inet6,
            "/etc/ufw/ufw.conf" | "/etc/default/ufw" => Self::Ufw,
            "/etc/ufw/user.rules" | "/etc/ufw/user6.rules" => Self::UfwRules,
            "/etc/firewalld/firewalld.conf" => Self::Firewalld,
            "/etc/nftables.conf" | "/etc/sysconfig/nftables.conf" => Self::Nft,
            "/etc/iptables/rules.v4"
            | "/etc/iptables/rules.v6"
            | "/etc/sysconfig/iptables"
            | "/etc/sysconfig/ip6tables" => Self::Iptables,
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
            "/var/lib/dpkg/status.d" => Self::DpkgStatus,
            "/var/lib/apt/lists" if name.ends_with("Release") => Self::Release,
            "/var/lib/apt/lists" => Self::PackageList,
            _ if folder.ends_with("/share/registry") => Self::OfficeRegistry,
            "/etc/profile.d" => Self::Shell,
            "/run/udev/data" => Self::Udev,
            "/sys/class/dmi/id" => Self::Identity,
            "/sys/firmware/efi/efivars" => Self::FirmwareVariable,
            _ if text.starts_with("/sys/class/") || text.starts_with("/sys/devices/") => Self::Attribute,
            _ if text.starts_with("/boot/") && name == "grub.cfg" => Self::Grub,
            _ if text.starts_with("/boot/") && name == "user.cfg" => Self::GrubUser,
            "/boot/loader/entries" => Self::GrubEntry,
            _ if name == "loader.conf" && folder.ends_with("/loader") => Self::SystemdBoot,
            "/etc/usbguard/rules.d" => Self::UsbguardRules,
            _ if folder.ends_with("/modprobe.d") => Self::Modprobe,
            _ if folder.ends_with("/lightdm.conf.d") || folder.ends_with("/sddm.conf.d") => Self::LoginScreen,
            _ if folder.starts_with("/etc/systemd/system/") && folder.ends_with(".service.d") => Self::LoginScreen,
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
            "/etc/firewalld/zones" | "/usr/lib/firewalld/zones" => Self::Zone,
            _ if text.starts_with("/proc/sys/net/") => Self::KernelNumbers,
            _ if folder.ends_with("/sysctl.d") => Self::Sysctl,
            _ if folder.ends_with("sessions") && name.ends_with(".desktop") => Self::DesktopEntry,
            _ if folder.ends_with("/polkit-1/rules.d") => Self::PolkitRules,
            _ if folder.ends_with("/polkit-1/localauthority.conf.d") => Self::PolkitConfiguration,
            _ if text.ends_with("/systemd/logind.conf") || folder.ends_with("/systemd/logind.conf.d") => Self::Logind,
            _ if folder.ends_with("/systemd/timesyncd.conf.d") => Self::Timesyncd,
            "/etc/clamav" | "/etc/clamd.d" | "/etc" | "/usr/local/etc"
                if ["clamd.conf", "scan.conf", "freshclam.conf"].contains(&name) =>
            {
                Self::Clamav
            }
            _ => return None,
        };
        Some(form)
    }

    /// Whether it is read as text, so that a byte of zero makes it no such file; see
    /// [`Look::read_text`](crate::collect::Look::read_text).
    fn is_text(self) -> bool {
        match self {
            Self::SignIns
            | Self::LastSignIns
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
            | Self::Identity
            | Self::Udev
            | Self::Smbios
            | Self::FirmwareVariable
            | Self::Repository
            | Self::Settings
            | Self::Sockets
            | Self::KernelNumbers
            | Self::Modules
            | Self::Inet6
            | Self::Pro
            | Self::DpkgStatus
            | Self::AutomaticPackages
            | Self::Release
            | Self::PackageList
            | Self::RpmDatabase => false,
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
            | Self::LoginScreen
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
            | Self::Zone
            | Self::Nft
            | Self::Iptables
            | Self::OsRelease
            | Self::MachineId
            | Self::OfficeRegistry => true,
        }
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

/// What is left of a content, or of a part of one from `offset`; nothing when it is of no known form.
pub(super) fn content(scrubber: &mut Scrubber, path: &Path, offset: u64, bytes: &[u8]) -> Option<Vec<u8>> {
    let form = scrubber.form(path);
    if form.is_some_and(Form::is_text) && bytes.contains(&0) {
        return Some(NO_TEXT.to_vec());
    }
    if offset == 0 && settings::is_database(bytes) {
        return Some(settings::database(bytes));
    }
    let now = scrubber.now;
    let Some(form) = form else {
        return secret_lines::style_of(path).map(|style| secret_lines::scrub(scrubber, style, bytes));
    };
    Some(match form {
        Form::Passwd => accounts::passwd(scrubber, bytes),
        Form::Shadow => accounts::shadow(scrubber, bytes),
        Form::Group => accounts::group(scrubber, bytes),
        Form::LoginDefs => accounts::login_defs(bytes),
        Form::Shells => accounts::shells(scrubber, bytes),
        Form::NameServices => accounts::name_services(bytes),
        Form::Sudoers => sudoers::scrub(scrubber, path, bytes),
        Form::PolkitRules => accounts::polkit_rules(scrubber, bytes),
        Form::PolkitConfiguration => accounts::polkit_configuration(scrubber, bytes),
        Form::AuthorizedKeys => accounts::authorized_keys(bytes),
        Form::SignIns if bytes.is_empty() => Vec::new(),
        Form::SignIns => {
            let failed = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("btmp"));
            return logins::records(bytes, offset, &mut scrubber.names, failed, &mut scrubber.addresses);
        }
        Form::Lastlog2 => sign_in_databases::lastlog2(scrubber, bytes),
        Form::Wtmpdb => sign_in_databases::wtmpdb(scrubber, bytes),
        Form::Session => logins::session(scrubber, bytes),
        Form::LastSignIns => return logins::lastlog(bytes, offset, &mut scrubber.addresses),
        Form::Pam => pam::service(scrubber, bytes),
        Form::PamOfAll => pam::all_services(scrubber, bytes),
        Form::PamSettings => pam::settings(bytes),
        Form::PasswordQuality => pam::quality(bytes),
        Form::FormerPasswords => pam::former(scrubber, bytes),
        Form::Sshd => sshd::scrub(scrubber, bytes),
        Form::Shell => shell::script(scrubber, bytes),
        Form::Variables => settings::variables(bytes),
        Form::Logind => clocks::logind(bytes),
        Form::Chrony => clocks::chrony(scrubber, bytes),
        Form::Ntp => clocks::ntp(scrubber, path, bytes),
        Form::NtpDefaults => clocks::ntp_defaults(bytes),
        Form::Timesyncd => clocks::timesyncd(scrubber, bytes),
        Form::TimeZone => time_zone::parse(bytes).map_or(b"x".to_vec(), |_| bytes.to_vec()),
        Form::TimeZoneName => settings::zone_name(bytes),
        Form::ProcessNumber => clocks::process_number(bytes),
        Form::DnsmasqLeases => return leases::dnsmasq(scrubber, bytes, now),
        Form::DhcpdLeases => return leases::dhcpd(scrubber, bytes, now),
        Form::KeaLeases => return leases::kea(scrubber, bytes, now),
        Form::Dnsmasq => lease_configuration::dnsmasq(scrubber, bytes),
        Form::Dhcpd => lease_configuration::dhcpd(scrubber, bytes),
        Form::Kea => lease_configuration::kea(scrubber, bytes),
        Form::Clamav => antivirus::options(scrubber, bytes),
        Form::UpdaterSchedule => antivirus::schedule(bytes),
        Form::FreshclamLog => antivirus::log(bytes),
        Form::SignatureHeader => antivirus::header(bytes),
        Form::Mounts => disks::mounted(scrubber, bytes),
        Form::Swaps => disks::swaps(scrubber, bytes),
        Form::Attribute => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            disks::attribute(scrubber, &name, bytes)
        }
        Form::CommandLine => boot::command_line(bytes),
        Form::Processors => boot::processors(bytes),
        Form::Identity => boot::identity(bytes),
        Form::Udev => disks::udev(bytes),
        Form::Crypttab => disks::crypttab(scrubber, bytes),
        Form::Smbios => boot::smbios(bytes),
        Form::FirmwareVariable => boot::variable(bytes),
        Form::Grub => boot::grub(bytes),
        Form::GrubUser => boot::grub_user(bytes),
        Form::GrubEntry => boot::grub_entry(bytes),
        Form::SystemdBoot => boot::loader(bytes),
        Form::LoginScreen => boot::login_screen(bytes),
        Form::Usbguard => boot::usbguard(scrubber, bytes),
        Form::UsbguardRules => boot::usbguard_rules(bytes),
        Form::Modprobe => boot::modprobe(bytes),
        Form::Repository => answers::repository(bytes),
        Form::DconfProfile => settings::profile(scrubber, bytes),
        // One that begins like none.
        Form::Settings => b"x".to_vec(),
        Form::KeyFile => settings::key_file(bytes),
        Form::DconfLocks => settings::locks(bytes),
        Form::KConfig => settings::lock_of_kde(bytes),
        Form::Xfconf => settings::channel(scrubber, bytes),
        Form::DesktopEntry => settings::desktop_entry(scrubber, bytes),
        Form::NetworkManager => wireless::network_manager(scrubber, bytes),
        Form::Iwd => wireless::iwd(&path.file_name()?.to_string_lossy(), bytes),
        Form::WpaSupplicant => wireless::wpa_supplicant(scrubber, bytes),
        Form::NetworkScript => wireless::network_script(scrubber, bytes),
        Form::Sockets => network::sockets(scrubber, bytes),
        Form::KernelNumbers => network::numbers(bytes),
        Form::Sysctl => network::sysctl(bytes),
        Form::Modules => network::modules(bytes),
        Form::Inet6 => network::inet6(bytes),
        Form::Ufw => network::ufw(bytes),
        Form::UfwRules => network::ufw_rules(bytes),
        Form::Firewalld => network::firewalld(scrubber, bytes),
        Form::Zone => network::zone(bytes),
        Form::Nft => network::nft(bytes),
        Form::Iptables => network::iptables(bytes),
        Form::MachineId => wireless::MACHINE_ID.to_vec(),
        Form::OsRelease => packages::os_release(bytes),
        Form::Pro => packages::pro(bytes),
        Form::OfficeRegistry => office::registry(bytes),
        // They are written anew as a whole.
        Form::DpkgStatus | Form::AutomaticPackages | Form::Release | Form::PackageList | Form::RpmDatabase => {
            return None;
        }
    })
}

/// A part of a file brought to its former length, so that places in the file stay what they were. It is a part of a
/// text from its end, whose first line is cut off anyway, or from its beginning.
pub(super) fn of_length(mut bytes: Vec<u8>, offset: u64, length: usize) -> Vec<u8> {
    if offset == 0 {
        bytes.resize(length, b'\n');
        return bytes;
    }
    match bytes.len().checked_sub(length) {
        Some(more) => bytes.split_off(more),
        None => [vec![b'\n'; length - bytes.len()], bytes].concat(),
    }
}
