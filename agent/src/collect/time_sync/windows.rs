//! The topic on Windows.

use tenken_model::fact::time_sync::TimeSync;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<TimeSync> {
    unread(look)
}
