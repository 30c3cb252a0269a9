//! The rules that the demonstration's agency wrote itself: one in force for a group, one that waits for its second person.

use tenken_engine::checklist::Checklist;
use tenken_model::{Instant, ItemId, RuleId};

use super::DemoError;
use crate::groups::HostScope;
use crate::own_rules::{self, Draft, Seen};
use crate::store::Store;

/// A rule that the agency wrote.
#[derive(Debug)]
pub(super) struct OwnRule {
    id: &'static str,
    text: &'static str,
    cases: &'static str,
    item: &'static str,
    /// The group that it is for.
    group: &'static str,
}

/// What is in force.
pub(super) static IN_FORCE: OwnRule = OwnRule {
    id: "own_examination_screens_lock",
    text: include_str!("own_rules/own_examination_screens_lock.yaml"),
    cases: include_str!("own_rules/own_examination_screens_lock.cases.yaml"),
    item: "technical.4",
    group: "検査",
};

/// What somebody asked for and nobody has decided.
pub(super) static WAITING: OwnRule = OwnRule {
    id: "own_reception_no_administrators",
    text: include_str!("own_rules/own_reception_no_administrators.yaml"),
    cases: "",
    item: "organizational.1",
    group: "受付",
};

/// The first version of each is the only one, and nobody writes it twice.
const FIRST: Seen = Seen { version: 1, revision: 1 };

/// Writes a rule and asks for its approval.
pub(super) async fn ask(
    store: &Store,
    checklist: &Checklist,
    rule: &OwnRule,
    person: &str,
    now: Instant,
) -> Result<(), DemoError> {
    let items = vec![ItemId::new(rule.item).map_err(DemoError::odd)?];
    let draft = Draft { text: rule.text.to_owned(), cases: rule.cases.to_owned(), items };
    let id = own_rules::begin(store, checklist, rule.id, &draft, person, now).await.map_err(DemoError::odd)?;
    own_rules::ask(store, &id, FIRST, person, now).await.map_err(DemoError::odd)
}

/// Approves it and has it judged on its group.
pub(super) async fn roll_out(store: &Store, rule: &OwnRule, person: &str, now: Instant) -> Result<(), DemoError> {
    let id = RuleId::new(rule.id).map_err(DemoError::odd)?;
    let note = "規程のとおりであることと、例で正しく判定されることを確認した。";
    own_rules::decide(store, &id, FIRST, (true, note), person, now).await.map_err(DemoError::odd)?;
    let scopes = [HostScope::Group(rule.group.to_owned())];
    own_rules::roll_out(store, &id, FIRST.version, &scopes, person, now).await.map_err(DemoError::odd)
}

/// The id, text and cases of each.
#[cfg(test)]
pub(super) fn all() -> [(&'static str, &'static str, &'static str); 2] {
    [&IN_FORCE, &WAITING].map(|rule| (rule.id, rule.text, rule.cases))
}
