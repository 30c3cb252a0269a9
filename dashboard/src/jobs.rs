//! What the dashboard does without being asked: drifts whose grace runs out, mails that are due,
//! policies that changed, changes that other dashboards made, leftovers. Each job can run on any number of dashboards at once.

use std::sync::Arc;
use std::time::Duration;

use tenken_model::Span;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::auth::{backoff, session};
use crate::declaration::publication;
use crate::identity::flow;
use crate::mail::{Book, Sender, Sent};
use crate::public_web::PublicWeb;
use crate::pulse::Job;
use crate::store::{Outcome, StoreError, Way};
use crate::{alert, correlate, declaration, drift, log_review, policy, trend};

/// How often graces and the changes of other dashboards are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often drifts are settled though no time is known to have run out.
const SETTLE: Duration = Duration::from_mins(1);
/// How often what no longer counts is removed.
const TIDY: Duration = Duration::from_hours(1);
/// How often the outbox is looked at though nothing is known to have changed.
const MAILS: Duration = Duration::from_secs(5);
/// How often the declaration is looked after though nothing is known to have changed.
const DECLARATION: Duration = Duration::from_mins(1);
/// How often it is looked for what people are to be told.
const ALERTS: Duration = Duration::from_mins(1);
/// How long sessions of maintenance and emergency accounts are kept: longer than any rule looks back.
const SESSIONS_KEPT: Span = Span::from_days(400);
/// How often it is kept how the items stand today.
const DAYS: Duration = Duration::from_mins(10);
/// How often policies are made anew though nothing is known to have changed.
const POLICIES: Duration = Duration::from_mins(1);

/// Begins a job.
fn begin(app: &App, job: Job) {
    app.pulse.begin(job, std::time::Instant::now());
}

/// A job ended a turn.
fn turned(app: &App, job: Job, good: bool) {
    app.pulse.turned(job, good, std::time::Instant::now(), (app.now)());
}

/// The rules in force now; what is built in alone if the store cannot be read, of which the job itself will tell.
async fn current(app: &App) -> App {
    app.current().await.unwrap_or_else(|_| app.clone())
}

/// Settles drifts whose grace ran out, until `stop` turns true.
pub async fn settle_drifts(app: App, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut settled = None;
    begin(&app, Job::SettleDrifts);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = app.store.look().await {
            tracing::error!(%error, "the store could not be looked at");
        }
        let whole = settled.is_none_or(|settled: std::time::Instant| settled.elapsed() >= SETTLE);
        let done = settle_once(&app, whole).await;
        turned(&app, Job::SettleDrifts, done.is_ok());
        match done {
            Ok(()) if whole => settled = Some(std::time::Instant::now()),
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "drifts could not be settled"),
        }
    }
}

/// Follows registers and the day, then settles drifts: of all findings, or only if time alone brought something.
async fn settle_once(app: &App, whole: bool) -> Result<(), StoreError> {
    let app = app.current().await?;
    let now = (app.now)();
    let hosts = correlate::settle_due(&app.store, &app.terms, now).await?;
    if hosts > 0 {
        tracing::info!(hosts, "facts were compared with the registers");
    }
    if whole || drift::is_due(&app.store, &app.terms, now).await? {
        drift::settle_due(&app.store, &app.terms, now).await?;
    }
    Ok(())
}

