//! The form as a workbook of one sheet.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use tenken_engine::checklist::{Checklist, Item};
use thiserror::Error;

use super::pdf::face::{Face, GETA};
use super::pdf::grid::{Grid, Place};
use super::pdf::text::{self, Setter, Text};
use super::{Reaching, date, done_cell, entry, planned_cell, reaching};
use crate::declaration::Declaration;
use crate::header::Block;

/// The widths of the sheet's columns, in characters: No, three that the wording goes over, 実施済, 実施予定.
const WIDTHS: [f32; 6] = [5.0, 17.0, 17.0, 17.0, 14.0, 20.0];
/// The width of columns beyond them, in characters, as the format has it.
const BEYOND: f32 = 8.43;
/// The last of these columns.
const LAST: u16 = 5;
/// The columns that the wording of an item goes over.
const WORDING: RangeInclusive<u16> = 1..=3;
/// The font, which Windows has since 2018; a system without it takes another one.
const FONT: &str = "BIZ UDPGothic";
const SIZE: f32 = 10.0;
/// The lowest row, and the highest that there may be, in points.
const ROW_MIN: f32 = 18.0;
const ROW_MAX: f32 = 409.0;
/// A4 among the paper sizes of the file format.
const A4: u8 = 9;

/// Why there is no workbook.
#[derive(Debug, Error)]
pub enum WorkbookError {
    /// The form does not fit into a sheet: a cell holds at most 32,767 characters, a sheet 1,048,576 rows.
    #[error("the form does not fit into a workbook: {0}")]
    Format(#[from] XlsxError),
    /// The font that lines are measured by cannot be read.
    #[error("the font that lines are measured by cannot be read")]
    Font,
}

/// Writes the form as a workbook that says it was made at that time. Every cell is text, whatever it looks like; a character that
/// the file format cannot hold is `〓`. The same form made at the same time gives the same bytes.
///
/// # Errors
/// The form does not fit into a sheet.
pub fn write(
    declaration: &Declaration,
    checklist: &Checklist,
    made_at: DateTime<Utc>,
) -> Result<Vec<u8>, WorkbookError> {
    let face = Face::built_in().map_err(|_| WorkbookError::Font)?;
    let formats = Formats::new();
    let mut sheet = Sheet::new(&face)?;
    for block in &declaration.header.with_verdict(declaration.verdict(), checklist).blocks {
        match block {
            Block::Table(rows) => sheet.table(rows, &formats)?,
            Block::Paragraph(text) => sheet.line(text, &formats.plain)?,
        }
    }
    sheet.form(declaration, checklist, &formats)?;
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(made_at.timestamp())?;
    let about = DocProperties::new().set_title(&checklist.edition.title_ja).set_creation_datetime(&made_at);
    workbook.set_properties(&about).push_worksheet(sheet.written);
    Ok(workbook.save_to_buffer()?)
}

struct Formats {
    title: Format,
    heading: Format,
    plain: Format,
    cell: Format,
    shaded: Format,
    number: Format,
}

impl Formats {
    fn new() -> Self {
        let text = || Format::new().set_font_name(FONT).set_font_size(SIZE).set_text_wrap().set_align(FormatAlign::Top);
        let cell = || text().set_border(FormatBorder::Thin);
        Self {
            title: text().set_font_size(14.0).set_bold(),
            heading: text().set_font_size(11.0).set_bold(),
            plain: text(),
            cell: cell(),
            shaded: cell().set_background_color(Color::RGB(0x00ee_eeee)),
            number: cell().set_align(FormatAlign::Center),
        }
    }
}

/// The sheet and the row that comes next.
struct Sheet<'a> {
    written: Worksheet,
    setter: Setter<'a>,
    row: u32,
}

