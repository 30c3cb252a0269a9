//! `costs`: what reading each topic costs this host.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use tenken_model::{Language, Topic};

use super::{print, source};
use crate::gather::gather;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How often each topic is read; the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    runs: u16,
    #[command(flatten)]
    source: source::Arguments,
}

/// What reading one topic costs.
struct Row {
    topic: Topic,
    wall: Duration,
    cpu: Duration,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let source = source::Source::open(&arguments.source, language)?;
    let mut rows: Vec<Row> = Topic::ALL.iter().map(|topic| measured(*topic, &source, arguments.runs)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.cpu));
    print(&table(&rows, language))?;
    Ok(ExitCode::SUCCESS)
}

fn measured(topic: Topic, source: &source::Source, runs: u16) -> Row {
    let costs: Vec<_> = (0..runs).map(|_| gather(topic, source.host.as_ref(), &source.needs).cost).collect();
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let wall = median(costs.iter().map(|cost| cost.wall).collect());
    Row { topic, wall, cpu: median(costs.iter().map(|cost| cost.cpu).collect()) }
}

fn table(rows: &[Row], language: Language) -> String {
    let (wall, cpu): (Duration, Duration) =
        (rows.iter().map(|row| row.wall).sum(), rows.iter().map(|row| row.cpu).sum());
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header([language.costs_topic(), language.costs_wall(), language.costs_cpu(), language.costs_share()]);
    for row in rows {
        let share = row.cpu.as_nanos() * 1_000 / cpu.as_nanos().max(1);
        let share = format!("{}.{}", share / 10, share % 10);
        table.add_row([row.topic.name().to_owned(), millis(row.wall), millis(row.cpu), share]);
    }
    table.add_row([language.costs_all(), millis(wall), millis(cpu), "100.0".to_owned()]);
    table.to_string()
}

fn millis(time: Duration) -> String {
    format!("{}.{:02}", time.as_millis(), time.as_micros() % 1_000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_topics_together() {
        let row = |topic, cpu| Row { topic, wall: Duration::from_micros(2_345), cpu: Duration::from_micros(cpu) };
        let text = table(&[row(Topic::Accounts, 3_000), row(Topic::System, 1_000)], Language::English);
        for part in ["accounts", "75.0", "25.0", "2.34", "4.69", "4.00"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}
