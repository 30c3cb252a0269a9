//! Trying an own rule.

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
use crate::own_rules::trial::{HOSTS_AT_ONCE, gather, hosts, try_all};
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
    let mut tried = None;
    if let Some(rule) = linted.rule.clone() {
        let mut known = Vec::new();
        for host in pager.cut(&all) {
            known.push(gather(&mut transaction, &kept, host, visit.now).await?);
        }
        let now = visit.now;
        // With hundreds of hosts it takes a while, in which others are served.
        let judged = tokio::task::spawn_blocking(move || try_all(&rule, &known, now)).await;
        tried = Some(judged.map_err(|error| anyhow::anyhow!("trying a rule: {error}"))?);
    }
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
