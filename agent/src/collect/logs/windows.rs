//! The event log of Windows.

use tenken_model::fact::logs::Logs;
use tenken_model::observation::Outcome;

use super::memory::LogMemory;
use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows, with what is remembered of the channels.
pub fn collect_after(
    look: &Look<'_>,
    _needs: &Needs,
    _before: Option<&LogMemory>,
) -> (Outcome<Logs>, Option<LogMemory>) {
    (unread(look), None)
}
