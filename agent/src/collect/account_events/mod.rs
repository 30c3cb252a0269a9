//! What happened with the accounts of a host, by its logs.

use tenken_model::fact::account_events::AccountEvents;
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode};

use super::{Look, Needs};

/// Reads what the logs of this host tell of its accounts.
pub fn collect(_look: &Look<'_>, _needs: &Needs) -> Outcome<AccountEvents> {
    Outcome::Failed(Reason::new(ReasonCode::Unsupported, "read the logs: not yet supported"))
}
