//! The tables, and how an older database comes to them.

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::engine::Engine;
use super::error::StoreError;

/// Each step once, in order; a step that was released is never changed.
const STEPS: &[&str] = &[include_str!("schema/0001.sql")];

/// The newest schema that this program knows.
pub(super) fn newest() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Brings the database to the newest schema. The caller holds the lock for writing, so that of
/// several dashboards one does it.
pub(super) async fn migrate(connection: &mut AnyConnection, engine: &dyn Engine) -> Result<(), StoreError> {
    let words =
        |text: &str| engine.words().iter().fold(text.to_owned(), |text, (word, stands)| text.replace(word, stands));
    let begin = words("CREATE TABLE IF NOT EXISTS schema_version (version {number} NOT NULL) {table}");
    sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut *connection).await?;
    let row = sqlx::query("SELECT version FROM schema_version").fetch_optional(&mut *connection).await?;
    let found: i64 = row.map_or(Ok(0), |row| row.try_get("version"))?;
    let known = newest();
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        sqlx::raw_sql(AssertSqlSafe(words(step))).execute(&mut *connection).await?;
    }
    sqlx::query("DELETE FROM schema_version").execute(&mut *connection).await?;
    sqlx::query("INSERT INTO schema_version (version) VALUES ($1)").bind(known).execute(&mut *connection).await?;
    Ok(())
}
