//! The registers the agency keeps.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::moment;
use super::state::Mark;
use crate::registers::Definition;
use crate::registers::definition::Group;
use crate::registers::due::DueRow;

/// The most things that are shown as due.
const DUE_SHOWN: usize = 20;

/// What the list of registers shows.
#[derive(Debug, Clone)]
pub struct RegistersView {
    /// Every register.
    pub registers: Vec<RegisterCard>,
    /// What is late or falls due soon, the earliest first.
    pub due: Vec<DueRow>,
}

/// A register in the list.
#[derive(Debug, Clone, Copy)]
pub struct RegisterCard {
    /// The register.
    pub definition: &'static Definition,
    /// How many rows count; absent while the agency does not keep it, so that nothing is judged by it.
    pub rows: Option<usize>,
}

/// Renders the list of registers.
pub fn render(view: &RegistersView, chrome: &Chrome) -> askama::Result<String> {
    RegistersPage { t: chrome.language, chrome, place: Place::Registers, view }.render()
}

#[derive(Template)]
#[template(path = "registers.html")]
struct RegistersPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RegistersView,
}

impl<'a> RegistersPage<'a> {
    /// The groups, each with its registers.
    fn groups(&self) -> Vec<(String, Vec<&'a RegisterCard>)> {
        let of = |group: Group| self.view.registers.iter().filter(move |card| card.definition.group == group).collect();
        Group::ALL.into_iter().map(|group| (group.label(self.t), of(group))).collect()
    }

    fn due(&self) -> &'a [DueRow] {
        self.view.due.get(..DUE_SHOWN).unwrap_or(&self.view.due)
    }

    fn due_left(&self) -> Option<String> {
        let left = self.view.due.len().saturating_sub(DUE_SHOWN);
        (left > 0).then(|| self.t.rows_left(left))
    }

    fn what(&self, due: &DueRow) -> String {
        due.what(self.t)
    }

    fn register(&self, due: &DueRow) -> String {
        (due.definition.title)(self.t)
    }

    fn day(&self, due: &DueRow) -> String {
        moment::date(self.t, due.day)
    }

    fn when(&self, due: &DueRow) -> Mark {
        let left = due.days_left;
        match left {
            ..0 => Mark::new("late", "bad", self.t.due_late(left.saturating_neg())),
            0 => Mark::new("late", "warn", self.t.due_today()),
            1.. => Mark::new("clock", "plain", self.t.due_in(left)),
        }
    }

    fn title(&self, card: &RegisterCard) -> String {
        (card.definition.title)(self.t)
    }

    fn purpose(&self, card: &RegisterCard) -> String {
        (card.definition.purpose)(self.t)
    }

    fn count(&self, card: &RegisterCard) -> String {
        card.rows.map_or_else(|| self.t.register_not_begun(), |rows| self.t.register_rows(rows))
    }
}
