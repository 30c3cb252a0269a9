//! What an address asks for in its query.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::failure::Failure;

/// The fields of a query. A field that is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// What a field asks for, the last one if there are several.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(field, _)| field == name).map_or("", |(_, asked)| asked.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Query(fields) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Failure::INPUT)?;
        Ok(Self(fields))
    }
}
