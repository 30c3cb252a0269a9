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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::print::pdf::face::Face;
    use crate::print::pdf::page::{Block, Laid, PAGE, Page, lay_out};
    use crate::print::pdf::table::{Cell, Table};
    use crate::print::pdf::text::{Piece, Text};

    const MARGIN: f32 = 42.0;
    const FOOT: f32 = 50.0;

    fn cell(text: &str) -> Cell {
        Cell::data(Text::plain(text))
    }

    fn table(head: Option<&[&str]>, rows: Vec<Vec<Cell>>) -> Block {
        let head = head.map(|cells| cells.iter().map(|text| Cell::column_head(text)).collect());
        Block::Table(Table { widths: None, head, rows })
    }

    fn laid(blocks: &[Block]) -> Laid {
        lay_out(blocks, &Face::built_in().unwrap())
    }

    /// What stands on a page, without its number.
    fn said(page: &Page) -> String {
        let body = page.pieces.iter().filter(|piece| piece.base < PAGE.1 - FOOT);
        body.flat_map(|piece| &piece.letters).map(|(character, _)| *character).collect()
    }

    fn lines(count: usize) -> String {
        (0..count).map(|at| format!("{at}行")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn rows_stay_whole_and_the_head_is_repeated() {
        let rows = (0..30).map(|at| vec![cell(&format!("始{at}\n{}\n終{at}", lines(2)))]).collect();
        let laid = laid(&[table(Some(&["見出"]), rows)]);
        assert!(laid.pages.len() > 2);
        for page in &laid.pages {
            let said = said(page);
            assert!(said.starts_with("見出始"), "{said}");
            assert_eq!(said.matches('始').count(), said.matches('終').count());
            assert_eq!(said.matches("見出").count(), 1);
        }
        let repeated = laid.pages[1].pieces.iter().filter(|piece| piece.part.is_none()).count();
        assert_eq!(repeated, 2, "the head and the number are no parts of the text");
    }

    #[test]
    fn a_row_higher_than_a_page_goes_on() {
        let laid = laid(&[table(None, vec![vec![cell(&lines(150)), cell("横")], vec![cell("次")]])]);
        assert_eq!(laid.pages.len(), 3);
        let all: String = laid.pages.iter().map(said).collect();
        let numbers: Vec<usize> = all.replace(['横', '次'], "").split('行').filter_map(|at| at.parse().ok()).collect();
        assert_eq!(numbers, (0..150).collect::<Vec<_>>());
        assert!(all.ends_with('次'));
    }

    #[test]
    fn a_heading_stays_with_the_first_row() {
        for filled in 30..60 {
            let paragraph = Block::Paragraph(Text::plain(lines(filled)));
            let heading = Block::Heading(2, Text::plain("題"));
            let rows = (0..20).map(|at| vec![cell(&format!("初{at}\n二\n三"))]).collect();
            let laid = laid(&[paragraph, heading, table(Some(&["欄"]), rows)]);
            let page = laid.pages.iter().map(said).find(|said| said.contains('題')).unwrap();
            assert!(page.contains("題欄初0"), "{filled}: {page}");
        }
    }

    #[test]
    fn a_cell_over_rows_goes_over_pages_with_them() {
        let mut rows: Vec<Vec<Cell>> = (0..90).map(|at| vec![cell(&format!("{at}番"))]).collect();
        rows[0].insert(0, cell("札").over(90));
        let laid = laid(&[table(None, rows)]);
        assert_eq!(laid.pages.len(), 3);
        assert!(said(&laid.pages[0]).contains('札'));
        for page in &laid.pages {
            let reaching = page.frames.iter().filter(|frame| frame.height > 300.0).count();
            assert_eq!(reaching, 1);
        }
        let tall = vec![vec![cell(&lines(120)).over(2), cell("一")], vec![cell("二")], vec![cell("三"), cell("四")]];
        let all: String = super::tests::laid(&[table(None, tall)]).pages.iter().map(said).collect();
        assert!(all.contains("119行") && all.ends_with("三四"), "{all}");
    }

    fn tables() -> impl Strategy<Value = Block> {
        let text = prop_oneof!["[ぁ-ん。、「」]{0,40}", "[a-z]{0,120}", (0_usize..90).prop_map(lines)];
        let cell = (text, 1_usize..4).prop_map(|(text, rows)| cell(&text).over(rows));
        let rows = proptest::collection::vec(proptest::collection::vec(cell, 0..4), 0..8);
        (rows, any::<bool>()).prop_map(|(rows, head)| table(head.then_some(&["一", "二", "三"]), rows))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn nothing_leaves_the_page_and_nothing_is_lost(blocks in proptest::collection::vec(tables(), 0..4)) {
            let laid = laid(&blocks);
            let wanted: usize = blocks.iter().map(|block| match block {
                Block::Table(table) => table.rows.iter().flatten().map(letters).sum(),
                _ => 0,
            }).sum();
            let all: String = laid.pages.iter().map(said).collect();
            prop_assert_eq!(all.chars().filter(|c| !matches!(c, ' ' | '一' | '二' | '三')).count(), wanted);
            for page in &laid.pages {
                for frame in &page.frames {
                    prop_assert!(frame.left >= MARGIN && frame.left + frame.width <= PAGE.0 - MARGIN, "{frame:?}");
                    prop_assert!(frame.top >= MARGIN && frame.top + frame.height <= PAGE.1 - FOOT, "{frame:?}");
                }
                for piece in page.pieces.iter().filter(|piece| piece.base < PAGE.1 - FOOT) {
                    let inside = |frame: &&super::Frame| {
                        frame.left <= piece.x && piece.base > frame.top && piece.base < frame.top + frame.height
                            && piece.x + width(piece) <= frame.left + frame.width
                    };
                    prop_assert_eq!(page.frames.iter().filter(inside).count(), 1, "{:?}", piece);
                }
            }
        }
    }

    /// Without the spaces at its end, which may stand out.
    fn width(piece: &Piece) -> f32 {
        let last = piece.letters.iter().rposition(|(character, _)| *character != ' ').map_or(0, |at| at + 1);
        piece.letters[..last].iter().map(|(_, glyph)| glyph.advance * piece.size).sum()
    }

    fn letters(cell: &Cell) -> usize {
        let said = cell.content.iter().map(|content| match content {
            crate::print::pdf::table::Content::Paragraph(text) | crate::print::pdf::table::Content::Entry(_, text) => {
                text.said()
            }
        });
        said.collect::<String>().chars().filter(|c| !c.is_whitespace()).count()
    }
}
