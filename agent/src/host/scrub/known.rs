//! Words that every host has and that therefore say nothing of anybody.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::collect::exchange_endpoints::suites::OTHERS;

/// Accounts that Debian's packages make, and those of its relatives.
const ACCOUNTS: &str = "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats \
    nobody nfsnobody _apt _chrony _flatpak _rpc _runit-log _ssh adm apache avahi avahi-autoipd bind chrony clamav \
    clamscan clamupdate clamilt cockpit-ws cockpit-wsinstance colord cups-pk-helper dbus debian-tor Debian-exim \
    Debian-gdm Debian-snmp dhcpcd dhcpd dnsmasq dovecot dovenull fetchmail flatpak ftp fwupd-refresh gdm geoclue \
    gnome-initial-setup gnome-remote-desktop haldaemon halt hplip _kea kernoops kvm landscape libstoragemgmt \
    libvirt-qemu lightdm lxd memcache messagebus mysql named nginx nm-openconnect nm-openvpn ntp ntpsec ntpd \
    opendkim operator pcp pipewire polkitd polkituser pollinate postfix postgres proftpd pulse qemu radvd redis rpc \
    rpcuser rtkit sambashare saned sddm setroubleshoot shutdown speech-dispatcher squid sshd sssd stunnel4 \
    systemd-bus-proxy systemd-coredump systemd-network systemd-oom systemd-resolve systemd-timesync tcpdump tenken \
    tomcat tss unbound unscd usbmux uuidd whoopsie xrdp zabbix";

/// Groups that Debian and its relatives have.
const GROUPS: &str = "tty disk kmem dialout fax voice cdrom floppy tape sudo wheel admin audio dip operator src \
    shadow utmp video sasl plugdev staff users nogroup input sgx kvm render crontab systemd-journal ssl-cert netdev \
    lpadmin scanner bluetooth docker lxd libvirt libvirt-qemu incus incus-admin wireshark sambashare ssh ssh_keys \
    _ssh adm cloud-init google-sudoers nopasswdlogin autologin mlocate plocate rdma i2c gpio spi powerdev debian-tor \
    utempter printadmin mem lock dbus";

