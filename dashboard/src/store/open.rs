//! Opening a database, and bringing an older one to the newest schema.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, Connection as _};
use tokio::sync::{Mutex, watch};

use super::engine::{self, Location};
use super::schema::{self, STEPS};
use super::{CONNECTION_WAIT, CONNECTIONS_MAX, Store, StoreError, Transaction, greet};
use crate::correlate::Remembered;

/// How many copies of the database from before an update are kept in the data folder.
const COPIES_KEPT: usize = 2;
/// Between the database's name and the number of the schema that a copy has.
const COPY_MARK: &str = ".schema-";

impl Store {
    /// Opens the store at `location`, making or updating its tables. Before a SQLite database is updated, it is copied
    /// beside itself.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let store = Self::connect(location).await?;
        let done = match store.update(location, STEPS).await {
            Ok(()) => store.hear().await,
            Err(error) => Err(error),
        };
        store.or_closed(done).await
    }

    /// Opens the SQLite database in a data folder, which is made if it is not there, for the account
    /// of the dashboard alone.
    pub async fn open_folder(folder: &Path) -> Result<Self, StoreError> {
        let location = Location::folder(folder)?;
        super::private_folder(folder)
            .and_then(|()| super::private_file(&folder.join(engine::FILE)))
            .map_err(|source| StoreError::Folder { folder: folder.display().to_string(), source })?;
        Self::open(&location).await
    }

    /// Opens a database that a dashboard made, with the schema that it has, which may be older.
    pub async fn open_as_it_is(location: &Location) -> Result<Self, StoreError> {
        let store = Self::connect(location).await?;
        let done = store.look_at_schema().await;
        store.or_closed(done).await
    }

    async fn look_at_schema(&self) -> Result<(), StoreError> {
        let mut transaction = self.read().await?;
        let found = transaction.schema_mark().await?;
        transaction.abandon().await?;
        schema::check(&found, STEPS)?;
        if found.schema == 0 {
            return Err(StoreError::Empty);
        }
        self.hear().await
    }

    /// The store, or why it is not opened; then nothing of it stays open either.
    async fn or_closed(self, done: Result<(), StoreError>) -> Result<Self, StoreError> {
        match done {
            Ok(()) => Ok(self),
            Err(error) => {
                self.close().await;
                Err(error)
            }
        }
    }

    /// Makes the tables of a schema, which may be older than the newest, in a database without any. They are there when
    /// the transaction that comes with the store is saved.
    pub async fn make(location: &Location, schema: i64) -> Result<(Self, Transaction), StoreError> {
        let steps = usize::try_from(schema).ok().filter(|wanted| *wanted > 0).and_then(|wanted| STEPS.get(..wanted));
        let known = schema::known(STEPS);
        let steps = steps.ok_or(StoreError::NoSuchSchema { schema, known })?;
        if let Some(file) = location.file() {
            super::private_file(file)
                .map_err(|source| StoreError::Folder { folder: file.display().to_string(), source })?;
        }
        let store = Self::connect(location).await?;
        let mut transaction = store.write().await?;
        if !transaction.tables().await?.is_empty() {
            return Err(StoreError::NotEmpty);
        }
        let (connection, engine) = transaction.parts();
        let found = schema::mark(connection, engine).await?;
        schema::climb(connection, engine, steps, &found).await?;
        Ok((store, transaction))
    }

    async fn connect(location: &Location) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let engine = location.engine();
        // The pool would try a database that cannot be opened again and again before it says so.
        let mut first = AnyConnection::connect(location.url()).await?;
        greet(&mut first, engine).await?;
        first.close().await?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECTION_WAIT)
            .after_connect(move |connection, _| Box::pin(greet(connection, engine)))
            .connect(location.url())
            .await?;
        Ok(Self {
            pool,
            engine,
            writer: Arc::new(Mutex::new(())),
            changes: watch::channel(0).0,
            remembered: Remembered::default(),
            failures: Arc::default(),
        })
    }

    /// What those who listen compare changes with.
    async fn hear(&self) -> Result<(), StoreError> {
        let change = self.read().await?.change_counter().await?;
        self.changes.send_replace(change);
        Ok(())
    }

    /// Brings the database through these steps.
    async fn update(&self, location: &Location, steps: &[&str]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let (connection, engine) = transaction.parts();
        let found = schema::mark(connection, engine).await?;
        schema::check(&found, steps)?;
        if found.schema == schema::known(steps) {
            return transaction.abandon().await;
        }
        if found.schema > 0
            && let (Some(file), Some(statement)) = (location.file(), engine.whole().copy)
        {
            // Nobody else writes meanwhile: this transaction holds the lock.
            self.copy_beside(file, found.schema, statement).await?;
        }
        schema::climb(transaction.connection(), self.engine, steps, &found).await?;
        transaction.save().await
    }

    async fn copy_beside(&self, file: &Path, schema: i64, statement: &'static str) -> Result<(), StoreError> {
        let copy = beside(file, &format!("{COPY_MARK}{schema}"));
        let draft = beside(file, &format!("{COPY_MARK}{schema}.part"));
        let failed =
            |source: std::io::Error| StoreError::Copy { copy: copy.display().to_string(), problem: source.to_string() };
        remove(&draft).and_then(|()| super::private_file(&draft)).map_err(failed)?;
        let mut connection = self.pool.acquire().await?;
        let name = draft.to_string_lossy().into_owned();
        let copied = sqlx::query(statement).bind(name).execute(&mut *connection).await;
        let kept = match copied {
            Ok(_) => keep(file, &draft, &copy).map_err(failed),
            Err(error) => Err(StoreError::Copy { copy: copy.display().to_string(), problem: error.to_string() }),
        };
        if kept.is_err() {
            let _left_behind = remove(&draft);
            return kept;
        }
        tracing::info!(copy = %copy.display(), schema, "the database is updated; it was copied before");
        forget_copies(file).map_err(failed)
    }
}

