//! Looking at a database without making or changing anything in it.

use sqlx::{AnyConnection, Connection as _};

use super::schema;
use super::value::Columns;
use super::{Location, StoreError};

/// What a database is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// The version of its program.
    pub version: String,
    /// The schema it has; 0 while it has none.
    pub schema: i64,
    /// The newest schema that this program knows.
    pub newest: i64,
    /// The bytes it takes.
    pub bytes: u64,
    /// What is wrong with its own form; absent where it could not be looked for.
    pub faults: Option<Vec<String>>,
}

/// Looks at the database that is there.
pub async fn examine(location: &Location) -> Result<Examination, StoreError> {
    sqlx::any::install_default_drivers();
    let engine = location.engine();
    let mut connection = AnyConnection::connect(location.url()).await?;
    let row = sqlx::query(engine.version()).fetch_one(&mut connection).await?;
    let version = Columns::of(&row).text("version")?;
    let row = sqlx::query(engine.size()).fetch_one(&mut connection).await?;
    let bytes = Columns::of(&row).count("bytes")?;
    let faults = match engine.faults() {
        None => None,
        Some(faults) => {
            let rows = sqlx::query(faults).fetch_all(&mut connection).await?;
            let told: Result<Vec<String>, StoreError> =
                rows.iter().map(|row| Columns::of(row).text("problem")).collect();
            Some(told?.into_iter().filter(|problem| problem != "ok").collect())
        }
    };
    let schema = match sqlx::query("SELECT version FROM schema_version").fetch_optional(&mut connection).await {
        Ok(row) => row.map_or(Ok(0), |row| Columns::of(&row).int("version"))?,
        // There is no such table yet.
        Err(sqlx::Error::Database(_)) => 0,
        Err(error) => return Err(error.into()),
    };
    connection.close().await?;
    Ok(Examination { version, schema, newest: schema::known(schema::STEPS), bytes, faults })
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[tokio::test]
    async fn a_database_is_looked_at_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::to_look_at(folder.path()).unwrap();
        assert!(examine(&location).await.is_err(), "there is none");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "none was made");
        let store = Store::open_folder(folder.path()).await.unwrap();
        let examined = examine(&location).await.unwrap();
        assert_eq!((examined.schema, examined.faults), (examined.newest, Some(Vec::new())));
        store.close().await;
        let file = folder.path().join("tenken.db");
        let mut bytes = std::fs::read(&file).unwrap();
        let half = bytes.len() / 2;
        bytes[half..].fill(0xa5);
        std::fs::write(&file, bytes).unwrap();
        match examine(&location).await {
            Ok(examined) => assert!(examined.faults.is_some_and(|faults| !faults.is_empty())),
            Err(error) => assert!(error.to_string().contains("malformed"), "{error}"),
        }
    }
}
