//! A check as a table for a terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use tenken_model::finding::VerdictKind;
use tenken_model::{Language, Verdict};

use super::{Judged, Row};

/// The whole table with its summary. Rules that do not bear on this host are only counted.
pub fn render(judged: &Judged, language: Language, width: u16) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header([language.check_verdict(), language.check_items(), language.check_rule(), language.check_found()]);
    for row in judged.rows.iter().filter(|row| row.verdict() != VerdictKind::NotApplicable) {
        table.add_row([
            verdict(row.verdict(), language),
            row.items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            row.finding.key.rule.to_string(),
            found(row, language),
        ]);
    }
    let counts = judged.counts();
    let summary = language.check_summary(counts.pass, counts.fail, counts.unknown, counts.not_applicable);
    format!("{table}\n{}: {summary}\n{}", judged.host, language.check_more())
}

/// A verdict as a mark and a word, so that no colour is needed.
pub fn verdict(kind: VerdictKind, language: Language) -> String {
    match kind {
        VerdictKind::Pass => format!("✓ {}", language.verdict_pass()),
        VerdictKind::Fail => format!("✗ {}", language.verdict_fail()),
        VerdictKind::Unknown => format!("? {}", language.verdict_unknown()),
        VerdictKind::NotApplicable => format!("- {}", language.verdict_not_applicable()),
    }
}

fn found(row: &Row, language: Language) -> String {
    let says = language.of(&row.finding.says).to_owned();
    match &row.finding.verdict {
        Verdict::Unknown(reason) => format!("{says}\n{} ({})", language.reason(reason.code), reason.detail),
        Verdict::Pass | Verdict::Fail | Verdict::NotApplicable => says,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_and_why() {
        let text = render(&super::super::tests::sample(), Language::English, 100);
        for part in ["✗ Fail", "technical.9", "read /x: too slow", "1 pass, 1 fail, 1 unknown, 1 not applicable"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("- Not applicable"), "{text}");
    }
}
