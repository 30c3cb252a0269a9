//! What the parts of a document are, for people who have it read to them.

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(usize);

/// What a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A heading of a level, 1 being the highest, and what it says.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A note to what stands before it.
    Note,
    /// A list.
    List,
    /// An entry of a list.
    Entry,
    /// The sign or number of an entry.
    Label,
    /// What an entry says.
    EntryBody,
    /// A table.
    Table,
    /// The rows of a table that name its columns.
    Head,
    /// The other rows of a table.
    Body,
    /// A row of a table.
    Row,
    /// A cell of a table.
    Cell(CellKind, Reach),
}

/// What a cell of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// It names its column.
    ColumnHead,
    /// It names its row.
    RowHead,
    /// It says something.
    Data,
}

/// Over how many rows and columns a cell reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Rows, at least 1.
    pub rows: usize,
    /// Columns, at least 1.
    pub columns: usize,
}

/// The parts of a document as a tree.
#[derive(Debug, Default)]
pub struct Structure {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    role: Role,
    parent: Option<PartId>,
}

impl Structure {
    /// Adds a part after all others within the same parent.
    pub fn add(&mut self, parent: Option<PartId>, role: Role) -> PartId {
        self.parts.push(Part { role, parent });
        PartId(self.parts.len() - 1)
    }

    /// Every part with its role and parent, a parent before what is in it.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = (PartId, &Role, Option<PartId>)> {
        self.parts.iter().enumerate().map(|(at, part)| (PartId(at), &part.role, part.parent))
    }
}
