//! Signing in, and making the first administrator.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use crate::auth::password::CHARS_MIN;

/// What the sign-in page shows.
#[derive(Debug, Clone, Default)]
pub struct SignInView {
    /// The name that was typed.
    pub name: String,
    /// Where the visitor wanted to go.
    pub next: String,
    /// Why signing in failed.
    pub error: Option<String>,
    /// What people call the identity provider, if there is one.
    pub provider: Option<String>,
}

/// What the page of the first run shows.
#[derive(Debug, Clone, Default)]
pub struct FirstRunView {
    /// The secret of the link; absent if the link does not work.
    pub key: Option<String>,
    /// The name that was typed.
    pub name: String,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the password.
    pub password_error: Option<String>,
    /// What is wrong with its repetition.
    pub again_error: Option<String>,
}

/// Renders the sign-in page.
pub fn render(view: &SignInView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let name = Field::new("name", t.user_name(), FieldKind::UserName).required().holding(view.name.clone(), None);
    let password = Field::new("password", t.password(), FieldKind::Password { fresh: false }).required();
    SignInPage { t, chrome, place: Place::Outside, view, fields: [name, password] }.render()
}

/// Renders the page of the first run.
pub fn render_first_run(view: &FirstRunView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let fresh = || FieldKind::Password { fresh: true };
    let fields = [
        Field::new("name", t.user_name(), FieldKind::UserName)
            .help(t.user_name_help())
            .required()
            .holding(view.name.clone(), view.name_error.clone()),
        Field::new("password", t.password(), fresh())
            .help(t.password_help(CHARS_MIN))
            .required()
            .holding(String::new(), view.password_error.clone()),
        Field::new("again", t.password_again(), fresh()).required().holding(String::new(), view.again_error.clone()),
    ];
    FirstRunPage { t, chrome, place: Place::Outside, view, fields }.render()
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SignInView,
    fields: [Field; 2],
}

#[derive(Template)]
#[template(path = "first_run.html")]
struct FirstRunPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a FirstRunView,
    fields: [Field; 3],
}
