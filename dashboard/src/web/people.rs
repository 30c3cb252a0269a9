//! The listeners of people: pages, and hosts that are to be enrolled.

use axum::Router;
use axum::middleware::from_fn;

use super::{agents, gate, headers};
use crate::app::App;
use crate::auth::cookie::Channel;

/// Every address of the people's listeners.
pub fn router(app: App, channel: Channel) -> Router {
    let gate = gate::Gate { store: app.store.clone(), channel, now: app.now };
    let pages = Router::new()
        .layer(from_fn(move |request, next| gate::pass(gate.clone(), request, next)))
        .layer(from_fn(move |request, next| headers::guard(channel, request, next)));
    agents::uncertified(app).merge(pages)
}
