//! The dashboard's memory: SQLite in its data folder, or a PostgreSQL server that several dashboards
//! share. All SQL stands below this folder, each statement once for both.
//!
//! A [`Transaction`] is the only handle. What it was asked to write holds together when
//! [`Transaction::save`] returns, and not at all if it is dropped before. One transaction writes at a
//! time, on both databases, so that what it read still holds when it is saved.
//!
//! Times are kept to the millisecond.

mod attestations;
mod audit;
mod days;
mod declarations;
mod drift_lists;
mod drifts;
mod engine;
mod error;
mod evidence;
mod examine;
mod facts;
mod findings;
mod history;
mod host_sessions;
mod hosts;
mod identities;
mod invitations;
mod log_sheets;
mod measures;
mod media_seen;
mod news;
mod open;
mod outbox;
mod own_rules;
mod policies;
mod proposals;
mod publications;
mod registers;
mod schema;
mod second_factors;
mod sessions;
mod settings;
mod standing;
mod thread;
mod tokens;
mod users;
mod value;
mod waivers;
mod whole;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{Any, AnyConnection, AnyPool, Executor as _, Row as _, SqlStr};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::correlate::Remembered;

pub use attestations::{Attestation, NewAttestation};
pub use audit::{AuditEntry, AuditHead, AuditSearch, BEGINNING, WrittenEntry};
pub use days::{Day, DayCounts, Standing};
pub use declarations::{NewVersion, Origin, Version};
pub use drifts::{Drift, NewDrift, OpenDrift, Reminded, Resolution, StandingDrift};
use engine::{Engine, Purpose};
pub use engine::{FILE as DATABASE_FILE, Location};
pub use error::StoreError;
pub use evidence::{AttachedFile, EvidenceFile, MeasuredFile, NewEvidence};
pub use examine::{Examination, examine};
pub use facts::HeldFact;
pub use findings::{Failing, FailingFinding, FailingKey, FindingCounts, Held, StoredFinding};
pub use history::{HistoryEntry, NewHistory, Number};
pub use host_sessions::{HOST_SESSIONS_MAX, HostSession};
pub use hosts::{HeldPolicy, Host, HostInBrief, LastRefusal, NewHost};
pub use identities::Identity;
pub use log_sheets::{LogSheet, LogSheetHead, ReviewResult, SignedSheet};
pub use measures::MailCounts;
pub use media_seen::MediumSeen;
pub use news::{
    AttestationNews, DailyNews, DriftLine, DriftNews, DueLine, DueWhat, HomePage, MailBody, MonthlyNews, OwnRuleNews,
    OwnerNews, ProposalNews, PublicationNews, RegisterDue, RequestNews, RowDue, ShortList, TrainingLine, WaiverDue,
    WaiverNews,
};
pub use outbox::{ClaimedMail, Mail, MailKind, MailTrouble, NewMail, Way};
pub use own_rules::{NewOwnVersion, OwnRule, OwnVersion, RollOut, RolledOut, RuleHosts, VersionState};
pub use policies::{PolicyMark, StoredPolicy};
pub use proposals::{Change, Decision, NewProposal, Proposal};
pub use publications::{Confirmation, Outcome, Publication};
pub use registers::{FoundRow, RegisterAct, RegisterEntry, RegisterRow};
pub use second_factors::SecondFactor;
pub use sessions::{FirstRunLink, Session};
pub use settings::Setting;
pub use standing::{DriftMark, LoudFinding, Part, RuleFindings};
pub use thread::{NoThread, Thread};
pub use tokens::{NewToken, Token};
pub use users::{NewUser, User};
pub use waivers::{NewWaiver, Waiver, WaiverDecision};
pub use whole::{Cell, ColumnKind, Counter, SchemaMark, Table};

/// The newest schema that this program knows.
pub fn newest_schema() -> i64 {
    schema::known(schema::STEPS)
}

/// How many connections a dashboard holds at most.
const CONNECTIONS_MAX: u32 = 8;
/// How long a request waits for a free connection.
const CONNECTION_WAIT: Duration = Duration::from_secs(20);

/// The dashboard's memory. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    engine: &'static dyn Engine,
    writer: Arc<Mutex<()>>,
    changes: watch::Sender<i64>,
    remembered: Remembered,
    failures: Arc<AtomicU64>,
}

/// One state of the store to read, or a set of changes that hold together.
#[derive(Debug)]
pub struct Transaction {
    inner: sqlx::Transaction<'static, Any>,
    changes: watch::Sender<i64>,
    engine: &'static dyn Engine,
    touched: bool,
    remembered: Remembered,
    /// It wrote registers, which are not what is remembered of them unless they are saved.
    wrote_registers: bool,
    failures: Arc<AtomicU64>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Store {
    /// A transaction that reads one state.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        self.begin(Purpose::Read).await
    }

