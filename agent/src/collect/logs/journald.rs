//! journald: how it is told to keep records, and which it has.

use std::fmt::Write as _;

use tenken_model::fact::logs::{Journal, JournalStorage};
use tenken_model::{Instant, Reason, Size, Span};

use super::journal_header::{HEADER_BYTES, JournalHeader, parse};
use super::media::Media;
use super::memory::{JournalMark, JournalPart};
use super::running::{is_installed, is_running};
use super::series;
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::systemd_config::files::Files;
use crate::collect::systemd_config::{TimeSpan, size, time_span, truth};
use crate::host::{EntryKind, Metadata};

/// Where the journal is on disk; below it a folder for each installation.
pub(super) const FOLDER: &str = "/var/log/journal";
const JOURNALD: [&str; 2] = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"];
/// Is there once journald writes to disk.
const FLUSHED: &str = "/run/systemd/journal/flushed";
const HEADER: Size = Size::from_bytes(HEADER_BYTES);
/// Systems whose journald passes nothing on unless it is told to, since their syslog daemon reads the journal.
const READ_BY_DAEMON: [&str; 7] = ["rhel", "centos", "rocky", "almalinux", "ol", "fedora", "amzn"];
/// The most folders and files that are looked at.
const FOLDERS_MAX: usize = 16;
const FILES_MAX: usize = 1_000;

/// The journal, and its files on disk.
pub(super) struct Found {
    pub(super) journal: Journal,
    pub(super) disk: OnDisk,
}

/// The files of this installation's journal.
#[derive(Default)]
pub(super) struct OnDisk {
    /// The folder they are in, with what it is.
    pub(super) folder: Option<(String, Metadata)>,
    files: Vec<(JournalHeader, Metadata, bool)>,
    left_out: i64,
}

/// How journald is told to treat what it takes.
pub(super) struct Settings {
    running: bool,
    storage: JournalStorage,
    size_max: Option<Size>,
    kept_for: Option<Span>,
    forward_to_syslog: Option<bool>,
    /// It keeps messages on sign-ins, by their severity.
    keeps_sign_ins: bool,
    /// It passes them on, by their severity, where it passes on at all.
    passes_sign_ins: bool,
    /// It passes on where nothing is said of it: distributions whose syslog daemon waits for it have it so.
    passes_by_default: bool,
}

impl Settings {
    /// Reads them; nothing where journald is not installed.
    pub(super) fn read(look: &Look<'_>) -> Result<Option<Self>, Reason> {
        if !is_installed(look, &JOURNALD)? {
            return Ok(None);
        }
        let running = is_running(look, "systemd-journald")?;
        let files = Files::read(look, "journald.conf")?;
        let last = |key: &str| files.values("Journal", key);
        let storage = last("Storage")?.iter().rev().find_map(|word| JournalStorage::from_word(word.trim()));
        let kept_for = last("MaxRetentionSec")?.iter().rev().find_map(|text| time_span(text));
        let takes = |key: &str| {
            Ok::<bool, Reason>(last(key)?.iter().rev().find_map(|text| takes_sign_ins(text)) != Some(false))
        };
        Ok(Some(Self {
            running,
            storage: storage.unwrap_or(JournalStorage::Auto),
            size_max: last("SystemMaxUse")?.iter().rev().find_map(|text| size(text)),
            kept_for: match kept_for {
                Some(TimeSpan::Finite(span)) if span > Span::ZERO => Some(span),
                _ => None,
            },
            forward_to_syslog: last("ForwardToSyslog")?.iter().rev().find_map(|text| truth(text)),
            keeps_sign_ins: takes("MaxLevelStore")?,
            passes_sign_ins: takes("MaxLevelSyslog")?,
            passes_by_default: look.system().map_or(true, |system| !READ_BY_DAEMON.contains(&system.os.as_str())),
        }))
    }

    /// A syslog daemon can read messages on sign-ins in the journal.
    pub(super) fn stores(&self) -> bool {
        self.running && self.keeps_sign_ins && self.storage != JournalStorage::None
    }

    /// It does not pass on messages on sign-ins to a syslog daemon.
    pub(super) fn withholds(&self) -> bool {
        !self.forward_to_syslog.unwrap_or(self.passes_by_default) || !self.passes_sign_ins
    }
}

/// Whether a highest level lets messages on sign-ins through, which are informational; `None` for what is no level.
fn takes_sign_ins(level: &str) -> Option<bool> {
    match level.trim() {
        "info" | "debug" | "6" | "7" => Some(true),
        "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "0" | "1" | "2" | "3" | "4" | "5" => Some(false),
        _ => None,
    }
}

