//! `token`: a token for one host, or for those of a roll-out.

use anyhow::{Context as _, Result};
use tenken_model::Span;

use super::exit::Exit;
use super::{PlaceArguments, now, print};
use crate::auth::people::CONSOLE;
use crate::authority::Authority;
use crate::enrol::{self, HOSTS_MAX, TokenTerms};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// How many hosts it lets in: whoever has it can add hosts until so many came by it
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(HOSTS_MAX)))]
    hosts: u32,
    /// How long it works, from `1h` to `14d`
    #[arg(long, value_name = "DURATION", default_value_t = enrol::TOKEN_VALID)]
    valid: Span,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let terms = TokenTerms::new(arguments.hosts, arguments.valid)
        .with_context(|| format!("--valid {}: write from 1h to 14d", arguments.valid))?;
    let place = arguments.place.place()?;
    let store = place.open().await?;
    let authority = Authority::open(&place.data, &store, now()).await?;
    let made = enrol::make_token(&store, &authority, terms, CONSOLE, now()).await?;
    print(&made.token.to_string())?;
    Ok(Exit::Done)
}
