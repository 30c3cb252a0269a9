//! Taking a file into a register: choosing it, and what it would change.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use crate::registers::Definition;
use crate::registers::definition::Column;
use crate::registers::encoding::Encoding;
use crate::registers::import::{FileError, LineError, ReadFile};
use crate::registers::plan::{Changed, Plan};
use crate::registers::row::Row;
use crate::registers::table::Source;

/// The most new or changed rows that are shown one by one.
const ROWS_SHOWN: usize = 100;

/// What the page shows on which a file is chosen.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// The register.
    pub definition: &'static Definition,
    /// Why the last file could not be read.
    pub error: Option<FileError>,
}

/// What the page shows on which a file is confirmed.
#[derive(Debug, Clone, Copy)]
pub struct PreviewView<'a> {
    /// The register.
    pub definition: &'static Definition,
    /// The file as it was read.
    pub file: &'a ReadFile,
    /// What it would change.
    pub plan: &'a Plan,
    /// The file's bytes in base64, so that confirming needs no state here.
    pub content: &'a str,
    /// The register changed after the last preview, which was therefore not applied.
    pub stale: bool,
}

/// Renders the page on which a file is chosen.
pub fn render(view: &ImportView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let error = view.error.as_ref().map(|error| error.text(t));
    let field = Field::new("file", t.import_file(), FieldKind::File(".xlsx,.csv,text/csv")).required();
    let field = field.holding(String::new(), error);
    ImportPage { t, chrome, place: Place::Registers, view, field }.render()
}

/// Renders the page on which a file is confirmed.
pub fn render_preview(view: &PreviewView<'_>, chrome: &Chrome) -> askama::Result<String> {
    PreviewPage { t: chrome.language, chrome, place: Place::Registers, view }.render()
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a ImportView,
    field: Field,
}

impl ImportPage<'_> {
    fn register(&self) -> String {
        (self.view.definition.title)(self.t)
    }

    /// The headings of the columns, with what stands in them.
    fn columns(&self) -> Vec<(String, String, bool)> {
        let column = |column: &Column| {
            let words = column.words(self.t);
            let words = if words.is_empty() { words } else { self.t.cell_not_choice(&words) };
            ((column.label)(self.t), self.t.sentences(&(column.help)(self.t), &words), column.required)
        };
        self.view.definition.columns.iter().map(column).collect()
    }
}

#[derive(Template)]
#[template(path = "import_preview.html")]
struct PreviewPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a PreviewView<'a>,
}

impl<'a> PreviewPage<'a> {
    fn register(&self) -> String {
        (self.view.definition.title)(self.t)
    }

    fn read_as(&self) -> String {
        match &self.view.file.source {
            Source::Csv(Encoding::Utf8) => self.t.import_read_as("UTF-8"),
            Source::Csv(Encoding::Cp932) => self.t.import_read_as("Shift_JIS"),
            Source::Sheet(name) => self.t.import_read_sheet(name),
        }
    }

    fn error_count(&self) -> usize {
        self.view.file.errors.len() + self.view.file.errors_left
    }

    fn column(&self, error: &LineError) -> String {
        error.column.map_or_else(String::new, |column| (column.label)(self.t))
    }

    fn text(&self, error: &LineError) -> String {
        error.error.text(self.t)
    }

    fn may_apply(&self) -> bool {
        self.error_count() == 0 && !self.view.plan.is_empty()
    }

    fn digest(&self) -> String {
        self.view.plan.digest(self.view.definition).to_string()
    }

    fn added(&self) -> &'a [(u64, Row)] {
        let added = self.view.plan.added.as_slice();
        added.get(..ROWS_SHOWN).unwrap_or(added)
    }

    fn changed(&self) -> &'a [Changed] {
        let changed = self.view.plan.changed.as_slice();
        changed.get(..ROWS_SHOWN).unwrap_or(changed)
    }

    fn left(&self) -> Option<String> {
        let plan = self.view.plan;
        let left = plan.added.len().saturating_sub(ROWS_SHOWN) + plan.changed.len().saturating_sub(ROWS_SHOWN);
        (left > 0).then(|| self.t.rows_left(left))
    }

    fn name(&self, row: &Row) -> String {
        row.name(self.view.definition)
    }

    /// What a new row says, without its name and what is empty.
    fn cells(&self, row: &Row) -> String {
        let definition = self.view.definition;
        let told = definition.columns.iter().filter(|column| !definition.key.contains(&column.name));
        let cell = |column: &Column| {
            let shown = row.shown(column, self.t);
            (!shown.is_empty()).then(|| self.t.cell_of(&(column.label)(self.t), &shown))
        };
        told.filter_map(cell).collect::<Vec<_>>().join(&self.t.list_join())
    }

    /// What changes: the column, what it says now, what it would say.
    fn differences(&self, changed: &Changed) -> Vec<(String, String, String)> {
        let differs = self.view.definition.columns.iter().filter(|column| changed.columns.contains(&column.name));
        let shown = |row: &Row, column: &Column| {
            let shown = row.shown(column, self.t);
            if shown.is_empty() { "—".to_owned() } else { shown }
        };
        differs
            .map(|column| ((column.label)(self.t), shown(&changed.before, column), shown(&changed.after, column)))
            .collect()
    }

    fn not_in_file(&self) -> Option<String> {
        let count = self.view.plan.not_in_file;
        (count > 0).then(|| self.t.import_not_in_file(count))
    }

    fn errors_left(&self) -> Option<String> {
        let left = self.view.file.errors_left;
        (left > 0).then(|| self.t.rows_left(left))
    }
}
