//! The evidence of one item on paper: what is declared, what is measured, and what both rest on.

mod past;
mod rules;

use tenken_engine::checklist::{Item, Section};
use tenken_form::print::entry;
use tenken_form::print::pdf::page::Block;
use tenken_form::print::pdf::paint::About;
use tenken_form::print::pdf::table::{Cell, Table};
use tenken_form::print::pdf::text::Text;
use tenken_form::print::pdf::{PdfError, Printed, document};
use tenken_model::{Instant, Language};

use super::Assessment;
use crate::pages::item::class_label;
use crate::pages::moment::absolute;
use crate::pages::proposal::status as answer_words;
use crate::pages::state::Shown as _;
use crate::pages::words;

/// The most causes that are told.
const CAUSES_MAX: usize = 50;

/// Writes the sheet of an item as a PDF. The same assessment gives the same bytes.
///
/// # Errors
/// Never in practice: see [`document`].
pub fn write(assessment: &Assessment, section: &Section, item: &Item, t: Language) -> Result<Printed, PdfError> {
    let title = t.sheet_title(&words::place(section, item, t), t.of(&item.short));
    document(&blocks(assessment, section, item, t), &About { title, made_at: assessment.at })
}

/// Writes the sheets of all items as one PDF, each beginning on a page of its own.
///
/// # Errors
/// Never in practice: see [`document`].
pub fn write_all(assessment: &Assessment, t: Language) -> Result<Printed, PdfError> {
    let sheets = assessment.checklist.located().flat_map(|(section, item)| {
        let mut sheet = blocks(assessment, section, item, t);
        sheet.push(Block::NewPage);
        sheet
    });
    let mut sheets: Vec<Block> = sheets.collect();
    sheets.pop();
    document(&sheets, &About { title: t.sheet_all_title(&assessment.agency(t)), made_at: assessment.at })
}

/// What stands on the sheet.
pub fn blocks(assessment: &Assessment, section: &Section, item: &Item, t: Language) -> Vec<Block> {
    let mut blocks = vec![heading(1, t.sheet_title(&words::place(section, item, t), t.of(&item.short)))];
    blocks.push(facts(assessment, item, t));
    blocks.push(heading(2, t.sheet_wording()));
    blocks.extend(wording(assessment, item));
    blocks.push(heading(2, t.sheet_state()));
    blocks.extend(state(assessment, item, t));
    blocks.push(heading(2, t.sheet_rules()));
    blocks.extend(rules::blocks(assessment, item, t));
    blocks.push(heading(2, t.sheet_attestations()));
    blocks.extend(past::attestations(assessment, item, t));
    blocks.push(heading(2, t.waivers_title()));
    blocks.extend(past::waivers(assessment, item, t));
    blocks.push(heading(2, t.sheet_drifts()));
    blocks.extend(past::drifts(assessment, item, t));
    blocks.push(Block::Note(Text::plain(t.sheet_foot(assessment.head.entries, &assessment.head.digest.to_string()))));
    blocks
}

fn facts(assessment: &Assessment, item: &Item, t: Language) -> Block {
    let declared = assessment.version.as_ref().and_then(|version| version.declaration().answer(&item.id));
    let declared = match declared {
        None => t.sheet_nothing_declared(),
        Some(answer) if answer.remark.is_empty() => answer_words(answer, t),
        Some(answer) => t.answer_with_remark(&answer_words(answer, t), &answer.remark),
    };
    let updated = assessment.version.as_ref().map(|version| version.declaration().updated_on);
    let updated = updated.map_or_else(String::new, |day| crate::pages::moment::date(t, day));
    let rows = [
        (t.sheet_agency(), assessment.agency(t)),
        (t.sheet_made_at(), absolute(t, assessment.at)),
        (t.sheet_edition(), assessment.checklist.edition.title_ja.clone()),
        (t.package_item_id(), item.id.to_string()),
        (t.sheet_class(), class_label(item.class, t)),
        (t.column_declared(), declared),
        (t.declaration_updated_on(), updated),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(name, value)| vec![cell(name).row_head(), cell(value)]).collect();
    Block::Table(Table { widths: Some(vec![130.0, WIDTH - 130.0]), head: None, rows })
}

