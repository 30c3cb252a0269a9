//! The logs of a host that are files: which there are, who may touch each, and since when it has records.

use std::collections::BTreeMap;

use tenken_model::fact::logs::{AuditAction, LogFile, LogPurpose};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::auditd::Configuration;
use super::continuity::{head, is_compressed};
use super::first_record::{self, HEAD_BYTES};
use super::logrotate::Rotation;
use super::memory::{self, CopyMark, FileMark, FileState, Identity};
use super::rotation::Rotations;
use crate::collect::Look;
use crate::collect::accounts::utmp::Layout;
use crate::collect::accounts::{group, passwd};
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::glob::ENTRIES_MAX;
use crate::host::{Entry, EntryKind, Metadata, ReadError};

/// Logs at the same place on every host.
const FIXED: [(&str, LogPurpose); 7] = [
    ("/var/log/wtmp", LogPurpose::SignIns),
    ("/var/log/btmp", LogPurpose::FailedSignIns),
    ("/var/log/lastlog", LogPurpose::LastSignIns),
    ("/var/log/auth.log", LogPurpose::Authentication),
    ("/var/log/secure", LogPurpose::Authentication),
    ("/var/log/syslog", LogPurpose::System),
    ("/var/log/messages", LogPurpose::System),
];
const ACCOUNTS_MAX: Size = Size::from_bytes(8 * 1024 * 1024);
/// A record file's beginning holds so many records of either layout.
const RECORDS: Size = Size::from_bytes(9_600);
/// The most logs of one host, and copies of one log.
const LOGS_MAX: usize = 100;
const COPIES_MAX: usize = 1_000;
/// What was written so soon after the system was set up has nothing before it.
const SETTING_UP: Span = Span::from_days(2);

/// Who owns what, by name.
pub(super) struct Owners {
    accounts: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
}

impl Owners {
    pub(super) fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let file = |path| look.read_text_if_there(path, ACCOUNTS_MAX).map_err(|error| error.reason());
        let accounts = file("/etc/passwd")?.and_then(|bytes| passwd::parse(&bytes).ok()).unwrap_or_default().entries;
        let groups = file("/etc/group")?.map(|bytes| group::parse(&bytes).rows).unwrap_or_default();
        // Of several names for one number the first is shown, as ls(1) has it.
        Ok(Self {
            accounts: accounts.into_iter().rev().map(|account| (account.uid, account.name)).collect(),
            groups: groups.into_iter().rev().map(|group| (group.gid, group.name)).collect(),
        })
    }

    pub(super) fn account(&self, uid: u32) -> String {
        if uid == 0 { "root".to_owned() } else { self.accounts.get(&uid).cloned().unwrap_or_else(|| uid.to_string()) }
    }

    /// The group that a mode lets in, unless it is root's own.
    pub(super) fn group(&self, gid: u32, mode: u32) -> Option<String> {
        let name = || self.groups.get(&gid).cloned().unwrap_or_else(|| gid.to_string());
        (gid != 0 && mode & 0o060 != 0).then(name)
    }
}

/// What is known before a log is looked at.
pub(super) struct Known<'a> {
    pub(super) owners: &'a Owners,
    pub(super) rotations: &'a Read<Rotations>,
    /// auditd's settings, and its log.
    pub(super) audit: Option<&'a Configuration>,
    pub(super) zone: &'a Read<Zone>,
    /// When the system was set up.
    pub(super) set_up: Option<Instant>,
}

/// The paths of logs that are or may be there.
pub(super) fn paths(sign_in_files: &[String], audit: Option<&Configuration>) -> BTreeMap<String, LogPurpose> {
    let mut paths: BTreeMap<String, LogPurpose> =
        FIXED.iter().map(|(path, purpose)| ((*path).to_owned(), *purpose)).collect();
    for path in sign_in_files {
        paths.entry(path.clone()).or_insert(LogPurpose::Authentication);
    }
    if let Some(audit) = audit {
        paths.insert(audit.log_file.clone(), LogPurpose::Audit);
    }
    paths.into_iter().take(LOGS_MAX).collect()
}

