//! One's own account: where one is written to, password, second factor, sessions.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::join::password_fields;
use super::people::email_field;
use super::state::Mark;
use crate::auth::session::Times;
use crate::store::User;

/// A session of the person.
#[derive(Debug, Clone, Copy)]
pub struct SessionRow {
    /// Its times.
    pub times: Times,
    /// It is the one that looks.
    pub this: bool,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Default)]
pub struct AccountErrors {
    /// An address that was typed and is none.
    pub typed_email: Option<String>,
    /// What is wrong with the present password.
    pub present: Option<String>,
    /// What is wrong with the new password.
    pub password: Option<String>,
    /// What is wrong with its repetition.
    pub again: Option<String>,
    /// What is wrong with the password with which an account of the identity provider is bound or unbound.
    pub identity: Option<String>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct AccountView<'a> {
    /// Who looks.
    pub person: &'a User,
    /// The open sessions, the newest first.
    pub sessions: Vec<SessionRow>,
    /// How many recovery codes are left.
    pub codes_left: u64,
    /// What people call the identity provider, if there is one.
    pub provider: Option<String>,
    /// What is wrong with what was typed.
    pub errors: AccountErrors,
}

/// Renders the page.
pub fn render(view: &AccountView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let errors = &view.errors;
    let email = match &errors.typed_email {
        Some(typed) => email_field(t, typed, Some(t.email_invalid())),
        None => email_field(t, view.person.email.as_deref().unwrap_or_default(), None),
    };
    let languages = [Language::Japanese, Language::English];
    let languages = languages.map(|language| (language.tag().to_owned(), language.language_name())).to_vec();
    let language = Field::new("language", t.language(), FieldKind::Choice(languages));
    let profile = [email, language.holding(t.tag().to_owned(), None)];
    let present = Field::new("present", t.password_present(), FieldKind::Password { fresh: false });
    let present = present.required().holding(String::new(), errors.present.clone());
    let [fresh, again] = password_fields(t, t.password_fresh(), errors.password.clone(), errors.again.clone());
    let identity = Field::new("identity_password", t.password_present(), FieldKind::Password { fresh: false });
    let identity = identity.required().holding(String::new(), errors.identity.clone());
    let password = [present, fresh, again];
    AccountPage { t, chrome, place: Place::Outside, view, profile, password, identity }.render()
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a AccountView<'a>,
    profile: [Field; 2],
    password: [Field; 3],
    identity: Field,
}

impl AccountPage<'_> {
    fn factor(&self) -> Mark {
        match self.view.person.second_factor {
            Some(_) => Mark::new("check", "good", self.t.second_factor_on()),
            None => Mark::new("late", "warn", self.t.second_factor_off()),
        }
    }

    fn has_others(&self) -> bool {
        self.view.sessions.iter().any(|session| !session.this)
    }
}
