//! The sheet as a document, with who signed it and what for. Pure.

use tenken_calendar::japan;
use tenken_form::print::pdf::page::Block;
use tenken_form::print::pdf::paint::About;
use tenken_form::print::pdf::table::{Cell, Table};
use tenken_form::print::pdf::text::Text;
use tenken_form::print::pdf::{self, PdfError, Printed};
use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};

use super::sheet::Sheet;
use super::sign::Signature;
use super::words::{self, Chapter, chapters, month_name};
use crate::pages::moment;

/// The language of documents: that of the form.
const T: Language = Language::Japanese;

/// The sheet as it was signed.
pub(super) fn write(
    sheet: &Sheet,
    digest: &Digest,
    signature: &Signature,
    person: &str,
    now: Instant,
) -> Result<Printed, PdfError> {
    let title = T.logs_of(&month_name(sheet.month, T));
    let mut blocks = vec![Block::Heading(1, Text::plain(title.clone())), head(sheet, digest, signature, person, now)];
    let chapters = chapters(sheet, T);
    blocks.push(Block::Heading(2, Text::plain(T.logs_summary())));
    blocks.push(summary(&chapters));
    for chapter in &chapters {
        part(chapter, &mut blocks);
    }
    blocks.push(Block::Heading(2, Text::plain(T.logs_not_measured())));
    blocks.push(Block::Paragraph(Text::plain(T.logs_not_measured_lead())));
    blocks.push(Block::Paragraph(Text::plain(words::not_measured(sheet, T).join(&T.list_join()))));
    pdf::document(&blocks, &About { title, made_at: now })
}

fn head(sheet: &Sheet, digest: &Digest, signature: &Signature, person: &str, now: Instant) -> Block {
    let at = |at: Instant| moment::absolute(T, at);
    let signer = format!("{} ({person})", signature.reviewer);
    let lines = [
        (T.logs_period(), T.logs_between(&at(sheet.from), &at(sheet.until))),
        (T.logs_hosts(), T.logs_host_count(sheet.hosts)),
        (T.logs_made_at(), at(sheet.made_at)),
        (T.logs_signed_by(), signer),
        (T.logs_signed_at(), at(now)),
        (T.logs_result(), signature.result_text(T)),
        (T.logs_findings(), signature.findings.clone()),
        ("SHA-256".to_owned(), digest.to_string()),
    ];
    let row = |(label, text): (String, String)| {
        vec![Cell::data(Text::plain(label)).row_head(), Cell::data(Text::plain(text))]
    };
    Block::Table(Table { widths: None, head: None, rows: lines.into_iter().map(row).collect() })
}

/// How many lines each part has.
fn summary(chapters: &[Chapter]) -> Block {
    let head = [T.logs_summary_part(), T.logs_summary()].iter().map(|head| Cell::column_head(head)).collect();
    let row = |chapter: &Chapter| {
        vec![Cell::data(Text::plain(&chapter.heading)).row_head(), Cell::data(Text::plain(chapter.count(T)))]
    };
    Block::Table(Table { widths: None, head: Some(head), rows: chapters.iter().map(row).collect() })
}

fn part(chapter: &Chapter, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, Text::plain(&chapter.heading)));
    blocks.push(Block::Paragraph(Text::plain(&chapter.lead)));
    if let Some(unknown) = &chapter.unknown {
        blocks.push(Block::Paragraph(Text::plain(unknown)));
    } else if chapter.rows.is_empty() {
        blocks.push(Block::Paragraph(Text::plain(T.logs_nothing())));
    } else {
        let head = chapter.heads.iter().map(|head| Cell::column_head(head)).collect();
        let row = |row: &Vec<words::Cell>| row.iter().map(|cell| Cell::data(Text::plain(&cell.text))).collect();
        let rows = chapter.rows.iter().map(row).collect();
        blocks.push(Block::Table(Table { widths: None, head: Some(head), rows }));
        if chapter.left > 0 {
            blocks.push(Block::Note(Text::plain(T.rows_left(chapter.left))));
        }
    }
}

/// The name under which the document is kept.
pub(super) fn name(sheet: &Sheet) -> String {
    T.logs_file(&sheet.month.to_string())
}

/// The time of a sheet in days, as the register of reviews has it.
pub(super) fn days(sheet: &Sheet) -> String {
    let (from, until) = (japan::date_of(sheet.from), japan::last_day_before(sheet.until));
    T.logs_between(&moment::date(T, from), &moment::date(T, until))
}
