//! Who is told of what, and how people who use PCs are asked.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use tenken_calendar::japan;
use tenken_model::{HostId, RuleId};

use super::asked::Asked;
use super::done::Done;
use super::failure::Failure;
use super::sent::Sent;
use super::visit::Visit;
use crate::groups::{Division, Placements};
use crate::owner::{self, OwnerSettings};
use crate::pages::route::{self as route_page, RouteView};
use crate::pages::routing::{self as routing_page, Preview, RoutingView, TypedOwners, TypedRoute};
use crate::routing::{self, About, Directory, Manner, RouteError, Routing, Scope, Seen, sections_of, told};
use crate::store::{MailKind, Transaction};

/// Where the page is.
const ADDRESS: &str = "/settings/routing";

/// `GET /settings/routing`
pub(super) async fn routing(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    page(&visit, (asked.get("host"), asked.get("rule")), None, None).await
}

/// The page, with what was refused of a form.
async fn page(
    visit: &Visit,
    example: (&str, &str),
    typed: Option<TypedRoute>,
    owners: Option<TypedOwners>,
) -> Result<Html<String>, Failure> {
    let (app, t) = (&visit.site.app, visit.language());
    let (mut transaction, chrome) = visit.read().await?;
    let kept: Routing = transaction.setting().await?.unwrap_or_default();
    let directory = Directory::read(&mut transaction, visit.now).await?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let mut hosts: Vec<(String, String)> = transaction
        .hosts()
        .await?
        .into_iter()
        .filter(|host| host.revoked_at.is_none())
        .map(|host| (host.id.to_string(), host.name))
        .collect();
    hosts.sort_by_key(|(_, name)| name.to_lowercase());
    let mut rules: Vec<(String, String)> =
        app.catalog.rules().map(|rule| (rule.id.to_string(), t.of(&rule.title).to_owned())).collect();
    rules.sort_by(|one, other| one.1.cmp(&other.1));
    let of = Example { hosts: &hosts, rules: &rules, placements: &placements, routing: &kept, directory: &directory };
    let preview = of.preview(&mut transaction, visit, example).await?;
    let settings: OwnerSettings = transaction.setting().await?.unwrap_or_default();
    let repairable = app.catalog.rules().filter(|rule| owner::repair(rule).is_by_user());
    let view = RoutingView {
        checklist: &app.checklist,
        routing: &kept,
        directory: &directory,
        sites: placements.names(Division::Site),
        groups: placements.names(Division::Group),
        typed,
        owners: owners.unwrap_or_else(|| TypedOwners::of(&settings)),
        repairable: repairable.map(|rule| (rule.id.clone(), t.of(&rule.title).to_owned())).collect(),
        hosts: hosts.clone(),
        rules: rules.clone(),
        preview,
    };
    Ok(Html(routing_page::render(&view, &chrome)?))
}

/// What an example rests on.
#[derive(Clone, Copy)]
struct Example<'a> {
    hosts: &'a [(String, String)],
    rules: &'a [(String, String)],
    placements: &'a Placements,
    routing: &'a Routing,
    directory: &'a Directory,
}

impl Example<'_> {
    /// Who would be told of the example that is asked for; of the newest drift where none is.
    async fn preview(
        self,
        transaction: &mut Transaction,
        visit: &Visit,
        (host, rule): (&str, &str),
    ) -> Result<Option<Preview>, Failure> {
        let newest = transaction.open_drifts().await?.into_iter().max_by_key(|drift| drift.opened_at);
        let newest = newest.map(|drift| (drift.host.to_string(), drift.finding.key.rule.to_string()));
        let known = |all: &[(String, String)], id: &str| all.iter().find(|(word, _)| word == id).cloned();
        let (newest_host, newest_rule) = newest.unwrap_or_default();
        let host = known(self.hosts, host).or_else(|| known(self.hosts, &newest_host));
        let host = host.or_else(|| self.hosts.first().cloned());
        let rule = known(self.rules, rule).or_else(|| known(self.rules, &newest_rule));
        let rule = rule.or_else(|| self.rules.first().cloned());
        let (Some((host, host_name)), Some((rule, _))) = (host, rule) else { return Ok(None) };
        let Ok(id) = RuleId::new(rule.clone()) else { return Ok(None) };
        let about = About::new(sections_of(&visit.site.app.checklist, &id), self.placements.of(&host_name));
        let configured: &[String] = visit.site.sender.as_ref().map_or(&[], |sender| sender.configured());
        let told = told(MailKind::Opened, &about, self.routing, configured, self.directory);
        Ok(HostId::new(host.clone()).ok().map(|_| Preview { host, rule, about, told }))
    }
}

