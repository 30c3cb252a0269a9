//! Why an act on an own rule is not done.

use tenken_engine::case;
use tenken_engine::rule::FILE_BYTES_MAX;
use tenken_model::{ItemId, Language};
use thiserror::Error;

use super::{NOTE_CHARS_MAX, PREFIX, RULES_MAX, SCOPES_MAX, VERSIONS_MAX};
use crate::store::StoreError;

/// Why an act on an own rule is not done.
#[derive(Debug, Error)]
pub enum OwnRuleError {
    /// That is no id of an own rule.
    #[error("the id of an own rule is `{PREFIX}` and lower-case words joined by `_`")]
    Id,
    /// A rule has that id already, or had it.
    #[error("the id is taken")]
    Taken,
    /// There are [`RULES_MAX`] rules already.
    #[error("there are {RULES_MAX} own rules already")]
    Full,
    /// The rule has [`VERSIONS_MAX`] versions already.
    #[error("the rule has {VERSIONS_MAX} versions already")]
    Versions,
    /// The text or the cases are larger than is read.
    #[error("the text has more than {FILE_BYTES_MAX} bytes, or the cases more than {}", case::FILE_BYTES_MAX)]
    TooLarge,
    /// That item takes no rules.
    #[error("{0} is not measured, so that no rule bears on it")]
    Item(ItemId),
    /// There is no such rule or version.
    #[error("there is no such version of the rule")]
    Gone,
    /// Somebody changed it since it was looked at.
    #[error("somebody changed it since")]
    Changed,
    /// It waits for approval: it is taken back before it is written.
    #[error("it waits for approval")]
    Waits,
    /// Something is wrong with the text or its cases.
    #[error("something is wrong with the text or its cases")]
    Unready,
    /// Nobody approves what they wrote or asked for.
    #[error("nobody approves what they wrote")]
    Own,
    /// The version was not approved.
    #[error("the version was not approved")]
    Unapproved,
    /// No hosts were chosen, or more than [`SCOPES_MAX`] sites and groups.
    #[error("choose 1 to {SCOPES_MAX} sites or groups, or all hosts")]
    Scopes,
    /// It is rolled out nowhere.
    #[error("it is rolled out nowhere")]
    NotInForce,
    /// What is said with it is too long.
    #[error("the note has more than {NOTE_CHARS_MAX} characters")]
    Note,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OwnRuleError {
    /// What is wrong and what to do, as people read it; none where there is nothing of that name, or the store failed.
    pub fn text(&self, t: Language) -> Option<String> {
        match self {
            Self::Id => Some(t.own_rule_bad_id(PREFIX)),
            Self::Taken => Some(t.own_rule_taken()),
            Self::Full => Some(t.own_rule_full(RULES_MAX)),
            Self::Versions => Some(t.own_rule_versions_full(VERSIONS_MAX)),
            Self::TooLarge => Some(t.own_rule_too_large(FILE_BYTES_MAX >> 10, case::FILE_BYTES_MAX >> 10)),
            Self::Item(item) => Some(t.own_rule_item_unmeasured(item.as_str())),
            Self::Changed => Some(t.register_conflict()),
            Self::Waits => Some(t.own_rule_waits_now()),
            Self::Unready => Some(t.own_rule_unready()),
            Self::Own => Some(t.own_rule_own()),
            Self::Unapproved => Some(t.own_rule_unapproved()),
            Self::Scopes => Some(t.own_rule_scopes_wrong(SCOPES_MAX)),
            Self::NotInForce => Some(t.own_rule_not_in_force()),
            Self::Note => Some(t.cell_too_long(NOTE_CHARS_MAX)),
            Self::Gone | Self::Store(_) => None,
        }
    }
}
