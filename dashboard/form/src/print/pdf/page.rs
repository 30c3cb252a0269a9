//! Pages: blocks one below the other, and where a page ends.

use std::collections::BTreeSet;

use super::face::Face;
use super::spread;
use super::structure::{Role, Structure};
use super::table::{Prepared, Table};
use super::text::{Line, Piece, Setter, Text, height};

/// A4 upright, in points.
pub const PAGE: (f32, f32) = (595.276, 841.89);
/// What stays empty at the left and right, and at the top, in points (15 mm).
const MARGIN: f32 = 42.52;
/// What is left at the bottom, the page's number in it.
const FOOT: f32 = 51.0;
/// How wide what is printed is, in points.
pub const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// How far down what is printed may reach.
const BOTTOM: f32 = PAGE.1 - FOOT;
/// What stays empty above a table, in points.
const TABLE_BEFORE: f32 = 3.0;
/// The size of a page's number.
const NUMBER_SIZE: f32 = 9.0;
/// Sums of lines and rows are compared as if they were this much shorter, because they are rounded.
const ROUNDED: f32 = 0.01;

/// Something that stands on pages.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of a level, 1 being the highest; it stays with what comes next.
    Heading(u16, Text),
    /// A paragraph.
    Paragraph(Text),
    /// A note to what stands before it.
    Note(Text),
    /// A table.
    Table(Table),
    /// What comes next begins on a page of its own.
    NewPage,
}

/// A rectangle around a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Where it begins, from the left of the page, in points.
    pub left: f32,
    /// Where it begins, from the top of the page, in points.
    pub top: f32,
    /// In points.
    pub width: f32,
    /// In points.
    pub height: f32,
    /// It is grey.
    pub shaded: bool,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The rectangles on it.
    pub frames: Vec<Frame>,
    /// The letters on it, in the order they are read; their places are from the left and the top of the page.
    pub pieces: Vec<Piece>,
}

/// A heading, for the list of contents.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its level, 1 being the highest.
    pub level: u16,
    /// What it says.
    pub title: String,
    /// On which page, the first being 0.
    pub page: usize,
    /// How far down, in points.
    pub top: f32,
}

/// A document that is laid out.
pub struct Laid {
    /// Its pages.
    pub pages: Vec<Page>,
    /// What its parts are.
    pub structure: Structure,
    /// Its headings.
    pub entries: Vec<Entry>,
    /// The characters that the font lacks.
    pub missing: BTreeSet<char>,
}

/// Lays blocks out on pages and numbers these.
pub fn lay_out(blocks: &[Block], face: &Face) -> Laid {
    let mut setter = Setter::new(face);
    let mut structure = Structure::default();
    let ready: Vec<Ready> = blocks.iter().map(|block| Ready::of(block, &mut setter, &mut structure)).collect();
    let mut flow = Flow { pages: vec![Page::default()], y: MARGIN };
    let mut entries = Vec::new();
    for (at, block) in ready.iter().enumerate() {
        match block {
            Ready::NewPage if flow.at_top() => {}
            Ready::NewPage => flow.turn(),
            Ready::Lines { before, lines, heading, .. } => {
                if !flow.at_top() {
                    flow.y += before;
                }
                let rest = ready.get(at + 1..).unwrap_or_default();
                let together = height(lines) + if heading.is_some() { least(rest) } else { 0.0 };
                if together > flow.room() && together <= Flow::ROOM_MAX {
                    flow.turn();
                }
                if let Some((level, title)) = heading {
                    let (page, top) = (flow.pages.len() - 1, flow.y);
                    entries.push(Entry { level: *level, title: title.clone(), page, top });
                }
                flow.lines(lines);
                flow.y += block.after();
            }
            Ready::Table(table) => {
                if !flow.at_top() {
                    flow.y += TABLE_BEFORE;
                }
                spread::place(table, &mut flow);
                flow.y += block.after();
            }
        }
    }
    let mut pages = flow.pages;
    number(&mut pages, &mut setter);
    Laid { pages, structure, entries, missing: setter.missing }
}

/// Where the next thing goes.
pub(super) struct Flow {
    pages: Vec<Page>,
    /// How far down, in points.
    pub(super) y: f32,
}

