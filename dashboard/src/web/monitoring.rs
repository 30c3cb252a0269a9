//! The listener of monitoring: numbers and health, without TLS and without names.

use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tokio::sync::Mutex;
use tower_http::timeout::TimeoutLayer;

use super::agents::REQUEST_WITHIN;
use crate::app::App;
use crate::health;
use crate::metrics::{Certificates, Requests, families, gather, render};

/// The text format of Prometheus.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// For how long an answer is good for whoever asks next, so that asking often costs little.
const GOOD_FOR: Duration = Duration::from_secs(5);

/// What it is served from.
#[derive(Debug, Clone)]
pub struct Monitored {
    /// The dashboard.
    pub app: App,
    /// The requests of the other listeners.
    pub requests: Requests,
    /// Until when certificates are good.
    pub certificates: Certificates,
    metrics: Arc<Mutex<Option<(Moment, String)>>>,
    health: Arc<Mutex<Option<(Moment, health::Health)>>>,
}

impl Monitored {
    /// Puts it together.
    pub fn new(app: App, requests: Requests, certificates: Certificates) -> Self {
        Self { app, requests, certificates, metrics: Arc::default(), health: Arc::default() }
    }
}

/// What was answered a moment ago, or else a new answer. Who asks meanwhile waits for it.
async fn recent<T: Clone>(kept: &Mutex<Option<(Moment, T)>>, make: impl Future<Output = T>) -> T {
    let mut kept = kept.lock().await;
    if let Some((_, answer)) = kept.as_ref().filter(|(at, _)| at.elapsed() < GOOD_FOR) {
        return answer.clone();
    }
    let answer = make.await;
    *kept = Some((Moment::now(), answer.clone()));
    answer
}

/// Every address of the listener.
pub fn router(monitored: Monitored) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/health/live", get(async || "ok\n"))
        .route("/health/ready", get(ready))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_WITHIN))
        .with_state(monitored)
}

async fn metrics(State(monitored): State<Monitored>) -> Response {
    let Monitored { app, requests, certificates, metrics, .. } = &monitored;
    let made = async {
        let measured = gather(app, requests, *certificates).await;
        render(&families(&measured, env!("CARGO_PKG_VERSION")))
    };
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], recent(metrics, made).await).into_response()
}

async fn ready(State(monitored): State<Monitored>) -> Response {
    let Monitored { app, certificates, health, .. } = &monitored;
    let found = recent(health, health::look(app, certificates.authority, Moment::now())).await;
    let status = if found.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(found)).into_response()
}
