//! What a person sees when a page cannot be shown. The cause goes to the log alone.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tenken_model::digest::Digest;

use crate::auth::secret::{NoRandom, Secret};
use crate::own_rules::trial::TrialError;
use crate::pages::failure::FailureView;
use crate::store::StoreError;

/// Why a page cannot be shown; an extension of the answer, from which the page is made where the visitor is
/// known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub FailureView);

impl Failure {
    /// There is no such page or row.
    pub const NOT_FOUND: Self = Self(FailureView::NotFound);
    /// What was sent is not a form of this page.
    pub const INPUT: Self = Self(FailureView::Input);

    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        match &self.0 {
            FailureView::NotFound => StatusCode::NOT_FOUND,
            FailureView::Forbidden(_) | FailureView::CrossSite | FailureView::NoSecondFactor => StatusCode::FORBIDDEN,
            FailureView::Unconfirmed(_) => StatusCode::SEE_OTHER,
            FailureView::Method => StatusCode::METHOD_NOT_ALLOWED,
            FailureView::Conflict => StatusCode::CONFLICT,
            FailureView::Input => StatusCode::BAD_REQUEST,
            FailureView::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            FailureView::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl<E: Into<Cause>> From<E> for Failure {
    fn from(error: E) -> Self {
        let Cause(error) = error.into();
        let operation = operation();
        tracing::error!(operation, error, "a page could not be shown");
        Self(FailureView::Internal(operation))
    }
}

/// A number under which the log tells the cause: no two of one process are alike, nor likely those of two.
fn operation() -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| {
        let digest = Secret::new().map_or_else(|_| Digest::of(b""), |secret| secret.digest());
        digest.to_string().chars().take(6).collect()
    });
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    format!("{}-{}", *PROCESS, NUMBER.fetch_add(1, Ordering::Relaxed))
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

impl From<NoRandom> for Cause {
    fn from(error: NoRandom) -> Self {
        Self(error.to_string())
    }
}

impl From<TrialError> for Cause {
    fn from(error: TrialError) -> Self {
        Self(error.to_string())
    }
}

impl From<anyhow::Error> for Cause {
    fn from(error: anyhow::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

impl From<BytesRejection> for Failure {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { Self(FailureView::TooLarge) } else { Self::INPUT }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_its_own_number() {
        let failure = || Failure::from(anyhow::anyhow!("x"));
        let (one, two) = (failure(), failure());
        assert_ne!(one, two);
        assert_eq!(one.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let response = one.clone().into_response();
        assert_eq!(response.extensions().get::<Failure>(), Some(&one));
    }
}
