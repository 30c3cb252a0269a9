//! What agents ask for: to report, for their policy, for a new certificate; and, before they have one, to be
//! enrolled.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use rustls::pki_types::CertificateDer;
use serde::de::DeserializeOwned;
use tenken_model::HostId;
use tenken_model::enrol::{Authority, EnrolAnswer, RenewAnswer};
use tenken_model::policy::SignedPolicy;
use tenken_model::report::{REPORT_BYTES_MAX, Refusal, ReportAnswer, VERSION_HEADER};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::authority::REQUEST_BYTES_MAX;
use crate::enrol::{self, EnrolError};
use crate::ingest::{self, Refused, RequestError};
use crate::listen::Peer;
use crate::policy::{self, PolicyError};

/// The longest a request may take to come in and be worked on, so that slow senders hold nothing.
pub(super) const REQUEST_WITHIN: Duration = Duration::from_mins(1);
/// The bytes that JSON needs around a certificate request.
const AROUND: usize = 4 << 10;

/// The listener that demands a client certificate.
pub fn certified(app: App) -> Router {
    Router::new()
        .route("/v1/report", post(report).layer(DefaultBodyLimit::max(REPORT_BYTES_MAX)))
        .route("/v1/policy", get(policy))
        .route("/v1/renew", post(renew).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX + AROUND)))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_WITHIN))
        // Told to hosts alone: an agent says by it whether it is the older of the two.
        .layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static(VERSION_HEADER),
            HeaderValue::from_static(env!("CARGO_PKG_VERSION")),
        ))
        .with_state(app)
}

/// What an agent without a certificate may ask, on the listener of people.
pub fn uncertified(app: App) -> Router {
    Router::new()
        .route("/v1/authority", get(authority))
        .route("/v1/enrol", post(enrol).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX + AROUND)))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_WITHIN))
        .with_state(app)
}

/// A request that has no answer, as agents understand it.
struct NoAnswer(StatusCode, Refusal);

impl IntoResponse for NoAnswer {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

impl NoAnswer {
    fn refused(refused: &Refused) -> Self {
        Self(refused.status(), refused.refusal())
    }

    fn failed(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request of an agent failed");
        let message = "the dashboard could not work on this now; its log says why. Try again later".to_owned();
        Self(StatusCode::INTERNAL_SERVER_ERROR, Refusal::new("internal", message))
    }
}

impl From<RequestError> for NoAnswer {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused(refused) => Self::refused(&refused),
            RequestError::Store(error) => Self::failed(&error),
        }
    }
}

impl From<EnrolError> for NoAnswer {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Refused(refused) => Self::refused(&refused),
            EnrolError::Authority(_) | EnrolError::Store(_) | EnrolError::NoRandom(_) => Self::failed(&error),
        }
    }
}

impl From<PolicyError> for NoAnswer {
    fn from(error: PolicyError) -> Self {
        Self::failed(&error)
    }
}

/// A body within its limit, or the refusal of a larger one.
type Body = Result<Bytes, axum::extract::rejection::BytesRejection>;

fn within(body: Body) -> Result<Bytes, NoAnswer> {
    body.map_err(|_| NoAnswer::refused(&Refused::TooLarge))
}

fn json<T: DeserializeOwned>(body: Body) -> Result<T, NoAnswer> {
    serde_json::from_slice(&within(body)?).map_err(|error| NoAnswer::refused(&Refused::Malformed(error.to_string())))
}

fn certificate(peer: &Peer) -> Result<&CertificateDer<'static>, NoAnswer> {
    peer.certificate.as_ref().ok_or_else(|| NoAnswer::refused(&Refused::WrongHost))
}

/// The host that a certificate names, if it may ask for something now.
async fn host(app: &App, certificate: &CertificateDer<'static>) -> Result<HostId, NoAnswer> {
    let host = enrol::authenticate(&app.store, certificate, (app.now)()).await?;
    if app.rates.allow(&host, Instant::now()) { Ok(host) } else { Err(NoAnswer::refused(&Refused::TooOften)) }
}

async fn report(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    body: Body,
) -> Result<Json<ReportAnswer>, NoAnswer> {
    let host = host(&app, certificate(&peer)?).await?;
    let app = app.current().await.map_err(|error| NoAnswer::failed(&error))?;
    Ok(Json(ingest::receive(&app.store, &app.terms, &host, &within(body)?, (app.now)()).await?))
}

async fn policy(State(app): State<App>, Extension(peer): Extension<Peer>) -> Result<Json<SignedPolicy>, NoAnswer> {
    let host = host(&app, certificate(&peer)?).await?;
    match policy::current(&app.store, &app.authority, app.built_in(), &host, (app.now)()).await? {
        Some(policy) => Ok(Json(policy)),
        None => Err(NoAnswer::refused(&Refused::WrongHost)),
    }
}

async fn renew(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    body: Body,
) -> Result<Json<RenewAnswer>, NoAnswer> {
    let certificate = certificate(&peer)?;
    host(&app, certificate).await?;
    Ok(Json(enrol::renew(&app.store, &app.authority, certificate, &json(body)?, (app.now)()).await?))
}

async fn authority(State(app): State<App>) -> Json<Authority> {
    Json(Authority { certificate_pem: app.authority.certificate_pem().to_owned() })
}

async fn enrol(State(app): State<App>, body: Body) -> Result<Json<EnrolAnswer>, NoAnswer> {
    let answer = enrol::enrol(&app.store, &app.authority, &app.report_url, &json(body)?, (app.now)()).await?;
    // The host needs its policy with its first report, not a timer later.
    // The host is enrolled whatever comes of it, and the job tries again.
    let made = policy::current(&app.store, &app.authority, app.built_in(), &answer.host, (app.now)()).await;
    if let Err(error) = made {
        tracing::error!(%error, "the first policy of a host could not be made yet");
    }
    Ok(Json(answer))
}
