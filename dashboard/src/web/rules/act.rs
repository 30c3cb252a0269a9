//! What is done with own rules.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use tenken_model::RuleId;

use super::super::done::Done;
use super::super::failure::Failure;
use super::super::sent::Sent;
use super::super::visit::{Visit, number};
use super::write::seen;
use super::{id, list, refused, version};
use crate::drift;
use crate::groups::HostScope;
use crate::own_rules::{self, OwnRuleError, Seen};

fn address(rule: &RuleId, version: i64) -> String {
    format!("/rules/{rule}/versions/{version}")
}

/// Leads to a version after an act on it, or says on it why that was not done.
async fn answer(
    visit: &Visit,
    (rule, number): (&RuleId, i64),
    acted: Result<(), OwnRuleError>,
    done: Done,
) -> Result<Response, Failure> {
    let address = address(rule, number);
    match acted {
        Ok(()) => Ok(Visit::done(&address, done).into_response()),
        Err(error) => {
            let why = refused(error, visit)?;
            Ok(version::one(&visit.leading_to(address), rule, number, Some(why)).await?.into_response())
        }
    }
}

/// `POST /rules/{id}/ask`
pub(in crate::web) async fn do_ask(visit: Visit, Path(rule): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let (rule, seen) = (id(&rule)?, seen(&sent)?);
    let asked = own_rules::ask(visit.store(), &rule, seen, visit.person(), visit.now).await;
    answer(&visit, (&rule, seen.version), asked, Done::OwnRuleAsked).await
}

/// `POST /rules/{id}/take-back`
pub(in crate::web) async fn do_take_back(
    visit: Visit,
    Path(rule): Path<String>,
    _sent: Sent,
) -> Result<Response, Failure> {
    let rule = id(&rule)?;
    let newest = visit.store().read().await?.own_versions(&rule, 1).await?;
    let newest = newest.first().ok_or(Failure::NOT_FOUND)?.written.version;
    let acted = own_rules::take_back(visit.store(), &rule, visit.person(), visit.now).await;
    answer(&visit, (&rule, newest), acted, Done::OwnRuleSaved).await
}

async fn decide(visit: &Visit, (rule, version): (&str, &str), sent: &Sent, approve: bool) -> Result<Response, Failure> {
    let (rule, version) = (id(rule)?, number(version)?);
    visit.confirmed(&address(&rule, version))?;
    let revision = sent.get("revision").parse().map_err(|_| Failure::NOT_FOUND)?;
    let (seen, note) = (Seen { version, revision }, sent.get("note").trim());
    let acted = own_rules::decide(visit.store(), &rule, seen, (approve, note), visit.person(), visit.now).await;
    answer(visit, (&rule, version), acted, Done::OwnRuleDecided).await
}

/// `POST /rules/{id}/versions/{version}/approve`
pub(in crate::web) async fn do_approve(
    visit: Visit,
    Path((rule, version)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    decide(&visit, (&rule, &version), &sent, true).await
}

/// `POST /rules/{id}/versions/{version}/refuse`
pub(in crate::web) async fn do_refuse(
    visit: Visit,
    Path((rule, version)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    decide(&visit, (&rule, &version), &sent, false).await
}

/// `POST /rules/{id}/versions/{version}/roll-out`
pub(in crate::web) async fn do_roll_out(
    visit: Visit,
    Path((rule, version)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (rule, version) = (id(&rule)?, number(&version)?);
    visit.confirmed(&address(&rule, version))?;
    let scopes: Option<Vec<HostScope>> = sent.all("scope").map(HostScope::from_word).collect();
    let scopes = scopes.ok_or(Failure::INPUT)?;
    let acted = own_rules::roll_out(visit.store(), &rule, version, &scopes, visit.person(), visit.now).await;
    settle(&visit, &acted).await?;
    answer(&visit, (&rule, version), acted, Done::OwnRuleRolledOut).await
}

/// Drifts of what was removed end now, not with the next look.
async fn settle(visit: &Visit, acted: &Result<(), OwnRuleError>) -> Result<(), Failure> {
    if acted.is_ok() {
        let app = visit.site.app.current().await?;
        drift::settle_due(visit.store(), &app.terms, visit.now).await?;
    }
    Ok(())
}

/// `POST /rules/{id}/withdraw`
pub(in crate::web) async fn do_withdraw(
    visit: Visit,
    Path(rule): Path<String>,
    _sent: Sent,
) -> Result<Response, Failure> {
    let rule = id(&rule)?;
    let address = format!("/rules/{rule}");
    visit.confirmed(&address)?;
    let acted = own_rules::withdraw(visit.store(), &rule, visit.person(), visit.now).await;
    settle(&visit, &acted).await?;
    match acted {
        Ok(()) => Ok(Visit::done(&address, Done::OwnRuleWithdrawn).into_response()),
        Err(error) => {
            let why = refused(error, &visit)?;
            Ok(list::one(&visit.leading_to(address), &rule, "", Some(why)).await?.into_response())
        }
    }
}
