//! How every item stood on each day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::any::AnyRow;
use tenken_engine::item::ItemState;
use tenken_model::{Instant, ItemId, choice};

use super::value::{Columns, json, millis, number};
use super::{StoreError, Transaction};

choice! {
    /// How an item stands, as coarsely as a year can be looked at; what needs somebody first.
    pub enum Standing {
        /// Somebody has to do something now.
        Attention = "attention",
        /// It could not be known.
        Unknown = "unknown",
        /// Nobody has attested it yet, or nothing measures it.
        Unproven = "unproven",
        /// Declared as 実施予定.
        Planned = "planned",
        /// The published answer holds, and what it rests on ends soon.
        Ending = "ending",
        /// The published answer holds.
        Met = "met",
    }
}

impl Standing {
    /// How an item of that state stands; `ending` if the statement that it rests on ends soon.
    pub const fn of(state: ItemState, ending: bool) -> Self {
        match state {
            ItemState::Drift | ItemState::Overdue | ItemState::Expired | ItemState::Grace => Self::Attention,
            ItemState::Unknown => Self::Unknown,
            ItemState::Unattested | ItemState::NotMeasured => Self::Unproven,
            ItemState::Planned => Self::Planned,
            ItemState::Met if ending => Self::Ending,
            ItemState::Met => Self::Met,
        }
    }
}

/// How every item stood on a day in Japan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// How many, in short.
    pub counts: DayCounts,
    /// The state of each item.
    pub states: BTreeMap<ItemId, ItemState>,
}

/// How many items stood how on a day in Japan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCounts {
    /// The day.
    pub day: NaiveDate,
    /// When on that day it was looked at last.
    pub recorded_at: Instant,
    /// How many hosts there were that were not revoked.
    pub hosts: u64,
    /// How many of them reported.
    pub reporting: u64,
    /// How many items stood how; none is left out.
    pub items: BTreeMap<Standing, u64>,
}

impl DayCounts {
    /// How many items stood that way.
    pub fn count(&self, standing: Standing) -> u64 {
        self.items.get(&standing).copied().unwrap_or(0)
    }

    /// How many items' published answers held.
    pub fn holding(&self) -> u64 {
        self.count(Standing::Met).saturating_add(self.count(Standing::Ending))
    }

    /// How many items there were.
    pub fn total(&self) -> u64 {
        self.items.values().fold(0, |total, count| total.saturating_add(*count))
    }
}

fn counts(row: &AnyRow) -> Result<DayCounts, StoreError> {
    let columns = Columns::of(row);
    Ok(DayCounts {
        day: columns.parsed("day")?,
        recorded_at: columns.instant("recorded_at")?,
        hosts: columns.count("hosts")?,
        reporting: columns.count("reporting")?,
        items: columns.json("counts")?,
    })
}

impl Transaction {
    /// Keeps how items stand on a day, in the place of what was looked at earlier on it. What another dashboard looked at
    /// later stands.
    pub async fn set_day(&mut self, day: &Day) -> Result<(), StoreError> {
        let Day { counts, states } = day;
        let done = sqlx::query(
            "INSERT INTO days (day, recorded_at, hosts, reporting, counts, states) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (day) DO UPDATE SET recorded_at = excluded.recorded_at, hosts = excluded.hosts, \
             reporting = excluded.reporting, counts = excluded.counts, states = excluded.states \
             WHERE days.recorded_at <= excluded.recorded_at",
        )
        .bind(counts.day.to_string())
        .bind(millis(counts.recorded_at))
        .bind(number(counts.hosts, "the number of hosts")?)
        .bind(number(counts.reporting, "the number of hosts")?)
        .bind(json(&counts.items, "the counts of a day")?)
        .bind(json(states, "the states of a day")?)
        .execute(self.connection())
        .await?;
        if done.rows_affected() > 0 {
            self.touch();
        }
        Ok(())
    }

    /// How items stood on a day, if that was kept.
    pub async fn day(&mut self, day: NaiveDate) -> Result<Option<Day>, StoreError> {
        let row = sqlx::query("SELECT day, recorded_at, hosts, reporting, counts, states FROM days WHERE day = $1")
            .bind(day.to_string())
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(|row| Ok(Day { counts: counts(row)?, states: Columns::of(row).json("states")? })).transpose()
    }

    /// How many items stood how on each day that was kept, from a day on, the oldest first.
    pub async fn day_counts(&mut self, from: NaiveDate) -> Result<Vec<DayCounts>, StoreError> {
        sqlx::query("SELECT day, recorded_at, hosts, reporting, counts FROM days WHERE day >= $1 ORDER BY day")
            .bind(from.to_string())
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(counts)
            .collect()
    }

    /// The state of an item on each day on which it was kept, from a day on.
    pub async fn days_of(
        &mut self,
        item: &ItemId,
        from: NaiveDate,
    ) -> Result<BTreeMap<NaiveDate, ItemState>, StoreError> {
        let rows = sqlx::query("SELECT day, states FROM days WHERE day >= $1")
            .bind(from.to_string())
            .fetch_all(self.connection())
            .await?;
        let mut days = BTreeMap::new();
        for row in &rows {
            let columns = Columns::of(row);
            let states: BTreeMap<ItemId, ItemState> = columns.json("states")?;
            if let Some(state) = states.get(item) {
                days.insert(columns.parsed("day")?, *state);
            }
        }
        Ok(days)
    }
}
