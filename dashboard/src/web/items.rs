//! Items.

use axum::extract::Path;
use axum::response::Html;
use tenken_calendar::japan;
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_model::{ItemId, RuleId, Span};

use super::failure::Failure;
use super::machines::Machines;
use super::visit::Visit;
use crate::app::App;
use crate::pages::attest::{AttestationView, Errors, Typed};
use crate::pages::finding;
use crate::pages::history::ChangeView;
use crate::pages::item::{self, ItemDrift, ItemView, RuleView};
use crate::pages::proposal::ProposalView;
use crate::pages::trend::Strip;
use crate::status::Known;
use crate::store::{Drift, HistoryEntry, StoreError, StoredFinding, Transaction};
use crate::trend::Axis;
use crate::working_calendar;

/// The most findings of a rule that are shown.
const FINDINGS_SHOWN: usize = 200;
/// The most earlier statements that are shown.
const ATTESTATIONS_SHOWN: usize = 20;
/// The most drifts of a year that are shown.
const DRIFTS_SHOWN: usize = 12;
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
    let machines = Machines::read(&mut transaction).await?;
    let mut findings: Vec<(&RuleId, Vec<StoredFinding>)> = Vec::new();
    for rule in item.all_rules() {
        findings.push((rule, of_rule(&mut transaction, rule, &machines).await?));
    }
    let history = history(&mut transaction, item).await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let axis = Axis::until(japan::date_of(visit.now), &calendar);
    let days = transaction.days_of(&item.id, axis.from()).await?;
    let drifts = drifts(&mut transaction, item, &axis).await?;
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
        let shown = findings.iter().take(FINDINGS_SHOWN).map(|stored| machines.view(stored, &app.catalog));
        let left = findings.len().saturating_sub(FINDINGS_SHOWN);
        Some(RuleView { rule: app.catalog.rule(id)?, findings: shown.collect(), left })
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
        status: &known.status(item),
        rules: rules.collect(),
        attestation: statements.iter().find(|view| view.attestation.withdrawn.is_none()).cloned(),
        earlier: earlier(&statements),
        refused,
        history: changes.collect(),
        strip: Strip::new(&axis, &days, visit.language()),
        drifts_left: drifts.len().saturating_sub(DRIFTS_SHOWN),
        drifts: drifts.iter().take(DRIFTS_SHOWN).map(|drift| past(drift, &machines, app)).collect(),
    };
    Ok(Html(item::render(&view, &chrome)?))
}

/// The statements before the one that counts, and those that were taken back.
fn earlier<'a>(statements: &[AttestationView<'a>]) -> Vec<AttestationView<'a>> {
    let counts = statements.iter().position(|view| view.attestation.withdrawn.is_none());
    let others = statements.iter().enumerate().filter(|(at, _)| Some(*at) != counts);
    others.take(ATTESTATIONS_SHOWN).map(|(_, view)| view.clone()).collect()
}

/// What counts of a rule: the findings of hosts that are not revoked, those that fail first.
async fn of_rule(
    transaction: &mut Transaction,
    rule: &RuleId,
    machines: &Machines,
) -> Result<Vec<StoredFinding>, StoreError> {
    let counts = |stored: &StoredFinding| machines.host(&stored.host).is_some_and(|host| host.revoked_at.is_none());
    let mut findings = transaction.findings_of_rule(rule).await?;
    findings.retain(counts);
    findings.sort_by_key(|stored| finding::order(stored.finding.verdict.kind()));
    Ok(findings)
}

/// The drifts of all rules that decide an item and were open on a day of the axis, the newest first.
async fn drifts(transaction: &mut Transaction, item: &Item, axis: &Axis) -> Result<Vec<Drift>, StoreError> {
    let from = Span::from_days(-1).after(japan::end_of(axis.from()));
    let mut drifts = Vec::new();
    for rule in item.all_rules() {
        drifts.extend(transaction.drifts_of_rule(rule, from).await?);
    }
    drifts.sort_by_key(|drift| std::cmp::Reverse((drift.opened_at, drift.id)));
    Ok(drifts)
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
