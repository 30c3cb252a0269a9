//! When people are told, as administrators set it.

use serde::{Deserialize, Serialize};
use tenken_model::{Instant, Span};

use crate::store::{AuditEntry, Setting, Store, StoreError};

/// The most working hours after which what nobody took up is escalated: a month of them.
pub const ESCALATE_HOURS_MAX: u16 = 160;
/// The last full hour of a day.
const HOUR_MAX: u8 = 23;

/// When people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertSettings {
    /// The hour in Japan at which the digest is written on business days; none while it is switched off.
    pub digest_hour: Option<u8>,
    /// After how many working hours a drift that nobody acknowledged is told to the approvers.
    pub escalate_hours: u16,
}

impl Setting for AlertSettings {
    const NAME: &'static str = "alerts";
}

impl Default for AlertSettings {
    /// At nine o'clock, and after a working day of eight hours.
    fn default() -> Self {
        Self { digest_hour: Some(9), escalate_hours: 8 }
    }
}

impl AlertSettings {
    /// Whether the numbers are within their limits.
    pub fn is_valid(&self) -> bool {
        self.digest_hour.is_none_or(|hour| hour <= HOUR_MAX) && (1..=ESCALATE_HOURS_MAX).contains(&self.escalate_hours)
    }

    /// The hours at which the digest can be written.
    pub fn hours() -> impl Iterator<Item = u8> {
        0..=HOUR_MAX
    }

    /// The working time after which a drift is escalated.
    pub fn escalate_after(self) -> Span {
        Span::from_secs(i64::from(self.escalate_hours) * 3_600)
    }
}

/// Keeps when people are told, with who set it so.
pub async fn set(store: &Store, settings: AlertSettings, person: &str, now: Instant) -> Result<(), StoreError> {
    let hour = settings.digest_hour.map_or_else(|| "off".to_owned(), |hour| format!("{hour}:00"));
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "alerts_set".to_owned(),
        subject: String::new(),
        detail: format!("digest {hour}, escalation after {} working hours", settings.escalate_hours),
    };
    let mut transaction = store.write().await?;
    transaction.set_setting(&settings).await?;
    transaction.audit(&entry).await?;
    transaction.save().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_limits() {
        assert!(AlertSettings::default().is_valid());
        for (digest_hour, escalate_hours) in [(Some(24), 8), (Some(255), 8), (None, 0), (None, ESCALATE_HOURS_MAX + 1)]
        {
            assert!(!AlertSettings { digest_hour, escalate_hours }.is_valid(), "{digest_hour:?} {escalate_hours}");
        }
    }
}
