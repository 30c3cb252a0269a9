//! The files that pages load.

use axum::extract::{Path, RawQuery};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::failure::Failure;
use crate::pages::assets;

/// `GET /assets/{name}`: an address with a version never gives another content.
pub(super) async fn asset(Path(name): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let asset = assets::by_name(&name).ok_or(Failure::NOT_FOUND)?;
    let keep = if query.is_some() { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(asset.media_type)), (CACHE_CONTROL, HeaderValue::from_static(keep))];
    Ok((headers, asset.content).into_response())
}
