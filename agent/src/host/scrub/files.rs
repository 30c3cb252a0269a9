//! Which file is of which form, and by what it is scrubbed. A file of no form is not captured.

use std::path::Path;

use super::{
    Scrubber, accounts, answers, antivirus, clocks, lease_configuration, leases, logins, logs, settings, shell,
    sign_in_databases, sshd, sudoers, wireless,
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
    /// Wireless networks.
    NetworkManager,
    Iwd,
    WpaSupplicant,
    NetworkScript,
    /// Logs, and the programs that write and keep them.
    Journald,
    JournalUpload,
    Rsyslog,
    Logrotate,
    Auditd,
    AuditRules,
    Journal,
    Log,
    /// The identity of the installation or of a start of the kernel.
    Identity,
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
            "/etc/login.defs" => Self::LoginDefs,
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
            "/etc/rsyslog.conf" => Self::Rsyslog,
            "/etc/logrotate.conf" => Self::Logrotate,
            "/etc/audit/auditd.conf" => Self::Auditd,
            "/etc/audit/audit.rules" => Self::AuditRules,
            "/etc/machine-id" | "/proc/sys/kernel/random/boot_id" => Self::Identity,
            "/etc/cron.d/clamav-freshclam"
            | "/etc/cron.d/clamav-update"
            | "/etc/cron.daily/freshclam"
            | "/etc/cron.hourly/freshclam" => Self::UpdaterSchedule,
            "/proc/self/mountinfo" | "/proc/mounts" => Self::Mounts,
            _ => return Self::of_folder(text, folder, name).or_else(|| Self::of_person(folder, name)),
        };
        Some(form)
    }

    fn of_folder(text: &str, folder: &str, name: &str) -> Option<Self> {
        let form = match folder {
            "/var/log" if name.starts_with("wtmp") || name.starts_with("btmp") => Self::SignIns,
            "/run/systemd/sessions" => Self::Session,
            "/etc/profile.d" => Self::Shell,
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
            _ if folder.ends_with("sessions") && name.ends_with(".desktop") => Self::DesktopEntry,
            _ if folder.ends_with("/polkit-1/rules.d") => Self::PolkitRules,
            _ if folder.ends_with("/polkit-1/localauthority.conf.d") => Self::PolkitConfiguration,
            _ if text.ends_with("/systemd/logind.conf") || folder.ends_with("/systemd/logind.conf.d") => Self::Logind,
            _ if folder.ends_with("/systemd/timesyncd.conf.d") => Self::Timesyncd,
            _ if text.ends_with("/systemd/journald.conf") || folder.ends_with("/systemd/journald.conf.d") => {
                Self::Journald
            }
            _ if text.ends_with("/systemd/journal-upload.conf")
                || folder.ends_with("/systemd/journal-upload.conf.d") =>
            {
                Self::JournalUpload
            }
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
            | Self::Repository
            | Self::Journal
            | Self::Log
            | Self::Identity
            | Self::Settings => false,
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
            | Self::Sshd
            | Self::Shell
            | Self::Variables
            | Self::Logind
            | Self::Chrony
            | Self::Ntp
            | Self::NtpDefaults
            | Self::Timesyncd
            | Self::Clamav
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
            | Self::Journald
            | Self::JournalUpload
            | Self::Rsyslog
            | Self::Logrotate
            | Self::Auditd
            | Self::AuditRules => true,
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
    Some(match form? {
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
        Form::SignIns | Form::Log if bytes.is_empty() => Vec::new(),
        Form::SignIns => {
            let failed = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("btmp"));
            return logins::records(bytes, offset, &mut scrubber.names, failed, &mut scrubber.addresses);
        }
        Form::Lastlog2 => sign_in_databases::lastlog2(scrubber, bytes),
        Form::Wtmpdb => sign_in_databases::wtmpdb(scrubber, bytes),
        Form::Session => logins::session(scrubber, bytes),
        Form::LastSignIns => return logins::lastlog(bytes, offset, &mut scrubber.addresses),
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
        Form::Mounts => answers::mounted(scrubber, bytes),
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
        Form::Journald => logs::journald(bytes),
        Form::JournalUpload => logs::journal_upload(scrubber, bytes),
        Form::Rsyslog => logs::rsyslog(scrubber, bytes),
        Form::Logrotate => logs::logrotate(scrubber, bytes),
        Form::Auditd => logs::auditd(scrubber, bytes),
        Form::AuditRules => logs::audit_rules(scrubber, bytes),
        Form::Journal => logs::journal(scrubber, bytes),
        Form::Log => logs::text(bytes),
        Form::Identity => logs::identity(bytes),
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
