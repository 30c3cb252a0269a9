//! The thresholds of a rule.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use tenken_model::RuleId;

use super::super::done::Done;
use super::super::failure::Failure;
use super::super::sent::Sent;
use super::super::visit::Visit;
use super::{id, not_set, places};
use crate::groups::HostScope;
use crate::pages::rules::parameters::{self as page, ParameterRow, ParametersView, TypedParameter};
use crate::policy::Parameters;
use crate::policy::parameters::{self, Target};

/// `GET /rules/{id}/parameters`
pub(in crate::web) async fn parameters(visit: Visit, Path(rule): Path<String>) -> Result<Html<String>, Failure> {
    one(&visit, &id(&rule)?, TypedParameter::default(), None).await
}

async fn one(
    visit: &Visit,
    id: &RuleId,
    typed: TypedParameter,
    refused: Option<String>,
) -> Result<Html<String>, Failure> {
    let rule = visit.site.app.catalog.rule(id).ok_or(Failure::NOT_FOUND)?;
    let (mut transaction, chrome) = visit.read().await?;
    let set: Parameters = transaction.setting().await?.unwrap_or_default();
    let set = set.of_rule(id);
    let (sites, groups) = places(&mut transaction, visit).await?;
    let rows = ParameterRow::of(rule, &set);
    let view = ParametersView { rule, rows, sites, groups, typed, refused, confirmed: visit.is_confirmed() };
    Ok(Html(page::render(&view, &chrome)?))
}

/// `POST /rules/{id}/parameters`
pub(in crate::web) async fn do_set(visit: Visit, Path(rule): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let rule = id(&rule)?;
    let address = format!("/rules/{rule}/parameters");
    visit.confirmed(&address)?;
    let typed = TypedParameter {
        name: sent.get("name").to_owned(),
        scope: sent.get("scope").to_owned(),
        value: sent.get("value").replace("\r\n", "\n").trim().to_owned(),
        reason: sent.get("reason").trim().to_owned(),
    };
    let scope = HostScope::from_word(&typed.scope).ok_or(Failure::INPUT)?;
    let target = Target { rule: rule.clone(), name: typed.name.clone(), scope };
    let value = Some(typed.value.as_str()).filter(|text| !text.is_empty());
    let catalog = &visit.site.app.catalog;
    match parameters::set(visit.store(), catalog, target, value, &typed.reason, visit.person(), visit.now).await {
        Ok(()) => Ok(Visit::done(&address, Done::ParameterSet).into_response()),
        Err(error) => {
            let why = not_set(error, &visit)?;
            Ok(one(&visit.leading_to(address), &rule, typed, Some(why)).await?.into_response())
        }
    }
}
