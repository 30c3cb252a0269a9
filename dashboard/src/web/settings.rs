//! What administrators set.

use std::time::Duration;

use axum::response::{Html, IntoResponse as _, Response};

use super::done::Done;
use super::failure::Failure;
use super::sent::Sent;
use super::visit::Visit;
use crate::alert::{self, AlertSettings};
use crate::pages::Notice;
use crate::pages::authority::AuthorityView;
use crate::pages::settings::{self, SettingsView, Typed};
use crate::status::{self, Patience};

/// How long a person waits for a test mail: less than a page may take.
const TEST_WITHIN: Duration = Duration::from_secs(30);
/// The word for a digest or list that is switched off.
const OFF: &str = "off";

/// `GET /settings`
pub(super) async fn settings(visit: Visit) -> Result<Html<String>, Failure> {
    page(&visit, None, None).await
}

/// The page, with what was refused of the form, or what came of another act.
async fn page(visit: &Visit, refused: Option<Typed>, notice: Option<Notice>) -> Result<Html<String>, Failure> {
    let (mut transaction, mut chrome) = visit.read().await?;
    chrome.notice = notice.or(chrome.notice);
    let configured = &visit.site.configured;
    let view = SettingsView {
        mail_server: configured.mail_server.clone(),
        recipients: configured.recipients.clone(),
        alerts: transaction.setting().await?.unwrap_or_default(),
        patience: transaction.setting().await?.unwrap_or_default(),
        refused,
        report_url: visit.site.app.report_url.to_string(),
        provider: visit.site.provider.as_ref().map(|provider| provider.settings().clone()),
        authority: AuthorityView::of(&visit.site.app.authority),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(Html(settings::render(&view, &chrome)?))
}

/// `POST /settings`
pub(super) async fn do_set(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let field = |name| sent.get(name).trim().to_owned();
    let typed = Typed {
        digest: field("digest"),
        monthly: field("monthly"),
        escalate: field("escalate"),
        server_minutes: field("server_minutes"),
        pc_days: field("pc_days"),
    };
    let Some((alerts, patience)) = read(&typed) else {
        return Ok(page(&visit.leading_to("/settings".to_owned()), Some(typed), None).await?.into_response());
    };
    let mut transaction = visit.store().read().await?;
    let before = (transaction.setting().await?.unwrap_or_default(), transaction.setting().await?.unwrap_or_default());
    transaction.abandon().await?;
    if alerts != before.0 {
        alert::set(visit.store(), alerts, visit.person(), visit.now).await?;
    }
    if patience != before.1 {
        status::set(visit.store(), patience, visit.person(), visit.now).await?;
    }
    Ok(Visit::done("/settings", Done::Saved).into_response())
}

/// What was typed, if it is within the limits.
fn read(typed: &Typed) -> Option<(AlertSettings, Patience)> {
    let unless_off = |typed: &str| if typed == OFF { Some(None) } else { typed.parse().ok().map(Some) };
    let alerts = AlertSettings {
        digest_hour: unless_off(&typed.digest)?,
        escalate_hours: typed.escalate.parse().ok()?,
        monthly_day: unless_off(&typed.monthly)?,
    };
    let patience =
        Patience { server_minutes: typed.server_minutes.parse().ok()?, pc_days: typed.pc_days.parse().ok()? };
    (alerts.is_valid() && patience.is_valid()).then_some((alerts, patience))
}

/// `POST /settings/test-mail`
pub(super) async fn do_test(visit: Visit, _sent: Sent) -> Result<Html<String>, Failure> {
    let t = visit.language();
    let notice = match &visit.site.sender {
        None => Notice::Refused(t.settings_no_mail()),
        Some(sender) => match tokio::time::timeout(TEST_WITHIN, sender.send_test(visit.now)).await {
            Ok(Ok(())) => Notice::Done(t.alerts_test_sent(&sender.configured().join(&t.list_join()))),
            Ok(Err(error)) => Notice::Refused(t.alerts_test_failed(&error.to_string())),
            Err(_) => Notice::Refused(t.alerts_test_failed(&t.alerts_test_slow())),
        },
    };
    page(&visit.leading_to("/settings".to_owned()), None, Some(notice)).await
}