/// How wide what is printed is.
const WIDTH: f32 = tenken_form::print::pdf::page::WIDTH;

fn wording(assessment: &Assessment, item: &Item) -> Vec<Block> {
    let mut blocks = vec![paragraph(&item.text_ja)];
    let entries = item.bullets.iter().map(|bullet| {
        let (sign, text) = entry(bullet);
        format!("{sign}{text}")
    });
    let entries: Vec<String> = entries.collect();
    blocks.extend((!entries.is_empty()).then(|| paragraph(entries.join("\n"))));
    blocks.extend(item.tail_ja.iter().map(paragraph));
    let note = item.note.as_deref().and_then(|mark| assessment.checklist.note(mark));
    blocks.extend(note.map(|note| Block::Note(Text::plain(format!("{}:{}", note.id, note.text_ja)))));
    blocks
}

/// The state, what it means, and why it is so.
fn state(assessment: &Assessment, item: &Item, t: Language) -> Vec<Block> {
    let Some(status) = assessment.statuses.get(&item.id) else { return vec![paragraph(t.cause_not_measured())] };
    let since = status.since.map_or_else(String::new, |at| t.sheet_since(&absolute(t, at)));
    let mut rows = vec![vec![cell(t.column_state()).row_head(), cell(format!("{}{since}", status.state.label(t)))]];
    rows.push(vec![cell(t.sheet_means()).row_head(), cell(status.state.means(t))]);
    if !item.rules.is_empty() || !item.any_of.is_empty() {
        rows.push(vec![cell(t.column_hosts_judged()).row_head(), cell(words::coverage(status.coverage, t))]);
    }
    if let Some(branch) = status.branch.as_ref().and_then(|branch| item.branch(branch)) {
        rows.push(vec![cell(t.sheet_way()).row_head(), cell(t.of(&branch.says))]);
    }
    if status.waived > 0 {
        rows.push(vec![cell(t.waivers_title()).row_head(), cell(t.assessment_waived_findings(status.waived))]);
    }
    if status.vouched > 0 {
        rows.push(vec![cell(t.item_attestation()).row_head(), cell(t.item_vouched(status.vouched))]);
    }
    let mut causes: Vec<String> =
        status.causes.iter().take(CAUSES_MAX).map(|cause| format!("・{}", words::cause(cause, t))).collect();
    // Of a host that says nothing, each rule has a cause of the same words.
    causes.dedup();
    let left = status.causes.len().saturating_sub(CAUSES_MAX) + status.causes_left_out;
    causes.extend((left > 0).then(|| t.cause_more(left)));
    if !causes.is_empty() {
        rows.push(vec![cell(t.column_cause()).row_head(), cell(causes.join("\n"))]);
    }
    vec![Block::Table(Table { widths: Some(vec![130.0, WIDTH - 130.0]), head: None, rows })]
}

fn heading(level: u16, text: String) -> Block {
    Block::Heading(level, Text::plain(text))
}

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(Text::plain(text))
}

fn cell(text: impl Into<String>) -> Cell {
    Cell::data(Text::plain(text))
}

/// A table with heads and widths; what there is none of is said in its place.
fn table(heads: &[String], widths: &[f32], rows: Vec<Vec<Cell>>, none: String) -> Block {
    if rows.is_empty() {
        return paragraph(none);
    }
    let last = WIDTH - widths.iter().sum::<f32>();
    let widths = widths.iter().copied().chain([last]).collect();
    let head = heads.iter().map(|head| Cell::column_head(head)).collect();
    Block::Table(Table { widths: Some(widths), head: Some(head), rows })
}

/// A moment, or a dash.
fn moment(at: Option<Instant>, t: Language) -> String {
    at.map_or_else(|| "—".to_owned(), |at| absolute(t, at))
}

/// How many entries of a list were left out, if any were.
fn left(left: usize, t: Language) -> Option<Block> {
    (left > 0).then(|| Block::Note(Text::plain(t.rows_left(left))))
}
