//! Words that every host has and that therefore say nothing of anybody.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Accounts that Debian's packages make, and those of its relatives.
const ACCOUNTS: &str = "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody \
    nfsnobody _apt _chrony _flatpak _rpc _runit-log _ssh adm apache avahi avahi-autoipd bind chrony clamav clamscan \
    clamupdate clamilt cockpit-ws cockpit-wsinstance colord cups-pk-helper dbus debian-tor Debian-exim Debian-gdm \
    Debian-snmp dhcpcd dhcpd dnsmasq dovecot dovenull fetchmail flatpak ftp fwupd-refresh gdm geoclue \
    gnome-initial-setup gnome-remote-desktop haldaemon halt hplip _kea kernoops kvm landscape libstoragemgmt \
    libvirt-qemu lightdm lxd memcache messagebus mysql named nginx nm-openconnect nm-openvpn ntp ntpsec ntpd opendkim \
    operator pcp pipewire polkitd polkituser pollinate postfix postgres proftpd pulse qemu radvd redis rpc rpcuser \
    rtkit sambashare saned sddm setroubleshoot shutdown speech-dispatcher squid sshd sssd stunnel4 systemd-bus-proxy \
    systemd-coredump systemd-network systemd-oom systemd-resolve systemd-timesync tcpdump tenken tomcat tss \
    unbound unscd usbmux uuidd whoopsie xrdp zabbix";

/// Groups that Debian and its relatives have.
const GROUPS: &str = "tty disk kmem dialout fax voice cdrom floppy tape sudo wheel admin audio dip operator src shadow \
    utmp video sasl plugdev staff users nogroup input sgx kvm render crontab systemd-journal ssl-cert netdev lpadmin \
    scanner bluetooth docker lxd libvirt libvirt-qemu incus incus-admin wireshark sambashare ssh ssh_keys _ssh adm \
    cloud-init google-sudoers nopasswdlogin autologin mlocate plocate rdma i2c gpio spi powerdev debian-tor utempter \
    printadmin mem lock dbus";

/// Parts of paths: folders and files of the system and of the programs that are read.
const PARTS: &str = "etc home root var lib lib64 log run usr opt srv mnt media tmp proc sys dev boot bin sbin share local \
    libexec self mountinfo data backup backups snapshot snapshots .zfs .snapshots repo repository config keys index \
    locks hints nonce integrity README lost+found passwd passwd- shadow shadow- group group- gshadow gshadow- sudoers \
    sudoers.d shells login.defs nsswitch.conf hosts hostname machine-id os-release localtime timezone environment \
    profile profile.d bash.bashrc security pam_env.conf environment.d X11 Xsession.d Xsession zoneinfo ssh sshd_config \
    sshd_config.d .ssh authorized_keys authorized_keys2 authorized_keys.d \
    chrony chrony.conf conf.d sources.d chrony-dhcp chronyd.pid chronyd.sock ntpsec ntp.conf \
    openntpd ntpd.conf ntpd-rs ntp.toml systemd timesync synchronized timesyncd.conf timesyncd.conf.d logind.conf \
    logind.conf.d systemd-timesyncd systemd-logind system timers.target.wants \
    clamav clamav-freshclam-once.timer clamd.d clamd.conf scan.conf freshclam.conf \
    freshclam.log clamd.ctl clamd.pid clamd.sock daily main bytecode clamd clamscan clamonacc freshclam clamav-daemon \
    cron.d cron.daily cron.hourly clamav-freshclam clamav-update misc dnsmasq dnsmasq.leases libvirt default dhcp dhcpd \
    dhcpd.leases kea kea-leases4 kea-leases4.csv restic borg rsnapshot wtmp btmp lastlog lastlog2.db wtmpdb wtmp.db wtmp.db-wal lastlog2.db-wal utmp \
    polkit-1 rules.d localauthority.conf.d doas.conf dconf db user site distro gdm keyfile user.txt \
    .config kdeglobals kscreenlockerrc kdedefaults xdg xfce4 xfconf xfce-perchannel-xml xfce4-screensaver.xml \
    xfce4-screensaver xsessions wayland-sessions sessions applications glib-2.0 schemas gschemas.compiled container .dockerenv \
    .containerenv .profile .bash_profile .bash_login .zprofile .zshenv .xprofile .xsessionrc .bashrc .pam_environment \
    nonexistent empty false true nologin sync shutdown halt sh bash dash zsh fish ksh csh tcsh mksh rbash ash tmux \
    screen git-shell sftp-server openssh sshd dropbear sudo su env passwd pkexec run0 runuser setpriv chroot nsenter \
    unshare sudoedit systemd-run usermod vipw visudo tenken backup-keys microsoft mdatp ds_agent TrendMicro \
    SProtectLinux eset eea efs esets sophos-spl sophos-av kaspersky kesl CrowdStrike sentinelone f-secure linuxsecurity \
    fsav withsecure McAfee ens isec Symantec symantec_antivirus symantec cybereason traps bitdefender-security-tools \
    hourly weekly monthly yearly alpha beta gamma delta 90-cloud-init-users 50-default debian ubuntu gnome gnome-xorg \
    gnome-wayland gnome-classic plasma plasmax11 plasmawayland xfce lightdm-xsession cinnamon mate gnome-session \
    gnome-shell gnome-session-classic budgie-desktop startplasma-x11 startplasma-wayland startkde plasma_session \
    startxfce4 xfce4-session cinnamon-session-cinnamon mate-session bash_completion.sh 01-locale-fix.sh \
    vte-2.91.sh apps-bin-path.sh cedilla-portuguese.sh im-config_wayland.sh gawk.sh debuginfod.sh tmout.sh autologout.sh \
    49-ubuntu-admin.rules 50-default.rules 40-debian-sudo.rules 60-desktop-policy.conf 50-localauthority.conf \
    51-ubuntu-admin.conf Debian-gdm tls ca-certificates pts null sda sda1 sda2 sdb sdb1 vda vda1 nvme0n1 nvme0n1p1 \
    nvme0n1p2 mapper tank rpool ROOT pool tenken.conf ntp.conf.dhcp ntp.d dnsmasq.d dnsmasq.conf dhcpd.conf \
    kea-dhcp4.conf NetworkManager userdb class net phy80211 system-connections wpa_supplicant \
    wpa_supplicant.conf iwd netplan sysconfig network-scripts journal journald.conf journald.conf.d journal-upload.conf \
    journal-upload.conf.d rsyslog rsyslog.conf rsyslog.d logrotate.conf logrotate.d audit auditd.conf audit.rules secure \
    messages syslog auth maillog random boot_id kernel rsyslogd syslog-ng auditd systemd-journald systemd-journal-upload";

