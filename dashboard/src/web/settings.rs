//! What administrators set.

use axum::response::Html;

use super::failure::Failure;
use super::visit::Visit;
use crate::pages::settings::{self, SettingsView};

/// `GET /settings`
pub(super) async fn settings(visit: Visit) -> Result<Html<String>, Failure> {
    let (_, chrome) = visit.read().await?;
    let configured = &visit.site.configured;
    let view = SettingsView {
        mail_server: configured.mail_server.clone(),
        recipients: configured.recipients.clone(),
        report_url: visit.site.app.report_url.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(Html(settings::render(&view, &chrome)?))
}