/// Parts of paths: folders and files of the system and of the programs that are read.
const PARTS: &str = "awk mawk gawk original-awk busybox alternatives \
    etc home root var lib lib64 log run usr opt srv mnt media tmp proc sys dev boot bin sbin share \
    local libexec self mountinfo data backup backups snapshot snapshots .zfs .snapshots repo repository config keys \
    index locks hints nonce integrity README lost+found passwd passwd- shadow shadow- group group- gshadow gshadow- \
    sudoers sudoers.d shells login.defs nsswitch.conf hosts hostname machine-id os-release localtime timezone \
    environment profile profile.d bash.bashrc security pam_env.conf environment.d X11 Xsession.d Xsession zoneinfo \
    ssh sshd_config sshd_config.d .ssh authorized_keys authorized_keys2 authorized_keys.d chrony chrony.conf conf.d \
    sources.d chrony-dhcp chronyd.pid chronyd.sock ntpsec ntp.conf openntpd ntpd.conf ntpd-rs ntp.toml systemd \
    timesync synchronized timesyncd.conf timesyncd.conf.d logind.conf logind.conf.d systemd-timesyncd systemd-logind \
    system timers.target.wants clamav clamav-freshclam-once.timer clamd.d clamd.conf scan.conf freshclam.conf \
    freshclam.log clamd.ctl clamd.pid clamd.sock daily main bytecode clamd clamscan clamonacc freshclam \
    clamav-daemon cron.d cron.daily cron.hourly clamav-freshclam clamav-update misc dnsmasq dnsmasq.leases libvirt \
    default dhcp dhcpd dhcpd.leases kea kea-leases4 kea-leases4.csv restic borg rsnapshot wtmp btmp lastlog \
    lastlog2.db wtmpdb wtmp.db wtmp.db-wal lastlog2.db-wal utmp polkit-1 rules.d localauthority.conf.d doas.conf \
    dconf db user site distro gdm keyfile user.txt .config kdeglobals kscreenlockerrc kdedefaults xdg xfce4 xfconf \
    xfce-perchannel-xml xfce4-screensaver.xml xfce4-screensaver xsessions wayland-sessions sessions applications \
    glib-2.0 schemas gschemas.compiled container .dockerenv .containerenv .profile .bash_profile .bash_login \
    .zprofile .zshenv .xprofile .xsessionrc .bashrc .pam_environment nonexistent empty false true nologin sync \
    shutdown halt sh bash dash zsh fish ksh csh tcsh mksh rbash ash tmux screen git-shell sftp-server openssh sshd \
    dropbear sudo su env pkexec run0 runuser setpriv chroot nsenter unshare sudoedit systemd-run usermod vipw visudo \
    tenken backup-keys microsoft mdatp ds_agent TrendMicro SProtectLinux eset eea efs esets sophos-spl sophos-av \
    kaspersky kesl CrowdStrike sentinelone f-secure linuxsecurity fsav withsecure McAfee ens isec Symantec \
    symantec_antivirus symantec cybereason traps bitdefender-security-tools hourly weekly monthly yearly alpha beta \
    gamma delta 90-cloud-init-users 50-default debian ubuntu gnome gnome-xorg gnome-wayland gnome-classic plasma \
    plasmax11 plasmawayland xfce lightdm-xsession cinnamon mate gnome-session gnome-shell gnome-session-classic \
    budgie-desktop startplasma-x11 startplasma-wayland startkde plasma_session startxfce4 xfce4-session \
    cinnamon-session-cinnamon mate-session bash_completion.sh 01-locale-fix.sh vte-2.91.sh apps-bin-path.sh \
    cedilla-portuguese.sh im-config_wayland.sh gawk.sh debuginfod.sh tmout.sh autologout.sh 49-ubuntu-admin.rules \
    50-default.rules 40-debian-sudo.rules 60-desktop-policy.conf 50-localauthority.conf 51-ubuntu-admin.conf \
    Debian-gdm tls ca-certificates pts null sda sda1 sda2 sdb sdb1 vda vda1 nvme0n1 nvme0n1p1 nvme0n1p2 mapper tank \
    rpool ROOT pool tenken.conf ntp.conf.dhcp ntp.d dnsmasq.d dnsmasq.conf dhcpd.conf kea-dhcp4.conf NetworkManager \
    userdb class net phy80211 system-connections wpa_supplicant wpa_supplicant.conf iwd netplan sysconfig \
    network-scripts www spool cron crontabs crontab fstab .netrc .pgpass .my.cnf .git-credentials .env credentials \
    smbcredentials .smbcredentials Desktop Documents デスクトップ ドキュメント node_modules site-packages vendor .git cache jre \
    locale alternatives apparmor.d bash_completion.d fonts iproute2 ld.so.conf.d letsencrypt pam.d pki rc0.d rc1.d \
    rc2.d rc3.d rc4.d rc5.d rc6.d selinux skel ssl containerd adduser.conf debconf.conf pam pam.conf chpasswd login \
    remote other common-auth common-account common-password common-session common-session-noninteractive system-auth \
    password-auth postlogin smartcard-auth fingerprint-auth system-login system-local-login system-remote-login \
    gdm-password gdm-autologin gdm-fingerprint gdm-smartcard lightdm lightdm-greeter lightdm-autologin sddm \
    sddm-greeter kde lxdm xdm greetd cockpit xrdp-sesman su-l sudo-i runuser-l chfn chsh newusers pwquality.conf \
    pwquality.conf.d faillock.conf pwhistory.conf opasswd pwhistory faillock pwquality block devices virtual module \
    usb_storage uas firmware efi efivars dmi tables DMI id product_name sys_vendor board_vendor bios_vendor \
    chassis_type hypervisor type power_supply scope firmware-attributes authentication is_enabled role fs btrfs dm \
    uuid name loop backing_file slaves removable size device serial manufacturer product mmc_host \
    SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23 disk by-id \
    by-path udisks2 mounted-fs udev swaps cmdline cpuinfo crypttab cryptsetup-keys.d usbguard usbguard-daemon.conf \
    rules.conf modprobe.d usbguard.service basic.target.wants multi-user.target.wants grub grub2 grub.cfg user.cfg \
    EFI redhat centos rocky almalinux fedora loader loader.conf entries gdm3 daemon.conf custom.conf lightdm.conf \
    lightdm.conf.d sddm.conf sddm.conf.d getty@tty1.service.d getty@.service.d serial-getty@.service.d \
    clevis-luks-unlock clevis-luks-askpass initramfs-tools hooks cryptroot dracut .fscrypt urandom random hwrng ipv4 \
    ipv6 conf all forwarding rp_filter accept_source_route accept_redirects send_redirects secure_redirects \
    log_martians tcp_syncookies ip_forward ip_local_port_range sysctl.d sysctl.conf tcp tcp6 udp udp6 if_inet6 \
    modules ip_tables_names ip6_tables_names ufw ufw.conf user.rules user6.rules before.rules \
    before6.rules before.init after.init after.rules after6.rules fib_trie sctp eps firewalld firewalld.conf direct.xml policies services zones \
    public trusted drop dmz external internal work nftables.conf iptables ip6tables rules.v4 rules.v6 \
    sysinit.target.wants network-pre.target.wants firewalld.service ufw.service nftables.service \
    netfilter-persistent.service iptables.service ip6tables.service filter nat mangle raw input forward output INPUT \
    FORWARD OUTPUT dpkg status status.d info apt lists extended_states periodic update-success-stamp update-stamp \
    reboot-required dnf libdnf5 yum zypp repodata repomd.xml cachecookie ubuntu-advantage status.json snap snapd \
    current flatpak app .local .var rpm sysimage rpmdb.sqlite rpmdb.sqlite-wal Packages Packages.db macros macros.d suse libreoffice \
    program registry registrymodifications.xcu .openoffice org.libreoffice.LibreOffice libreoffice7.4 libreoffice7.5 \
    libreoffice7.6 libreoffice24.2 libreoffice24.8 libreoffice25.2 libreoffice25.8 libreoffice26.2 openoffice4 \
    collaboraoffice .service NX SRStreamer X0tigervnc Xtigervnc Xtightvnc Xvnc Xvnc-core anydesk back-ends basic \
    chrome-remote-desktop console-getty crypto-policies custom default-display-manager display-manager dwagent getty \
    gnome-remote-desktop-daemon google graphical guest-account in inetd inetutils-inetd inetutils-telnetd krfb mesh \
    mesh_services meshagent multi-user network-online nxserver openbsd-inetd opensshserver rexec rlogin rsh rustdesk \
    screenconnect sockets splashtop-streamer sysinit teamviewer teamviewerd telnet telnetd tightvncserver timers \
    tty1 tty2 tty3 tty4 tty5 tty6 ttyAMA0 ttyS0 vino vino-server vncserver-virtuald vncserver-x11 \
    vncserver-x11-serviced wayvnc wdm webmin x0vncserver x11vnc xinetd xvnc journal journald.conf journald.conf.d \
    journal-upload.conf journal-upload.conf.d rsyslog rsyslog.conf rsyslog.d logrotate.conf logrotate.d audit \
    auditd.conf audit.rules secure messages syslog auth maillog boot_id kernel rsyslogd syslog-ng auditd \
    systemd-journald systemd-journal-upload locales lang i18n sasl_passwd chap-secrets pap-secrets ipsec.secrets \
    passwd.client auth.conf auth.conf.d postfix ppp exim4 private certs live archive apache2 httpd ipsec.d swanctl \
    strongswan openvpn html Downloads ダウンロード cert.pem chain.pem fullchain.pem privkey.pem ca-certificates.crt \
    ca-bundle.crt ca-bundle.trust.crt mods-available mods-enabled conf-available conf-enabled modules-available \
    modules-enabled TurboVNC Xkasmvnc krdpserver freerdp-shadow-cli xpra xpra-server sunshine guacd ttyd gotty \
    shellinaboxd shellinabox tmate tailscaled zerotier-one netbird cloudflared ngrok frpc tinysshd tinyssh \
    tvncserver xinetd.conf flushed generator generator.early generator.late swanctl.conf ipsec.conf ipsec \
    strongswan-starter strongswan-swanctl starter pluto back-ends crypto-policies libreswan.config charon \
    charon-systemd samba smb.conf smb smbd samba-ad-dc ksmbd share_info.tdb usershares debian_version exports exports.d nfs nfs-server nfs-kernel-server nfs-ganesha \
    netlogon sysvol printers dnf5 repos yum.repos.d distro.repos.d repos.d repos.override.d dnf.conf res \
    apt.conf apt.conf.d 10periodic 20auto-upgrades 50unattended-upgrades unattended-upgrade ostree-booted \
    timers.target.wants apt-daily apt-daily-upgrade dnf-automatic dnf-automatic-install dnf-automatic-download \
    dnf-automatic-notifyonly dnf5-automatic dnf-makecache dnf5-plugins automatic.conf apt-compat \
    yum yum-cron yum-cron.conf 0yum-daily.cron crond";