/// Reads the journal of that installation.
pub(super) fn read(look: &Look<'_>, machine: &str, settings: &Settings, media: &Media) -> Result<Found, Reason> {
    let disk = on_disk(look, machine)?;
    // Until it is told to flush, as it is once the disk is there, journald writes to memory alone.
    let flushed = look.exists(FLUSHED).map_err(|error| error.reason())?;
    let on_disk = match &disk.folder {
        Some((folder, _)) => !media.in_memory(look, folder)?,
        None => false,
    };
    let written = matches!(settings.storage, JournalStorage::Persistent | JournalStorage::Auto);
    let journal = Journal {
        running: settings.running,
        storage: settings.storage,
        persistent: written && on_disk && flushed && settings.keeps_sign_ins,
        size_max: settings.size_max,
        kept_for: settings.kept_for,
        forward_to_syslog: settings.forward_to_syslog,
        sealed: disk.files.iter().any(|(header, ..)| header.sealed),
        files: i64::try_from(disk.files.len()).unwrap_or(i64::MAX),
        left_out: disk.left_out,
    };
    Ok(Found { journal, disk })
}

fn on_disk(look: &Look<'_>, machine: &str) -> Result<OnDisk, Reason> {
    let mut disk = OnDisk::default();
    let folders = look.list_if_there(FOLDER, ENTRIES_MAX).map_err(|error| error.reason())?;
    let folders = folders.into_iter().filter(|entry| entry.kind == EntryKind::Folder).take(FOLDERS_MAX);
    for folder in folders {
        let folder = format!("{FOLDER}/{}", folder.name);
        let entries = look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())?;
        // Files are written all the time: their folder wakes, and is the evidence.
        let aside = look.aside();
        for entry in entries {
            let broken = entry.name.ends_with('~');
            if !entry.name.trim_end_matches('~').ends_with(".journal") {
                continue;
            }
            if disk.files.len() >= FILES_MAX {
                disk.left_out += 1;
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            let read = aside.read_part(&path, 0, HEADER).and_then(|bytes| Ok((bytes, aside.metadata(&path)?)));
            let (bytes, metadata) = match read {
                Ok(read) => read,
                // It was deleted meanwhile.
                Err(error) if error.is_not_there() => continue,
                Err(error) => return Err(error.reason()),
            };
            match parse(&bytes) {
                Ok(header) if machine.is_empty() || hexadecimal(&header.machine_id) == machine => {
                    disk.files.push((header, metadata, broken));
                    if disk.folder.is_none() {
                        let metadata = look.metadata(&folder).map_err(|error| error.reason())?;
                        disk.folder = Some((folder.clone(), metadata));
                    }
                }
                Ok(_) => {}
                Err(_) => disk.left_out += 1,
            }
        }
    }
    Ok(disk)
}

impl OnDisk {
    /// The oldest record from which on the journal goes on until now, and whether it does.
    pub(super) fn oldest(&self, now: Instant) -> (Option<Instant>, bool) {
        let spans = self.files.iter().filter_map(|(header, ..)| Some((header.oldest?, header.newest?)));
        let spans: Vec<_> = spans.collect();
        let oldest = series::unbroken(&spans, now);
        (oldest, oldest.is_some() || spans.is_empty())
    }

    /// The first record of this journal is there.
    pub(super) fn has_first(&self) -> bool {
        self.left_out == 0 && self.files.iter().any(|(header, ..)| header.entries > 0 && header.first_number == 1)
    }

    /// What the files may be used for by others, taken together.
    pub(super) fn mode(&self) -> u32 {
        self.files.iter().fold(0, |mode, (_, metadata, _)| mode | metadata.mode)
    }

    /// What is remembered of them.
    pub(super) fn mark(&self) -> JournalMark {
        let part = |(header, metadata, broken): &(JournalHeader, Metadata, bool)| {
            Some(JournalPart {
                id: hexadecimal(&header.file_id),
                oldest: header.oldest?,
                newest: header.newest?,
                size: metadata.size.bytes(),
                number: header.first_number,
                numbers: hexadecimal(&header.numbers_id),
                archived: header.archived,
                broken: *broken,
            })
        };
        JournalMark { parts: self.files.iter().filter_map(part).collect() }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        _ = write!(text, "{byte:02x}");
    }
    text
}