    /// A transaction that writes. It waits until no other writes.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        self.begin(Purpose::Write).await
    }

    /// A transaction for [`Transaction::claim_mail`] alone.
    pub async fn claim(&self) -> Result<Transaction, StoreError> {
        self.begin(Purpose::Claim).await
    }

    /// How many transactions could not begin or be saved since it was opened.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    async fn begin(&self, purpose: Purpose) -> Result<Transaction, StoreError> {
        let begun = self.try_begin(purpose).await;
        if begun.is_err() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        begun
    }

    async fn try_begin(&self, purpose: Purpose) -> Result<Transaction, StoreError> {
        let turn = if purpose != Purpose::Read && self.engine.queues_writers() {
            Some(Arc::clone(&self.writer).lock_owned().await)
        } else {
            None
        };
        let mut inner = self.pool.begin_with(SqlStr::from_static(self.engine.begin(purpose))).await?;
        if let Some(lock) = self.engine.lock(purpose) {
            inner.execute(lock).await?;
        }
        Ok(Transaction {
            inner,
            changes: self.changes.clone(),
            engine: self.engine,
            touched: false,
            remembered: self.remembered.clone(),
            wrote_registers: false,
            failures: Arc::clone(&self.failures),
            _turn: turn,
        })
    }

    /// Hears of every change to what pages show that this process made or [`Store::look`] found.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.changes.subscribe()
    }

    /// Looks for changes that other dashboards made, and tells those who listen.
    pub async fn look(&self) -> Result<i64, StoreError> {
        let change = self.read().await?.change_counter().await?;
        raise(&self.changes, change);
        Ok(change)
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn greet(connection: &mut AnyConnection, engine: &dyn Engine) -> Result<(), sqlx::Error> {
    for statement in engine.greeting() {
        connection.execute(*statement).await?;
    }
    Ok(())
}

fn raise(changes: &watch::Sender<i64>, change: i64) {
    changes.send_if_modified(|known| {
        let newer = change > *known;
        if newer {
            *known = change;
        }
        newer
    });
}

impl Transaction {
    /// Makes everything written since the beginning hold. Without it nothing does.
    pub async fn save(mut self) -> Result<(), StoreError> {
        let mut change = None;
        if self.touched {
            let row = sqlx::query("UPDATE change_counter SET value = value + 1 RETURNING value")
                .fetch_one(self.connection())
                .await?;
            change = Some(row.try_get("value")?);
        }
        self.inner.commit().await.inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::Relaxed);
        })?;
        if let Some(change) = change {
            raise(&self.changes, change);
        }
        Ok(())
    }

    /// Forgets everything written since the beginning, and waits until the database has. Dropping a
    /// transaction forgets it too, a moment later.
    pub async fn abandon(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }

    /// A number that grows with every transaction that changed what pages show.
    pub async fn change_counter(&mut self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT value FROM change_counter").fetch_one(self.connection()).await?;
        Ok(row.try_get("value")?)
    }

    /// Brings the tables, which may be of an older schema, to the newest.
    pub async fn climb(&mut self) -> Result<(), StoreError> {
        let (connection, engine) = self.parts();
        let found = schema::mark(connection, engine).await?;
        schema::climb(connection, engine, schema::STEPS, &found).await
    }

    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    fn parts(&mut self) -> (&mut AnyConnection, &'static dyn Engine) {
        (&mut self.inner, self.engine)
    }

    /// Where registers are remembered as they were last read; absent in a transaction that wrote some.
    pub(crate) fn remembered(&self) -> Option<Remembered> {
        (!self.wrote_registers).then(|| self.remembered.clone())
    }

    /// Registers are changed by this transaction.
    fn touch_registers(&mut self) {
        self.wrote_registers = true;
        self.touch();
    }

    /// What pages show is changed by this transaction.
    fn touch(&mut self) {
        self.touched = true;
    }
}

/// Makes a folder that only its owner may enter. One that is there keeps its rights.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file that only its owner may read; SQLite gives the files beside it the same rights. One that
/// is there stays as it is.
fn private_file(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.append(true).create(true).open(file).map(drop)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[tokio::test]
    async fn what_is_saved_survives_a_power_cut_and_belongs_to_one_account() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("a/data");
        let store = Store::open_folder(&data).await.unwrap();
        assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
        for file in ["tenken.db", "tenken.db-wal"] {
            assert_eq!(std::fs::metadata(data.join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
        let mut transaction = store.read().await.unwrap();
        for (pragma, wanted) in
            [("PRAGMA synchronous", 2_i64), ("PRAGMA foreign_keys", 1), ("PRAGMA busy_timeout", 10_000)]
        {
            let row = sqlx::query(pragma).fetch_one(transaction.connection()).await.unwrap();
            assert_eq!(row.try_get::<i64, _>(0).unwrap(), wanted, "{pragma}");
        }
        let row = sqlx::query("PRAGMA journal_mode").fetch_one(transaction.connection()).await.unwrap();
        assert_eq!(row.try_get::<String, _>(0).unwrap(), "wal");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_named() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = Store::open_folder(&file.join("data")).await.unwrap_err().to_string();
        assert!(error.contains("file/data") && error.contains("writable"), "{error}");
        std::fs::write(folder.path().join("tenken.db"), "no database at all, but long enough to look like one")
            .unwrap();
        let error = Store::open_folder(folder.path()).await.unwrap_err();
        assert!(matches!(error, StoreError::Database(_)), "{error}");
    }
}
