//! What a form sent, once it is clear that the form was one of this dashboard's own.

use axum::body::Bytes;
use axum::extract::{Form, FromRequest, Request};

use super::failure::Failure;
use super::site::Site;
use super::visitor::Visitor;
use crate::pages::failure::FailureView;

/// The field with which every form proves that it is the visitor's own.
pub const TOKEN: &str = "csrf";

/// The fields of a form, without the token. A field that was not sent is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    /// What was typed into a field, the last one if there are several.
    pub fn get(&self, name: &str) -> &str {
        self.sent(name).unwrap_or_default()
    }

    /// Everything that was chosen under a name, such as boxes that are ticked.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, typed)| typed.as_str())
    }

    /// What was typed into a field; absent if the form has no such field.
    pub fn sent(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, typed)| typed.as_str())
    }
}

impl FromRequest<Site> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let visitor = request.extensions().get::<Visitor>().cloned().ok_or(Failure::INPUT)?;
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), site).await?;
        let request = Request::from_parts(parts, body.into());
        let Form(fields) =
            Form::<Vec<(String, String)>>::from_request(request, site).await.map_err(|_| Failure::INPUT)?;
        let sent = Self(fields);
        check(&visitor, sent.get(TOKEN))?;
        Ok(sent)
    }
}

/// Whether a form's token is that of the visitor's session. Without a session there is nothing that another
/// site could use; what browsers say of where a form comes from is checked for every request besides.
pub fn check(visitor: &Visitor, token: &str) -> Result<(), Failure> {
    match &visitor.signed {
        Some(signed) if signed.form_token() != token => Err(Failure(FailureView::CrossSite)),
        Some(_) | None => Ok(()),
    }
}
