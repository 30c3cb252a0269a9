//! Settings of the dashboard that people or the dashboard itself change, each a structure by name.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tenken_calendar::WorkingCalendar;

use super::value::{Columns, json};
use super::{StoreError, Transaction};

/// A setting: a structure with the name under which it is kept.
pub trait Setting: Serialize + DeserializeOwned {
    /// The name, never used for another structure.
    const NAME: &'static str;
}

/// The agency's working calendar; the usual one until it sets its own.
impl Setting for WorkingCalendar {
    const NAME: &'static str = "working_calendar";
}

impl Transaction {
    /// A setting, if it was ever made.
    pub async fn setting<T: Setting>(&mut self) -> Result<Option<T>, StoreError> {
        let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(T::NAME)
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(|row| Columns::of(row).json("value")).transpose()
    }

    /// Makes a setting.
    pub async fn set_setting<T: Setting>(&mut self, value: &T) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(T::NAME)
        .bind(json(value, "a setting")?)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }
}
