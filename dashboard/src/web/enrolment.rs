//! Adding hosts: tokens for one and for many, and the hosts that came by them.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use tenken_model::Span;

use super::done::Done;
use super::failure::Failure;
use super::packages;
use super::sent::Sent;
use super::visit::Visit;
use crate::enrol::{self, TokenTerms};
use crate::pages::authority::AuthorityView;
use crate::pages::chrome::DataKind;
use crate::pages::enrol::{self as page, EnrolView, MadeTokenView, TokenRow, Typed, VALID_HOURS};

/// How many tokens for many hosts are listed.
const TOKENS: u32 = 20;
/// How many hosts of each are named.
const HOSTS: u32 = 500;

/// `GET /hosts/new`
pub(super) async fn new(visit: Visit) -> Result<Html<String>, Failure> {
    shown(&visit, Typed::default(), None).await
}

/// `POST /hosts/new`
pub(super) async fn do_new(visit: Visit, sent: Sent) -> Result<Html<String>, Failure> {
    if visit.site.configured.data == DataKind::Demonstration {
        return new(visit).await;
    }
    let typed = Typed { hosts: sent.sent("hosts").map(str::to_owned), hours: sent.sent("hours").map(str::to_owned) };
    let Some(terms) = terms(&typed) else {
        let visit = visit.leading_to("/hosts/new".to_owned());
        return shown(&visit, Typed { hosts: Some(sent.get("hosts").to_owned()), ..typed }, None).await;
    };
    let app = &visit.site.app;
    let made = enrol::make_token(&app.store, &app.authority, terms, visit.person(), visit.now).await;
    let made = made.map_err(|error| Failure::from(anyhow::Error::from(error)))?;
    let made = MadeTokenView {
        until: made.until,
        hosts: made.hosts,
        dashboard: visit.site.configured.enrol_url.clone(),
        token: made.token.to_string(),
    };
    shown(&visit, Typed::default(), Some(made)).await
}

/// What was asked for; a form that does not say is for one host.
fn terms(typed: &Typed) -> Option<TokenTerms> {
    let hosts = typed.hosts.as_deref().map_or(Some(1), |hosts| hosts.trim().parse().ok());
    let hours = typed.hours.as_deref().map_or(Some(24), |hours| hours.parse().ok());
    let hours = hours.filter(|hours| VALID_HOURS.contains(hours))?;
    TokenTerms::new(hosts?, Span::from_secs(hours.checked_mul(3_600)?))
}

/// `POST /hosts/new/{token}/withdraw`
pub(super) async fn do_withdraw(visit: Visit, Path(token): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let number: i64 = token.parse().map_err(|_| Failure::NOT_FOUND)?;
    if !enrol::withdraw_token(visit.store(), number, visit.person(), visit.now).await? {
        return Err(Failure::NOT_FOUND);
    }
    Ok(Visit::done("/hosts/new", Done::TokenWithdrawn).into_response())
}

async fn shown(visit: &Visit, typed: Typed, made: Option<MadeTokenView>) -> Result<Html<String>, Failure> {
    let packages = packages::listed(&visit.site).await;
    let (mut transaction, chrome) = visit.read().await?;
    let mut tokens = Vec::new();
    for token in transaction.tokens_for_many(TOKENS).await? {
        let hosts = transaction.enrolments(token.id, HOSTS).await?;
        tokens.push(TokenRow { token, hosts });
    }
    let authority = AuthorityView::of(&visit.site.app.authority);
    let view = EnrolView { made, typed, tokens, packages, authority };
    Ok(Html(page::render(&view, &chrome)?))
}
