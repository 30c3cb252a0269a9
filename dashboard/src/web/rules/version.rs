//! A version of an own rule.

use axum::extract::Path;
use axum::response::Html;
use tenken_model::RuleId;

use super::super::failure::Failure;
use super::super::visit::{Visit, number};
use super::{id, places};
use crate::own_rules::lint;
use crate::pages::rules::version::{self as page, VersionView};

/// `GET /rules/{id}/versions/{version}`
pub(in crate::web) async fn version(
    visit: Visit,
    Path((rule, version)): Path<(String, String)>,
) -> Result<Html<String>, Failure> {
    one(&visit, &id(&rule)?, number(&version)?, None).await
}

/// The page of a version, with why something was not done.
pub(super) async fn one(
    visit: &Visit,
    rule: &RuleId,
    number: i64,
    refused: Option<String>,
) -> Result<Html<String>, Failure> {
    let checklist = &visit.site.app.checklist;
    let (mut transaction, chrome) = visit.read().await?;
    let version = transaction.own_version(rule, number).await?.ok_or(Failure::NOT_FOUND)?;
    let newest = transaction.own_versions(rule, 1).await?;
    let kept = transaction.own_rule(rule).await?.ok_or(Failure::NOT_FOUND)?;
    let (sites, groups) = places(&mut transaction, visit).await?;
    let linted = lint(rule, &version.written.text, &version.written.cases);
    let view = VersionView {
        id: rule,
        version: &version,
        is_newest: newest.first().is_some_and(|newest| newest.written.version == number),
        linted: &linted,
        items: version.written.items.iter().filter_map(|item| checklist.locate(item)).collect(),
        rolled_out: kept.rolled_out.as_ref(),
        sites,
        groups,
        confirmed: visit.is_confirmed(),
        refused,
    };
    Ok(Html(page::render(&view, &chrome)?))
}