/// Programs that rules of the catalogue name, and folders outside of packages that they know; a star at the end stands for
/// anything.
const PROGRAMS: &str = "anydesk* teamviewer* rustdesk* chrome-remote-desktop splashtop* nomachine* dwagent* \
    qbittorrent* transmission* deluge* ktorrent* rtorrent* amule* mldonkey* frostwire* retroshare* nicotine* \
    dropbox* nautilus-dropbox caja-dropbox nemo-dropbox megasync* onedrive* insync* pcloud* google-drive-ocamlfuse \
    com.anydesk.anydesk com.rustdesk.rustdesk org.qbittorrent.qbittorrent com.transmissionbt.transmission \
    com.dropbox.client nz.mega.megasync chrome*remote*desktop* ultraviewer* supremo* ammyy* utorrent* µtorrent* \
    bittorrent* vuze* tixati* emule* limewire* winny* perfect*dark* google*drive* icloud* box*drive* box*sync* logmein* \
    screenconnect* todesk* hoptodesk* tightvnc* realvnc* ultravnc* google microsoft containerd cni zoom brother epson* libreoffice* openoffice* \
    eset sophos-spl trendmicro ds_agent crowdstrike kaspersky f-secure tenken*";

/// Endings of file names that decide how a file is read.
const ENDINGS: &str = "conf sources leases sh csh rules d desktop xml txt db csv log pid sock ctl cvd cld cud local \
    list gz bz2 xz zst zip tar tgz sql dump timer service completed key cfg wal toml yaml json pub bak identity user \
    nmconnection psk open 8021x cnf ini env yml properties config php py rb js pl bash dpkg-dist dpkg-new rpmnew swp \
    snap AppImage appimage xcd xcu bin requires rexecd rlogind rshd socket target telnetd wants journal old orig \
    save cf sample example min repo repos override zck pem p12 pfx crt cer der KEY PEM P12 PFX CRT CER DER tdb \
    exports";

