//! One row of a register: the form that adds or changes it, closing it, and its history.

use std::collections::BTreeMap;

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::moment;
use super::row_approval::{ApprovalPart, RowApproval};
use super::state::Mark;
use crate::correlate::RowSession;
use crate::registers::cell::CellError;
use crate::registers::definition::{Column, Input};
use crate::registers::references::Referring;
use crate::registers::row::ColumnError;
use crate::registers::turnout::Turnout;
use crate::registers::{Definition, Names, cell, items};
use crate::store::{RegisterAct, RegisterEntry, RegisterRow};

/// The most names that a field offers; others may be typed all the same.
const NAMES_OFFERED: usize = 500;

/// What the page of a row shows.
#[derive(Debug, Clone)]
pub struct RegisterRowView<'a> {
    /// The register.
    pub definition: &'static Definition,
    /// The row; absent for one that is to be added.
    pub row: Option<&'a RegisterRow>,
    /// The revision of it that the form rests on.
    pub revision: Option<i64>,
    /// What was typed when it could not be saved, by column.
    pub typed: Option<BTreeMap<&'static str, String>>,
    /// What is wrong with it.
    pub errors: Vec<ColumnError>,
    /// Why it was not saved although every cell is right.
    pub refused: Option<RowRefused>,
    /// What was done to the row, the newest first.
    pub history: Vec<&'a RegisterEntry>,
    /// What rows of other registers are called that its columns name.
    pub names: &'a Names,
    /// Rows that refer to it.
    pub referring: &'a [Referring],
    /// Rows that refer to it beyond those.
    pub referring_left: usize,
    /// The sessions that fell on it, of a request of maintenance work.
    pub sessions: Option<&'a [RowSession]>,
    /// How it stands with its approval, where its register asks for one.
    pub approval: Option<RowApproval>,
}

/// A link to another page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub address: String,
}

impl Link {
    fn new(text: &str, address: String) -> Self {
        Self { text: text.to_owned(), address }
    }

    /// To an item of the checklist.
    pub fn to_item(id: &str, language: Language) -> Self {
        Self { text: items::name(id, language), address: format!("/items/{id}") }
    }
}

/// Why a row was not saved, or not approved, although every cell is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowRefused {
    /// The same row exists already.
    Taken,
    /// Somebody else changed it first.
    Conflict,
    /// Who would approve it wrote it.
    Own,
    /// Nobody said why it is approved late.
    LacksReason,
}

impl RegisterRowView<'_> {
    /// What was typed, unless it rests on what the row no longer says.
    fn typed(&self) -> Option<&BTreeMap<&'static str, String>> {
        self.typed.as_ref().filter(|_| self.refused != Some(RowRefused::Conflict))
    }
}

/// Renders the page of a row.
pub fn render(view: &RegisterRowView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let by_hand = |column: &&Column| view.definition.approval.is_none_or(|approval| !approval.writes(column.name));
    let fields = view.definition.columns.iter().filter(by_hand).map(|column| field(view, column, t)).collect();
    let approval =
        view.approval.as_ref().zip(view.row).map(|(it, row)| ApprovalPart::new(it, view.definition, row, chrome));
    RegisterRowPage { t, chrome, place: Place::Registers, view, fields, approval }.render()
}

fn field(view: &RegisterRowView<'_>, column: &'static Column, t: Language) -> Field {
    let option = |word: &str, label: String| (word.to_owned(), label);
    let kind = match column.input {
        Input::Line
        | Input::Day
        | Input::LastDay
        | Input::Mac
        | Input::Span
        | Input::Count(..)
        | Input::Path
        | Input::Address
        | Input::Email
        | Input::Items => FieldKind::Line,
        Input::Shared => FieldKind::Listed(view.names.shared(column.name).to_vec()),
        Input::Row(register) => {
            let names = view.names.of(register).into_iter().take(NAMES_OFFERED).map(str::to_owned);
            FieldKind::Listed(names.collect())
        }
        Input::Paragraph => FieldKind::Paragraph,
        Input::Flag => FieldKind::Choice(vec![option("false", t.no()), option("true", t.yes())]),
        Input::Choice(choices) => {
            let words = choices.iter().map(|choice| option(choice.word, (choice.label)(t)));
            FieldKind::Choice(std::iter::once(option("", t.choose_one())).chain(words).collect())
        }
    };
    let value = match (view.typed(), view.row) {
        (Some(typed), _) => typed.get(column.name).cloned().unwrap_or_default(),
        (None, Some(row)) => row.row.typed(column, t),
        (None, None) => column.default.to_owned(),
    };
    let error = view.errors.iter().find(|error| error.column == column.name).map(|error| error.error.text(t));
    let field = Field::new(column.name, (column.label)(t), kind).help((column.help)(t)).holding(value, error);
    if column.required { field.required_as(t.register_required()) } else { field }
}

#[derive(Template)]
#[template(path = "register_row.html")]
struct RegisterRowPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RegisterRowView<'a>,
    fields: Vec<Field>,
    approval: Option<ApprovalPart<'a>>,
}

