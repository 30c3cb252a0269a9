//! A form as lines of cells, whatever it was written in.

/// One row of a table, or a line of text, which has one cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its number in the form as it was read, the first being 1.
    pub number: usize,
    /// Its cells as plain text; boxes are `■` and `□`.
    pub cells: Vec<String>,
    /// It is a row of a table, even if it has one cell.
    pub row: bool,
    /// It does not follow the line before directly: a new table or paragraph.
    pub apart: bool,
}

impl Line {
    /// What all its cells say.
    pub fn text(&self) -> String {
        self.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Its cells between tabs, as they are told to people.
    pub fn shown(&self) -> String {
        self.cells.join("\t").trim_end().to_owned()
    }

    /// It says nothing: it is empty or a line that is ruled.
    pub fn is_blank(&self) -> bool {
        let ruled = |c: char| c.is_whitespace() || matches!(c, '-' | '=' | '_' | '|' | ':' | '―' | '─');
        self.cells.iter().all(|cell| cell.chars().all(ruled))
    }
}