/// `POST /settings/routing`
pub(super) async fn do_add(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let (scope, to, manner) = (sent.get("scope"), sent.get("to"), sent.get("manner"));
    let (Some(read), Some(how)) = (Scope::from_word(scope), Manner::from_word(manner)) else {
        return Ok(page(&visit.leading_to(ADDRESS.to_owned()), ("", ""), None, None).await?.into_response());
    };
    match routing::add(visit.store(), read, to, how, visit.person(), visit.now).await {
        Ok(_) => Ok(Visit::done(ADDRESS, Done::Saved).into_response()),
        Err(RouteError::Store(error)) => Err(error.into()),
        Err(error) => {
            let typed = TypedRoute {
                scope: scope.to_owned(),
                to: to.to_owned(),
                manner: manner.to_owned(),
                error: error.text(visit.language()),
            };
            Ok(page(&visit.leading_to(ADDRESS.to_owned()), ("", ""), Some(typed), None).await?.into_response())
        }
    }
}

/// `GET /settings/routing/{id}`
pub(super) async fn edit(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    one(&visit, &id, None, None).await
}

/// The page of a route, with what was typed and why it was refused.
async fn one(
    visit: &Visit,
    id: &str,
    typed: Option<TypedRoute>,
    refused: Option<String>,
) -> Result<Html<String>, Failure> {
    let id: u32 = id.parse().map_err(|_| Failure::NOT_FOUND)?;
    let (mut transaction, chrome) = visit.read().await?;
    let kept: Routing = transaction.setting().await?.unwrap_or_default();
    let route = kept.routes.iter().find(|route| route.id == id).ok_or(Failure::NOT_FOUND)?;
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let (sites, groups) = (placements.names(Division::Site), placements.names(Division::Group));
    let view = RouteView { checklist: &visit.site.app.checklist, route, sites, groups, typed, refused };
    Ok(Html(route_page::render(&view, &chrome)?))
}

/// `POST /settings/routing/{id}`
pub(super) async fn do_change(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let (scope, to, manner) = (sent.get("scope"), sent.get("to"), sent.get("manner"));
    let (Ok(number), Ok(revision)) = (id.parse(), sent.get("revision").parse()) else {
        return Err(Failure::NOT_FOUND);
    };
    let (Some(read), Some(how)) = (Scope::from_word(scope), Manner::from_word(manner)) else {
        return Err(Failure::INPUT);
    };
    let seen = Seen { id: number, revision };
    let done = routing::change(visit.store(), seen, read, to, how, visit.person(), visit.now).await;
    let visit = visit.leading_to(format!("{ADDRESS}/{number}"));
    let t = visit.language();
    match done {
        Ok(()) => Ok(Visit::done(ADDRESS, Done::Saved).into_response()),
        Err(RouteError::Store(error)) => Err(error.into()),
        Err(RouteError::Gone) => Err(Failure::NOT_FOUND),
        // What is kept now is shown, so that nobody writes over what they never saw.
        Err(error @ RouteError::Changed) => Ok(one(&visit, &id, None, error.text(t)).await?.into_response()),
        Err(error) => {
            let typed = TypedRoute {
                scope: scope.to_owned(),
                to: to.to_owned(),
                manner: manner.to_owned(),
                error: error.text(t),
            };
            Ok(one(&visit, &id, Some(typed), None).await?.into_response())
        }
    }
}

/// `POST /settings/routing/remove`
pub(super) async fn do_remove(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let route = sent.get("route").parse().map_err(|_| Failure::NOT_FOUND)?;
    if routing::remove(visit.store(), route, visit.person(), visit.now).await? {
        Ok(Visit::done(ADDRESS, Done::Saved).into_response())
    } else {
        Err(Failure::NOT_FOUND)
    }
}

/// `POST /settings/routing/owners`
pub(super) async fn do_set_owners(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let typed = TypedOwners {
        contact: sent.get("contact").trim().to_owned(),
        days: sent.get("days").trim().to_owned(),
        automatic: sent.all("automatic").map(str::to_owned).collect(),
    };
    let Some(settings) = read(&visit, &typed) else {
        return Ok(page(&visit.leading_to(ADDRESS.to_owned()), ("", ""), None, Some(typed)).await?.into_response());
    };
    owner::set(visit.store(), &settings, visit.person(), visit.now).await?;
    Ok(Visit::done(ADDRESS, Done::Saved).into_response())
}

/// What was typed, if it is within the limits. A rule that users cannot repair is passed over.
fn read(visit: &Visit, typed: &TypedOwners) -> Option<OwnerSettings> {
    let chosen = typed.automatic.iter().filter_map(|rule| RuleId::new(rule.clone()).ok());
    let repairable =
        |rule: &RuleId| visit.site.app.catalog.rule(rule).is_some_and(|rule| owner::repair(rule).is_by_user());
    let settings = OwnerSettings {
        contact: typed.contact.clone(),
        days: typed.days.parse().ok()?,
        automatic: chosen.filter(repairable).collect(),
    };
    settings.is_valid().then_some(settings)
}
