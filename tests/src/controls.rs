//! A host with the six controls that the main job is shown by. Each can be broken and mended as on a real host: by what
//! real programs do and write.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::chrony::{self, TimeServer};
use crate::network::Device;
use crate::program::{Running, system};
use crate::scratch::{BACKUP_SET, GENERATIONS, MAINTENANCE_ACCOUNT, Scratch};
use crate::{clamav, poll};

/// A thermometer whose use has ended.
const RETIRED: &str = "00:22:58:aa:bb:01";
/// How long clamd may take to read its signatures on a busy machine.
const ENGINE: Duration = Duration::from_secs(20);

/// A control of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// chronyd runs; broken, it is stopped.
    TimeService,
    /// The administrator's lock of the desktop's settings; broken, it is gone from the compiled database.
    ScreenLock,
    /// The date of the signatures; broken, they are a month old.
    Signatures,
    /// The maintenance vendor's account, past its end; broken, it is open.
    MaintenanceAccount,
    /// A retired device; broken, it is in the network.
    RetiredDevice,
    /// The generations of a backup; broken, one is deleted.
    BackupGenerations,
}

impl Control {
    /// All, in the order of a walk.
    pub const ALL: [Self; 6] = [
        Self::TimeService,
        Self::ScreenLock,
        Self::Signatures,
        Self::MaintenanceAccount,
        Self::RetiredDevice,
        Self::BackupGenerations,
    ];

    /// The rule that judges it.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::TimeService => "clock_service_running",
            Self::ScreenLock => "screen_lock_enforced",
            Self::Signatures => "antivirus_signatures_current",
            Self::MaintenanceAccount => "maintenance_accounts_end_on_time",
            Self::RetiredDevice => "retired_devices_absent",
            Self::BackupGenerations => "backup_generations_kept",
        }
    }
}

/// The host, whose network is that of the test: one of its own.
#[derive(Debug)]
pub struct ControlledHost {
    scratch: Scratch,
    device: Device,
    server: TimeServer,
    time_service: Option<Running>,
    signatures: [PathBuf; 2],
    _engine: Running,
    folder: PathBuf,
}

/// A register's name and rows as CSV.
pub type Register = (&'static str, String);

impl ControlledHost {
    /// What it needs of the system and is missing.
    pub fn missing() -> Option<&'static str> {
        if !chrony::available() {
            return Some("chrony is not installed");
        }
        if !clamav::available() {
            return Some("clamd, sigtool or faketime is not installed");
        }
        system("dconf").is_none().then_some("dconf is not installed")
    }

    /// Makes it below `folder`, with every control in order.
    pub fn make(folder: &Path) -> Result<Self> {
        let scratch = Scratch::make(&folder.join("root"))?;
        scratch.desktop(true)?;
        let server = TimeServer::start(&folder.join("time"))?;
        let time_service = chrony::time_service(folder, scratch.root(), &server)?;
        let signatures = [clamav::signatures(folder, 0)?, clamav::signatures(folder, 30)?];
        scratch.signatures(&signatures[0])?;
        let engine = clamav::engine(folder, scratch.root())?;
        let socket = scratch.root().join("run/clamav/clamd.ctl");
        poll::until("clamd listens", ENGINE, || Ok(socket.exists().then_some(())))?;
        Ok(Self {
            scratch,
            device: Device::plug(RETIRED)?,
            server,
            time_service: Some(time_service),
            signatures,
            _engine: engine,
            folder: folder.to_owned(),
        })
    }

    /// Its files.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// The time server that agents may ask, as `host:port`.
    pub fn time_reference(&self) -> String {
        format!("127.0.0.1:{}", self.server.port)
    }

    /// What people declare about it.
    pub fn registers(&self) -> Result<[Register; 3]> {
        let past = (chrono::Utc::now() - chrono::TimeDelta::days(3)).format("%Y-%m-%d");
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname")?;
        Ok([
            (
                "accounts",
                format!(
                    "host,account,kind,owner,administrator,ends\n\
                     *,hanako,person,佐藤花子,false,\n\
                     *,{MAINTENANCE_ACCOUNT},maintenance,保守会社,false,{past}\n\
                     *,root,built_in,佐藤花子,true,\n"
                ),
            ),
            ("devices", format!("name,mac,status\n体温計 TH-01,{RETIRED},retired\n")),
            (
                "backups",
                format!(
                    "host,name,system,method,location,interval,generations,isolation\n\
                     {},{BACKUP_SET},健診システム,dated_folders,/srv/backup,1d,{GENERATIONS},offsite\n",
                    host.trim()
                ),
            ),
        ])
    }

    /// Breaks or mends a control, which is in the other state.
    pub fn set(&mut self, control: Control, broken: bool) -> Result<()> {
        match (control, broken) {
            (Control::TimeService, true) => self.time_service.take().context("chronyd runs")?.end().map(drop),
            (Control::TimeService, false) => {
                let started = chrony::time_service(&self.folder, self.scratch.root(), &self.server)?;
                self.time_service = Some(started);
                Ok(())
            }
            (Control::ScreenLock, broken) => self.scratch.desktop(!broken),
            (Control::Signatures, broken) => self.scratch.signatures(&self.signatures[usize::from(broken)]),
            (Control::MaintenanceAccount, broken) => self.scratch.maintenance_account(broken),
            (Control::RetiredDevice, true) => self.device.appear(),
            (Control::RetiredDevice, false) => self.device.vanish(),
            (Control::BackupGenerations, true) => self.scratch.lose_a_generation(),
            (Control::BackupGenerations, false) => self.scratch.restore_the_generation(),
        }
    }
}
