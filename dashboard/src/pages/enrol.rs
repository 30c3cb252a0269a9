//! Adding a host: a token, and the line to type on the host.

use askama::Template;
use tenken_model::{Instant, Language};

use super::Chrome;
use super::chrome::Place;
use super::moment;

/// What the page shows on which a host is added.
#[derive(Debug, Clone, Default)]
pub struct EnrolView {
    /// The token that was just made. It is shown once.
    pub made: Option<MadeTokenView>,
}

/// A token that was just made.
#[derive(Debug, Clone)]
pub struct MadeTokenView {
    /// When it stops working.
    pub until: Instant,
    /// The line to type on Linux, with the token.
    pub linux: String,
    /// The line to type on Windows, with the token; absent where there is no agent for it.
    pub windows: Option<String>,
}

/// Renders the page on which a host is added.
pub fn render(view: &EnrolView, chrome: &Chrome) -> askama::Result<String> {
    EnrolPage { t: chrome.language, chrome, place: Place::Hosts, view }.render()
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a EnrolView,
}

impl EnrolPage<'_> {
    fn until(&self, made: &MadeTokenView) -> String {
        self.t.host_token_until(&moment::absolute(self.t, made.until))
    }
}