/// Writes the mails that come without a change on a host, until `stop` turns true.
pub async fn write_alerts(app: App, mut stop: watch::Receiver<bool>) {
    begin(&app, Job::WriteAlerts);
    loop {
        let app = current(&app).await;
        let done = alert::settle(&app.store, &app.terms, &app.checklist, (app.now)()).await;
        turned(&app, Job::WriteAlerts, done.is_ok());
        match done {
            Ok(0) => {}
            Ok(written) => tracing::info!(written, "alerts"),
            Err(error) => tracing::error!(%error, "alerts could not be written"),
        }
        tokio::select! {
            () = tokio::time::sleep(ALERTS) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Keeps how the items stand today, and makes the sheets for the review of logs, until `stop` turns true.
pub async fn keep_days(app: App, mut stop: watch::Receiver<bool>) {
    begin(&app, Job::KeepDays);
    loop {
        let app = current(&app).await;
        let kept = trend::keep(&app.store, &app.checklist, (app.now)()).await;
        let prepared = log_review::prepare(&app.store, (app.now)()).await;
        turned(&app, Job::KeepDays, kept.is_ok() && prepared.is_ok());
        match kept {
            Ok(false) => {}
            Ok(true) => tracing::debug!("the state of today is kept"),
            Err(error) => tracing::error!(%error, "the state of today could not be kept"),
        }
        match prepared {
            Ok(0) => {}
            Ok(made) => tracing::info!(made, "sheets for the review of logs"),
            Err(error) => tracing::error!(%error, "the sheets for the review of logs could not be made"),
        }
        tokio::select! {
            () = tokio::time::sleep(DAYS) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Keeps Tenken's own proposals true, and looks whether the home page shows the form in force, until `stop` turns true.
pub async fn keep_declaration(app: App, web: PublicWeb, mut stop: watch::Receiver<bool>) {
    let mut changes = app.store.changes();
    begin(&app, Job::KeepDeclaration);
    loop {
        let app = current(&app).await;
        let settled = declaration::settle(&app.store, &app.checklist, (app.now)()).await;
        let checked = publication::check_due(&app.store, &web, &app.checklist, (app.now)()).await;
        turned(&app, Job::KeepDeclaration, settled.is_ok() && checked.is_ok());
        if let Err(error) = settled {
            tracing::error!(%error, "proposals could not be settled");
        }
        match checked {
            Ok(None) => {}
            Ok(Some(outcome)) => {
                tracing::info!(shown = matches!(outcome, Outcome::Shown | Outcome::Confirmed(_)), "home page");
            }
            Err(error) => tracing::error!(%error, "the home page could not be looked at"),
        }
        // Several changes at once are one look.
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            heard = changes.changed() => if heard.is_err() { return },
            () = tokio::time::sleep(DECLARATION) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        changes.mark_unchanged();
    }
}

/// Removes what no longer counts: ended sessions, forgotten wrong passwords, tokens that were never used,
/// until `stop` turns true.
pub async fn tidy(app: App, mut stop: watch::Receiver<bool>) {
    begin(&app, Job::Tidy);
    loop {
        let done = tidy_once(&app).await;
        turned(&app, Job::Tidy, done.is_ok());
        if let Err(error) = done {
            tracing::error!(%error, "what no longer counts could not be removed");
        }
        tokio::select! {
            () = tokio::time::sleep(TIDY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn tidy_once(app: &App) -> Result<(), StoreError> {
    let ago = |span: Span| Span::from_millis(span.millis().saturating_neg()).after((app.now)());
    let mut transaction = app.store.write().await?;
    transaction.forget_sessions(ago(session::LONGEST), ago(session::IDLE)).await?;
    transaction.forget_half_open(ago(session::HALF_OPEN)).await?;
    transaction.forget_flows(ago(flow::VALID)).await?;
    transaction.forget_failures(ago(backoff::FORGET)).await?;
    transaction.forget_tokens(ago(Span::ZERO)).await?;
    transaction.forget_host_sessions(ago(SESSIONS_KEPT)).await?;
    transaction.forget_media_seen(ago(SESSIONS_KEPT)).await?;
    transaction.save().await
}

/// Sends the mails of the outbox on one way as they fall due, until `stop` turns true. A mail that was begun is ended.
pub async fn send_mail(app: App, mut sender: Sender, way: Way, mut stop: watch::Receiver<bool>) {
    let mut changes = app.store.changes();
    let mut told = Arc::clone(&app.catalog);
    let job = match way {
        Way::Mail => Job::SendMail,
        Way::Webhook => Job::PostNews,
    };
    begin(&app, job);
    loop {
        let current = current(&app).await;
        if !Arc::ptr_eq(&current.catalog, &told) {
            told = Arc::clone(&current.catalog);
            sender = sender.quoting(Book::of(&current.catalog, &current.checklist));
        }
        let next = match way {
            Way::Mail => sender.send_next(&app.store, (app.now)()).await,
            Way::Webhook => sender.post_next(&app.store, (app.now)()).await,
        };
        turned(&app, job, next.is_ok());
        match next {
            Ok(Sent::Nothing) => {}
            Ok(sent) => {
                tracing::info!(?sent, "mail");
                if !*stop.borrow() {
                    continue;
                }
            }
            Err(error) => tracing::error!(%error, "mails could not be taken from the outbox"),
        }
        tokio::select! {
            heard = changes.changed() => if heard.is_err() { return },
            () = tokio::time::sleep(MAILS) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        changes.mark_unchanged();
    }
}

/// Makes policies anew whenever something changed, until `stop` turns true.
pub async fn refresh_policies(app: App, mut stop: watch::Receiver<bool>) {
    let mut changes = app.store.changes();
    begin(&app, Job::RefreshPolicies);
    loop {
        let done = policy::refresh(&app.store, &app.authority, app.built_in(), (app.now)()).await;
        turned(&app, Job::RefreshPolicies, done.is_ok());
        if let Err(error) = done {
            tracing::error!(%error, "policies could not be made");
        }
        // Several changes at once are one look: when all PCs are switched on, each report is a change.
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            heard = changes.changed() => if heard.is_err() { return },
            () = tokio::time::sleep(POLICIES) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        changes.mark_unchanged();
    }
}
