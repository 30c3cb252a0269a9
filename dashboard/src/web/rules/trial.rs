//! Trying an own rule.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Html;
use tenken_calendar::japan;

use super::super::asked::Asked;
use super::super::failure::Failure;
use super::super::gate::form_encode;
use super::super::visit::{Visit, number};
use super::id;
use crate::groups::{Division, HostScope, Placements};
use crate::own_rules::lint;
use crate::own_rules::trial::{HOSTS_AT_ONCE, gathered, hosts, run};
use crate::pages::pager::Pager;
use crate::pages::rules::trial::{self as page, TrialView};
use crate::policy::Kept;

/// `GET /rules/{id}/versions/{version}/trial`
pub(in crate::web) async fn trial(
    visit: Visit,
    Path((rule, version)): Path<(String, String)>,
    asked: Asked,
) -> Result<Html<String>, Failure> {
    let (id, number) = (id(&rule)?, number(&version)?);
    let scope = match asked.get("scope") {
        "" => HostScope::All,
        word => HostScope::from_word(word).ok_or(Failure::INPUT)?,
    };
    let (mut transaction, chrome) = visit.read().await?;
    let version = transaction.own_version(&id, number).await?.ok_or(Failure::NOT_FOUND)?;
    let linted = lint(&id, &version.written.text, "");
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let kept = Kept::read(&mut transaction, visit.now).await?;
    let all = hosts(&mut transaction, &placements, &scope).await?;
    let address = format!("/rules/{id}/versions/{number}/trial?scope={}&page=", form_encode(&scope.word()));
    let pager = Pager::new(asked.get("page"), HOSTS_AT_ONCE, all.len(), address);
    let rule = linted.rule.clone().map(Arc::new);
    let tried = match &rule {
        Some(rule) => Some(gathered(run(&mut transaction, &kept, rule, pager.cut(&all), visit.now).await?)),
        None => None,
    };
    let title = linted.rule.as_ref().map_or(id.as_str(), |rule| visit.language().of(&rule.title));
    let view = TrialView {
        id: &id,
        title,
        version: number,
        scope: &scope,
        sites: placements.names(Division::Site),
        groups: placements.names(Division::Group),
        tried: tried.as_ref().map(|(tried, tally)| (tried.as_slice(), *tally)),
        pager,
    };
    Ok(Html(page::render(&view, &chrome)?))
}
