//! How long pages take, and the table of it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::client::Coding;
use super::crawl::{Page, Visitors};
use crate::report::line;

/// How many ask at once when it is measured how pages are under load.
const AT_ONCE: usize = 8;
/// Requests that are not counted.
const WARM_UP: usize = 3;
/// What processor time is read in: ticks a second of Linux's user interface (USER_HZ).
const TICKS: u64 = 100;

/// What a page may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The 95th percentile of one request at a time.
    pub(super) within: Duration,
    /// Bytes of the page with all it loads, as the browser reads them.
    pub(super) bytes: usize,
}

/// Times in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) median: Duration,
    pub(super) p95: Duration,
    pub(super) max: Duration,
}

impl Times {
    /// Of single times; none if there is none.
    fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let at = |per_cent: usize| times.get((times.len() * per_cent).div_ceil(100).saturating_sub(1)).copied();
        Some(Self { median: at(50)?, p95: at(95)?, max: at(100)? })
    }
}

/// What the pages of a route cost.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    /// How many were looked at.
    pub(super) pages: usize,
    /// The heaviest.
    pub(super) heaviest: Page,
    /// The slowest, one request at a time.
    pub(super) slowest: (String, Times),
    /// What one of these requests cost the dashboard's processor.
    pub(super) cpu: Duration,
    /// The same when several ask at once.
    pub(super) at_once: Times,
}

/// Measures the heaviest page of a route, and the one that took longest when it was looked at first.
pub(super) fn measure(visitors: &Visitors, pages: &[Page], requests: usize, pid: u32) -> Result<Figures> {
    let heaviest = pages.iter().max_by_key(|page| page.decoded).context("a route without pages")?;
    let late = pages.iter().max_by_key(|page| page.first).context("a route without pages")?;
    let measured = |page: &Page| -> Result<(Times, Duration)> {
        let before = ticks(pid)?;
        let times = one_by_one(visitors, page, requests)?;
        let millis = ticks(pid)?.saturating_sub(before).saturating_mul(1_000) / TICKS;
        let asked = u32::try_from(requests + WARM_UP).unwrap_or(u32::MAX);
        Ok((times, Duration::from_millis(millis) / asked))
    };
    let (times, mut cpu) = measured(heaviest)?;
    let mut slowest = (heaviest, times);
    if late.address != heaviest.address {
        let (times, of_late) = measured(late)?;
        if times.p95 > slowest.1.p95 {
            (slowest, cpu) = ((late, times), of_late);
        }
    }
    let at_once = at_once(visitors, slowest.0, requests)?;
    let slowest = (slowest.0.address.clone(), slowest.1);
    Ok(Figures { pages: pages.len(), heaviest: heaviest.clone(), slowest, cpu, at_once })
}

/// The processor time of a program so far, in [`TICKS`].
fn ticks(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/stat");
    let stat = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    // After the name in brackets: state, ten more numbers, then user and system time (proc_pid_stat(5)).
    let times = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    Ok(times.filter_map(|word| word.parse::<u64>().ok()).sum())
}

fn ask(visitors: &Visitors, page: &Page) -> Result<Duration> {
    let client = if page.outside { &visitors.outside } else { &visitors.inside };
    let answer = client.get(&page.address, Coding::Gzip)?;
    if answer.status != 200 {
        bail!("{} gave {}", page.address, answer.status);
    }
    Ok(answer.took)
}

fn one_by_one(visitors: &Visitors, page: &Page, requests: usize) -> Result<Times> {
    for _ in 0..WARM_UP {
        ask(visitors, page)?;
    }
    let times: Result<Vec<Duration>> = (0..requests).map(|_| ask(visitors, page)).collect();
    Times::of(times?).context("no request was made")
}

fn at_once(visitors: &Visitors, page: &Page, requests: usize) -> Result<Times> {
    let each = requests.div_ceil(AT_ONCE);
    let times: Result<Vec<Vec<Duration>>> = std::thread::scope(|scope| {
        let several: Vec<_> =
            (0..AT_ONCE).map(|_| scope.spawn(|| (0..each).map(|_| ask(visitors, page)).collect())).collect();
        let ended = several.into_iter().map(|one| one.join().map_err(|_| anyhow::anyhow!("a visitor panicked"))?);
        ended.collect()
    });
    Times::of(times?.concat()).context("no request was made")
}

/// Prints what the pages of each route cost with the first fleet and with each further one, beside the first.
pub(super) fn table(fleets: &[(u64, BTreeMap<&'static str, Figures>)]) {
    let first = fleets.first().map(|(_, figures)| figures);
    for (hosts, figures) in fleets {
        line(format_args!("\n{hosts} hosts: of each page the heaviest, and the slowest of those that were looked at"));
        line(format_args!(
            "{:<32} {:>5} {:>8} {:>8}  {:>7} {:>7} {:>7} {:>7}  {:>9} {:>6}",
            "page", "seen", "kB sent", "kB read", "median", "p95", "max", "CPU", "p95 of 8", "ratio"
        ));
        for (route, cost) in figures {
            let (median, p95, max) = (cost.slowest.1.median, cost.slowest.1.p95, cost.slowest.1.max);
            let before = first.and_then(|first| first.get(route)).map(|before| before.slowest.1.median);
            let ratio = before.map_or(0.0, |before| median.as_secs_f64() / before.as_secs_f64().max(1e-6));
            line(format_args!(
                "{route:<32} {:>5} {:>8} {:>8}  {:>7} {:>7} {:>7} {:>7}  {:>9} {ratio:>6.1}",
                cost.pages,
                thousands(cost.heaviest.sent),
                thousands(cost.heaviest.decoded),
                millis(median),
                millis(p95),
                millis(max),
                millis(cost.cpu),
                millis(cost.at_once.p95)
            ));
        }
    }
    line("Times are in ms; ratio is the median beside that of the first fleet.");
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

fn thousands(bytes: usize) -> String {
    format!("{}.{}", bytes / 1_000, bytes % 1_000 / 100)
}

/// What is over a limit, in sentences.
pub(super) fn over(hosts: u64, figures: &BTreeMap<&'static str, Figures>, limits: Limits) -> Vec<String> {
    let mut over = Vec::new();
    for (route, cost) in figures {
        let (address, times) = &cost.slowest;
        if times.p95 >= limits.within {
            over.push(format!(
                "{hosts} hosts, {route}: {address} takes {} ms at the 95th percentile",
                millis(times.p95)
            ));
        }
        if cost.heaviest.decoded >= limits.bytes {
            let (address, weight) = (&cost.heaviest.address, thousands(cost.heaviest.decoded));
            over.push(format!("{hosts} hosts, {route}: {address} weighs {weight} kB"));
        }
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = |count: u64| Times::of((1..=count).rev().map(Duration::from_millis).collect()).unwrap();
        let of = |millis: [u64; 3]| {
            let [median, p95, max] = millis.map(Duration::from_millis);
            Times { median, p95, max }
        };
        assert_eq!(times(40), of([20, 38, 40]));
        assert_eq!(times(1), of([1, 1, 1]));
        assert_eq!(times(20), of([10, 19, 20]));
        assert_eq!(Times::of(Vec::new()), None);
    }
}
