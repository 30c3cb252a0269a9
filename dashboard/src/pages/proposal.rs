//! A proposed change of the form, as several pages show it.

use tenken_engine::checklist::Checklist;
use tenken_form::compare::header_lines;
use tenken_form::declaration::{Answer, Declaration, FormVerdict};
use tenken_model::Language;

use super::Chrome;
use super::finding::ItemRef;
use super::state::Mark;
use super::words;
use crate::auth::Ability;
use crate::store::{Change, Decision, Proposal};

/// A proposal with the item it is about.
#[derive(Debug, Clone, Copy)]
pub struct ProposalView<'a> {
    /// The proposal.
    pub proposal: &'a Proposal,
    /// The item; absent for the part about the agency.
    pub item: Option<ItemRef<'a>>,
}

impl<'a> ProposalView<'a> {
    /// A proposal with its item of the checklist.
    pub fn of(proposal: &'a Proposal, checklist: &'a Checklist) -> Self {
        let found = proposal.proposed.change.item().and_then(|id| checklist.locate(id));
        Self { proposal, item: found.map(|(section, item)| ItemRef { section, item }) }
    }

    pub(super) fn id(&self) -> i64 {
        self.proposal.id
    }

    pub(super) fn title(&self, t: Language) -> String {
        match &self.item {
            Some(it) => words::Named::named(it.item, t).to_owned(),
            None => t.proposal_header(),
        }
    }

    /// The label of the box that chooses it.
    pub(super) fn choose(&self, t: Language) -> String {
        t.proposal_choose(&self.title(t))
    }

    /// Where the item stands, with its address.
    pub(super) fn place(&self, t: Language) -> Option<(String, String)> {
        let it = self.item.as_ref()?;
        Some((format!("/items/{}", it.item.id), words::place(it.section, it.item, t)))
    }

    /// The answer before and the one that is proposed.
    pub(super) fn answers(&self, t: Language) -> Option<(String, String)> {
        match &self.proposal.proposed.change {
            Change::Answer { before, after, .. } => {
                let after = after.as_ref().map_or_else(|| t.answer_open(), |after| answer(after, t));
                Some((answer(before, t), after))
            }
            Change::Header { .. } => None,
        }
    }

    /// The rows of the part about the agency that would go, and those that would come.
    pub(super) fn header(&self) -> Option<(Vec<String>, Vec<String>)> {
        match &self.proposal.proposed.change {
            Change::Header { before, after } => Some(header_lines(before, after)),
            Change::Answer { .. } => None,
        }
    }

    pub(super) fn by(&self, t: Language) -> String {
        let person = self.proposal.proposed.proposed_by.as_deref();
        person.map_or_else(|| t.proposal_by_tenken(), |person| t.proposal_by(person))
    }

    pub(super) fn is_complete(&self) -> bool {
        self.proposal.proposed.change.is_complete()
    }

    pub(super) fn is_own(&self, chrome: &Chrome) -> bool {
        let person = chrome.person.as_ref().map(|person| person.name.as_str());
        person.is_some() && person == self.proposal.proposed.proposed_by.as_deref()
    }

    /// The person may accept or refuse it.
    pub(super) fn may_decide(&self, chrome: &Chrome) -> bool {
        chrome.may(Ability::Approve) && self.proposal.decided.is_none() && !self.is_own(chrome)
    }

    pub(super) fn may_withdraw(&self, chrome: &Chrome) -> bool {
        let by_person = self.proposal.proposed.proposed_by.is_some();
        chrome.officer() && self.proposal.decided.is_none() && by_person
    }

    /// What became of it.
    pub(super) fn decided(&self, t: Language) -> Option<String> {
        let (_, person, decision) = self.proposal.decided.as_ref()?;
        let person = person.as_deref().unwrap_or_default();
        Some(match decision {
            Decision::Accepted => t.decision_accepted(person),
            Decision::Refused => t.decision_refused(person),
            Decision::Withdrawn => t.decision_withdrawn(person),
            Decision::Settled => t.decision_settled(),
            Decision::Replaced => t.decision_replaced(person),
        })
    }

    /// What accepting it would do to the overall verdict.
    pub(super) fn effect(&self, in_force: &Declaration, t: Language) -> Option<Mark> {
        let Change::Answer { item, after: Some(after), .. } = &self.proposal.proposed.change else { return None };
        let mut changed = in_force.clone();
        changed.answers.insert(item.clone(), after.clone());
        match (in_force.verdict(), changed.verdict()) {
            (FormVerdict::Met, FormVerdict::NotMet) => Some(Mark::new("late", "warn", t.proposal_makes_not_met())),
            (FormVerdict::NotMet, FormVerdict::Met) => Some(Mark::new("check", "good", t.proposal_makes_met())),
            (FormVerdict::Met, FormVerdict::Met) | (FormVerdict::NotMet, FormVerdict::NotMet) => None,
        }
    }
}

/// An answer as people read it, with its remark.
pub fn answer(answer: &Answer, t: Language) -> String {
    let status = status(answer, t);
    if answer.remark.is_empty() { status } else { t.answer_with_remark(&status, &answer.remark) }
}

/// An answer without its remark.
pub fn status(answer: &Answer, t: Language) -> String {
    match (answer.is_done(), answer.when()) {
        (true, _) => t.answer_done(),
        (false, Some(when)) => t.answer_planned(when.as_str()),
        (false, None) => t.answer_planned_open(),
    }
}
