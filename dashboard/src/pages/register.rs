//! One register: its rows, searched, with ways to add, import and export.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::pager::Pager;
use super::register_row::Link;
use super::state::Mark;
use crate::registers::Definition;
use crate::registers::definition::{Column, Input};
use crate::registers::turnout::{self, Turnout};
use crate::store::RegisterRow;

/// The most columns beside the one that names the row.
const COLUMNS_SHOWN: usize = 7;

/// What the page of a register shows.
#[derive(Debug, Clone)]
pub struct RegisterView<'a> {
    /// The register.
    pub definition: &'static Definition,
    /// The rows of this page that fit the search, in order.
    pub rows: Vec<&'a RegisterRow>,
    /// Which part of all that fit they are.
    pub pager: Pager,
    /// What is searched for.
    pub search: String,
    /// Closed rows are shown as well.
    pub closed: bool,
}

/// Renders the page of a register.
pub fn render(view: &RegisterView<'_>, chrome: &Chrome) -> askama::Result<String> {
    RegisterPage { t: chrome.language, chrome, place: Place::Registers, view }.render()
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RegisterView<'a>,
}

impl RegisterPage<'_> {
    fn title(&self) -> String {
        (self.view.definition.title)(self.t)
    }

    fn purpose(&self) -> String {
        (self.view.definition.purpose)(self.t)
    }

    fn label(&self, column: &Column) -> String {
        (column.label)(self.t)
    }

    /// The columns after the one that names the row, as many as fit; the others stand on the row's own page.
    fn columns(&self) -> Vec<&'static Column> {
        let lead = self.lead();
        let columns = self.view.definition.columns.iter();
        // How many should have come is said beside how many came.
        let invited = turnout::counted(self.view.definition).map(|counted| counted.invited);
        let short = columns.filter(|column| Some(*column) != lead && !matches!(column.input, Input::Paragraph));
        short.filter(|column| Some(column.name) != invited).take(COLUMNS_SHOWN).collect()
    }

    /// How many came, if it is that column and they were counted.
    fn turnout(&self, row: &RegisterRow, column: &Column) -> Option<Mark> {
        let definition = self.view.definition;
        turnout::counted(definition).filter(|counted| counted.attended == column.name)?;
        let turnout = Turnout::of(definition, &row.row)?;
        let (icon, tone) = if turnout.absent() > 0 { ("late", "warn") } else { ("check", "good") };
        Some(Mark::new(icon, tone, self.t.turnout_cell(turnout.attended, turnout.invited)))
    }

    fn lead(&self) -> Option<&'static Column> {
        self.view.definition.lead()
    }

    /// The items of the checklist that the register bears on.
    fn feeds(&self) -> Vec<Link> {
        self.view.definition.feeds.iter().map(|id| Link::to_item(id, self.t)).collect()
    }

    fn shown(&self, row: &RegisterRow, column: &Column) -> String {
        let shown = row.row.shown(column, self.t);
        if shown.is_empty() { "—".to_owned() } else { shown }
    }

    fn count(&self) -> String {
        self.t.register_rows(self.view.pager.total())
    }

    fn is_empty(&self) -> bool {
        self.view.rows.is_empty() && self.view.search.is_empty()
    }
}
