//! Opening hours of a day and of the days of a week.

use std::fmt;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use crate::definition::CalendarError;

/// The minutes of a day; as a closing time, midnight at its end.
pub const DAY_MINUTES: u16 = 1_440;

/// When an agency is open on a day, in minutes since midnight in Japan; the closing minute is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "WrittenHours", into = "WrittenHours")]
pub struct Hours {
    opens_minute: u16,
    closes_minute: u16,
}

/// [`Hours`] as written, before they are checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHours {
    opens_minute: u16,
    closes_minute: u16,
}

/// The hours of each day of the week; a day without is closed every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// 月曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monday: Option<Hours>,
    /// 火曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuesday: Option<Hours>,
    /// 水曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wednesday: Option<Hours>,
    /// 木曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thursday: Option<Hours>,
    /// 金曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friday: Option<Hours>,
    /// 土曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturday: Option<Hours>,
    /// 日曜日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunday: Option<Hours>,
}

impl Hours {
    /// From 9:00 to 18:00.
    pub const OFFICE: Self = Self { opens_minute: 540, closes_minute: 1_080 };

    /// From the opening minute up to the closing minute, which is later and at most [`DAY_MINUTES`].
    pub const fn new(opens_minute: u16, closes_minute: u16) -> Result<Self, CalendarError> {
        if closes_minute > DAY_MINUTES {
            return Err(CalendarError::BeyondDay { closes_minute });
        }
        if opens_minute >= closes_minute {
            return Err(CalendarError::Reversed { opens_minute, closes_minute });
        }
        Ok(Self { opens_minute, closes_minute })
    }

    /// The first open minute.
    pub const fn opens_minute(self) -> u16 {
        self.opens_minute
    }

    /// The first minute that is closed again.
    pub const fn closes_minute(self) -> u16 {
        self.closes_minute
    }
}

impl TryFrom<WrittenHours> for Hours {
    type Error = CalendarError;

    fn try_from(written: WrittenHours) -> Result<Self, CalendarError> {
        Self::new(written.opens_minute, written.closes_minute)
    }
}

impl From<Hours> for WrittenHours {
    fn from(hours: Hours) -> Self {
        Self { opens_minute: hours.opens_minute, closes_minute: hours.closes_minute }
    }
}

impl fmt::Display for Hours {
    /// `9:00-18:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", clock(self.opens_minute), clock(self.closes_minute))
    }
}

/// A minute of the day as a clock shows it: `9:05`, `24:00`.
pub fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

impl Week {
    /// From 9:00 to 18:00 from Monday to Friday.
    pub const OFFICE: Self = Self {
        monday: Some(Hours::OFFICE),
        tuesday: Some(Hours::OFFICE),
        wednesday: Some(Hours::OFFICE),
        thursday: Some(Hours::OFFICE),
        friday: Some(Hours::OFFICE),
        saturday: None,
        sunday: None,
    };

    /// Closed on every day.
    pub const CLOSED: Self = Self {
        monday: None,
        tuesday: None,
        wednesday: None,
        thursday: None,
        friday: None,
        saturday: None,
        sunday: None,
    };

    /// The hours of a day of the week.
    pub const fn of(&self, weekday: Weekday) -> Option<Hours> {
        match weekday {
            Weekday::Mon => self.monday,
            Weekday::Tue => self.tuesday,
            Weekday::Wed => self.wednesday,
            Weekday::Thu => self.thursday,
            Weekday::Fri => self.friday,
            Weekday::Sat => self.saturday,
            Weekday::Sun => self.sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_within_a_day_and_forward() {
        assert_eq!(Hours::new(540, 1_080), Ok(Hours::OFFICE));
        assert_eq!(Hours::new(0, DAY_MINUTES).unwrap().to_string(), "0:00-24:00");
        for (opens_minute, closes_minute) in [(540, 540), (1_080, 540), (0, 0), (1_440, 1_440)] {
            assert_eq!(
                Hours::new(opens_minute, closes_minute),
                Err(CalendarError::Reversed { opens_minute, closes_minute })
            );
        }
        assert_eq!(Hours::new(0, 1_441), Err(CalendarError::BeyondDay { closes_minute: 1_441 }));
        assert_eq!(Hours::new(u16::MAX, u16::MAX), Err(CalendarError::BeyondDay { closes_minute: u16::MAX }));
    }

    #[test]
    fn what_is_stored_is_checked_again() {
        let stored = serde_json::to_string(&Hours::OFFICE).unwrap();
        assert_eq!(stored, r#"{"opens_minute":540,"closes_minute":1080}"#);
        assert_eq!(serde_json::from_str::<Hours>(&stored).unwrap(), Hours::OFFICE);
        for bad in [
            r#"{"opens_minute":1080,"closes_minute":540}"#,
            r#"{"opens_minute":540}"#,
            r#"{"opens_minute":540,"closes_minute":1080,"lunch":60}"#,
            r#"{"opens_minute":-1,"closes_minute":1080}"#,
        ] {
            assert!(serde_json::from_str::<Hours>(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Week>(r#"{"moonday":{"opens_minute":540,"closes_minute":1080}}"#).is_err());
        assert_eq!(serde_json::from_str::<Week>("{}").unwrap(), Week::CLOSED);
    }
}
