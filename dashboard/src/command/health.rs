//! `health`: whether the running dashboard works, for what restarts it when it does not.

use anyhow::Result;

use super::exit::Exit;
use super::listening::Listening;
use super::{PlaceArguments, Spoken, print};
use crate::doctor::{Standing, judge, look};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    spoken: Spoken,
}

/// Asks it as a browser does, and where it listens for monitoring also whether it is ready. Nothing else is looked at, so that it can
/// be asked every few seconds.
pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let options = arguments.place.options()?;
    let data = options.place()?.data;
    let listening = Listening::read(&data).ok();
    let (people, metrics) = listening.map_or((None, None), |listening| (Some(listening.people), listening.metrics));
    let name = options.names.as_ref().and_then(|names| names.first()).map_or("localhost", String::as_str);
    let (service, _) = look::running::service(&data, people, metrics, name).await;
    let answer = judge::service(&service);
    print(arguments.spoken.language().of(&answer.says))?;
    Ok(if answer.standing == Standing::Ok { Exit::Done } else { Exit::Failed })
}
