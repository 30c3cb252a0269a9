//! Setting up the second factor, and its recovery codes, which are shown once.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::qr::Picture;
use crate::auth::recovery::RecoveryCode;
use crate::auth::totp::Key;

/// What the page shows on which the second factor is set up.
#[derive(Debug, Clone)]
pub struct SecondFactorView {
    /// The key that the app takes.
    pub key: Key,
    /// What the app reads as a picture: [`Key::address`].
    pub address: String,
    /// What is wrong with the code.
    pub code_error: Option<String>,
    /// What is wrong with the password.
    pub password_error: Option<String>,
    /// How the person shows who it is.
    pub asked: Asked,
}

/// How a person shows who it is before the second factor is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// With the password.
    Password,
    /// It was just shown to the identity provider.
    Nothing,
    /// At the identity provider that people call so, before anything else.
    Provider(String),
}

/// Why recovery codes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    /// The second factor was set up.
    SetUp,
    /// They were made anew.
    Again,
}

/// Renders the page on which the second factor is set up.
pub fn render(view: &SecondFactorView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let code = Field::new("code", t.code(), FieldKind::OneTimeCode).help(t.code_help()).required();
    let password = Field::new("password", t.password_present(), FieldKind::Password { fresh: false }).required();
    let mut fields = vec![code.holding(String::new(), view.code_error.clone())];
    if view.asked == Asked::Password {
        fields.push(password.holding(String::new(), view.password_error.clone()));
    }
    let picture = Picture::of(&view.address);
    SecondFactorPage { t, chrome, place: Place::Outside, view, picture, fields }.render()
}

/// Renders recovery codes.
pub fn render_codes(codes: &[RecoveryCode], made_by: MadeBy, chrome: &Chrome) -> askama::Result<String> {
    RecoveryCodesPage { t: chrome.language, chrome, place: Place::Outside, codes, made_by }.render()
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondFactorPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SecondFactorView,
    picture: Option<Picture>,
    fields: Vec<Field>,
}

impl SecondFactorPage<'_> {
    /// The key in groups of four, as people type it.
    fn groups(&self) -> String {
        let letters: Vec<char> = self.view.key.text().chars().collect();
        let groups = letters.chunks(4).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join(" ")
    }
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct RecoveryCodesPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    codes: &'a [RecoveryCode],
    made_by: MadeBy,
}

impl RecoveryCodesPage<'_> {
    fn title(&self) -> String {
        match self.made_by {
            MadeBy::SetUp => self.t.second_factor_made(),
            MadeBy::Again => self.t.recovery_codes_made(),
        }
    }
}
