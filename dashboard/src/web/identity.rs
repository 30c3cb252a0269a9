//! Signing in, joining, binding and confirming through the agency's identity provider. Without one there is none of it.

use axum::Extension;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::done::Done;
use super::entry::{self, let_in, set_cookie};
use super::failure::Failure;
use super::gate::{form_encode, within};
use super::sent::Sent;
use super::visit::Visit;
use super::{account as account_pages, code};
use crate::auth::identity::{self, Begun, Brought, Ended, Failed, IdentityError};
use crate::auth::origin::Origin;
use crate::auth::secret::Secret;
use crate::auth::{account, cookie};
use crate::identity::{Purpose, Refusal};
use crate::listen::Peer;
use crate::pages::leaving::{self, LeavingView};

/// The page on which one's own account is kept.
const ACCOUNT: &str = "/account";
/// The page on which the second factor is set up.
const SECOND_FACTOR: &str = "/account/second-factor";

/// Sends the person to the provider: by a page that leads there, since a form of this dashboard may lead nowhere else.
async fn leave(visit: &Visit, begun: Begun) -> Result<Response, Failure> {
    let provider = visit.provider_name().unwrap_or_default();
    let (_, chrome) = visit.leading_to("/sign-in".to_owned()).read().await?;
    let html = leaving::render(&LeavingView { provider, address: begun.address.clone() }, &chrome)?;
    let mut response = Html(html).into_response();
    let refresh = HeaderValue::from_str(&format!("0; url={}", begun.address)).map_err(|_| Failure::INPUT)?;
    response.headers_mut().insert(header::REFRESH, refresh);
    set_cookie(&mut response, &visit.site.channel.flow(begun.secret.text()))?;
    Ok(response)
}

/// Begins, and sends the person away; or says why not on the page that a purpose begins on.
async fn begin(visit: &Visit, purpose: Purpose, next: &str, peer: &Peer) -> Result<Response, Failure> {
    let person = visit.visitor.signed.as_ref().map(|signed| signed.user.name.as_str());
    let origin = Origin::of(peer.address.ip());
    match identity::begin(visit.store(), visit.provider()?, purpose, next, person, origin, visit.now).await {
        Ok(begun) => leave(visit, begun).await,
        Err(error) => failed(visit, Failed { error, purpose: Some(purpose), next: next.to_owned() }).await,
    }
}

/// The page that says why nobody was let in: the one on which the person began.
async fn failed(visit: &Visit, failed: Failed) -> Result<Response, Failure> {
    let refusal = match failed.error {
        IdentityError::Refused(refusal) => refusal,
        other => return Err(anyhow::Error::from(other).into()),
    };
    let told = refusal.told(visit.language());
    match failed.purpose {
        Some(Purpose::Bind(_)) if visit.visitor.signed.is_some() => account_pages::refused(visit, told).await,
        Some(Purpose::Confirm(_)) if visit.visitor.signed.is_some() => {
            code::refused_confirm(visit, failed.next, told).await
        }
        _ => entry::refused(visit, String::new(), within(Some(&failed.next)).to_owned(), told).await,
    }
}

/// `POST /sign-in/provider`
pub(super) async fn do_sign_in(
    visit: Visit,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    begin(&visit, Purpose::SignIn, within(sent.sent("next")), &peer).await
}

/// `POST /join/provider`
pub(super) async fn do_join(visit: Visit, Extension(peer): Extension<Peer>, sent: Sent) -> Result<Response, Failure> {
    let Some(key) = Secret::from_text(sent.get("key")) else {
        let error = IdentityError::Refused(Refusal::Invitation);
        visit.provider()?;
        return failed(&visit, Failed { error, purpose: None, next: "/".to_owned() }).await;
    };
    begin(&visit, Purpose::Join(key.digest()), "/", &peer).await
}

