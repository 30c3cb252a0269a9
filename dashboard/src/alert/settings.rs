//! When people are told, as administrators set it.

use serde::{Deserialize, Serialize};
use tenken_model::{Instant, Span};

use crate::store::{AuditEntry, Setting, Store, StoreError};

/// The most working hours after which what nobody took up is escalated: a month of them.
pub const ESCALATE_HOURS_MAX: u16 = 160;
/// The last full hour of a day.
const HOUR_MAX: u8 = 23;
/// The last day of the longest months.
const DAY_MAX: u8 = 31;
/// The hour in Japan of what is told on a set day, while no digest is.
const HOUR: u8 = 9;

/// When people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertSettings {
    /// The hour in Japan at which the digest is written on business days; none while it is switched off.
    pub digest_hour: Option<u8>,
    /// After how many working hours a drift that nobody acknowledged is told to the approvers.
    pub escalate_hours: u16,
    /// The day of the month on which what falls due is listed; none while it is switched off.
    pub monthly_day: Option<u8>,
}

impl Setting for AlertSettings {
    const NAME: &'static str = "alerts";
}

impl Default for AlertSettings {
    /// At nine o'clock, after a working day of eight hours, and on the 20th.
    fn default() -> Self {
        Self { digest_hour: Some(HOUR), escalate_hours: 8, monthly_day: Some(20) }
    }
}

impl AlertSettings {
    /// Whether the numbers are within their limits.
    pub fn is_valid(&self) -> bool {
        self.digest_hour.is_none_or(|hour| hour <= HOUR_MAX)
            && (1..=ESCALATE_HOURS_MAX).contains(&self.escalate_hours)
            && self.monthly_day.is_none_or(|day| (1..=DAY_MAX).contains(&day))
    }

    /// The hours at which the digest can be written.
    pub fn hours() -> impl Iterator<Item = u8> {
        0..=HOUR_MAX
    }

    /// The days of a month on which what falls due can be listed.
    pub fn days() -> impl Iterator<Item = u8> {
        1..=DAY_MAX
    }

    /// The hour in Japan at which what falls due is listed: that of the digest.
    pub fn monthly_hour(self) -> u8 {
        self.digest_hour.unwrap_or(HOUR)
    }

    /// The working time after which a drift is escalated.
    pub fn escalate_after(self) -> Span {
        Span::from_secs(i64::from(self.escalate_hours) * 3_600)
    }
}

/// Keeps when people are told, with who set it so.
pub async fn set(store: &Store, settings: AlertSettings, person: &str, now: Instant) -> Result<(), StoreError> {
    let hour = settings.digest_hour.map_or_else(|| "off".to_owned(), |hour| format!("{hour}:00"));
    let day = settings.monthly_day.map_or_else(|| "off".to_owned(), |day| format!("on day {day}"));
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "alerts_set".to_owned(),
        subject: String::new(),
        detail: format!(
            "digest {hour}, list of what falls due {day}, escalation after {} working hours",
            settings.escalate_hours
        ),
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
        for (digest_hour, escalate_hours, monthly_day) in [
            (Some(24), 8, None),
            (Some(255), 8, None),
            (None, 0, None),
            (None, ESCALATE_HOURS_MAX + 1, None),
            (None, 8, Some(0)),
            (None, 8, Some(32)),
        ] {
            let settings = AlertSettings { digest_hour, escalate_hours, monthly_day };
            assert!(!settings.is_valid(), "{settings:?}");
        }
    }

    #[test]
    fn what_was_set_before_there_was_a_list_goes_on_with_the_usual_day() {
        let before: AlertSettings = serde_json::from_str(r#"{"digest_hour":null,"escalate_hours":4}"#).unwrap();
        assert_eq!(before, AlertSettings { digest_hour: None, escalate_hours: 4, monthly_day: Some(20) });
        assert_eq!(before.monthly_hour(), 9);
    }
}
