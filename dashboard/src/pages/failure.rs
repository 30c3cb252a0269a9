//! Pages that say why there is no other page, and what to do.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use crate::auth::role::Ability;

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureView {
    /// 404.
    NotFound,
    /// 403: what one must be allowed to do for it.
    Forbidden(Ability),
    /// 403: the act wants a second factor, and the person has none.
    NoSecondFactor,
    /// 303: the act wants the second factor confirmed anew; where it can be begun again. The page that asks for the code
    /// is shown in place of this one.
    Unconfirmed(String),
    /// 403: the form was not one of this dashboard's own pages, or is too old.
    CrossSite,
    /// 405.
    Method,
    /// 409: somebody else was first.
    Conflict,
    /// 400.
    Input,
    /// 413.
    TooLarge,
    /// 500: the number under which the log tells the cause.
    Internal(String),
}

/// Renders the page.
pub fn render(view: &FailureView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let (code, title, help) = match view {
        FailureView::NotFound => (404, t.error_not_found(), t.error_not_found_help()),
        FailureView::Forbidden(ability) => (403, t.error_forbidden(), t.error_forbidden_help(&ability.roles(t))),
        FailureView::NoSecondFactor => (403, t.error_no_second_factor(), t.error_no_second_factor_help()),
        FailureView::Unconfirmed(_) => (403, t.confirm_title(), t.confirm_lead()),
        FailureView::CrossSite => (403, t.error_forbidden(), t.error_cross_site()),
        FailureView::Method => (405, t.error_method(), t.error_method_help()),
        FailureView::Conflict => (409, t.error_conflict(), t.register_conflict()),
        FailureView::Input => (400, t.error_input(), t.error_input_help()),
        FailureView::TooLarge => (413, t.error_too_large(), t.error_input_help()),
        FailureView::Internal(_) => (500, t.error_failed(), t.error_failed_help()),
    };
    let operation = match view {
        FailureView::Internal(id) => Some(t.error_operation(id)),
        _ => None,
    };
    let way = match view {
        FailureView::NoSecondFactor => ("/account/second-factor", t.second_factor_set_up()),
        FailureView::Unconfirmed(_) => ("/confirm", t.confirm_title()),
        _ => ("/", t.back_to_overview()),
    };
    FailurePage { t, chrome, place: Place::Outside, code, title, help, operation, way }.render()
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    code: u16,
    title: String,
    help: String,
    operation: Option<String>,
    way: (&'static str, String),
}
