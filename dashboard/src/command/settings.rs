//! Settings that the command line brings.

use anyhow::Result;

use crate::policy::PolicySettings;
use crate::store::Store;
use crate::web::site::Agency;

/// Keeps the time servers and the agency's name that were given; without any, those kept before stay.
pub(super) async fn apply(store: &Store, time_references: &[String], agency: Option<&str>) -> Result<()> {
    let mut transaction = store.write().await?;
    if !time_references.is_empty() {
        let settings: PolicySettings = transaction.setting().await?.unwrap_or_default();
        transaction.set_setting(&PolicySettings { time_references: time_references.to_vec(), ..settings }).await?;
    }
    if let Some(name) = agency {
        transaction.set_setting(&Agency { name: name.to_owned() }).await?;
    }
    transaction.save().await?;
    Ok(())
}
