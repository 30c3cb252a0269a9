//! People: the list, each one, adding them and changing what they may.

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_model::Language;

use super::done::Done;
use super::failure::Failure;
use super::sent::Sent;
use super::visit::{Visit, number};
use crate::auth::people::{self, Invited, PeopleError};
use crate::auth::role::Role;
use crate::auth::{identity, invitation};
use crate::pages::people::{InvitedView, NewPersonView, PeopleView, PersonRow};
use crate::pages::person::{self as person_page, PersonView};
use crate::pages::{Notice, people as people_page};

/// `GET /people`
pub(super) async fn people(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let users = transaction.users().await?;
    let invitations = transaction.invitations().await?;
    let myself = visit.signed()?.user.id;
    let people = users.iter().map(|person| PersonRow {
        person,
        invited_until: invitations.get(&person.id).copied(),
        myself: person.id == myself,
    });
    Ok(Html(people_page::render(&PeopleView { people: people.collect() }, &chrome)?))
}

/// `GET /people/new`
pub(super) async fn new(visit: Visit) -> Result<Html<String>, Failure> {
    visit.confirmed("/people/new")?;
    let (_, chrome) = visit.read().await?;
    Ok(Html(people_page::render_new(&NewPersonView::default(), &chrome)?))
}

/// `POST /people/new`
pub(super) async fn do_new(visit: Visit, sent: Sent) -> Result<Html<String>, Failure> {
    visit.confirmed("/people/new")?;
    let t = visit.language();
    let get = |name| sent.get(name).to_owned();
    let mut view = NewPersonView { name: get("name"), role: get("role"), email: get("email"), ..Default::default() };
    if let Some(role) = Role::from_word(&view.role) {
        let by = &visit.signed()?.user;
        match people::add(visit.store(), by, &view.name, role, &view.email, visit.now).await {
            Ok(invited) => return invitation(&visit, invited).await,
            Err(PeopleError::Name) => view.name_error = Some(t.user_name_invalid()),
            Err(PeopleError::Taken) => view.name_error = Some(t.user_name_taken()),
            Err(PeopleError::Email) => view.email_error = Some(t.email_invalid()),
            Err(error) => return Err(anyhow::Error::from(error).into()),
        }
    } else {
        view.role_error = Some(t.choose_one());
    }
    let (_, chrome) = visit.read().await?;
    Ok(Html(people_page::render_new(&view, &chrome)?))
}

/// The page that shows an invitation once.
async fn invitation(visit: &Visit, invited: Invited) -> Result<Html<String>, Failure> {
    let address = invitation::address(&visit.site.configured.enrol_url, &invited.secret);
    let view = InvitedView { person: invited.person, name: invited.name, address, until: invited.until };
    let (_, chrome) = visit.leading_to(format!("/people/{}", view.person)).read().await?;
    Ok(Html(people_page::render_invited(&view, &chrome)?))
}

/// The page of a person, with what was refused.
async fn page(
    visit: &Visit,
    id: i64,
    typed_email: Option<String>,
    refused: Option<String>,
) -> Result<Html<String>, Failure> {
    let (mut transaction, mut chrome) = visit.read().await?;
    let person = transaction.user(id).await?.ok_or(Failure::NOT_FOUND)?;
    let invited_until = transaction.invitations().await?.get(&id).copied();
    if let Some(refused) = refused {
        chrome.notice = Some(Notice::Refused(refused));
    }
    let row = PersonRow { person: &person, invited_until, myself: visit.signed()?.user.id == id };
    let view = PersonView { row, confirmed: visit.is_confirmed(), typed_email };
    Ok(Html(person_page::render(&view, &chrome)?))
}

/// `GET /people/{id}`
pub(super) async fn person(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    page(&visit, number(&id)?, None, None).await
}

/// Why nothing was done, in the visitor's words.
fn refused(error: PeopleError, t: Language) -> Result<String, Failure> {
    match error {
        PeopleError::Myself => Ok(t.people_myself()),
        PeopleError::LastAdministrator => Ok(t.people_last_administrator()),
        PeopleError::Unknown => Err(Failure::NOT_FOUND),
        other => Err(anyhow::Error::from(other).into()),
    }
}

/// The answer to an act on a person: the person's page, which says what was done or why not.
async fn answer(visit: &Visit, id: i64, result: Result<(), PeopleError>, done: Done) -> Result<Response, Failure> {
    let address = format!("/people/{id}");
    match result {
        Ok(()) => Ok(Visit::done(&address, done).into_response()),
        Err(error) => {
            let refused = refused(error, visit.language())?;
            Ok(page(&visit.leading_to(address), id, None, Some(refused)).await?.into_response())
        }
    }
}

/// The number of the person an act is on, once who acts has confirmed the session.
fn acting(visit: &Visit, id: &str) -> Result<i64, Failure> {
    let id = number(id)?;
    visit.confirmed(&format!("/people/{id}"))?;
    Ok(id)
}

/// `POST /people/{id}/role`
pub(super) async fn do_role(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let id = acting(&visit, &id)?;
    let role = Role::from_word(sent.get("role")).ok_or(Failure::INPUT)?;
    let done = people::set_role(visit.store(), &visit.signed()?.user, id, role, visit.now).await;
    answer(&visit, id, done, Done::Saved).await
}

/// `POST /people/{id}/disable`
pub(super) async fn do_disable(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let id = acting(&visit, &id)?;
    let done = people::disable(visit.store(), &visit.signed()?.user, id, visit.now).await;
    answer(&visit, id, done, Done::PersonDisabled).await
}

/// `POST /people/{id}/enable`
pub(super) async fn do_enable(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let id = acting(&visit, &id)?;
    let done = people::enable(visit.store(), &visit.signed()?.user, id, visit.now).await;
    answer(&visit, id, done, Done::PersonEnabled).await
}

/// `POST /people/{id}/reset`
pub(super) async fn do_reset(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let id = acting(&visit, &id)?;
    match people::reset(visit.store(), &visit.signed()?.user, id, visit.now).await {
        Ok(invited) => Ok(invitation(&visit, invited).await?.into_response()),
        Err(error) => answer(&visit, id, Err(error), Done::Saved).await,
    }
}

/// `POST /people/{id}/unbind`
pub(super) async fn do_unbind(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let id = acting(&visit, &id)?;
    let done = identity::unbind(visit.store(), &visit.signed()?.user, id, visit.now).await;
    answer(&visit, id, done, Done::IdentityUnbound).await
}

/// `POST /people/{id}/email`
pub(super) async fn do_email(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let id = acting(&visit, &id)?;
    let typed = sent.get("email");
    match people::set_email(visit.store(), &visit.signed()?.user, id, typed, visit.now).await {
        Err(PeopleError::Email) => {
            let visit = visit.leading_to(format!("/people/{id}"));
            Ok(page(&visit, id, Some(typed.to_owned()), None).await?.into_response())
        }
        done => answer(&visit, id, done, Done::Saved).await,
    }
}
