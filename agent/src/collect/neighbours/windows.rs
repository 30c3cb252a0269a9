//! The topic on Windows.

use tenken_model::fact::neighbours::Neighbours;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Neighbours> {
    unread(look)
}
