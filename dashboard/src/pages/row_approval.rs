//! The part of a row's page that says how it stands with its approval, and takes the act of who approves it.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::NaiveDate;
use tenken_form::print;
use tenken_model::Language;

use super::Chrome;
use crate::auth::role::Ability;
use crate::registers::Definition;
use crate::store::RegisterRow;

/// How a row stands with its approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowApproval {
    /// Who approved it and when; absent while it waits.
    pub given: Option<(String, NaiveDate)>,
    /// By the end of which day it is to be approved.
    pub before: Option<NaiveDate>,
    /// Who looks at it wrote it, or some of it.
    pub is_own: bool,
    /// It would be approved late, and nobody said why.
    pub lacks_reason: bool,
    /// Who looks at it has confirmed the session.
    pub confirmed: bool,
}

/// The part of the page.
#[derive(Debug, Template)]
#[template(path = "row_approval.html")]
pub(super) struct ApprovalPart<'a> {
    t: Language,
    chrome: &'a Chrome,
    it: &'a RowApproval,
    address: String,
    revision: i64,
    is_open: bool,
}

impl HtmlSafe for ApprovalPart<'_> {}

impl<'a> ApprovalPart<'a> {
    pub(super) fn new(it: &'a RowApproval, definition: &Definition, row: &RegisterRow, chrome: &'a Chrome) -> Self {
        let address = format!("/registers/{}/{}", definition.slug, row.id);
        let (revision, is_open) = (row.revision, row.closed_at.is_none());
        Self { t: chrome.language, chrome, it, address, revision, is_open }
    }

    fn day(&self, day: NaiveDate) -> String {
        match self.t {
            Language::Japanese => print::date(day),
            Language::English => day.to_string(),
        }
    }

    fn state(&self) -> String {
        match (&self.it.given, self.it.before) {
            (Some((person, day)), _) => self.t.approval_given(person, &self.day(*day)),
            (None, Some(before)) => self.t.approval_waits(&self.day(before)),
            (None, None) => self.t.approval_waits("—"),
        }
    }

    /// Who looks at it could approve it, or take its approval back, after a confirmation.
    fn may_act(&self) -> bool {
        let may = self.is_open && self.chrome.may(Ability::Approve);
        may && (self.it.given.is_some() || !(self.it.is_own || self.it.lacks_reason))
    }

    /// Why nobody who looks at it can approve it now.
    fn hindrance(&self) -> Option<String> {
        if self.it.given.is_some() || !self.is_open {
            return None;
        }
        if self.it.lacks_reason {
            return Some(self.t.approval_lacks_reason());
        }
        (self.it.is_own && self.chrome.may(Ability::Approve)).then(|| self.t.approval_own())
    }
}
