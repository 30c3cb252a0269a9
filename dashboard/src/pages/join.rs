//! The page on which an invited person chooses a password.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use crate::auth::password::CHARS_MIN;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct JoinView {
    /// The secret of the link, and the name of whom it invites; absent if the link does not work.
    pub invited: Option<(String, String)>,
    /// What people call the identity provider, if there is one.
    pub provider: Option<String>,
    /// What is wrong with the password.
    pub password_error: Option<String>,
    /// What is wrong with its repetition.
    pub again_error: Option<String>,
}

/// Two fields for a new password.
pub(super) fn password_fields(
    t: Language,
    label: String,
    error: Option<String>,
    again_error: Option<String>,
) -> [Field; 2] {
    let fresh = || FieldKind::Password { fresh: true };
    [
        Field::new("password", label, fresh())
            .help(t.password_help(CHARS_MIN))
            .required()
            .holding(String::new(), error),
        Field::new("again", t.password_again(), fresh()).required().holding(String::new(), again_error),
    ]
}

/// Renders the page.
pub fn render(view: &JoinView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let fields = password_fields(t, t.password(), view.password_error.clone(), view.again_error.clone());
    JoinPage { t, chrome, place: Place::Outside, view, fields }.render()
}

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a JoinView,
    fields: [Field; 2],
}