/// `POST /confirm/provider`
pub(super) async fn do_confirm(
    visit: Visit,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    visit.may_ask_provider().ok_or(Failure::NOT_FOUND)?;
    begin(&visit, Purpose::Confirm(visit.signed()?.session), within(sent.sent("next")), &peer).await
}

/// `POST /account/identity`
pub(super) async fn do_bind(visit: Visit, Extension(peer): Extension<Peer>, sent: Sent) -> Result<Response, Failure> {
    visit.provider()?;
    let signed = visit.signed()?;
    if signed.user.identity.is_some() {
        return account_pages::refused(&visit, Refusal::Bound.told(visit.language())).await;
    }
    match know_password(&visit, &peer, &sent).await? {
        Some(refused) => Ok(refused),
        None => begin(&visit, Purpose::Bind(signed.session), ACCOUNT, &peer).await,
    }
}

/// `POST /account/identity/unbind`
pub(super) async fn do_unbind(visit: Visit, Extension(peer): Extension<Peer>, sent: Sent) -> Result<Response, Failure> {
    if let Some(refused) = know_password(&visit, &peer, &sent).await? {
        return Ok(refused);
    }
    let signed = visit.signed()?;
    if identity::unbind_own(visit.store(), &signed.user, &signed.session, visit.now).await? {
        return Ok(Visit::done(ACCOUNT, Done::IdentityUnbound).into_response());
    }
    Ok(Redirect::to(ACCOUNT).into_response())
}

/// Nothing if the present password was given, otherwise the page that says it was not.
async fn know_password(visit: &Visit, peer: &Peer, sent: &Sent) -> Result<Option<Response>, Failure> {
    let (given, origin) = (sent.get("identity_password").to_owned(), Origin::of(peer.address.ip()));
    match account::know_password(visit.store(), &visit.signed()?.user, given, origin, visit.now).await {
        Ok(()) => Ok(None),
        Err(error) => {
            let wrong = account_pages::wrong(error, visit.language())?;
            Ok(Some(account_pages::identity_refused(visit, wrong).await?))
        }
    }
}

/// What the provider gives the browser to bring back.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET /sign-in/provider/callback`
pub(super) async fn callback(
    visit: Visit,
    headers: HeaderMap,
    Extension(peer): Extension<Peer>,
    Query(answer): Query<Answer>,
) -> Result<Response, Failure> {
    let provider = visit.provider()?;
    let channel = visit.site.channel;
    let brought = Brought {
        state: answer.state,
        code: answer.code,
        error: answer.error,
        issuer: answer.iss,
        browser: cookie::value(&headers, channel.flow_cookie()).and_then(Secret::from_text),
        signed: visit.visitor.signed.clone().map(|signed| (signed.user, signed.session)),
    };
    let origin = Origin::of(peer.address.ip());
    let mut response = match identity::end(visit.store(), provider, brought, origin, visit.now).await {
        Ok((ended, next)) => arrived(&visit, ended, within(Some(&next)))?,
        Err(error) => failed(&visit, error).await?,
    };
    set_cookie(&mut response, &channel.no_flow())?;
    Ok(response)
}

/// Where a person goes on who came back from the provider.
fn arrived(visit: &Visit, ended: Ended, next: &str) -> Result<Response, Failure> {
    let channel = visit.site.channel;
    let response = match ended {
        Ended::Session(opened) => let_in(channel, &opened, next)?,
        Ended::Half(secret) => {
            entry::lead(&format!("/sign-in/code?next={}", form_encode(next)), &channel.half(secret.text()))?
        }
        Ended::Bound => Visit::done(ACCOUNT, Done::IdentityBound).into_response(),
        Ended::Confirmed => Redirect::to(next).into_response(),
        Ended::Shown if visit.signed()?.user.second_factor.is_some() => {
            Visit::done(&format!("/confirm?next={}", form_encode(next)), Done::IdentityShown).into_response()
        }
        Ended::Shown => Visit::done(SECOND_FACTOR, Done::IdentityShown).into_response(),
    };
    Ok(response)
}