/// Endings of file names that decide how a file is read.
const ENDINGS: &str = "conf sources leases sh csh rules d desktop xml txt db csv log pid sock ctl cvd cld cud local list gz \
    bz2 xz zst zip tar tgz sql dump timer service completed wal toml yaml json pub bak identity user nmconnection psk open 8021x journal";

/// Processes that collectors look for. The kernel cuts names to 15 letters.
const PROCESSES: &str = "init systemd chronyd systemd-timesyncd ntpd ntp-daemon clamd freshclam clamonacc wdavdaemon \
    ds_agent ds_am splxcore oaeventd esets_daemon ekrn sophos_watchdog savd kesl falcon-sensor falcon-sensor-bpf \
    s1-agent sentinelone-agent fsaccd fsicd fsma mfetpd mfeespd rtvscand sisamddaemon CybereasonSensor pmd bdsecd sshd \
    cron dbus-daemon dnsmasq dhcpd kea-dhcp4 systemd-journald systemd-journal-upload rsyslogd syslog-ng auditd";
const SHORT_NAME: usize = 15;

/// Time servers that anybody may use: the rule's approved ones and the well-known public ones.
const TIME_SERVERS: &str = "ntp.nict.jp ntp.jst.mfeed.ad.jp ntp1.jst.mfeed.ad.jp ntp2.jst.mfeed.ad.jp \
    ntp3.jst.mfeed.ad.jp 169.254.169.123 metadata.google.internal time.google.com time1.google.com time2.google.com \
    time3.google.com time4.google.com time.cloudflare.com time.apple.com time.windows.com time.nist.gov time.aws.com \
    ntp.ubuntu.com ntp.org pool.ntp.org";
/// What may stand before `pool.ntp.org`: numbers, countries and continents, vendors.
const POOL_ZONES: &str = "debian ubuntu fedora centos rhel rocky almalinux opensuse suse arch gentoo freebsd android \
    amazon cloudlinux asia europe north-america south-america oceania africa jp us de uk fr au cn kr tw sg";

/// Reference clocks of chrony.
const REFERENCE_CLOCKS: &str = "SHM PPS PHC SOCK RTC";

