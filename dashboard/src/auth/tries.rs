//! Tries of passwords and codes, counted in the store.

use tenken_model::{Instant, Span};

use super::origin::Origin;
use crate::store::{StoreError, Transaction};

/// Counts a try before it is looked at, so that many at once are no more than one after the other; how long to wait, if it
/// may not be made. A right one takes the counts back.
pub(super) async fn count(
    transaction: &mut Transaction,
    name: &str,
    from: &[Origin],
    now: Instant,
) -> Result<Option<Span>, StoreError> {
    for origin in from {
        let failures = transaction.failures(name, *origin).await?;
        if let Some(wait) = failures.wait(now) {
            return Ok(Some(wait));
        }
        transaction.set_failures(name, *origin, failures.more(now)).await?;
    }
    Ok(None)
}
