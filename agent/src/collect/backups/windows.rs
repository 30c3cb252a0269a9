//! The declared backup sets of a Windows host: shadow copies, Windows Server Backup, File History, programs of vendors, folders of
//! dated copies, and repositories of restic that lie on its disks or on shares.

use std::path::Path;

use tenken_model::fact::backups::{BackupSet, Backups};
use tenken_model::observation::Outcome;
use tenken_model::register::{BackupMethod, BackupRow, Isolation};
use tenken_model::{Instant, Language, Read, Reason, ReasonCode, Topic};

use super::generation::{Generation, Summary};
use super::{SETS_MAX, borg, disconnected, folder, put_together, repository, windows_agents};
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::windows_path::Variables;
use crate::collect::{Look, Needs, Wake, cim_time, event_record, file_time, windows_people};
use crate::host::EntryKind;
use crate::host::windows_api::{EventQuery, RegistryPath, WmiQuestion, WmiRow, WmiValue};

const TIME_ZONE: &str = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
const COMPUTER_NAME: &str = r"SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName";
/// The channel of Windows Server Backup, which has a record 4 for each backup that was made
/// ([Microsoft](https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd364923(v=ws.10))).
const SERVER_BACKUP: &str = "Microsoft-Windows-Backup";
const MADE: u32 = 4;
/// The key of a person's File History; `ProtectedUpToTime` is when files were last copied.
const FILE_HISTORY: &str = r"Software\Microsoft\Windows\CurrentVersion\FileHistory";

/// The backup sets the register declares for this host.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Backups> {
    let rows = match &needs.registers.backup_sets {
        Read::Measured(rows) if rows.is_empty() => return undeclared(look),
        Read::Measured(rows) => rows,
        Read::NotRead(reason) => return Outcome::Failed(reason.clone()),
    };
    let variables = Variables::read(look).unwrap_or_default();
    let sets = rows.iter().enumerate().map(|(index, row)| {
        if index < SETS_MAX {
            return set(look, row, rows, &variables, needs.now);
        }
        let detail = format!("read backup set {}: more than {SETS_MAX} are declared for this host", row.name);
        let reason = Reason::new(ReasonCode::TooLarge, detail);
        put_together(row, Read::NotRead(reason.clone()), Summary::not_read(&reason, "not looked at"))
    });
    Outcome::Known(Backups { sets: sets.collect() })
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

fn set(look: &Look<'_>, row: &BackupRow, rows: &[BackupRow], variables: &Variables, now: Instant) -> BackupSet {
    let location = variables.path(&row.location).ok_or_else(|| {
        let detail = format!("look at {}: it is no path from a drive or a server", row.location);
        Reason::new(ReasonCode::NotConfigured, detail)
    });
    let same_disk = location.clone().and_then(|location| same_disk(look, row, &location, variables));
    // A program of a vendor may keep its backups where no path leads.
    let summary = match windows_agents::of(row.method) {
        Some(product) => {
            let alone = rows.iter().filter(|other| other.method == row.method).count() < 2;
            product.read(look, row, alone, now)
        }
        None => location.and_then(|location| of_location(look, row, rows, &location, variables, now)),
    };
    let summary = summary.unwrap_or_else(|reason| Summary::not_read(&reason, reason.detail.clone()));
    put_together(row, same_disk.into(), summary)
}

