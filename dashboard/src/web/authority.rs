//! The certificate of the dashboard's own authority, for whoever gives it to PCs. Agents get it as JSON (`GET /v1/authority`).

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::site::Site;
use crate::pages::authority::FILE;

/// What browsers and Windows take a certificate of an authority for.
const CERTIFICATE: &str = "application/x-x509-ca-cert";

/// `GET /authority.crt`
pub(super) async fn certificate(State(site): State<Site>) -> Response {
    let named = format!("attachment; filename=\"{FILE}\"");
    let pem = site.app.authority.certificate_pem().to_owned();
    ([(CONTENT_TYPE, CERTIFICATE.to_owned()), (CONTENT_DISPOSITION, named)], pem).into_response()
}
