//! The tables, and how an older database comes to them.

use sqlx::{AnyConnection, AssertSqlSafe};

use super::engine::Engine;
use super::error::StoreError;
use super::value::Columns;
use super::whole::SchemaMark;

/// Each step once, in order; a step that was released is never changed. What a step that was released made is stored in
/// `tests/schemas`, and the tests bring it to the newest.
pub(super) const STEPS: &[&str] = &[include_str!("schema/0001.sql")];

/// The version of this program, which databases say they were made by.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// How many steps there are.
pub(super) fn known(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}

/// Which schema a database has. Where there is no table yet, it is the schema 0 of this program.
pub(super) async fn mark(connection: &mut AnyConnection, engine: &dyn Engine) -> Result<SchemaMark, StoreError> {
    let none = SchemaMark { schema: 0, program: PROGRAM.to_owned() };
    let row = sqlx::query(engine.whole().has_schema).fetch_one(&mut *connection).await?;
    if Columns::of(&row).int("found")? == 0 {
        return Ok(none);
    }
    let row = sqlx::query("SELECT version, program FROM schema_version").fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(none) };
    let columns = Columns::of(&row);
    Ok(SchemaMark { schema: columns.int("version")?, program: columns.text("program")? })
}

/// Refuses a database that a newer program made.
pub(super) fn check(found: &SchemaMark, steps: &[&str]) -> Result<(), StoreError> {
    let known = known(steps);
    if found.schema > known {
        let SchemaMark { schema: found, program } = found.clone();
        return Err(StoreError::Newer { found, known, program, own: PROGRAM });
    }
    Ok(())
}

/// Brings the database from the schema it has through all of `steps`. The caller holds the lock for writing, so that of
/// several dashboards one does it; nothing holds until the caller saves.
pub(super) async fn climb(
    connection: &mut AnyConnection,
    engine: &dyn Engine,
    steps: &[&str],
    found: &SchemaMark,
) -> Result<(), StoreError> {
    let words =
        |text: &str| engine.words().iter().fold(text.to_owned(), |text, (word, stands)| text.replace(word, stands));
    let begin =
        words("CREATE TABLE IF NOT EXISTS schema_version (version {number} NOT NULL, program TEXT NOT NULL) {table}");
    sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut *connection).await?;
    for step in steps.iter().skip(usize::try_from(found.schema).unwrap_or(0)) {
        sqlx::raw_sql(AssertSqlSafe(words(step))).execute(&mut *connection).await?;
    }
    sqlx::query("DELETE FROM schema_version").execute(&mut *connection).await?;
    sqlx::query("INSERT INTO schema_version (version, program) VALUES ($1, $2)")
        .bind(known(steps))
        .bind(PROGRAM)
        .execute(&mut *connection)
        .await?;
    Ok(())
}