/// What lies at a location, or is made of it.
fn of_location(
    look: &Look<'_>,
    row: &BackupRow,
    rows: &[BackupRow],
    location: &Path,
    variables: &Variables,
    now: Instant,
) -> Result<Summary, Reason> {
    match row.method {
        BackupMethod::ShadowCopy => shadow_copies(look, location, now),
        BackupMethod::WindowsServerBackup => server_backup(look, now),
        BackupMethod::FileHistory => file_history(look, now),
        BackupMethod::DatedFolders | BackupMethod::Rsnapshot => kept(look, row, location, now, || match row.method {
            BackupMethod::Rsnapshot => folder::rsnapshot(look, location, now),
            _ => folder::dated(look, location, &zone(look)?, now),
        }),
        BackupMethod::Restic => kept(look, row, location, now, || {
            let others = rows.iter().filter_map(|other| variables.path(&other.location));
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
fn same_disk(look: &Look<'_>, row: &BackupRow, location: &Path, variables: &Variables) -> Result<bool, Reason> {
    if row.method.same_file_system() {
        return Ok(true);
    }
    let Some(letter) = letter(location) else { return of_own_share(look, row, location) };
    let system = variables.expand("%SystemDrive%").chars().next().map(|letter| letter.to_ascii_uppercase());
    if Some(letter) == system {
        return Ok(true);
    }
    let volumes = look.volumes().map_err(|error| error.reason())?;
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
fn shadow_copies(look: &Look<'_>, location: &Path, now: Instant) -> Result<Summary, Reason> {
    let volumes = look.volumes().map_err(|error| error.reason())?;
    let letter = letter(location);
    let volume = volumes.iter().find(|volume| Some(volume.letter.to_ascii_uppercase()) == letter);
    let volume = volume.ok_or_else(|| {
        Reason::new(ReasonCode::Missing, format!("look for the volume of {}: it is not there", location.display()))
    })?;
    let rows = look.wmi(&WmiQuestion::ShadowCopies).map_err(|error| error.reason())?;
    let text = |row: &WmiRow, property: &str| row.get(property).and_then(WmiValue::text).unwrap_or_default().to_owned();
    let own = rows.iter().filter(|row| text(row, "VolumeName").eq_ignore_ascii_case(&volume.device));
    let generations: Result<Vec<Generation>, Reason> = own
        .map(|row| {
            cim_time::parse(&text(row, "InstallDate"))
                .map(Generation::untold)
                .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("ask WMI for shadow copies: {error}")))
        })
        .collect();
    Ok(Summary::of(generations?, format!("shadow copies of {}:", volume.letter), now))
}

/// When Windows Server Backup last made a backup. How many it keeps is in a catalogue of its own, which is not documented.
fn server_backup(look: &Look<'_>, now: Instant) -> Result<Summary, Reason> {
    look.wake_on(Wake::EventChannel(SERVER_BACKUP.to_owned()));
    let page = look.events(&EventQuery::newest(SERVER_BACKUP, 1).ids([MADE])).map_err(|error| error.reason())?;
    let made = event_record::all(&page, SERVER_BACKUP)?.first().and_then(|record| record.time);
    if made.is_none() {
        let detail =
            format!("read events of {SERVER_BACKUP}: none of them tells of a backup, and older ones may be gone");
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    Ok(only_newest(made, "record 4 of Microsoft-Windows-Backup", "Windows Server Backup", now))
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
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    Ok(only_newest(oldest, "ProtectedUpToTime of those who are signed in", "File History", now))
}

/// A set of which only the time of the newest generation is known.
pub(super) fn only_newest(newest: Option<Instant>, evidence: &str, program: &str, now: Instant) -> Summary {
    let reason = Reason::new(ReasonCode::Unsupported, format!("count generations: {program} does not tell"));
    let known = Summary::of(newest.map(Generation::untold).into_iter().collect(), evidence, now);
    Summary { newest: known.newest, evidence: known.evidence, ..Summary::not_read(&reason, "") }
}

/// What a folder of copies or a repository keeps, as on other systems.
fn kept(
    look: &Look<'_>,
    row: &BackupRow,
    location: &Path,
    now: Instant,
    read: impl FnOnce() -> Result<Summary, Reason>,
) -> Result<Summary, Reason> {
    let summary = match look.metadata(location) {
        Ok(metadata) if metadata.kind == EntryKind::Folder => read()?,
        Ok(_) => {
            let detail = format!("look at {}: it is no folder", row.location);
            return Err(Reason::new(ReasonCode::Unparsable, detail));
        }
        Err(error) if error.is_not_there() => Summary::of(Vec::new(), "the location is not there", now),
        Err(error) => return Err(error.reason()),
    };
    match summary.generations {
        Read::Measured(0) if row.isolation == Isolation::Offline => Err(disconnected(row)),
        Read::Measured(_) | Read::NotRead(_) => Ok(summary),
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