impl Flow {
    /// How much goes on a page.
    pub(super) const ROOM_MAX: f32 = BOTTOM - MARGIN + ROUNDED;

    /// How much still goes on this page.
    pub(super) fn room(&self) -> f32 {
        BOTTOM - self.y + ROUNDED
    }

    /// Whether nothing stands on this page.
    pub(super) fn at_top(&self) -> bool {
        self.pages.last().is_some_and(|page| page.frames.is_empty() && page.pieces.is_empty())
    }

    /// Begins a page.
    pub(super) fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = MARGIN;
    }

    /// Draws a rectangle; its left is from the margin.
    pub(super) fn frame(&mut self, frame: Frame) {
        if let Some(page) = self.pages.last_mut() {
            page.frames.push(Frame { left: frame.left + MARGIN, ..frame });
        }
    }

    /// Draws a line whose top left corner is there; the left is from the margin.
    pub(super) fn line(&mut self, line: &Line, left: f32, top: f32) {
        let Some(page) = self.pages.last_mut() else { return };
        page.pieces.extend(line.pieces.iter().map(|piece| Piece {
            x: MARGIN + left + piece.x,
            base: top + piece.base,
            ..piece.clone()
        }));
    }

    /// Draws lines one below the other, over as many pages as they need.
    fn lines(&mut self, lines: &[Line]) {
        for line in lines {
            if line.height > self.room() && !self.at_top() {
                self.turn();
            }
            self.line(line, 0.0, self.y);
            self.y += line.height;
        }
    }
}

/// A block whose lines are set.
enum Ready {
    Lines { before: f32, lines: Vec<Line>, heading: Option<(u16, String)>, after: f32 },
    Table(Prepared),
    NewPage,
}

impl Ready {
    fn of(block: &Block, setter: &mut Setter<'_>, structure: &mut Structure) -> Self {
        let mut lines = |text: &Text, size: f32, role: Role, before: f32, after: f32| {
            let heading = if let Role::Heading(level, title) = &role { Some((*level, title.clone())) } else { None };
            let part = structure.add(None, role);
            Self::Lines { before, lines: setter.set(text, size, WIDTH, Some(part)), heading, after }
        };
        match block {
            Block::Heading(level @ ..=1, text) => lines(text, 14.0, Role::Heading(*level, text.said()), 16.0, 8.0),
            Block::Heading(level, text) => lines(text, 11.5, Role::Heading(*level, text.said()), 14.0, 4.0),
            Block::Paragraph(text) => lines(text, 10.0, Role::Paragraph, 2.0, 4.0),
            Block::Note(text) => lines(text, 9.0, Role::Note, 0.0, 3.0),
            Block::Table(table) => Self::Table(table.prepare(setter, structure)),
            Block::NewPage => Self::NewPage,
        }
    }

    /// How much stays empty below it.
    const fn after(&self) -> f32 {
        match self {
            Self::Lines { after, .. } => *after,
            Self::Table(_) => 8.0,
            Self::NewPage => 0.0,
        }
    }
}

/// How much of what comes next has to stand with a heading: what follows headings directly, and of a table its first row.
fn least(rest: &[Ready]) -> f32 {
    match rest.split_first() {
        Some((Ready::Lines { before, lines, heading: Some(_), after }, rest)) => {
            before + height(lines) + after + least(rest)
        }
        Some((Ready::Lines { before, lines, .. }, _)) => before + height(lines),
        Some((Ready::Table(table), _)) => TABLE_BEFORE + table.least(),
        Some((Ready::NewPage, _)) | None => 0.0,
    }
}

/// Puts `n / m` at the foot of every page.
fn number(pages: &mut [Page], setter: &mut Setter<'_>) {
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        let text = Text::plain(format!("{} / {count}", at + 1));
        for line in setter.set(&text, NUMBER_SIZE, WIDTH, None) {
            let left = (PAGE.0 - line.width) / 2.0;
            let top = PAGE.1 - FOOT / 2.0 - NUMBER_SIZE;
            page.pieces.extend(line.pieces.into_iter().map(|piece| Piece {
                x: left + piece.x,
                base: top + piece.base,
                ..piece
            }));
        }
    }
}
