//! The declared backup sets of a Windows host: shadow copies, Windows Server Backup, File History, programs of vendors, folders of
//! dated copies, and repositories of restic that lie on its disks or on shares.

use std::cell::OnceCell;
use std::path::Path;

use tenken_model::fact::backups::Backups;
use tenken_model::observation::Outcome;
use tenken_model::register::{BackupMethod, BackupRow};
use tenken_model::{Instant, Language, Read, Reason, ReasonCode, Size, Topic};

use super::generation::{Generation, Summary};
use super::memory::BackupMemory;
use super::offline::Looked;
use super::{Place, borg, each, elsewhere, folder, put_together, repository, server_backup, uncounted, windows_agents};
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::windows_path::Variables;
use crate::collect::{Look, Needs, Wake, cim_time, event_record, file_time, windows_people};
use crate::host::EntryKind;
use crate::host::windows_api::{EventQuery, RegistryPath, Volume, WmiQuestion, WmiRow, WmiValue};

const TIME_ZONE: &str = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
const COMPUTER_NAME: &str = r"SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName";
/// The most records of the channel of Windows Server Backup. A run a day and its beginning fill some months.
const RECORDS_MAX: usize = 300;
/// What names of volumes begin with.
const VOLUME: &str = r"\\?\Volume{";
/// `DRIVE_REMOTE` of GetDriveType.
const NETWORK_DRIVE: u32 = 4;
/// The key of a person's File History; `ProtectedUpToTime` is when files were last copied.
const FILE_HISTORY: &str = r"Software\Microsoft\Windows\CurrentVersion\FileHistory";

/// The backup sets the register declares for this host, of which nothing is remembered.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Backups> {
    collect_after(look, needs, None).0
}

/// The backup sets the register declares for this host. Gives what is to be remembered next.
pub fn collect_after(
    look: &Look<'_>,
    needs: &Needs,
    before: Option<&BackupMemory>,
) -> (Outcome<Backups>, Option<BackupMemory>) {
    let rows = match &needs.registers.backup_sets {
        Read::Measured(rows) if rows.is_empty() => return (undeclared(look), None),
        Read::Measured(rows) => rows,
        Read::NotRead(reason) => return (Outcome::Failed(reason.clone()), None),
    };
    let host = Host { look, variables: Variables::read(look).unwrap_or_default(), volumes: OnceCell::new() };
    let (backups, memory) = each(rows, before, needs.now, |row| set(&host, row, rows, needs.now));
    (Outcome::Known(backups), memory)
}

/// The host that the sets are of.
struct Host<'l, 'h> {
    look: &'l Look<'h>,
    variables: Variables,
    /// Its volumes, once a set asks for them.
    volumes: OnceCell<Result<Vec<Volume>, Reason>>,
}

impl Host<'_, '_> {
    fn volumes(&self) -> Result<&[Volume], Reason> {
        let volumes = self.volumes.get_or_init(|| self.look.volumes().map_err(|error| error.reason()));
        volumes.as_deref().map_err(Clone::clone)
    }

    /// The volume that a location with a letter is on, where it is there.
    fn volume_of(&self, location: &Path) -> Result<Option<&Volume>, Reason> {
        let Some(letter) = letter(location) else { return Ok(None) };
        Ok(self.volumes()?.iter().find(|volume| volume.letter.eq_ignore_ascii_case(&letter)))
    }

    /// The volume that a location is on, which has to be there.
    fn volume_there(&self, location: &Path) -> Result<&Volume, Reason> {
        self.volume_of(location)?.ok_or_else(|| {
            Reason::new(ReasonCode::Missing, format!("look for the volume of {}: it is not there", location.display()))
        })
    }
}

/// What is known where the register declares no set: a program that makes backups may make some that nobody declared.
fn undeclared(look: &Look<'_>) -> Outcome<Backups> {
    match windows_agents::installed(look) {
        Ok(None) => Outcome::Absent(Language::English.absent(Topic::Backups)),
        Ok(Some(product)) => {
            let name = product.name;
            let detail =
                format!("read the backups of {name}: it is installed, and the register declares no set of this host");
            Outcome::Failed(Reason::new(ReasonCode::NotConfigured, detail))
        }
        Err(error) => Outcome::Failed(error.reason()),
    }
}

