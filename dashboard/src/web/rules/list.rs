//! The list of rules and the page of one.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Html;
use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_model::RuleId;

use super::super::asked::Asked;
use super::super::failure::Failure;
use super::super::machines::Machines;
use super::super::visit::Visit;
use super::id;
use crate::own_rules::{self, is_own, lint};
use crate::pages::finding::HostRef;
use crate::pages::pager::Pager;
use crate::pages::rules::page::{self, OwnPart, RuleView};
use crate::pages::rules::parameters::ParameterRow;
use crate::pages::rules::{self as pages, OwnStanding, RuleRow, RulesView};
use crate::policy::Parameters;
use crate::store::{OwnRule, OwnVersion, Part, RuleHosts};

/// How many findings a page shows.
const FINDINGS_SHOWN: usize = 40;
/// How many versions are listed.
const VERSIONS_SHOWN: u32 = 20;

/// `GET /rules`
pub(in crate::web) async fn list(visit: Visit) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (mut transaction, chrome) = visit.read().await?;
    let hosts = transaction.rule_hosts().await?;
    let kept = transaction.own_rules().await?;
    let newest = transaction.newest_own_versions().await?;
    // A rule that is in force nowhere is told as it was last written.
    let written: BTreeMap<&RuleId, Rule> = newest
        .iter()
        .filter(|(id, _)| app.catalog.rule(id).is_none())
        .filter_map(|(id, version)| Some((id, lint(id, &version.written.text, "").rule?)))
        .collect();
    let of = |id: &RuleId| hosts.get(id).copied().unwrap_or_default();
    let decided = |id: &RuleId| -> Vec<(&Section, &Item)> {
        app.checklist.items_of(id).filter_map(|item| app.checklist.locate(&item.id)).collect()
    };
    let own = kept.iter().filter_map(|rule| {
        let version = newest.get(&rule.id)?;
        let in_force = app.catalog.rule(&rule.id);
        let items = version.written.items.iter().filter_map(|item| app.checklist.locate(item));
        let items = if rule.rolled_out.is_some() { decided(&rule.id) } else { items.collect() };
        let standing = standing(rule, version, in_force.is_some());
        let shown = in_force.or_else(|| written.get(&rule.id));
        Some(RuleRow { id: &rule.id, rule: shown, items, hosts: of(&rule.id), own: Some(standing) })
    });
    let built_in = app.catalog.rules().filter(|rule| !is_own(&rule.id)).map(|rule| RuleRow {
        id: &rule.id,
        rule: Some(rule),
        items: decided(&rule.id),
        hosts: of(&rule.id),
        own: None,
    });
    let view = RulesView { own: own.collect(), built_in: built_in.collect() };
    Ok(Html(pages::render(&view, &chrome)?))
}

fn standing(rule: &OwnRule, newest: &OwnVersion, is_taken: bool) -> OwnStanding {
    let in_force = rule.rolled_out.is_some();
    let withdrawn = rule.withdrawn.is_some();
    OwnStanding { newest: newest.state, in_force, broken: in_force && !is_taken, withdrawn }
}

/// `GET /rules/{id}`
pub(in crate::web) async fn rule(
    visit: Visit,
    Path(rule): Path<String>,
    asked: Asked,
) -> Result<Html<String>, Failure> {
    one(&visit, &id(&rule)?, asked.get("page"), None).await
}

/// The page of a rule, with why something was not done.
pub(super) async fn one(
    visit: &Visit,
    id: &RuleId,
    page: &str,
    refused: Option<String>,
) -> Result<Html<String>, Failure> {
    let app = &visit.site.app;
    let (mut transaction, chrome) = visit.read().await?;
    let kept = transaction.own_rule(id).await?;
    let versions = transaction.own_versions(id, VERSIONS_SHOWN).await?;
    let in_force = app.catalog.rule(id);
    if in_force.is_none() && versions.is_empty() {
        return Err(Failure::NOT_FOUND);
    }
    let written = versions.first().filter(|_| in_force.is_none());
    let written = written.and_then(|newest| lint(id, &newest.written.text, "").rule);
    let shown = in_force.or(written.as_ref());
    let counts = transaction.finding_counts_of_rule(id).await?;
    let total = usize::try_from(counts.total()).unwrap_or(usize::MAX);
    let pager = Pager::new(page, FINDINGS_SHOWN, total, format!("/rules/{id}?page="));
    let findings = transaction.findings_of_rule_from(id, Part::All, pager.skipped(), pager.limit()).await?;
    let mut machines = Machines::read(&mut transaction).await?;
    machines.add_drifts_of_rule(&mut transaction, id).await?;
    let parameters: Parameters = transaction.setting().await?.unwrap_or_default();
    let hosts: RuleHosts = transaction.rule_hosts().await?.get(id).copied().unwrap_or_default();
    let waiting =
        if in_force.is_some() { own_rules::behind(&mut transaction, id, visit.now).await? } else { Vec::new() };
    let is_in_force = in_force.is_some() || kept.as_ref().is_some_and(|kept| kept.rolled_out.is_some());
    let of_newest = versions.first().map(|newest| newest.written.items.as_slice()).unwrap_or_default();
    let items = if is_in_force {
        let decided = app.checklist.items_of(id).filter_map(|item| app.checklist.locate(&item.id));
        decided.collect()
    } else {
        of_newest.iter().filter_map(|item| app.checklist.locate(item)).collect()
    };
    let own = kept.as_ref().zip(versions.first()).map(|(rule, newest)| OwnPart {
        rule,
        standing: standing(rule, newest, in_force.is_some()),
        versions: &versions,
        confirmed: visit.is_confirmed(),
        refused,
    });
    let set = parameters.of_rule(id);
    let view = RuleView {
        id,
        rule: shown,
        items,
        counts,
        hosts,
        behind: waiting.iter().map(|(id, name)| HostRef { id, name }).collect(),
        findings: findings.iter().map(|stored| machines.view(stored, &app.catalog)).collect(),
        pager,
        parameters: in_force.map(|rule| ParameterRow::of(rule, &set)).unwrap_or_default(),
        own,
    };
    Ok(Html(page::render(&view, &chrome)?))
}
