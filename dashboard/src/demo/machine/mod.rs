//! What an agent would read on a machine: facts with all that is wrong on it at the time. Pure.

mod account_events;
mod disks;
mod endpoints;
mod entry;
mod ipsec;
mod keys;
mod logs;
mod network;
mod passwords;
mod shares;
mod software;

pub(super) use self::network::NETWORK;
pub(super) use self::software::PROGRAMS;

use chrono::Days;
use tenken_calendar::japan;
use tenken_model::fact::AnyObservation;
use tenken_model::fact::accounts::{Account, Accounts, PasswordState};
use tenken_model::fact::antivirus::{Antivirus, AntivirusProduct};
use tenken_model::fact::backups::{BackupSet, Backups};
use tenken_model::fact::neighbours::{Neighbour, Neighbours, Sighting};
use tenken_model::fact::screen_lock::{Desktop, ScreenLock, UserScreenLock};
use tenken_model::fact::session_timeout::{SessionTimeout, ShellTimeout, SshTimeout};
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin, Sessions};
use tenken_model::fact::system::{System, SystemFamily, SystemKind};
use tenken_model::fact::time_sync::{KernelClock, MeasuredOffset, TimeService, TimeServiceKind, TimeSync};
use tenken_model::fact::written_secrets::WrittenSecrets;
use tenken_model::observation::{Outcome, Source, SourceOutcome};
use tenken_model::register::{BackupMethod, Isolation};
use tenken_model::{Facts, Instant, Language, Observation, Read, Reason, ReasonCode, Size, Span, Topic};

use super::fleet::{DEVICES, Machine, RETIRED_DEVICE, STRANGE_DEVICE};
use super::story::Trouble;

/// The account with which the maintenance vendor works on servers.
pub(super) const VENDOR: &str = "vendor-mihon";
/// Where the vendor signs in from.
pub(super) const VENDOR_ADDRESS: &str = "192.0.2.20";
/// The account for emergencies.
pub(super) const EMERGENCY: &str = "kinkyu";
/// The administrator's account.
pub(super) const ADMINISTRATOR: &str = "kanri";
/// How many days before the end of the year the vendor worked, as the register of maintenance has it.
const WORK_DAYS: [u64; 5] = [298, 241, 180, 88, 31];
/// When the vendor begins, from the end of the day back: at two minutes past ten.
const WORK_BEGINS: Span = Span::from_secs(-(13 * 3_600 + 58 * 60));
/// How long the work takes.
const WORK_LASTS: Span = Span::from_secs(98 * 60);
/// An account that is in no register.
const FORGOTTEN: &str = "test01";

/// A machine with what is wrong on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    /// The machine.
    pub(super) machine: &'a Machine,
    /// What is wrong, with since when.
    pub(super) troubles: &'a [(Trouble, Instant)],
    /// Until when the vendor's account may be used.
    pub(super) vendor_until: Instant,
    /// The end of the year that is told, from which its days are counted.
    pub(super) until: Instant,
    /// When it is read.
    pub(super) now: Instant,
}

