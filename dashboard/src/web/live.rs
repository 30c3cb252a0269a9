//! Telling open pages that something changed. They then fetch themselves again; nothing else travels here.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use tokio::sync::watch;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

/// Often enough that a proxy between keeps the connection, seldom enough to cost nothing.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The store's change counter as events named `change`, the current number first.
pub fn stream(changes: watch::Receiver<i64>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = WatchStream::new(changes)
        .map(|number| Ok(Event::default().event("change").id(number.to_string()).data(number.to_string())));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::response::IntoResponse as _;

    use super::*;

    #[tokio::test]
    async fn pages_hear_the_number_now_and_each_change() {
        let (change, changes) = watch::channel(7_i64);
        let response = stream(changes).into_response();
        drop(change);
        let body = to_bytes(response.into_body(), 1_000).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains("event: change\nid: 7\ndata: 7"), "{body:?}");
    }
}
