//! Settings that the command line brings.

use anyhow::Result;

use crate::policy::PolicySettings;
use crate::store::Store;

/// Keeps the time servers given; without any, those kept before stay.
pub(super) async fn apply(store: &Store, time_references: &[String]) -> Result<()> {
    if time_references.is_empty() {
        return Ok(());
    }
    let mut transaction = store.write().await?;
    let settings: PolicySettings = transaction.setting().await?.unwrap_or_default();
    transaction.set_setting(&PolicySettings { time_references: time_references.to_vec(), ..settings }).await?;
    transaction.save().await?;
    Ok(())
}
