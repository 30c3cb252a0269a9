//! What people have to do, ordered by its day.

use askama::Template;
use tenken_engine::Catalog;
use tenken_engine::checklist::Checklist;
use tenken_form::print;
use tenken_model::{ItemId, Language, RuleId};

use super::Chrome;
use super::chrome::Place;
use super::pager::Pager;
use super::state::Mark;
use super::words;
use crate::log_review::month_name;
use crate::tasks::{DueTask, Pressing, Task, pressing};

/// What the page of tasks shows.
#[derive(Debug, Clone, Copy)]
pub struct TasksView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The rules.
    pub catalog: &'a Catalog,
    /// Every task, the most urgent first.
    pub tasks: &'a [DueTask],
    /// Which part of them is shown.
    pub pager: &'a Pager,
}

/// Renders the page of tasks.
pub fn render(view: &TasksView<'_>, chrome: &Chrome) -> askama::Result<String> {
    TasksPage { t: chrome.language, chrome, place: Place::Tasks, view }.render()
}

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a TasksView<'a>,
}

/// A task as people read it.
struct Told {
    address: String,
    title: String,
    about: String,
    due: String,
}

/// Tasks that press alike.
struct Group {
    mark: Mark,
    tasks: Vec<Told>,
}

impl TasksPage<'_> {
    fn groups(&self) -> Vec<Group> {
        let kinds = [Pressing::Late, Pressing::Today, Pressing::Week, Pressing::Later];
        let groups = kinds.into_iter().map(|kind| Group {
            mark: self.mark(kind),
            tasks: self
                .view
                .pager
                .cut(self.view.tasks)
                .iter()
                .filter(|it| pressing(it.due, self.chrome.now) == kind)
                .map(|it| self.told(it))
                .collect(),
        });
        groups.filter(|group| !group.tasks.is_empty()).collect()
    }

    fn mark(&self, kind: Pressing) -> Mark {
        let t = self.t;
        match kind {
            Pressing::Late => Mark::new("late", "bad", t.tasks_late()),
            Pressing::Today => Mark::new("clock", "warn", t.tasks_today()),
            Pressing::Week => Mark::new("calendar", "info", t.tasks_week()),
            Pressing::Later => Mark::new("calendar", "plain", t.tasks_later()),
        }
    }

    fn lead(&self) -> String {
        let press = |kind| self.view.tasks.iter().filter(|it| pressing(it.due, self.chrome.now) == kind).count();
        let (late, today) = (press(Pressing::Late), press(Pressing::Today));
        if late + today == 0 { self.t.tasks_lead_calm() } else { self.t.tasks_lead(late, today) }
    }

    fn told(&self, it: &DueTask) -> Told {
        let t = self.t;
        let due = match t {
            Language::Japanese => print::date(it.due),
            Language::English => it.due.to_string(),
        };
        let (address, title, about) = match &it.task {
            Task::TakeIn => ("/declaration/import".to_owned(), t.declaration_take_in(), t.task_take_in()),
            Task::SetAddress => ("/declaration/publication".to_owned(), t.task_set_address(), t.publication_lead()),
            Task::Publish { .. } => ("/declaration/publication".to_owned(), t.task_publish(), t.publication_update()),
            Task::Decide { count } => ("/declaration#proposals".to_owned(), t.task_decide(*count), String::new()),
            Task::DecideWaivers { count } => ("/waivers".to_owned(), t.task_decide_waivers(*count), String::new()),
            Task::DecideRules { count } => ("/rules".to_owned(), t.task_decide_rules(*count), String::new()),
            Task::Settle { item } => (address(item), self.named(item), t.task_settle()),
            Task::WaiverEnds { waiver, rule } => {
                (format!("/waivers#w-{waiver}"), self.rule(rule), t.task_waiver_ends())
            }
            Task::Attest { item } => (format!("{}#attest", address(item)), self.named(item), t.task_attest()),
            Task::AttestFirst { count } => {
                ("/?state=unattested".to_owned(), t.task_attest_first(*count), t.task_attest_first_about())
            }
            Task::Planned { item } => (address(item), self.named(item), t.task_planned()),
            Task::Repair { rule, drifts, hosts } => {
                let address = match drifts.as_slice() {
                    [one] => format!("/drifts/{one}"),
                    _ => "/drifts".to_owned(),
                };
                (address, self.rule(rule), t.task_repair(*hosts))
            }
            Task::Row(row) => {
                let about = t.task_row(&(row.definition.title)(t), &row.what(t));
                (row.address(), t.of(&row.name).to_owned(), about)
            }
            Task::Review(row) => (row.address(), t.of(&row.name).to_owned(), t.task_review()),
            Task::Approve(waiting) => {
                let about = t.task_approve(&(waiting.definition.title)(t));
                (waiting.address(), waiting.name.clone(), about)
            }
            Task::ReviewLogs(month) => {
                (format!("/log-review/{month}"), t.logs_of(&month_name(*month, t)), t.task_log_review())
            }
            Task::Silent { host, name } => (format!("/hosts/{host}"), name.clone(), t.task_silent()),
        };
        Told { address, title, about, due: t.task_due(&due) }
    }

    fn named(&self, id: &ItemId) -> String {
        self.view.checklist.locate(id).map_or_else(
            || id.to_string(),
            |(section, item)| {
                format!("{} ({})", words::Named::named(item, self.t), words::place(section, item, self.t))
            },
        )
    }

    fn rule(&self, id: &RuleId) -> String {
        self.view.catalog.rule(id).map_or_else(|| id.to_string(), |rule| self.t.of(&rule.title).to_owned())
    }
}

fn address(item: &ItemId) -> String {
    format!("/items/{item}")
}
