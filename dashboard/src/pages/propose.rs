//! Proposing another answer for an item.

use askama::Template;
use tenken_engine::checklist::{Item, Section};
use tenken_engine::item::ItemStatus;
use tenken_form::declaration::Answer;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::state::Shown as _;
use super::words::{self, Named as _};
use super::{proposal, state};

/// What the page shows on which another answer is proposed.
#[derive(Debug, Clone)]
pub struct ProposeView<'a> {
    /// The section.
    pub section: &'a Section,
    /// The item.
    pub item: &'a Item,
    /// The answer in force.
    pub answer: &'a Answer,
    /// The item's state.
    pub status: &'a ItemStatus,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Errors,
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The word of the answer.
    pub status: String,
    /// The planned time.
    pub when: String,
    /// The remark in the form.
    pub remark: String,
    /// Why.
    pub reason: String,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors {
    /// With the answer.
    pub status: Option<String>,
    /// With the planned time.
    pub when: Option<String>,
    /// With the remark.
    pub remark: Option<String>,
    /// With the reason.
    pub reason: Option<String>,
}

impl Errors {
    /// Nothing is.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The most causes that are listed.
pub const CAUSES_SHOWN: usize = 5;

/// Renders the page.
pub fn render(view: &ProposeView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let (typed, errors) = (&view.typed, &view.errors);
    let choices = vec![("done".to_owned(), t.answer_done()), ("planned".to_owned(), t.state_planned())];
    let fields = [
        Field::new("status", t.propose_status(), FieldKind::Choice(choices))
            .holding(typed.status.clone(), errors.status.clone()),
        Field::new("when", t.propose_when(), FieldKind::Line)
            .help(t.propose_when_help())
            .holding(typed.when.clone(), errors.when.clone()),
        Field::new("remark", t.propose_remark(), FieldKind::Line)
            .help(t.propose_remark_help())
            .holding(typed.remark.clone(), errors.remark.clone()),
        Field::new("reason", t.propose_reason(), FieldKind::Paragraph)
            .help(t.propose_reason_help())
            .required()
            .holding(typed.reason.clone(), errors.reason.clone()),
    ];
    ProposePage { t, chrome, place: Place::Declaration, view, fields }.render()
}

#[derive(Template)]
#[template(path = "propose.html")]
struct ProposePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a ProposeView<'a>,
    fields: [Field; 4],
}

impl ProposePage<'_> {
    fn title(&self) -> &str {
        self.view.item.named(self.t)
    }

    fn place_in_form(&self) -> String {
        words::place(self.view.section, self.view.item, self.t)
    }

    fn answer(&self) -> String {
        proposal::answer(self.view.answer, self.t)
    }

    fn state(&self) -> state::Mark {
        self.view.status.state.mark(self.t)
    }

    fn causes(&self) -> Vec<String> {
        self.view.status.causes.iter().take(CAUSES_SHOWN).map(|cause| words::cause(cause, self.t)).collect()
    }
}
