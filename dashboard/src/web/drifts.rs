//! Drifts and the mails about them.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::japan;
use tenken_engine::checklist::Checklist;
use tenken_model::RuleId;

use super::asked::Asked;
use super::done::Done;
use super::failure::Failure;
use super::machines::Machines;
use super::sent::Sent;
use super::visit::{Visit, number};
use crate::drift;
use crate::groups::Placements;
use crate::owner::{self, Asking};
use crate::pages::drift::{DriftView, OwnerPart};
use crate::pages::drifts::{DriftRow, DriftsView};
use crate::pages::failure::FailureView;
use crate::pages::finding::ItemRef;
use crate::pages::outbox::OutboxView;
use crate::pages::pager::Pager;
use crate::pages::{drift as drift_page, drifts as drifts_page, outbox};
use crate::registers::hosts::HostKind;
use crate::store::{Drift, Mail, Thread};

/// How many open drifts a page shows.
const OPEN_SHOWN: usize = 40;
/// How many drifts that ended it shows.
const RESOLVED_SHOWN: usize = 20;
/// How many mails a page shows.
const MAILS_SHOWN: usize = 100;

/// `GET /drifts`
pub(super) async fn drifts(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let machines = Machines::read(&mut transaction).await?;
    let (open, resolved) = transaction.drift_counts().await?;
    let (page, ended) = (asked.get("page"), asked.get("ended"));
    // Each list leads on from where the other stands.
    let at = |field: &str, asked: &str, other: &str| {
        let other = asked.parse::<u32>().map_or_else(|_| String::new(), |asked| format!("{other}={asked}&"));
        format!("/drifts?{other}{field}=")
    };
    let count = |count| usize::try_from(count).unwrap_or(usize::MAX);
    let open_pager = Pager::new(page, OPEN_SHOWN, count(open), at("page", ended, "ended"));
    let resolved_pager = Pager::new(ended, RESOLVED_SHOWN, count(resolved), at("ended", page, "page"));
    let open = transaction.open_drifts_from(open_pager.skipped(), open_pager.limit()).await?;
    let resolved = transaction.resolved_drifts_from(resolved_pager.skipped(), resolved_pager.limit()).await?;
    let mut newest: BTreeMap<i64, Mail> = BTreeMap::new();
    for drift in open.iter().chain(&resolved) {
        newest
            .extend(transaction.mails_of(drift.told_by.unwrap_or(drift.id)).await?.pop().map(|mail| (drift.id, mail)));
    }
    let shown = |drift: &'_ Drift| newest.get(&drift.id);
    let view = DriftsView {
        open: open.iter().map(|drift| row(&visit, &machines, drift, shown(drift))).collect(),
        resolved: resolved.iter().map(|drift| row(&visit, &machines, drift, shown(drift))).collect(),
        open_pager,
        resolved_pager,
    };
    Ok(Html(drifts_page::render(&view, &chrome)?))
}

pub(super) fn row<'a>(
    visit: &'a Visit,
    machines: &'a Machines,
    drift: &'a Drift,
    mail: Option<&'a Mail>,
) -> DriftRow<'a> {
    let (app, rule) = (&visit.site.app, &drift.finding.key.rule);
    DriftRow {
        drift,
        host: machines.name(&drift.host),
        rule: app.catalog.rule(rule),
        items: items(&app.checklist, rule),
        mail,
    }
}

/// The items a rule decides, in the order of the form.
fn items<'a>(checklist: &'a Checklist, rule: &RuleId) -> Vec<ItemRef<'a>> {
    let decided = checklist.located().filter(|(_, item)| item.all_rules().any(|decides| decides == rule));
    decided.map(|(section, item)| ItemRef { section, item }).collect()
}

/// `GET /drifts/{id}`
pub(super) async fn drift(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    let id = number(&id)?;
    let (mut transaction, chrome) = visit.read().await?;
    let drift = transaction.drift(id).await?.ok_or(Failure::NOT_FOUND)?;
    let machines = Machines::read(&mut transaction).await?;
    let now = transaction.finding_of(&drift.host, &drift.finding.key).await?;
    let mails = transaction.mails_of(drift.told_by.unwrap_or(id)).await?;
    let host = transaction.host(&drift.host).await?;
    let host_name = machines.name(&drift.host).name.to_owned();
    let placements = Placements::read(&mut transaction, japan::date_of(visit.now)).await?;
    let to_owner = transaction.mails_in(&Thread::Owner(id)).await?;
    let rule = visit.site.app.catalog.rule(&drift.finding.key.rule);
    let owner =
        placements.of(&host_name).filter(|placement| placement.kind == HostKind::Pc).map(|placement| OwnerPart {
            user: placement.owner(),
            mails: to_owner.iter().collect(),
            lately: owner::asked_lately(&to_owner, visit.now),
            repairable: rule.is_some_and(|rule| owner::repair(rule).is_by_user()),
        });
    let view = DriftView {
        row: row(&visit, &machines, &drift, mails.last()),
        now: now.as_ref().map(|stored| (&stored.finding, stored.since)),
        mails: mails.iter().collect(),
        owner,
        os: host.as_ref().and_then(|host| host.system()).map(|system| system.os.as_str()),
    };
    Ok(Html(drift_page::render(&view, &chrome)?))
}

/// `POST /drifts/{id}/acknowledge`
pub(super) async fn do_acknowledge(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let id = number(&id)?;
    visit.store().read().await?.drift(id).await?.ok_or(Failure::NOT_FOUND)?;
    if !drift::acknowledge(visit.store(), id, visit.person(), visit.now).await? {
        return Err(Failure(FailureView::Conflict));
    }
    Ok(Visit::done(&format!("/drifts/{id}"), Done::Acknowledged).into_response())
}

/// `POST /drifts/{id}/owner`
pub(super) async fn do_ask_owner(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let id = number(&id)?;
    let drift = visit.store().read().await?.drift(id).await?.ok_or(Failure::NOT_FOUND)?;
    match owner::ask(visit.store(), &drift, visit.person(), visit.now).await? {
        Asking::Written => Ok(Visit::done(&format!("/drifts/{id}"), Done::OwnerAsked).into_response()),
        Asking::Lately(_) | Asking::Nobody | Asking::Ended => Err(Failure(FailureView::Conflict)),
    }
}

/// `GET /outbox`
pub(super) async fn mails(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let total = usize::try_from(transaction.mail_count().await?).unwrap_or(usize::MAX);
    let pager = Pager::new(asked.get("page"), MAILS_SHOWN, total, "/outbox?page=");
    let mails = transaction.mails_from(pager.skipped(), pager.limit()).await?;
    let view = OutboxView { checklist: &visit.site.app.checklist, mails: mails.iter().collect(), pager };
    Ok(Html(outbox::render(&view, &chrome)?))
}
