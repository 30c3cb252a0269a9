//! What the person who uses a PC is asked: to repair what that person can, in words that need no knowledge of the field.

mod ask;
mod repair;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tenken_model::{Instant, RuleId};

use crate::store::{AuditEntry, Setting, Store, StoreError};

pub use ask::{AGAIN_AFTER, Asking, ask, ask_at_once, asked_lately, back, thank};
pub use repair::{Repair, problem, repair};

/// The most business days that people may be given.
pub const DAYS_MAX: u16 = 30;
/// The most characters of whom to ask.
pub const CONTACT_CHARS_MAX: usize = 100;

/// How people who use PCs are asked, as administrators set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnerSettings {
    /// Whom to ask, with a telephone number perhaps; empty until it is set.
    pub contact: String,
    /// Within how many business days it is asked for.
    pub days: u16,
    /// The rules about which people are asked as soon as a drift opens.
    pub automatic: BTreeSet<RuleId>,
}

impl Setting for OwnerSettings {
    const NAME: &'static str = "owners";
}

impl Default for OwnerSettings {
    /// Within three business days, and nobody is asked unless an officer says so.
    fn default() -> Self {
        Self { contact: String::new(), days: 3, automatic: BTreeSet::new() }
    }
}

impl OwnerSettings {
    /// Whether everything is within its limits.
    pub fn is_valid(&self) -> bool {
        (1..=DAYS_MAX).contains(&self.days)
            && self.contact.chars().count() <= CONTACT_CHARS_MAX
            && !self.contact.chars().any(char::is_control)
    }
}

/// Keeps how people are asked, with who set it so.
pub async fn set(store: &Store, settings: &OwnerSettings, person: &str, now: Instant) -> Result<(), StoreError> {
    let rules: Vec<&str> = settings.automatic.iter().map(RuleId::as_str).collect();
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "owner_mails_set".to_owned(),
        subject: String::new(),
        detail: format!("{} | {} business days | {}", settings.contact, settings.days, rules.join(", ")),
    };
    let mut transaction = store.write().await?;
    transaction.set_setting(settings).await?;
    transaction.audit(&entry).await?;
    transaction.save().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_limits() {
        assert!(OwnerSettings::default().is_valid());
        let with = |contact: &str, days| OwnerSettings { contact: contact.into(), days, ..OwnerSettings::default() };
        assert!(with("情報システム担当 佐藤(内線123)", DAYS_MAX).is_valid());
        for (contact, days) in [("", 0), ("", DAYS_MAX + 1), ("a\nb", 3), (&*"あ".repeat(CONTACT_CHARS_MAX + 1), 3)] {
            assert!(!with(contact, days).is_valid(), "{contact} {days}");
        }
    }
}