fn set(host: &Host<'_, '_>, row: &BackupRow, rows: &[BackupRow], now: Instant) -> Looked {
    let look = host.look;
    let product = windows_agents::of(row.method);
    if row.is_elsewhere() && product.is_none() {
        return elsewhere(row);
    }
    let location = host.variables.path(&row.location).ok_or_else(|| {
        let detail = format!("look at {}: it is no path from a drive or a server", row.location);
        Reason::new(ReasonCode::NotConfigured, detail)
    });
    let place = if row.is_elsewhere() {
        Place { same_disk: Read::Measured(false), always_written: Read::Measured(false) }
    } else {
        Place {
            same_disk: location.clone().and_then(|location| same_disk(host, row, &location)).into(),
            always_written: location.clone().and_then(|location| is_always_written(host, row, &location)).into(),
        }
    };
    let volume = location.as_ref().map_or(Ok(None), |location| on(host, row, location));
    // A program of a vendor may keep its backups where no path leads.
    let summary = match product {
        Some(product) => {
            let alone = rows.iter().filter(|other| other.method == row.method).count() < 2;
            product.read(look, row, location.ok().as_deref().map(|location| (location, zone(look))), alone, now)
        }
        None => location.and_then(|location| of_location(host, row, rows, &location, now)),
    };
    let summary = summary.unwrap_or_else(|reason| Summary::not_read(&reason, reason.detail.clone()));
    Looked { set: put_together(row, place, summary), volume }
}

/// A share can be written as long as it can be reached. So can a disk of this host, to which a program on it makes the backups.
fn is_always_written(host: &Host<'_, '_>, row: &BackupRow, location: &Path) -> Result<bool, Reason> {
    let own =
        matches!(row.method, BackupMethod::ShadowCopy | BackupMethod::WindowsServerBackup | BackupMethod::FileHistory);
    if own || windows_agents::of(row.method).is_some() || letter(location).is_none() {
        return Ok(true);
    }
    Ok(host.volume_of(location)?.is_some_and(|volume| volume.kind == NETWORK_DRIVE))
}

/// What a location is on, where that is there: the name of its volume, or the share in which a folder is.
fn on(host: &Host<'_, '_>, row: &BackupRow, location: &Path) -> Result<Option<String>, Reason> {
    if letter(location).is_some() {
        // A drive whose medium was taken out, as one for cartridges, keeps its letter and its name; nothing is behind it then. Of one on
        // another machine no size is told.
        let is_there = |volume: &&Volume| volume.kind == NETWORK_DRIVE || volume.size > Size::from_bytes(0);
        return Ok(host.volume_of(location)?.filter(is_there).map(|volume| volume.device.clone()));
    }
    let is_looked_at = matches!(
        row.method,
        BackupMethod::DatedFolders | BackupMethod::Rsnapshot | BackupMethod::Restic | BackupMethod::Borg
    );
    if !is_looked_at {
        return Ok(None);
    }
    match host.look.metadata(location) {
        Ok(_) => Ok(Some(location.to_string_lossy().to_lowercase())),
        Err(error) if error.is_not_there() => Ok(None),
        Err(error) => Err(error.reason()),
    }
}

