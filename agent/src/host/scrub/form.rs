//! The forms of files that are written anew.

use super::ipsec::IpsecForm;
use super::shares::SharesForm;
use crate::collect::packages::rpm;

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
    Make,
    Udev,
    /// The beginning of a block device.
    Device,
    Crypttab,
    /// The firmware's description of the machine, and a variable of it.
    Smbios,
    FirmwareVariable,
    Grub,
    GrubUser,
    GrubEntry,
    SystemdBoot,
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
    NetworkManager,
    Iwd,
    WpaSupplicant,
    NetworkScript,
    /// A table of sockets.
    Sockets,
    /// A table of sockets of SCTP.
    Sctp,
    /// A setting of the kernel below `/proc/sys/net`.
    KernelNumbers,
    /// What sets those at boot.
    Sysctl,
    /// Names of the kernel's modules or tables for rules.
    Modules,
    Inet6,
    /// The kernel's routes of IPv4.
    Routes,
    /// Configurations of firewalls.
    Ufw,
    UfwRules,
    Firewalld,
    FirewalldXml,
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
    /// A database of rpm that keeps headers alone.
    RpmHeaders(rpm::Form),
    RpmMacros,
    /// Settings of apt.
    AptConf,
    /// Settings of dnf, the index of a repository, and its advisories.
    DnfSettings,
    RepositoryIndex,
    Advisories,
    /// A unit of systemd, or a drop-in of one.
    Unit,
    /// Variables of a unit.
    UnitVariables,
    /// Services of inetd.
    Inetd,
    Xinetd,
    /// Display managers.
    DefaultDisplayManager,
    Gdm,
    Lightdm,
    Sddm,
    Lxdm,
    Greetd,
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
    /// Connections of IPsec.
    Ipsec(IpsecForm),
    /// What is shared.
    Shares(SharesForm),
}
