//! The registers the agency keeps.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use crate::registers::Definition;

/// What the list of registers shows.
#[derive(Debug, Clone)]
pub struct RegistersView {
    /// Every register.
    pub registers: Vec<RegisterCard>,
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

impl RegistersPage<'_> {
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