/// What lies at a location, or is made of it.
fn of_location(
    host: &Host<'_, '_>,
    row: &BackupRow,
    rows: &[BackupRow],
    location: &Path,
    now: Instant,
) -> Result<Summary, Reason> {
    let look = host.look;
    match row.method {
        BackupMethod::ShadowCopy => shadow_copies(host, location, now),
        BackupMethod::WindowsServerBackup => by_server_backup(host, row, location, now),
        BackupMethod::FileHistory => file_history(look, now),
        BackupMethod::DatedFolders | BackupMethod::Rsnapshot => kept(look, row, location, now, || match row.method {
            BackupMethod::Rsnapshot => folder::rsnapshot(look, location, now),
            _ => folder::dated(look, location, &zone(look)?, now),
        }),
        BackupMethod::Restic => kept(look, row, location, now, || {
            let others = rows.iter().filter_map(|other| host.variables.path(&other.location));
            let alone = others.filter(|other| same_path(other, location)).count() < 2;
            repository::restic_by_files(look, location, alone, "restic is not run on Windows", now)
        }),
        BackupMethod::Borg => kept(look, row, location, now, || match repository::borg_config(look, location)? {
            borg::Config::NotBorg => Ok(Summary::of(Vec::new(), repository::NO_BORG, now)),
            borg::Config::WithKey | borg::Config::WithoutKey => {
                let detail =
                    format!("list {}: Borg is not run on Windows, and nothing else tells its archives", row.location);
                Err(Reason::new(ReasonCode::Unsupported, detail))
            }
        }),
        method => {
            let detail = format!("read backup set {}: {} is read on Linux only", row.name, method.word());
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
    }
}

/// Whether two paths are one: Windows does not tell capital letters from small ones.
fn same_path(one: &Path, other: &Path) -> bool {
    one.to_string_lossy().to_lowercase() == other.to_string_lossy().to_lowercase()
}

/// Whether a location is on the disk of the system. Shadow copies lie on the volume that they are of.
fn same_disk(host: &Host<'_, '_>, row: &BackupRow, location: &Path) -> Result<bool, Reason> {
    if row.method.same_file_system() {
        return Ok(true);
    }
    let Some(letter) = letter(location) else { return of_own_share(host.look, row, location) };
    let system = host.variables.expand("%SystemDrive%").chars().next().map(|letter| letter.to_ascii_uppercase());
    if Some(letter) == system {
        return Ok(true);
    }
    let volumes = host.volumes()?;
    let disk = |wanted: char| {
        let volume = volumes.iter().find(|volume| volume.letter.eq_ignore_ascii_case(&wanted));
        volume.and_then(|volume| volume.disk)
    };
    let untold = || {
        let detail = format!("look at {}: which disk it is on is not told", row.location);
        Reason::new(ReasonCode::Missing, detail)
    };
    let (own, of_system) = disk(letter).zip(system.and_then(disk)).ok_or_else(untold)?;
    Ok(own == of_system)
}

/// A share is on another machine, unless it is this one's own; then its disk is not known.
fn of_own_share(look: &Look<'_>, row: &BackupRow, location: &Path) -> Result<bool, Reason> {
    let text = location.to_string_lossy();
    let server = text.trim_start_matches('/').split('/').next().unwrap_or_default().to_lowercase();
    let key = look.registry(&RegistryPath::machine(COMPUTER_NAME)).map_err(|error| error.reason())?.unwrap_or_default();
    let own = key.text("ComputerName").unwrap_or_default().to_lowercase();
    let is_own =
        !own.is_empty() && server.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if is_own || server == "localhost" || server.starts_with("127.") {
        let detail = format!("look at {}: it is a share of this host, whose disk is not told", row.location);
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    Ok(false)
}

/// The letter of the drive that a path begins with; nothing for a share.
fn letter(path: &Path) -> Option<char> {
    let text = path.to_string_lossy();
    (text.get(1..2) == Some(":")).then(|| text.chars().next())?.map(|letter| letter.to_ascii_uppercase())
}

/// Shadow copies of the volume that the location is on.
fn shadow_copies(host: &Host<'_, '_>, location: &Path, now: Instant) -> Result<Summary, Reason> {
    let volume = host.volume_there(location)?;
    let generations = shadow_copies_of(host.look, &volume.device)?.into_iter().map(Generation::untold);
    Ok(Summary::of(generations.collect(), format!("shadow copies of {}:", volume.letter), now))
}

/// When the shadow copies of a volume were made.
fn shadow_copies_of(look: &Look<'_>, device: &str) -> Result<Vec<Instant>, Reason> {
    let rows = look.wmi(&WmiQuestion::ShadowCopies).map_err(|error| error.reason())?;
    let text = |row: &WmiRow, property: &str| row.get(property).and_then(WmiValue::text).unwrap_or_default().to_owned();
    let own = rows.iter().filter(|row| text(row, "VolumeName").eq_ignore_ascii_case(device));
    let made = own.map(|row| {
        cim_time::parse(&text(row, "InstallDate"))
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("ask WMI for shadow copies: {error}")))
    });
    made.collect()
}

