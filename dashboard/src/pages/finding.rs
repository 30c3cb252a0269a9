//! One finding with what it rests on: the same piece on the pages of items, hosts and drifts.

use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_model::digest::Digest;
use tenken_model::finding::{Evidence, VerdictKind};
use tenken_model::{Finding, FindingKey, HostId, Instant, Language, Reason, Subject, Verdict};

use super::remedy::number;
use super::state::{self, Mark};
use crate::registers::Definition;

/// A finding as a page shows it.
#[derive(Debug, Clone, Copy)]
pub struct FindingView<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The host.
    pub host: HostRef<'a>,
    /// Its rule, if this dashboard knows it.
    pub rule: Option<&'a Rule>,
    /// Since when it has this verdict.
    pub since: Option<Instant>,
    /// The open drift about it.
    pub drift: Option<i64>,
}

/// A host by id and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostRef<'a> {
    /// Its id.
    pub id: &'a HostId,
    /// Its name.
    pub name: &'a str,
}

/// An item with its section.
#[derive(Debug, Clone, Copy)]
pub struct ItemRef<'a> {
    /// The section.
    pub section: &'a Section,
    /// The item.
    pub item: &'a Item,
}

/// The words of a rule's remedy, one step a line, without the numbers they are written with.
pub(crate) fn steps(remedy: &str) -> Vec<&str> {
    remedy
        .lines()
        .map(|line| {
            let line = line.trim();
            number(line).map_or(line, |(_, words)| words)
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// The title of a rule, or its id if this dashboard does not know it.
pub(super) fn rule_title<'a>(rule: Option<&'a Rule>, finding: &'a Finding, language: Language) -> &'a str {
    rule.map_or_else(|| finding.key.rule.as_str(), |rule| language.of(&rule.title))
}

/// Which findings come first: those that fail, then those that could not be known.
pub(crate) const fn order(kind: VerdictKind) -> u8 {
    match kind {
        VerdictKind::Fail => 0,
        VerdictKind::Unknown => 1,
        VerdictKind::Pass => 2,
        VerdictKind::NotApplicable => 3,
    }
}

/// See [`tenken_engine::rule::SubjectOf::called`]; what this dashboard does not know is its host's.
pub(super) fn called<'a>(rule: Option<&Rule>, host: &'a str, key: &'a FindingKey) -> (&'a str, Option<&'a str>) {
    let subject = key.subject.as_ref().map(Subject::as_str);
    rule.map_or((host, subject), |rule| rule.subject_of.called(host, subject))
}

impl FindingView<'_> {
    /// The id of its element: the same on every rendering, so that it stays open.
    pub(super) fn anchor(&self) -> String {
        let key = &self.finding.key;
        let subject = key.subject.as_ref().map_or("", Subject::as_str);
        let parts = [self.host.id.as_str(), key.rule.as_str(), subject].map(str::as_bytes);
        let digits: String = Digest::of_parts(parts).to_string().chars().take(12).collect();
        format!("f-{digits}")
    }

    pub(crate) fn kind(&self) -> VerdictKind {
        self.finding.verdict.kind()
    }

    pub(super) fn mark(&self, language: Language) -> Mark {
        state::verdict(self.kind(), language)
    }

    pub(super) fn title(&self, language: Language) -> &str {
        rule_title(self.rule, self.finding, language)
    }

    pub(super) fn subject(&self) -> Option<&str> {
        self.finding.key.subject.as_ref().map(Subject::as_str)
    }

    /// What it is called by among findings of many hosts, and its subject where that is another.
    pub(super) fn called(&self) -> (&str, Option<&str>) {
        called(self.rule, self.host.name, &self.finding.key)
    }

    pub(super) fn says(&self, language: Language) -> String {
        let says = language.of(&self.finding.says);
        if !says.is_empty() {
            return says.to_owned();
        }
        let title = self.title(language);
        match self.kind() {
            VerdictKind::Pass => language.says_pass(title),
            VerdictKind::Fail => language.says_fail(title),
            VerdictKind::Unknown => language.says_unknown(title),
            VerdictKind::NotApplicable => language.says_not_applicable(title),
        }
    }

    /// How long a failure that is no drift yet may last.
    pub(super) fn grace(&self, language: Language) -> Option<String> {
        let rule = self.rule.filter(|_| self.kind() == VerdictKind::Fail && self.drift.is_none())?;
        Some(rule.grace.text(language))
    }

    /// Where the row of a register is that a value comes from. Agents name rows by their keys, which lead nowhere.
    pub(super) fn row_address(&self, evidence: &Evidence) -> Option<String> {
        self.rule.and_then(Rule::telling)?;
        let (slug, id) = evidence.path.strip_prefix("registers.")?.split_once('/')?;
        let id: i64 = id.parse().ok()?;
        Definition::by_slug(slug).map(|definition| format!("/registers/{}/{id}", definition.slug))
    }

    pub(super) fn reason(&self) -> Option<&Reason> {
        match &self.finding.verdict {
            Verdict::Unknown(reason) => Some(reason),
            Verdict::Pass | Verdict::Fail | Verdict::NotApplicable => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lose_their_numbers_only() {
        let remedy = "1. chronyc sources\n 2.再起動します。\n\n10. 24時間待ちます。\n3 台\nまたは";
        assert_eq!(steps(remedy), ["chronyc sources", "再起動します。", "24時間待ちます。", "3 台", "または"]);
    }
}
