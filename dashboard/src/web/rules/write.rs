//! Writing an own rule.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_model::{ItemId, RuleId};

use super::super::done::Done;
use super::super::failure::Failure;
use super::super::sent::Sent;
use super::super::visit::Visit;
use super::{id, refused};
use crate::own_rules::{self, Draft, PREFIX, Seen, lint};
use crate::pages::rules::write::{self as page, WriteView};
use crate::store::VersionState;

/// What a new rule begins with, below its id.
const STARTER: &str = include_str!("starter.yaml");

fn items(checklist: &Checklist) -> Vec<(&Section, &Item)> {
    checklist.located().filter(|(_, item)| item.takes_rules()).collect()
}

/// What a form sent. Browsers end lines with CR LF.
fn draft(sent: &Sent) -> Result<Draft, Failure> {
    let text = |name: &str| sent.get(name).replace("\r\n", "\n");
    let items: Result<Vec<ItemId>, _> = sent.all("item").map(ItemId::new).collect();
    let mut items = items.map_err(|_| Failure::INPUT)?;
    items.sort();
    items.dedup();
    Ok(Draft { text: text("text"), cases: text("cases").trim_start_matches('\n').to_owned(), items })
}

/// `GET /rules/new`
pub(in crate::web) async fn new(visit: Visit) -> Result<Html<String>, Failure> {
    let draft = Draft { text: format!("id: {PREFIX}\n{STARTER}"), ..Draft::default() };
    fresh(&visit, "", &draft, None).await
}

async fn fresh(visit: &Visit, typed: &str, draft: &Draft, refused: Option<String>) -> Result<Html<String>, Failure> {
    let (_, chrome) = visit.read().await?;
    let checklist = &visit.site.app.checklist;
    let rule = RuleId::new(typed).ok().filter(|_| refused.is_some());
    let linted = rule.map(|rule| lint(&rule, &draft.text, &draft.cases));
    let items = items(checklist);
    let view =
        WriteView { rule: None, id: typed, draft, linted: linted.as_ref(), seen: None, next: None, items, refused };
    Ok(Html(page::render(&view, &chrome)?))
}

/// `POST /rules/new`
pub(in crate::web) async fn do_new(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let (typed, draft) = (sent.get("id").trim(), draft(&sent)?);
    let checklist = &visit.site.app.checklist;
    match own_rules::begin(visit.store(), checklist, typed, &draft, visit.person(), visit.now).await {
        Ok(rule) => Ok(Visit::done(&format!("/rules/{rule}/edit"), Done::OwnRuleSaved).into_response()),
        Err(error) => {
            let why = refused(error, &visit)?;
            let visit = visit.leading_to("/rules/new".to_owned());
            Ok(fresh(&visit, typed, &draft, Some(why)).await?.into_response())
        }
    }
}

/// `GET /rules/{id}/edit`
pub(in crate::web) async fn edit(visit: Visit, Path(rule): Path<String>) -> Result<Html<String>, Failure> {
    written(&visit, &id(&rule)?, None).await
}

/// The page on which a rule is written anew, with what was typed and why it was not kept.
async fn written(visit: &Visit, rule: &RuleId, typed: Option<(Draft, String)>) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let found = transaction.own_versions(rule, 1).await?.into_iter().next().ok_or(Failure::NOT_FOUND)?;
    let kept = found.written;
    let (draft, refused) = match typed {
        Some((draft, why)) => (draft, Some(why)),
        None => (Draft { text: kept.text, cases: kept.cases, items: kept.items }, None),
    };
    let linted = lint(rule, &draft.text, &draft.cases);
    let next = match found.state {
        VersionState::Approved | VersionState::Refused => Some(kept.version.saturating_add(1)),
        VersionState::Draft | VersionState::Waiting => None,
    };
    let view = WriteView {
        rule: Some(rule),
        id: rule.as_str(),
        draft: &draft,
        linted: Some(&linted),
        seen: Some(Seen { version: kept.version, revision: found.revision }),
        next,
        items: items(&visit.site.app.checklist),
        refused,
    };
    Ok(Html(page::render(&view, &chrome)?))
}

/// The version that a form was made for.
pub(super) fn seen(sent: &Sent) -> Result<Seen, Failure> {
    match (sent.get("version").parse(), sent.get("revision").parse()) {
        (Ok(version), Ok(revision)) => Ok(Seen { version, revision }),
        _ => Err(Failure::NOT_FOUND),
    }
}

/// `POST /rules/{id}/edit`
pub(in crate::web) async fn do_edit(visit: Visit, Path(rule): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let (rule, draft, seen) = (id(&rule)?, draft(&sent)?, seen(&sent)?);
    let address = format!("/rules/{rule}/edit");
    let checklist = &visit.site.app.checklist;
    match own_rules::write(visit.store(), checklist, &rule, seen, &draft, visit.person(), visit.now).await {
        Ok(()) => Ok(Visit::done(&address, Done::OwnRuleSaved).into_response()),
        Err(error) => {
            let why = refused(error, &visit)?;
            Ok(written(&visit.leading_to(address), &rule, Some((draft, why))).await?.into_response())
        }
    }
}