/// A log, if it is there, and what is remembered of it.
pub(super) fn look_at(
    look: &Look<'_>,
    path: &str,
    purpose: LogPurpose,
    known: &Known<'_>,
) -> Result<(Option<LogFile>, FileMark), Reason> {
    let metadata = match look.metadata(path) {
        Ok(metadata) if metadata.kind == EntryKind::File => Some(metadata),
        Ok(_) => None,
        Err(error) if error.is_not_there() => None,
        Err(error) => return Err(error.reason()),
    };
    let keeping = Keeping::of(path, purpose, known);
    let copies = copies(look, path, &keeping)?;
    let bytes = match metadata {
        Some(metadata) if purpose != LogPurpose::LastSignIns && metadata.size.bytes() > 0 => {
            beginning(look, path, purpose)?
        }
        _ => None,
    };
    let file = metadata.map(|metadata| FileState {
        identity: Identity { device: metadata.device, inode: metadata.inode },
        size: metadata.size.bytes(),
        head: bytes.as_deref().map(|bytes| head(bytes.get(..memory::HEAD_BYTES).unwrap_or(bytes))),
    });
    let mark = FileMark {
        file,
        copies: copies.iter().map(|(name, metadata)| copy_mark(name, metadata)).collect(),
        copies_kept: keeping.copies_kept,
        copies_go: keeping.copies_go,
    };
    let Some(metadata) = metadata else { return Ok((None, mark)) };
    let oldest = if purpose == LogPurpose::LastSignIns {
        Read::Measured(None)
    } else {
        oldest(look, (&metadata, bytes.as_deref()), &copies, purpose, known)
    };
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let around = look.metadata(if folder.is_empty() { "/" } else { folder }).map_err(|error| error.reason())?;
    let (public_read, public_write) = public(metadata.mode, around.mode);
    let complete = keeping.complete(copies.len()) || as_old_as_system(&oldest, known.set_up);
    let row = LogFile {
        file: path.to_owned(),
        purpose,
        owner: known.owners.account(metadata.uid),
        group: known.owners.group(metadata.gid, metadata.mode),
        public_read,
        public_write,
        oldest,
        copies: i64::try_from(copies.len()).unwrap_or(i64::MAX),
        kept_for: keeping.kept_for,
        complete,
    };
    Ok((Some(row), mark))
}

/// Whether everybody may read, and whether everybody may write or delete, by the modes of a file and its folder.
pub(super) fn public(mode: u32, folder: u32) -> (bool, bool) {
    let reached = folder & 0o001 != 0;
    // In a folder with the sticky bit only owners delete.
    let deletable = folder & 0o1003 == 0o003;
    (reached && mode & 0o004 != 0, reached && mode & 0o002 != 0 || deletable)
}

/// Nothing that was written can be older.
pub(super) fn as_old_as_system(oldest: &Read<Option<Instant>>, set_up: Option<Instant>) -> bool {
    match (oldest, set_up) {
        (Read::Measured(None), _) => true,
        (Read::Measured(Some(oldest)), Some(set_up)) => *oldest <= SETTING_UP.after(set_up),
        _ => false,
    }
}

/// How copies of a log are kept.
struct Keeping {
    kept_for: Read<Option<Span>>,
    copies_kept: Option<usize>,
    /// Copies go for another reason than their number.
    copies_go: bool,
    old_folder: Option<String>,
}

impl Keeping {
    fn of(path: &str, purpose: LogPurpose, known: &Known<'_>) -> Self {
        let audit = known.audit.filter(|_| purpose == LogPurpose::Audit);
        match (known.rotations, audit) {
            (Read::Measured(rotations), Some(audit)) if rotations.of(path).is_none() => Self::by_auditd(audit),
            (Read::Measured(rotations), _) => rotations.of(path).map_or_else(Self::for_ever, Self::rotated),
            (Read::NotRead(reason), _) => {
                Self { kept_for: Read::NotRead(reason.clone()), copies_kept: None, copies_go: true, old_folder: None }
            }
        }
    }

    fn for_ever() -> Self {
        Self { kept_for: Read::Measured(None), copies_kept: None, copies_go: false, old_folder: None }
    }

    fn rotated(rotation: &Rotation) -> Self {
        Self {
            kept_for: Read::Measured(rotation.kept_for()),
            copies_kept: usize::try_from(rotation.rotate).ok(),
            copies_go: rotation.max_age > 0,
            old_folder: rotation.old_folder.clone(),
        }
    }

