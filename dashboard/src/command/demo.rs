//! `demo`: a year of an agency that does not exist, to look at.

use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_model::Instant;

use super::exit::Exit;
use super::{Place, PlaceArguments, Spoken, catalog, checklist, now, print};
use crate::auth::invitation;
use crate::demo::{self, Plan};

/// The fewest and most days: with fewer it has not everything, with more it takes minutes.
const DAYS: RangeInclusive<u64> = 100..=1_100;
/// The most hosts: more than any agency has, and still made within minutes.
const HOSTS_MAX: u64 = 10_000;
/// Where it is said to be served, if nothing else is asked for.
const ADDRESS: &str = "http://127.0.0.1:7743";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// How many hosts it has
    #[arg(long, value_name = "NUMBER", default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..=HOSTS_MAX))]
    hosts: u64,
    /// How many days it goes back
    #[arg(long, value_name = "NUMBER", default_value_t = 365, value_parser = clap::value_parser!(u64).range(DAYS))]
    days: u64,
    /// What chance begins with: the same number gives the same year
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// The last day of its year, as 2026-11-26; otherwise it goes up to now
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// The address at which it will be served
    #[arg(long, value_name = "URL", default_value = ADDRESS)]
    address: String,
    #[command(flatten)]
    spoken: Spoken,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let (place, language) = (arguments.place.place()?, arguments.spoken.language());
    if place.database.is_none() && !is_empty_folder(&place.data)? {
        bail!("{}: the folder is not empty; a demonstration is only made in an empty one", place.data.display());
    }
    let begun = now();
    let until = arguments.until.map_or(begun, |day| end_of_work(day).min(begun));
    let store = place.open().await?;
    let plan = Plan { hosts: arguments.hosts, days: arguments.days, seed: arguments.seed, until };
    let told = |progress: demo::Progress| {
        if progress.done.is_multiple_of(20) || progress.done == progress.days {
            let _closed = print(&language.demo_progress(&progress.day.to_string(), progress.done, progress.days));
        }
    };
    demo::fill(&store, &catalog()?, &checklist()?, plan, told).await?;
    let invited = demo::invite(&store, now()).await?;
    store.close().await;

    let seconds = (now() - begun).num_seconds().to_string();
    print(&language.demo_done(arguments.hosts, &seconds))?;
    let named = named(&place);
    let local = arguments.address.trim_start_matches("http://");
    print(&format!(
        "  tenken-dashboard serve {named} --agents 127.0.0.1:7741 --people 127.0.0.1:7742 --local {local}"
    ))?;
    print(&language.demo_sign_in())?;
    print(&format!("  {}", invitation::address(&arguments.address, &invited.secret)))?;
    let again = format!("tenken-dashboard reset {} {named} --address {}", invited.name, arguments.address);
    print(&language.demo_sign_in_again(&again))?;
    Ok(Exit::Done)
}

/// The place as other commands are told it.
fn named(place: &Place) -> String {
    let data = format!("--data {}", place.data.display());
    place.database.as_ref().map_or_else(|| data.clone(), |_| format!("{data} --database …"))
}

/// There is nothing in the folder, or no such folder.
fn is_empty_folder(folder: &Path) -> Result<bool> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("reading {}", folder.display())),
    }
}

/// Half past five in the afternoon of a day in Japan.
fn end_of_work(day: NaiveDate) -> Instant {
    japan::end_of(day) - chrono::TimeDelta::minutes(390)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_with_nothing_in_it_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        assert!(is_empty_folder(folder.path()).unwrap());
        assert!(is_empty_folder(&folder.path().join("none")).unwrap());
        std::fs::write(folder.path().join("x"), "").unwrap();
        assert!(!is_empty_folder(folder.path()).unwrap());
        assert!(is_empty_folder(&folder.path().join("x")).is_err(), "a file");
    }

    #[test]
    fn the_last_day_ends_before_the_agency_closes() {
        let end = end_of_work(NaiveDate::from_ymd_opt(2026, 11, 26).unwrap());
        assert_eq!(end.to_string(), "2026-11-26 08:30:00 UTC");
    }
}
