//! The topic on Windows.

use tenken_model::fact::certificates::Certificates;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Certificates> {
    unread(look)
}
