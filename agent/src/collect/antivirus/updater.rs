//! ClamAV's updater: does it run, and when did it last reach its source.

use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::freshclam_log::{LastSuccess, TAIL_BYTES, last_success};
use super::options::Options;
use super::time_zone::Zone;
use crate::collect::Look;

/// Files by which cron or a timer runs freshclam where it is no service.
const SCHEDULES: &[&str] = &[
    "/etc/cron.d/clamav-freshclam",
    "/etc/cron.d/clamav-update",
    "/etc/cron.daily/freshclam",
    "/etc/cron.hourly/freshclam",
    "/etc/systemd/system/timers.target.wants/clamav-freshclam-once.timer",
];

/// Whether freshclam is alive or scheduled.
pub(super) fn running(look: &Look<'_>, process: &Read<bool>) -> Read<bool> {
    let mut refused = match process {
        Read::Measured(true) => return Read::Measured(true),
        Read::Measured(false) => None,
        Read::NotRead(reason) => Some(reason.clone()),
    };
    for path in SCHEDULES {
        match look.exists(path) {
            Ok(true) => return Read::Measured(true),
            Ok(false) => {}
            Err(error) => refused = Some(error.reason()),
        }
    }
    refused.map_or(Read::Measured(false), Read::NotRead)
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
