//! Whether the home page shows the form in force, and where that page is.

use askama::Template;
use tenken_engine::checklist::Checklist;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::declaration::Standing;
use super::declaration_versions::{Told, told};
use super::field::{Field, FieldKind};
use super::moment;
use crate::store::{Outcome, Publication};

/// What the page of the publication shows.
#[derive(Debug, Clone)]
pub struct PublicationView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// What is known of the publication.
    pub standing: Standing<'a>,
    /// The public address; empty if none is set.
    pub address: String,
    /// What is wrong with the address that was typed.
    pub error: Option<String>,
}

/// Renders the page.
pub fn render(view: &PublicationView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let field = Field::new("address", t.publication_address(), FieldKind::Line)
        .help(t.publication_address_help())
        .required()
        .holding(view.address.clone(), view.error.clone());
    PublicationPage { t, chrome, place: Place::Declaration, view, field }.render()
}

#[derive(Template)]
#[template(path = "publication.html")]
struct PublicationPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a PublicationView<'a>,
    field: Field,
}

impl PublicationPage<'_> {
    /// What the last look gave.
    fn outcome(&self) -> Option<String> {
        let t = self.t;
        let Standing::Known(publication) = self.view.standing else { return None };
        Some(match publication.checked.as_ref().map(|(_, outcome)| outcome) {
            None => t.publication_never(),
            Some(Outcome::Shown) => t.outcome_shown(),
            Some(Outcome::Confirmed(confirmed)) => {
                t.outcome_confirmed(&confirmed.person, &moment::day(t, confirmed.at))
            }
            Some(Outcome::Differs(differences)) => t.outcome_differs(differences.len()),
            Some(Outcome::NoForm(_)) => t.outcome_no_form(),
            Some(Outcome::Failed(error)) => t.outcome_failed(error),
        })
    }

    /// The page serves what a person has to look at.
    fn may_confirm(&self, chrome: &Chrome) -> bool {
        let unread =
            matches!(self.view.standing, Standing::Known(Publication { checked: Some((_, Outcome::NoForm(_))), .. }));
        chrome.officer() && unread && self.view.error.is_none()
    }

    fn differences(&self) -> Vec<Told> {
        let t = self.t;
        match self.view.standing {
            Standing::Known(publication) => match &publication.checked {
                Some((_, Outcome::Differs(differences))) => differences
                    .iter()
                    .map(|difference| told(difference, self.view.checklist, t.publication_verdict(), t))
                    .collect(),
                Some(_) | None => Vec::new(),
            },
            Standing::NoAddress => Vec::new(),
        }
    }
}
