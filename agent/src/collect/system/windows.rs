//! The topic on Windows.

use tenken_model::fact::system::System;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<System> {
    unread(look)
}
