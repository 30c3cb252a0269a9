//! The form that the agency of the demonstration has published, as text, read the way every published form is.

use std::fmt::Write as _;

use chrono::NaiveDate;
use tenken_calendar::PlannedTime;
use tenken_engine::checklist::Checklist;
use tenken_form::declaration::{Answer, Declaration, Incomplete};
use tenken_form::print::{date, done_cell, planned_cell};
use tenken_form::read::{place::wording, read_text};

use super::{AGENCY, MARK};

/// Items that the first form announces.
pub(super) const PLANNED: [&str; 2] = ["exchange.3", "takeout.7"];

/// The table about the agency.
const ABOUT: [(&str, &str); 8] = [
    ("機関名", AGENCY),
    ("所在地", "〒000-0000 見本県見本市見本町0-0-0"),
    ("電話番号", "00-0000-0000"),
    ("担当部署", "情報システム係"),
    ("システムの保有", "■ 自己所有 □ 借用"),
    ("システムの運用管理", "■ 自機関内 □ 全部委託 □ 一部委託"),
    ("システム管理技術者数", "機関本体 1人 委託先 2人"),
    ("ガイドラインの遵守", "□ 最低限のガイドラインを遵守済 ■ 最低限のガイドラインを遵守していない"),
];

/// The published form as text: every item 実施済 but those that are announced.
fn text(checklist: &Checklist, updated_on: NaiveDate, planned: &PlannedTime) -> String {
    let mut text = format!("{MARK}\n\n");
    // Writing to memory does not fail.
    for (label, value) in ABOUT {
        let _written = writeln!(text, "{label}\t{value}");
    }
    let form = &checklist.form;
    let _written = write!(
        text,
        "\n別添 {}\n\n{}\t{}\t{}\n\n",
        checklist.edition.title_ja,
        form.updates_heading_ja,
        form.last_updated_ja,
        date(updated_on)
    );
    for section in &checklist.sections {
        let heads = [&form.number_ja, &form.item_ja, &form.done_ja, &form.planned_ja].map(String::as_str);
        let _written = writeln!(text, "{}\n\n{}", section.heading_ja, heads.join("\t"));
        for item in &section.items {
            let is_planned = PLANNED.contains(&item.id.as_str());
            let answer = if is_planned { Answer::planned(planned.clone()) } else { Answer::done() };
            let cells = [done_cell(&answer), planned_cell(&answer)];
            let _written = writeln!(text, "{}.\t{}\t{}", item.id.number(), wording(item), cells.join("\t"));
        }
        text.push('\n');
    }
    text
}

/// The first published form.
pub(super) fn published(
    checklist: &Checklist,
    updated_on: NaiveDate,
    planned: &PlannedTime,
) -> Result<Declaration, Incomplete> {
    let reading = read_text(&text(checklist, updated_on, planned), checklist);
    Declaration::new(checklist, updated_on, reading.answers(), reading.header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_read_as_it_is_meant() {
        let checklist = Checklist::embedded().unwrap();
        let (day, when) = (NaiveDate::from_ymd_opt(2025, 11, 27).unwrap(), PlannedTime::new("2026年5月").unwrap());
        let reading = read_text(&text(&checklist, day, &when), &checklist);
        let unplaced: Vec<&str> = reading.unplaced.iter().map(|line| line.text.as_str()).collect();
        assert_eq!((reading.updated_on, unplaced), (Some(day), vec![MARK]), "all but what it says of itself is known");
        let declaration = published(&checklist, day, &when).unwrap();
        let planned = declaration.answers.iter().filter(|(_, answer)| !answer.is_done());
        assert_eq!(planned.map(|(item, _)| item.as_str()).collect::<Vec<_>>(), PLANNED);
        assert!(serde_json::to_string(&declaration.header).unwrap().contains(AGENCY));
    }
}
