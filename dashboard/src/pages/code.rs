//! The question for a code: when signing in, and before acts that want the second factor confirmed anew.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};

/// What a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// Before an act.
    Confirm,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct CodeView {
    /// What the code is asked for.
    pub purpose: Purpose,
    /// Where the visitor wants to go.
    pub next: String,
    /// Why the last code was not taken.
    pub error: Option<String>,
    /// The person has a second factor whose code can be typed.
    pub has_code: bool,
    /// What people call the identity provider, if the person can be asked there.
    pub provider: Option<String>,
}

/// Renders the page.
pub fn render(view: &CodeView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let code = Field::new("code", t.code(), FieldKind::OneTimeCode).help(t.code_help()).required();
    let recovery = Field::new("recovery", t.recovery_code(), FieldKind::Line).help(t.recovery_help()).required();
    CodePage { t, chrome, place: Place::Outside, view, code, recovery }.render()
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a CodeView,
    code: Field,
    recovery: Field,
}

impl CodePage<'_> {
    fn title(&self) -> String {
        match self.view.purpose {
            Purpose::SignIn => self.t.code_title(),
            Purpose::Confirm => self.t.confirm_title(),
        }
    }

    fn lead(&self) -> String {
        match self.view.purpose {
            Purpose::SignIn => self.t.code_lead(),
            Purpose::Confirm if self.view.has_code => self.t.confirm_lead(),
            Purpose::Confirm => {
                self.view.provider.as_ref().map_or_else(String::new, |name| self.t.identity_confirm_help(name))
            }
        }
    }

    fn act(&self) -> String {
        match self.view.purpose {
            Purpose::SignIn => self.t.sign_in(),
            Purpose::Confirm => self.t.confirm_do(),
        }
    }

    fn address(&self) -> &'static str {
        match self.view.purpose {
            Purpose::SignIn => "/sign-in/code",
            Purpose::Confirm => "/confirm",
        }
    }

    fn is_outside(&self) -> bool {
        self.view.purpose == Purpose::SignIn
    }
}
