//! ClamAV's updater: does it run, and when did it last reach its source.

use std::path::Path;

use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::freshclam_log::{LastSuccess, TAIL_BYTES, last_success};
use super::options::Options;
use super::time_zone::Zone;
use crate::collect::Look;
use crate::host::{ReadError, ReadErrorKind};

/// Tables of cron that run freshclam where it is no service.
const TABLES: &[&str] = &["/etc/cron.d/clamav-freshclam", "/etc/cron.d/clamav-update"];
/// Scripts that cron runs if they are executable.
const SCRIPTS: &[&str] = &["/etc/cron.daily/freshclam", "/etc/cron.hourly/freshclam"];
/// What systemd starts at boot; a unit that is only installed is not here.
const TIMER_ENABLED: &str = "/etc/systemd/system/timers.target.wants/clamav-freshclam-once.timer";
/// A link to /dev/null here keeps the unit from ever starting.
const TIMER_MASK: &str = "/etc/systemd/system/clamav-freshclam-once.timer";
const SCHEDULE_MAX: Size = Size::from_bytes(256 << 10);
const EXECUTABLE: u32 = 0o111;

/// Whether freshclam is alive or scheduled.
pub(super) fn running(look: &Look<'_>, process: &Read<bool>) -> Read<bool> {
    let mut refused = match process {
        Read::Measured(true) => return Read::Measured(true),
        Read::Measured(false) => None,
        Read::NotRead(reason) => Some(reason.clone()),
    };
    let tables = TABLES.iter().map(|path| table(look, path));
    let scripts = SCRIPTS.iter().map(|path| script(look, path));
    for scheduled in tables.chain(scripts).chain(std::iter::once_with(|| timer(look))) {
        match scheduled {
            Ok(true) => return Read::Measured(true),
            Ok(false) => {}
            Err(error) => refused = Some(error.reason()),
        }
    }
    refused.map_or(Read::Measured(false), Read::NotRead)
}

fn table(look: &Look<'_>, path: &str) -> Result<bool, ReadError> {
    Ok(look.read_if_there(path, SCHEDULE_MAX)?.is_some_and(|bytes| names_updater(&bytes)))
}

fn script(look: &Look<'_>, path: &str) -> Result<bool, ReadError> {
    let Some(bytes) = look.read_if_there(path, SCHEDULE_MAX)? else { return Ok(false) };
    Ok(names_updater(&bytes) && look.metadata(path)?.mode & EXECUTABLE != 0)
}

fn timer(look: &Look<'_>) -> Result<bool, ReadError> {
    if !look.exists(TIMER_ENABLED)? {
        return Ok(false);
    }
    match look.read_link(TIMER_MASK) {
        Ok(target) => Ok(target != Path::new("/dev/null")),
        Err(error) if error.is_not_there() || error.kind == ReadErrorKind::WrongKind => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether a line that is no comment runs freshclam; a variable that names it runs nothing.
pub fn names_updater(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(str::trim).any(|line| {
        let first = line.split_ascii_whitespace().next().unwrap_or_default();
        let sets = first.contains('=') && line.split_ascii_whitespace().nth(1).is_none();
        !line.starts_with('#') && !sets && line.split('#').next().is_some_and(|live| live.contains("freshclam"))
    })
}

/// When freshclam last reached its source, by its log. The signatures' own time would not tell: it stands
/// still while there is nothing new.
pub(super) fn last_success_time(
    look: &Look<'_>,
    options: &Result<Options, Reason>,
    zone: &Result<Zone, Reason>,
) -> Read<Option<Instant>> {
    find(look, options, zone).into()
}

fn find(
    look: &Look<'_>,
    options: &Result<Options, Reason>,
    zone: &Result<Zone, Reason>,
) -> Result<Option<Instant>, Reason> {
    let inconclusive = |detail: String| Reason::new(ReasonCode::Inconclusive, detail);
    let log = options
        .as_ref()
        .map_err(Clone::clone)?
        .first("UpdateLogFile")
        .ok_or_else(|| inconclusive("freshclam.conf names no UpdateLogFile".to_owned()))?;
    for path in [log.to_owned(), format!("{log}.1")] {
        let size = match look.metadata(&path) {
            Ok(metadata) => metadata.size.bytes(),
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Err(error.reason()),
        };
        let tail = look
            .read_part(&path, size.saturating_sub(TAIL_BYTES), Size::from_bytes(TAIL_BYTES))
            .map_err(|error| error.reason())?;
        match last_success(&tail) {
            LastSuccess::Never => {}
            LastSuccess::Untimed => return Err(inconclusive(format!("{path}: lines carry no time (LogTime)"))),
            LastSuccess::At(local) => {
                let instant = zone.as_ref().map_err(Clone::clone)?.instant(local);
                return instant
                    .map(Some)
                    .ok_or_else(|| inconclusive(format!("{path}: {local} fits no time of the zone")));
            }
        }
    }
    // Older logs may have been deleted, so that silence is no proof of never.
    Err(inconclusive(format!("{log}: no line tells of a success")))
}