/// When Windows Server Backup last made a backup, which of them it still keeps, and whether the last runs failed.
fn by_server_backup(host: &Host<'_, '_>, row: &BackupRow, location: &Path, now: Instant) -> Result<Summary, Reason> {
    let look = host.look;
    look.wake_on(Wake::EventChannel(server_backup::CHANNEL.to_owned()));
    // More ids than one query of Windows may name (23) tell of failures.
    let page = look.events(&EventQuery::newest(server_backup::CHANNEL, RECORDS_MAX)).map_err(|error| error.reason())?;
    let mut records = event_record::all(&page, server_backup::CHANNEL)?;
    records.reverse();
    let mut runs = server_backup::runs(&records);
    let place = location.to_string_lossy();
    runs.retain(|run| run.target.as_deref().and_then(|target| server_backup::goes_to(target, &place)) != Some(false));
    let failed_runs = Read::Measured(server_backup::failed(&runs));
    let Some(last) = runs.iter().rfind(|run| run.made) else {
        let detail = format!(
            "read events of {}: none of them tells of a backup to {}, and older ones may be gone",
            server_backup::CHANNEL,
            row.location
        );
        let reason = Reason::new(ReasonCode::Inconclusive, detail);
        return Ok(Summary { failed_runs, ..Summary::not_read(&reason, reason.detail.clone()) });
    };
    let newest = only_newest(Some(last.ended), "record 4 of Microsoft-Windows-Backup", "Windows Server Backup", now);
    let kept = if letter(location).is_none() {
        let generations = server_backup::on_share(&runs).into_iter().map(Generation::untold).collect();
        Ok(Summary::of(
            generations,
            "records of Windows Server Backup; on a share it keeps the last of each folder",
            now,
        ))
    } else {
        versions(host, row, location, &runs, now)
    };
    // What is not known of its versions does not take away when it last made one.
    let summary = match kept {
        Ok(kept) => Summary { newest: newest.newest, newest_size: newest.newest_size, ..kept },
        Err(reason) => uncounted(newest, &reason),
    };
    Ok(Summary { failed_runs, ..summary })
}

/// The versions that Windows Server Backup keeps on a volume.
fn versions(
    host: &Host<'_, '_>,
    row: &BackupRow,
    location: &Path,
    runs: &[server_backup::Run],
    now: Instant,
) -> Result<Summary, Reason> {
    let untold = |code: ReasonCode, why: &str| {
        let detail = format!("look for the versions of Windows Server Backup on {}: {why}", row.location);
        Reason::new(code, detail)
    };
    // A disk that is given to it alone has no letter; its records name the volume.
    let named = runs.iter().rev().filter(|run| run.made).find_map(|run| run.target.clone());
    let device = match named {
        Some(named) if named.starts_with(VOLUME) => named,
        Some(_) | None => host.volume_there(location)?.device.clone(),
    };
    let copies = shadow_copies_of(host.look, &device)?;
    let made = server_backup::on_volume(runs, &copies);
    if made.is_empty() {
        return Err(untold(ReasonCode::Inconclusive, "none of the shadow copies that are told is of one of its runs"));
    }
    let oldest_run = runs.iter().map(|run| run.ended).min();
    let is_cut = copies.iter().any(|copy| oldest_run.is_none_or(|oldest| *copy < oldest));
    if is_cut && made.len() < usize::try_from(row.generations).unwrap_or(usize::MAX) {
        return Err(untold(ReasonCode::Unsupported, "there are shadow copies that are older than its records"));
    }
    let generations = made.into_iter().map(|made| {
        let size = Read::not_read(ReasonCode::Unsupported, "compare sizes: a shadow copy does not tell its own");
        Generation { size, ..Generation::untold(made) }
    });
    Ok(Summary::of(generations.collect(), "shadow copies of the runs of Windows Server Backup", now))
}

