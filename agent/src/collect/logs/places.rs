//! The logs of a host that are files: which there are, who may touch each, and since when it has records.

use std::collections::BTreeMap;

use tenken_model::fact::logs::{AuditAction, LogFile, LogPurpose};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::access::Access;
use super::auditd::Configuration;
use super::continuity::{head, is_compressed};
use super::first_record::{self, HEAD_BYTES};
use super::logrotate::Rotation;
use super::media::Media;
use super::memory::{self, CopyMark, FileMark, FileState, Identity};
use super::pace::{self, Limit, Seen};
use super::rotation::Rotations;
use super::series::{self, Copies};
use crate::collect::Look;
use crate::collect::accounts::utmp::Layout;
use crate::collect::accounts::{group, passwd};
use crate::collect::antivirus::time_zone::Zone;
use crate::host::{EntryKind, Metadata, ReadError};

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
/// The most logs of one host.
const LOGS_MAX: usize = 100;
/// logrotate runs once an hour at most, and puts nothing aside sooner.
const PUT_ASIDE_MIN: Span = Span::from_millis(3_600_000);
/// auditd begins another file as soon as one is full; what somebody did twice by hand lies closer together.
const AUDITED_MIN: Span = Span::from_millis(60_000);
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
    /// On what logs lie.
    pub(super) media: &'a Media,
    pub(super) now: Instant,
    /// The logs of programs that run.
    pub(super) written: &'a [String],
    /// When somebody signed in or out for the last time, as far as it is recorded elsewhere.
    pub(super) last_sign_in: Option<Instant>,
}

/// The paths of logs that are or may be there.
pub(super) fn paths(sign_in_files: &[String], audit: Option<&Configuration>) -> BTreeMap<String, LogPurpose> {
    let mut paths: BTreeMap<String, LogPurpose> =
        FIXED.iter().map(|(path, purpose)| ((*path).to_owned(), *purpose)).collect();
    // Which files a template makes is not known.
    for path in sign_in_files.iter().filter(|path| !path.contains('%')) {
        paths.entry(path.clone()).or_insert(LogPurpose::Authentication);
    }
    if let Some(audit) = audit {
        paths.insert(audit.log_file.clone(), LogPurpose::Audit);
    }
    paths.into_iter().take(LOGS_MAX).collect()
}

/// When somebody signed in or out for the last time, by wtmp: the time of an empty one is that of its making.
pub(super) fn last_sign_in(look: &Look<'_>) -> Option<Instant> {
    let [(path, _), ..] = FIXED;
    let copies = Copies { path, old_folder: None, extension: None }.found(look).unwrap_or_default();
    let own = look.metadata(path).ok().into_iter();
    let files = copies.into_iter().map(|(_, copy)| copy).chain(own);
    files.filter(|file| file.size.bytes() > 0).map(|file| file.modified).max()
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
    let named = Copies { path, old_folder: keeping.old_folder.as_deref(), extension: keeping.extension.as_deref() };
    let copies = named.found(look)?;
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
    let (oldest, goes_on) = if purpose == LogPurpose::LastSignIns {
        (Read::Measured(None), true)
    } else {
        oldest(look, (path, &metadata, bytes.as_deref()), &copies, (purpose, keeping.period), known)
    };
    let kept_for = match (keeping.by_size, &keeping.kept_for) {
        (Some(limit), Read::Measured(by_age)) => {
            let ends: Vec<Instant> = copies.iter().map(|(_, copy)| copy.modified).collect();
            let begin = oldest.measured().copied().flatten();
            pace::kept_for(limit, *by_age, Seen { ends: &ends, begin, size: metadata.size }, known.now)
        }
        (_, kept_for) => kept_for.clone(),
    };
    let access = accessible(look, (path, &metadata), (&named.folder(), &copies), known)?;
    // Whatever is only in memory is lost with the power.
    let is_kept = goes_on && known.media.in_memory(look, path) == Ok(false);
    let complete = is_kept && (keeping.complete(copies.len()) || as_old_as_system(&oldest, known.set_up));
    let row = LogFile {
        file: path.to_owned(),
        purpose,
        owner: access.owner,
        group: access.group,
        writing_group: access.writing_group,
        public_read: access.public_read,
        public_write: access.public_write,
        oldest,
        copies: i64::try_from(copies.len()).unwrap_or(i64::MAX),
        kept_for,
        complete,
    };
    Ok((Some(row), mark))
}

