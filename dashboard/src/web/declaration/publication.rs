//! Whether the home page shows the form in force.

use axum::response::{Html, IntoResponse, Response};

use super::{published, standing};
use crate::declaration::publication::{self, PublicAddress};
use crate::pages::publication::{self as page, PublicationView};
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::sent::Sent;
use crate::web::visit::Visit;

const PAGE: &str = "/declaration/publication";

/// `GET /declaration/publication`
pub(in crate::web) async fn publication(visit: Visit) -> Result<Html<String>, Failure> {
    show(&visit, None).await
}

/// `POST /declaration/publication`
pub(in crate::web) async fn do_set(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let typed = sent.get("address").trim();
    let Ok(address) = PublicAddress::read(typed) else {
        let error = visit.language().publication_address_bad();
        return Ok(show(&visit, Some((typed.to_owned(), error))).await?.into_response());
    };
    publication::set_address(visit.store(), &address, visit.person(), visit.now).await?;
    Ok(Visit::done(PAGE, Done::AddressSet).into_response())
}

/// `POST /declaration/publication/check`
pub(in crate::web) async fn do_check(visit: Visit, _sent: Sent) -> Result<Response, Failure> {
    let site = &visit.site;
    match publication::check(visit.store(), &site.public_web, &site.app.checklist, visit.now).await? {
        Some(_) => Ok(Visit::done(PAGE, Done::Checked).into_response()),
        None => Err(Failure::NOT_FOUND),
    }
}

/// `POST /declaration/publication/confirm`
pub(in crate::web) async fn do_confirm(visit: Visit, _sent: Sent) -> Result<Response, Failure> {
    let site = &visit.site;
    let (web, checklist) = (&site.public_web, &site.app.checklist);
    match publication::confirm(visit.store(), web, checklist, visit.person(), visit.now).await? {
        Some(_) => Ok(Visit::done(PAGE, Done::Checked).into_response()),
        None => Err(Failure::NOT_FOUND),
    }
}

async fn show(visit: &Visit, refused: Option<(String, String)>) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let version = transaction.declaration().await?;
    let publication = published(&mut transaction, version.as_ref()).await?;
    let address = transaction.setting::<PublicAddress>().await?.map(|address| address.url);
    let (address, error) = match refused {
        Some((typed, error)) => (typed, Some(error)),
        None => (address.unwrap_or_default(), None),
    };
    let standing = standing(publication.as_ref());
    let view = PublicationView { checklist: &visit.site.app.checklist, standing, address, error };
    Ok(Html(page::render(&view, &chrome)?))
}
