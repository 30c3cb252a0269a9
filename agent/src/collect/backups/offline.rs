//! Sets whose media are disconnected but for the time of copying: while one is away, it is what it was when it was last seen.

use tenken_model::fact::backups::BackupSet;
use tenken_model::register::{BackupRow, Isolation};
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::generation::Summary;
use super::memory::{BackupMemory, Mark};
use super::{Place, put_together};

/// How old a backup may be by any policy (the bound of `backup_copy_isolated`): what was not seen for so long is as good as none.
const AGE_MAX: Span = Span::from_days(60);
/// A medium that nobody looked for during so long may have been away meanwhile.
const UNWATCHED_MAX: Span = Span::from_days(3);

/// A set as it is now.
pub(super) struct Looked {
    /// What was found.
    pub(super) set: BackupSet,
    /// What its location is on, where that is there: where it is mounted, or the name of the volume. Or why that could not be seen.
    pub(super) volume: Result<Option<String>, Reason>,
}

/// The set beside what is remembered of it. What is to be remembered next goes into `memory`, where one is kept.
pub(super) fn remembered(
    row: &BackupRow,
    looked: Looked,
    before: Option<&BackupMemory>,
    memory: &mut Option<BackupMemory>,
    now: Instant,
) -> BackupSet {
    if row.isolation != Isolation::Offline {
        return looked.set;
    }
    let before = before.and_then(|memory| memory.sets.get(&row.name)).filter(|mark| is_of(mark, row));
    let Looked { set: found, volume } = looked;
    let volume = match volume {
        Ok(volume) => volume,
        Err(reason) => return unsure(row, found, &reason, before, memory),
    };
    let seen = before.and_then(|mark| mark.seen.as_ref());
    let same_volume = before.is_some_and(|mark| mark.seen.is_some() && mark.volume == volume);
    // An empty folder is where a medium will be mounted, unless what is mounted there is where generations were.
    let there = match found.generations {
        Read::Measured(0) => volume.is_some() && same_volume,
        Read::Measured(_) | Read::NotRead(_) => volume.is_some(),
    };
    let attached_since = there.then(|| since_when(before, same_volume, now));
    let is_away = !there && found.generations == Read::Measured(0);
    let since = before.map_or(now, |mark| mark.since.min(now));
    let mut set = match seen {
        _ if !is_away => found,
        Some(seen) => away(row, seen),
        None if row.interval.after(AGE_MAX.after(since)) < now => {
            BackupSet { evidence: format!("its medium was never attached since {since}"), ..found }
        }
        None => unseen(row, found),
    };
    // Of what a program records of its runs, where they went is not known while that is away.
    if let (false, Read::NotRead(_), Some(seen)) = (there, &set.same_disk, seen) {
        set.same_disk = seen.same_disk.clone();
    }
    if let Some(memory) = memory {
        // What could not be read this time was read before.
        let is_told = there && matches!(set.newest, Read::Measured(_));
        let mark = Mark {
            since,
            looked_at: now,
            seen: if is_told { Some(set.clone()) } else { seen.cloned() },
            volume: if is_told { volume } else { before.and_then(|mark| mark.volume.clone()) },
            attached_since,
        };
        memory.sets.insert(row.name.clone(), mark);
        set.attached_since = Read::Measured(attached_since);
    }
    set
}

/// A set of which it could not be seen this time whether its medium is there. What is remembered of it stays.
fn unsure(
    row: &BackupRow,
    found: BackupSet,
    reason: &Reason,
    before: Option<&Mark>,
    memory: &mut Option<BackupMemory>,
) -> BackupSet {
    let mut set = match found.generations {
        Read::Measured(0) => untold(row, found, reason),
        Read::Measured(_) | Read::NotRead(_) => found,
    };
    if let Some(memory) = memory {
        memory.sets.extend(before.map(|mark| (row.name.clone(), mark.clone())));
        set.attached_since = Read::NotRead(reason.clone());
    }
    set
}

/// It is remembered of the set that the register declares now.
fn is_of(mark: &Mark, row: &BackupRow) -> bool {
    mark.seen.as_ref().is_none_or(|seen| seen.location == row.location && seen.method == row.method)
}

/// Since when a medium that is there has been attached.
fn since_when(before: Option<&Mark>, same_volume: bool, now: Instant) -> Instant {
    let watched = before.filter(|mark| same_volume && UNWATCHED_MAX.after(mark.looked_at) >= now);
    watched.and_then(|mark| mark.attached_since).map_or(now, |since| since.min(now))
}

/// The set as it was when its medium was last seen.
fn away(row: &BackupRow, seen: &BackupSet) -> BackupSet {
    BackupSet {
        system: row.system.clone(),
        isolation: row.isolation,
        attached_since: Read::Measured(None),
        evidence: format!("its medium is away; as it was when it was last attached: {}", seen.evidence),
        ..seen.clone()
    }
}

/// A set whose medium nobody has seen yet.
fn unseen(row: &BackupRow, set: BackupSet) -> BackupSet {
    let detail = format!(
        "look at {}: nothing is there; its medium is declared to be disconnected, and was not attached since it is looked for",
        row.location
    );
    untold(row, set, &Reason::new(ReasonCode::Missing, detail))
}

/// The set of which nothing is known for that reason but where it is.
fn untold(row: &BackupRow, set: BackupSet, reason: &Reason) -> BackupSet {
    let place = Place { same_disk: set.same_disk, always_written: set.always_written };
    let summary = Summary::not_read(reason, reason.detail.clone());
    BackupSet { attached_since: set.attached_since, ..put_together(row, place, summary) }
}
