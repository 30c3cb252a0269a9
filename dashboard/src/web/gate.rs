//! The gate before every page: nobody passes without the role the address asks for.

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::failure::Failure;
use super::visitor::Visitor;
use crate::auth::cookie::Channel;
use crate::auth::role::{Access, access};
use crate::store::Store;

/// What the gate needs to know.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Where sessions are kept.
    pub store: Store,
    /// How browsers reach this listener.
    pub channel: Channel,
    /// The wall clock.
    pub now: fn() -> tenken_model::Instant,
}

/// Lets a request through with its [`Visitor`], or says why not.
pub async fn pass(gate: Gate, mut request: Request, next: Next) -> Response {
    let visitor = match Visitor::of(request.headers(), gate.channel, &gate.store, (gate.now)()).await {
        Ok(visitor) => visitor,
        Err(error) => return Failure::from(error).into_response(),
    };
    let wanted = access(request.method(), request.uri().path());
    let refusal = match (wanted, &visitor.signed) {
        (Access::Anybody, _) => None,
        (Access::Signed(role), Some(signed)) if signed.user.role >= role => None,
        (Access::Signed(_), Some(_)) => Some(StatusCode::FORBIDDEN.into_response()),
        (Access::Signed(_), None) => Some(to_sign_in(&request)),
    };
    if let Some(refusal) = refusal {
        return refusal;
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// A page that was asked for is shown after signing in; what was sent with a form is not kept.
fn to_sign_in(request: &Request) -> Response {
    if request.uri().path() == "/live" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if request.method() != Method::GET || request.uri().path() == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let wanted = request.uri().path_and_query().map_or("/", |address| address.as_str());
    let next: String = form_encode(wanted);
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

/// An address as the value of a query field.
fn form_encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/') {
            encoded.push(char::from(byte));
        } else {
            let _infallible = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// An address within this dashboard, or its first page: nobody is sent elsewhere after signing in.
pub fn within(address: Option<&str>) -> &str {
    match address {
        Some(address)
            if address.starts_with('/')
                && !address.starts_with("//")
                && !address.contains('\\')
                && !address.contains(|c: char| c.is_control()) =>
        {
            address
        }
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(within(Some("/hosts/a?x=1")), "/hosts/a?x=1");
        for bad in ["//evil.example", "https://evil.example", "/\\evil", "/a\r\nx", ""] {
            assert_eq!(within(Some(bad)), "/", "{bad:?}");
        }
    }

    #[test]
    fn addresses_survive_a_query() {
        assert_eq!(form_encode("/items/technical.9?a=b&c"), "/items/technical.9%3Fa%3Db%26c");
    }
}
