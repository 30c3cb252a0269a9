//! Coming in and going out: signing in, the first administrator, the language.

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use tenken_model::{Language, Span};

use super::done::Done;
use super::failure::Failure;
use super::gate::{form_encode, within};
use super::sent::Sent;
use super::site::Site;
use super::visit::Visit;
use crate::auth::cookie::Channel;
use crate::auth::enter::{self, EnterError, Entered, Opened};
use crate::auth::origin::Origin;
use crate::auth::secret::Secret;
use crate::listen::Peer;
use crate::pages::failure::FailureView;
use crate::pages::sign_in::{self, FirstRunView, SignInView};

/// An answer that leads to `address` and sets a cookie.
pub(super) fn lead(address: &str, cookie: &str) -> Result<Response, Failure> {
    let mut response = Redirect::to(address).into_response();
    set_cookie(&mut response, cookie)?;
    Ok(response)
}

/// Sets one more cookie with an answer.
pub(super) fn set_cookie(response: &mut Response, cookie: &str) -> Result<(), Failure> {
    let cookie = HeaderValue::from_str(cookie).map_err(|_| Failure::INPUT)?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(())
}

/// An answer that leads into a session that was just opened, in the language that the person chose.
pub(super) fn let_in(channel: Channel, opened: &Opened, next: &str) -> Result<Response, Failure> {
    let mut response = lead(next, &channel.session(opened.secret.text()))?;
    if let Some(language) = opened.language {
        set_cookie(&mut response, &channel.language(language.tag()))?;
    }
    Ok(response)
}

/// How long to wait, in the visitor's words.
pub(super) fn wait(wait: Span, t: Language) -> String {
    let seconds = wait.millis().div_euclid(1_000) + 1;
    if seconds < 120 { t.wait_seconds(seconds) } else { t.wait_minutes(seconds.div_euclid(60) + 1) }
}

/// Where the visitor wanted to go before signing in.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    pub(super) next: String,
}

/// `GET /sign-in`
pub(super) async fn sign_in(visit: Visit, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let next = within(Some(&wanted.next)).to_owned();
    if visit.visitor.signed.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    page(&visit, SignInView { next, ..SignInView::default() }).await
}

/// The page, with the way through the identity provider if there is one.
async fn page(visit: &Visit, view: SignInView) -> Result<Response, Failure> {
    let (_, chrome) = visit.read().await?;
    let view = SignInView { provider: visit.provider_name(), ..view };
    Ok(Html(sign_in::render(&view, &chrome)?).into_response())
}

/// The page, which says why nobody was let in.
pub(super) async fn refused(visit: &Visit, name: String, next: String, error: String) -> Result<Response, Failure> {
    let visit = visit.leading_to(format!("/sign-in?next={}", form_encode(&next)));
    page(&visit, SignInView { name, next, error: Some(error), ..SignInView::default() }).await
}

/// `POST /sign-in`
pub(super) async fn do_sign_in(
    visit: Visit,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    let t = visit.language();
    let origin = Origin::of(peer.address.ip());
    let (typed, next) = (sent.get("name").to_owned(), within(sent.sent("next")).to_owned());
    let local = visit.site.provider.as_ref().map(|provider| provider.settings().local_sign_in).unwrap_or_default();
    let given = sent.get("password").to_owned();
    let error = match enter::sign_in(visit.store(), &typed, given, local, origin, visit.now).await {
        Ok(Entered::Session(opened)) => return let_in(visit.site.channel, &opened, &next),
        Ok(Entered::Half(secret)) => {
            let address = format!("/sign-in/code?next={}", form_encode(&next));
            return lead(&address, &visit.site.channel.half(secret.text()));
        }
        Err(EnterError::Wrong) => t.sign_in_wrong(),
        Err(EnterError::Wait(span)) => t.sign_in_wait(&wait(span, t)),
        Err(EnterError::ByProvider) => t.identity_told_by_provider(&visit.provider_name().unwrap_or_default()),
        Err(error) => return Err(anyhow::Error::from(error).into()),
    };
    refused(&visit, typed, next, error).await
}

/// `POST /sign-out`
pub(super) async fn sign_out(visit: Visit, _sent: Sent) -> Result<Response, Failure> {
    if let Some(signed) = &visit.visitor.signed {
        enter::sign_out(visit.store(), &signed.session, &signed.user.name, visit.now)
            .await
            .map_err(anyhow::Error::from)?;
    }
    lead(&Done::SignedOut.join("/sign-in"), &visit.site.channel.no_session())
}

/// The secret of a link.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    pub(super) key: String,
}

/// `GET /first-run`
pub(super) async fn first_run(visit: Visit, Query(Key { key }): Query<Key>) -> Result<Html<String>, Failure> {
    let works = enter::link_works(visit.store(), &key, visit.now).await?;
    first_run_page(&visit, FirstRunView { key: works.then_some(key), ..FirstRunView::default() }).await
}

/// `POST /first-run`
pub(super) async fn do_first_run(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let t = visit.language();
    let (key, name, password) = (sent.get("key"), sent.get("name"), sent.get("password"));
    let mut view = FirstRunView { key: Some(key.to_owned()), name: name.to_owned(), ..FirstRunView::default() };
    if password == sent.get("again") {
        match enter::first_administrator(visit.store(), key, name, password.to_owned(), visit.now).await {
            Ok(secret) => return lead("/", &visit.site.channel.session(Secret::text(&secret))),
            Err(EnterError::Name) => view.name_error = Some(t.user_name_invalid()),
            Err(EnterError::Password(weak)) => view.password_error = Some(weak.text(t)),
            Err(EnterError::Link) => view.key = None,
            Err(error) => return Err(anyhow::Error::from(error).into()),
        }
    } else {
        view.again_error = Some(t.password_differs());
    }
    Ok(first_run_page(&visit, view).await?.into_response())
}

async fn first_run_page(visit: &Visit, view: FirstRunView) -> Result<Html<String>, Failure> {
    let (_, mut chrome) = visit.read().await?;
    // The address carries the link's secret; switching the language must not put it into a log.
    "/first-run".clone_into(&mut chrome.address);
    Ok(Html(sign_in::render_first_run(&view, &chrome)?))
}

/// `POST /language`
pub(super) async fn language(State(site): State<Site>, sent: Sent) -> Result<Response, Failure> {
    let language = Language::from_tag(sent.get("language")).ok_or(Failure(FailureView::Input))?;
    lead(within(sent.sent("next")), &site.channel.language(language.tag()))
}