    /// The file that is written counts among those that auditd keeps.
    fn by_auditd(audit: &Configuration) -> Self {
        let rotates = audit.size_action == AuditAction::Rotate;
        let kept = usize::try_from(audit.files_kept.saturating_sub(1)).ok();
        Self { copies_kept: kept.filter(|kept| rotates && *kept > 0), ..Self::for_ever() }
    }

    /// Fewer copies are there than may be kept, so that none was deleted for their number.
    fn complete(&self, copies: usize) -> bool {
        !self.copies_go && self.copies_kept.is_none_or(|kept| copies < kept)
    }
}

/// The copies of a log: its name, a dot or a dash, and a number or a date.
fn copies(look: &Look<'_>, path: &str, keeping: &Keeping) -> Result<Vec<(String, Metadata)>, Reason> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = match &keeping.old_folder {
        Some(old) if old.starts_with('/') => old.trim_end_matches('/').to_owned(),
        Some(old) => format!("{folder}/{old}"),
        None => folder.to_owned(),
    };
    let entries = look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())?;
    let is_copy = |entry: &Entry| {
        let rest = entry.name.strip_prefix(name).and_then(|rest| rest.strip_prefix(['.', '-']));
        entry.kind == EntryKind::File && rest.is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
    };
    let aside = look.aside();
    let mut found = Vec::new();
    for entry in entries.into_iter().filter(is_copy).take(COPIES_MAX) {
        let path = format!("{folder}/{}", entry.name);
        match aside.metadata(&path) {
            Ok(metadata) => found.push((path, metadata)),
            // It was deleted meanwhile.
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    Ok(found)
}

fn copy_mark(path: &str, metadata: &Metadata) -> CopyMark {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name).to_owned();
    let identity = Identity { device: metadata.device, inode: metadata.inode };
    CopyMark { identity, name, size: metadata.size.bytes() }
}

/// The beginning of a log; nothing where it went meanwhile.
fn beginning(look: &Look<'_>, path: &str, purpose: LogPurpose) -> Result<Option<Vec<u8>>, Reason> {
    let length = if is_record_file(purpose) { RECORDS } else { Size::from_bytes(HEAD_BYTES) };
    gone_meanwhile(look.read_part(path, 0, length))
}

fn gone_meanwhile<T>(read: Result<T, ReadError>) -> Result<Option<T>, Reason> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_there() => Ok(None),
        Err(error) => Err(error.reason()),
    }
}

fn is_record_file(purpose: LogPurpose) -> bool {
    matches!(purpose, LogPurpose::SignIns | LogPurpose::FailedSignIns)
}

/// The oldest record of a log and its copies.
fn oldest(
    look: &Look<'_>,
    (metadata, bytes): (&Metadata, Option<&[u8]>),
    copies: &[(String, Metadata)],
    purpose: LogPurpose,
    known: &Known<'_>,
) -> Read<Option<Instant>> {
    let copy = copies.iter().filter(|(_, copy)| copy.size.bytes() > 0).min_by_key(|(_, copy)| copy.modified);
    let found = match copy {
        Some((path, copy)) if is_compressed(path) => Ok(Some(copy.modified)),
        Some((path, copy)) => beginning(look, path, purpose).and_then(|bytes| match bytes {
            Some(bytes) => first(path, &bytes, copy.modified, purpose, known).map(Some),
            None => Ok(None),
        }),
        None => match bytes.filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => first("it", bytes, metadata.modified, purpose, known).map(Some),
            None => Ok(None),
        },
    };
    found.into()
}

/// When the first record of a file was written.
fn first(
    path: &str,
    bytes: &[u8],
    modified: Instant,
    purpose: LogPurpose,
    known: &Known<'_>,
) -> Result<Instant, Reason> {
    let found = if is_record_file(purpose) {
        Layout::of(bytes).and_then(|layout| layout.records(bytes).find_map(|record| record.at))
    } else {
        // A zone is needed only where lines have none.
        let utc = Zone::utc();
        let zone = known.zone.measured().unwrap_or(&utc);
        first_record::time(bytes, modified, zone)
    };
    found.ok_or_else(|| {
        Reason::new(ReasonCode::Unparsable, format!("read the first record of {path}: its time is not found"))
    })
}
