//! The overview: the whole checklist in the order of the form, and what to do first.

use std::collections::BTreeMap;

use askama::Template;
use tenken_engine::Catalog;
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_engine::item::{ItemState, ItemStatus};
use tenken_model::{Instant, ItemId, Language};

use super::Chrome;
use super::chrome::Place;
use super::finding::called;
use super::moment;
use super::state::{Mark, Shown as _};
use super::trend::Plot;
use super::words::{self, Named as _};
use crate::store::DriftLine;

/// The most items that are listed as urgent; the rest are in the table below.
const ATTENTION_MAX: usize = 8;

/// The most new drifts that are listed.
const NEWS_MAX: usize = 4;

/// Which items are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those of a state.
    State(ItemState),
    /// Those for which somebody has to do something now.
    Attention,
}

impl Filter {
    /// The filter of that word in addresses.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "attention" { Some(Self::Attention) } else { ItemState::from_word(word).map(Self::State) }
    }

    fn takes(self, state: ItemState) -> bool {
        match self {
            Self::State(wanted) => state == wanted,
            Self::Attention => state.is_urgent(),
        }
    }
}

/// What the overview shows.
#[derive(Debug, Clone, Copy)]
pub struct OverviewView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The rules, for what is to be done.
    pub catalog: &'a Catalog,
    /// The state of each item. An item without one is shown as unknown.
    pub statuses: &'a BTreeMap<ItemId, ItemStatus>,
    /// The hosts behind it.
    pub hosts: Reporting,
    /// Only these items are listed below.
    pub filter: Option<Filter>,
    /// How much falls due soon.
    pub soon: usize,
    /// What changed lately.
    pub news: News<'a>,
    /// How the items stood over twelve months.
    pub plot: &'a Plot,
}

/// What changed since the last business day.
#[derive(Debug, Clone, Copy)]
pub struct News<'a> {
    /// The beginning of that day.
    pub since: Instant,
    /// The drifts that were opened, the oldest first.
    pub opened: &'a [DriftLine],
    /// How many drifts ended.
    pub resolved: usize,
}

/// The hosts behind the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporting {
    /// Enrolled and not revoked.
    pub hosts: usize,
    /// Those that report.
    pub reporting: usize,
    /// Those that were not heard of for longer than they may.
    pub silent: usize,
    /// PCs and servers that the register of hosts has in use and that have no agent; none while the agency
    /// does not keep it.
    pub without_agent: usize,
}

/// Renders the overview.
pub fn render(view: &OverviewView<'_>, chrome: &Chrome) -> askama::Result<String> {
    OverviewPage { t: chrome.language, chrome, place: Place::Overview, view, rows: rows(view, chrome.language) }
        .render()
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a OverviewView<'a>,
    rows: Vec<Row<'a>>,
}

/// An item in a table.
struct Row<'a> {
    section: &'a Section,
    item: &'a Item,
    state: ItemState,
    since: Option<Instant>,
    cause: Option<String>,
    more: Option<String>,
    todo: Option<String>,
    hosts: String,
}

/// New drifts of a rule on a host.
struct New<'a> {
    /// The newest of them.
    drift: i64,
    rule: &'a str,
    /// Its host, or what it is where no host has to do with it.
    called: &'a str,
    count: usize,
}

/// How many items have a state, and where its bar begins.
struct Share {
    state: ItemState,
    count: usize,
    begins: usize,
}

fn rows<'a>(view: &OverviewView<'a>, t: Language) -> Vec<Row<'a>> {
    let rows_of = |section: &'a Section| section.items.iter().map(move |item| row(view, section, item, t));
    view.checklist.sections.iter().flat_map(rows_of).collect()
}

fn row<'a>(view: &OverviewView<'a>, section: &'a Section, item: &'a Item, t: Language) -> Row<'a> {
    let hosts = t.hosts_not_judged();
    let Some(status) = view.statuses.get(&item.id) else {
        return Row {
            section,
            item,
            state: ItemState::Unknown,
            since: None,
            cause: None,
            more: None,
            todo: None,
            hosts,
        };
    };
    let left = status.causes.len().saturating_sub(1) + status.causes_left_out;
    Row {
        section,
        item,
        state: status.state,
        since: status.since,
        cause: status.causes.first().map(|cause| words::cause(cause, t)),
        more: (left > 0).then(|| t.cause_more(left)),
        todo: status.causes.first().and_then(|cause| words::todo(cause, view.catalog, t)),
        hosts: if item.rules.is_empty() { hosts } else { words::coverage(status.coverage, t) },
    }
}

impl<'a> OverviewPage<'a> {
    fn total(&self) -> usize {
        self.rows.len()
    }

