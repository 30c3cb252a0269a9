//! Changes of findings, as items and hosts show them.

use tenken_engine::Rule;
use tenken_model::finding::VerdictKind;
use tenken_model::{Language, Subject};

use super::finding::HostRef;
use super::state::{Mark, verdict};
use crate::store::HistoryEntry;

/// A change of a finding.
#[derive(Debug, Clone, Copy)]
pub struct ChangeView<'a> {
    /// The change.
    pub entry: &'a HistoryEntry,
    /// The host.
    pub host: HostRef<'a>,
    /// Its rule, if this dashboard knows it.
    pub rule: Option<&'a Rule>,
}

impl ChangeView<'_> {
    pub(super) fn title(&self, language: Language) -> &str {
        self.rule.map_or_else(|| self.entry.change.key.rule.as_str(), |rule| language.of(&rule.title))
    }

    pub(super) fn subject(&self) -> Option<&str> {
        self.entry.change.key.subject.as_ref().map(Subject::as_str)
    }

    pub(super) fn before(&self, language: Language) -> Option<Mark> {
        self.entry.change.before.filter(|before| Some(*before) != self.kind()).map(|kind| verdict(kind, language))
    }

    /// What it became; a finding that is gone passes or bears on nothing any more.
    pub(super) fn after(&self, language: Language) -> Mark {
        self.kind().map_or_else(|| Mark::new("dash", "plain", language.history_gone()), |kind| verdict(kind, language))
    }

    pub(super) fn says(&self, language: Language) -> &str {
        self.entry.change.finding.as_ref().map_or("", |finding| language.of(&finding.says))
    }

    fn kind(&self) -> Option<VerdictKind> {
        self.entry.change.finding.as_ref().map(|finding| finding.verdict.kind())
    }
}
