//! What people stated and allowed for an item, and the drifts of its rules.

use tenken_engine::checklist::Item;
use tenken_form::print::pdf::page::Block;
use tenken_form::print::pdf::table::Cell;
use tenken_form::print::pdf::text::Text;
use tenken_model::{Language, Subject};

use super::{cell, left, moment, paragraph, table};
use crate::assessment::{Assessment, Stated, StatedState};
use crate::pages::drifts::resolution;
use crate::pages::moment::{absolute, last_day};
use crate::pages::waivers::state_label;
use crate::store::{Drift, Waiver};

/// The most statements, waivers and drifts of an item that are told.
const ROWS_MAX: usize = 100;

pub(super) fn attestations(assessment: &Assessment, item: &Item, t: Language) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(ask) = &item.attestation {
        blocks.push(paragraph(t.of(&ask.asks)));
        blocks.extend(ask.elsewhere.iter().map(|elsewhere| paragraph(t.of(&elsewhere.asks))));
    }
    let all = assessment.stated_for(&item.id);
    if item.attestation.is_none() && all.is_empty() {
        return vec![paragraph(t.sheet_not_asked())];
    }
    let heads = [t.sheet_stated(), t.column_state(), t.sheet_evidence()];
    let rows: Vec<Vec<Cell>> =
        all.iter().take(ROWS_MAX).map(|(stated, state)| stated_row(item, stated, *state, t)).collect();
    let told = rows.len();
    blocks.push(table(&heads, &[100.0, 118.0], rows, t.cause_unattested()));
    blocks.extend(left(all.len().saturating_sub(told), t));
    blocks
}

fn stated_row(item: &Item, stated: &Stated, state: StatedState, t: Language) -> Vec<Cell> {
    let said = &stated.attestation.stated;
    let mut evidence = vec![said.statement.clone(), said.evidence.clone()];
    evidence.extend(
        stated
            .files
            .iter()
            .map(|measured| t.sheet_file(&measured.file.name, measured.bytes, &measured.file.digest.to_string())),
    );
    evidence.retain(|line| !line.is_empty());
    let mut held = format!("{}\n{}", state.label(t), t.sheet_until(&last_day(t, said.valid_until)));
    let holding = item.attestation.as_ref().map(|ask| said.holding(ask));
    if let Some(part) = holding.and_then(|holding| holding.elsewhere) {
        held = format!("{held}\n{}", t.sheet_elsewhere_until(&last_day(t, part)));
    }
    if let Some((at, person)) = &stated.attestation.withdrawn {
        held = format!("{held}\n{} {person}", absolute(t, *at));
    }
    vec![cell(format!("{}\n{}", absolute(t, said.attested_at), said.person)), cell(held), cell(evidence.join("\n"))]
}

pub(super) fn waivers(assessment: &Assessment, item: &Item, t: Language) -> Vec<Block> {
    let all: Vec<&Waiver> = assessment.waivers_of(item).collect();
    let heads = [t.column_state(), t.sheet_scope(), t.sheet_people(), t.sheet_reason()];
    let rows: Vec<Vec<Cell>> = all.iter().take(ROWS_MAX).map(|waiver| waiver_row(assessment, waiver, t)).collect();
    let told = rows.len();
    let mut blocks = vec![table(&heads, &[118.0, 100.0, 100.0], rows, t.waivers_none())];
    blocks.extend(left(all.len().saturating_sub(told), t));
    blocks
}

fn waiver_row(assessment: &Assessment, waiver: &Waiver, t: Language) -> Vec<Cell> {
    let asked = &waiver.asked;
    let host = asked.host.as_ref().map_or_else(|| t.waiver_every_host(), |host| assessment.host_name(host).to_owned());
    let mut scope = vec![host, assessment.rule_title(&asked.rule, t).to_owned()];
    scope.extend(asked.subject.as_ref().map(|subject| format!("[{subject}]")));
    let mut people = vec![t.waiver_asked_by(&asked.asked_by), absolute(t, asked.asked_at)];
    if let Some((at, person, _)) = &waiver.decided {
        people.extend([t.waiver_decided_by(person), absolute(t, *at)]);
    }
    if let Some((at, person)) = &waiver.ended {
        people.extend([format!("{}: {person}", t.waiver_ended()), absolute(t, *at)]);
    }
    let state = format!("{}\n{}", state_label(waiver, assessment.at, t), t.sheet_until(&last_day(t, asked.until)));
    let why = format!("{}\n{}: {}", asked.reason, t.waiver_compensation(), asked.compensation);
    vec![cell(state), cell(scope.join("\n")), cell(people.join("\n")), cell(why)]
}

pub(super) fn drifts(assessment: &Assessment, item: &Item, t: Language) -> Vec<Block> {
    let all: Vec<&Drift> = assessment.drifts_of(item).collect();
    let heads = [t.drift_opened(), t.drift_closed(), t.package_host(), t.package_says()];
    let rows: Vec<Vec<Cell>> = all.iter().take(ROWS_MAX).map(|drift| drift_row(assessment, drift, t)).collect();
    let told = rows.len();
    let mut blocks = vec![table(&heads, &[80.0, 100.0, 110.0], rows, t.sheet_no_drift())];
    blocks.extend(left(all.len().saturating_sub(told), t));
    if assessment.drifts.left > 0 {
        blocks.push(Block::Note(Text::plain(t.package_left_out(assessment.drifts.left))));
    }
    blocks
}

fn drift_row(assessment: &Assessment, drift: &Drift, t: Language) -> Vec<Cell> {
    let key = &drift.finding.key;
    let mut host = vec![assessment.host_name(&drift.host).to_owned()];
    host.extend(key.subject.as_ref().map(Subject::as_str).map(|subject| format!("[{subject}]")));
    let ended = match (&drift.resolved, &drift.acknowledged) {
        (Some((at, how)), _) => format!("{}\n{}", absolute(t, *at), resolution(*how, t)),
        (None, Some((at, person))) => format!("{}\n{} {person}", t.drift_acknowledged(), absolute(t, *at)),
        (None, None) => t.drift_open(),
    };
    let mut said = vec![assessment.rule_title(&key.rule, t).to_owned(), t.of(&drift.finding.says).to_owned()];
    said.push(format!("{}: {}", t.drift_failing_since(), moment(Some(drift.failing_since), t)));
    said.extend((drift.reopened > 0).then(|| t.drift_reopened(drift.reopened)));
    said.retain(|line| !line.is_empty());
    vec![cell(absolute(t, drift.opened_at)), cell(ended), cell(host.join("\n")), cell(said.join("\n"))]
}