impl<'a> Sheet<'a> {
    fn new(face: &'a Face) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name("チェックリスト")?;
        for (column, width) in (0..).zip(WIDTHS) {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
        sheet.set_margins(0.6, 0.6, 0.6, 0.7, 0.3, 0.3).set_footer("&C&P / &N");
        Ok(Self { written: sheet, setter: Setter::new(face), row: 0 })
    }

    /// The checklist itself; it begins on a page of its own.
    fn form(&mut self, declaration: &Declaration, checklist: &Checklist, formats: &Formats) -> Result<(), XlsxError> {
        let form = &checklist.form;
        let Formats { title, heading, plain, cell, shaded, number } = formats;
        if self.row > 0 {
            self.written.set_page_breaks(&[self.row])?;
        }
        self.line(&format!("別添 {}", checklist.edition.title_ja), title)?;
        self.line(&form.preamble_ja, plain)?;
        for rule in [&form.publication_rule_ja, &form.choice_rule_ja] {
            self.line(&format!("*{rule}"), plain)?;
        }
        self.cell(0..=1, &form.updates_heading_ja, shaded)?;
        self.cell(2..=2, &form.last_updated_ja, shaded)?;
        self.cell(3..=LAST, &date(declaration.updated_on), cell)?;
        self.written.set_row_height(self.row, ROW_MIN)?;
        self.row += 1;
        self.line(&format!("*{}", form.change_rule_ja), plain)?;
        let mut first_head = true;
        for section in &checklist.sections {
            self.row += 1;
            self.line(&section.heading_ja, heading)?;
            if std::mem::take(&mut first_head) {
                self.written.set_repeat_rows(self.row, self.row)?;
            }
            self.item([&form.number_ja, &form.item_ja, &form.done_ja, &form.planned_ja], shaded, shaded)?;
            for item in &section.items {
                let Some(answer) = declaration.answer(&item.id) else { continue };
                let no = format!("{}.", item.id.number());
                self.item([&no, &wording(item), &done_cell(answer), &planned_cell(answer)], number, cell)?;
            }
            for note in checklist.notes.iter().filter(|note| note.section == section.id) {
                self.line(&format!("{}:{}", note.id, note.text_ja), plain)?;
            }
        }
        Ok(())
    }

    /// A row of a section's table.
    fn item(&mut self, cells: [&str; 4], first: &Format, others: &Format) -> Result<(), XlsxError> {
        let [number, wording, done, planned] = cells;
        let mut height = self.cell(0..=0, number, first)?;
        height = height.max(self.cell(WORDING, wording, others)?);
        height = height.max(self.cell(4..=4, done, others)?);
        height = height.max(self.cell(5..=LAST, planned, others)?);
        self.written.set_row_height(self.row, height.clamp(ROW_MIN, ROW_MAX))?;
        self.row += 1;
        Ok(())
    }

    /// A line of text over all columns.
    fn line(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        let height = self.cell(0..=LAST, text, format)?;
        self.written.set_row_height(self.row, height.clamp(ROW_MIN, ROW_MAX))?;
        self.row += 1;
        Ok(())
    }

    /// A table of the part about the agency, and an empty row.
    fn table(&mut self, rows: &[Vec<String>], formats: &Formats) -> Result<(), XlsxError> {
        let rows: Vec<Vec<Reaching<'_>>> = reaching(rows).into_iter().filter(|row| !row.is_empty()).collect();
        let grid = Grid::of(&rows.iter().map(|row| row.iter().map(|cell| cell.rows).collect()).collect::<Vec<_>>());
        let nothing = Reaching { text: "", rows: 1, names: false };
        for (cells, places) in rows.iter().zip(&grid.rows) {
            let mut height: f32 = 0.0;
            for (content, place) in cells.iter().chain(std::iter::repeat(&nothing)).zip(places) {
                let format = if content.names { &formats.shaded } else { &formats.cell };
                let columns = columns(*place, grid.columns)?;
                let end = u32::try_from(place.rows - 1).map_err(|_| XlsxError::RowColumnLimitError)?;
                let needed = self.reaching_cell(columns, end, content.text, format)?;
                if place.rows == 1 {
                    height = height.max(needed);
                }
            }
            self.written.set_row_height(self.row, height.clamp(ROW_MIN, ROW_MAX))?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    /// A cell over columns. Returns how high it wants to be, in points.
    fn cell(&mut self, columns: RangeInclusive<u16>, text: &str, format: &Format) -> Result<f32, XlsxError> {
        self.reaching_cell(columns, 0, text, format)
    }

    /// A cell over columns and that many further rows.
    fn reaching_cell(
        &mut self,
        columns: RangeInclusive<u16>,
        further: u32,
        text: &str,
        format: &Format,
    ) -> Result<f32, XlsxError> {
        let (first, last) = columns.into_inner();
        let text = writable(text);
        if first == last && further == 0 {
            self.written.write_string_with_format(self.row, first, &text, format)?;
        } else {
            self.written.merge_range(self.row, first, self.row + further, last, &text, format)?;
        }
        Ok(self.height(&text, first..=last))
    }

    /// How high a text is in columns, in points. Programs set it narrower or wider than this one, and lines less apart; it gets
    /// some room in width.
    fn height(&mut self, text: &str, columns: RangeInclusive<u16>) -> f32 {
        let characters: f32 = columns.map(|column| WIDTHS.get(usize::from(column)).copied().unwrap_or(BEYOND)).sum();
        let points = (characters * 7.0 + 5.0) * 0.75 * 0.92;
        let lines = self.setter.set(&Text::plain(text), SIZE, points, None);
        text::height(&lines) * 0.9 + 4.0
    }
}

/// The wording of an item with a line for each entry of its list, and the mark of its note.
fn wording(item: &Item) -> String {
    let entries = item.bullets.iter().map(|bullet| {
        let (sign, text) = entry(bullet);
        format!("{sign}{text}")
    });
    let lines: Vec<String> = [item.text_ja.clone()].into_iter().chain(entries).chain(item.tail_ja.clone()).collect();
    let mark = item.note.as_ref().map(|note| format!(" {note})")).unwrap_or_default();
    format!("{}{mark}", lines.join("\n"))
}

/// The sheet's columns for those of a table: the first goes over two, because that of the numbers is narrow, and the last over
/// what is left.
fn columns(place: Place, all: usize) -> Result<RangeInclusive<u16>, XlsxError> {
    let column = |column: usize| u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError);
    let first = if place.column == 0 { 0 } else { column(place.column + 1)? };
    let end = place.column + place.columns;
    let last = if end == all { column(end)?.max(LAST) } else { column(end)? };
    Ok(first..=last)
}

/// The text without what the file format cannot hold.
fn writable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let held = |c: char| matches!(c, '\t' | '\n') || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars().map(|character| if held(character) { character } else { GETA }).collect()
}