/// Processes that collectors look for. The kernel cuts names to 15 letters.
const PROCESSES: &str = "init systemd chronyd systemd-timesyncd ntpd ntp-daemon clamd freshclam clamonacc wdavdaemon \
    ds_agent ds_am splxcore oaeventd esets_daemon ekrn sophos_watchdog savd kesl falcon-sensor falcon-sensor-bpf \
    s1-agent sentinelone-agent fsaccd fsicd fsma mfetpd mfeespd rtvscand sisamddaemon CybereasonSensor pmd bdsecd \
    sshd cron dbus-daemon dnsmasq dhcpd kea-dhcp4 usbguard-daemon SRAgent SRStreamer X0tigervnc Xtigervnc Xtightvnc \
    Xvnc Xvnc-core anydesk chrome-remote-desktop chrome-remote-desktop-host cockpit cockpit-tls cockpit-ws dropbear \
    dwagent dwagsvc dwservice exec gnome-remote-desktop gnome-remote-desktop-daemon in.rexecd in.rlogind in.rshd \
    in.telnetd inetd inetutils-inetd krfb login meshagent meshcentral miniserv.pl nomachine nxd nxserver.bin realvnc \
    rexec rexecd rlogin rlogind rsh rshd rustdesk screenconnect shell splashtop teamviewer teamviewerd telnet \
    telnetd tigervnc tightvnc vino vino-server vncserver-virtuald vncserver-x11-core vncserver-x11-serviced wayvnc \
    webmin x0vncserver x11vnc xinetd xrdp xrdp-sesman systemd-journald systemd-journal-upload rsyslogd syslog-ng \
    auditd Xkasmvnc krdpserver freerdp-shadow-cli xpra sunshine guacd ttyd gotty shellinaboxd tmate tailscaled \
    zerotier-one netbird cloudflared ngrok frpc tinysshd smbd samba ksmbd.mountd nfsd rpc.mountd nfsdcld \
    ganesha.nfsd charon charon-systemd pluto starter";
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
const ERRORS: &str = "no such file or directory os error permission denied is a not operation permitted too many \
    levels of symbolic links it folder regular link its time change date this kernel has call larger than more \
    entries answer within s ms min mib kib gib mb kb gb b bytes connection refused reset by peer broken pipe timed \
    out there none recorded invalid argument the name address input output interrupted system device busy \
    unsupported service runs whole place for says known form changed while was read times datagram datagrams could \
    be opened value json cannot hold resolved in names list processes ask operating release host host's kernel's \
    clock when started one before an and done installed";

