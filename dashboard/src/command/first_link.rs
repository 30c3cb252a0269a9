//! `first-link`: the link that makes the first administrator.

use std::process::ExitCode;

use anyhow::Result;

use super::listening::Listening;
use super::{Place, now, print};
use crate::auth::first_run;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The dashboard's address as browsers reach it; otherwise where it listens
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let store = arguments.place.open().await?;
    let mut transaction = store.write().await?;
    if transaction.people().await? > 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let base = if let Some(address) = &arguments.address {
        address.clone()
    } else {
        let listening = Listening::read(&arguments.place.data)?;
        listening.local.map_or_else(|| format!("https://{}", listening.people), |local| format!("http://{local}"))
    };
    let (secret, link) = first_run::make(now())?;
    transaction.set_first_run(&link).await?;
    transaction.save().await?;
    print(&first_run::address(&base, &secret))?;
    Ok(ExitCode::SUCCESS)
}
