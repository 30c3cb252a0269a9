//! The topic on Windows.

use tenken_model::fact::boot_protection::BootProtection;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<BootProtection> {
    unread(look)
}
