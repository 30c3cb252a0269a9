//! The invitation that a new person follows.

use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};

use super::entry::{Key, lead};
use super::failure::Failure;
use super::sent::Sent;
use super::visit::Visit;
use crate::auth::people::{self, PeopleError};
use crate::pages::join::{self, JoinView};

async fn page(visit: &Visit, view: &JoinView) -> Result<Html<String>, Failure> {
    // The address carries the link's secret; switching the language must not put it into a log.
    let (_, chrome) = visit.leading_to("/join".to_owned()).read().await?;
    Ok(Html(join::render(view, &chrome)?))
}

/// What the page shows of a link.
async fn view(visit: &Visit, key: &str) -> Result<JoinView, Failure> {
    let user = people::invited(visit.store(), key, visit.now).await?;
    let invited = user.map(|user| (key.to_owned(), user.name));
    Ok(JoinView { invited, provider: visit.provider_name(), ..JoinView::default() })
}

/// `GET /join`
pub(super) async fn join(visit: Visit, Query(Key { key }): Query<Key>) -> Result<Html<String>, Failure> {
    page(&visit, &view(&visit, &key).await?).await
}

/// `POST /join`
pub(super) async fn do_join(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let t = visit.language();
    let (key, password) = (sent.get("key"), sent.get("password"));
    let mut view = view(&visit, key).await?;
    if password == sent.get("again") {
        match people::join(visit.store(), key, password.to_owned(), visit.now).await {
            Ok(secret) => return lead("/", &visit.site.channel.session(secret.text())),
            Err(PeopleError::Password(weak)) => view.password_error = Some(weak.text(t)),
            Err(PeopleError::Link) => view.invited = None,
            Err(error) => return Err(anyhow::Error::from(error).into()),
        }
    } else {
        view.again_error = Some(t.password_differs());
    }
    Ok(page(&visit, &view).await?.into_response())
}