/// Names of this machine itself.
const LOCAL_HOSTS: &str = "localhost localhost.localdomain localdomain ip6-localhost ip6-loopback ip6-allnodes \
    ip6-allrouters ip6-localnet ip6-mcastprefix broadcasthost ALL";

/// Words of errors.
const ERRORS: &str = "no such file or directory os error permission denied is a not operation permitted too many levels \
    of symbolic links it folder regular link its time change date this kernel has call larger than more entries answer \
    within s ms min mib kib gib mb kb gb b bytes connection refused reset by peer broken pipe timed out there none \
    recorded invalid argument the name address file input output interrupted system device busy unsupported service \
    runs whole place for says known form changed while was read times datagram datagrams could be opened value json \
    cannot hold resolved in names list processes ask operating its release host host's kernel's clock when started or \
    one before an and done installed";

macro_rules! words {
    ($name:ident, $list:expr) => {
        static $name: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| $list.split_ascii_whitespace().collect());
    };
}
words!(ACCOUNT_WORDS, ACCOUNTS);
words!(GROUP_WORDS, GROUPS);
words!(PART_WORDS, PARTS);
words!(ENDING_WORDS, ENDINGS);
words!(PROCESS_WORDS, PROCESSES);
words!(TIME_SERVER_WORDS, TIME_SERVERS);
words!(POOL_WORDS, POOL_ZONES);
words!(CLOCK_WORDS, REFERENCE_CLOCKS);
words!(LOCAL_WORDS, LOCAL_HOSTS);
words!(ERROR_WORDS, ERRORS);

pub(super) fn is_account(name: &str) -> bool {
    ACCOUNT_WORDS.contains(name)
}

pub(super) fn is_group(name: &str) -> bool {
    is_account(name) || GROUP_WORDS.contains(name)
}

/// A part of a path that is nobody's.
pub(super) fn is_part(part: &str) -> bool {
    PART_WORDS.contains(part) || is_account(part)
}

pub(super) fn is_ending(ending: &str) -> bool {
    ENDING_WORDS.contains(ending) || is_short_number(ending, 5)
}

pub(super) fn is_process(name: &str) -> bool {
    PROCESS_WORDS.contains(name)
        || name.len() == SHORT_NAME && PROCESS_WORDS.iter().any(|known| known.starts_with(name))
}

pub(super) fn is_reference_clock(driver: &str) -> bool {
    CLOCK_WORDS.contains(driver)
}

/// A host that is the same for everybody: a public time server, or a name of the machine itself.
pub(super) fn is_host(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_pool = |zones: &str| zones.split('.').all(|zone| is_short_number(zone, 1) || POOL_WORDS.contains(zone));
    TIME_SERVER_WORDS.contains(name.as_str())
        || LOCAL_WORDS.contains(name.as_str())
        || name.strip_suffix(".pool.ntp.org").is_some_and(of_pool)
}

/// Whether a message of the system has no word that is not the system's own.
pub(super) fn is_message(text: &str) -> bool {
    let words = text.split(|letter: char| letter.is_whitespace() || ".,:;()".contains(letter));
    words.filter(|word| !word.is_empty()).all(|word| {
        let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = word.get(digits.len()..).unwrap_or_default();
        is_short_number(digits, 6) && (unit.is_empty() || is_word(unit)) || is_word(word)
    })
}

fn is_word(word: &str) -> bool {
    ERROR_WORDS.contains(word.to_ascii_lowercase().as_str())
}

/// Digits that are too few for a telephone number.
pub(super) fn is_short_number(text: &str, digits_max: usize) -> bool {
    !text.is_empty() && text.len() <= digits_max && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_approved_time_servers_are_known() {
        let rule = include_str!("../../../../rules/catalog/technical/clock_source_approved.yaml");
        let list = rule.lines().find_map(|line| line.trim().strip_prefix("default: [")).unwrap();
        let names: Vec<&str> = list.trim_end_matches(']').split(", ").map(|name| name.trim_matches('"')).collect();
        assert!(names.len() > 5 && names.iter().all(|name| is_host(name)), "{names:?}");
    }

    #[test]
    fn messages_of_the_system_alone_are_kept() {
        assert!(is_message("Permission denied (os error 13)") && is_message("larger than 4 KiB"));
        for text in ["no home of yamada", "090-1111-2222", "sato@clinic.example", "05211112222"] {
            assert!(!is_message(text), "{text}");
        }
    }
}
