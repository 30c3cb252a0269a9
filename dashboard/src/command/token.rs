//! `token`: a token for one host.

use std::process::ExitCode;

use anyhow::Result;

use super::{PlaceArguments, now, print};
use crate::auth::people::CONSOLE;
use crate::authority::Authority;
use crate::enrol;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let place = arguments.place.place()?;
    let store = place.open().await?;
    let authority = Authority::open(&place.data, &store, now()).await?;
    let made = enrol::make_token(&store, &authority, CONSOLE, now()).await?;
    print(&made.token.to_string())?;
    Ok(ExitCode::SUCCESS)
}
