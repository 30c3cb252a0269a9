//! Codes of the second factor: at the end of signing in, and before acts that want it fresh.

use axum::Extension;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use tenken_model::Language;
use tenken_model::digest::Digest;

use super::entry::{Wanted, let_in, set_cookie, wait};
use super::failure::Failure;
use super::gate::{form_encode, within};
use super::sent::Sent;
use super::visit::Visit;
use crate::auth::cookie;
use crate::auth::enter::{self, EnterError};
use crate::auth::origin::Origin;
use crate::auth::second_factor::{self, CodeError};
use crate::auth::secret::Secret;
use crate::listen::Peer;
use crate::pages::code::{self, CodeView, Purpose};
use crate::pages::failure::FailureView;

/// What was typed as a code: that of the app, or a recovery code.
fn typed(sent: &Sent) -> &str {
    sent.sent("recovery").unwrap_or_else(|| sent.get("code"))
}

/// Why a code was not taken, in the visitor's words.
pub(super) fn refused(error: CodeError, t: Language) -> Result<String, Failure> {
    match error {
        CodeError::Wrong => Ok(t.code_wrong()),
        CodeError::Wait(span) => Ok(t.code_wait(&wait(span, t))),
        CodeError::Absent => Err(Failure(FailureView::NoSecondFactor)),
        CodeError::Present => Err(Failure(FailureView::Conflict)),
        CodeError::Store(_) | CodeError::NoRandom(_) => Err(anyhow::Error::from(error).into()),
    }
}

async fn page(visit: &Visit, purpose: Purpose, next: String, error: Option<String>) -> Result<Response, Failure> {
    let (_, chrome) = visit.read().await?;
    let (has_code, provider) = match purpose {
        Purpose::SignIn => (true, None),
        Purpose::Confirm => {
            let provider = visit.may_ask_provider().and_then(|_| visit.provider_name());
            (visit.signed()?.user.second_factor.is_some(), provider)
        }
    };
    Ok(Html(code::render(&CodeView { purpose, next, error, has_code, provider }, &chrome)?).into_response())
}

/// The page that asks for a code before an act, which says why nothing is confirmed yet.
pub(super) async fn refused_confirm(visit: &Visit, next: String, error: String) -> Result<Response, Failure> {
    let visit = visit.leading_to(format!("/confirm?next={}", form_encode(&next)));
    page(&visit, Purpose::Confirm, next, Some(error)).await
}

/// The half-open sign-in that the browser carries.
fn half(visit: &Visit, headers: &HeaderMap) -> Option<Digest> {
    let secret = cookie::value(headers, visit.site.channel.half_cookie()).and_then(Secret::from_text);
    secret.map(|secret| secret.digest())
}

/// Back to the beginning, as whoever has a password again.
fn over() -> Response {
    Redirect::to("/sign-in").into_response()
}

/// `GET /sign-in/code`
pub(super) async fn sign_in(
    visit: Visit,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let Some(half) = half(&visit, &headers) else { return Ok(over()) };
    if enter::half_open(visit.store(), &half, visit.now).await?.is_none() {
        return Ok(over());
    }
    page(&visit, Purpose::SignIn, within(Some(&wanted.next)).to_owned(), None).await
}

/// `POST /sign-in/code`
pub(super) async fn do_sign_in(
    visit: Visit,
    headers: HeaderMap,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    let Some(half) = half(&visit, &headers) else { return Ok(over()) };
    let origin = Origin::of(peer.address.ip());
    let next = within(sent.sent("next")).to_owned();
    let error = match enter::enter_code(visit.store(), &half, typed(&sent), origin, visit.now).await {
        Ok(opened) => {
            let mut response = let_in(visit.site.channel, &opened, &next)?;
            set_cookie(&mut response, &visit.site.channel.no_half())?;
            return Ok(response);
        }
        Err(EnterError::Over | EnterError::Code(CodeError::Absent)) => return Ok(over()),
        Err(EnterError::Code(error)) => refused(error, visit.language())?,
        Err(error) => return Err(anyhow::Error::from(error).into()),
    };
    page(&visit, Purpose::SignIn, next, Some(error)).await
}

/// `GET /confirm`
pub(super) async fn confirm(visit: Visit, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    if visit.signed()?.user.second_factor.is_none() && visit.may_ask_provider().is_none() {
        return Err(Failure(FailureView::NoSecondFactor));
    }
    page(&visit, Purpose::Confirm, within(Some(&wanted.next)).to_owned(), None).await
}

/// `POST /confirm`
pub(super) async fn do_confirm(
    visit: Visit,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    let signed = visit.signed()?;
    let origin = Origin::of(peer.address.ip());
    let next = within(sent.sent("next")).to_owned();
    let confirmed =
        second_factor::confirm(visit.store(), &signed.user, &signed.session, typed(&sent), origin, visit.now).await;
    match confirmed {
        Ok(()) => Ok(Redirect::to(&next).into_response()),
        Err(error) => page(&visit, Purpose::Confirm, next, Some(refused(error, visit.language())?)).await,
    }
}
