//! The form that the agency of the stories has published, as it is copied from its home page.

use std::fmt::Write as _;

use anyhow::Result;
use tenken_calendar::japan;
use tenken_engine::checklist::Checklist;
use tenken_form::declaration::Answer;
use tenken_form::print::{date, done_cell, planned_cell};
use tenken_form::read::place::wording;
use tenken_model::Instant;

/// The agency.
pub(crate) const AGENCY: &str = "さくら健診センター";

/// The form with every item done, as of the day of that instant.
pub(crate) fn published(now: Instant) -> Result<String> {
    let checklist = Checklist::embedded().map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let form = &checklist.form;
    let mut text = format!(
        "機関名\t{AGENCY}\nガイドラインの遵守\t■ 最低限のガイドラインを遵守済 □ 最低限のガイドラインを遵守していない\n\n\
         別添 {}\n\n{}\t{}\t{}\n\n",
        checklist.edition.title_ja,
        form.updates_heading_ja,
        form.last_updated_ja,
        date(japan::date_of(now))
    );
    let (done, heads) = (Answer::done(), [&form.number_ja, &form.item_ja, &form.done_ja, &form.planned_ja]);
    for section in &checklist.sections {
        writeln!(text, "{}\n\n{}", section.heading_ja, heads.map(String::as_str).join("\t"))?;
        for item in &section.items {
            let (number, cells) = (item.id.number(), [done_cell(&done), planned_cell(&done)].join("\t"));
            writeln!(text, "{number}.\t{}\t{cells}", wording(item))?;
        }
        text.push('\n');
    }
    Ok(text)
}
