//! One's own account.

use axum::Extension;
use axum::response::{Html, IntoResponse, Redirect, Response};
use tenken_model::Language;

use super::code;
use super::done::Done;
use super::entry::{lead, wait};
use super::failure::Failure;
use super::gate::form_encode;
use super::sent::Sent;
use super::visit::Visit;
use crate::auth::account;
use crate::auth::enter::EnterError;
use crate::auth::origin::Origin;
use crate::auth::second_factor::{self, CodeError};
use crate::auth::totp::Key;
use crate::listen::Peer;
use crate::pages::Notice;
use crate::pages::account::{self as account_page, AccountErrors, AccountView, SessionRow};
use crate::pages::second_factor::{self as factor_page, Asked, MadeBy, SecondFactorView};

const ACCOUNT: &str = "/account";

async fn page(visit: &Visit, errors: AccountErrors) -> Result<Html<String>, Failure> {
    noticing(visit, errors, None).await
}

/// The page, which says why an account of the identity provider was not bound.
pub(super) async fn refused(visit: &Visit, why: String) -> Result<Response, Failure> {
    Ok(noticing(visit, AccountErrors::default(), Some(Notice::Refused(why))).await?.into_response())
}

/// The page, which says that the password is wrong with which an account of the identity provider is bound or unbound.
pub(super) async fn identity_refused(visit: &Visit, why: String) -> Result<Response, Failure> {
    Ok(page(visit, AccountErrors { identity: Some(why), ..AccountErrors::default() }).await?.into_response())
}

async fn noticing(visit: &Visit, errors: AccountErrors, notice: Option<Notice>) -> Result<Html<String>, Failure> {
    let signed = visit.signed()?;
    let (mut transaction, mut chrome) = visit.leading_to(ACCOUNT.to_owned()).read().await?;
    chrome.notice = notice.or(chrome.notice);
    let sessions = transaction.sessions_of(signed.user.id).await?;
    let row = |(digest, times)| SessionRow { times, this: digest == signed.session };
    let view = AccountView {
        person: &signed.user,
        provider: visit.provider_name(),
        sessions: sessions.into_iter().map(row).collect(),
        codes_left: transaction.recovery_codes_left(signed.user.id).await?,
        errors,
    };
    Ok(Html(account_page::render(&view, &chrome)?))
}

/// `GET /account`
pub(super) async fn account(visit: Visit) -> Result<Html<String>, Failure> {
    page(&visit, AccountErrors::default()).await
}

/// `POST /account`
pub(super) async fn do_profile(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let language = Language::from_tag(sent.get("language")).ok_or(Failure::INPUT)?;
    let typed = sent.get("email");
    if !account::set_profile(visit.store(), &visit.signed()?.user, typed, language, visit.now).await? {
        let errors = AccountErrors { typed_email: Some(typed.to_owned()), ..AccountErrors::default() };
        return Ok(page(&visit, errors).await?.into_response());
    }
    lead(&Done::Saved.join(ACCOUNT), &visit.site.channel.language(language.tag()))
}

/// What is wrong with the present password, in the visitor's words.
pub(super) fn wrong(error: EnterError, t: Language) -> Result<String, Failure> {
    match error {
        EnterError::Wrong => Ok(t.password_present_wrong()),
        EnterError::Wait(span) => Ok(t.sign_in_wait(&wait(span, t))),
        other => Err(anyhow::Error::from(other).into()),
    }
}

/// `POST /account/password`
pub(super) async fn do_password(
    visit: Visit,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    let t = visit.language();
    let mut errors = AccountErrors::default();
    let (present, fresh) = (sent.get("present").to_owned(), sent.get("password").to_owned());
    if fresh == sent.get("again") {
        let (person, origin) = (&visit.signed()?.user, Origin::of(peer.address.ip()));
        match account::change_password(visit.store(), person, present, fresh, origin, visit.now).await {
            Ok(secret) => {
                let address = Done::PasswordChanged.join(ACCOUNT);
                return lead(&address, &visit.site.channel.session(secret.text()));
            }
            Err(EnterError::Password(weak)) => errors.password = Some(weak.text(t)),
            Err(error) => errors.present = Some(wrong(error, t)?),
        }
    } else {
        errors.again = Some(t.password_differs());
    }
    Ok(page(&visit, errors).await?.into_response())
}

