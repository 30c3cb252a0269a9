//! One register: its rows, searched, with ways to add, import and export.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use crate::registers::Definition;
use crate::registers::definition::{Column, Input};
use crate::store::RegisterRow;

/// What the page of a register shows.
#[derive(Debug, Clone)]
pub struct RegisterView<'a> {
    /// The register.
    pub definition: &'static Definition,
    /// The rows that fit the search, in order.
    pub rows: Vec<&'a RegisterRow>,
    /// Rows that fit beyond those.
    pub left: usize,
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

    /// The columns after the one that names the row; remarks stand on the row's own page.
    fn columns(&self) -> Vec<&'static Column> {
        self.view
            .definition
            .columns
            .iter()
            .filter(|column| !std::ptr::eq(*column, self.lead()) && !matches!(column.input, Input::Paragraph))
            .collect()
    }

    /// The column that people know a row by: the last of its key that is text they chose.
    fn lead(&self) -> &'static Column {
        let columns = self.view.definition.columns;
        let of_key =
            |column: &&Column| self.view.definition.key.contains(&column.name) && matches!(column.input, Input::Line);
        columns.iter().rfind(of_key).unwrap_or(&columns[0])
    }

    fn shown(&self, row: &RegisterRow, column: &Column) -> String {
        let shown = row.row.shown(column, self.t);
        if shown.is_empty() { "—".to_owned() } else { shown }
    }

    fn count(&self) -> String {
        self.t.register_rows(self.view.rows.len() + self.view.left)
    }

    fn left(&self) -> Option<String> {
        (self.view.left > 0).then(|| self.t.rows_left(self.view.left))
    }

    fn is_empty(&self) -> bool {
        self.view.rows.is_empty() && self.view.search.is_empty()
    }
}
