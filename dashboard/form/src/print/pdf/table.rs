//! Tables whose cells may reach over several rows.

use super::columns::{Wish, fitted};
use super::grid::Grid;
use super::page::WIDTH;
use super::structure::{CellKind, PartId, Reach, Role, Structure};
use super::text::{Line, Setter, Text};

/// What stays empty at the left and right of a cell, in points.
pub(super) const PAD_SIDE: f32 = 4.0;
/// What stays empty above and below, in points.
pub(super) const PAD: f32 = 3.0;
/// The size of letters.
const SIZE: f32 = 10.0;
/// How wide a column is in which nothing stands, in points.
const EMPTY_COLUMN: f32 = 20.0;
/// A text has room in a width that is this much larger than its own, because widths are rounded.
const ROUNDED: f32 = 0.1;

/// A table as wide as the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The widths of its columns; as their cells ask for if absent.
    pub widths: Option<Vec<f32>>,
    /// The row that names its columns; it is repeated on each page.
    pub head: Option<Vec<Cell>>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What stands in it, one below the other.
    pub content: Vec<Content>,
    /// What it is.
    pub kind: CellKind,
    /// Over how many rows it reaches, at least 1.
    pub rows: usize,
    /// Its text stands at the right.
    pub at_right: bool,
}

/// Something in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A paragraph.
    Paragraph(Text),
    /// An entry of a list, with its sign.
    Entry(String, Text),
}

impl Cell {
    /// A cell that says something.
    pub fn data(text: Text) -> Self {
        Self { content: vec![Content::Paragraph(text)], kind: CellKind::Data, rows: 1, at_right: false }
    }

    /// A cell that names its column.
    pub fn column_head(text: &str) -> Self {
        Self { kind: CellKind::ColumnHead, ..Self::data(Text::plain(text)) }
    }

    /// The cell reaching over that many rows.
    #[must_use]
    pub fn over(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// The cell as one that names its row.
    #[must_use]
    pub fn row_head(mut self) -> Self {
        self.kind = CellKind::RowHead;
        self
    }

    /// The cell with its text at the right.
    #[must_use]
    pub fn at_right(mut self) -> Self {
        self.at_right = true;
        self
    }
}

/// A table whose cells are set.
pub(super) struct Prepared {
    pub(super) head: Vec<Set>,
    pub(super) rows: Vec<Vec<Set>>,
}

/// A cell that is set.
pub(super) struct Set {
    /// From the margin, in points.
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) rows: usize,
    pub(super) shaded: bool,
    pub(super) lines: Vec<Line>,
}

impl Table {
    /// Sets its cells and says what its parts are.
    pub(super) fn prepare(&self, setter: &mut Setter<'_>, structure: &mut Structure) -> Prepared {
        let rows: Vec<&Vec<Cell>> = self.head.iter().chain(&self.rows).collect();
        let grid = Grid::of(&rows.iter().map(|row| row.iter().map(|cell| cell.rows).collect()).collect::<Vec<_>>());
        let widths = self.widths.clone().unwrap_or_else(|| fitted(&wishes(&rows, &grid, setter), WIDTH));
        let table = structure.add(None, Role::Table);
        let mut group: Option<(bool, PartId)> = None;
        let mut set: Vec<Vec<Set>> = Vec::new();
        let nothing = Cell::data(Text::default());
        for (at, (cells, places)) in rows.iter().zip(&grid.rows).enumerate() {
            let is_head = at == 0 && self.head.is_some();
            let part = match group {
                Some((head, part)) if head == is_head => part,
                _ => structure.add(Some(table), if is_head { Role::Head } else { Role::Body }),
            };
            group = Some((is_head, part));
            let row = structure.add(Some(part), Role::Row);
            let cells = cells.iter().chain(std::iter::repeat(&nothing)).zip(places).map(|(cell, place)| {
                let left = widths.iter().take(place.column).sum();
                let width = widths.iter().skip(place.column).take(place.columns).sum();
                let reach = Reach { rows: place.rows, columns: place.columns };
                let part = structure.add(Some(row), Role::Cell(cell.kind, reach));
                let lines = cell.set(width - 2.0 * PAD_SIDE, part, setter, structure);
                Set { left, width, rows: place.rows, shaded: cell.kind != CellKind::Data, lines }
            });
            set.push(cells.collect());
        }
        let rows = set.split_off(usize::from(self.head.is_some()).min(set.len()));
        Prepared { head: set.pop().unwrap_or_default(), rows }
    }
}

/// What the columns ask for by the cells that stand in one column alone.
fn wishes(rows: &[&Vec<Cell>], grid: &Grid, setter: &mut Setter<'_>) -> Vec<Wish> {
    let mut wishes = vec![Wish { most: EMPTY_COLUMN, least: EMPTY_COLUMN }; grid.columns];
    for (cell, place) in rows.iter().zip(&grid.rows).flat_map(|(cells, places)| cells.iter().zip(places)) {
        let Some(wish) = wishes.get_mut(place.column).filter(|_| place.columns == 1) else { continue };
        for content in &cell.content {
            let (sign, text) = content.parts();
            let (most, least) = setter.widths(text, SIZE);
            let sign = setter.widths(&Text::plain(sign), SIZE).0 + 2.0 * PAD_SIDE + ROUNDED;
            wish.most = wish.most.max(most + sign);
            wish.least = wish.least.max(least + sign);
        }
    }
    wishes
}

impl Content {
    /// The sign of an entry, and the text.
    fn parts(&self) -> (&str, &Text) {
        match self {
            Self::Paragraph(text) => ("", text),
            Self::Entry(sign, text) => (sign, text),
        }
    }
}

impl Cell {
    /// Sets what stands in it in lines of a width.
    fn set(&self, width: f32, part: PartId, setter: &mut Setter<'_>, structure: &mut Structure) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut list = None;
        for content in &self.content {
            match content {
                Content::Paragraph(text) => {
                    list = None;
                    // A cell in which nothing stands is still a cell to those who have the table read.
                    let text = if text.said().is_empty() { &Text::plain(" ") } else { text };
                    let part = structure.add(Some(part), Role::Paragraph);
                    lines.extend(setter.set(text, SIZE, width, Some(part)));
                }
                Content::Entry(sign, text) => {
                    let list = *list.get_or_insert_with(|| structure.add(Some(part), Role::List));
                    let entry = structure.add(Some(list), Role::Entry);
                    let label = structure.add(Some(entry), Role::Label);
                    let body = structure.add(Some(entry), Role::EntryBody);
                    let sign = Text::plain(sign);
                    let indent = setter.widths(&sign, SIZE).0;
                    let sign = setter.set(&sign, SIZE, indent + ROUNDED, Some(label));
                    let text = setter.set(text, SIZE, width - indent, Some(body));
                    let mut set: Vec<Line> = text.into_iter().map(|line| line.moved(indent)).collect();
                    if let (Some(first), Some(sign)) = (set.first_mut(), sign.into_iter().next()) {
                        first.pieces.splice(0..0, sign.pieces);
                    }
                    lines.extend(set);
                }
            }
        }
        if self.at_right {
            lines = lines
                .into_iter()
                .map(|line| {
                    let by = width - line.width;
                    line.moved(by)
                })
                .collect();
        }
        lines
    }
}