/// When File History last copied somebody's files: of those who are signed in, the one whose copy is oldest.
fn file_history(look: &Look<'_>, now: Instant) -> Result<Summary, Reason> {
    let people = windows_people::loaded(look).map_err(|error| error.reason())?;
    let mut oldest: Option<Instant> = None;
    for person in &people {
        let key = look.registry(&person.key(FILE_HISTORY)).map_err(|error| error.reason())?;
        let Some(time) = key.as_ref().and_then(|key| key.number("ProtectedUpToTime")).and_then(file_time::instant)
        else {
            continue;
        };
        oldest = Some(oldest.map_or(time, |oldest| oldest.min(time)));
    }
    if oldest.is_none() {
        let detail = "read how far File History is: nobody who is signed in has it";
        let newest = Read::not_read(ReasonCode::Inconclusive, detail);
        // How many versions there are it tells neither now nor when somebody has signed in.
        return Ok(Summary { newest, evidence: detail.to_owned(), ..only_newest(None, "", "File History", now) });
    }
    Ok(only_newest(oldest, "ProtectedUpToTime of those who are signed in", "File History", now))
}

/// A set of which only the time of the newest generation is known.
pub(super) fn only_newest(newest: Option<Instant>, evidence: &str, program: &str, now: Instant) -> Summary {
    let reason = Reason::new(ReasonCode::Unsupported, format!("count generations: {program} does not tell"));
    let known = Summary::of(newest.map(Generation::untold).into_iter().collect(), evidence, now);
    Summary {
        newest: known.newest,
        failed_runs: known.failed_runs,
        evidence: known.evidence,
        ..Summary::not_read(&reason, "")
    }
}

/// What a folder of copies or a repository keeps, as on other systems.
fn kept(
    look: &Look<'_>,
    row: &BackupRow,
    location: &Path,
    now: Instant,
    read: impl FnOnce() -> Result<Summary, Reason>,
) -> Result<Summary, Reason> {
    match look.metadata(location) {
        Ok(metadata) if metadata.kind == EntryKind::Folder => read(),
        Ok(_) => {
            let detail = format!("look at {}: it is no folder", row.location);
            Err(Reason::new(ReasonCode::Unparsable, detail))
        }
        Err(error) if error.is_not_there() => Ok(Summary::of(Vec::new(), "the location is not there", now)),
        Err(error) => Err(error.reason()),
    }
}

/// The host's time zone: by how many minutes UTC is ahead of it (`Bias`, signed, in a REG_DWORD). One with summer time is not
/// followed; Japan has none.
fn zone(look: &Look<'_>) -> Result<Zone, Reason> {
    let unread =
        || Reason::new(ReasonCode::Missing, format!(r"read HKLM\{TIME_ZONE}: no Bias, or one with summer time"));
    let key = look.registry(&RegistryPath::machine(TIME_ZONE)).map_err(|error| error.reason())?.ok_or_else(unread)?;
    let signed = |name: &str| {
        let number = u32::try_from(key.number(name)?).ok()?;
        Some(i64::from(i32::from_ne_bytes(number.to_ne_bytes())))
    };
    let has_summer_time = signed("DaylightBias").is_some_and(|bias| bias != 0)
        && key.bytes("DaylightStart").is_some_and(|start| start.iter().any(|byte| *byte != 0));
    match signed("Bias") {
        Some(bias) if !has_summer_time && bias.abs() <= 24 * 60 => Ok(Zone::fixed(-bias * 60)),
        Some(_) | None => Err(unread()),
    }
}
