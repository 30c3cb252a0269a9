//! The topic on Windows.

use tenken_model::fact::written_secrets::WrittenSecrets;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs, unread};

/// Reads the topic on Windows.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<WrittenSecrets> {
    unread(look)
}