    fn count(&self, state: ItemState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// Every state that occurs, the good ones first, as they stand in the bar.
    fn shares(&self) -> Vec<Share> {
        let mut begins = 0;
        let mut shares = Vec::new();
        for state in ItemState::ALL.iter().rev().copied() {
            let count = self.count(state);
            if count > 0 {
                shares.push(Share { state, count, begins });
            }
            begins += count;
        }
        shares
    }

    fn open_line(&self) -> String {
        let open = self.total() - self.count(ItemState::Met);
        if open == 0 { self.t.overview_all_met() } else { self.t.overview_not_met(open, self.total()) }
    }

    fn coverage_line(&self) -> String {
        let Reporting { hosts, reporting, .. } = self.view.hosts;
        if hosts == 0 { self.t.coverage_none() } else { self.t.coverage_line(reporting, hosts) }
    }

    fn away_line(&self) -> Option<String> {
        let Reporting { hosts, reporting, silent, .. } = self.view.hosts;
        let away = hosts.saturating_sub(reporting).saturating_sub(silent);
        (away > 0).then(|| self.t.coverage_away(away))
    }

    fn without_agent_line(&self) -> Option<String> {
        let count = self.view.hosts.without_agent;
        (count > 0).then(|| self.t.coverage_without_agent(count))
    }

    /// The items to look at first: the most urgent state, then the oldest.
    fn urgent(&self) -> Vec<&Row<'a>> {
        let mut urgent: Vec<&Row<'a>> = self.rows.iter().filter(|row| row.state.is_urgent()).collect();
        urgent.sort_by_key(|row| (std::cmp::Reverse(row.state.severity()), row.since.is_none(), row.since));
        urgent
    }

    fn attention(&self) -> Vec<&Row<'a>> {
        let mut urgent = self.urgent();
        urgent.truncate(ATTENTION_MAX);
        urgent
    }

    fn attention_more(&self) -> Option<String> {
        let left = self.urgent().len().saturating_sub(ATTENTION_MAX);
        (left > 0).then(|| self.t.overview_attention_more(left))
    }

    fn unattested_line(&self) -> Option<String> {
        let count = self.count(ItemState::Unattested);
        (count > 0).then(|| self.t.overview_unattested(count))
    }

    fn unknown(&self) -> usize {
        self.count(ItemState::Unknown)
    }

    fn silent(&self) -> usize {
        self.view.hosts.silent
    }

    fn silent_of(&self) -> String {
        self.t.figure_silent_of(self.view.hosts.hosts)
    }

    fn since(&self) -> String {
        self.t.figure_new_about(&moment::day_of_month(self.t, self.view.news.since))
    }

    fn news(&self) -> Vec<New<'a>> {
        let mut news: Vec<New<'a>> = Vec::new();
        for line in self.view.news.opened.iter().rev() {
            let known = self.view.catalog.rule(&line.key.rule);
            let rule = known.map_or(line.key.rule.as_str(), |rule| self.t.of(&rule.title));
            let (called, _) = called(known, &line.host_name, &line.key);
            match news.iter_mut().find(|new| new.rule == rule && new.called == called) {
                Some(new) => new.count += 1,
                None => news.push(New { drift: line.drift, rule, called, count: 1 }),
            }
        }
        news
    }

    fn news_shown(&self) -> Vec<New<'a>> {
        self.news().into_iter().take(NEWS_MAX).collect()
    }

    fn news_more(&self) -> Option<String> {
        let left: usize = self.news().iter().skip(NEWS_MAX).map(|new| new.count).sum();
        (left > 0).then(|| self.t.news_more(left))
    }

    fn new_count(&self, new: &New<'_>) -> Option<String> {
        (new.count > 1).then(|| self.t.count_items(new.count))
    }

    fn drift_mark(&self) -> Mark {
        ItemState::Drift.mark(self.t)
    }

    fn filter_line(&self) -> Option<String> {
        self.view.filter.map(|filter| match filter {
            Filter::State(state) => self.t.filter_on(&state.label(self.t)),
            Filter::Attention => self.t.filter_attention(),
        })
    }

    fn is_filter(&self, share: &Share) -> bool {
        self.view.filter == Some(Filter::State(share.state))
    }

    fn all(&self, section: &Section) -> Vec<&Row<'a>> {
        self.rows.iter().filter(|row| row.section.id == section.id).collect()
    }

    fn shown(&self, section: &Section) -> Vec<&Row<'a>> {
        let fits = |row: &&&Row<'a>| self.view.filter.is_none_or(|filter| filter.takes(row.state));
        self.all(section).iter().filter(fits).copied().collect()
    }

    fn section_line(&self, section: &Section) -> String {
        let all = self.all(section);
        if self.view.filter.is_some() {
            return self.t.section_shown(self.shown(section).len(), all.len());
        }
        let met = all.iter().filter(|row| row.state == ItemState::Met).count();
        self.t.section_met(met, all.len())
    }
}
