//! The people who may sign in, adding one, and the invitation that is made of it.

use askama::Template;
use tenken_model::{Instant, Language};

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::moment;
use super::state::Mark;
use crate::auth::role::Role;
use crate::store::User;

/// A person in the list.
#[derive(Debug, Clone, Copy)]
pub struct PersonRow<'a> {
    /// The person.
    pub person: &'a User,
    /// When the person's invitation stops working.
    pub invited_until: Option<Instant>,
    /// It is who looks.
    pub myself: bool,
}

impl PersonRow<'_> {
    /// Whether the person can sign in.
    pub fn state(&self, t: Language, now: Instant) -> Mark {
        let enters = self.person.password.is_some() || self.person.identity.is_some();
        match (self.person.disabled_at, enters, self.invited_until) {
            (Some(_), ..) => Mark::new("dash", "plain", t.person_disabled()),
            (None, true, _) => Mark::new("check", "good", t.person_active()),
            (None, false, Some(until)) if now < until => Mark::new("mail", "info", t.person_invited()),
            (None, false, _) => Mark::new("late", "warn", t.person_invitation_over()),
        }
    }

    /// Whether the person has a second factor.
    pub fn factor(&self, t: Language) -> Mark {
        match self.person.second_factor {
            Some(_) => Mark::new("check", "good", t.second_factor_on()),
            None => Mark::new("dash", "plain", t.second_factor_off()),
        }
    }
}

/// What the list shows.
#[derive(Debug, Clone)]
pub struct PeopleView<'a> {
    /// The people, by name.
    pub people: Vec<PersonRow<'a>>,
}

/// What the page shows on which a person is added.
#[derive(Debug, Clone, Default)]
pub struct NewPersonView {
    /// What was typed.
    pub name: String,
    /// The word of the role that was chosen.
    pub role: String,
    /// What was typed.
    pub email: String,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the role.
    pub role_error: Option<String>,
    /// What is wrong with the address.
    pub email_error: Option<String>,
}

/// An invitation that was just made. It is shown once.
#[derive(Debug, Clone)]
pub struct InvitedView {
    /// The person's number.
    pub person: i64,
    /// The person's name.
    pub name: String,
    /// The address to hand over.
    pub address: String,
    /// When it stops working.
    pub until: Instant,
}

/// The choice of a role.
pub(super) fn role_field(t: Language, chosen: &str, error: Option<String>) -> Field {
    let roles = Role::ALL.iter().map(|role| (role.word().to_owned(), role.label(t)));
    let options = std::iter::once((String::new(), t.choose_one())).chain(roles).collect();
    let field = Field::new("role", t.role(), FieldKind::Choice(options)).help(t.role_help());
    field.required().holding(chosen.to_owned(), error)
}

/// The field for an address.
pub(super) fn email_field(t: Language, typed: &str, error: Option<String>) -> Field {
    Field::new("email", t.email(), FieldKind::Email).help(t.email_help()).holding(typed.to_owned(), error)
}

/// Renders the list.
pub fn render(view: &PeopleView<'_>, chrome: &Chrome) -> askama::Result<String> {
    PeoplePage { t: chrome.language, chrome, place: Place::Settings, view }.render()
}

/// Renders the page on which a person is added.
pub fn render_new(view: &NewPersonView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let name = Field::new("name", t.user_name(), FieldKind::Line).help(t.user_name_help());
    let fields = [
        name.required().holding(view.name.clone(), view.name_error.clone()),
        role_field(t, &view.role, view.role_error.clone()),
        email_field(t, &view.email, view.email_error.clone()),
    ];
    NewPersonPage { t, chrome, place: Place::Settings, fields }.render()
}

/// Renders an invitation.
pub fn render_invited(view: &InvitedView, chrome: &Chrome) -> askama::Result<String> {
    InvitedPage { t: chrome.language, chrome, place: Place::Settings, view }.render()
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a PeopleView<'a>,
}

#[derive(Template)]
#[template(path = "person_new.html")]
struct NewPersonPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    fields: [Field; 3],
}

#[derive(Template)]
#[template(path = "invited.html")]
struct InvitedPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a InvitedView,
}

impl InvitedPage<'_> {
    fn until(&self) -> String {
        self.t.invitation_until(&moment::absolute(self.t, self.view.until))
    }
}
