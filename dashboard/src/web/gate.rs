//! The gate before every page: nobody passes who may not do what the address asks for.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use tower_http::csrf::ProtectionError;

use super::failure::Failure;
use super::site::Site;
use super::visit::Visit;
use super::visitor::Visitor;
use crate::auth::role::{Access, access};
use crate::pages::failure::{self, FailureView};

const TEXT: &str = "text/plain; charset=utf-8";

/// Lets a request through with its [`Visitor`], or says why not. What failed behind it becomes a page here.
pub async fn pass(site: Site, mut request: Request, next: Next) -> Response {
    let now = (site.app.now)();
    // Where the page of a failure leads back to; what was sent by a form cannot be asked for.
    let address = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
    let address = address.map_or("/", |address| address.as_str()).to_owned();
    let nobody = Visitor { language: Visitor::language(request.headers()), signed: None };
    let visitor = match Visitor::of(request.headers(), site.channel, &site.app.store, now).await {
        Ok(visitor) => visitor,
        Err(error) => return page(&Failure::from(error), &Visit::new(&site, nobody, "/")).await,
    };
    let visit = Visit::new(&site, visitor.clone(), &address);
    let refusal = match (access(request.method(), request.uri().path()), &visitor.signed) {
        (Access::Anybody, _) => None,
        (Access::Signed(ability), Some(signed)) if signed.user.role.may(ability) => None,
        (Access::Signed(ability), Some(_)) => Some(page(&Failure(FailureView::Forbidden(ability)), &visit).await),
        (Access::Signed(_), None) => Some(to_sign_in(&request)),
    };
    if let Some(refusal) = refusal {
        return refusal;
    }
    request.extensions_mut().insert(visitor);
    let response = next.run(request).await;
    match failed(&response) {
        Some(failure) => page(&failure, &visit).await,
        None => response,
    }
}

/// The failure that an answer stands for and that is to be said on a page.
fn failed(response: &Response) -> Option<Failure> {
    if response.extensions().get::<ProtectionError>().is_some() {
        return Some(Failure(FailureView::CrossSite));
    }
    if let Some(failure) = response.extensions().get::<Failure>() {
        return Some(failure.clone());
    }
    // What a handler never saw because its arguments could not be read is answered in plain text.
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind != TEXT);
    match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE if !is_page => Some(Failure::INPUT),
        StatusCode::PAYLOAD_TOO_LARGE if !is_page => Some(Failure(FailureView::TooLarge)),
        _ => None,
    }
}

/// A page that says why there is no other; if even that cannot be made, one line.
async fn page(failure: &Failure, visit: &Visit) -> Response {
    if let FailureView::Unconfirmed(back) = &failure.0 {
        return Redirect::to(&format!("/confirm?next={}", form_encode(back))).into_response();
    }
    let chrome = match visit.store().read().await {
        Ok(mut transaction) => visit.chrome(&mut transaction).await.unwrap_or_else(|_| visit.bare()),
        Err(_) => visit.bare(),
    };
    match failure::render(&failure.0, &chrome) {
        Ok(html) => (failure.status(), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of a failure could not be made");
            let plain = [(header::CONTENT_TYPE, HeaderValue::from_static(TEXT))];
            (failure.status(), plain, format!("{failure:?}")).into_response()
        }
    }
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
pub fn form_encode(text: &str) -> String {
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
