//! `reset`: a way back in for a person whom nobody else can reset, such as the last administrator.

use anyhow::Result;

use super::exit::Exit;
use super::listening::Reached;
use super::{PlaceArguments, now, print};
use crate::auth::{invitation, people};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The user name
    person: String,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    reached: Reached,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let options = arguments.place.options()?;
    let place = options.place()?;
    let store = place.open().await?;
    let base = arguments.reached.base(&place, options.names.as_deref())?;
    let invited = people::reset_on_console(&store, &arguments.person, now()).await?;
    print(&invitation::address(&base, &invited.secret))?;
    Ok(Exit::Done)
}
