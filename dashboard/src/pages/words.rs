//! Words of the checklist in the visitor's language.

use tenken_engine::Catalog;
use tenken_engine::checklist::{Edition, Item, Section};
use tenken_engine::item::{Cause, CauseReason, Coverage};
use tenken_model::{Language, ReasonCode};

use super::finding::steps;
use crate::correlate;

/// What has an official Japanese and an English name.
pub trait Named {
    /// The name in that language.
    fn named(&self, language: Language) -> &str;
}

impl Named for Section {
    fn named(&self, language: Language) -> &str {
        pick(language, &self.heading_ja, &self.heading_en)
    }
}

impl Named for Edition {
    fn named(&self, language: Language) -> &str {
        pick(language, &self.title_ja, &self.title_en)
    }
}

impl Named for Item {
    fn named(&self, language: Language) -> &str {
        language.of(&self.short)
    }
}

fn pick<'a>(language: Language, ja: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Japanese => ja,
        Language::English => en,
    }
}

/// Where an item stands in the form.
pub fn place(section: &Section, item: &Item, language: Language) -> String {
    language.item_number(section.named(language), item.id.number())
}

/// How many hosts an item was measured on.
pub fn coverage(coverage: Coverage, language: Language) -> String {
    language.hosts_of(coverage.judged, coverage.in_scope)
}

/// The page of the host that keeps an item from being met, of the rows that have no agent, or of the row that contradicts it.
pub fn cause_address(cause: &Cause) -> Option<String> {
    match &cause.reason {
        CauseReason::Finding { host, .. } | CauseReason::NotJudged { host, .. } | CauseReason::Silent { host, .. } => {
            Some(format!("/hosts/{host}"))
        }
        CauseReason::NoAgent { .. } => Some("/hosts#without-agent".to_owned()),
        CauseReason::Contradicted(contradiction) => Some(contradiction.place.clone()),
        CauseReason::NoHost
        | CauseReason::NoRule
        | CauseReason::Unmeasured(_)
        | CauseReason::NothingApplies
        | CauseReason::Unattested
        | CauseReason::Expired
        | CauseReason::Planned
        | CauseReason::Overdue => None,
    }
}

/// What to do first about a reason; nothing where only waiting or a decision of its own helps.
pub fn todo(cause: &Cause, catalog: &Catalog, t: Language) -> Option<String> {
    let of_rule = |rule| Some(first_step(&steps(t.of(&catalog.rule(rule)?.remedy.general))));
    match &cause.reason {
        CauseReason::Finding { rule, unknown: None, .. } => of_rule(rule),
        CauseReason::Finding { unknown: Some(ReasonCode::NotConfigured), .. } => Some(t.todo_not_configured()),
        CauseReason::Finding { host_name, unknown: Some(_), .. } => Some(t.todo_unknown(host_name)),
        CauseReason::NotJudged { host_name, .. } => Some(t.todo_not_judged(host_name)),
        CauseReason::Silent { host_name, .. } => Some(t.todo_silent(host_name)),
        CauseReason::NoAgent { host_name } => Some(t.todo_no_agent(host_name)),
        CauseReason::Expired => Some(t.todo_expired()),
        CauseReason::Overdue => Some(t.todo_overdue()),
        // What it says names both sides, one of which is to be corrected.
        CauseReason::Contradicted(_)
        | CauseReason::NoHost
        | CauseReason::NoRule
        | CauseReason::Unmeasured(_)
        | CauseReason::NothingApplies
        | CauseReason::Unattested
        | CauseReason::Planned => None,
    }
}

/// The first step; where that only says for what the next one is, with the next one.
fn first_step(steps: &[&str]) -> String {
    match steps {
        [case, step, ..] if case.ends_with([':', '：']) => format!("{case} {step}"),
        [step, ..] => (*step).to_owned(),
        [] => String::new(),
    }
}

/// One reason why an item is not met.
pub fn cause(cause: &Cause, t: Language) -> String {
    match &cause.reason {
        CauseReason::Finding { rule, says, .. } if correlate::concerns_no_host(rule) => t.of(says).to_owned(),
        CauseReason::Finding { host_name, says, unknown: None, .. } => t.cause_on_host(host_name, t.of(says)),
        CauseReason::Finding { host_name, says, unknown: Some(code), .. } => {
            t.cause_unknown(host_name, t.of(says), &t.reason(*code))
        }
        CauseReason::NotJudged { host_name, .. } => t.cause_not_judged(host_name),
        CauseReason::Silent { host_name, .. } => t.cause_silent(host_name),
        CauseReason::NoAgent { host_name } => t.cause_no_agent(host_name),
        CauseReason::NoHost => t.cause_no_host(),
        CauseReason::NoRule => t.cause_not_measured(),
        CauseReason::Unmeasured(what) => t.cause_unmeasured(t.of(what)),
        CauseReason::NothingApplies => t.cause_nothing_applies(),
        CauseReason::Contradicted(contradiction) => t.of(&contradiction.says).to_owned(),
        CauseReason::Unattested => t.cause_unattested(),
        CauseReason::Expired => t.cause_expired(),
        CauseReason::Planned => t.cause_planned(),
        CauseReason::Overdue => t.cause_overdue(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_first_is_a_step_and_no_heading() {
        assert_eq!(
            first_step(&["GNOMEの場合:", "dconfの設定を戻します。", "確かめます。"]),
            "GNOMEの場合: dconfの設定を戻します。"
        );
        assert_eq!(first_step(&["再起動します。", "確かめます。"]), "再起動します。");
        assert_eq!((first_step(&["見る:"]), first_step(&[])), ("見る:".to_owned(), String::new()));
    }
}
