//! The columns of each register, each written once: a file for each group of registers.

mod contracts;
pub(super) mod equipment;
mod network;
mod operations;
mod people;
mod security;

use std::collections::BTreeMap;

use tenken_model::Language;

use super::fold::fold;
use super::register::Register;

/// A text of the catalogue.
pub type Text = fn(Language) -> String;

/// A word a column may hold, as stored, and as people read it.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// The word as stored.
    pub word: &'static str,
    /// The word as people read it.
    pub label: Text,
}

/// What a column holds and how it is typed in.
#[derive(Debug, Clone, Copy)]
pub enum Input {
    /// One line of text.
    Line,
    /// One line of text that several rows share, such as the name of a group: those in use are offered.
    Shared,
    /// Text of several lines.
    Paragraph,
    /// Yes or no.
    Flag,
    /// One word of a list.
    Choice(&'static [Choice]),
    /// A day, stored as `2026-11-23`.
    Day,
    /// The last day on which something holds; stored as the instant at which that day ends in Japan.
    LastDay,
    /// A hardware address.
    Mac,
    /// A length of time such as `1d`, stored in milliseconds.
    Span,
    /// A whole number within bounds, both included.
    Count(i64, i64),
    /// An absolute path of Linux or Windows.
    Path,
    /// A host, a network or a URL.
    Address,
    /// An e-mail address.
    Email,
    /// A row of another register, stored as what people call it.
    Row(Register),
    /// Items of the checklist, stored as their ids.
    Items,
}

/// Whether the day in a column is one by which something has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It is not.
    Never,
    /// It is, as long as the row is open.
    Always,
    /// It is, until the column named is filled in.
    Until(&'static str),
    /// It is, while the column named holds one of those words.
    While(&'static str, &'static [&'static str]),
    /// It is, for somebody who is still there on it: the column named holds the last day of who leaves.
    Present(&'static str),
    /// The column is to be filled in by another day.
    Missing(&'static Missing),
    /// It is, while fewer people came than should have.
    Turnout(&'static Counted),
}

/// By when a column about a person is to be filled in, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The column with the day; of whom it is empty nothing is known to be late.
    pub by: &'static str,
    /// The column that says that it is not needed.
    pub unless: &'static str,
    /// The column with the last day of who leaves: who has left is not asked.
    pub leaves: &'static str,
}

/// The columns that count who came to something and who should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The column that says how many should come.
    pub invited: &'static str,
    /// The column that says how many came, then or later.
    pub attended: &'static str,
    /// The column with the day on which it was held.
    pub held_on: &'static str,
    /// Within how many days after it the others are to come, where no day is set.
    pub within_days: u64,
}

/// One column of a register.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The field of the row as rules name it.
    pub name: &'static str,
    /// Its heading.
    pub label: Text,
    /// What to write in it.
    pub help: Text,
    /// What it holds.
    pub input: Input,
    /// It may not be left empty.
    pub required: bool,
    /// What an empty cell means where the column is not required.
    pub default: &'static str,
    /// Whether its day is one by which something has to be done.
    pub due: Due,
}

impl Column {
    /// The words it may hold, as people read them; empty if it is no choice.
    pub fn words(&self, language: Language) -> String {
        let Input::Choice(choices) = self.input else { return String::new() };
        choices.iter().map(|choice| (choice.label)(language)).collect::<Vec<_>>().join(" / ")
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Column {}

/// What a register is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// People and what they are entitled to.
    People,
    /// Things that are counted.
    Equipment,
    /// Work that is done and looked through.
    Operations,
    /// What is agreed and laid down.
    Contracts,
    /// Networks and what crosses them.
    Network,
    /// What keeps data safe, and what endangered it.
    Security,
}

impl Group {
    /// Every group in the order people read them.
    pub const ALL: [Self; 6] =
        [Self::People, Self::Equipment, Self::Operations, Self::Contracts, Self::Network, Self::Security];

    /// It, as people read it.
    pub fn label(self, language: Language) -> String {
        match self {
            Self::People => language.registers_of_people(),
            Self::Equipment => language.registers_of_equipment(),
            Self::Operations => language.registers_of_operations(),
            Self::Contracts => language.registers_of_contracts(),
            Self::Network => language.registers_of_network(),
            Self::Security => language.registers_of_security(),
        }
    }
}

/// How rows of a register are approved: by the act of a person who may, not by writing it into cells.
#[derive(Debug, Clone, Copy)]
pub struct Approval {
    /// The column that names who approved a row.
    pub person: &'static str,
    /// The column with the day on which it was approved.
    pub day: &'static str,
    /// The column with the day before whose end it is to be approved.
    pub before: &'static str,
    /// The column that has to say why, for a row that is approved later; absent where nothing has to be said.
    pub late: Option<&'static str>,
    /// The columns that are filled in afterwards. All others are what is approved: who changes one takes the approval back.
    pub after: &'static [&'static str],
}

impl Approval {
    /// Whether a column is written by the act alone.
    pub fn writes(&self, column: &str) -> bool {
        column == self.person || column == self.day
    }

    /// Whether a column is part of what is approved.
    pub fn covers(&self, column: &str) -> bool {
        !self.writes(column) && !self.after.contains(&column)
    }
}

/// A register: its name, its columns, and which of them make a row the same row.
#[derive(Debug)]
pub struct Definition {
    /// Which register.
    pub kind: Register,
    /// What it is about.
    pub group: Group,
    /// Its name in addresses: `/registers/accounts`.
    pub slug: &'static str,
    /// Its title.
    pub title: Text,
    /// What it is for, in one sentence.
    pub purpose: Text,
    /// Its columns in order; those that matter most in a list come first.
    pub columns: &'static [Column],
    /// Names of the columns that together identify a row among the open ones.
    pub key: &'static [&'static str],
    /// Name of the column that people know a row by.
    pub lead: &'static str,
    /// How its rows are approved; absent where they need no approval.
    pub approval: Option<Approval>,
    /// Ids of the items of the checklist that it bears on.
    pub feeds: &'static [&'static str],
}

impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Definition {}

/// The most characters a cell may hold.
pub const CELL_CHARS_MAX: usize = 500;

const fn column(name: &'static str, label: Text, help: Text, input: Input) -> Column {
    Column { name, label, help, input, required: false, default: "", due: Due::Never }
}

const fn required(column: Column) -> Column {
    Column { required: true, ..column }
}

const fn otherwise(column: Column, default: &'static str) -> Column {
    Column { default, ..column }
}

const fn due(column: Column) -> Column {
    Column { due: Due::Always, ..column }
}

const fn due_until(column: Column, filled: &'static str) -> Column {
    Column { due: Due::Until(filled), ..column }
}

const fn due_while(column: Column, named: &'static str, words: &'static [&'static str]) -> Column {
    Column { due: Due::While(named, words), ..column }
}

const fn due_present(column: Column, leaves: &'static str) -> Column {
    Column { due: Due::Present(leaves), ..column }
}

const fn due_missing(column: Column, missing: &'static Missing) -> Column {
    Column { due: Due::Missing(missing), ..column }
}

const fn due_turnout(column: Column, counted: &'static Counted) -> Column {
    Column { due: Due::Turnout(counted), ..column }
}

const fn line(name: &'static str, label: Text, help: Text) -> Column {
    column(name, label, help, Input::Line)
}

const fn day(name: &'static str, label: Text) -> Column {
    column(name, label, Language::help_day, Input::Day)
}

const fn person(name: &'static str, label: Text) -> Column {
    column(name, label, Language::help_person, Input::Row(Register::People))
}

const fn flag(name: &'static str, label: Text, help: Text) -> Column {
    otherwise(column(name, label, help, Input::Flag), "false")
}

const NOTE: Column = column("note", Language::column_note, Language::help_note, Input::Paragraph);

const fn choice(word: &'static str, label: Text) -> Choice {
    Choice { word, label }
}

/// A word of a list as people read it.
pub(super) fn label(choices: &[Choice], word: &str, language: Language) -> String {
    let found = choices.iter().find(|choice| choice.word == word);
    found.map_or_else(|| word.to_owned(), |choice| (choice.label)(language))
}

/// Every register, by group.
static DEFINITIONS: [Definition; 21] = [
    people::PEOPLE,
    people::ACCOUNTS,
    people::PASSWORD_RESETS,
    people::TRAININGS,
    equipment::HOSTS,
    equipment::DEVICES,
    equipment::LENDINGS,
    equipment::MEDIA,
    equipment::TAKEOUTS,
    equipment::SOFTWARE,
    operations::MAINTENANCE,
    operations::REVIEWS,
    operations::ENTRY_REVIEWS,
    contracts::CONTRACTS,
    contracts::DOCUMENTS,
    network::NETWORKS,
    network::ENDPOINTS,
    network::REMOTE_ACCESS,
    security::BACKUPS,
    security::KEYS,
    security::INCIDENTS,
];

impl Definition {
    /// Every register.
    pub fn all() -> &'static [Self] {
        &DEFINITIONS
    }

    /// The definition of a register.
    pub fn of(register: Register) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.kind == register)
    }

    /// The register of that name in addresses.
    pub fn by_slug(slug: &str) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.slug == slug)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column that people know a row by.
    pub fn lead(&self) -> Option<&'static Column> {
        self.column(self.lead)
    }

    /// What headings of a file may be, folded, with the columns they name: in either language, or by the field.
    pub fn headings(&self) -> BTreeMap<String, &'static Column> {
        let names = |column: &'static Column| {
            let labels =
                [column.name.to_owned(), (column.label)(Language::Japanese), (column.label)(Language::English)];
            labels.map(|name| (fold(&name), column))
        };
        self.columns.iter().flat_map(names).collect()
    }
}

#[cfg(test)]
mod tests;
