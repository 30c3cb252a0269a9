//! Drifts and the mails about them.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::japan;
use tenken_engine::checklist::Checklist;
use tenken_model::RuleId;

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
use crate::pages::{drift as drift_page, drifts as drifts_page, outbox};
use crate::registers::hosts::HostKind;
use crate::store::{Drift, Mail, Thread};

/// The most drifts that ended which are shown.
const RESOLVED_SHOWN: u32 = 50;
/// The most mails that are shown, and that are looked at for the newest of each drift.
const MAILS_SHOWN: u32 = 500;

/// `GET /drifts`
pub(super) async fn drifts(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let machines = Machines::read(&mut transaction).await?;
    let open = transaction.open_drifts().await?;
    let resolved = transaction.resolved_drifts(RESOLVED_SHOWN).await?;
    let mails = transaction.mails(MAILS_SHOWN).await?;
    // The newest come first, so that the first of a drift stays.
    let mut newest: BTreeMap<i64, &Mail> = BTreeMap::new();
    for mail in &mails {
        if let Some(drift) = mail.thread.drift() {
            newest.entry(drift).or_insert(mail);
        }
    }
    let shown = |drift| row(&visit, &machines, drift, newest.get(&drift.told_by.unwrap_or(drift.id)).copied());
    let view = DriftsView { open: open.iter().map(shown).collect(), resolved: resolved.iter().map(shown).collect() };
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
    let findings = transaction.findings_of_host(&drift.host).await?;
    let mails = transaction.mails_of(drift.told_by.unwrap_or(id)).await?;
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
    let now = findings.iter().find(|stored| stored.finding.key == drift.finding.key);
    let view = DriftView {
        row: row(&visit, &machines, &drift, mails.last()),
        now: now.map(|stored| (&stored.finding, stored.since)),
        mails: mails.iter().collect(),
        owner,
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
pub(super) async fn mails(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let mails = transaction.mails(MAILS_SHOWN).await?;
    let view = OutboxView { checklist: &visit.site.app.checklist, mails: mails.iter().collect() };
    Ok(Html(outbox::render(&view, &chrome)?))
}