/// `POST /account/sessions/end`
pub(super) async fn do_end_others(visit: Visit, _sent: Sent) -> Result<Redirect, Failure> {
    let signed = visit.signed()?;
    account::end_others(visit.store(), &signed.user, &signed.session, visit.now).await?;
    Ok(Visit::done(ACCOUNT, Done::SessionsEnded))
}

async fn factor_page(
    visit: &Visit,
    key: Key,
    code_error: Option<String>,
    password_error: Option<String>,
) -> Result<Response, Failure> {
    let (_, chrome) = visit.read().await?;
    let address = key.address(&chrome.agency, visit.person(), form_encode);
    let view = SecondFactorView { key, address, code_error, password_error, asked: asked(visit)? };
    Ok(Html(factor_page::render(&view, &chrome)?).into_response())
}

/// How the person shows who it is: with the password, or who has none, anew at the identity provider.
fn asked(visit: &Visit) -> Result<Asked, Failure> {
    let signed = visit.signed()?;
    Ok(match visit.may_ask_provider().and_then(|_| visit.provider_name()) {
        Some(_) if signed.user.password.is_none() && signed.times.is_shown(visit.now) => Asked::Nothing,
        Some(provider) if signed.user.password.is_none() => Asked::Provider(provider),
        _ => Asked::Password,
    })
}

/// `GET /account/second-factor`
pub(super) async fn second_factor(visit: Visit) -> Result<Response, Failure> {
    if visit.signed()?.user.second_factor.is_some() {
        return Ok(Redirect::to(ACCOUNT).into_response());
    }
    factor_page(&visit, Key::new()?, None, None).await
}

/// `POST /account/second-factor`
pub(super) async fn do_second_factor(
    visit: Visit,
    Extension(peer): Extension<Peer>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (t, signed) = (visit.language(), visit.signed()?);
    let key = Key::from_text(sent.get("key")).ok_or(Failure::INPUT)?;
    let (given, origin) = (sent.get("password").to_owned(), Origin::of(peer.address.ip()));
    match asked(&visit)? {
        Asked::Nothing => {}
        Asked::Provider(_) => return Ok(Redirect::to("/account/second-factor").into_response()),
        Asked::Password => {
            let known = account::know_password(visit.store(), &signed.user, given, origin, visit.now).await;
            if let Err(error) = known {
                return factor_page(&visit, key, None, Some(wrong(error, t)?)).await;
            }
        }
    }
    let (person, session, code) = (&signed.user, &signed.session, sent.get("code"));
    match second_factor::set_up(visit.store(), person, session, key.clone(), code, visit.now).await {
        Ok(codes) => {
            let (_, chrome) = visit.leading_to(ACCOUNT.to_owned()).read().await?;
            Ok(Html(factor_page::render_codes(&codes, MadeBy::SetUp, &chrome)?).into_response())
        }
        Err(error) => factor_page(&visit, key, Some(code::refused(error, t)?), None).await,
    }
}

/// `POST /account/second-factor/remove`
pub(super) async fn do_remove(visit: Visit, _sent: Sent) -> Result<Redirect, Failure> {
    visit.confirmed(ACCOUNT)?;
    second_factor::remove(visit.store(), &visit.signed()?.user, visit.now).await.map_err(failed)?;
    Ok(Visit::done(ACCOUNT, Done::SecondFactorRemoved))
}

/// `POST /account/recovery-codes`
pub(super) async fn do_codes(visit: Visit, _sent: Sent) -> Result<Html<String>, Failure> {
    visit.confirmed(ACCOUNT)?;
    let codes = second_factor::new_codes(visit.store(), &visit.signed()?.user, visit.now).await.map_err(failed)?;
    let (_, chrome) = visit.leading_to(ACCOUNT.to_owned()).read().await?;
    Ok(Html(factor_page::render_codes(&codes, MadeBy::Again, &chrome)?))
}

fn failed(error: CodeError) -> Failure {
    Failure::from(anyhow::Error::from(error))
}
