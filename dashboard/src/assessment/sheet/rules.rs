//! The rules that decide an item, with their verdict and its values on every host.

use tenken_engine::Rule;
use tenken_engine::checklist::Item;
use tenken_form::print::pdf::page::Block;
use tenken_form::print::pdf::table::Cell;
use tenken_form::print::pdf::text::Text;
use tenken_model::digest::Digest;
use tenken_model::finding::VerdictKind;
use tenken_model::{Language, Subject, Verdict};

use super::{cell, heading, left, moment, paragraph, table};
use crate::assessment::{Assessment, Judged, Standing};
use crate::pages::finding::order;

/// The most findings of a rule that are told; those that fail come first.
const FINDINGS_MAX: usize = 200;
/// The most values of a finding that are told.
const VALUES_MAX: usize = 12;
/// The most characters of a value that are told.
const VALUE_CHARS_MAX: usize = 160;

pub(super) fn blocks(assessment: &Assessment, item: &Item, t: Language) -> Vec<Block> {
    let rules = assessment.rules_of(item);
    let mut blocks: Vec<Block> = rules.iter().flat_map(|rule| of_rule(assessment, rule, t)).collect();
    if rules.is_empty() {
        blocks.push(paragraph(t.sheet_no_rule()));
    }
    if let Some(unmeasured) = &item.unmeasured {
        blocks.push(paragraph(t.cause_unmeasured(t.of(unmeasured))));
    }
    blocks
}

fn of_rule(assessment: &Assessment, rule: &Rule, t: Language) -> Vec<Block> {
    let mut found = assessment.findings_of(&rule.id);
    found.sort_by_key(|judged| order(judged.stored.finding.verdict.kind()));
    let missing = assessment.silent_on(rule);
    let mut blocks = vec![
        heading(3, t.of(&rule.title).to_owned()),
        paragraph(t.of(&rule.why)),
        Block::Note(Text::plain(t.sheet_counts(
            count(&found, Standing::Pass),
            count(&found, Standing::Fail),
            count(&found, Standing::Waived),
            count(&found, Standing::Unknown) + missing.len(),
            count(&found, Standing::NotApplicable),
        ))),
        Block::Note(Text::plain(t.sheet_rule(rule.id.as_str(), &Digest::of(rule.text.as_bytes()).to_string()))),
    ];
    let sources: Vec<&str> = rule.sources.iter().map(|source| t.of(source)).collect();
    if !sources.is_empty() {
        blocks.push(Block::Note(Text::plain(t.sheet_sources(&sources.join(" / ")))));
    }
    let heads = [t.package_host(), t.column_verdict(), t.sheet_observed(), t.sheet_says_values()];
    let (fail, others): (Vec<&Judged>, Vec<&Judged>) =
        found.iter().partition(|judged| judged.stored.finding.verdict.kind() == VerdictKind::Fail);
    let unheard = missing
        .iter()
        .map(|host| vec![cell(&host.name), cell(t.verdict_unknown()), cell("—"), cell(t.item_rule_no_finding())]);
    let rows = fail.iter().map(|judged| row(judged, t)).chain(unheard);
    let rows: Vec<Vec<Cell>> = rows.chain(others.iter().map(|judged| row(judged, t))).take(FINDINGS_MAX).collect();
    let all = missing.len() + found.len();
    let told = rows.len();
    blocks.push(table(&heads, &[100.0, 84.0, 84.0], rows, t.sheet_no_host()));
    blocks.extend(left(all.saturating_sub(told), t));
    blocks
}

fn count(found: &[&Judged], standing: Standing) -> usize {
    found.iter().filter(|judged| judged.standing() == standing).count()
}

fn row(judged: &Judged, t: Language) -> Vec<Cell> {
    let finding = &judged.stored.finding;
    let host = match finding.key.subject.as_ref().map(Subject::as_str) {
        Some(subject) => format!("{}\n[{subject}]", judged.host_name),
        None => judged.host_name.clone(),
    };
    let mut said = vec![t.of(&finding.says).to_owned()];
    if let Some(since) = judged.silent_since {
        said.push(t.sheet_silent(&moment(Some(since), t)));
    }
    if let Verdict::Unknown(reason) = &finding.verdict {
        said.push(format!("{} ({})", t.reason(reason.code), reason.detail));
    }
    said.extend(finding.evidence.iter().take(VALUES_MAX).map(|value| {
        let shown: String = value.value.chars().take(VALUE_CHARS_MAX).collect();
        let cut = if value.value.chars().nth(VALUE_CHARS_MAX).is_some() { "…" } else { "" };
        format!("{} = {shown}{cut}", value.path)
    }));
    let left = finding.evidence.len().saturating_sub(VALUES_MAX);
    said.extend((left > 0).then(|| t.rows_left(left)));
    said.retain(|line| !line.is_empty());
    let since = t.sheet_verdict_since(&judged.standing().label(t), &moment(Some(judged.stored.since), t));
    vec![cell(host), cell(since), cell(moment(Some(finding.observed_at), t)), cell(said.join("\n"))]
}
