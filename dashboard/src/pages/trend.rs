//! How items stood over twelve months: a plot of all of them, and the strip of one. Drawn on the server, as shapes without a
//! script, and said in words beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Datelike as _, NaiveDate};
use tenken_engine::item::ItemState;
use tenken_model::Language;

use super::moment::date;
use super::state::{Mark, Shown as _};
use crate::store::{DayCounts, Standing};
use crate::trend::{Axis, Step, months, steps};

/// How high the plot is in its own units.
const HEIGHT: u64 = 900;

/// The plot of all items.
#[derive(Debug, Template)]
#[template(path = "trend.html")]
pub struct Plot {
    t: Language,
    bands: Vec<Band>,
    gaps: Vec<Gap>,
    ticks: Vec<Tick>,
    rows: Vec<Row>,
    total: u64,
}

impl HtmlSafe for Plot {}

/// What stands one way, as a shape.
#[derive(Debug)]
struct Band {
    standing: Standing,
    path: String,
    now: u64,
}

/// Days that were not recorded, as a shape.
#[derive(Debug, Clone)]
struct Gap {
    begins: usize,
    width: usize,
}

/// A month below the axis.
#[derive(Debug, Clone)]
struct Tick {
    short: String,
    year: Option<i32>,
}

/// A month in words.
#[derive(Debug)]
struct Row {
    month: String,
    counts: Option<Vec<u64>>,
    hosts: String,
    worst: String,
    missing: usize,
}

/// How a standing is shown.
trait Toned {
    fn tone(self) -> &'static str;
    fn label(self, language: Language) -> String;
}

impl Toned for Standing {
    fn tone(self) -> &'static str {
        match self {
            Self::Attention => "bad",
            Self::Unknown => "unsure",
            Self::Unproven => "plain",
            Self::Planned => "info",
            Self::Ending => "warn",
            Self::Met => "good",
        }
    }

    fn label(self, language: Language) -> String {
        match self {
            Self::Attention => language.standing_attention(),
            Self::Unknown => language.standing_unknown(),
            Self::Unproven => language.standing_unproven(),
            Self::Planned => language.standing_planned(),
            Self::Ending => language.standing_ending(),
            Self::Met => language.standing_met(),
        }
    }
}

impl Plot {
    /// The plot of what was kept of each day.
    pub fn new(axis: &Axis, kept: &[DayCounts], t: Language) -> Self {
        let by_day: BTreeMap<NaiveDate, &DayCounts> = kept.iter().map(|counts| (counts.day, counts)).collect();
        let items = |day: NaiveDate| by_day.get(&day).map(|counts| counts.items.clone());
        let steps = steps(axis, items);
        let total = kept.iter().map(DayCounts::total).max().unwrap_or(0);
        let newest = kept.last();
        let bands = Standing::ALL.iter().map(|standing| Band {
            standing: *standing,
            path: band(*standing, &steps, total),
            now: newest.map_or(0, |counts| counts.count(*standing)),
        });
        Self {
            t,
            bands: bands.filter(|band| !band.path.is_empty()).collect(),
            gaps: gaps(&steps),
            ticks: ticks(axis, t),
            rows: rows(axis, &by_day, t),
            total,
        }
    }

    fn is_empty(&self) -> bool {
        self.bands.is_empty()
    }

    fn middle(&self) -> u64 {
        self.total / 2
    }

    fn columns(&self) -> impl Iterator<Item = (&'static str, String)> {
        let t = self.t;
        Standing::ALL.iter().rev().map(move |standing| (standing.tone(), standing.label(t)))
    }
}

impl Band {
    fn tone(&self) -> &'static str {
        self.standing.tone()
    }

    fn label(&self, language: Language) -> String {
        self.standing.label(language)
    }
}

/// The rectangles of one standing, each above what is worse than it.
fn band(standing: Standing, steps: &[Step<BTreeMap<Standing, u64>>], total: u64) -> String {
    let high = |count: u64| (count * HEIGHT).checked_div(total).unwrap_or(0);
    let mut path = String::new();
    for step in steps {
        let Some(items) = &step.value else { continue };
        let below: u64 = items.iter().filter(|(other, _)| **other < standing).map(|(_, count)| *count).sum();
        let count = items.get(&standing).copied().unwrap_or(0);
        let (top, bottom) = (HEIGHT.saturating_sub(high(below + count)), HEIGHT.saturating_sub(high(below)));
        if count > 0 {
            // Writing to memory does not fail.
            let _written = write!(path, "M{} {top}H{}V{bottom}H{}z", step.begins, step.ends, step.begins);
        }
    }
    path
}

fn gaps<T>(steps: &[Step<T>]) -> Vec<Gap> {
    let missing = steps.iter().filter(|step| step.value.is_none());
    missing.map(|step| Gap { begins: step.begins, width: step.ends - step.begins }).collect()
}

