//! Records that say that a channel was cleared.

use tenken_model::Size;
use tenken_model::fact::logs::{LogLoss, LogLossKind};

use crate::collect::event_record::EventRecord;

/// Who writes them.
pub const PROVIDER: &str = "Microsoft-Windows-Eventlog";
/// The Security channel was cleared; written to itself.
pub const SECURITY: u32 = 1102;
/// Another channel was cleared; written to System.
pub const OTHER: u32 = 104;

/// The loss of which a record tells. How large the channel was it does not say.
pub fn loss(record: &EventRecord) -> Option<LogLoss> {
    let log = match record.id {
        SECURITY => "Security".to_owned(),
        OTHER => record.value("Channel").unwrap_or("System").to_owned(),
        _ => return None,
    };
    let at = record.time?;
    Some(LogLoss {
        log,
        kind: LogLossKind::Cleared,
        noticed_at: at,
        last_seen: at,
        last_size: Size::from_bytes(0),
        reinstalled: false,
        restarted: false,
    })
}
