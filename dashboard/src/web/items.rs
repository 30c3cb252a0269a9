//! Items.

use axum::extract::Path;
use axum::response::Html;
use tenken_calendar::japan;
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_model::{ItemId, RuleId, Span};

use super::asked::Asked;
use super::failure::Failure;
use super::machines::Machines;
use super::visit::Visit;
use crate::app::App;
use crate::pages::attest::{AttestationView, Errors, Typed};
use crate::pages::history::ChangeView;
use crate::pages::item::{self, ItemDrift, ItemView, RuleView};
use crate::pages::pager::Pager;
use crate::pages::proposal::ProposalView;
use crate::pages::rule::{self as rule_page, RuleFindingsView};
use crate::pages::trend::Strip;
use crate::status::Known;
use crate::store::{Drift, HistoryEntry, Part, StoreError, StoredFinding, Transaction};
use crate::trend::Axis;
use crate::working_calendar;

/// About how many findings that fail or are unknown a page shows of all rules together.
const LOUD_SHOWN: u32 = 48;
/// About how many others.
const QUIET_SHOWN: u32 = 24;
/// How many findings of each kind are shown of a rule however many rules there are.
const SHOWN_LEAST: u32 = 2;
/// How many findings a page of one rule shows.
const RULE_SHOWN: usize = 40;
/// The most earlier statements that are shown.
const ATTESTATIONS_SHOWN: usize = 20;
/// The most drifts of a year that are shown.
const DRIFTS_SHOWN: u32 = 12;
/// The most changes that are shown.
const HISTORY_SHOWN: u32 = 30;

/// `GET /items/{id}`
pub(super) async fn item(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    page(&visit, &id, None).await
}

pub(super) fn find<'a>(checklist: &'a Checklist, id: &str) -> Option<(&'a Section, &'a Item)> {
    checklist.locate(&ItemId::new(id).ok()?)
}

pub(super) async fn page(visit: &Visit, id: &str, refused: Option<(Typed, Errors)>) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (section, item) = find(&app.checklist, id).ok_or(Failure::NOT_FOUND)?;
    let (mut transaction, chrome) = visit.read().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let mut status = known.status(item);
    Known::tell(&mut transaction, [&mut status], item::CAUSES_SHOWN).await?;
    let mut machines = Machines::read(&mut transaction).await?;
    let rules = u32::try_from(item.all_rules().count()).unwrap_or(u32::MAX).max(1);
    let mut findings: Vec<(&RuleId, Vec<StoredFinding>)> = Vec::new();
    for rule in item.all_rules() {
        machines.add_drifts_of_rule(&mut transaction, rule).await?;
        let mut shown = Vec::new();
        for (part, most) in [(Part::Loud, LOUD_SHOWN), (Part::Quiet, QUIET_SHOWN)] {
            let most = most.div_ceil(rules).max(SHOWN_LEAST);
            shown.extend(transaction.findings_of_rule_from(rule, part, 0, most).await?);
        }
        findings.push((rule, shown));
    }
    let history = history(&mut transaction, item).await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let axis = Axis::until(japan::date_of(visit.now), &calendar);
    let days = transaction.days_of(&item.id, axis.from()).await?;
    let (drifts, drift_count) = drifts(&mut transaction, item, &axis).await?;
    let version = transaction.declaration().await?;
    let proposals = transaction.proposals_of(&item.id).await?;
    let attestations = transaction.attestations_of(&item.id).await?;
    let files = transaction.files_of(&item.id).await?;
    let statements: Vec<AttestationView<'_>> = attestations
        .iter()
        .map(|attestation| AttestationView {
            attestation,
            files: files.iter().filter(|file| file.attestation == attestation.id).collect(),
        })
        .collect();
    let rules = findings.iter().filter_map(|(id, findings)| {
        let shown = findings.iter().map(|stored| machines.view(stored, &app.catalog));
        let counts = known.counts.get(*id).copied().unwrap_or_default();
        Some(RuleView { rule: app.catalog.rule(id)?, counts, findings: shown.collect() })
    });
    let changes = history.iter().map(|entry| ChangeView {
        entry,
        host: machines.name(&entry.host),
        rule: app.catalog.rule(&entry.change.key.rule),
    });
    let view = ItemView {
        checklist: &app.checklist,
        section,
        item,
        declared: version.as_ref().and_then(|version| version.declaration().answer(&item.id)),
        proposals: proposals.iter().map(|proposal| ProposalView::of(proposal, &app.checklist)).collect(),
        status: &status,
        rules: rules.collect(),
        attestation: statements.iter().find(|view| view.attestation.withdrawn.is_none()).cloned(),
        earlier: earlier(&statements),
        refused,
        history: changes.collect(),
        strip: Strip::new(&axis, &days, visit.language()),
        drifts_left: drift_count.saturating_sub(drifts.len()),
        drifts: drifts.iter().map(|drift| past(drift, &machines, app)).collect(),
    };
    Ok(Html(item::render(&view, &chrome)?))
}

