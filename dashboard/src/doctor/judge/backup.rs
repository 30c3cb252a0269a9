//! How old the newest backup is.

use tenken_model::{Instant, Language, Span};

use super::super::{Answer, Check};

/// Backups are made each night, at a time of its own on each machine: so old one is missing.
const AGE_MAX: Span = Span::from_secs(50 * 3_600);

/// What was seen of backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackupSeen {
    /// When the newest was made.
    pub last: Option<Instant>,
    /// Since when there is something to back up: the first entry of the audit log.
    pub since: Option<Instant>,
}

/// Judges the age; nothing was seen of it where the database cannot be opened.
pub fn backup(seen: Option<BackupSeen>, now: Instant) -> Answer {
    let check = Check::Backup;
    let Some(seen) = seen else { return Answer::not_checked(check, Language::doctor_database_needed) };
    let late = |at: Instant| Span::between(at, now) > AGE_MAX;
    let shown = |at: Instant| at.format("%Y-%m-%dT%H:%MZ").to_string();
    match (seen.last, seen.since) {
        (Some(last), _) if late(last) => {
            Answer::problem(check, |t| t.doctor_backup_old(&shown(last)), Language::doctor_backup_act)
        }
        (Some(last), _) => Answer::ok(check, |t| t.doctor_backup_good(&shown(last))),
        (None, Some(since)) if late(since) => {
            Answer::problem(check, Language::doctor_backup_none, Language::doctor_backup_act)
        }
        (None, _) => Answer::ok(check, Language::doctor_backup_new),
    }
}
