//! The states of items and verdicts as pages show them: always a mark and a word, never a colour alone.

use askama::Template;
use askama::filters::HtmlSafe;
use tenken_engine::item::ItemState;
use tenken_model::Language;
use tenken_model::finding::VerdictKind;

/// A mark with its word.
#[derive(Debug, Clone, Template)]
#[template(path = "mark.html")]
pub struct Mark {
    icon: &'static str,
    tone: &'static str,
    word: String,
}

impl HtmlSafe for Mark {}

impl Mark {
    /// A mark with another word than its own.
    pub fn new(icon: &'static str, tone: &'static str, word: String) -> Self {
        Self { icon, tone, word }
    }
}

/// How a state is shown.
pub trait Shown: Copy {
    /// The state as people read it.
    fn label(self, language: Language) -> String;
    /// What the state means, in one sentence.
    fn means(self, language: Language) -> String;
    /// The shape of its mark.
    fn icon(self) -> &'static str;
    /// The colour of its mark.
    fn tone(self) -> &'static str;
    /// Its mark and word.
    fn mark(self, language: Language) -> Mark;
    /// Somebody should do something now. What merely was never attested is counted, not listed.
    fn is_urgent(self) -> bool;
}

impl Shown for ItemState {
    fn label(self, language: Language) -> String {
        match self {
            Self::Drift => language.state_drift(),
            Self::Overdue => language.state_overdue(),
            Self::Expired => language.state_expired(),
            Self::Unknown => language.state_unknown(),
            Self::Grace => language.state_grace(),
            Self::Unattested => language.state_unattested(),
            Self::NotMeasured => language.state_not_measured(),
            Self::Planned => language.state_planned(),
            Self::Met => language.state_met(),
        }
    }

    fn means(self, language: Language) -> String {
        match self {
            Self::Drift => language.state_drift_means(),
            Self::Overdue => language.state_overdue_means(),
            Self::Expired => language.state_expired_means(),
            Self::Unknown => language.state_unknown_means(),
            Self::Grace => language.state_grace_means(),
            Self::Unattested => language.state_unattested_means(),
            Self::NotMeasured => language.state_not_measured_means(),
            Self::Planned => language.state_planned_means(),
            Self::Met => language.state_met_means(),
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Drift => "cross",
            Self::Overdue | Self::Expired => "late",
            Self::Unknown => "question",
            Self::Grace => "clock",
            Self::Unattested => "pen",
            Self::NotMeasured => "dash",
            Self::Planned => "calendar",
            Self::Met => "check",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Drift | Self::Overdue => "bad",
            Self::Expired | Self::Grace => "warn",
            Self::Unknown => "unsure",
            Self::Unattested | Self::NotMeasured => "plain",
            Self::Planned => "info",
            Self::Met => "good",
        }
    }

    fn mark(self, language: Language) -> Mark {
        Mark { icon: self.icon(), tone: self.tone(), word: self.label(language) }
    }

    fn is_urgent(self) -> bool {
        match self {
            Self::Drift | Self::Overdue | Self::Expired | Self::Unknown | Self::Grace => true,
            Self::Unattested | Self::NotMeasured | Self::Planned | Self::Met => false,
        }
    }
}

/// A verdict as a mark.
pub fn verdict(kind: VerdictKind, language: Language) -> Mark {
    let (icon, tone) = match kind {
        VerdictKind::Pass => ("check", "good"),
        VerdictKind::Fail => ("cross", "bad"),
        VerdictKind::Unknown => ("question", "unsure"),
        VerdictKind::NotApplicable => ("dash", "plain"),
    };
    Mark { icon, tone, word: language.verdict(kind) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_states_look_and_read_the_same() {
        for language in [Language::Japanese, Language::English] {
            let words: BTreeSet<String> = ItemState::ALL.iter().map(|state| state.label(language)).collect();
            assert_eq!(words.len(), ItemState::ALL.len());
        }
    }

    #[test]
    fn a_mark_says_its_word() {
        let mark = verdict(VerdictKind::Unknown, Language::Japanese).render().unwrap();
        assert!(mark.contains("確認できず") && mark.contains("#i-question"), "{mark}");
    }
}
