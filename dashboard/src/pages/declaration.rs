//! The form in force beside what is measured, and what is proposed to change in it.

use std::collections::BTreeMap;

use askama::Template;
use tenken_engine::checklist::{Checklist, Item};
use tenken_engine::item::{ItemState, ItemStatus};
use tenken_form::declaration::{Answer, FormVerdict};
use tenken_model::{ItemId, Language};

use super::Chrome;
use super::chrome::Place;
use super::proposal::{self, ProposalView};
use super::state::{Mark, Shown};
use super::words::Named;
use crate::store::{Outcome, Publication, Version};

/// What the page of the declaration shows.
#[derive(Debug, Clone)]
pub struct DeclarationView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The form in force; absent while none was taken in.
    pub version: Option<&'a Version>,
    /// The state of each item.
    pub statuses: &'a BTreeMap<ItemId, ItemStatus>,
    /// The open proposals.
    pub proposals: Vec<ProposalView<'a>>,
    /// Whether the home page shows it.
    pub publication: Standing<'a>,
    /// The visitor confirmed the session, so that decisions are taken.
    pub confirmed: bool,
    /// Why proposals were not decided as asked.
    pub refused: Option<String>,
}

/// Whether the home page shows the form in force.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// No public address is set.
    NoAddress,
    /// What is known of it.
    Known(&'a Publication),
}

impl Standing<'_> {
    pub(super) fn mark(self, t: Language) -> Mark {
        match self {
            Self::NoAddress => Mark::new("question", "unsure", t.publication_no_address()),
            Self::Known(publication) if publication.is_shown() => Mark::new("check", "good", t.publication_shown()),
            Self::Known(Publication { checked: Some((_, Outcome::Failed(_))), .. }) => {
                Mark::new("question", "unsure", t.publication_unsure())
            }
            Self::Known(_) => Mark::new("late", "warn", t.publication_not_shown()),
        }
    }

    pub(super) const fn is_shown(self) -> bool {
        match self {
            Self::Known(publication) => publication.is_shown(),
            Self::NoAddress => false,
        }
    }
}

/// Renders the page of the declaration.
pub fn render(view: &DeclarationView<'_>, chrome: &Chrome) -> askama::Result<String> {
    DeclarationPage { t: chrome.language, chrome, place: Place::Declaration, view }.render()
}

#[derive(Template)]
#[template(path = "declaration.html")]
struct DeclarationPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a DeclarationView<'a>,
}

impl<'a> DeclarationPage<'a> {
    fn verdict(&self, version: &Version) -> Mark {
        let verdict = version.declaration().verdict();
        let wording = verdict.wording(self.view.checklist).to_owned();
        match verdict {
            FormVerdict::Met => Mark::new("check", "good", wording),
            FormVerdict::NotMet => Mark::new("calendar", "info", wording),
        }
    }

    fn counts(&self, version: &Version) -> String {
        let done = version.declaration().answers.values().filter(|answer| answer.is_done()).count();
        self.t.declaration_counts(done, version.declaration().answers.len() - done)
    }

    /// Whether the evidence contradicts answers 実施済, and how many.
    fn agreement(&self, version: &Version) -> Mark {
        let declaration = version.declaration();
        let done = declaration.answers.iter().filter(|(_, answer)| answer.is_done());
        let states: Vec<Option<ItemState>> = done.map(|(item, _)| self.status(item)).collect();
        let contradicted = states.iter().filter(|state| state.is_some_and(is_contradiction)).count();
        let proven = states.iter().filter(|state| **state == Some(ItemState::Met)).count();
        match (contradicted, states.len() - proven) {
            (0, 0) => Mark::new("check", "good", self.t.declaration_holds()),
            (0, open) => Mark::new("question", "unsure", self.t.declaration_unproven(open)),
            (count, _) => Mark::new("cross", "bad", self.t.declaration_contradicted(count)),
        }
    }

    fn status(&self, item: &ItemId) -> Option<ItemState> {
        self.view.statuses.get(item).map(|status| status.state)
    }

    fn mark(&self, item: &Item) -> Option<Mark> {
        self.status(&item.id).map(|state| state.mark(self.t))
    }

    fn answer(&self, version: &'a Version, item: &Item) -> Option<(String, &'a str, bool)> {
        let answer: &Answer = version.declaration().answer(&item.id)?;
        let holds = !answer.is_done() || !self.status(&item.id).is_some_and(is_contradiction);
        Some((proposal::status(answer, self.t), answer.remark.as_str(), holds))
    }

    /// There are proposals that the person may accept.
    fn may_accept(&self) -> bool {
        self.view.proposals.iter().any(|proposal| proposal.may_decide(self.chrome) && proposal.is_complete())
    }

    /// Somebody who decides must first confirm that it is they.
    fn must_confirm(&self) -> bool {
        !self.view.confirmed && self.view.proposals.iter().any(|proposal| proposal.may_decide(self.chrome))
    }

    /// The section's heading, in the visitor's language.
    fn named(&self, named: &'a impl Named) -> &'a str {
        named.named(self.t)
    }
}

/// A state that an answer 実施済 does not agree with.
const fn is_contradiction(state: ItemState) -> bool {
    matches!(state, ItemState::Drift | ItemState::Expired)
}