/// Who may do what with a log and its copies.
fn accessible(
    look: &Look<'_>,
    (path, metadata): (&str, &Metadata),
    (copies_folder, copies): (&str, &[(String, Metadata)]),
    known: &Known<'_>,
) -> Result<Access, Reason> {
    let mode = |folder: &str| {
        let folder = look.metadata(if folder.is_empty() { "/" } else { folder });
        folder.map(|folder| folder.mode).map_err(|error| error.reason())
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut access = Access::of(look, known.owners, (path, metadata), mode(folder)?)?;
    if !copies.is_empty() {
        let around = mode(copies_folder)?;
        let aside = look.aside();
        for (path, copy) in copies {
            access.add(Access::of(&aside, known.owners, (path, copy), around)?);
        }
    }
    Ok(access)
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
    /// By their age alone.
    kept_for: Read<Option<Span>>,
    /// It is put aside for its size, however young it is.
    by_size: Option<Limit>,
    copies_kept: Option<usize>,
    /// Copies go for another reason than their number.
    copies_go: bool,
    old_folder: Option<String>,
    extension: Option<String>,
    /// For how long one file is written.
    period: Span,
}

impl Keeping {
    fn of(path: &str, purpose: LogPurpose, known: &Known<'_>) -> Self {
        let audit = known.audit.filter(|_| purpose == LogPurpose::Audit);
        let unread =
            |reason: &Reason| Self { kept_for: Read::NotRead(reason.clone()), copies_go: true, ..Self::for_ever() };
        let rotations = match known.rotations {
            Read::Measured(rotations) => rotations,
            Read::NotRead(reason) => return unread(reason),
        };
        match (rotations.of(path), audit) {
            (Ok(Some(rotation)), Some(audit)) => Self::rotated(rotation).beside(&Self::by_auditd(audit)),
            (Ok(Some(rotation)), None) => Self::rotated(rotation),
            (Ok(None), Some(audit)) => Self::by_auditd(audit),
            (Ok(None), None) => Self::for_ever(),
            (Err(reason), _) => unread(&reason),
        }
    }

    fn for_ever() -> Self {
        Self {
            kept_for: Read::Measured(None),
            by_size: None,
            copies_kept: None,
            copies_go: false,
            old_folder: None,
            extension: None,
            period: Rotation::default().period(),
        }
    }

    fn rotated(rotation: &Rotation) -> Self {
        Self {
            kept_for: Read::Measured(rotation.kept_for()),
            by_size: rotation.by_size().filter(|_| rotation.rotate > 0).map(|size| Limit {
                size: Some(size),
                copies: rotation.rotate,
                filled_min: PUT_ASIDE_MIN,
            }),
            copies_kept: usize::try_from(rotation.rotate).ok(),
            copies_go: rotation.max_age > 0,
            old_folder: rotation.old_folder.clone(),
            extension: rotation.extension.clone(),
            period: rotation.period(),
        }
    }

    /// Two programs put it aside: each deletes what it has too much of.
    fn beside(self, other: &Self) -> Self {
        let by_size = match (self.by_size, other.by_size) {
            (Some(one), Some(two)) => Some(Limit {
                size: one.size.min(two.size),
                copies: one.copies.min(two.copies),
                filled_min: one.filled_min.min(two.filled_min),
            }),
            (one, two) => one.or(two),
        };
        let copies_kept = self.copies_kept.into_iter().chain(other.copies_kept).min();
        Self { by_size, copies_kept, ..self }
    }

    /// The file that is written counts among those that auditd keeps.
    fn by_auditd(audit: &Configuration) -> Self {
        let rotates = audit.size_action == AuditAction::Rotate;
        let kept = usize::try_from(audit.files_kept.saturating_sub(1)).ok();
        let copies_kept = kept.filter(|kept| rotates && *kept > 0);
        let limit = |kept: usize| Limit {
            size: audit.file_size_max,
            copies: i64::try_from(kept).unwrap_or(i64::MAX),
            filled_min: AUDITED_MIN,
        };
        Self { by_size: copies_kept.map(limit), copies_kept, ..Self::for_ever() }
    }

    /// Fewer copies are there than may be kept, so that none was deleted for their number.
    fn complete(&self, copies: usize) -> bool {
        !self.copies_go && self.copies_kept.is_none_or(|kept| copies < kept)
    }
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

/// The oldest record of a log and its copies, from which on there are records until now, and whether there are. A log without
/// records goes on as long as the system is young.
fn oldest(
    look: &Look<'_>,
    (own, metadata, bytes): (&str, &Metadata, Option<&[u8]>),
    copies: &[(String, Metadata)],
    (purpose, period): (LogPurpose, Span),
    known: &Known<'_>,
) -> (Read<Option<Instant>>, bool) {
    let files = copies.iter().map(|(path, copy)| (path.as_str(), *copy)).chain([(own, *metadata)]);
    let files: Vec<(&str, Metadata)> = files.filter(|(_, file)| file.size.bytes() > 0).collect();
    let aside = look.aside();
    let mut begin = |path: &str, file: &Metadata| {
        let bytes = if is_compressed(path) { None } else { beginning(&aside, path, purpose).ok()? };
        first(path, &bytes?, file.modified, purpose, known).ok()
    };
    let last_sign_in = known.last_sign_in.filter(|_| known.written.iter().any(|path| path == own));
    let wanted = series::wanted_since(known.now, last_sign_in);
    let first_file = if is_record_file(purpose) {
        // Nobody may sign in for weeks, or fail to.
        files.iter().min_by_key(|(_, file)| file.modified).copied()
    } else {
        series::linked(&files, (known.now, wanted), period, &mut begin).last().copied()
    };
    let found = match first_file {
        Some((path, file)) if is_compressed(path) => Ok(Some(file.modified)),
        Some((path, file)) => {
            let bytes = if path == own { Ok(bytes.map(<[u8]>::to_vec)) } else { beginning(look, path, purpose) };
            let bytes = bytes.map(|bytes| bytes.filter(|bytes| !bytes.is_empty()));
            bytes.and_then(|bytes| bytes.map(|bytes| first(path, &bytes, file.modified, purpose, known)).transpose())
        }
        None => Ok(None),
    };
    let goes_on = first_file.is_some()
        || is_record_file(purpose)
        || files.is_empty() && series::is_young(known.set_up, known.now);
    (found.into(), goes_on)
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
