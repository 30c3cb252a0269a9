//! Generations in a repository of restic or Borg, read with its key, or what can be seen without.

use std::path::{Path, PathBuf};

use tenken_model::{Instant, Reason, ReasonCode, Size};

use super::folder::FOLDER_LIMIT;
use super::generation::{Generation, Summary};
use super::{borg, restic};
use crate::collect::Look;
use crate::collect::antivirus::time_zone::Zone;
use crate::host::{CommandOutput, EntryKind, VendorCommand};

/// Where the passphrase of a set's repository is, in a file of the set's name. Who may read it decides the host's
/// administrator: neither register nor policy can name another place.
const KEY_FOLDER: &str = "/etc/tenken/backup-keys";
const CONFIG_LIMIT: Size = Size::from_bytes(1 << 20);
const NO_RESTIC: &str = "there is no restic repository at the location";
/// What is known of a location without a repository.
pub(super) const NO_BORG: &str = "there is no Borg repository at the location";
/// How much of what a command complains of is shown.
const COMPLAINT_CHARS: usize = 200;

/// The file with the passphrase of that set's repository, if there is one.
fn key_file(look: &Look<'_>, set: &str) -> Result<Option<PathBuf>, Reason> {
    if set.is_empty() || set.starts_with('.') || set.contains(['/', '\0']) {
        return Ok(None);
    }
    let path = Path::new(KEY_FOLDER).join(set);
    let there = look.exists(&path).map_err(|error| error.reason())?;
    Ok(there.then_some(path))
}

/// The generations of a restic repository. Without its key nothing tells whose a snapshot is: the times of their files
/// count only where the register declares no other set in it (`alone`).
pub(super) fn restic(
    look: &Look<'_>,
    repository: &Path,
    set: &str,
    alone: bool,
    now: Instant,
) -> Result<Summary, Reason> {
    let Some(seen) = snapshot_files(look, repository)? else { return Ok(Summary::of(Vec::new(), NO_RESTIC, now)) };
    let Some(password_file) = key_file(look, set)? else {
        return by_files(seen, repository, alone, &format!("its password is not in {KEY_FOLDER}/{set}"), now);
    };
    let command = VendorCommand::ResticSnapshots { repository: repository.to_owned(), password_file };
    // Times of files are no substitute for what it refuses to tell: a damaged repository has them too.
    let output = look.run(&command).map_err(|error| error.reason())?;
    let output = succeeded(&command, output, &[0])?;
    let snapshots = restic::snapshots(&output).map_err(|error| unparsable(&command, &error))?;
    Ok(Summary::of(restic::generations(&snapshots), "read from the repository with restic", now))
}

/// The generations of a restic repository by its files alone, because of what keeps from asking restic.
pub(super) fn restic_by_files(
    look: &Look<'_>,
    repository: &Path,
    alone: bool,
    why: &str,
    now: Instant,
) -> Result<Summary, Reason> {
    match snapshot_files(look, repository)? {
        Some(seen) => by_files(seen, repository, alone, why, now),
        None => Ok(Summary::of(Vec::new(), NO_RESTIC, now)),
    }
}

fn by_files(seen: Vec<Generation>, repository: &Path, alone: bool, why: &str, now: Instant) -> Result<Summary, Reason> {
    if !alone {
        let detail = format!("list {}: several sets are declared in it, and {why}", repository.display());
        return Err(Reason::new(ReasonCode::NotConfigured, detail));
    }
    let evidence = format!("inferred from the times of snapshot files, of whatever host and folders: {why}");
    Ok(Summary::of(seen, evidence, now))
}

/// One generation for each snapshot file, at the time the file was written; nothing where no repository is. Its files change
/// with every backup: that wakes.
fn snapshot_files(look: &Look<'_>, repository: &Path) -> Result<Option<Vec<Generation>>, Reason> {
    if !look.exists(repository.join("config")).map_err(|error| error.reason())? {
        return Ok(None);
    }
    let folder = repository.join("snapshots");
    let entries = look.list_if_there(&folder, FOLDER_LIMIT).map_err(|error| error.reason())?;
    let files = entries.into_iter().filter(|entry| entry.kind == EntryKind::File && restic::is_snapshot(&entry.name));
    let aside = look.aside();
    let generations: Result<Vec<Generation>, Reason> = files
        .map(|entry| {
            let metadata = aside.metadata(folder.join(entry.name)).map_err(|error| error.reason())?;
            Ok(Generation::untold(metadata.modified))
        })
        .collect();
    generations.map(Some)
}

/// The generations of a Borg repository. Without its passphrase nothing in it tells them: what changes its files may as
/// well be the removal of old ones.
pub(super) fn borg(
    look: &Look<'_>,
    repository: &Path,
    set: &str,
    zone: &Zone,
    now: Instant,
) -> Result<Summary, Reason> {
    let config = borg_config(look, repository)?;
    // Its index is replaced with every change: that wakes.
    look.list(repository, FOLDER_LIMIT).map_err(|error| error.reason())?;
    let passphrase_file = key_file(look, set)?;
    match (config, &passphrase_file) {
        (borg::Config::NotBorg, _) => {
            return Ok(Summary::of(Vec::new(), NO_BORG, now));
        }
        (borg::Config::WithKey, None) => {
            let detail = format!("list {}: its passphrase is not in {KEY_FOLDER}/{set}", repository.display());
            return Err(Reason::new(ReasonCode::NotConfigured, detail));
        }
        (borg::Config::WithKey, Some(_)) | (borg::Config::WithoutKey, _) => {}
    }
    let command = VendorCommand::BorgList { repository: repository.to_owned(), passphrase_file };
    let output = look.run(&command).map_err(|error| error.reason())?;
    // 1 is a success with warnings.
    let output = succeeded(&command, output, &[0, 1])?;
    let generations = borg::generations(&output, zone).map_err(|error| unparsable(&command, &error))?;
    Ok(Summary::of(generations, "read from the repository with Borg", now))
}

/// What the configuration of a Borg repository says.
pub(super) fn borg_config(look: &Look<'_>, repository: &Path) -> Result<borg::Config, Reason> {
    let config = look.read_if_there(repository.join("config"), CONFIG_LIMIT).map_err(|error| error.reason())?;
    Ok(config.map_or(borg::Config::NotBorg, |bytes| borg::config(&bytes)))
}

/// The output of a command that ended with one of these codes.
pub(super) fn succeeded(command: &VendorCommand, output: CommandOutput, codes: &[i32]) -> Result<Vec<u8>, Reason> {
    if output.code.is_some_and(|code| codes.contains(&code)) {
        return Ok(output.stdout);
    }
    let complaint: String = output.stderr.lines().next().unwrap_or_default().chars().take(COMPLAINT_CHARS).collect();
    let code = output.code.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
    Err(Reason::new(ReasonCode::Failed, format!("run {command}: it ended with {code}: {complaint}")))
}

/// The output of a command is not of the form that is known.
pub(super) fn unparsable(command: &VendorCommand, error: &dyn std::error::Error) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("run {command}: {error}"))
}
