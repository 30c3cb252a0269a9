//! `first-link`: the link that makes the first administrator.

use anyhow::Result;

use super::exit::Exit;
use super::listening::Reached;
use super::{PlaceArguments, now, print};
use crate::auth::first_run;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    reached: Reached,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let options = arguments.place.options()?;
    let place = options.place()?;
    let store = place.open().await?;
    let mut transaction = store.write().await?;
    if transaction.people().await? > 0 {
        return Ok(Exit::Done);
    }
    let base = arguments.reached.base(&place, options.names.as_deref())?;
    let (secret, link) = first_run::make(now())?;
    transaction.set_first_run(&link).await?;
    transaction.save().await?;
    print(&first_run::address(&base, &secret))?;
    Ok(Exit::Done)
}
