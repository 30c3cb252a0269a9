//! `first-link`: the link that makes the first administrator.

use std::process::ExitCode;

use anyhow::Result;

use super::listening::Reached;
use super::{Place, now, print};
use crate::auth::first_run;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    reached: Reached,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let store = arguments.place.open().await?;
    let mut transaction = store.write().await?;
    if transaction.people().await? > 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let base = arguments.reached.base(&arguments.place)?;
    let (secret, link) = first_run::make(now())?;
    transaction.set_first_run(&link).await?;
    transaction.save().await?;
    print(&first_run::address(&base, &secret))?;
    Ok(ExitCode::SUCCESS)
}
