//! Older protocols of its network that Windows speaks. Other systems have none of these: what they share by SMB is in
//! [`crate::collect::shares`].

pub mod windows;

use tenken_model::fact::network_protocols::NetworkProtocols;
use tenken_model::observation::Outcome;
use tenken_model::{Language, Topic};

use super::{Look, Needs};

/// Absent on a host that is no Windows.
pub fn collect(_look: &Look<'_>, _needs: &Needs) -> Outcome<NetworkProtocols> {
    Outcome::Absent(Language::English.absent(Topic::NetworkProtocols))
}