fn ticks(axis: &Axis, t: Language) -> Vec<Tick> {
    let tick = |first: NaiveDate| Tick {
        short: t.trend_month_short(first.month()),
        year: (first.month() == 1 || first == axis.from()).then(|| first.year()),
    };
    axis.months.iter().map(|month| tick(month.first)).collect()
}

fn rows(axis: &Axis, by_day: &BTreeMap<NaiveDate, &DayCounts>, t: Language) -> Vec<Row> {
    let row = |row: crate::trend::MonthRow<'_>| Row {
        month: t.trend_month(row.first.year(), row.first.month()),
        counts: row.last.map(|counts| Standing::ALL.iter().rev().map(|standing| counts.count(*standing)).collect()),
        hosts: row.last.map_or_else(String::new, |counts| format!("{}/{}", counts.reporting, counts.hosts)),
        worst: row.worst.map_or_else(String::new, |worst| {
            t.trend_worst(worst.holding(), &t.short_day(worst.day.year(), worst.day.month(), worst.day.day()))
        }),
        missing: row.missing,
    };
    months(axis, by_day).into_iter().map(row).collect()
}

/// The strip of one item.
#[derive(Debug, Clone, Template)]
#[template(path = "strip.html")]
pub struct Strip {
    t: Language,
    spans: Vec<Span>,
    gaps: Vec<Gap>,
    ticks: Vec<Tick>,
    is_empty: bool,
}

impl HtmlSafe for Strip {}

/// Days in a row on which an item had one state.
#[derive(Debug, Clone)]
struct Span {
    begins: usize,
    width: usize,
    tone: &'static str,
    mark: Option<Mark>,
    when: String,
}

impl Strip {
    /// The strip of the states that were kept of each day.
    pub fn new(axis: &Axis, kept: &BTreeMap<NaiveDate, ItemState>, t: Language) -> Self {
        let steps = steps(axis, |day| kept.get(&day).copied());
        let begun = kept.keys().next().copied();
        // What was before the first record is no gap to tell of in words.
        let told = steps.iter().filter(|step| begun.is_some_and(|begun| step.last >= begun));
        let span = |step: &Step<ItemState>| Span {
            begins: step.begins,
            width: step.ends - step.begins,
            tone: step.value.map_or("gap", |state| state.tone()),
            mark: step.value.map(|state| state.mark(t)),
            when: if step.first == step.last {
                t.strip_day(&date(t, step.first))
            } else {
                t.strip_span(&date(t, step.first), &date(t, step.last))
            },
        };
        let spans = told.map(span).collect();
        Self { t, spans, gaps: gaps(&steps), ticks: ticks(axis, t), is_empty: kept.is_empty() }
    }

    fn drawn(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| span.mark.is_some())
    }

    /// In words, the newest first.
    fn told(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use tenken_calendar::WorkingCalendar;
    use tenken_model::Instant;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_stands_worse_lies_below_and_together_they_fill_the_height() {
        let axis = Axis::until(day("2026-11-26"), &WorkingCalendar::default());
        let items = BTreeMap::from([(Standing::Attention, 9), (Standing::Unknown, 1), (Standing::Met, 80)]);
        let kept =
            [DayCounts { day: day("2026-11-26"), recorded_at: Instant::UNIX_EPOCH, hosts: 3, reporting: 2, items }];
        let plot = Plot::new(&axis, &kept, Language::Japanese);
        let heights: Vec<(&str, String)> = plot
            .bands
            .iter()
            .map(|band| {
                (
                    band.tone(),
                    band.path.split(['M', ' ', 'H', 'V']).skip(2).step_by(2).take(2).collect::<Vec<_>>().join(" "),
                )
            })
            .collect();
        let expected = [("bad", "810 900"), ("unsure", "800 810"), ("good", "0 800")];
        assert_eq!(heights, expected.map(|(tone, heights)| (tone, heights.to_owned())));
        assert_eq!(plot.gaps.len(), 1, "all days before");
        let html = plot.render().unwrap();
        assert!(html.contains("2/3") && html.contains("80(2026/11/26)"), "{html}");
        assert!(Plot::new(&axis, &[], Language::English).render().unwrap().contains("Recording begins today"));
    }

    #[test]
    fn a_strip_tells_its_gaps_but_not_the_time_before_it_began() {
        let axis = Axis::until(day("2026-11-26"), &WorkingCalendar::default());
        let kept = BTreeMap::from([(day("2026-11-20"), ItemState::Met), (day("2026-11-25"), ItemState::Drift)]);
        let strip = Strip::new(&axis, &kept, Language::Japanese);
        let told: Vec<(&str, &str)> = strip.told().map(|span| (span.tone, span.when.as_str())).collect();
        let expected = [("bad", "2026年11月25日"), ("gap", "2026年11月24日"), ("good", "2026年11月20日")];
        assert_eq!(told, expected);
        assert_eq!((strip.drawn().count(), strip.gaps.len()), (2, 2));
    }
}
