//! Programs of vendors that make backups of a Windows host: whether they are installed, and what their documented records tell.

use std::path::Path;

use tenken_model::register::{BackupMethod, BackupRow};
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::generation::Summary;
use super::uncounted;
use super::veeam::{self, Told};
use super::veeam_files;
use super::windows::only_newest;
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::{Look, Wake, event_record};
use crate::host::ReadError;
use crate::host::windows_api::{EventQuery, RegistryPath};

/// What the vendor calls Veeam Agent.
const VEEAM: &str = "Veeam Agent for Microsoft Windows";
const SERVICES: &str = r"SYSTEM\CurrentControlSet\Services";
/// The most records of one channel. A job a day and its retries fill some months.
const RECORDS_MAX: usize = 200;
/// How old a backup may be by any policy, or how much later than due (the bounds of `backup_copy_isolated` and `backup_recent`).
const AGE_MAX: Span = Span::from_days(60);

/// A program that makes backups.
#[derive(Debug)]
pub(super) struct Product {
    /// How sets that it makes are declared.
    method: BackupMethod,
    /// What its vendor calls it.
    pub(super) name: &'static str,
    /// Services, one of which it has.
    services: &'static [&'static str],
    /// Keys of the machine, one of which it has.
    keys: &'static [&'static str],
}

/// The programs.
const PRODUCTS: &[Product] = &[
    Product { method: BackupMethod::VeeamAgent, name: VEEAM, services: &["VeeamEndpointBackupSvc"], keys: &[] },
    Product {
        method: BackupMethod::AcronisCyberProtect,
        name: "Acronis Cyber Protect",
        services: &["AcronisAgent", "AcronisCyberProtectionService", "AcrSch2Svc"],
        keys: &[],
    },
    Product { method: BackupMethod::ArcserveUdp, name: "Arcserve UDP Agent", services: &["CASAD2DWebSvc"], keys: &[] },
    Product {
        method: BackupMethod::BackupExec,
        name: "Veritas Backup Exec",
        services: &["BackupExecAgentAccelerator", "BackupExecJobEngine"],
        keys: &[],
    },
    Product {
        method: BackupMethod::NetBackup,
        name: "Veritas NetBackup",
        services: &["NetBackup Client Service"],
        keys: &[r"SOFTWARE\Veritas\NetBackup\CurrentVersion"],
    },
];

/// The program that makes sets of that method.
pub(super) fn of(method: BackupMethod) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.method == method)
}

/// The first of the programs that is installed.
pub(super) fn installed(look: &Look<'_>) -> Result<Option<&'static Product>, ReadError> {
    for product in PRODUCTS {
        if product.is_installed(look)? {
            return Ok(Some(product));
        }
    }
    Ok(None)
}

impl Product {
    /// The key of a service stays where the service is stopped. That one comes or goes wakes.
    fn is_installed(&self, look: &Look<'_>) -> Result<bool, ReadError> {
        let services = self.services.iter().map(|service| RegistryPath::machine(format!(r"{SERVICES}\{service}")));
        for path in services.chain(self.keys.iter().map(|key| RegistryPath::machine(*key))) {
            if look.registry(&path)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is known of a set that it makes, `alone` or beside others, and of what lies at its location, where that is a path.
    pub(super) fn read(
        &self,
        look: &Look<'_>,
        row: &BackupRow,
        location: Option<(&Path, Result<Zone, Reason>)>,
        alone: bool,
        now: Instant,
    ) -> Result<Summary, Reason> {
        let name = self.name;
        if !self.is_installed(look).map_err(|error| error.reason())? {
            let detail =
                format!("read backup set {}: {name}, which is declared to make it, is not installed", row.name);
            return Err(Reason::new(ReasonCode::Missing, detail));
        }
        if self.method == BackupMethod::VeeamAgent {
            return by_veeam(look, row, location, alone, now);
        }
        let detail = format!(
            "read backup set {}: {name} is installed, and nothing that its vendor documents tells on this host when it last made \
             a backup",
            row.name
        );
        Err(Reason::new(ReasonCode::Unsupported, detail))
    }
}

fn by_veeam(
    look: &Look<'_>,
    row: &BackupRow,
    location: Option<(&Path, Result<Zone, Reason>)>,
    alone: bool,
    now: Instant,
) -> Result<Summary, Reason> {
    look.wake_on(Wake::EventChannel(veeam::CHANNEL.to_owned()));
    let query =
        EventQuery::newest(veeam::CHANNEL, RECORDS_MAX).ids([veeam::FINISHED, veeam::BROUGHT, veeam::INTO_CACHE]);
    let page = look.events(&query).map_err(|error| error.reason())?;
    let mut records = event_record::all(&page, veeam::CHANNEL)?;
    records.reverse();
    let unknown = |what: String| {
        let detail = format!("read backup set {} of {VEEAM} in the channel {}: {what}", row.name, veeam::CHANNEL);
        let reason = Reason::new(ReasonCode::Inconclusive, detail);
        Summary::not_read(&reason, reason.detail.clone())
    };
    let summary = match veeam::told(&records, &row.name, alone) {
        Told::Made(made) => {
            let newest = only_newest(Some(made), "record 190 of Veeam Agent", VEEAM, now);
            match location.map(|(location, zone)| veeam_files::read(look, row, location, &zone?, alone, now)) {
                Some(Ok(files)) => Summary { newest: newest.newest, ..files },
                Some(Err(reason)) => uncounted(newest, &reason),
                None => newest,
            }
        }
        // However late it may be, it is later: that much the records tell.
        Told::NotSince(since) if row.interval.after(AGE_MAX.after(since)) < now => {
            let evidence = "records 190 of Veeam Agent: none tells of a backup that was made, and the last was made no later \
                            than the oldest of them";
            only_newest(Some(since), evidence, VEEAM, now)
        }
        Told::NotSince(_) => unknown("none tells of a backup that was made, and older ones may be gone".to_owned()),
        Told::Nothing => unknown("none tells of a job that finished, and older ones may be gone".to_owned()),
        Told::Several(jobs) => unknown(format!("{jobs} jobs finished, and not one alone is called like the set")),
        Told::OfOthers => {
            unknown("several sets are declared to be made by it, and no job is called like this one".to_owned())
        }
        Told::Unnamed => unknown("a record does not tell of which job it is".to_owned()),
    };
    Ok(Summary { failed_runs: Read::Measured(veeam::failed(&records, &row.name, alone)), ..summary })
}