impl Reading<'_> {
    fn since(&self, trouble: Trouble) -> Option<Instant> {
        self.troubles.iter().find(|(found, _)| *found == trouble).map(|(_, since)| *since)
    }

    fn has(&self, trouble: Trouble) -> bool {
        self.since(trouble).is_some()
    }

    fn ago(&self, span: Span) -> Instant {
        Span::from_millis(span.millis().saturating_neg()).after(self.now)
    }

    fn days_ago(&self, days: i64) -> Instant {
        self.ago(Span::from_days(days))
    }

    fn is_server(&self) -> bool {
        self.machine.kind == SystemKind::Server
    }

    /// A number of its own, to tell machines apart in small things.
    fn own(&self, below: i64) -> i64 {
        i64::try_from(self.machine.number).unwrap_or(0).checked_rem(below).unwrap_or(0)
    }

    fn observed<T>(&self, places: &[&str], outcome: Outcome<T>) -> Observation<T> {
        let source = |place: &&str| Source { place: (*place).to_owned(), outcome: SourceOutcome::Read };
        Observation {
            read_at: self.now,
            took: Span::from_millis(12),
            sources: places.iter().map(source).collect(),
            outcome,
        }
    }

    /// All that an agent reads.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        // On the heap: together they are larger than a stack should hold.
        let observations = vec![
            AnyObservation::TimeSync(
                self.observed(&["/run/chrony/chronyd.sock", "adjtimex(2)"], Outcome::Known(self.time_sync())),
            ),
            AnyObservation::ScreenLock(self.observed(&["/etc/dconf/db/local.d"], self.screen_lock())),
            AnyObservation::Antivirus(
                self.observed(&["/var/lib/clamav", "/run/clamav/clamd.ctl"], Outcome::Known(self.antivirus())),
            ),
            AnyObservation::Accounts(self.observed(&["/etc/passwd", "/etc/shadow"], self.accounts())),
            AnyObservation::AccountEvents(self.observed(&["/var/log/journal"], Outcome::Known(self.account_events()))),
            AnyObservation::Neighbours(self.observed(&["netlink"], Outcome::Known(self.neighbours()))),
            AnyObservation::Backups(self.observed(&["/srv/backup"], self.backups())),
            AnyObservation::Sessions(
                self.observed(&["/var/log/wtmp", "/run/systemd/sessions"], Outcome::Known(self.sessions())),
            ),
            AnyObservation::Wireless(
                self.observed(&["/sys/class/net", "/etc/NetworkManager/system-connections"], self.wireless()),
            ),
            AnyObservation::PasswordPolicy(
                self.observed(&["/etc/pam.d", "/etc/security"], Outcome::Known(self.password_policy())),
            ),
            AnyObservation::Firewall(self.observed(&["netfilter"], Outcome::Known(self.firewall()))),
            AnyObservation::Listeners(
                self.observed(&["/proc/net/tcp", "/proc/net/udp"], Outcome::Known(self.listeners())),
            ),
            AnyObservation::Forwarding(
                self.observed(&["/proc/sys/net", "/etc/sysctl.d"], Outcome::Known(self.forwarding())),
            ),
            AnyObservation::Certificates(
                self.observed(&["/etc/ssl/private", "/etc/nginx"], Outcome::Known(self.certificates())),
            ),
            AnyObservation::Ipsec(self.observed(&["/etc/swanctl/swanctl.conf"], self.ipsec())),
            AnyObservation::Shares(
                self.observed(&["/etc/samba/smb.conf", "/etc/exports", "/home"], Outcome::Known(self.shares())),
            ),
            AnyObservation::ExecutionControl(
                self.observed(&[], Outcome::Absent(Language::English.absent(Topic::ExecutionControl))),
            ),
            AnyObservation::NetworkProtocols(
                self.observed(&[], Outcome::Absent(Language::English.absent(Topic::NetworkProtocols))),
            ),
            AnyObservation::Outbox(self.observed(&[], Outcome::Absent(Language::English.absent(Topic::Outbox)))),
            AnyObservation::ExchangeEndpoints(self.observed(&["tls kenpo.example.jp:443"], self.exchange_endpoints())),
            AnyObservation::Software(self.observed(&["/var/lib/dpkg/status"], Outcome::Known(self.software()))),
            AnyObservation::Updates(
                self.observed(&["/etc/os-release", "/var/lib/apt/lists"], Outcome::Known(self.updates())),
            ),
            AnyObservation::OfficeMacros(self.observed(&["/etc/libreoffice/registry"], self.office_macros())),
            AnyObservation::RemoteAccess(
                self.observed(&["/etc/ssh/sshd_config"], Outcome::Known(self.remote_access())),
            ),
            AnyObservation::Logs(
                self.observed(&["/var/log", "/etc/systemd/journald.conf"], Outcome::Known(self.logs())),
            ),
            AnyObservation::WrittenSecrets(
                self.observed(&["/etc", "/opt", "/srv"], Outcome::Known(self.written_secrets())),
            ),
            AnyObservation::System(self.observed(&["/etc/os-release"], Outcome::Known(self.system()))),
            AnyObservation::SessionTimeout(
                self.observed(&["/etc/profile.d", "/etc/ssh/sshd_config"], Outcome::Known(self.session_timeout())),
            ),
            AnyObservation::PasswordStorage(
                self.observed(&["/etc/shadow", "/etc/login.defs"], Outcome::Known(self.password_storage())),
            ),
            AnyObservation::DiskEncryption(
                self.observed(&["/proc/self/mountinfo", "/sys/class/block"], Outcome::Known(self.disk_encryption())),
            ),
            AnyObservation::BootProtection(
                self.observed(&["/sys/firmware", "/boot/grub/grub.cfg"], Outcome::Known(self.boot_protection())),
            ),
            AnyObservation::RemovableMedia(
                self.observed(&["/etc/usbguard", "/sys/class/block"], Outcome::Known(self.removable_media())),
            ),
            AnyObservation::AutomaticSignIn(
                self.observed(&["/etc/gdm3", "/etc/systemd/system"], Outcome::Known(self.automatic_sign_in())),
            ),
        ];
        for observation in observations {
            facts.insert(observation);
        }
        facts
    }

    /// What kind of machine it is.
    pub(super) fn system(&self) -> System {
        System {
            family: SystemFamily::Linux,
            kind: self.machine.kind,
            os: if self.is_server() { "debian" } else { "ubuntu" }.to_owned(),
            os_version: if self.is_server() { "13" } else { "24.04" }.to_owned(),
            kernel: "6.12.41".to_owned(),
            host_name: self.machine.name.clone(),
            container: false,
            booted_at: Read::Measured(self.days_ago(if self.is_server() { 20 + self.own(9) } else { 0 })),
        }
    }

    fn written_secrets(&self) -> WrittenSecrets {
        WrittenSecrets {
            found: Vec::new(),
            lists: Vec::new(),
            files: 110 + self.own(30),
            left_out: 0,
            complete: Read::Measured(true),
        }
    }

    fn time_sync(&self) -> TimeSync {
        let stopped = self.since(Trouble::ClockStopped);
        let server = if self.has(Trouble::ClockForeign) { "time.example.com" } else { "ntp.nict.jp" };
        // A clock without its service drifts by some seconds a day.
        let lost = stopped.map_or(0, |since| Span::between(since, self.now).millis() / 30_000);
        let service = TimeService {
            kind: TimeServiceKind::Chrony,
            running: Read::Measured(stopped.is_none()),
            synchronised: Read::Measured(stopped.is_none()),
            source: Read::Measured(stopped.is_none().then(|| server.to_owned())),
            stratum: Read::Measured(stopped.is_none().then_some(2)),
            last_sync: Read::Measured(Some(stopped.unwrap_or_else(|| self.ago(Span::from_secs(180 + self.own(300)))))),
            offset: Read::Measured(stopped.is_none().then(|| Span::from_millis(self.own(5)))),
            configured: Read::Measured(vec![server.to_owned()]),
        };
        TimeSync {
            services: vec![service],
            kernel: Read::Measured(KernelClock {
                synchronised: stopped.is_none(),
                max_error: Span::from_millis(if stopped.is_some() { 16_000 } else { 40 }),
                estimated_error: Span::from_millis(1),
            }),
            measured: Read::Measured(MeasuredOffset {
                reference: "ntp.nict.jp".to_owned(),
                offset: Span::from_millis(self.own(5).saturating_add(lost)),
                error_bound: Span::from_millis(9),
                samples: 4,
            }),
            time_zone: Read::Measured("Asia/Tokyo".to_owned()),
        }
    }

    fn screen_lock(&self) -> Outcome<ScreenLock> {
        if self.is_server() {
            return Outcome::Absent("no desktop is installed".to_owned());
        }
        let loose = self.has(Trouble::ScreenLoose);
        let row = |user: &str, loose: bool| UserScreenLock {
            user: user.to_owned(),
            desktop: Desktop::Gnome,
            idle_delay: Read::Measured(Some(Span::from_secs(if loose { 3_600 } else { 600 }))),
            lock_enabled: Read::Measured(true),
            lock_delay: Read::Measured(Span::ZERO),
            enforced: Read::Measured(!loose),
            origin: vec![
                if loose { "/home/*/.config/dconf/user" } else { "/etc/dconf/db/local.d/00-tenken" }.to_owned(),
            ],
        };
        let users = self.machine.users.iter().map(|worker| row(worker.account, loose)).chain([row("*", false)]);
        Outcome::Known(ScreenLock {
            desktops: vec![Desktop::Gnome],
            users: users.collect(),
            outdated_databases: Read::Measured(Vec::new()),
        })
    }

    fn session_timeout(&self) -> SessionTimeout {
        let shell =
            ShellTimeout { limit: Span::from_secs(600), read_only: true, origin: "/etc/profile.d/tmout.sh".to_owned() };
        let ssh = SshTimeout { unresponsive: Some(Span::from_secs(600)), idle_channel: Some(Span::from_secs(600)) };
        SessionTimeout {
            shell: Read::Measured(Some(shell)),
            ssh: Read::Measured(self.is_server().then_some(ssh)),
            logind: Read::Measured(Some(Span::from_secs(900))),
            remote_desktop: None,
        }
    }

    fn antivirus(&self) -> Antivirus {
        let stopped = self.has(Trouble::ScannerStopped);
        let updater = self.since(Trouble::SignaturesStale);
        let built = updater.unwrap_or_else(|| self.ago(Span::from_secs(9 * 3_600)));
        let product = AntivirusProduct {
            name: "ClamAV".to_owned(),
            judged: true,
            by_signatures: true,
            version: Read::Measured(Some("1.4.3".to_owned())),
            running: Read::Measured(!stopped),
            real_time: Read::Measured(!stopped),
            signatures_built: Read::Measured(Some(built)),
            signatures_declared: None,
            settings: None,
            loaded_built: Read::Measured((!stopped).then_some(built)),
            signatures_version: Read::Measured(Some("27800".to_owned())),
            updater_running: Read::Measured(updater.is_none()),
            updater_last_success: Read::Measured(Some(built)),
        };
        Antivirus { products: vec![product] }
    }

    fn accounts(&self) -> Outcome<Accounts> {
        if self.has(Trouble::AccountsUnreadable) {
            let detail = "open /etc/shadow: permission denied (os error 13)";
            return Outcome::Failed(Reason::new(ReasonCode::NotPermitted, detail));
        }
        let mut entries = vec![self.account("root", 0), self.account(ADMINISTRATOR, 1_000)];
        for (uid, worker) in (1_001..).zip(&self.machine.users) {
            entries.push(self.account(worker.account, uid));
        }
        if self.is_server() {
            entries.push(self.account(VENDOR, 2_000));
            entries.push(self.account(EMERGENCY, 2_001));
        }
        if self.has(Trouble::AccountForgotten) {
            entries.push(self.account(FORGOTTEN, 1_050));
        }
        Outcome::Known(Accounts {
            entries,
            complete: Read::Measured(true),
            one_password_policy: Read::Measured(true),
            outside_administrators: Vec::new(),
            administrators_complete: Read::Measured(true),
            shared_uids: Vec::new(),
            sign_ins_since: Read::Measured(Some(self.days_ago(400))),
            sign_ins_complete: Read::Measured(true),
        })
    }

    fn account(&self, name: &str, uid: i64) -> Account {
        let (root, vendor, emergency) = (uid == 0, name == VENDOR, name == EMERGENCY);
        let emergency_used = self.since(Trouble::EmergencyUsed).filter(|_| emergency);
        let raised = self.has(Trouble::AdministratorAdded) && uid == 1_001;
        let administrator = root || name == ADMINISTRATOR || raised;
        let late = vendor && self.has(Trouble::VendorStays);
        // The vendor's account is opened for the hours of its work alone, unless somebody forgets to close it.
        let enabled = !root && (!emergency || emergency_used.is_some()) && (!vendor || late);
        let last = match (root || emergency, emergency_used) {
            (_, Some(used)) => Some(used),
            (true, None) => None,
            (false, None) if vendor => self.works().last(),
            (false, None) => Some(self.days_ago(0)),
        };
        Account {
            name: name.to_owned(),
            uid,
            shell: "/bin/bash".to_owned(),
            interactive: true,
            built_in: Read::Measured(false),
            enabled: Read::Measured(enabled),
            administrator: Read::Measured(administrator),
            administrator_by: if administrator && !root { vec!["group sudo".to_owned()] } else { Vec::new() },
            password: Read::Measured(if enabled { PasswordState::Set } else { PasswordState::Locked }),
            password_optional: None,
            password_changed: Read::Measured(Some(self.days_ago(30 + self.own(7)))),
            password_max_age: Read::Measured(None),
            expires: Read::Measured((vendor && !late).then_some(self.vendor_until)),
            ssh_keys: Read::Measured(i64::from(vendor && enabled)),
            last_sign_in: Read::Measured(last),
        }
    }

    /// When the vendor began to work, up to now: on the days of the register of maintenance.
    fn works(&self) -> impl Iterator<Item = Instant> {
        let (last, now) = (japan::date_of(self.until), self.now);
        let day = move |days| last.checked_sub_days(Days::new(days));
        let began = WORK_DAYS.into_iter().filter_map(day).map(|day| WORK_BEGINS.after(japan::end_of(day)));
        began.filter(move |began| WORK_LASTS.after(*began) <= now)
    }

    /// The vendor's sessions of the last three months. Others sit before their PCs, of which nothing is asked.
    fn sessions(&self) -> Sessions {
        let kept = self.days_ago(92);
        let worked = self.works().filter(|began| self.is_server() && *began > kept);
        let session = |started| Session {
            account: VENDOR.to_owned(),
            terminal: "pts/0".to_owned(),
            origin: SessionOrigin::Network,
            from: VENDOR_ADDRESS.to_owned(),
            started,
            ended: Some(WORK_LASTS.after(started)),
            ended_by: SessionEnd::SignedOut,
        };
        let mut entries: Vec<Session> = worked.map(session).collect();
        entries.reverse();
        Sessions {
            entries,
            since: Read::Measured(Some(self.days_ago(400))),
            complete: Read::Measured(true),
            left_out: 0,
        }
    }

    fn neighbours(&self) -> Neighbours {
        let seen = |mac: &str, address: &str, gateway: bool| Neighbour {
            mac: mac.to_owned(),
            randomised: false,
            virtual_device: false,
            gateway,
            addresses: vec![address.to_owned()],
            interfaces: vec!["eth0".to_owned()],
            name: None,
            seen_by: vec![Sighting::NeighbourTable],
            last_seen: Some(self.ago(Span::from_secs(120))),
        };
        let usual = DEVICES.iter().filter(|device| device.status == "in_use");
        let mut devices: Vec<Neighbour> = if self.is_server() {
            usual.map(|device| seen(device.mac, device.address, device.address == "192.0.2.1")).collect()
        } else {
            usual.take(1).map(|device| seen(device.mac, device.address, true)).collect()
        };
        if self.has(Trouble::RetiredDevice) {
            devices.push(seen(RETIRED_DEVICE, "192.0.2.10", false));
        }
        if self.has(Trouble::StrangeDevice) {
            devices.push(seen(STRANGE_DEVICE, "192.0.2.77", false));
        }
        let (table, leases) = (Read::Measured(true), Read::Measured(true));
        Neighbours { devices, randomised_count: 0, cut: 0, table, leases, lease_files: Vec::new() }
    }

    fn backups(&self) -> Outcome<Backups> {
        if !self.is_server() {
            return Outcome::Absent("the register of backups has none for this host".to_owned());
        }
        let late = self.since(Trouble::BackupLate);
        let set = |name: &str, method, location: &str, isolation: Isolation, generations: i64| {
            let newest = late.unwrap_or_else(|| self.ago(Span::from_secs(6 * 3_600)));
            BackupSet {
                name: format!("{name}-{}", self.machine.number + 1),
                system: self.machine.name.clone(),
                method,
                location: location.to_owned(),
                isolation,
                same_disk: Read::Measured(false),
                always_written: Read::Measured(isolation == Isolation::OtherHost),
                attached_since: Read::Measured(None),
                generations: Read::Measured(generations - i64::from(self.has(Trouble::GenerationMissing)) * 4),
                newest: Read::Measured(Some(newest)),
                oldest: Read::Measured(Some(self.days_ago(generations))),
                newest_size: Read::Measured(Some(Size::from_bytes(48 << 30))),
                size_percent: Read::Measured(Some(100)),
                newest_file: Read::Measured((method == BackupMethod::DatedFolders).then_some(newest)),
                newest_file_sure: Read::Measured(true),
                failed_runs: Read::Measured(0),
                evidence: "read in full".to_owned(),
            }
        };
        Outcome::Known(Backups {
            sets: vec![
                set("日次", BackupMethod::Restic, "/srv/backup/restic", Isolation::OtherHost, 8),
                set("週次", BackupMethod::DatedFolders, "/mnt/offline/weekly", Isolation::Offline, 8),
            ],
        })
    }
}