macro_rules! words {
    ($name:ident, $list:expr) => {
        static $name: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| $list.split_ascii_whitespace().collect());
    };
}
words!(ACCOUNT_WORDS, ACCOUNTS);
words!(GROUP_WORDS, GROUPS);
words!(PART_WORDS, PARTS);
words!(ENDING_WORDS, ENDINGS);
words!(PROGRAM_WORDS, PROGRAMS);
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
    PART_WORDS.contains(part)
        || is_account(part)
        || is_device(part)
        || program(part) == Some(part)
        || is_kernel(part)
        || is_metadata(part)
}

/// Devices as the kernel names and numbers them: the same names on every host.
fn is_device(part: &str) -> bool {
    const SHAPES: &str = "nvme0 nvme0n0 nvme0n0p0 mmcblk0 mmcblk0p0 dm-0 md0 md0p0 loop0 loop0p0 zram0 sr0 fd0 ram0 nbd0 \
    usb0 0:0 b0:0 0-0 0-0.0 0-0.0.0 0-0.0.0.0 0-0.0.0.0.0";
    const LETTERED: [&str; 4] = ["sd", "hd", "vd", "xvd"];
    let is_short = |digits_max: usize| {
        part.split(|letter: char| !letter.is_ascii_digit()).all(|digits| digits.len() <= digits_max)
    };
    let lettered = LETTERED.iter().filter_map(|kind| part.strip_prefix(kind)).any(|rest| {
        let letters = rest.trim_end_matches(|letter: char| letter.is_ascii_digit());
        (1..=2).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    let mut shape = String::new();
    for letter in part.chars() {
        match letter {
            '0'..='9' if shape.ends_with('0') => {}
            '0'..='9' => shape.push('0'),
            other => shape.push(other),
        }
    }
    let digits_max = if shape.contains(':') {
        5
    } else if shape.starts_with("0-") {
        2
    } else {
        3
    };
    is_short(digits_max) && (lettered || SHAPES.split_ascii_whitespace().any(|known| known == shape))
}

/// The name of a program that rules name, without what follows it.
pub(super) fn program(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let fits = |known: &&&str| match known.strip_suffix('*') {
        Some(start) => lower.starts_with(start),
        None => lower == **known,
    };
    PROGRAM_WORDS.iter().find(fits).map(|known| known.trim_end_matches('*'))
}

/// The longest pattern of rules that the name of a program fits, wherever its stars stand.
pub(super) fn pattern(name: &str) -> Option<&'static str> {
    PROGRAM_WORDS.iter().filter(|pattern| fits(pattern, name)).max_by_key(|pattern| pattern.len()).copied()
}

/// Whether a text fits a pattern in which a star stands for anything, as the expressions of rules have it.
fn fits(pattern: &str, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let (begin, rest) = pattern.split_once('*').map_or((pattern, None), |(begin, rest)| (begin, Some(rest)));
    let Some(behind) = lower.strip_prefix(begin) else { return false };
    let Some(rest) = rest else { return behind.is_empty() };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    let mut behind = behind;
    for part in parts {
        let Some((_, after)) = behind.split_once(part) else { return false };
        behind = after;
    }
    behind.ends_with(end)
}

/// A repository's list of packages, which has the name of its sum.
fn is_metadata(part: &str) -> bool {
    part.split_once("-primary.").is_some_and(|(sum, ending)| {
        !sum.is_empty()
            && sum.bytes().all(|byte| byte.is_ascii_hexdigit())
            && ["xml.gz", "xml.zst", "xml.xz", "xml.zck", "xml"].contains(&ending)
    })
}

/// A file of a kernel as distributions name them.
fn is_kernel(part: &str) -> bool {
    const WORDS: &str = "amd64 arm64 generic cloud rt lowlatency hwe aws azure gcp oracle x86 64 aarch64 debug default";
    const FILES: [(&str, &str); 4] =
        [("vmlinuz-", ""), ("initrd.img-", ""), ("initramfs-", ".img"), ("linux-image-", ".list")];
    let release = FILES.iter().find_map(|(start, end)| part.strip_prefix(start)?.strip_suffix(end));
    let Some(release) = release else { return false };
    let numbers = |word: &str| is_short_number(word, 6);
    release.split(['-', '.', '_', '+']).all(|word| {
        let version = ["el", "fc", "lp", "amzn"].iter().find_map(|start| word.strip_prefix(start)).unwrap_or(word);
        numbers(version) || WORDS.split(' ').any(|known| known == word)
    })
}

pub(super) fn is_ending(ending: &str) -> bool {
    ENDING_WORDS.contains(ending) || is_short_number(ending, 5)
}

pub(super) fn is_process(name: &str) -> bool {
    PROCESS_WORDS.contains(name)
        || name.len() == SHORT_NAME && PROCESS_WORDS.iter().any(|known| known.starts_with(name))
}

pub(super) fn is_reference_clock(clock: &str) -> bool {
    let (driver, device) = clock.split_once(' ').map_or((clock, None), |(driver, device)| (driver, Some(device)));
    let is_common = |device: &str| {
        let number = device.strip_prefix("/dev/ptp").unwrap_or_default();
        matches!(number, "_hyperv" | "_kvm") || number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    CLOCK_WORDS.contains(driver) && device.is_none_or(is_common)
}

/// A host that is the same for everybody: a public time server, or a name of the machine itself.
pub(super) fn is_host(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_pool = |zones: &str| zones.split('.').all(|zone| is_short_number(zone, 1) || POOL_WORDS.contains(zone));
    TIME_SERVER_WORDS.contains(name.as_str())
        || LOCAL_WORDS.contains(name.as_str())
        || name.strip_suffix(".pool.ntp.org").is_some_and(of_pool)
}

/// A version of TLS before 1.3.
pub(super) fn is_tls_version(text: &str) -> bool {
    ["SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2"].contains(&text)
}

/// Whether a text is the name of a suite of TLS 1.3.
pub(super) fn is_tls_suite(text: &str) -> bool {
    OTHERS.iter().any(|suite| suite.name == text)
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
        // How Windows calls the hierarchy of its domain and the clock of its hypervisor.
        let of_windows = |name: &str| matches!(name, "NT5DS" | "VMICTimeProvider");
        let is_known = |name: &&&str| {
            let host = || is_host(name) || of_windows(name);
            name.strip_prefix("refclock ").map_or_else(host, is_reference_clock)
        };
        assert!(names.len() > 5 && names.iter().filter(is_known).count() == names.len(), "{names:?}");
    }

    #[test]
    fn devices_are_nobodys_and_numbers_of_people_are_none() {
        for name in ["sda", "sdab12", "nvme0n1p3", "dm-12", "8:17", "b259:3", "usb2", "2-1.4", "mmcblk0p1", "md127"] {
            assert!(is_device(name), "{name}");
        }
        for name in
            ["090-1111", "03-1111-2222", "sdtanaka", "sd", "vd1", "1234567:1", "dm-x", "tanaka", "192.168.3.4", ""]
        {
            assert!(!is_device(name), "{name}");
        }
    }

    #[test]
    fn the_programs_of_rules_are_known() {
        let rules = [
            include_str!("../../../../rules/catalog/takeout/software_forbidden_absent.yaml"),
            include_str!("../../../../rules/catalog/takeout/software_outside_packages_known.yaml"),
        ];
        let mut count = 0;
        for line in rules.iter().flat_map(|rule| rule.lines()) {
            for name in line.trim().strip_prefix("default: [").into_iter().flat_map(|list| list.split(", ")) {
                let name = name.trim_end_matches(']').trim_matches('"');
                assert!(PROGRAM_WORDS.contains(name), "{name}");
                count += 1;
            }
        }
        assert_eq!(count, PROGRAM_WORDS.len());
        assert_eq!((program("AnyDesk"), program("transmission-gtk")), (Some("anydesk"), Some("transmission")));
        assert_eq!((program("zoomed"), program("zoom")), (None, Some("zoom")));
        assert_eq!(pattern("Chrome Remote Desktop Host"), Some("chrome*remote*desktop*"));
        assert_eq!((pattern("AnyDesk"), pattern("Google Chrome"), pattern("Desktop")), (Some("anydesk*"), None, None));
    }

    #[test]
    fn kernels_of_distributions_alone_are_known() {
        for file in ["6.1.0-40-amd64", "6.8.0-48-generic", "5.14.0-427.16.1.el9_4.x86_64+debug"] {
            assert!(is_part(&format!("vmlinuz-{file}")), "{file}");
        }
        assert!(is_part("initramfs-5.14.0-427.16.1.el9_4.x86_64.img") && is_part("0a1b-primary.xml.gz"));
        assert!(!is_part("tanaka-primary.xml.gz") && !is_part("linux-image-6.1.0-tanaka.list"));
        assert!(!is_part("vmlinuz-6.1.0-tanaka") && !is_part("vmlinuz-0-rescue-3f1d3c1d9d3a4a1b"));
    }

    #[test]
    fn messages_of_the_system_alone_are_kept() {
        assert!(is_message("Permission denied (os error 13)") && is_message("larger than 4 KiB"));
        for text in ["no home of yamada", "090-1111-2222", "sato@clinic.example", "05211112222"] {
            assert!(!is_message(text), "{text}");
        }
    }
}
