//! One person: what is known, and what an administrator does.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::Field;
use super::people::{PersonRow, email_field, role_field};
use crate::auth::role::Ability;

/// What the page of a person shows.
#[derive(Debug, Clone)]
pub struct PersonView<'a> {
    /// The person.
    pub row: PersonRow<'a>,
    /// Who looks has just confirmed the session with the second factor.
    pub confirmed: bool,
    /// An address that was typed and is none.
    pub typed_email: Option<String>,
}

/// Renders the page of a person.
pub fn render(view: &PersonView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let person = view.row.person;
    let role = role_field(t, person.role.word(), None);
    let email = match &view.typed_email {
        Some(typed) => email_field(t, typed, Some(t.email_invalid())),
        None => email_field(t, person.email.as_deref().unwrap_or_default(), None),
    };
    PersonPage { t, chrome, place: Place::Settings, view, role, email }.render()
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a PersonView<'a>,
    role: Field,
    email: Field,
}

impl PersonPage<'_> {
    /// It may be changed once the second factor is confirmed.
    fn must_confirm(&self) -> bool {
        self.chrome.may(Ability::Administer) && !self.view.confirmed
    }

    fn may_write(&self) -> bool {
        self.chrome.may(Ability::Administer) && self.view.confirmed
    }
}
