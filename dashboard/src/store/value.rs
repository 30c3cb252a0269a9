//! Between the types of the domain and what a column holds.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use tenken_model::{FindingKey, Instant, RuleId, Span, Subject};

use super::error::StoreError;

/// Unix milliseconds.
pub(super) fn millis(instant: Instant) -> i64 {
    instant.timestamp_millis()
}

/// A number as the database holds it.
pub(super) fn number(value: u64, what: &'static str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::TooLarge(what))
}

/// A structure as text.
pub(super) fn json(value: &impl Serialize, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged { what, problem: error.to_string() })
}

/// The subject column of a key.
pub(super) fn subject(key: &FindingKey) -> &str {
    key.subject.as_ref().map_or("", Subject::as_str)
}

/// Reads columns by name.
pub(super) struct Columns<'r> {
    row: &'r AnyRow,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r AnyRow) -> Self {
        Self { row }
    }

    pub(super) fn text(&self, name: &'static str) -> Result<String, StoreError> {
        Ok(self.row.try_get(name)?)
    }

    pub(super) fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        Ok(self.row.try_get(name)?)
    }

    pub(super) fn bytes(&self, name: &'static str) -> Result<Vec<u8>, StoreError> {
        Ok(self.row.try_get(name)?)
    }

    pub(super) fn int(&self, name: &'static str) -> Result<i64, StoreError> {
        Ok(self.row.try_get(name)?)
    }

    pub(super) fn maybe_int(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        Ok(self.row.try_get(name)?)
    }

    /// A number that is never negative.
    pub(super) fn count(&self, name: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.int(name)?).map_err(|error| damaged(name, &error))
    }

    pub(super) fn instant(&self, name: &'static str) -> Result<Instant, StoreError> {
        instant(self.int(name)?, name)
    }

    pub(super) fn maybe_instant(&self, name: &'static str) -> Result<Option<Instant>, StoreError> {
        self.maybe_int(name)?.map(|millis| instant(millis, name)).transpose()
    }

    /// A length of time in milliseconds.
    pub(super) fn span(&self, name: &'static str) -> Result<Span, StoreError> {
        self.int(name).map(Span::from_millis)
    }

    /// A value with a text form, such as an id or a digest.
    pub(super) fn parsed<T>(&self, name: &'static str) -> Result<T, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.text(name)?.parse().map_err(|error| damaged(name, &error))
    }

    pub(super) fn maybe_parsed<T>(&self, name: &'static str) -> Result<Option<T>, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.maybe_text(name)?.map(|text| text.parse().map_err(|error| damaged(name, &error))).transpose()
    }

    /// The word of a closed list.
    pub(super) fn word<T>(&self, name: &'static str, known: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let word = self.text(name)?;
        known(&word).ok_or_else(|| damaged(name, &format_args!("`{word}` is no word of it")))
    }

    pub(super) fn maybe_word<T>(
        &self,
        name: &'static str,
        known: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        self.maybe_text(name)?.map(|_| self.word(name, known)).transpose()
    }

    pub(super) fn json<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(name)?).map_err(|error| damaged(name, &error))
    }

    pub(super) fn maybe_json<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, StoreError> {
        self.maybe_text(name)?
            .map(|text| serde_json::from_str(&text).map_err(|error| damaged(name, &error)))
            .transpose()
    }

    /// The key in the columns `rule` and `subject`.
    pub(super) fn key(&self) -> Result<FindingKey, StoreError> {
        let rule: RuleId = self.parsed("rule")?;
        let subject = match self.text("subject")?.as_str() {
            "" => None,
            text => Some(Subject::new(text).map_err(|error| damaged("subject", &error))?),
        };
        Ok(FindingKey { rule, subject })
    }
}

fn instant(millis: i64, what: &'static str) -> Result<Instant, StoreError> {
    Instant::from_timestamp_millis(millis).ok_or_else(|| damaged(what, &"no instant"))
}

fn damaged(what: &'static str, problem: &dyn std::fmt::Display) -> StoreError {
    StoreError::Damaged { what, problem: problem.to_string() }
}