/// The statements before the one that counts, and those that were taken back.
fn earlier<'a>(statements: &[AttestationView<'a>]) -> Vec<AttestationView<'a>> {
    let counts = statements.iter().position(|view| view.attestation.withdrawn.is_none());
    let others = statements.iter().enumerate().filter(|(at, _)| Some(*at) != counts);
    others.take(ATTESTATIONS_SHOWN).map(|(_, view)| view.clone()).collect()
}

/// `GET /items/{id}/rules/{rule}`
pub(super) async fn rule(
    visit: Visit,
    Path((id, rule)): Path<(String, String)>,
    asked: Asked,
) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (section, item) = find(&app.checklist, &id).ok_or(Failure::NOT_FOUND)?;
    let decides = item.all_rules().find(|decides| decides.as_str() == rule);
    let rule = decides.and_then(|rule| app.catalog.rule(rule)).ok_or(Failure::NOT_FOUND)?;
    let (mut transaction, chrome) = visit.read().await?;
    let counts = transaction.finding_counts_of_rule(&rule.id).await?;
    let total = usize::try_from(counts.total()).unwrap_or(usize::MAX);
    let address = format!("/items/{}/rules/{}?page=", item.id, rule.id);
    let pager = Pager::new(asked.get("page"), RULE_SHOWN, total, address);
    let findings = transaction.findings_of_rule_from(&rule.id, Part::All, pager.skipped(), pager.limit()).await?;
    let mut machines = Machines::read(&mut transaction).await?;
    machines.add_drifts_of_rule(&mut transaction, &rule.id).await?;
    let findings = findings.iter().map(|stored| machines.view(stored, &app.catalog)).collect();
    let view = RuleFindingsView { section, item, rule, counts, findings, pager };
    Ok(Html(rule_page::render(&view, &chrome)?))
}

/// The newest drifts of all rules that decide an item and were open on a day of the axis, and how many there are.
async fn drifts(transaction: &mut Transaction, item: &Item, axis: &Axis) -> Result<(Vec<Drift>, usize), StoreError> {
    let from = Span::from_days(-1).after(japan::end_of(axis.from()));
    let (mut drifts, mut count) = (Vec::new(), 0_u64);
    for rule in item.all_rules() {
        drifts.extend(transaction.drifts_of_rule(rule, from, DRIFTS_SHOWN).await?);
        count = count.saturating_add(transaction.drift_count_of_rule(rule, from).await?);
    }
    drifts.sort_by_key(|drift| std::cmp::Reverse((drift.opened_at, drift.id)));
    drifts.truncate(usize::try_from(DRIFTS_SHOWN).unwrap_or(usize::MAX));
    Ok((drifts, usize::try_from(count).unwrap_or(usize::MAX)))
}

fn past<'a>(drift: &'a Drift, machines: &'a Machines, app: &'a App) -> ItemDrift<'a> {
    ItemDrift {
        id: drift.id,
        rule: app.catalog.rule(&drift.finding.key.rule),
        host: machines.name(&drift.host).name,
        opened: drift.opened_at,
        ended: drift.resolved.map(|(at, _)| at),
    }
}

/// The newest changes of all rules that decide an item, the newest first.
async fn history(transaction: &mut Transaction, item: &Item) -> Result<Vec<HistoryEntry>, StoreError> {
    let mut entries = Vec::new();
    for rule in item.all_rules() {
        entries.extend(transaction.history_of_rule(rule, HISTORY_SHOWN).await?);
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    entries.truncate(usize::try_from(HISTORY_SHOWN).unwrap_or(usize::MAX));
    Ok(entries)
}