/// The copy is whole: it gets its name, and belongs to whom the database belongs.
fn keep(file: &Path, draft: &Path, copy: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let (own, made) = (std::fs::metadata(file)?, std::fs::metadata(draft)?);
    if (own.uid(), own.gid()) != (made.uid(), made.gid()) {
        std::os::unix::fs::chown(draft, Some(own.uid()), Some(own.gid()))?;
    }
    std::fs::File::open(draft)?.sync_all()?;
    std::fs::rename(draft, copy)?;
    std::fs::File::open(copy.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Removes all copies but those of the newest schemas.
fn forget_copies(file: &Path) -> std::io::Result<()> {
    let Some((folder, name)) = file.parent().zip(file.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let schema = entry
            .file_name()
            .to_str()
            .and_then(|found| found.strip_prefix(name)?.strip_prefix(COPY_MARK)?.parse::<u32>().ok());
        copies.extend(schema.map(|schema| (schema, entry.path())));
    }
    copies.sort();
    let old = copies.len().saturating_sub(COPIES_KEPT);
    copies.iter().take(old).try_for_each(|(_, path)| remove(path))
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn remove(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    const LATER: &str = "ALTER TABLE settings ADD COLUMN note TEXT";

    /// A database of the newest schema in a folder, and the steps with more of them.
    async fn made(more: &[&'static str]) -> (TempDir, Location, Vec<&'static str>) {
        let folder = TempDir::new().unwrap();
        Store::open_folder(folder.path()).await.unwrap().close().await;
        let location = Location::folder(folder.path()).unwrap();
        (folder, location, [STEPS, more].concat())
    }

    fn files(folder: &TempDir) -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        names.sort();
        names
    }

    #[tokio::test]
    async fn before_an_update_the_database_is_copied_beside_itself() {
        let (folder, location, steps) = made(&[LATER]).await;
        let store = Store::connect(&location).await.unwrap();
        store.update(&location, &steps).await.unwrap();
        let mark = store.read().await.unwrap().schema_mark().await.unwrap();
        assert_eq!(mark.schema, schema::known(&steps));
        store.close().await;
        let copy = format!("tenken.db.schema-{}", STEPS.len());
        assert_eq!(files(&folder), ["tenken.db".to_owned(), copy.clone()]);
        let rights = std::fs::metadata(folder.path().join(&copy)).unwrap().permissions().mode();
        assert_eq!(rights & 0o777, 0o600);

        // This program does not know that schema, and says what to do; the copy is what it knows.
        let error = Store::open(&location).await.unwrap_err();
        let (StoreError::Newer { .. }, told) = (&error, error.to_string()) else { panic!("{error}") };
        assert!(told.contains(PROGRAM_OF_TESTS) && told.contains("tenken.db.schema-"), "{told}");
        std::fs::rename(folder.path().join(copy), folder.path().join("tenken.db")).unwrap();
        Store::open(&location).await.unwrap();
    }

    const PROGRAM_OF_TESTS: &str = env!("CARGO_PKG_VERSION");

    #[tokio::test]
    async fn an_update_that_fails_changes_nothing_and_can_be_tried_again() {
        let (folder, location, steps) = made(&[LATER, "CREATE TABLE broken ("]).await;
        let store = Store::connect(&location).await.unwrap();
        for _ in 0..2 {
            assert!(store.update(&location, &steps).await.is_err());
            let mut transaction = store.read().await.unwrap();
            assert_eq!(transaction.schema_mark().await.unwrap().schema, schema::known(STEPS));
            let tables = transaction.tables().await.unwrap();
            let settings = tables.iter().find(|table| table.name == "settings").unwrap();
            assert_eq!(settings.columns.len(), 2, "the step before it does not hold either");
        }
        store.close().await;
        Store::open(&location).await.unwrap();
        assert_eq!(files(&folder).len(), 2, "one copy");
    }

    #[tokio::test]
    async fn without_room_for_the_copy_nothing_is_updated() {
        let (folder, location, steps) = made(&[LATER]).await;
        // A folder of the copy's name is in its way, as a full disk would be.
        std::fs::create_dir(folder.path().join(format!("tenken.db.schema-{}.part", STEPS.len()))).unwrap();
        let store = Store::connect(&location).await.unwrap();
        let error = store.update(&location, &steps).await.unwrap_err();
        assert!(matches!(error, StoreError::Copy { .. }), "{error}");
        assert!(error.to_string().contains("nothing was changed"), "{error}");
        let mark = store.read().await.unwrap().schema_mark().await.unwrap();
        assert_eq!(mark.schema, schema::known(STEPS));
    }

    #[test]
    fn copies_are_bounded_and_only_copies_are_removed() {
        let folder = TempDir::new().unwrap();
        let kept = ["tenken.db", "tenken.db.schema-10", "tenken.db.schema-9", "tenken.db.schema-x", "mine.schema-1"];
        for name in kept.iter().chain(&["tenken.db.schema-1", "tenken.db.schema-2"]) {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        forget_copies(&folder.path().join("tenken.db")).unwrap();
        let mut kept = kept.map(str::to_owned).to_vec();
        kept.sort();
        assert_eq!(files(&folder), kept);
    }

    #[tokio::test]
    async fn a_folder_without_a_dashboard_is_not_made_one_by_looking() {
        let folder = TempDir::new().unwrap();
        let location = Location::folder(folder.path()).unwrap();
        assert!(matches!(Store::open_as_it_is(&location).await, Err(StoreError::Empty)));
        for schema in [0, -1, schema::known(STEPS) + 1] {
            let refused = Store::make(&location, schema).await;
            assert!(matches!(refused, Err(StoreError::NoSuchSchema { .. })), "{schema}");
        }
        Store::open(&location).await.unwrap().close().await;
        assert!(matches!(Store::make(&location, 1).await, Err(StoreError::NotEmpty)));
    }
}
