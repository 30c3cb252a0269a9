//! How the rows of a table go over pages.

use super::page::{Flow, Frame};
use super::table::{PAD, PAD_SIDE, Prepared, Set};
use super::text::{Line, height};

/// A row that goes over pages begins where at least this much of it fits, in points.
const BEGIN_MIN: f32 = 60.0;
/// A table that is not higher than this is not torn apart, in points.
const WHOLE_MAX: f32 = 240.0;
/// A head higher than this part of a page is not repeated.
const HEAD_MAX: f32 = Flow::ROOM_MAX / 3.0;

impl Prepared {
    /// How much of it stands together at least: all of it if it is low, otherwise its head and its first row.
    pub(super) fn least(&self) -> f32 {
        let whole = row_height(&self.head) + (0..self.rows.len()).map(|row| self.alone(row)).sum::<f32>();
        if whole <= WHOLE_MAX {
            return whole;
        }
        let first = self.rows.first().map_or(0.0, |_| self.wanted(0).min(BEGIN_MIN.max(self.alone(0))));
        row_height(&self.head) + first
    }

    /// How high a row is by the cells that reach over it alone.
    fn alone(&self, row: usize) -> f32 {
        let cells = self.rows.get(row).map(Vec::as_slice).unwrap_or_default();
        cells.iter().filter(|cell| cell.rows == 1).map(Set::height).fold(0.0, f32::max)
    }

    /// How much room a row wants: its own height, and that no cell that begins in it has its text torn apart.
    fn wanted(&self, row: usize) -> f32 {
        let begins = self.rows.get(row).into_iter().flatten().filter(|cell| cell.rows > 1);
        let over = begins.map(|cell| {
            let rows: f32 = (row..row + cell.rows).map(|row| self.alone(row)).sum();
            rows.min(cell.height())
        });
        over.fold(self.alone(row), f32::max)
    }
}

impl Set {
    fn height(&self) -> f32 {
        height(&self.lines) + 2.0 * PAD
    }
}

fn row_height(cells: &[Set]) -> f32 {
    cells.iter().map(Set::height).fold(0.0, f32::max)
}

/// Puts a table on pages. A row that fits on a page is not torn apart; the head is repeated on each page.
pub(super) fn place(table: &Prepared, flow: &mut Flow) {
    if table.least() > flow.room() && !flow.at_top() {
        flow.turn();
    }
    let mut spread = Spread { table, flow, open: Vec::new() };
    spread.head(false);
    for row in 0..table.rows.len() {
        spread.row(row);
    }
}

/// A table on its way over pages.
struct Spread<'a, 'f> {
    table: &'a Prepared,
    flow: &'f mut Flow,
    /// The cells that have begun and not ended.
    open: Vec<Open<'a>>,
}

/// A cell that has begun and not ended.
struct Open<'a> {
    cell: &'a Set,
    /// The lines that do not stand on a page yet.
    lines: &'a [Line],
    /// Over how many rows it still reaches.
    rows: usize,
    /// Where it begins on this page.
    top: f32,
}

impl Spread<'_, '_> {
    fn row(&mut self, row: usize) {
        let Some(cells) = self.table.rows.get(row) else { return };
        let wanted = self.table.wanted(row);
        let room_max = Flow::ROOM_MAX - self.repeated();
        let least = if wanted > room_max { BEGIN_MIN } else { wanted };
        if least > self.flow.room() {
            self.turn();
        }
        let top = self.flow.y;
        self.open.extend(cells.iter().map(|cell| Open { cell, lines: &cell.lines, rows: cell.rows, top }));
        while self.ending() > self.flow.room() {
            self.flow.y += self.flow.room().max(0.0);
            self.turn();
        }
        self.flow.y += self.ending();
        let bottom = self.flow.y;
        self.open.iter_mut().for_each(|open| open.rows -= 1);
        for open in self.open.extract_if(.., |open| open.rows == 0) {
            draw(self.flow, open.cell, open.lines, open.top, bottom);
        }
    }

    /// How much further down the cells end that end with this row.
    fn ending(&self) -> f32 {
        let ending = self.open.iter().filter(|open| open.rows == 1);
        ending.map(|open| open.top + height(open.lines) + 2.0 * PAD - self.flow.y).fold(0.0, f32::max)
    }

    /// Ends this page where the table stands, and goes on on the next.
    fn turn(&mut self) {
        let bottom = self.flow.y;
        for open in &mut self.open {
            let mut room = bottom - open.top - PAD;
            let fits = open.lines.iter().take_while(|line| {
                room -= line.height;
                room >= 0.0
            });
            let (here, further) = open.lines.split_at_checked(fits.count()).unwrap_or((open.lines, &[]));
            draw(self.flow, open.cell, here, open.top, bottom);
            open.lines = further;
        }
        self.flow.turn();
        self.head(true);
        let top = self.flow.y;
        self.open.iter_mut().for_each(|open| open.top = top);
    }

    /// How much of each page after the first the head takes.
    fn repeated(&self) -> f32 {
        let head = row_height(&self.table.head);
        if head > HEAD_MAX { 0.0 } else { head }
    }

    fn head(&mut self, again: bool) {
        let height = if again { self.repeated() } else { row_height(&self.table.head) };
        if height <= 0.0 {
            return;
        }
        let top = self.flow.y;
        for cell in &self.table.head {
            let lines: Vec<Line> =
                if again { cell.lines.iter().map(Line::as_decoration).collect() } else { cell.lines.clone() };
            draw(self.flow, cell, &lines, top, top + height);
        }
        self.flow.y += height;
    }
}

fn draw(flow: &mut Flow, cell: &Set, lines: &[Line], top: f32, bottom: f32) {
    let (left, width) = (cell.left, cell.width);
    if bottom > top {
        flow.frame(Frame { left, top, width, height: bottom - top, shaded: cell.shaded });
    }
    let mut y = top + PAD;
    for line in lines {
        flow.line(line, left + PAD_SIDE, y);
        y += line.height;
    }
}
