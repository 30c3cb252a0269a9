//! What a person sees when a page cannot be shown. The cause goes to the log alone.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum Failure {
    /// There is no such page or row.
    NotFound,
    /// The person may not.
    Forbidden,
    /// What was sent is not a form of this page.
    BadRequest,
    /// Something within failed; already logged.
    Internal,
}

impl<E: Into<Cause>> From<E> for Failure {
    fn from(error: E) -> Self {
        let Cause(error) = error.into();
        tracing::error!(error, "a page could not be shown");
        Self::Internal
    }
}

/// An error within, as one line for the log.
#[derive(Debug)]
pub struct Cause(String);

impl From<StoreError> for Cause {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<askama::Error> for Cause {
    fn from(error: askama::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<anyhow::Error> for Cause {
    fn from(error: anyhow::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

impl Failure {
    /// The status of the answer; the page itself is made where the visitor is known.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}
