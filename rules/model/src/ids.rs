//! Identifiers that only hold valid text.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} `{text}` is not valid: {rule}")]
pub struct IdError {
    kind: &'static str,
    text: String,
    rule: &'static str,
}

macro_rules! id {
    ($(#[doc = $doc:expr])* $name:ident, $kind:literal, $max:literal, $rule:literal, $valid:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it is a valid identifier of this kind.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if !text.is_empty() && text.len() <= $max && valid(&text) {
                    Ok(Self(text))
                } else {
                    Err(IdError { kind: $kind, text: text.chars().take(80).collect(), rule: $rule })
                }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

fn snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

id! {
    /// A rule, named by the wanted condition: `clock_synchronised`.
    RuleId, "rule id", 64, "lower-case words joined by `_`, at most 64 characters", snake
}
id! {
    /// A section of the checklist: `technical`.
    SectionId, "section id", 64, "lower-case words joined by `_`, at most 64 characters", snake
}
id! {
    /// An item of the checklist, section and number: `technical.9`.
    ItemId, "item id", 80, "a section, a dot and a number, such as `technical.9`",
    |text| match text.split_once('.') {
        Some((section, number)) => {
            snake(section)
                && !number.is_empty()
                && number.len() <= 3
                && !number.starts_with('0')
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        None => false,
    }
}
id! {
    /// One of several ways to meet an item, within the item: `two_factor`.
    BranchId, "branch id", 32, "lower-case words joined by `_`, at most 32 characters", snake
}
id! {
    /// A host as the dashboard knows it; given at enrolment, never reused.
    HostId, "host id", 64, "lower-case letters, digits and `-`, at most 64 characters",
    |text| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
id! {
    /// An agency: whose declaration it is. One dashboard may serve several.
    AgencyId, "agency id", 64, "lower-case letters, digits and `-`, at most 64 characters",
    |text| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
id! {
    /// What a finding is about within its host, such as one account or one device.
    Subject, "subject", 256, "at most 256 bytes without control characters",
    |text| !text.chars().any(char::is_control)
}

impl Subject {
    /// The nearest valid subject to any text, because an account must not escape judging by its
    /// name: control characters become `\u{fffd}`, what is too long is cut, nothing becomes `-`.
    pub fn nearest(text: &str) -> Self {
        let mut kept = String::new();
        for c in text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }) {
            if kept.len() + c.len_utf8() > 256 {
                break;
            }
            kept.push(c);
        }
        Self(if kept.is_empty() { "-".to_owned() } else { kept })
    }
}

impl ItemId {
    /// The section part of the id.
    pub fn section(&self) -> &str {
        self.0.split_once('.').map_or(self.0.as_str(), |(section, _)| section)
    }

    /// The number within the section, for sorting.
    pub fn number(&self) -> u16 {
        self.0.split_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn item_ids_name_a_section_and_a_number() {
        let id = ItemId::new("personnel_employees.3").unwrap();
        assert_eq!((id.section(), id.number()), ("personnel_employees", 3));
        for bad in ["technical", "technical.", "technical.0", "technical.09", "Technical.1", ".1", "technical.1.2"] {
            assert!(ItemId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn any_text_has_a_subject_near_it() {
        for (text, near) in [("hanako", "hanako"), ("", "-"), ("a\u{1b}[2J", "a\u{fffd}[2J")] {
            assert_eq!(Subject::nearest(text).as_str(), near);
        }
        let long = Subject::nearest(&"花".repeat(500));
        assert_eq!(Subject::new(long.as_str()), Ok(long));
    }

    #[test]
    fn ids_refuse_bad_text_from_the_wire() {
        assert!(serde_json::from_str::<RuleId>("\"Clock ok\"").is_err());
        assert!(serde_json::from_str::<HostId>("\"../etc\"").is_err());
        assert!(serde_json::from_str::<Subject>("\"a\\u0000b\"").is_err());
    }
}