impl RegisterRowPage<'_> {
    fn register(&self) -> String {
        (self.view.definition.title)(self.t)
    }

    fn title(&self) -> String {
        match self.view.row {
            Some(row) => row.row.name(self.view.definition),
            None => self.t.register_add_to(&self.register()),
        }
    }

    fn address(&self) -> String {
        let slug = self.view.definition.slug;
        match self.view.row {
            Some(row) => format!("/registers/{slug}/{}", row.id),
            None => format!("/registers/{slug}/new"),
        }
    }

    fn problem(&self) -> Option<String> {
        // These columns have no field beside which it could be said.
        if let Some(by_hand) = self.view.errors.iter().find(|error| error.error == CellError::ByApproval) {
            return Some(by_hand.error.text(self.t));
        }
        if !self.view.errors.is_empty() {
            return Some(self.t.register_errors(self.view.errors.len()));
        }
        self.view.refused.map(|refused| match refused {
            RowRefused::Taken => self.t.register_taken(),
            RowRefused::Conflict => self.t.register_conflict(),
            RowRefused::Own => self.t.approval_own(),
            RowRefused::LacksReason => self.t.approval_lacks_reason(),
        })
    }

    /// What was typed on a row that somebody else changed first, where it differs from what the row says now.
    fn unsaved(&self) -> Vec<(String, String)> {
        let (Some(typed), Some(row), None) = (&self.view.typed, self.view.row, self.view.typed()) else {
            return Vec::new();
        };
        let unsaved = |column: &'static Column| {
            let typed = typed.get(column.name)?;
            let read = cell::read(column, typed).ok();
            let differs = read.as_deref() != Some(row.row.get(column.name));
            let shown = read.map_or_else(|| typed.clone(), |read| cell::shown(column, &read, self.t));
            differs.then(|| ((column.label)(self.t), shown))
        };
        self.view.definition.columns.iter().filter_map(unsaved).collect()
    }

    /// Who is still to come, of what people had to come to.
    fn missing(&self) -> Option<Mark> {
        let row = self.view.row.filter(|row| row.closed_at.is_none())?;
        let turnout = Turnout::of(self.view.definition, &row.row).filter(|turnout| turnout.absent() > 0)?;
        Some(Mark::new("late", "warn", self.t.turnout_short(&turnout.text(self.t), turnout.absent())))
    }

    fn may_change(&self) -> bool {
        self.chrome.officer() && self.view.row.is_none_or(|row| row.closed_at.is_none())
    }

    fn may_close(&self) -> bool {
        self.may_change() && self.view.row.is_some()
    }

    /// The cells as text, for who may not change them.
    fn cells(&self) -> Vec<(String, String)> {
        let Some(row) = self.view.row else { return Vec::new() };
        let cell = |column: &Column| ((column.label)(self.t), row.row.shown(column, self.t));
        self.view.definition.columns.iter().map(cell).collect()
    }

    /// What the row names that has a page: each column with the links to it.
    fn links(&self) -> Vec<(String, Vec<Link>)> {
        let Some(row) = self.view.row else { return Vec::new() };
        let links = |column: &'static Column| {
            let links = self.links_of(column, row.row.get(column.name));
            (!links.is_empty()).then(|| ((column.label)(self.t), links))
        };
        self.view.definition.columns.iter().filter_map(links).collect()
    }

    fn links_of(&self, column: &Column, text: &str) -> Vec<Link> {
        match column.input {
            Input::Row(register) => {
                let slug = Definition::of(register).map(|definition| definition.slug);
                let found = slug.zip(self.view.names.id(register, text));
                found.map(|(slug, id)| Link::new(text, format!("/registers/{slug}/{id}"))).into_iter().collect()
            }
            Input::Items => items::ids(text).map(|id| Link::to_item(id, self.t)).collect(),
            _ => Vec::new(),
        }
    }

    /// The rows that refer to this one, by register.
    fn referring(&self) -> Vec<(String, Vec<Link>)> {
        let mut found: Vec<(String, Vec<Link>)> = Vec::new();
        for row in self.view.referring {
            let title = (row.definition.title)(self.t);
            let link = Link::new(&row.name, format!("/registers/{}/{}", row.definition.slug, row.id));
            match found.last_mut().filter(|(last, _)| *last == title) {
                Some((_, links)) => links.push(link),
                None => found.push((title, vec![link])),
            }
        }
        found
    }

    /// The sessions that fell on it, each with its host.
    fn sessions(&self) -> Option<Vec<Link>> {
        let link = |it: &RowSession| {
            let (account, started) = (it.session.account.as_str(), moment::absolute(self.t, it.session.started));
            let session = match it.session.ended {
                Some(ended) => self.t.correlate_session(account, &started, &moment::absolute(self.t, ended)),
                None => self.t.correlate_session_open(account, &started),
            };
            Link { text: self.t.cell_of(&it.host_name, &session), address: format!("/hosts/{}", it.host) }
        };
        Some(self.view.sessions?.iter().map(link).collect())
    }

    fn referring_left(&self) -> Option<String> {
        (self.view.referring_left > 0).then(|| self.t.rows_left(self.view.referring_left))
    }

    fn act(&self, entry: &RegisterEntry) -> String {
        match entry.act {
            RegisterAct::Added => self.t.history_added(),
            RegisterAct::Changed => self.t.history_changed(),
            RegisterAct::Closed => self.t.history_closed(),
            RegisterAct::Reopened => self.t.history_reopened(),
            RegisterAct::Approved => self.t.history_approved(),
            RegisterAct::ApprovalTakenBack => self.t.history_approval_taken_back(),
        }
    }

    /// What a change changed: each column with what it said afterwards. `history` is the newest first.
    fn changes(&self, index: usize) -> Vec<(String, String)> {
        let history = &self.view.history;
        let (Some(entry), Some(before)) = (history.get(index), history.get(index + 1)) else { return Vec::new() };
        let names = before.row.differences(&entry.row);
        let changed = self.view.definition.columns.iter().filter(|column| names.contains(&column.name));
        changed.map(|column| ((column.label)(self.t), entry.row.shown(column, self.t))).collect()
    }
}
