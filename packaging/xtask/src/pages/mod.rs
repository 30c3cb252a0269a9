//! What the dashboard's pages cost: how long they take and how much they weigh, with a small and with a large fleet.
//!
//! Every address that can be read is measured, or named as no page, so that no page is forgotten. The time of one request at a
//! time has to keep to the limit; that of eight at once depends on how many cores there are and is told.

mod client;
mod crawl;
mod figures;
mod fleet;
mod routes;
mod second_factor;
mod shots;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process::{cargo, must, target};
use crate::report::line;
use crate::workspace;
use client::Client;
use crawl::{Page, Visitors, crawl, crawl_what_there_is, sign_in};
use figures::{Figures, Limits, measure, over, table};
use fleet::Fleet;
use second_factor::Confirmed;

/// What a page may take, and weigh.
const GOAL: Limits = Limits { within: Duration::from_millis(100), bytes: 200_000 };
/// It has every page; a year of more hosts takes minutes in a program that is built for looking for faults.
const QUICK_FLEET: Fleet = Fleet { hosts: 10, days: 120 };
/// What a page may take in a program that is built for looking for faults, on a machine that does other things too.
const QUICK: Limits = Limits { within: Duration::from_secs(3), bytes: GOAL.bytes };

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many hosts the fleets have
    #[arg(long, value_name = "NUMBER", num_args = 1.., default_values_t = [40, 2_000])]
    hosts: Vec<u64>,
    /// How often each page is asked for
    #[arg(long, value_name = "NUMBER", default_value_t = 40)]
    requests: usize,
    /// Measures how many reports the largest fleet's dashboard takes in a second, in place of pages
    #[arg(long)]
    reports: bool,
    /// Measures this program, whichever pages it has, in place of one that is built from this tree
    #[arg(long, value_name = "PROGRAM")]
    dashboard: Option<PathBuf>,
    /// Takes pictures of every page into a folder, in place of measuring
    #[arg(long, value_name = "FOLDER", conflicts_with = "reports")]
    shots: Option<PathBuf>,
}

/// Builds the dashboard as it is shipped and measures every page.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let dashboard = if let Some(program) = &arguments.dashboard {
        program.clone()
    } else {
        routes::check()?;
        line("Building the dashboard as it is shipped ...");
        must(cargo()?.args(["build", "--locked", "--quiet", "--release", "-p", "tenken-dashboard"]))?;
        target()?.join("release/tenken-dashboard")
    };
    let find = if arguments.dashboard.is_some() { crawl_what_there_is } else { crawl };
    if let Some(folder) = &arguments.shots {
        return shots::take(&dashboard, folder);
    }
    if arguments.reports {
        return reports(&dashboard, arguments.hosts.iter().copied().max().unwrap_or(1));
    }
    let fleets: Vec<Fleet> = arguments.hosts.iter().copied().map(Fleet::of).collect();
    judge(&dashboard, &fleets, arguments.requests, GOAL, find)
}

/// Weighs the pages of a small fleet, part of `cargo xtask test`: what a page weighs does not depend on how it is built.
pub(crate) fn quick() -> Result<()> {
    routes::check()?;
    workspace::build()?;
    let dashboard: PathBuf = target()?.join("debug/tenken-dashboard");
    judge(&dashboard, &[QUICK_FLEET], 1, QUICK, crawl)
}

/// How pages are found.
type Find = fn(&Visitors) -> Result<BTreeMap<&'static str, Vec<Page>>>;

/// Builds and runs what hands reports to the store of a demonstration.
fn reports(dashboard: &Path, hosts: u64) -> Result<()> {
    let folder = fleet::made(dashboard, Fleet::of(hosts))?;
    let bench = ["run", "--locked", "--quiet", "--release", "-p", "tenken-tests", "--bin", "tenken-reports", "--"];
    must(cargo()?.args(bench).arg(folder))
}

/// Who looks at the pages of a dashboard.
fn visitors(address: &str, cookies: &str) -> Visitors {
    let outside = Client { address: address.to_owned(), cookies: String::new() };
    Visitors { inside: Client { cookies: cookies.to_owned(), ..outside.clone() }, outside }
}

fn judge(dashboard: &Path, fleets: &[Fleet], requests: usize, limits: Limits, find: Find) -> Result<()> {
    let mut measured = Vec::new();
    for fleet in fleets {
        measured.push((fleet.hosts, of_fleet(dashboard, *fleet, requests, find)?));
    }
    table(&measured);
    let over: Vec<String> = measured.iter().flat_map(|(hosts, figures)| over(*hosts, figures, limits)).collect();
    if over.is_empty() {
        line(format_args!(
            "Every page takes less than {} ms at the 95th percentile and weighs less than {} kB.",
            limits.within.as_millis(),
            limits.bytes / 1_000
        ));
        return Ok(());
    }
    for told in &over {
        line(told);
    }
    bail!("pages: {} over the limit", over.len())
}

fn of_fleet(dashboard: &Path, fleet: Fleet, requests: usize, find: Find) -> Result<BTreeMap<&'static str, Figures>> {
    let served = fleet::serve(dashboard, fleet)?;
    let cookies = sign_in(&served.address, &served.link)?;
    let visitors = visitors(&served.address, &cookies);
    let mut confirmed = Confirmed::set_up(&visitors.inside)?;
    let pages = find(&visitors)?;
    line(format_args!("{} pages of {} hosts ...", pages.values().map(Vec::len).sum::<usize>(), served.hosts));
    let measured = pages.iter().map(|(route, pages)| {
        confirmed.keep(&visitors.inside)?;
        Ok((*route, measure(&visitors, pages, requests, served.pid())?))
    });
    measured.collect()
}
